/** The list of runs: read, name, note, tag, remove; their curves; a sensible first config. */
import { tagsIn } from '../../shared/domain/datasets.ts';
import { Run, type MetricPoint } from '../../shared/domain/runs.ts';
import { TrainConfig } from '../../shared/domain/train-config.ts';
import type { RunId, VersionId } from '../../shared/domain/ids.ts';
import type { Column } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import type { Store } from '../store/store.ts';
import type { AppContext } from './context.ts';
import { getVersion, profileVersion } from './datasets.ts';
import { listOf, mustHaveExisted, oneOf, plain, type Kind } from './entities.ts';

const runKind: Kind<typeof Run> = {
  type: 'run', word: 'run', schema: Run, shape: (entity) => ({ ...plain(entity), tags: tagsIn(entity.sets['tags']) }),
};

export function listRuns({ store }: AppContext): Run[] {
  return listOf(store, runKind);
}

export function getRun(store: Store, id: RunId): Run {
  return oneOf(store, runKind, id);
}

export function renameRun({ store }: AppContext, id: RunId, name: string): void {
  getRun(store, id);
  store.commit('runs.rename', [{ o: 'set', e: id, f: { name } }]);
}

export function noteRun({ store }: AppContext, id: RunId, note: string): void {
  getRun(store, id);
  store.commit('runs.note', [{ o: 'set', e: id, f: { note } }]);
}

/** @throws AppError train/bad-config while it is still running */
export function removeRun({ store }: AppContext, id: RunId): void {
  if (getRun(store, id).status === 'running') throw fail('train/bad-config', { field: 'status', value: 'running', reason: 'cancel the run before you remove it' });
  store.commit('runs.remove', [{ o: 'set', e: id, f: { deleted: true } }]);
}

export function restoreRun({ store }: AppContext, id: RunId): void {
  mustHaveExisted(store, 'run', id);
  store.commit('runs.restore', [{ o: 'set', e: id, f: { deleted: false } }]);
}

/** Points of each run, oldest first; those of a run in progress come from memory. */
export async function readCurves(context: AppContext, ids: readonly RunId[]): Promise<{ runId: RunId; points: MetricPoint[] }[]> {
  return Promise.all(ids.map(async (runId) => {
    const live = context.livePoints.get(runId);
    if (live) return { runId, points: live };
    const { result } = getRun(context.store, runId);
    if (!result) return { runId, points: [] };
    return { runId, points: await context.tables.run('readHistory', { path: await context.store.objectPath(result.history) }) };
  }));
}

export const interruptedSentence = 'The app ended while it was training.';

/** Runs that an earlier session of this device left "running" were cut off: says so in the log. */
export function markInterrupted({ store, clock }: AppContext): void {
  for (const { id, device } of listOf(store, runKind, { field: 'status', value: 'running' })) {
    if (device !== store.deviceId) continue; // a colleague's computer may be training it right now
    store.commit('runs.interrupt', [{ o: 'set', e: id, f: { status: 'interrupted', endedAtMs: clock(), failure: interruptedSentence } }]);
  }
}

/** The number of the next label: R1, R2, ... Removed runs keep theirs. */
export function nextRunNumber(store: Store): number {
  return store.createdCount('run') + 1;
}

const maxSuggestedClasses = 50;

/**
 * A config to start from: the task by the target's type and distinct values, every usable column as a
 * feature, a split by time where the table has a time, and a network sized to the data.
 * @throws AppError data/unknown-column, train/no-features when the target is the only column
 */
export async function suggestConfig(context: AppContext, versionId: VersionId, target: string): Promise<TrainConfig> {
  const version = getVersion(context.store, versionId);
  const column = version.columns.find(({ name }) => name === target);
  if (!column) throw fail('data/unknown-column', { column: target, dataset: 'the dataset', columns: version.columns.map(({ name }) => name).join(', ') });
  const profile = await profileVersion(context, versionId);
  const distinctOf = (name: string): number => profile.find((each) => each.name === name)?.distinctCount ?? 0;
  const isNumeric = column.type === 'number' || (column.type === 'integer' && distinctOf(target) > maxSuggestedClasses);
  const task = isNumeric ? 'regression' : 'classification';
  const rowCount = version.rowCount;
  const others = version.columns.filter(({ name }) => name !== target);
  const usable = others.filter((each) => isUsableFeature(each, distinctOf(each.name), rowCount));
  // Where nothing looks usable, the user still gets a form to correct; training says what is wrong with each column.
  const features = (usable.length > 0 ? usable : others).map(({ name }) => name);
  if (features.length === 0) throw fail('train/no-features', { reason: `"${target}" is the only column` });
  return TrainConfig.parse({
    versionId, task, target, features,
    model: rowCount < 300 ? { kind: 'linear' } : { kind: 'mlp', hidden: rowCount > 20_000 ? [64, 64] : [32] },
    split: { kind: task === 'classification' ? 'stratified' : 'random', timeColumn: null, validationShare: 0.15, testShare: 0.15 },
    seed: 1,
    maxEpochs: rowCount > 200_000 ? 10 : 100,
    batchSize: rowCount > 200_000 ? 512 : rowCount > 20_000 ? 128 : 32,
    learningRate: rowCount > 20_000 ? 0.002 : 0.01,
    l2: 0.0001,
    patience: rowCount > 200_000 ? 3 : 15,
    classWeights: 'none',
    maxCategories: 50,
    threadCount: 1,
  });
}

/** Text, time stamps and columns that name each row are left out of a first suggestion. */
function isUsableFeature({ type }: Column, distinctCount: number, rowCount: number): boolean {
  if (type === 'text' || type === 'timestamp' || type === 'date') return false;
  if (distinctCount <= 1) return false;
  const isIdentifier = (type === 'integer' || type === 'category') && distinctCount === rowCount && rowCount > 20;
  return !isIdentifier;
}
