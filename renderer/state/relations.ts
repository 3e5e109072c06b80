/** What the columns of a version have to do with each other: the job that compares them. */
import type { VersionId } from '../../shared/domain/ids.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { call } from '../api.ts';
import { useJobs } from './jobs.ts';

export const startRelations = (versionId: VersionId) => call('relations.start', { versionId });

/** The latest job that compared the columns of this version. */
export function useRelationsJob(versionId: VersionId): Job | null {
  return useJobs(({ jobs }) => Object.values(jobs).findLast(({ kind, subject }) => kind === 'profile' && subject['versionId'] === versionId) ?? null);
}
