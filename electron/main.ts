/**
 * Composition root of the app: one process for all windows, one engine process per open project.
 * The order matters: sandbox and scheme before ready, walls before the first window.
 */
import { app, BrowserWindow, nativeTheme, protocol, session as electronSession } from 'electron';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveShell } from './shell/channels.ts';
import { parseCommandLine } from './shell/command-line.ts';
import { installMenu } from './shell/menu.ts';
import { sampleProject } from './shell/projects.ts';
import { bundleScheme, serveBundle } from './shell/protocol.ts';
import { hardenApp, hardenSession } from './shell/security.ts';
import { createSession, type ProjectToOpen, type WindowSession } from './shell/session.ts';
import { createShell, type Shell } from './shell/shell.ts';
import { createWindow } from './shell/window.ts';

const sessions = new Map<number, WindowSession>();
/** Engines that are sealing their session after their window has gone; the app ends after them. */
const closing = new Set<Promise<void>>();

hardenApp(app);
protocol.registerSchemesAsPrivileged([bundleScheme]);
if (app.requestSingleInstanceLock()) void app.whenReady().then(start);
else app.quit();

function start(): void {
  const canDebug = !app.isPackaged;
  const shell = createShell(dirname(fileURLToPath(import.meta.url)));
  hardenSession(electronSession.defaultSession, canDebug);
  protocol.handle('app', serveBundle(shell.bundleDir));
  serveShell(shell, (contentsId) => sessions.get(contentsId));
  const open = (project: ProjectToOpen | null): void => openWindow(shell, canDebug, project);
  installMenu({ newWindow: () => open(null), sessionOf: ({ webContents }) => sessions.get(webContents.id) });
  nativeTheme.on('updated', () => sessions.forEach((session) => session.publish()));

  app.on('second-instance', (_event, argv, workingDir) => {
    const project = projectIn(shell, argv, workingDir);
    if (project === null || !focusProject(project.folder)) open(project);
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open(projectIn(shell, process.argv, process.cwd()));
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (closing.size === 0) return;
    event.preventDefault();
    void Promise.all(closing).then(() => app.quit());
  });
  if (!parseCommandLine(process.argv, process.cwd()).background) open(projectIn(shell, process.argv, process.cwd()));
}

function openWindow(shell: Shell, canDebug: boolean, project: ProjectToOpen | null): void {
  const window = createWindow(shell, canDebug);
  const session = createSession(shell, window);
  const { id } = window.webContents;
  sessions.set(id, session);
  window.on('closed', () => {
    sessions.delete(id);
    const done = session.closeProject().finally(() => closing.delete(done));
    closing.add(done);
  });
  if (project) void session.open(project);
}

function projectIn(shell: Shell, argv: readonly string[], workingDir: string): ProjectToOpen | null {
  const { project, sample } = parseCommandLine(argv, workingDir);
  if (project !== null) return { folder: project };
  return sample ? sampleProject(shell) : null;
}

/** Brings the window that has this project to the front; false when none has. */
function focusProject(folder: string): boolean {
  const session = [...sessions.values()].find((candidate) => candidate.state().project?.folder === folder);
  if (!session) return false;
  if (session.window.isMinimized()) session.window.restore();
  session.window.focus();
  return true;
}
