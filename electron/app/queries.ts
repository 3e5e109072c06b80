/** SQL over the datasets of the project: run, keep the rows, make a dataset of them. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetId, JobId, ResultId, VersionId } from '../../shared/domain/ids.ts';
import { usualRowLimit, versionNamed, type QueryInput, type QueryResult } from '../../shared/domain/query.ts';
import { fail } from '../../shared/errors.ts';
import type { QueryRun } from '../data/query.ts';
import type { TableName } from '../data/query-text.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { TableFile } from '../jobs/tasks.ts';
import type { AppContext } from './context.ts';
import { getDataset, getVersion, listDatasets, tableOf } from './datasets.ts';
import { commitVersion } from './imports.ts';

/** The rows of the latest queries; older ones are run again when they are wanted. */
const keptResults = 8;

interface KeptResult {
  readonly result: QueryResult;
  readonly path: string;
}

const kept = new WeakMap<AppContext, Map<ResultId, KeptResult>>();

/** Runs a query over the newest versions, or those it names. Its rows are kept while the project is open. */
export function startQuery(context: AppContext, { sql, rowLimit = usualRowLimit }: { sql: string; rowLimit?: number | null }): { jobId: JobId; resultId: ResultId; finished: Promise<QueryResult> } {
  const resultId = context.store.newId<ResultId>();
  const job = context.jobs.start({
    kind: 'query', title: `Query ${shortened(sql)}`, subject: { resultId }, isPrompt: true,
    work: async (jobContext) => {
      const { inputs, run, path } = await runQuery(context, { sql, rowLimit }, jobContext);
      const { rowCount, columns, leftOut, elapsedMs } = run;
      const result = { resultId, sql, inputs, rowCount, columns, leftOut, isAtLimit: rowCount === rowLimit, elapsedMs };
      await keep(context, { result, path });
      return result;
    },
  });
  return { jobId: job.id, resultId, finished: job.finished };
}

/** What is kept of a query. @throws AppError store/not-found */
export function keptResult(context: AppContext, id: ResultId): QueryResult {
  return mustBeKept(context, id).result;
}

/** The kept rows of a query. @throws AppError store/not-found */
export function resultTable(context: AppContext, id: ResultId): TableFile {
  const { path, result } = mustBeKept(context, id);
  return { path, columns: result.columns };
}

export interface SaveResultRequest {
  readonly resultId: ResultId;
  readonly name: string;
  /** null makes a new dataset. */
  readonly datasetId: DatasetId | null;
}

/** Stores the rows as a version that remembers its query and the versions it read; one that stopped at the limit is run to its end. */
export function startSaveResult(context: AppContext, request: SaveResultRequest): { jobId: JobId; datasetId: DatasetId; finished: Promise<{ versionId: VersionId; isNew: boolean }> } {
  const { result } = mustBeKept(context, request.resultId);
  if (result.rowCount === 0) throw fail('query/no-rows');
  if (request.datasetId) getDataset(context, request.datasetId);
  const datasetId = request.datasetId ?? context.store.newId<DatasetId>();
  const job = context.jobs.start({
    kind: 'query', title: `Save ${request.name}`, subject: { datasetId },
    work: (jobContext) => withWholeResult(context, request.resultId, jobContext, (whole) => (
      store(context, { ...request, datasetId, isNewDataset: request.datasetId === null, ...whole }, jobContext)
    )),
  });
  return { jobId: job.id, datasetId, finished: job.finished };
}

/** Does `work` with all rows of a query; one that stopped at the limit is run to its end, over the versions it read then. */
export async function withWholeResult<T>(context: AppContext, id: ResultId, job: JobContext, work: (whole: WholeResult) => Promise<T>): Promise<T> {
  const { result, path } = mustBeKept(context, id);
  if (!result.isAtLimit) return await work({ result, table: { path, columns: result.columns } });
  const { run, path: whole } = await runQuery(context, { sql: result.sql, rowLimit: null, inputs: result.inputs }, job);
  try {
    return await work({ result: { ...result, rowCount: run.rowCount, columns: run.columns }, table: { path: whole, columns: run.columns } });
  } finally {
    await rm(whole, { force: true });
  }
}

interface WholeResult { readonly result: QueryResult; readonly table: TableFile; }

const functionNames = new WeakMap<AppContext, Promise<string[]>>();

/** What a query can call, for completion. */
export function listFunctions(context: AppContext): Promise<string[]> {
  const known = functionNames.get(context);
  if (known) return known;
  const asked = context.queries.run('queryFunctions', {});
  functionNames.set(context, asked);
  asked.catch(() => functionNames.delete(context));
  return asked;
}

interface RunRequest {
  readonly sql: string;
  readonly rowLimit: number | null;
  /** The versions that an earlier run read; those that the names mean now when absent. */
  readonly inputs?: readonly QueryInput[];
}

async function runQuery(context: AppContext, { sql, rowLimit, inputs: given }: RunRequest, { signal, report }: JobContext): Promise<{ inputs: QueryInput[]; run: QueryRun; path: string }> {
  const { store, queries } = context;
  const inputs = given ? [...given] : resolve(context, await queries.run('queryTables', { sql }, { signal }));
  const tables: { name: string; path: string }[] = [];
  for (const { name, versionId } of inputs) tables.push({ name, path: (await tableOf(store, getVersion(store, versionId))).path });
  const path = join(store.scratchDir(), `${store.newId()}.parquet`);
  const run = await queries.run('query', { sql, tables, rowLimit, outPath: path }, {
    signal, onProgress: (progress) => report(progress as Parameters<JobContext['report']>[0]),
  });
  return { inputs, run, path };
}

/** @throws AppError query/no-dataset, query/ambiguous */
function resolve(context: AppContext, names: readonly TableName[]): QueryInput[] {
  const datasets = listDatasets(context);
  const inputs = new Map<string, QueryInput>();
  for (const { name, line, column } of names) {
    const found = versionNamed(datasets, name);
    if (!found) throw fail('query/no-dataset', { name, line, column, names: datasets.map((dataset) => `"${dataset.name}"`).slice(0, 20).join(', ') || 'there is none yet' });
    // SQL does not tell names of different case apart: the first mention decides for all.
    const earlier = inputs.get(name.toLowerCase());
    if (earlier && earlier.versionId !== found.version.id) throw fail('query/ambiguous', { name, other: earlier.name, line, column });
    if (!earlier) inputs.set(name.toLowerCase(), { name, datasetId: found.dataset.id, versionId: found.version.id, versionNumber: found.version.number });
  }
  return [...inputs.values()];
}

interface StoreRequest extends SaveResultRequest {
  readonly datasetId: DatasetId;
  readonly isNewDataset: boolean;
  readonly result: QueryResult;
  readonly table: TableFile;
}

async function store(context: AppContext, { datasetId, isNewDataset, name, result, table: { path } }: StoreRequest, { report, signal }: JobContext): Promise<{ versionId: VersionId; isNew: boolean }> {
  if (signal.aborted) throw fail('job/cancelled');
  report({ done: 1, total: 1, unit: 'file', step: 'Storing' });
  const { hash, sizeBytes } = await context.store.putObject({ path });
  const latest = isNewDataset ? null : getDataset(context, datasetId).versions.at(-1) ?? null;
  if (latest?.object === hash) return { versionId: latest.id, isNew: false };
  const { rowCount, columns, sql, inputs } = result;
  const versionId = commitVersion(context, 'queries.saveAs', {
    datasetId, newDatasetName: isNewDataset ? name : null, number: (latest?.number ?? 0) + 1, table: { object: hash, sizeBytes, rowCount, columns },
    source: { kind: 'query', sql, inputVersionIds: [...new Set(inputs.map((input) => input.versionId))] },
  });
  return { versionId, isNew: true };
}

async function keep(context: AppContext, one: KeptResult): Promise<void> {
  const held = kept.get(context) ?? new Map<ResultId, KeptResult>();
  kept.set(context, held);
  held.set(one.result.resultId, one);
  for (const [id, { path }] of held) {
    if (held.size <= keptResults) return;
    held.delete(id);
    await rm(path, { force: true });
  }
}

function mustBeKept(context: AppContext, id: ResultId): KeptResult {
  const found = kept.get(context)?.get(id);
  if (!found) throw fail('store/not-found', { kind: 'query result', id });
  return found;
}

/** The query on one line, for a title. */
function shortened(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}\u2026` : line;
}
