/** Brings a file in: look first, then import as corrected. The file is only ever read by the importer process. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import type { Column } from '../../shared/domain/columns.ts';
import { planAsFound, type Dialect, type ImportPlan, type ProposedTable, type Refused, type Sniff, type VersionSource } from '../../shared/domain/datasets.ts';
import type { DatasetId, FileHandle, JobId, ObjectHash, VersionId } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';
import { importPlace, keepImportPlace } from '../files/import-places.ts';
import { ioFailure } from '../files/failures.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { SourcePath } from '../jobs/tasks.ts';
import { grantedSource, grantSource, type AppContext } from './context.ts';
import { firstNotes } from './columns.ts';
import { getDataset } from './datasets.ts';

export interface ImportRequest {
  readonly path: SourcePath;
  readonly name: string;
  /** null makes a new dataset. */
  readonly datasetId: DatasetId | null;
  /** Null takes the source as it is found. */
  readonly plan: ImportPlan | null;
}

export interface ImportOutcome {
  readonly datasetId: DatasetId;
  readonly versionId: VersionId;
  readonly rowCount: number;
  /** False when the content equals the latest version, so that no new one was made. */
  readonly isNew: boolean;
}

/** How to look at a file: as the user corrected it, or as it looks by itself. */
export interface Look {
  readonly dialect?: Dialect | null | undefined;
  /** The sheet or the table. */
  readonly table?: string | undefined;
}

export function sniffFile(context: AppContext, file: FileHandle, look: Look = {}): Promise<Sniff> {
  return context.importer.run('sniff', { path: grantedSource(context, file), ...look });
}

/** What was found among files, to be imported or not. */
export interface FoundTables {
  readonly tables: (ProposedTable & { file: FileHandle })[];
  readonly refused: Refused[];
}

/** Which tables the chosen files and folders hold; each has a handle of its own. @throws data/*, files/* */
export async function surveyFiles(context: AppContext, files: readonly FileHandle[]): Promise<FoundTables> {
  const paths = files.flatMap((file) => grantedSource(context, file));
  const found = await context.importer.run('survey', { path: paths });
  return {
    tables: found.tables.map(({ source, ...table }) => ({ ...table, file: grantSource(context, source) })),
    refused: [...found.refused],
  };
}

/** Keeps a pasted text for its import only. @throws data/no-rows, files/* */
export async function keepPasted(context: AppContext, text: string): Promise<FileHandle> {
  const path = await ownCopyPath(context, 'Pasted table');
  await context.importer.run('paste', { text, outPath: path });
  return grantSource(context, path);
}

/** Keeps what comes from another program for its import only, as a file that no one else may read. @throws files/* */
export async function keepPiped(context: AppContext, content: AsyncIterable<Uint8Array>): Promise<FileHandle> {
  const path = await ownCopyPath(context, 'Standard input');
  try {
    await writeFile(path, content, { mode: 0o600 });
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
  return grantSource(context, path);
}

export function startImport(context: AppContext, request: ImportRequest): { jobId: JobId; finished: Promise<ImportOutcome> } {
  mustHaveDistinctNames(request);
  const datasetId = request.datasetId ?? context.store.newId<DatasetId>();
  if (request.datasetId) getDataset(context, request.datasetId);
  const job = context.jobs.start({
    kind: 'import', title: `Import ${request.datasetId === null ? request.name : sourceName(request.path)}`, subject: { datasetId },
    work: (jobContext) => importTable(context, { ...request, datasetId, isNewDataset: request.datasetId === null }, jobContext),
  });
  return { jobId: job.id, finished: job.finished };
}

/**
 * The import that reads the source of a dataset again, by the plan of its latest version that came from a file: `path`,
 * or else the file that this computer knows. A new version is made only where the content has changed.
 * @throws store/not-found, data/no-plan, data/no-place
 */
export function updateOf(context: AppContext, { datasetId, path }: { datasetId: DatasetId; path: SourcePath | null }): ImportRequest {
  const { name, versions } = getDataset(context, datasetId);
  const source = versions.map((version) => version.source).findLast((each) => each.kind === 'file');
  if (source?.kind !== 'file' || source.plan === undefined) throw fail('data/no-plan', { dataset: name });
  const place = path ?? importPlace(context.userDataDir, datasetId);
  if (place === null) throw fail('data/no-place', { dataset: name, file: source.fileName });
  return { path: place, name, datasetId, plan: source.plan };
}

/** A table that an import wrote to the scratch folder and put into the store. */
export interface StoredTable {
  readonly object: ObjectHash;
  readonly sizeBytes: number;
  readonly rowCount: number;
  readonly columns: Column[];
}

/** Reads a foreign file, or several, into an object of the store. */
export async function storeForeignTable(
  context: AppContext, path: SourcePath, plan: ImportPlan, { signal, report }: JobContext,
): Promise<StoredTable & { source: VersionSource }> {
  const outPath = join(context.store.scratchDir(), `${context.store.newId()}.parquet`);
  try {
    const table = await context.importer.run('import', { path, plan, outPath }, {
      signal,
      onProgress: (progress) => report(progress as { done: number; total: number | null; unit: string; step: string }),
    });
    report({ done: 1, total: 1, unit: 'file', step: 'Storing' });
    const { hash, sizeBytes } = await context.store.putObject({ path: outPath });
    return {
      object: hash, sizeBytes, rowCount: table.rowCount, columns: table.columns,
      source: {
        kind: 'file', fileName: table.fileName, sha256: table.sourceSha256, sizeBytes: table.sourceSizeBytes, format: plan.format, plan,
        ...(table.fileCount === null ? {} : { fileCount: table.fileCount }), ...(table.leftOut === undefined ? {} : { leftOut: table.leftOut }),
      },
    };
  } finally {
    await rm(outPath, { force: true });
  }
}

/** Commits a stored table as a version, and as the first of a new dataset where asked. */
export function commitVersion(
  { store }: AppContext, action: string,
  { datasetId, newDatasetName, number, table, source, notes = [] }:
  { datasetId: DatasetId; newDatasetName: string | null; number: number; table: StoredTable; source: VersionSource; notes?: Parameters<typeof firstNotes>[2] },
): VersionId {
  const versionId = store.newId<VersionId>();
  const { object, sizeBytes, rowCount, columns } = table;
  const version = { datasetId, number, object, sizeBytes, rowCount, columns, source };
  store.commit(action, [
    ...(newDatasetName === null ? [] : [{ o: 'create' as const, e: datasetId, t: 'dataset', f: { name: newDatasetName, description: '' } }]),
    { o: 'create', e: versionId, t: 'version', f: version },
    ...firstNotes(store, datasetId, notes),
  ], { objects: [object] });
  return versionId;
}

async function importTable(
  context: AppContext, request: ImportRequest & { datasetId: DatasetId; isNewDataset: boolean }, job: JobContext,
): Promise<ImportOutcome> {
  const { datasetId, isNewDataset, name, path } = request;
  const plan = request.plan ?? planAsFound(await context.importer.run('sniff', { path }, { signal: job.signal }));
  const { source, ...table } = await storeForeignTable(context, path, plan, job);
  const latest = isNewDataset ? null : getDataset(context, datasetId).versions.at(-1) ?? null;
  if (isOwnCopy(context, path)) await rm(dirname(path), { recursive: true, force: true });
  else await keepImportPlace(context.store.writer, context.userDataDir, { datasetId, path });
  if (latest?.object === table.object) return { datasetId, versionId: latest.id, rowCount: table.rowCount, isNew: false };
  const versionId = commitVersion(context, 'datasets.import', {
    datasetId, newDatasetName: isNewDataset ? name : null, number: (latest?.number ?? 0) + 1, table, source, notes: saidIn(plan),
  });
  return { datasetId, versionId, rowCount: table.rowCount, isNew: true };
}

/** What a plan says of columns besides their types. */
function saidIn({ columns }: ImportPlan): Parameters<typeof firstNotes>[2] {
  return columns.flatMap(({ name, role, order }) => (role === undefined && order === undefined ? []
    : [{ column: name, change: { ...(role === undefined ? {} : { role }), ...(order === undefined ? {} : { categoryOrder: order }) } }]));
}

/** What the source is called: the file, the folder, or the folder that the files share. */
function sourceName(path: SourcePath): string {
  if (typeof path === 'string') return basename(path);
  return path.length === 1 ? basename(path[0] ?? '') : basename(dirname(path[0] ?? ''));
}

/** A place for what has no file; it goes after its import, or when the project is opened again. */
async function ownCopyPath({ store }: AppContext, name: string): Promise<string> {
  const folder = join(store.scratchDir(), store.newId());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, name);
}

/** What was pasted or piped in has no place that could be read again. */
function isOwnCopy({ store }: AppContext, path: SourcePath): path is string {
  return typeof path === 'string' && path.startsWith(join(store.scratchDir(), sep));
}

function mustHaveDistinctNames({ path, plan }: ImportRequest): void {
  const seen = new Set<string>();
  for (const { name } of plan?.columns ?? []) {
    if (seen.has(name)) throw fail('data/duplicate-column', { file: sourceName(path), column: name });
    seen.add(name);
  }
}
