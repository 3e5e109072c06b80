/** A run that is cut off in a real window: by a killed process it goes on by itself, after a restart of the app it is resumed. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import type { Run } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { call, engineReady, newProject, startImport, valueOf } from '../support/assay.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-resume-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

test('a run whose process is killed goes on by itself to its end', async () => {
  const userDataDir = join(folder, 'user');
  const launched = await launchApp({ userDataDir });
  const config = await projectWithRows(launched);
  const { runId } = await valueOf(call(launched.window, 'runs.train', { config: { ...config, maxEpochs: 60 }, name: 'killed' }));
  await expect.poll(() => hasCheckpoint(userDataDir), { timeout: 60_000 }).toBe(true);
  for (const pid of await workerPids(launched)) process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await runOf(launched, runId)).resumes?.count, { timeout: 60_000 }).toBe(1);
  await expect.poll(async () => (await runOf(launched, runId)).status, { timeout: 240_000 }).toBe('done');
  const { resumes, result, failure } = await runOf(launched, runId);
  expect(resumes!.lastEpoch).toBeGreaterThan(0);
  expect(result!.epochCount).toBe(60);
  expect(failure).toBeNull();
  expect(launched.pageErrors).toEqual([]);
  await launched.close();
});

test('a run that the end of the app cuts off is resumed from its page', async () => {
  const userDataDir = join(folder, 'user');
  const first = await launchApp({ userDataDir });
  const config = await projectWithRows(first);
  const { runId } = await valueOf(call(first.window, 'runs.train', { config: { ...config, maxEpochs: 80 }, name: 'cut off' }));
  await expect.poll(() => hasCheckpoint(userDataDir), { timeout: 60_000 }).toBe(true);
  await first.close();

  const second = await launchApp({ userDataDir, projectDir: join(folder, 'project') });
  const page = second.window;
  await engineReady(page);
  await page.getByRole('navigation').getByRole('link', { name: /^Runs/ }).click();
  await page.getByRole('link', { name: 'cut off', exact: true }).click();
  await expect(page.getByText('The app ended while it was training.')).toBeVisible();
  await page.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 240_000 });
  await expect(page.getByRole('region', { name: 'Training' })).toContainText('1 time, last at epoch');
  expect((await runOf(second, runId)).result!.epochCount).toBe(80);
  expect(second.pageErrors).toEqual([]);
  await second.close();
});

/** A new project with twenty thousand rows, and settings that train on them for a while. */
async function projectWithRows(launched: LaunchedApp): Promise<TrainConfig> {
  const { window } = launched;
  const file = join(folder, 'rows.csv');
  await writeFile(file, `a,b,c\n${Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n')}\n`);
  await newProject(launched, join(folder, 'project'), 'Resume');
  await startImport(window, file, 'rows');
  await expect.poll(async () => (await valueOf(call(window, 'datasets.list', {}))).length, { timeout: 60_000 }).toBe(1);
  const [dataset] = await valueOf(call(window, 'datasets.list', {}));
  const config = await valueOf(call(window, 'runs.suggest', { versionId: dataset!.versions[0]!.id, target: 'a' }));
  return { ...config, patience: null, batchSize: 16, checkpointSeconds: 0.5 };
}

async function runOf({ window }: LaunchedApp, id: Run['id']): Promise<Run> {
  return valueOf(call(window, 'runs.get', { id }));
}

/** However fast a machine trains, there is something to go on from once this is true. */
async function hasCheckpoint(userDataDir: string): Promise<boolean> {
  return (await readdir(userDataDir, { recursive: true })).some((name) => name.endsWith('.checkpoint'));
}

async function workerPids({ app }: LaunchedApp): Promise<number[]> {
  return app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().filter(({ name }) => name?.endsWith('train worker')).map(({ pid }) => pid));
}
