import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { ensureElectron } from '../../electron/runtime/electron.mjs';
import { repoDir } from '../../electron/runtime/paths.mjs';
import { call, dropOne, engineReady, nextEvent } from '../support/assay.ts';
import { launchApp } from '../support/launch.ts';

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-shell-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

test('a new project opens, is listed as recent, and opens again with its name', async () => {
  const userDataDir = join(folder, 'user');
  const projectDir = join(folder, 'My study');
  const first = await launchApp({ userDataDir });
  await first.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, projectDir);
  expect(await call(first.window, 'shell.createProject', { name: 'Penguin study' })).toEqual({ ok: true, value: { opened: true } });
  await engineReady(first.window);
  const info = await call(first.window, 'project.get', {});
  expect(info).toMatchObject({ ok: true, value: { name: 'Penguin study', folder: projectDir, canWrite: true } });
  expect(await first.window.title()).not.toBe('');
  expect(await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getTitle())).toBe('Penguin study - Assay');
  await first.close();

  const second = await launchApp({ userDataDir });
  expect(await call(second.window, 'shell.state', {})).toMatchObject({ ok: true, value: { project: null, recent: [{ name: 'Penguin study', folder: projectDir }] } });
  expect(await call(second.window, 'shell.openProject', { recent: 0 })).toEqual({ ok: true, value: { opened: true } });
  await engineReady(second.window);
  expect(await call(second.window, 'project.get', {})).toMatchObject({ ok: true, value: { name: 'Penguin study' } });
  expect(second.pageErrors).toEqual([]);
  await second.close();
});

test('a cancelled dialog opens nothing', async () => {
  const { app, window, close } = await launchApp();
  await app.evaluate(({ dialog }) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: true, filePaths: [] });
    dialog.showSaveDialog = () => Promise.resolve({ canceled: true, filePath: '' });
  });
  expect(await call(window, 'shell.openProject', { recent: null })).toEqual({ ok: true, value: { opened: false } });
  expect(await call(window, 'shell.openProject', { recent: 7 })).toEqual({ ok: true, value: { opened: false } });
  expect(await call(window, 'shell.createProject', { name: 'x' })).toEqual({ ok: true, value: { opened: false } });
  expect(await call(window, 'shell.chooseFiles', { purpose: 'import' })).toEqual({ ok: true, value: [] });
  expect(await call(window, 'shell.chooseSave', { purpose: 'archive', defaultName: 'x.eln' })).toEqual({ ok: true, value: null });
  await close();
});

test('a folder that is no project says so, and the window lives on', async () => {
  const { window, close } = await launchApp({ projectDir: folder });
  await expect.poll(async () => call(window, 'shell.state', {})).toMatchObject({ ok: true, value: { engine: 'failed', engineError: { what: `"${folder}" is not an Assay project: it has no assay.json.` } } });
  expect(await call(window, 'project.get', {})).toMatchObject({ ok: false });
  expect(await call(window, 'shell.closeProject', {})).toEqual({ ok: true, value: {} });
  expect(await call(window, 'shell.state', {})).toMatchObject({ ok: true, value: { engine: 'none', project: null } });
  await close();
});

test('dropped files arrive as handles that the engine can open', async () => {
  const file = join(folder, 'drop me.csv');
  await writeFile(file, 'species,mass\nAdelie,3700\nGentoo,5000\n');
  const { window, close } = await launchApp({ args: ['--sample'] });
  await engineReady(window);
  const chosen = await dropOne(window, file);
  expect(chosen).toMatchObject({ name: 'drop me.csv', sizeBytes: 37 });
  expect(JSON.stringify(chosen)).not.toContain(folder);
  expect(await window.evaluate(() => location.protocol)).toBe('app:');
  expect(await call(window, 'imports.sniff', { file: chosen.handle })).toMatchObject({ ok: true });
  await close();
});

test('a file that is dropped while the project still opens is imported when it is there', async () => {
  const file = join(folder, 'early.csv');
  await writeFile(file, 'species,mass\nAdelie,3700\nGentoo,5000\n');
  const { app, window, close } = await launchApp();
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, join(folder, 'Early'));
  await call(window, 'shell.createProject', { name: 'Early' });
  await dropOne(window, file);
  await expect(window.getByRole('heading', { name: 'Import early.csv' })).toBeVisible();
  await engineReady(window);
  await window.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(window.getByRole('heading', { name: 'early', exact: true })).toBeVisible();
  await close();
});

test('a handle that the shell never gave is refused', async () => {
  const { window, close } = await launchApp({ args: ['--sample'] });
  await engineReady(window);
  const forged = `file-${'0'.repeat(26)}`;
  expect(await window.evaluate((file) => (globalThis as unknown as { assay: { call(channel: string, input: unknown): Promise<unknown> } }).assay.call('imports.sniff', { file }), forged))
    .toMatchObject({ ok: false, error: { code: 'files/bad-handle' } });
  await close();
});

test('a reloaded window has its engine again', async () => {
  const { window, close } = await launchApp({ args: ['--sample'] });
  await engineReady(window);
  await window.reload();
  expect(await call(window, 'project.get', {})).toMatchObject({ ok: true, value: { name: 'Sample project' } });
  await close();
});

test('an engine that is killed is reported, and the project opens again', async () => {
  const { app, window, close } = await launchApp({ args: ['--sample'] });
  await engineReady(window);
  const pid = await app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().find(({ name, serviceName }) => name === 'Assay engine' || serviceName === 'Assay engine')?.pid);
  expect(pid).toBeDefined();
  process.kill(pid ?? 0, 'SIGSEGV');
  await expect.poll(async () => call(window, 'shell.state', {}), { timeout: 5000 }).toMatchObject({ ok: true, value: { engine: 'failed', engineError: { what: 'The project engine stopped unexpectedly.' } } });
  expect(await call(window, 'shell.openProject', { recent: 0 })).toMatchObject({ ok: true, value: { opened: true } });
  await engineReady(window);
  await close();
});

test('the theme is kept, and follows the system until it is chosen', async () => {
  const userDataDir = join(folder, 'user');
  const first = await launchApp({ userDataDir });
  expect(await call(first.window, 'shell.state', {})).toMatchObject({ ok: true, value: { theme: 'system' } });
  const changed = await nextEvent(first.window, 'shell.changed');
  await call(first.window, 'shell.setTheme', { theme: 'dark' });
  expect(await changed()).toMatchObject({ theme: 'dark' });
  expect(await first.window.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches)).toBe(true);
  await first.close();
  const second = await launchApp({ userDataDir });
  expect(await call(second.window, 'shell.state', {})).toMatchObject({ ok: true, value: { theme: 'dark' } });
  await second.close();
});

test('the window comes back where it was', async () => {
  const userDataDir = join(folder, 'user');
  const first = await launchApp({ userDataDir });
  await first.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setBounds({ x: 60, y: 40, width: 1000, height: 700 }));
  // The X server resizes in its own time; a person closes the window after that.
  await expect.poll(() => first.window.evaluate(() => outerWidth)).toBe(1000);
  await first.close();
  expect(JSON.parse(await readFile(join(userDataDir, 'window.json'), 'utf8'))).toMatchObject({ width: 1000, height: 700, isMaximized: false });
  const second = await launchApp({ userDataDir });
  expect(await second.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getNormalBounds())).toMatchObject({ width: 1000, height: 700 });
  await second.close();
});

test('damaged settings do no harm', async () => {
  const userDataDir = join(folder, 'user');
  const first = await launchApp({ userDataDir });
  await first.close();
  for (const name of ['window.json', 'recent.json', 'theme.json']) await writeFile(join(userDataDir, name), '{"x": ');
  const second = await launchApp({ userDataDir });
  expect(await call(second.window, 'shell.state', {})).toMatchObject({ ok: true, value: { recent: [], theme: 'system' } });
  await second.close();
});

test('a second start of the same user gives its project to the first and ends', async () => {
  const { app, userDataDir, close } = await launchApp();
  const electron = await ensureElectron();
  const opened = app.waitForEvent('window');
  const second = spawn(electron.executable, [...electron.args, `--user-data-dir=${userDataDir}`, repoDir, `--project=${folder}`], { env: { ...process.env, ...electron.env }, stdio: 'ignore' });
  const code = await new Promise((resolve) => second.once('exit', resolve));
  expect(code).toBe(0);
  const window = await opened;
  await window.waitForLoadState('load');
  expect(await call(window, 'shell.state', {})).toMatchObject({ ok: true, value: { project: { folder } } });
  await close();
});

test('menu items reach the window as commands', async () => {
  const { app, window, close } = await launchApp();
  const command = await nextEvent(window, 'shell.command');
  await app.evaluate(({ Menu, BrowserWindow }) => {
    const item = Menu.getApplicationMenu()?.getMenuItemById('palette.open');
    item?.click(undefined, BrowserWindow.getAllWindows()[0], undefined);
  });
  expect(await command()).toEqual({ id: 'palette.open' });
  await close();
});
