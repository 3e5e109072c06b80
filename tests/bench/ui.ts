/** How soon the window is usable on a project with 1,000 runs, beside an empty Electron window. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright';
import { ensureElectron } from '../../electron/runtime/electron.mjs';
import { createProject } from '../../electron/store/store.ts';
import { launchApp } from '../support/launch.ts';
import { addRuns } from '../support/many-runs.ts';
import { median, type BenchLine } from './line.ts';

const runCount = 5;
const projectRuns = 1000;
const goalRatio = 2.5;

export async function benchUi(): Promise<BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-ui-'));
  try {
    const projectDir = join(folder, 'project');
    const userDataDir = join(folder, 'user');
    const store = await createProject({
      projectDir, userDataDir, clock: () => Date.now(), random: (byteCount) => randomBytes(byteCount), person: 'bench', appVersion: '0.0.0', name: 'Thousand runs',
    });
    await addRuns(store, projectRuns);
    await store.close();
    const emptyApp = await makeEmptyApp(join(folder, 'empty'));
    const ours: number[] = [];
    const empty: number[] = [];
    for (let run = 0; run <= runCount; run++) {
      const pair = [await timeEmpty(emptyApp, join(folder, 'empty-user')), await timeOurs(projectDir, userDataDir)] as const;
      if (run === 0) continue; // warms the disk cache and the code cache of both
      empty.push(pair[0]);
      ours.push(pair[1]);
    }
    const [value, peerValue] = [median(ours), median(empty)];
    return [{
      name: `Window usable on a project with ${projectRuns.toLocaleString('en')} runs`, value, unit: 'ms', peer: 'an empty Electron window', peerValue,
      ratio: peerValue / value, goal: `<= ${goalRatio} x peer`, holds: value <= goalRatio * peerValue, runs: runCount,
    }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** From the start of the process until the rail shows the number of runs, which the engine counted. */
async function timeOurs(projectDir: string, userDataDir: string): Promise<number> {
  const startedAtMs = performance.now();
  const { window, close } = await launchApp({ projectDir, userDataDir });
  await window.getByText(projectRuns.toLocaleString('en')).first().waitFor();
  const elapsedMs = performance.now() - startedAtMs;
  await close();
  return elapsedMs;
}

async function timeEmpty(appDir: string, userDataDir: string): Promise<number> {
  const electron = await ensureElectron();
  const startedAtMs = performance.now();
  const app = await _electron.launch({
    executablePath: electron.executable, args: [...electron.args, `--user-data-dir=${userDataDir}`, appDir],
    env: { ...process.env, ...electron.env } as Record<string, string>, chromiumSandbox: electron.args.length === 0,
  });
  const firstWindow = app.firstWindow();
  await app.evaluate(({ app: electronApp }) => electronApp.emit('activate'));
  const window = await firstWindow;
  await window.getByText('Empty').waitFor();
  const elapsedMs = performance.now() - startedAtMs;
  await app.close();
  return elapsedMs;
}

/** An app of one window with one word, opened on "activate" as ours is under a driver. */
async function makeEmptyApp(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "name": "empty", "version": "1.0.0", "main": "main.js" }');
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Empty</title><p>Empty</p>');
  await writeFile(join(folder, 'main.js'), `
    const { app, BrowserWindow } = require('electron');
    app.on('activate', () => new BrowserWindow({ width: 1280, height: 800 }).loadFile('index.html'));
    app.on('window-all-closed', () => app.quit());
  `);
  return folder;
}
