/** All runs of the project, and what a person does to them. */
import type { Tag } from '../../shared/domain/datasets.ts';
import type { RunId } from '../../shared/domain/ids.ts';
import type { Run } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { call } from '../api.ts';
import { createListing, valueOr, type Loadable } from './loadable.ts';

export const runs = createListing(() => call('runs.list', {}));

export function useRuns(): Loadable<readonly Run[]> {
  return runs.useStore((state) => state.list);
}

export function currentRuns(): readonly Run[] {
  return valueOr(runs.useStore.getState().list, []);
}

export const startTraining = (config: TrainConfig, name: string, override: string | null) => call('runs.train', { config, name, override });
/** Goes on with a run that was cut off, from its last checkpoint. */
export const resumeRun = (id: RunId) => call('runs.resume', { id });
export const verifyRun = (id: RunId) => call('runs.verify', { id });
export const renameRun = (id: RunId, name: string, basedOn: string) => call('runs.rename', { id, name, basedOn });
export const noteRun = (id: RunId, note: string, basedOn: string) => call('runs.note', { id, note, basedOn });
export const tagRun = (id: RunId, tag: Tag) => call('runs.tag', { id, tag });
export const untagRun = (id: RunId, tag: Tag) => call('runs.untag', { id, tag });
export const removeRun = (id: RunId) => call('runs.remove', { id });
export const restoreRun = (id: RunId) => call('runs.restore', { id });
/** The settings as the file that `assay train` takes. */
export const runAsFile = (config: TrainConfig) => call('runs.asFile', { config });
