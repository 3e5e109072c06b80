import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { getVersion, tableOf } from '../../electron/app/datasets.ts';
import { getRun, listRuns, markInterrupted } from '../../electron/app/runs.ts';
import { suggestConfig } from '../../electron/app/suggest.ts';
import { checkpointFolder } from '../../electron/app/train-work.ts';
import { resumeRun, startRerun, startTraining } from '../../electron/app/training.ts';
import { checkpointsIn, saveCheckpoint } from '../../electron/jobs/checkpoints.ts';
import { testLauncher } from '../support/launcher.ts';
import type { TrainReport, TrainTaskInput, TrainTaskOutput } from '../../electron/jobs/tasks.ts';
import { WorkerClient } from '../../electron/jobs/worker-client.ts';
import { verdictWords } from '../../shared/domain/rerun-words.ts';
import { ModelSpec, type TrainConfig } from '../../shared/domain/train-config.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import { createRandom } from '../../shared/math/random.ts';
import { aProject, importText, type TestProject } from '../support/project.ts';
import { codeThrownBy } from '../support/stores.ts';

const rows = `a,b,c\n${Array.from({ length: 2000 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n')}\n`;

/** A small network with everything random in it, and checkpoints many times a second. */
async function shortTraining(changes: Partial<TrainConfig> = {}): Promise<{ project: TestProject; config: TrainConfig }> {
  const project = await aProject();
  const { versionId } = await importText(project, 'rows.csv', rows);
  const suggested = await suggestConfig(project.context, versionId, 'a');
  return {
    project,
    config: {
      ...suggested, model: ModelSpec.parse({ kind: 'mlp', hidden: [16], dropout: 0.2 }), batchSize: 16, patience: null, maxEpochs: 300, checkpointSeconds: 0.03, ...changes,
    },
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function untilPoints({ context }: TestProject, runId: RunId): Promise<void> {
  while ((context.livePoints.get(runId)?.length ?? 0) === 0) await sleep(10);
}

describe('a training process that is killed', () => {
  it('at a hundred random moments leaves runs that end with the weights of an undisturbed one, bit for bit', async () => {
    const { project, config } = await shortTraining({ maxEpochs: 120 });
    const { store } = project.context;
    const version = getVersion(store, config.versionId);
    const table = await tableOf(store, version);
    const folder = await mkdtemp(join(tmpdir(), 'assay-kill-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const inputOf = (name: string): TrainTaskInput => ({
      table, dataHash: version.object, config: { ...config, provider: 'cpu' }, modelPath: join(folder, `${name}.onnx`), historyPath: join(folder, `${name}.parquet`),
      tracePath: join(folder, `${name}.trace`), scratchPath: join(folder, `${name}.rows`), basePath: null, checkpoints: { folder: join(folder, name), file: null, isRequired: false }, earlierTracePath: null,
    });
    const undisturbed = new WorkerClient('train', testLauncher(), { memoryMb: 4000 });
    const whole = (await undisturbed.run('train', inputOf('whole'))).summary;
    await undisturbed.close();

    const seed = Date.now() % 1_000_000;
    const count = { kills: 0, runs: 0 };
    const lane = async (number: number): Promise<void> => {
      const random = createRandom(seed, `lane ${number}`);
      while (count.kills < 100) {
        const name = `run-${count.runs++}`;
        const { summary } = await disturbed(inputOf(name), () => (count.kills < 100 ? random.unit() : null), () => { count.kills += 1; });
        expect({ seed, weights: summary.weightsHash, steps: summary.stepCount, test: summary.test }).toEqual({ seed, weights: whole.weightsHash, steps: whole.stepCount, test: whole.test });
      }
    };
    await Promise.all([lane(1), lane(2)]);
    expect(count.kills).toBeGreaterThanOrEqual(100);
  }, 900_000);

  it('goes on by itself, and the run says how often', async () => {
    const { project, config } = await shortTraining({ maxEpochs: 150 });
    const { context } = project;
    const run = startTraining(context, { config, name: 'killed' });
    for (let kill = 0; kill < 2; kill++) {
      const before = context.livePoints.get(run.runId)?.length ?? 0;
      while ((context.livePoints.get(run.runId)?.length ?? 0) <= before + 1) await sleep(10);
      await checkpointed(project, run.runId);
      process.kill((await context.trainer.pid())!, 'SIGKILL');
      await sleep(200);
    }
    await run.finished;
    const { status, resumes, checkpoint, result } = getRun(context.store, run.runId);
    expect({ status, checkpoint }).toEqual({ status: 'done', checkpoint: null });
    expect(resumes!.count).toBe(2);
    expect(resumes!.lastEpoch).toBeGreaterThan(0);
    expect(await readdir(checkpointFolder(context, run.runId)).catch(() => 'gone')).toBe('gone');
    const undisturbed = startTraining(context, { config, name: 'whole' });
    await undisturbed.finished;
    expect(result!.weightsHash).toBe(getRun(context.store, undisturbed.runId).result!.weightsHash);
    expect(result!.trace).toBe(getRun(context.store, undisturbed.runId).result!.trace);
  }, 120_000);

  it('again and again without getting further fails the run in words', async () => {
    const { project, config } = await shortTraining({ maxEpochs: 10_000, checkpointSeconds: 3600 });
    const { context } = project;
    const { runId, finished } = startTraining(context, { config, name: 'hopeless' });
    let pid = 0;
    const killing = setInterval(() => void context.trainer.pid().then((found) => {
      if (found === null || found === pid || (context.livePoints.get(runId)?.length ?? 0) === 0) return;
      pid = found;
      process.kill(found, 'SIGKILL');
    }), 20);
    onTestFinished(() => clearInterval(killing));
    expect(await codeThrownBy(() => finished)).toBe('worker/crashed');
    expect(getRun(context.store, runId)).toMatchObject({ status: 'failed', failure: expect.stringContaining('signal SIGKILL'), checkpoint: null });
    await expect(resumeRun(context, runId)).rejects.toThrow('cannot be resumed: it has no checkpoint');
  }, 120_000);
});

describe('a run that was cut off', () => {
  it('by cancelling is resumed from where it was, and ends as if it had not been', async () => {
    const { project, config } = await shortTraining({ maxEpochs: 100 });
    const { context } = project;
    const { runId, jobId, finished } = startTraining(context, { config, name: 'cancelled' });
    await untilPoints(project, runId);
    context.jobs.cancel(jobId);
    expect(await codeThrownBy(() => finished)).toBe('job/cancelled');
    const cancelled = getRun(context.store, runId);
    expect(cancelled.checkpoint).toMatch(/^[0-9a-f]{64}$/);

    const resumed = await resumeRun(context, runId);
    expect(getRun(context.store, runId)).toMatchObject({ status: 'running', endedAtMs: null, failure: null });
    await expect(resumeRun(context, runId)).rejects.toThrow('it is running');
    await resumed.finished;
    const run = getRun(context.store, runId);
    expect(run).toMatchObject({ status: 'done', checkpoint: null, resumes: { count: 1 } });
    expect(run.result!.epochCount).toBe(100);
    expect(await startRerun(context, runId).finished).toEqual({ kind: 'bitwise-equal' });
    await expect(resumeRun(context, runId)).rejects.toThrow('it has come to its end');
  }, 120_000);

  it('by closing the project can be resumed after it is opened again', async () => {
    const { project, config } = await shortTraining({ maxEpochs: 200 });
    const { runId, finished } = startTraining(project.context, { config, name: 'closed' });
    await untilPoints(project, runId);
    await project.close();
    expect(await codeThrownBy(() => finished)).toBe('job/cancelled');
    const { context } = await project.reopen();
    await markInterrupted(context);
    expect(listRuns(context)[0]).toMatchObject({ status: 'interrupted', checkpoint: expect.any(String) });
    await (await resumeRun(context, runId)).finished;
    expect(await startRerun(context, runId).finished).toEqual({ kind: 'bitwise-equal' });
  }, 120_000);

  it('and whose newest checkpoint is damaged goes on from the one before', async () => {
    const { project, config } = await shortTraining({ maxEpochs: 10_000 });
    const { context } = project;
    const { runId, jobId, finished } = startTraining(context, { config, name: 'damaged' });
    const folder = checkpointFolder(context, runId);
    while ((await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.checkpoint')).length < 2) await sleep(10);
    process.kill((await context.trainer.pid())!, 'SIGSTOP');
    const [newest, before] = (await readdir(folder)).filter((name) => name.endsWith('.checkpoint')).sort().reverse();
    await writeFile(join(folder, newest!), 'damaged');
    process.kill((await context.trainer.pid())!, 'SIGKILL');
    await expect.poll(() => getRun(context.store, runId).resumes?.count, { timeout: 60_000 }).toBe(1);
    expect(before).toBeDefined();
    expect(getRun(context.store, runId).resumes!.lastEpoch).toBeGreaterThan(0);
    context.jobs.cancel(jobId);
    expect(await codeThrownBy(() => finished)).toBe('job/cancelled');
  }, 120_000);

  it('is not resumed from a checkpoint of something else', async () => {
    const { project, config } = await shortTraining({ maxEpochs: 10_000 });
    const { context } = project;
    const { runId, jobId, finished } = startTraining(context, { config, name: 'first' });
    await checkpointed(project, runId);
    context.jobs.cancel(jobId);
    await codeThrownBy(() => finished);
    context.store.commit('runs.note', [{ o: 'set', e: runId, f: { config: { ...config, learningRate: 0.001 } } }]);
    const resumed = await resumeRun(context, runId);
    await expect(resumed.finished).rejects.toThrow('The run cannot go on from its checkpoint: it is of another configuration.');
    expect(getRun(context.store, runId)).toMatchObject({ status: 'failed', checkpoint: expect.any(String) });
  }, 120_000);
});

it('a rerun that differs names the first step and the first tensor', async () => {
  const { project, config } = await shortTraining({ maxEpochs: 5 });
  const { context } = project;
  const { runId, finished } = startTraining(context, { config, name: 'honest' });
  await finished;
  context.store.commit('runs.note', [{ o: 'set', e: runId, f: { config: { ...config, learningRate: config.learningRate * 2 } } }]);
  const verdict = await startRerun(context, runId).finished;
  expect(verdict).toMatchObject({ kind: 'different', first: { step: { step: 2 }, tensor: { epoch: 1, name: 'parameter/hidden1.weight' } } });
  expect(verdictWords(verdict).sentences[0]).toMatch(/^The first loss that differs is of step 2: [\d.]+ before, [\d.]+ now\.$/);
}, 120_000);

it('of the checkpoints in a folder the newest two are kept, and leftovers of a process that died are removed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-checkpoints-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const step of [5, 900, 12_000]) await saveCheckpoint(folder, Uint8Array.of(step % 256), step);
  await writeFile(join(folder, '~assay-half.tmp'), 'half');
  const found: [number, boolean][] = [];
  for await (const { step, bytes } of checkpointsIn(folder)) found.push([step, bytes !== null]);
  expect(found).toEqual([[12_000, true], [900, true]]);
  expect(await readdir(folder)).toHaveLength(2);
});

async function checkpointed({ context }: TestProject, runId: RunId): Promise<void> {
  while (!(await readdir(checkpointFolder(context, runId)).catch(() => [])).some((name) => name.endsWith('.checkpoint'))) await sleep(10);
}

/** Runs the task to its end, however often its process is killed: at a random moment from its start to a while into its steps. */
async function disturbed(input: TrainTaskInput, nextMoment: () => number | null, onKill: () => void): Promise<TrainTaskOutput> {
  const worker = new WorkerClient('train', testLauncher(), { memoryMb: 4000 });
  let startupMs = 500;
  try {
    for (;;) {
      const moment = nextMoment();
      const startedAtMs = performance.now();
      let timer: NodeJS.Timeout | undefined;
      const killAfter = (ms: number): void => {
        clearTimeout(timer);
        timer = setTimeout(() => void worker.pid().then((pid) => {
          if (pid === null) return;
          process.kill(pid, 'SIGKILL');
          onKill();
        }), ms);
      };
      // A tenth of them before the steps begin; the others up to 300 ms into them.
      if (moment !== null && moment < 0.1) killAfter(moment * 10 * startupMs);
      let isTraining = false;
      const task = worker.run('train', input, {
        onProgress: (progress) => {
          if (isTraining || (progress as TrainReport).step === 0) return;
          isTraining = true;
          startupMs = performance.now() - startedAtMs;
          if (moment !== null && moment >= 0.1) killAfter((moment - 0.1) * 330);
        },
      });
      try {
        const output = await task;
        clearTimeout(timer);
        return output;
      } catch (thrown) {
        clearTimeout(timer);
        expect(thrown).toMatchObject({ failure: { code: 'worker/crashed' } });
      }
    }
  } finally {
    await worker.close();
  }
}
