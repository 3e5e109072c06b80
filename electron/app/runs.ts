/** The list of runs: read, name, note, tag, remove, and their curves. */
import { tagsIn } from '../../shared/domain/datasets.ts';
import { joinPoints, Run, type MetricPoint } from '../../shared/domain/runs.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';
import type { Store } from '../store/store.ts';
import { basedOn } from './based-on.ts';
import type { AppContext } from './context.ts';
import { keepCheckpoint } from './train-work.ts';
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

export function renameRun({ store }: AppContext, id: RunId, name: string, seen?: string): void {
  getRun(store, id);
  store.commit('runs.rename', [{ o: 'set', e: id, f: { name } }], basedOn(store, id, 'name', seen));
}

export function noteRun({ store }: AppContext, id: RunId, note: string, seen?: string): void {
  getRun(store, id);
  store.commit('runs.note', [{ o: 'set', e: id, f: { note } }], basedOn(store, id, 'note', seen));
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
    const { result } = getRun(context.store, runId);
    const recorded = result ? await context.tables.run('readHistory', { path: await context.store.objectPath(result.history) }) : [];
    // One that goes on has the points of before in its history.
    return { runId, points: joinPoints(recorded, context.livePoints.get(runId) ?? []) };
  }));
}

export const interruptedSentence = 'The app ended while it was training.';

/** Runs that an earlier session of this device left "running" were cut off: says so in the log, with what they can go on from. */
export async function markInterrupted(context: AppContext): Promise<void> {
  const { store, clock } = context;
  for (const run of listOf(store, runKind, { field: 'status', value: 'running' })) {
    if (run.device !== store.deviceId) continue; // a colleague's computer may be training it right now
    const checkpoint = (await keepCheckpoint(context, run.id).catch(() => null)) ?? run.checkpoint;
    store.commit('runs.interrupt', [{ o: 'set', e: run.id, f: { status: 'interrupted', endedAtMs: clock(), failure: interruptedSentence, checkpoint } }], { objects: checkpoint === null ? [] : [checkpoint] });
  }
}

/** The number of the next label: R1, R2, ... Removed runs keep theirs. */
export function nextRunNumber(store: Store): number {
  return store.createdCount('run') + 1;
}
