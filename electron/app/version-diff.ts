/** What changed between two versions. Each pair of contents is compared once while the project is open; rows are read on demand. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobId, ModelId } from '../../shared/domain/ids.ts';
import type { Model } from '../../shared/domain/models.ts';
import { isOfRows } from '../../shared/domain/train-config.ts';
import { mostCellsCompared, type DiffSpec, type DiffView, type DiffWindow, type ModelEffect, type VersionDiff, type VersionShift } from '../../shared/domain/version-diff.ts';
import { fail } from '../../shared/errors.ts';
import type { JobContext } from '../jobs/queue.ts';
import type { EffectTaskInput, TableFile } from '../jobs/tasks.ts';
import type { AppContext } from './context.ts';
import { getVersion, tableOf } from './datasets.ts';
import { labelOf } from './drift.ts';
import { getModel } from './models.ts';
import { remembered } from './remembered.ts';
import { listRuns } from './runs.ts';

/** A comparison that was made: its counts, and the file with the rows that differ. */
interface Compared {
  readonly diff: VersionDiff;
  readonly rowsPath: string;
  readonly before: TableFile;
  readonly after: TableFile;
}

const comparisons = new WeakMap<AppContext, Map<string, Promise<Compared>>>();
const shifts = new WeakMap<AppContext, Map<string, Promise<VersionShift>>>();

/** Of large versions a job, which can be cancelled. @throws AppError store/not-found, data/unknown-column, diff/no-common-columns, diff/key-missing, diff/key-repeated, job/cancelled */
export async function diffVersions(context: AppContext, spec: DiffSpec): Promise<VersionDiff> {
  return (await compared(context, spec)).diff;
}

/** Rows [offset, offset + limit) of a view. @throws AppError as `diffVersions`, and diff/no-sizes */
export async function readDiffRows(context: AppContext, spec: DiffSpec, view: DiffView): Promise<DiffWindow> {
  const { diff, rowsPath, before, after } = await compared(context, spec);
  return context.tables.run('diffRows', { before: before.path, after: after.path, rowsPath, columns: diff.columns, view });
}

/** How the distribution of each column that both have moved, also of those that the comparison found renamed. @throws AppError as `diffVersions` */
export async function shiftOf(context: AppContext, spec: DiffSpec): Promise<VersionShift> {
  const [older, newer] = [getVersion(context.store, spec.before), getVersion(context.store, spec.after)];
  if (!newer.columns.some(({ name }) => older.columns.some((column) => column.name === name))) return { columns: [], skipped: [] };
  const { columns } = await diffVersions(context, spec);
  const renamed = columns.flatMap(({ before, after }) => (before && after && before.name !== after.name ? [{ before: before.name, after: after.name }] : []));
  return remembered(shifts, context, JSON.stringify([older.object, newer.object, renamed]), async () => {
    const [reference, current] = [await tableOf(context.store, older), await tableOf(context.store, newer)];
    const { windows } = await context.queries.run('drift', { reference, current, currentLabel: labelOf(context, spec.after), cut: null, columns: null, renamed });
    return { columns: windows[0]?.columns ?? [], skipped: windows[0]?.skipped ?? [] };
  });
}

/** Predicts on both versions with a model; the job ends with what changed. @throws AppError store/not-found */
export function startEffect(context: AppContext, { spec, modelId }: { spec: DiffSpec; modelId: ModelId }): { jobId: JobId; finished: Promise<ModelEffect> } {
  const model = getModel(context.store, modelId);
  const { datasetId } = getVersion(context.store, spec.after);
  getVersion(context.store, spec.before);
  const job = context.jobs.start({
    kind: 'effect', title: `${model.name} on ${labelOf(context, spec.before)} and ${labelOf(context, spec.after)}`, subject: { modelId, datasetId, before: spec.before, after: spec.after, key: JSON.stringify(spec.key) },
    work: (jobContext) => effectOf(context, { spec, model }, jobContext),
  });
  return { jobId: job.id, finished: job.finished };
}

async function effectOf(context: AppContext, { spec, model }: { spec: DiffSpec; model: Model }, job: JobContext): Promise<ModelEffect> {
  const { store, tables } = context;
  job.report({ done: 0, total: 3, unit: 'steps', step: 'Comparing the versions' });
  const { diff, before, after } = await compared(context, spec);
  if (diff.match.kind !== 'key') throw fail('diff/needs-key');
  const key = diff.match.columns.flatMap((name) => diff.columns.find((column) => column.after?.name === name) ?? []);
  const [olderPath, newerPath] = [join(store.scratchDir(), `${store.newId()}.parquet`), join(store.scratchDir(), `${store.newId()}.parquet`)];
  try {
    const older = await predicted(context, { model, table: before, tableName: labelOf(context, spec.before), outPath: olderPath, done: 1 }, job);
    const newer = await predicted(context, { model, table: after, tableName: labelOf(context, spec.after), outPath: newerPath, done: 2 }, job);
    const predictions = {
      before: { path: olderPath, key: key.map((column) => column.before?.name ?? ''), prediction: older },
      after: { path: newerPath, key: key.map((column) => column.after?.name ?? ''), prediction: newer },
      task: model.task, target: model.target,
    };
    return await tables.run('effect', { predictions, trained: trainedOn(context, { model, spec, before, after }) }, { signal: job.signal });
  } finally {
    await Promise.all([olderPath, newerPath].map((path) => rm(path, { force: true })));
  }
}

/** Which of the tables the model was trained on, row by row; rows of windows have no part of their own. */
function trainedOn(context: AppContext, { model, spec, before, after }: { model: Model; spec: DiffSpec; before: TableFile; after: TableFile }): EffectTaskInput['trained'] {
  const run = listRuns(context).find(({ id }) => id === model.runId);
  if (!run || isOfRows(run.config.model)) return null;
  const isOn = (side: 'before' | 'after'): boolean => getVersion(context.store, spec[side]).object === run.dataHash;
  if (isOn('before')) return { side: 'before', path: before.path, config: run.config };
  return isOn('after') ? { side: 'after', path: after.path, config: run.config } : null;
}

/** Writes a table with the predictions beside it and returns the name of the column with them. */
async function predicted(
  { store, trainer }: AppContext, { model, table, tableName, outPath, done }: { model: Model; table: TableFile; tableName: string; outPath: string; done: number }, { report, signal }: JobContext,
): Promise<string> {
  report({ done, total: 3, unit: 'steps', step: `Predicting on ${tableName}` });
  const modelPath = await store.objectPath(model.object);
  const made = await trainer.run('predict', { modelPath, table, tableName, outPath, threadCount: 1 }, { signal });
  return made.columns[table.columns.length]?.name ?? '';
}

async function compared(context: AppContext, spec: DiffSpec): Promise<Compared> {
  const { store, tables, queries, clock } = context;
  const [older, newer] = [getVersion(store, spec.before), getVersion(store, spec.after)];
  return remembered(comparisons, context, JSON.stringify([older.object, newer.object, spec.key]), async () => {
    const startedAtMs = clock();
    const [before, after] = [await tableOf(store, older), await tableOf(store, newer)];
    const rowsPath = join(store.scratchDir(), `${store.newId()}.parquet`);
    const labels = { before: labelOf(context, spec.before), after: labelOf(context, spec.after) };
    const task = { before: before.path, after: after.path, labels, key: spec.key, outPath: rowsPath };
    const isSmall = [older, newer].every(({ rowCount, columns }) => rowCount * columns.length <= mostCellsCompared);
    const found = isSmall ? await tables.run('diff', task) : await context.jobs.start({
      kind: 'diff', title: `Compare ${labels.before} and ${labels.after}`, isPrompt: true,
      subject: { datasetId: newer.datasetId, before: spec.before, after: spec.after, key: JSON.stringify(spec.key) },
      // The process for queries: showing rows does not wait for it.
      work: ({ report, signal }) => queries.run('diff', task, { signal, onProgress: (progress) => report(progress as Parameters<typeof report>[0]) }),
    }).finished;
    return { diff: { ...found, elapsedMs: clock() - startedAtMs }, rowsPath, before, after };
  }, ({ rowsPath }) => rm(rowsPath, { force: true }));
}
