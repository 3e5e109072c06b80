/** The whole app killed in the middle of work, all its processes at once: what was shown as saved is there after a restart. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { call, engineReady, newProject, startImport, valueOf } from '../support/assay.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';
import { writeRows } from '../support/long-csv.ts';

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-killed-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

test('killed while one types: every character that was shown as saved is there', async () => {
  const first = await launchWithProject();
  const { window } = first;
  await window.getByRole('button', { name: 'New page' }).first().click();
  await expect(window.getByRole('textbox', { name: 'Title of the page' })).toBeFocused();
  await window.keyboard.type('Observations\n');
  await expect(window.getByRole('textbox', { name: 'Block 1 of 1' })).toBeFocused();
  let saved = '';
  for (const sentence of ['Gentoos are heavy. ', 'Adelies are on every island. ']) {
    await window.keyboard.type(sentence);
    await expect.poll(async () => { saved = (await savedText(window)) ?? saved; return saved; }).toContain(sentence.trim());
  }
  const typing = window.keyboard.type('and the sentence that is cut off in the middle of everything ', { delay: 15 }).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 700));
  await killApp(first);
  await typing;

  const second = await launchAgain();
  const [summary] = await valueOf(call(second.window, 'pages.list', {}));
  expect(summary!.title).toBe('Observations');
  const page = await valueOf(call(second.window, 'pages.get', { id: summary!.id }));
  const text = page.blocks.map(({ content }) => (content.kind === 'markdown' ? content.text : '')).join('\n');
  expect(text.slice(0, saved.length)).toBe(saved);
  await expectSound(second);
  await second.close();
});

test('killed while it imports: there is no half of a dataset, and the file can be imported again', async () => {
  const file = join(folder, 'long.csv');
  await writeRows(file, 3_000_000);
  const first = await launchWithProject();
  const started = await startImport(first.window, file, 'long');
  await expect.poll(async () => {
    const jobs = await valueOf(call(first.window, 'jobs.list', {}));
    return jobs.find(({ id }) => id === started)?.done ?? 0;
  }, { intervals: [20], timeout: 60_000 }).toBeGreaterThan(0);
  await killApp(first);

  const second = await launchAgain();
  expect(await valueOf(call(second.window, 'datasets.list', {}))).toEqual([]);
  const objects = await readdir(join(folder, 'project', 'obj'), { recursive: true, withFileTypes: true });
  expect(objects.filter((entry) => entry.isFile() && !entry.name.startsWith('~assay-')).map(({ name }) => name)).toEqual([]);
  await expectSound(second);
  const short = join(folder, 'short.csv');
  await writeRows(short, 50_000);
  await startImport(second.window, short, 'short');
  await expect.poll(async () => (await valueOf(call(second.window, 'datasets.list', {}))).length, { timeout: 60_000 }).toBe(1);
  await second.close();
});

test('killed while it trains: the run says so, and is discarded, brought back or resumed', async () => {
  const first = await launchWithProject();
  const file = join(folder, 'rows.csv');
  await writeFile(file, `a,b,c\n${Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n')}\n`);
  await startImport(first.window, file, 'rows');
  await expect.poll(async () => (await valueOf(call(first.window, 'datasets.list', {}))).length, { timeout: 60_000 }).toBe(1);
  const [dataset] = await valueOf(call(first.window, 'datasets.list', {}));
  const config = await valueOf(call(first.window, 'runs.suggest', { versionId: dataset!.versions[0]!.id, target: 'a' }));
  const { runId } = await valueOf(call(first.window, 'runs.train', { config: { ...config, patience: null, batchSize: 16, checkpointSeconds: 0.5, maxEpochs: 60 }, name: 'cut off' }));
  await expect.poll(async () => (await readdir(join(folder, 'user'), { recursive: true })).some((name) => name.endsWith('.checkpoint')), { timeout: 60_000 }).toBe(true);
  await killApp(first);

  const second = await launchAgain();
  const { window } = second;
  await window.getByRole('navigation').getByRole('link', { name: /^Runs/ }).click();
  await window.getByRole('link', { name: 'cut off', exact: true }).click();
  await expect(window.getByText('The app ended while it was training.')).toBeVisible();
  await window.getByRole('button', { name: 'Discard', exact: true }).click();
  await expect.poll(async () => (await valueOf(call(window, 'runs.list', {}))).length).toBe(0);
  await window.getByRole('button', { name: 'Undo' }).click();
  await window.getByRole('link', { name: 'cut off', exact: true }).click();
  await window.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect.poll(async () => (await valueOf(call(window, 'runs.get', { id: runId }))).status, { timeout: 60_000 }).toBe('running');
  await expect.poll(async () => (await valueOf(call(window, 'runs.get', { id: runId }))).status, { timeout: 240_000 }).toBe('done');
  await expectSound(second);
  await second.close();
});

async function launchWithProject(): Promise<LaunchedApp> {
  const launched = await launchApp({ userDataDir: join(folder, 'user') });
  await newProject(launched, join(folder, 'project'), 'Killed');
  return launched;
}

async function launchAgain(): Promise<LaunchedApp> {
  const launched = await launchApp({ userDataDir: join(folder, 'user'), projectDir: join(folder, 'project') });
  await engineReady(launched.window);
  return launched;
}

/** Kills every process of the app, the first one first, so that none can put anything right. */
async function killApp({ app }: LaunchedApp): Promise<void> {
  const root = app.process();
  const pids = await app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().map(({ pid }) => pid));
  const ended = new Promise((resolve) => root?.once('exit', resolve));
  for (const pid of [root.pid ?? 0, ...pids]) {
    try {
      if (pid > 0) process.kill(pid, 'SIGKILL');
    } catch (thrown) {
      // A child of one that is gone may be gone already.
      if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
    }
  }
  await ended;
}

/** What the editor holds, once the page says that it is saved; null while it does not. */
async function savedText(window: Page): Promise<string | null> {
  const read = () => window.evaluate(() => ({
    isSaved: [...document.querySelectorAll('span')].some((span) => /^Saved \d/.test(span.textContent ?? '')),
    // The editor lives in a shadow root.
    text: [...document.querySelectorAll('[data-editor]')].flatMap((host) => [...host.shadowRoot?.querySelectorAll('.cm-line') ?? []]).map((line) => line.textContent ?? '').join('\n'),
  }));
  const before = await read();
  await new Promise((resolve) => setTimeout(resolve, 150));
  const after = await read();
  return before.isSaved && after.isSaved && before.text === after.text ? after.text : null;
}

/** Nothing is to be repaired. */
async function expectSound({ window, pageErrors }: LaunchedApp): Promise<void> {
  expect((await valueOf(call(window, 'project.diagnose', {}))).problems).toEqual([]);
  expect(pageErrors).toEqual([]);
}
