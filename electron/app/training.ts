/**
 * Starts training runs and runs them again. The start is committed before the work, the end after its files
 * are stored, so that a run is never lost: whatever happens between is "failed", "cancelled" or "interrupted".
 */
import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { JobId, RunId } from '../../shared/domain/ids.ts';
import type { MetricPoint, RerunVerdict, RunEnvironment, RunResult } from '../../shared/domain/runs.ts';
import type { ProviderChoice } from '../../shared/domain/providers.ts';
import type { ResourceSample } from '../../shared/domain/resources.ts';
import { isOfRows, modelName, type TrainConfig } from '../../shared/domain/train-config.ts';
import { AppError, fail, toFailure, type Failure } from '../../shared/errors.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { TrainReport, TrainSummary } from '../jobs/tasks.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion, tableOf } from './datasets.ts';
import { getRun, interruptedSentence, nextRunNumber } from './runs.ts';

export function startTraining(context: AppContext, { config, name }: { config: TrainConfig; name: string }): { jobId: JobId; runId: RunId; finished: Promise<void> } {
  const { store, clock } = context;
  const version = getVersion(store, config.versionId);
  const dataset = getDataset(context, version.datasetId);
  mustKnowColumns(config, version.columns.map((column) => column.name), dataset.name);
  const number = nextRunNumber(store);
  const label = `R${number}`;
  const runId = store.newId<RunId>();
  const run = {
    label, name: name || defaultName(config), status: 'running', config, datasetId: dataset.id, datasetName: dataset.name,
    versionNumber: version.number, dataHash: version.object, environment: null, result: null, failure: null, note: '',
    colour: number - 1, startedAtMs: clock(), endedAtMs: null, device: store.deviceId,
  };
  store.commit('runs.start', [{ o: 'create', e: runId, t: 'run', f: run }]);
  context.livePoints.set(runId, []);
  const job = context.jobs.start({
    kind: 'train', title: `Train ${label}`, subject: { runId },
    work: (jobContext) => train(context, runId, config, jobContext),
  });
  const finished = job.finished.catch((thrown: unknown) => {
    endUnfinished(context, runId, thrown);
    throw thrown;
  }).finally(() => context.livePoints.delete(runId));
  finished.catch(() => undefined); // the job and the run both carry the failure
  return { jobId: job.id, runId, finished };
}

/** Trains again from the recorded config on the recorded data and compares every hash and number. */
export function startRerun(context: AppContext, runId: RunId): { jobId: JobId; finished: Promise<RerunVerdict> } {
  const { label, result, config, environment } = getRun(context.store, runId);
  if (!result) throw fail('train/bad-config', { field: 'run', value: label, reason: 'it has no result to compare with' });
  const job = context.jobs.start({
    kind: 'rerun', title: `Run ${label} again`, subject: { runId },
    work: async (jobContext) => {
      // On what it was trained on, also where another provider would be chosen now.
      const provider = environment?.provider ?? 'cpu';
      const choice = await context.providers.choose({ ...config, provider }, { signal: jobContext.signal });
      const again = await runTrainer(context, config, choice, jobContext, () => undefined);
      try {
        return await compareResults(result, again);
      } finally {
        await again.discard();
      }
    },
  });
  return { jobId: job.id, finished: job.finished };
}

interface TrainerOutput {
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly failure: Failure | null;
  readonly summary: TrainSummary;
  readonly environment: RunEnvironment;
  readonly modelPath: string;
  readonly historyPath: string;
  discard(): Promise<void>;
}

async function train(context: AppContext, runId: RunId, config: TrainConfig, job: JobContext): Promise<void> {
  const { store, clock, emit, livePoints } = context;
  const choice = await context.providers.choose(config, { signal: job.signal, onProgress: (_done, _total, step) => job.report({ done: 0, total: null, unit: '', step: `Choosing a provider: ${step}` }) });
  const output = await runTrainer(context, config, choice, job, (points) => {
    livePoints.get(runId)?.push(...points);
    emit('points', { runId, points });
  });
  try {
    const model = await store.putObject({ path: output.modelPath });
    const history = await store.putObject({ path: output.historyPath });
    const { droppedFeatures, confusion, ...summary } = output.summary;
    const isConfusionKept = summary.classes.length <= maxConfusionClasses;
    const result = { ...summary, confusion: isConfusionKept ? confusion : null, model: model.hash, modelSizeBytes: model.sizeBytes, history: history.hash };
    const note = [
      droppedFeatures.length > 0 ? `Left out of the features: ${droppedFeatures.join(', ')}.` : '',
      isConfusionKept ? '' : `The confusion matrix is kept for up to ${maxConfusionClasses} classes.`,
    ].filter(Boolean).join(' ');
    const status = output.status === 'cancelled' && context.jobs.isClosing ? 'interrupted' : output.status;
    const failure = status === 'interrupted' ? interruptedSentence : output.failure && sentenceOf(output.failure);
    store.commit(endActions[status], [{
      o: 'set', e: runId, f: { status, result, failure, environment: output.environment, endedAtMs: clock(), ...(note && { note }) },
    }], { objects: [model.hash, history.hash] });
  } finally {
    await output.discard();
  }
  if (output.status === 'cancelled') throw fail('job/cancelled');
  if (output.failure) throw new AppError(output.failure);
}

/** Beyond, nobody reads the matrix, and its counts would outgrow a record of the log. */
const maxConfusionClasses = 200;

const endActions = { done: 'runs.finish', cancelled: 'runs.cancel', failed: 'runs.fail', interrupted: 'runs.interrupt' } as const;

async function runTrainer(
  context: AppContext, config: TrainConfig, choice: ProviderChoice, { signal, report }: JobContext, onPoints: (points: MetricPoint[]) => void,
): Promise<TrainerOutput> {
  const { store, trainer, appVersion } = context;
  const table = await tableOf(store, getVersion(store, config.versionId));
  const scratch = join(store.scratchDir(), store.newId());
  const modelPath = `${scratch}.onnx`;
  const historyPath = `${scratch}.parquet`;
  const discard = async (): Promise<void> => {
    await rm(modelPath, { force: true });
    await rm(historyPath, { force: true });
  };
  try {
    const { status, failure, summary, onnxRuntimeVersion } = await trainer.run('train', { table, config: { ...config, provider: choice.provider }, modelPath, historyPath }, {
      signal,
      onProgress: (progress) => {
        const { epoch, epochs, samplesPerSecond, points, resources } = progress as TrainReport;
        report({ done: epoch, total: epochs, unit: 'epochs', step: samplesPerSecond > 0 ? paceOf(samplesPerSecond, resources) : 'Reading data' });
        if (points.length > 0) onPoints(points);
      },
    });
    const environment: RunEnvironment = {
      appVersion, onnxRuntimeVersion, nodeVersion: process.versions.node,
      platform: `${process.platform} ${process.arch}`, cpu: cpus()[0]?.model ?? 'unknown', provider: choice.provider, providerReason: choice.reason,
    };
    return { status, failure, summary, environment, modelPath, historyPath, discard };
  } catch (thrown) {
    await discard();
    throw thrown;
  }
}

/** "101,400 rows/s · 312 MB", and how busy the graphics card is where one works. */
function paceOf(rowsPerSecond: number, resources: ResourceSample | null): string {
  const gpu = resources?.gpu ?? null;
  return [
    `${Math.round(rowsPerSecond).toLocaleString('en')} rows/s`,
    ...(resources === null ? [] : [`${Math.round(resources.memoryBytes / 1e6).toLocaleString('en')} MB`]),
    ...(gpu?.utilisation == null ? [] : [`graphics card ${gpu.utilisation} %`]),
  ].join(' \u00b7 ');
}

async function compareResults(before: RunResult, again: TrainerOutput): Promise<RerunVerdict> {
  if (again.status === 'cancelled') throw fail('job/cancelled');
  const { summary } = again;
  const modelHash = createHash('sha256').update(await readFile(again.modelPath)).digest('hex');
  const differences: string[] = [];
  if (summary.graphHash !== before.graphHash) differences.push('The training graph differs: the compiler or the columns changed.');
  if (summary.weightsHash !== before.weightsHash) differences.push('The weights differ.');
  if (modelHash !== before.model) differences.push('The exported model differs.');
  for (const part of ['validation', 'test'] as const) {
    for (const [metric, value] of Object.entries(before[part])) {
      const now = summary[part][metric as keyof typeof before.test];
      if (now !== value) differences.push(`${metric} on the ${part} part: ${value} before, ${now} now.`);
    }
  }
  return differences.length === 0 ? { kind: 'bitwise-equal' } : { kind: 'different', differences };
}

function endUnfinished({ store, clock, jobs }: AppContext, runId: RunId, thrown: unknown): void {
  if (store.find(runId)?.fields['status'] !== 'running') return; // ended with its result kept
  const failure = toFailure(thrown);
  const status = jobs.isClosing ? 'interrupted' : failure.code === 'job/cancelled' ? 'cancelled' : 'failed';
  const sentence = { interrupted: interruptedSentence, cancelled: null, failed: sentenceOf(failure) }[status];
  store.commit(endActions[status], [{ o: 'set', e: runId, f: { status, endedAtMs: clock(), failure: sentence } }]);
}

function sentenceOf({ what, fix }: Failure): string {
  return `${what} ${fix}`;
}

function defaultName({ model, target }: TrainConfig): string {
  return `${modelName(model)}, ${target}`;
}

/** @throws AppError data/unknown-column, train/bad-config */
function mustKnowColumns({ target, features, split, model, weightColumn }: TrainConfig, columns: readonly string[], dataset: string): void {
  const unknown = [target, ...features, ...[split.timeColumn, weightColumn].filter((name) => name !== null)].find((name) => !columns.includes(name));
  if (unknown !== undefined) throw fail('data/unknown-column', { column: unknown, dataset, columns: columns.join(', ') });
  if (features.includes(target) && !isOfRows(model)) throw badConfig('features', target, 'the target cannot be a feature');
  if (split.kind === 'time' && split.timeColumn === null && !isOfRows(model)) throw badConfig('split.timeColumn', 'missing', 'a split by time needs a column');
  const held = split.validationShare + split.testShare;
  if (held >= 0.95) throw badConfig('split', String(held), 'validation and test together leave too little to train on');
}

function badConfig(field: string, value: string, reason: string): AppError {
  return fail('train/bad-config', { field, value, reason });
}
