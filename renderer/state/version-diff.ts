/** Two versions side by side: which, by which key, and what a model makes of both. */
import type { ModelId, VersionId } from '../../shared/domain/ids.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import type { DiffSpec, DiffView } from '../../shared/domain/version-diff.ts';
import { call } from '../api.ts';
import { runningJobs, useJobs } from './jobs.ts';
import type { Route } from './route.ts';

/** The comparison that an address names, or null. */
export function specOf({ query }: Pick<Route, 'query'>): DiffSpec | null {
  const { before, after, key } = query;
  if (!before || !after) return null;
  return { before: before as VersionId, after: after as VersionId, key: key === undefined ? null : key.split('\n').filter(Boolean) };
}

export const readDiffRows = (spec: DiffSpec, view: DiffView) => call('versions.diffRows', { spec, view });
export const startEffect = (spec: DiffSpec, modelId: ModelId) => call('versions.effect', { spec, modelId });

/** The latest job that predicted on both versions with this model. */
export function useEffectJob(spec: DiffSpec, modelId: string | null): Job | null {
  return useJobs(({ jobs }) => Object.values(jobs).findLast((job) => job.kind === 'effect' && job.subject['modelId'] === modelId && isOf(job, spec)) ?? null);
}

/** The job that compares the versions now; small ones are compared without. */
export function useDiffJob(spec: DiffSpec): Job | null {
  return useJobs(({ jobs }) => runningJobs(jobs).find((job) => job.kind === 'diff' && isOf(job, spec)) ?? null);
}

function isOf({ subject }: Job, { before, after, key }: DiffSpec): boolean {
  return subject['before'] === before && subject['after'] === after && subject['key'] === JSON.stringify(key);
}
