/** What the columns of a version have to do with each other and with a target. Each content is looked at once while the project is open. */
import { noteOf } from '../../shared/domain/column-notes.ts';
import type { JobId, VersionId } from '../../shared/domain/ids.ts';
import type { Relations, TargetReport } from '../../shared/domain/relations.ts';
import { listColumnNotes } from './columns.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion, profileVersion, tableOf } from './datasets.ts';
import { labelOf } from './drift.ts';
import { remembered } from './remembered.ts';

const relations = new WeakMap<AppContext, Map<string, Promise<Relations>>>();
const targets = new WeakMap<AppContext, Map<string, Promise<TargetReport>>>();

/** Compares the columns of a version; the job ends with Relations. @throws AppError store/not-found */
export function startRelations(context: AppContext, id: VersionId): { jobId: JobId; finished: Promise<Relations> } {
  const { object, datasetId } = getVersion(context.store, id);
  const job = context.jobs.start({
    kind: 'profile', title: `Profile of ${labelOf(context, id)}`, subject: { datasetId, versionId: id }, isPrompt: true,
    work: ({ report, signal }) => remembered(relations, context, object, async () => {
      const profile = await profileVersion(context, id);
      const table = await tableOf(context.store, getVersion(context.store, id));
      // The process for queries: showing rows does not wait for it.
      return context.queries.run('relate', { table, profile }, { signal, onProgress: (progress) => report(progress as Parameters<typeof report>[0]) });
    }),
  });
  return { jobId: job.id, finished: job.finished };
}

/**
 * What a target looks like and what may give it away; null takes the column of the role target, and answers null where
 * there is none. @throws AppError store/not-found, data/unknown-column
 */
export async function reportTarget(context: AppContext, id: VersionId, column: string | null): Promise<TargetReport | null> {
  const version = getVersion(context.store, id);
  const dataset = getDataset(context, version.datasetId);
  const notes = listColumnNotes(context, dataset.id);
  const target = column ?? version.columns.find(({ name }) => noteOf(notes, name)?.role === 'target')?.name;
  if (target === undefined) return null;
  return remembered(targets, context, JSON.stringify([version.object, target, notes.map(({ column: name, role }) => [name, role])]), async () => {
    const profile = await profileVersion(context, id);
    const table = await tableOf(context.store, version);
    return context.queries.run('target', { table, dataset: dataset.name, target, profile, notes });
  });
}
