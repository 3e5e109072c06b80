/** The page inside an archive: reads the data that stand in it and shows them. No network, no storage, no engine. */
import '../content-policy.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followHistory } from '../state/route.ts';
import { readArchiveData } from './data.ts';
import { Unreadable, Viewer } from './viewer.tsx';
import '../styles/tokens.css';
import '../styles/base.css';
import './viewer.css';

const system = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = () => { document.documentElement.dataset['theme'] = system.matches ? 'dark' : 'light'; };
applyTheme();
system.addEventListener('change', applyTheme);
followHistory();

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
const data = readArchiveData(document.getElementById('assay-data')?.textContent ?? '');
document.title = data.isReadable ? `${data.value.project.name} \u2013 Assay archive` : 'Assay archive';
createRoot(root).render(<StrictMode>{data.isReadable ? <Viewer data={data.value} /> : <Unreadable why={data.why} />}</StrictMode>);
