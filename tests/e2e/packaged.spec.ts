import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { listPackage } from '@electron/asar';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync as readlink } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'playwright/test';
import { ensureElectron } from '../../electron/runtime/electron.mjs';
import { call, engineReady } from '../support/assay.ts';
import { runAssay } from '../support/cli.ts';
import { dropFiles, launchApp } from '../support/launch.ts';
import { drivableApp, releasedApp } from '../support/packaged.ts';
import { penguinsPath } from '../support/penguins.ts';

let folder = '';
test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-packaged-'));
  releasedApp();
});
test.afterAll(() => rm(folder, { recursive: true, force: true }));

test('the packaged app does the whole job, from a dropped CSV to a verified archive', async () => {
  const userDataDir = join(folder, 'user');
  const archive = join(folder, 'penguins.eln');
  const { app, window, pageErrors, close } = await launchApp({ executable: await drivableApp(folder), userDataDir });
  expect(await app.evaluate(({ app: electronApp, BrowserWindow }) => [electronApp.isPackaged, BrowserWindow.getAllWindows()[0]?.webContents.isDevToolsOpened()])).toEqual([true, false]);
  await app.evaluate(({ dialog }, paths) => {
    dialog.showSaveDialog = (...args: unknown[]) => Promise.resolve({ canceled: false, filePath: JSON.stringify(args).includes('Create project') ? paths[0] ?? '' : paths[1] ?? '' });
  }, [join(folder, 'project'), archive]);
  await call(window, 'shell.createProject', { name: 'Packaged' });
  await engineReady(window);

  await dropFiles(window, [penguinsPath]);
  await window.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(window.getByText('344 rows · 7 columns')).toBeVisible();
  await window.getByRole('button', { name: 'Train on v1' }).click();
  await window.getByRole('main').getByRole('button', { name: 'species', exact: true }).click();
  await window.getByRole('button', { name: 'Start training' }).click();
  await expect(window.getByRole('region', { name: 'Confusion matrix', exact: true })).toBeVisible({ timeout: 60_000 });
  await window.keyboard.press('Control+Shift+E');
  await expect.poll(async () => (await runAssay(['verify', archive, '--json'], { ASSAY_USER_DATA: userDataDir })).stdout, { timeout: 60_000 }).toContain('"outcome": "verified"');
  expect(pageErrors).toEqual([]);
  await close();
});

test('the release has every fuse set for shipping', async () => {
  const wire = await getCurrentFuseWire(releasedApp());
  const state = (option: FuseV1Options): FuseState | undefined => wire[option];
  for (const off of [FuseV1Options.RunAsNode, FuseV1Options.EnableNodeOptionsEnvironmentVariable, FuseV1Options.EnableNodeCliInspectArguments, FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, FuseV1Options.GrantFileProtocolExtraPrivileges]) {
    expect([FuseV1Options[off], state(off)]).toEqual([FuseV1Options[off], FuseState.DISABLE]);
  }
  for (const on of [FuseV1Options.OnlyLoadAppFromAsar, FuseV1Options.EnableCookieEncryption]) {
    expect([FuseV1Options[on], state(on)]).toEqual([FuseV1Options[on], FuseState.ENABLE]);
  }
});

test('the release carries the build and the native packages, and nothing of our sources or tests', () => {
  const files = listPackage(join(dirname(releasedApp()), 'resources/app.asar'), { isPack: false });
  expect(files).toEqual(expect.arrayContaining(['/out/main/main.js', '/out/main/engine.js', '/out/main/workers/data.js', '/out/main/workers/train.js', '/out/main/workers/provider.js', '/out/preload/preload.cjs', '/out/renderer/index.html', '/out/viewer/index.html', '/LICENSE']));
  expect(files.filter((file) => /^\/(electron|renderer|shared|tests|docs)\/|\.ts$|\.map$/.test(file) && !file.startsWith('/node_modules/'))).toEqual([]);
  const resources = readdirSync(join(dirname(releasedApp()), 'resources'));
  expect(resources).toEqual(expect.arrayContaining(['sample', 'icon.png']));
});

test('a release opens no door for a debugger, whatever it is started with', async () => {
  const electron = await ensureElectron();
  const marker = join(folder, 'ran-as-node');
  const child = spawn(releasedApp(), [
    ...electron.args, '--inspect=0', '--remote-debugging-port=0', `--user-data-dir=${join(folder, 'release-user')}`, '-e', `require('fs').writeFileSync(${JSON.stringify(marker)}, '')`,
  ], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: `--require ${join(folder, 'no-such-file.cjs')}` },
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  // The window's state file tells that the app runs as an app.
  await expect.poll(() => existsSync(join(folder, 'release-user', 'Local State')) || existsSync(join(folder, 'release-user', 'Preferences')), { timeout: 30_000 }).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const listening = listeningPorts(child.pid ?? 0);
  child.kill('SIGTERM');
  await ended;
  expect(errors).not.toMatch(/listening on ws:/);
  expect(listening).toEqual([]);
  expect(existsSync(marker)).toBe(false);
  expect(existsSync(join(folder, 'release-user', 'DevToolsActivePort'))).toBe(false);
});

/** Inodes of TCP sockets in LISTEN state that the process holds, from /proc. */
function listeningPorts(pid: number): string[] {
  const own = new Set(readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlink(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      return []; // closed meanwhile
    }
  }));
  const listenState = '0A';
  return ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === listenState && own.has(fields[9] ?? ''))
    .map((fields) => fields[1] ?? '');
}
