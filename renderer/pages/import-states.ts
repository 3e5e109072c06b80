/** How far the import of a table is that was found among others. Pure. */
import type { Output } from '../../shared/contract/index.ts';
import type { DatasetId } from '../../shared/domain/ids.ts';
import type { Job } from '../../shared/domain/jobs.ts';

export type FoundTable = Output<'imports.survey'>['tables'][number];

export type ImportState =
  | { readonly status: 'new' | 'waiting' | 'running' | 'cancelled'; readonly word: string }
  | { readonly status: 'failed'; readonly word: string; readonly reason: string }
  | { readonly status: 'done'; readonly word: string; readonly datasetId: DatasetId };

/** `job` is the one that was started for it, where it has been heard of; `corrected` the dataset that was made by hand. */
export function importStateOf(job: Job | null, isStarted: boolean, corrected: DatasetId | null): ImportState {
  if (corrected !== null) return { status: 'done', word: 'Imported', datasetId: corrected };
  if (!isStarted) return { status: 'new', word: '' };
  if (job === null || job.status === 'queued') return { status: 'waiting', word: 'Waiting' };
  if (job.status === 'running') return { status: 'running', word: job.total === null || job.total === 0 ? job.step || 'Starting' : `${job.step} ${Math.round((100 * job.done) / job.total)} %` };
  if (job.status === 'failed') return { status: 'failed', word: 'Failed', reason: job.error?.what ?? '' };
  if (job.status === 'cancelled') return { status: 'cancelled', word: 'Cancelled' };
  return { status: 'done', word: 'Imported', datasetId: (job.subject['datasetId'] ?? '') as DatasetId };
}
