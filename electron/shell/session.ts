/**
 * One window and the project open in it. Holds what the window is told as ShellState; every change
 * is sent to the window, which never has to ask twice.
 */
import { app, nativeTheme, type BrowserWindow } from 'electron';
import type { ShellState } from '../../shared/contract/shell.ts';
import type { FileHandle } from '../../shared/domain/ids.ts';
import type { Failure } from '../../shared/errors.ts';
import { startEngine, type Engine } from './engine.ts';
import type { Shell } from './shell.ts';

export interface ProjectToOpen {
  readonly folder: string;
  /** Set to make it first. */
  readonly create?: { readonly name: string };
  /** Set for the sample project, which is filled from the files there. */
  readonly sampleDir?: string;
}

export interface WindowSession {
  readonly window: BrowserWindow;
  state(): ShellState;
  /** Closes what is open and opens this one; the state tells how it went. */
  open(project: ProjectToOpen): Promise<void>;
  closeProject(): Promise<void>;
  grant(handle: FileHandle, path: string): void;
  /** The window's preload is there, for the first time or after a reload. */
  windowReady(): void;
  send(event: string, payload: unknown): void;
  publish(): void;
  /** Process id of the engine, for tests. */
  enginePid(): number | undefined;
}

export function createSession(shell: Shell, window: BrowserWindow): WindowSession {
  let project: ShellState['project'] = null;
  let status: ShellState['engine'] = 'none';
  let error: Failure | null = null;
  let engine: Engine | null = null;
  let isWindowReady = false;

  const state = (): ShellState => ({
    project,
    engine: status,
    engineError: error && { what: error.what, fix: error.fix },
    recent: shell.recent(),
    appVersion: app.getVersion(),
    platform: process.platform,
    theme: nativeTheme.themeSource,
  });
  const send = (event: string, payload: unknown): void => {
    if (!window.isDestroyed()) window.webContents.send('event', event, payload);
  };
  const publish = (): void => {
    if (window.isDestroyed()) return;
    window.setTitle(project ? `${project.name} - Assay` : 'Assay');
    send('shell.changed', state());
  };
  /** A window gets its line when both sides are there, whichever came last. */
  const connect = (): void => {
    if (engine && status === 'ready' && isWindowReady && !window.isDestroyed()) engine.connect(window.webContents);
  };
  const tellPreload = (): void => {
    if (window.isDestroyed()) return;
    if (status === 'starting') window.webContents.send('engine-starting');
    else if (status !== 'ready') window.webContents.send('engine-gone', error);
  };
  const set = (next: ShellState['engine'], failure: Failure | null = null): void => {
    status = next;
    error = failure;
    tellPreload();
    publish();
  };

  const closeProject = async (): Promise<void> => {
    const closing = engine;
    engine = null;
    project = null;
    set('none');
    await closing?.close();
  };

  window.on('blur', () => engine?.blur());

  return {
    window,
    state,
    send,
    publish,
    closeProject,
    enginePid: () => engine?.pid,
    open: async ({ folder, create, sampleDir }) => {
      await closeProject();
      project = { name: create?.name ?? shell.nameOf(folder), folder };
      set('starting');
      const started: Engine = startEngine({
        codeDir: shell.codeDir,
        env: shell.engineEnv,
        open: {
          type: 'open', projectDir: folder, userDataDir: shell.userDataDir, appVersion: app.getVersion(),
          ...(create ? { create } : {}),
          ...(sampleDir === undefined ? {} : { sampleDir }),
        },
        events: {
          onReady: () => {
            if (engine !== started) return;
            shell.remember({ name: project?.name ?? folder, folder });
            set('ready');
            connect();
          },
          onFailed: (failure) => {
            if (engine === started) set('failed', failure);
          },
          onName: (name) => {
            if (engine !== started) return;
            project = { name, folder };
            shell.remember({ name, folder });
            publish();
          },
        },
      });
      engine = started;
    },
    grant: (handle, path) => engine?.grant(handle, path),
    windowReady: () => {
      isWindowReady = true;
      tellPreload();
      connect();
    },
  };
}
