import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import type { Job } from '../../shared/domain/jobs.ts';
import { call, engineReady, nextEvent } from '../support/assay.ts';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';

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
  await launched.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, join(folder, 'project'));
  await call(window, 'shell.createProject', { name: 'Crash' });
  await engineReady(window);

  const dropped = await nextEvent(window, 'shell.filesDropped');
  await dropFiles(window, [file]);
  const [chosen] = (await dropped()).files;
  if (!chosen) throw new Error('nothing was dropped');
  const sniffed = await call(window, 'imports.sniff', { file: chosen.handle });
  if (!sniffed.ok) throw new Error(sniffed.error.what);
  const { format, dialect, columns } = sniffed.value;
  const plan = { format, dialect, columns: columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type })) };
  const started = await call(window, 'imports.start', { file: chosen.handle, name: 'long', datasetId: null, plan });
  if (!started.ok) throw new Error(started.error.what);
  // Rows are coming: the process that reads them is there, and the one that looked at the file may be gone.
  await expect.poll(async () => (await jobOf(launched, started.value.jobId))?.done ?? 0, { intervals: [20] }).toBeGreaterThan(0);
  const busy = await workerPids(launched);
  expect(busy.length).toBeGreaterThan(0);
  for (const pid of busy) process.kill(pid, 'SIGSEGV');

  await expect.poll(async () => (await jobOf(launched, started.value.jobId))?.status, { timeout: 1000, intervals: [20] }).toBe('failed');
  expect((await jobOf(launched, started.value.jobId))?.error).toMatchObject({ code: 'worker/crashed' });
  expect(await call(window, 'project.get', {})).toMatchObject({ ok: true, value: { counts: { datasets: 0 } } });
  expect(await call(window, 'imports.sniff', { file: chosen.handle })).toMatchObject({ ok: true });
  await launched.close();
});

async function writeRows(file: string, rowCount: number): Promise<void> {
  const handle = await open(file, 'w');
  await handle.write('id,value,group\n');
  for (let row = 0; row < rowCount; row += 50_000) {
    await handle.write(Array.from({ length: 50_000 }, (_, i) => `${row + i},${(row + i) * 0.37},g${i % 7}\n`).join(''));
  }
  await handle.close();
}

async function workerPids({ app }: LaunchedApp): Promise<number[]> {
  return app.evaluate(({ app: electronApp }) => electronApp.getAppMetrics().filter(({ name }) => name?.endsWith('worker')).map(({ pid }) => pid));
}

async function jobOf({ window }: LaunchedApp, id: string): Promise<Job | undefined> {
  const jobs = await call(window, 'jobs.list', {});
  return jobs.ok ? jobs.value.find((job) => job.id === id) : undefined;
}
