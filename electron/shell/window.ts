/** Makes a project window, remembers where it was, and shows it once it has something to show. */
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { bundleOrigin, windowPreferences } from './security.ts';
import type { Shell } from './shell.ts';
import { fitToScreens } from './window-state.ts';

/** The page's own background, so that nothing flashes before its first paint. */
const background = { light: '#FFFFFF', dark: '#14171B' };

export function createWindow(shell: Shell, canDebug: boolean): BrowserWindow {
  const saved = fitToScreens(shell.windowState(), screen.getAllDisplays().map((display) => display.workArea));
  const { x, y, width, height } = saved;
  const window = new BrowserWindow({
    ...(x !== null && y !== null ? { x, y } : {}),
    width,
    height,
    minWidth: 880,
    minHeight: 560,
    show: false,
    title: 'Assay',
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    ...(shell.icon ? { icon: shell.icon } : {}),
    webPreferences: windowPreferences(shell.preload, canDebug),
  });
  if (saved.isMaximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  // The title is the project's; the page must not set it.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.on('close', () => shell.saveWindowState({ ...window.getNormalBounds(), isMaximized: window.isMaximized() }));
  void window.loadURL(`${bundleOrigin}/`);
  return window;
}
