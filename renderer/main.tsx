/** Mounts the window: theme, history, stores, frame. */
import './styles/tokens.css';
import './styles/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Frame } from './app/frame.tsx';
import { followTheme } from './app/theme.ts';
import { followHistory } from './state/route.ts';
import { startSync } from './state/sync.ts';

followTheme();
followHistory();
startSync();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<StrictMode><Frame /></StrictMode>);
