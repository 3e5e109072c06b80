/** Two versions side by side: which, by which key, and what a model makes of both. */
import type { ModelId, VersionId } from '../../shared/domain/ids.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import type { DiffSpec, DiffView } from '../../shared/domain/version-diff.ts';
import { call } from '../api.ts';
import { useJobs } from './jobs.ts';
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
  const key = JSON.stringify(spec.key);
  return useJobs(({ jobs }) => Object.values(jobs).findLast(({ kind, subject }) =>
    kind === 'effect' && subject['modelId'] === modelId && subject['before'] === spec.before && subject['after'] === spec.after && subject['key'] === key) ?? null);
}
