import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import type { Job } from '../../shared/domain/jobs.ts';
import { call, newProject, startImport, valueOf } from '../support/assay.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';
import { writeRows } from '../support/long-csv.ts';

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-crash-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

test('a worker that dies of SIGSEGV while it reads a file is named within a second, and the window works on', async () => {
  const file = join(folder, 'long.csv');
  await writeRows(file, 2_000_000);
  const launched = await launchApp();
  const { window } = launched;
  await newProject(launched, join(folder, 'project'), 'Crash');

  const jobId = await startImport(window, file, 'long');
  // Rows are coming: the process that reads them is there, and the one that looked at the file may be gone.
  await expect.poll(async () => (await jobOf(launched, jobId))?.done ?? 0, { intervals: [20] }).toBeGreaterThan(0);
  const busy = await workerPids(launched);
  expect(busy.length).toBeGreaterThan(0);
  for (const pid of busy) process.kill(pid, 'SIGSEGV');

  await expect.poll(async () => (await jobOf(launched, jobId))?.status, { timeout: 1000, intervals: [20] }).toBe('failed');
  expect((await jobOf(launched, jobId))?.error).toMatchObject({ code: 'worker/crashed' });
  expect(await call(window, 'project.get', {})).toMatchObject({ ok: true, value: { counts: { datasets: 0 } } });
  const short = join(folder, 'short.csv');
  await writeRows(short, 50_000);
  await startImport(window, short, 'short');
  await expect.poll(async () => (await valueOf(call(window, 'datasets.list', {}))).length, { timeout: 60_000 }).toBe(1);
  await launched.close();
});

async function workerPids({ app }: LaunchedApp): Promise<number[]> {
  return app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().filter(({ name }) => name?.endsWith('worker')).map(({ pid }) => pid));
}

async function jobOf({ window }: LaunchedApp, id: string): Promise<Job | undefined> {
  const jobs = await call(window, 'jobs.list', {});
  return jobs.ok ? jobs.value.find((job) => job.id === id) : undefined;
}
