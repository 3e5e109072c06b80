import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startExport, startVerify } from '../../electron/app/archive.ts';
import { listDatasets, profileVersion } from '../../electron/app/datasets.ts';
import { listReports, startDrift } from '../../electron/app/drift.ts';
import { startImport } from '../../electron/app/imports.ts';
import { registerModel, startPrediction } from '../../electron/app/models.ts';
import { listHistory } from '../../electron/app/timeline.ts';
import { getRun, listRuns, markInterrupted } from '../../electron/app/runs.ts';
import { suggestConfig } from '../../electron/app/suggest.ts';
import { startRerun, startTraining } from '../../electron/app/training.ts';
import { closeContext, type AppContext } from '../../electron/app/context.ts';
import { testLauncher } from '../support/launcher.ts';
import { WorkerClient } from '../../electron/jobs/worker-client.ts';
import type { JobId, ModelId, RunId, VersionId } from '../../shared/domain/ids.ts';
import { penguinsPath } from '../support/penguins.ts';
import { codeThrownBy, filesBelow } from '../support/stores.ts';
import { aProject, importPath, importText, type TestProject } from '../support/project.ts';
import { plainDialect } from '../../shared/domain/datasets.ts';

const manyRows = `a,b,c\n${Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n')}\n`;

interface Content {
  readonly project: TestProject;
  readonly versionId: VersionId;
  readonly runId: RunId;
  readonly modelId: ModelId;
}

async function content(): Promise<Content> {
  const project = await aProject();
  const { versionId } = await importPath(project, penguinsPath);
  const { runId, finished } = startTraining(project.context, { config: { ...(await suggestConfig(project.context, versionId, 'species')), maxEpochs: 2 }, name: '' });
  await finished;
  return { project, versionId, runId, modelId: registerModel(project.context, runId, 'species').id };
}

type Started = { readonly jobId: JobId; readonly finished: Promise<unknown> };
type WorkerOf = (context: AppContext) => AppContext['importer'] | AppContext['trainer'];

const plan = { format: 'csv' as const, dialect: plainDialect, columns: [{ sourceName: 'species', name: 'species', type: 'category' as const }] };

/** Every job that a worker does, and the worker that does it. */
const work: [string, WorkerOf, (content: Content) => Promise<Started>][] = [
  ['an import', ({ importer }) => importer, async ({ project }) => startImport(project.context, { path: penguinsPath, name: 'again', datasetId: null, plan })],
  ['a prediction', ({ trainer }) => trainer, async ({ project, modelId, versionId }) => startPrediction(project.context, { modelId, data: { kind: 'version', versionId }, name: 'x' })],
  ['a drift report', ({ tables }) => tables, async ({ project, versionId }) => startDrift(project.context, { name: 'x', spec: { kind: 'cut', version: versionId, cutBy: 'island', period: null, referenceWindows: 1, columns: null } })],
  ['a rerun', ({ trainer }) => trainer, async ({ project, runId }) => startRerun(project.context, runId)],
  ['a verification', ({ importer }) => importer, async ({ project }) => startVerify(project.context, penguinsPath)],
];

/** Starts the job on a worker that is stopped, so that it is surely at work when something happens to it. */
async function startStuck(all: Content, workerOf: WorkerOf, start: (content: Content) => Promise<Started>): Promise<Started & { pid: number }> {
  const worker = workerOf(all.project.context);
  if ((await worker.pid()) === null) await profileVersion(all.project.context, all.versionId); // the other two have worked already
  const pid = (await worker.pid())!;
  process.kill(pid, 'SIGSTOP');
  const job = await start(all);
  job.finished.catch(() => undefined);
  await expect.poll(() => all.project.context.jobs.list().find(({ id }) => id === job.jobId)?.status).toBe('running');
  await new Promise((resolve) => setTimeout(resolve, 50));
  return { ...job, pid };
}

describe.each(work)('%s', (_, workerOf, start) => {
  it('whose worker is killed fails in words and leaves nothing; the same again works', async () => {
    const all = await content();
    const { context } = all.project;
    const before = { ...context.store.stats(), datasets: listDatasets(context).length, reports: listReports(context).length };
    const { finished, pid } = await startStuck(all, workerOf, start);
    process.kill(pid, 'SIGKILL');
    expect(await codeThrownBy(() => finished)).toBe('worker/crashed');
    expect({ ...context.store.stats(), datasets: listDatasets(context).length, reports: listReports(context).length }).toEqual(before);
    expect(await readdir(context.store.scratchDir())).toEqual([]);
    expect(await codeThrownBy(async () => (await start(all)).finished)).toBe('');
  });

  it('that is cancelled ends so even when its worker does not listen', async () => {
    const all = await content();
    const { context } = all.project;
    const before = context.store.stats();
    const { jobId, finished } = await startStuck(all, workerOf, start);
    context.jobs.cancel(jobId);
    expect(await codeThrownBy(() => finished)).toBe('job/cancelled');
    expect(context.jobs.list()[0]).toMatchObject({ id: jobId, status: 'cancelled', error: null });
    expect(context.store.stats()).toEqual(before);
    expect(await readdir(context.store.scratchDir())).toEqual([]);
  });
});

it('a profile whose worker is killed fails in words, and is made when asked again', async () => {
  const { project, versionId } = await content();
  const { context } = project;
  const { versionId: unseen } = await importText(project, 'unseen.csv', 'x\n1\n2\n');
  await profileVersion(context, versionId);
  process.kill((await context.tables.pid())!, 'SIGSTOP');
  const profile = profileVersion(context, unseen);
  profile.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.kill((await context.tables.pid())!, 'SIGKILL');
  expect(await codeThrownBy(() => profile)).toBe('worker/crashed');
  expect(await profileVersion(context, unseen)).toHaveLength(1);
});

it('an export that is cancelled leaves no file behind', async () => {
  const { project: { context, folder } } = await content();
  const { jobId, finished } = startExport(context, join(folder, 'out/x.eln'));
  finished.catch(() => undefined);
  await expect.poll(() => context.jobs.list()[0]?.status).toBe('running');
  context.jobs.cancel(jobId);
  expect(await codeThrownBy(() => finished)).toBe('job/cancelled');
  expect(filesBelow(join(folder, 'out'))).toEqual([]);
});

describe('two jobs on one worker', () => {
  it('do not fall together: the one that waits goes on when the other is killed, and is not delayed by its own cancelling', async () => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importText(project, 'many.csv', manyRows);
    const config = { ...(await suggestConfig(context, versionId, 'a')), maxEpochs: 5000, patience: null };
    const long = startTraining(context, { config, name: 'long' });
    while ((context.livePoints.get(long.runId)?.length ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const waiting = startTraining(context, { config, name: 'waits' });
    await expect.poll(() => context.jobs.list().find(({ id }) => id === waiting.jobId)?.status).toBe('running');
    context.jobs.cancel(waiting.jobId);
    expect(await codeThrownBy(() => waiting.finished)).toBe('job/cancelled');
    expect(getRun(context.store, waiting.runId)).toMatchObject({ status: 'cancelled', result: null });
    expect(getRun(context.store, long.runId).status).toBe('running');

    const next = startTraining(context, { config: { ...config, maxEpochs: 1 }, name: 'next' });
    await expect.poll(() => context.jobs.list().find(({ id }) => id === next.jobId)?.status).toBe('running');
    process.kill((await context.trainer.pid())!, 'SIGSEGV');
    await next.finished;
    await expect.poll(() => getRun(context.store, long.runId).resumes?.count, { timeout: 30_000 }).toBe(1);
    context.jobs.cancel(long.jobId);
    expect(await codeThrownBy(() => long.finished)).toBe('job/cancelled');
    expect(listRuns(context).map(({ name, status }) => `${name}: ${status}`)).toEqual(['long: cancelled', 'waits: cancelled', 'next: done']);
  });
});

describe('a project that is closed while it trains', () => {
  it('keeps what the run has reached, calls it interrupted, and has all of it in the sealed log', async () => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importText(project, 'many.csv', manyRows);
    const config = { ...(await suggestConfig(context, versionId, 'a')), maxEpochs: 5000, patience: null };
    const { runId, finished } = startTraining(context, { config, name: 'long' });
    while ((context.livePoints.get(runId)?.length ?? 0) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    const queued = startTraining(context, { config, name: 'queued' });
    const waiting = startTraining(context, { config, name: 'waiting for a place' });
    await project.close();
    expect(await codeThrownBy(() => finished)).toBe('job/cancelled');
    expect(await codeThrownBy(() => queued.finished)).toBe('job/cancelled');
    expect(await codeThrownBy(() => waiting.finished)).toBe('job/cancelled');

    const again = (await project.reopen()).context;
    await markInterrupted(again);
    expect(again.store.stats().unpublishedCount).toBe(0);
    expect(listRuns(again).map(({ status, failure }) => `${status} ${failure}`)).toEqual(Array.from({ length: 3 }, () => 'interrupted The app ended while it was training.'));
    expect(getRun(again.store, runId).result?.inputs).toHaveLength(2);
    expect(listHistory(again, { entity: runId, limit: 10, before: null }).entries.map(({ action }) => action)).toEqual(['runs.interrupt', 'runs.start']);
    expect(await again.store.verify()).toMatchObject({ outcome: 'verified' });
  });
});

describe('a worker', () => {
  it('is replaced once it holds too much memory, without anybody noticing', async () => {
    const worker = new WorkerClient('data', testLauncher(), { memoryMb: 2000, recycleAboveMb: 1 });
    const pids = new Set<number>();
    for (let i = 0; i < 5; i++) {
      const task = worker.run('sniff', { path: penguinsPath });
      pids.add((await worker.pid())!);
      await task;
    }
    expect(pids.size).toBe(5);
    await worker.close();
    for (const pid of pids) expect(await isRunning(pid)).toBe(false);
  });

  it('that cannot be started says so, and is tried again by the next task', async () => {
    let isBroken = true;
    const launch = testLauncher();
    const worker = new WorkerClient('data', (name) => (isBroken ? Promise.reject(new Error('no process left')) : launch(name)), { memoryMb: 2000 });
    await expect(worker.run('sniff', { path: penguinsPath })).rejects.toThrow('The data process ended unexpectedly (no process left) while it worked on sniff.');
    isBroken = false;
    expect(await worker.run('sniff', { path: penguinsPath })).toMatchObject({ format: 'csv' });
    await worker.close();
  });
});

it('opening and closing a project fifty times, with workers at work, leaks no handle and no process', async () => {
  let project = await aProject();
  const { versionId } = await importPath(project, penguinsPath);
  const counts: number[] = [];
  const pids: number[] = [];
  for (let i = 0; i < 50; i++) {
    project = await project.reopen();
    if (i % 10 === 0) {
      await profileVersion(project.context, versionId);
      pids.push((await project.context.tables.pid())!);
    }
    await closeContext(project.context);
    counts.push((await readdir('/proc/self/fd').catch(() => [])).length);
  }
  expect(Math.max(...counts.slice(25))).toBeLessThanOrEqual(counts[10]! + 1);
  for (const pid of pids) expect(await isRunning(pid)).toBe(false);
}, 120_000);

/** Whether the process exists and is not a zombie that waits to be collected. */
async function isRunning(pid: number): Promise<boolean> {
  const state = await stat(`/proc/${pid}`).then(() => readFile(`/proc/${pid}/stat`, 'utf8'), () => null);
  return state !== null && !/\) Z /.test(state);
}
