/**
 * Starts training runs and runs them again. The start is committed before the work, the end after its files
 * are stored, so that a run is never lost: whatever happens between is "failed", "cancelled" or "interrupted".
 */
import type { JobId, ObjectHash, RunId } from '../../shared/domain/ids.ts';
import { joinPoints, type RerunVerdict, type Run } from '../../shared/domain/runs.ts';
import { isOfRows, modelName, type TrainConfig } from '../../shared/domain/train-config.ts';
import { AppError, fail, toFailure, type Failure } from '../../shared/errors.ts';
import { removeCheckpoints } from '../jobs/checkpoints.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion } from './datasets.ts';
import { judgeRerun } from './rerun-verdict.ts';
import { getRun, interruptedSentence, nextRunNumber } from './runs.ts';
import { checkpointFolder, keepCheckpoint, runTrainer, type TrainerOutput } from './train-work.ts';

export function startTraining(context: AppContext, { config, name }: { config: TrainConfig; name: string }): { jobId: JobId; runId: RunId; finished: Promise<void> } {
  const { store, clock } = context;
  const version = getVersion(store, config.versionId);
  const dataset = getDataset(context, version.datasetId);
  mustKnowColumns(config, version.columns.map((column) => column.name), dataset.name);
  const image = version.columns.find(({ name, type }) => type === 'image' && (name === config.target || config.features.includes(name)));
  if (image) throw fail('data/image-values', { column: image.name });
  const number = nextRunNumber(store);
  const label = `R${number}`;
  const runId = store.newId<RunId>();
  const run = {
    label, name: name || defaultName(config), status: 'running', config, datasetId: dataset.id, datasetName: dataset.name,
    versionNumber: version.number, dataHash: version.object, environment: null, result: null, failure: null, note: '',
    colour: number - 1, startedAtMs: clock(), endedAtMs: null, device: store.deviceId,
  };
  store.commit('runs.start', [{ o: 'create', e: runId, t: 'run', f: run }], { objects: config.model.kind === 'imported' ? [config.model.model] : [] });
  return { runId, ...startWork(context, runId, { config, title: `Train ${label}`, checkpoint: null, isRequired: false }) };
}

/** Goes on with a run that was cut off, from its last checkpoint. @throws AppError train/no-checkpoint, store/object-missing, store/object-damaged */
export async function resumeRun(context: AppContext, runId: RunId): Promise<{ jobId: JobId; finished: Promise<void> }> {
  const { store } = context;
  const { label, status, config, ...run } = getRun(store, runId);
  const refuse = (reason: string): AppError => fail('train/no-checkpoint', { run: label, reason });
  if (status === 'running' || status === 'done') throw refuse(status === 'done' ? 'it has come to its end' : 'it is running');
  const checkpoint = run.checkpoint ?? await keepCheckpoint(context, runId);
  if (checkpoint === null) throw refuse('it has no checkpoint, as it ended before the first was due');
  await store.objectPath(checkpoint);
  store.commit('runs.resume', [{ o: 'set', e: runId, f: { status: 'running', failure: null, endedAtMs: null, device: store.deviceId } }]);
  return startWork(context, runId, { config, title: `Resume ${label}`, checkpoint, isRequired: true });
}

interface Work {
  readonly config: TrainConfig;
  readonly title: string;
  /** The object to go on from; null starts anew, or from what is on this computer. */
  readonly checkpoint: ObjectHash | null;
  readonly isRequired: boolean;
}

function startWork(context: AppContext, runId: RunId, work: Work): { jobId: JobId; finished: Promise<void> } {
  context.livePoints.set(runId, []);
  const job = context.jobs.start({
    kind: 'train', title: work.title, subject: { runId },
    work: async (jobContext) => {
      try {
        await train(context, runId, work, jobContext);
      } catch (thrown) {
        // Within the job, so that a project that closes waits for the checkpoint to be kept.
        await endUnfinished(context, runId, thrown);
        throw thrown;
      }
    },
  });
  const finished = job.finished.catch((thrown: unknown) => {
    commitEnd(context, runId, thrown, null); // one that was cancelled before its turn
    throw thrown;
  }).finally(() => context.livePoints.delete(runId));
  finished.catch(() => undefined); // the job and the run both carry the failure
  return { jobId: job.id, finished };
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
      const again = await runTrainer(context, {
        config, choice, checkpoints: null, earlierTrace: result.trace ?? null, onPoints: () => undefined, onResume: () => undefined,
      }, jobContext);
      try {
        if (again.status === 'cancelled') throw fail('job/cancelled');
        return await judgeRerun(result, environment, again);
      } finally {
        await again.discard();
      }
    },
  });
  return { jobId: job.id, finished: job.finished };
}

async function train(context: AppContext, runId: RunId, { config, checkpoint, isRequired }: Work, job: JobContext): Promise<void> {
  const { store, emit, livePoints } = context;
  const choice = await context.providers.choose(config, { signal: job.signal, onProgress: (_done, _total, step) => job.report({ done: 0, total: null, unit: '', step: `Choosing a provider: ${step}` }) });
  const output = await runTrainer(context, {
    config, choice, earlierTrace: null,
    checkpoints: { folder: checkpointFolder(context, runId), file: checkpoint === null ? null : await store.objectPath(checkpoint), isRequired },
    onPoints: (points) => {
      livePoints.set(runId, joinPoints(livePoints.get(runId) ?? [], points));
      emit('points', { runId, points });
    },
    onResume: (lastEpoch) => {
      const count = (getRun(store, runId).resumes?.count ?? 0) + 1;
      store.commit('runs.goOn', [{ o: 'set', e: runId, f: { resumes: { count, lastEpoch } } }]);
    },
  }, job);
  try {
    await keepResult(context, runId, output);
  } finally {
    await output.discard();
  }
  if (output.status === 'cancelled') throw fail('job/cancelled');
  if (output.failure) throw new AppError(output.failure);
}

async function keepResult(context: AppContext, runId: RunId, output: TrainerOutput): Promise<void> {
  const { store, clock } = context;
  const model = await store.putObject({ path: output.modelPath });
  const history = await store.putObject({ path: output.historyPath });
  const trace = await store.putObject({ path: output.tracePath });
  const { droppedFeatures, confusion, notes, ...summary } = output.summary;
  const isConfusionKept = summary.classes.length <= maxConfusionClasses;
  const result = {
    ...summary, confusion: isConfusionKept ? confusion : null, model: model.hash, modelSizeBytes: model.sizeBytes, history: history.hash, trace: trace.hash,
  };
  const note = [
    droppedFeatures.length > 0 ? `Left out of the features: ${droppedFeatures.join(', ')}.` : '',
    isConfusionKept ? '' : `The confusion matrix is kept for up to ${maxConfusionClasses} classes.`,
    ...notes,
  ].filter(Boolean).join(' ');
  const status = output.status === 'cancelled' && context.jobs.isClosing ? 'interrupted' : output.status;
  const failure = status === 'interrupted' ? interruptedSentence : output.failure && sentenceOf(output.failure);
  // A loss that diverged would do so again.
  const checkpoint = output.status === 'cancelled' ? await keepCheckpoint(context, runId) : null;
  const isNoteFree = store.find(runId)?.fields['note'] === '';
  store.commit(endActions[status], [{
    o: 'set', e: runId, f: { status, result, failure, environment: output.environment, endedAtMs: clock(), checkpoint, ...(note && isNoteFree && { note }) },
  }], { objects: [model.hash, history.hash, trace.hash, ...(checkpoint === null ? [] : [checkpoint])] });
  await removeCheckpoints(checkpointFolder(context, runId));
}

/** Beyond, nobody reads the matrix, and its counts would outgrow a record of the log. */
const maxConfusionClasses = 200;

const endActions = { done: 'runs.finish', cancelled: 'runs.cancel', failed: 'runs.fail', interrupted: 'runs.interrupt' } as const;

/** Ends a run whose work threw, with the checkpoint it can be resumed from. */
async function endUnfinished(context: AppContext, runId: RunId, thrown: unknown): Promise<void> {
  if (!isRunning(context, runId)) return; // ended with its result kept
  // A full disk must not keep the run from ending; its checkpoint stays on this computer then.
  const kept = toFailure(thrown).code === 'train/diverged' ? null : await keepCheckpoint(context, runId).catch(() => null);
  commitEnd(context, runId, thrown, kept ?? getRun(context.store, runId).checkpoint);
}

function commitEnd(context: AppContext, runId: RunId, thrown: unknown, checkpoint: Run['checkpoint']): void {
  const { store, clock, jobs } = context;
  if (!isRunning(context, runId)) return;
  const failure = toFailure(thrown);
  const status = jobs.isClosing ? 'interrupted' : failure.code === 'job/cancelled' ? 'cancelled' : 'failed';
  const sentence = { interrupted: interruptedSentence, cancelled: null, failed: sentenceOf(failure) }[status];
  store.commit(endActions[status], [{ o: 'set', e: runId, f: { status, endedAtMs: clock(), failure: sentence, checkpoint } }], { objects: checkpoint === null ? [] : [checkpoint] });
}

function isRunning({ store }: AppContext, runId: RunId): boolean {
  return store.find(runId)?.fields['status'] === 'running';
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
