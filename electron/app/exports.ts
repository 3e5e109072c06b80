/** Writes a version, or the rows of a query, to a file of the user's, and keeps in the project that it went out. */
import { rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ExportOutcome, ExportRecord, ExportSettings, ExportSubject } from '../../shared/domain/dataset-export.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import type { JobId, ResultId, VersionId } from '../../shared/domain/ids.ts';
import { describePixels } from '../../shared/domain/images.ts';
import { isStoredView, type QueryInput, type RowView } from '../../shared/domain/query.ts';
import type { DatasetFacts } from '../data/croissant.ts';
import { temporaryPrefix } from '../files/atomic.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { TableFile } from '../jobs/tasks.ts';
import { listColumnNotes } from './columns.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion, tableOf } from './datasets.ts';
import { labelOf } from './labels.ts';
import { keptResult, withWholeResult } from './queries.ts';
import { orderOf } from './rows.ts';

export interface ExportRequest {
  readonly subject: ExportSubject;
  /** Which of the rows, in which order. */
  readonly view: RowView;
  readonly path: string;
  readonly canReplace: boolean;
  readonly settings: ExportSettings;
}

/** Versions whose data are in it: those that the policies are asked about. @throws AppError store/not-found */
export function exportedVersions(context: AppContext, subject: ExportSubject): VersionId[] {
  if (subject.kind === 'version') return [getVersion(context.store, subject.versionId).id];
  return [...new Set(keptResult(context, subject.resultId).inputs.map(({ versionId }) => versionId))];
}

/** `reason` says why a policy was gone against. @throws AppError store/not-found */
export function startDataExport(context: AppContext, request: ExportRequest, reason: string | null): { jobId: JobId; finished: Promise<ExportOutcome> } {
  const versions = exportedVersions(context, request.subject).map((id) => getVersion(context.store, id));
  const job = context.jobs.start({
    kind: 'export', title: `Export ${basename(request.path)}`, subject: {},
    work: async (jobContext) => {
      const outcome = request.subject.kind === 'version'
        ? await exportVersion(context, request, request.subject.versionId, jobContext)
        : await exportResult(context, request, request.subject.resultId, jobContext);
      record(context, request, { outcome, versions, reason });
      return outcome;
    },
  });
  return { jobId: job.id, finished: job.finished };
}

async function exportVersion(context: AppContext, request: ExportRequest, id: VersionId, job: JobContext): Promise<ExportOutcome> {
  const { store } = context;
  const version = getVersion(store, id);
  const { name, description, tags } = getDataset(context, version.datasetId);
  const facts: DatasetFacts = {
    name, description, tags, versionNumber: version.number, createdBy: version.createdBy, createdAtMs: version.createdAtMs, exportedAtMs: context.clock(),
    origin: `${originOf(context, version)}${isStoredView(request.view) ? '' : '. Only the rows that passed a filter, or in another order.'}`, columnNotes: listColumnNotes(context, version.datasetId),
  };
  return await write(context, request, { table: await tableOf(store, version), facts, categoryOrder: orderOf(context, version.datasetId, request.view) }, job);
}

async function exportResult(context: AppContext, request: ExportRequest, id: ResultId, job: JobContext): Promise<ExportOutcome> {
  const { sql, inputs } = keptResult(context, id);
  const facts: DatasetFacts = {
    name: 'Rows of a query', description: `The rows of a query over ${inputs.map(labelOfInput).join(', ') || 'no dataset'}.`, tags: [], versionNumber: null,
    createdBy: context.person, createdAtMs: context.clock(), exportedAtMs: context.clock(), origin: `Query: ${sql}`, columnNotes: [],
  };
  return await withWholeResult(context, id, job, ({ table }) => write(context, request, { table, facts, categoryOrder: null }, job));
}

/** What is left of a write that was cut off with its process is removed here. */
async function write(context: AppContext, { view, path, canReplace, settings }: ExportRequest, rows: { table: TableFile; facts: DatasetFacts; categoryOrder: readonly string[] | null }, { signal, report }: JobContext): Promise<ExportOutcome> {
  const outPath = resolve(path);
  const partPath = join(dirname(outPath), `${temporaryPrefix}${context.store.newId()}.tmp`);
  try {
    return await context.importer.run('export', { ...rows, view, outPath, partPath, canReplace, settings }, {
      signal, onProgress: (progress) => report(progress as Parameters<JobContext['report']>[0]),
    });
  } finally {
    await Promise.all([partPath, `${partPath}.json`].map((part) => rm(part, { force: true }).catch(() => undefined)));
  }
}

interface Exported { readonly outcome: ExportOutcome; readonly versions: readonly DatasetVersion[]; readonly reason: string | null; }

/** One event, on each dataset that was in it. A project that can only be read keeps nothing. */
function record({ store, person, clock }: AppContext, { subject, view }: ExportRequest, { outcome, versions, reason }: Exported): void {
  if (!store.canWrite || versions.length === 0) return;
  const { fileName, format, rowCount, sha256 } = outcome;
  const atMs = clock();
  store.commit('datasets.export', versions.map(({ id, datasetId }) => {
    const x: ExportRecord = {
      versionId: id, fileName, format, rowCount, sha256, by: person, atMs,
      ...(subject.kind === 'result' ? { isQuery: true as const } : {}), ...(isStoredView(view) ? {} : { isView: true as const }),
    };
    return { o: 'add' as const, e: datasetId, s: 'exports', x: { ...x } };
  }), reason === null ? {} : { why: reason });
}

/** How a version came to be, for somebody who has only the file. */
function originOf({ store }: AppContext, { source }: DatasetVersion): string {
  if (source.kind === 'file') return `Imported from ${source.fileName}, SHA-256 ${source.sha256}`;
  if (source.kind === 'query') return `Query: ${source.sql}`;
  return source.kind === 'pixels' ? describePixels(source.settings) : `Predicted by ${labelOf(store, source.runId)}`;
}

function labelOfInput({ name, versionNumber }: QueryInput): string {
  return `"${name}" version ${versionNumber}`;
}

