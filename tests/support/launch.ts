/**
 * Opens the app in a real Electron window for a test: own user data, own folder, own display where
 * there is none. Needs a build (`npm run build`); the tests' own runner makes one.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { ensureElectron } from '../../electron/runtime/electron.mjs';
import { repoDir } from '../../electron/runtime/paths.mjs';

export interface LaunchOptions {
  /** Opened at start; none shows the start screen. */
  readonly projectDir?: string;
  /** Kept between launches where given; else a fresh one that goes with the app. */
  readonly userDataDir?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A packaged executable in place of the build. */
  readonly executable?: string;
  /** Traces the connects of every process of the app into files PREFIX.PID. */
  readonly tracePrefix?: string;
}

export interface LaunchedApp {
  readonly app: ElectronApplication;
  /** The first window, once its page has loaded. */
  readonly window: Page;
  readonly userDataDir: string;
  /** Errors that the page has logged or thrown so far. */
  readonly pageErrors: readonly string[];
  close(): Promise<void>;
}

export async function launchApp(options: LaunchOptions = {}): Promise<LaunchedApp> {
  const electron = await ensureElectron();
  const ownUserData = options.userDataDir === undefined ? await mkdtemp(join(tmpdir(), 'assay-user-')) : null;
  const userDataDir = options.userDataDir ?? ownUserData ?? '';
  const executable = options.executable ?? electron.executable;
  const app = await _electron.launch({
    executablePath: options.tracePrefix === undefined ? executable : await tracer(executable, options.tracePrefix),
    args: [
      ...electron.args,
      `--user-data-dir=${userDataDir}`,
      ...(options.executable ? [] : [repoDir]),
      ...(options.projectDir === undefined ? [] : [`--project=${options.projectDir}`]),
      '--background',
      ...(options.args ?? []),
    ],
    env: { ...inherited(), ...electron.env, ...options.env },
    chromiumSandbox: electron.args.length === 0,
    // The app's own theme and the system's, not the driver's.
    colorScheme: null,
    timeout: 60_000,
  });
  // The window opens only now: one that opens while the driver attaches can hang both.
  const firstWindow = app.firstWindow();
  await app.evaluate(async ({ app: electronApp }) => {
    await electronApp.whenReady();
    electronApp.emit('activate');
  });
  const window = await firstWindow;
  const pageErrors: string[] = [];
  window.on('pageerror', (error) => pageErrors.push(error.message));
  window.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  await window.waitForLoadState('load');
  return {
    app,
    window,
    userDataDir,
    pageErrors,
    close: async () => {
      await app.close();
      if (ownUserData !== null) await rm(ownUserData, { recursive: true, force: true });
    },
  };
}

/** Drops files onto the middle of the window, as from the file manager. */
export async function dropFiles(window: Page, paths: readonly string[]): Promise<void> {
  // A drag goes to what was drawn last: the driver's misses a window that is just drawn anew.
  await window.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  const { width, height } = await window.evaluate(() => ({ width: innerWidth, height: innerHeight }));
  const session = await window.context().newCDPSession(window);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: Math.round(width / 2), y: Math.round(height / 2), data });
  }
  await session.detach();
}

/** A script that runs the app under strace; the driver can start one executable only. */
async function tracer(executable: string, prefix: string): Promise<string> {
  const script = `${prefix}-run.sh`;
  await writeFile(script, `#!/bin/sh\nexec strace -f -ff -qq -e trace=connect -o '${prefix}' '${executable}' "$@"\n`, { mode: 0o755 });
  return script;
}

function inherited(): Record<string, string> {
  const { NODE_OPTIONS: _options, ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env;
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
