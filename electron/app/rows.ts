/**
 * Rows of a table anywhere, as they are stored or as a view. The first rows of a view come at once; beyond them it is
 * written out once, because only then any position of it can be read. Of one table only the latest view is worked on.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { noteOf } from '../../shared/domain/column-notes.ts';
import type { RowWindow } from '../../shared/domain/datasets.ts';
import type { DatasetId, VersionId } from '../../shared/domain/ids.ts';
import { isStoredView, type RowView } from '../../shared/domain/query.ts';
import type { TableFile } from '../jobs/tasks.ts';
import { listColumnNotes } from './columns.ts';
import type { AppContext } from './context.ts';
import { getVersion, tableOf } from './datasets.ts';

/** Written views are as large as their tables: few are kept. */
const keptViews = 3;

interface OpenView {
  readonly key: string;
  readonly path: string;
  readonly first: Promise<RowWindow>;
  /** The path of all its rows, once somebody has gone beyond the first. */
  whole: Promise<string> | null;
  /** Stops what is being worked out now; null while nothing is. */
  running: AbortController | null;
}

const openViews = new WeakMap<AppContext, OpenView[]>();

export interface RowsRequest {
  readonly view: RowView;
  readonly offset: number;
  readonly limit: number;
  /** Of the column that the view is sorted by: its categories from the lowest to the highest, where they have an order. */
  readonly categoryOrder?: readonly string[] | null;
}

/**
 * Rows [offset, offset + limit) of the view; `rowCount` is how many it has in all.
 * @throws AppError data/unknown-column, query/bad-value, job/cancelled when another view of the table was asked for meanwhile
 */
export async function rowsOfTable(context: AppContext, table: TableFile, { view, offset, limit, categoryOrder = null }: RowsRequest): Promise<RowWindow> {
  const key = JSON.stringify([table.path, view, categoryOrder]);
  const views = openViews.get(context) ?? [];
  openViews.set(context, views);
  // Work on other views of the table is of no use any more; what is finished stays.
  stop(views, (one) => one.path === table.path && one.key !== key);
  if (isStoredView(view)) return context.tables.run('rows', { table, offset, limit });
  const open = views.find((one) => one.key === key) ?? (await begin(context, views, { key, table, view, categoryOrder }));
  const first = await open.first;
  const end = Math.min(first.rowCount, offset + limit);
  if (end <= first.rows.length) return { ...first, offset, rows: first.rows.slice(offset, end) };
  open.whole ??= writeWhole(context, views, open, { table, view, categoryOrder });
  const window = await context.tables.run('rows', { table: { path: await open.whole, columns: table.columns }, offset, limit });
  return { ...window, rowCount: first.rowCount, columns: first.columns };
}

/** Rows of a view of a version; a column of ordered categories is sorted by their order. @throws as `rowsOfTable` */
export async function readRows(context: AppContext, id: VersionId, request: Omit<RowsRequest, 'categoryOrder'>): Promise<RowWindow> {
  const version = getVersion(context.store, id);
  return rowsOfTable(context, await tableOf(context.store, version), { ...request, categoryOrder: orderOf(context, version.datasetId, request.view) });
}

/** The order of the categories by which a view of a dataset is sorted; null where there is none. */
export function orderOf(context: Pick<AppContext, 'store'>, datasetId: DatasetId, { sort }: RowView): readonly string[] | null {
  return sort === null ? null : noteOf(listColumnNotes(context, datasetId), sort.column)?.categoryOrder ?? null;
}

/** Nobody looks at rows any more: what is being worked out for them stops, and what is finished stays. */
export function leaveRows(context: AppContext): void {
  stop(openViews.get(context) ?? [], () => true);
}

interface ViewOfTable {
  readonly table: TableFile;
  readonly view: RowView;
  readonly categoryOrder: readonly string[] | null;
}

async function begin(context: AppContext, views: OpenView[], { key, ...task }: ViewOfTable & { readonly key: string }): Promise<OpenView> {
  const controller = new AbortController();
  const first = context.queries.run('firstRows', task, { signal: controller.signal });
  const open: OpenView = { key, path: task.table.path, first, whole: null, running: controller };
  views.push(open);
  settle(views, open, first);
  for (const oldest of views.slice(0, -keptViews)) await discard(views, oldest);
  return open;
}

function writeWhole({ store, queries }: AppContext, views: OpenView[], open: OpenView, task: ViewOfTable): Promise<string> {
  const outPath = join(store.scratchDir(), `${store.newId()}.parquet`);
  open.running = new AbortController();
  const whole = queries.run('writeView', { ...task, outPath }, { signal: open.running.signal }).then(() => outPath);
  settle(views, open, whole);
  return whole;
}

/** What failed or was stopped is not kept: it is begun anew when it is asked for again. */
function settle(views: OpenView[], open: OpenView, work: Promise<unknown>): void {
  work.then(() => { open.running = null; }, () => forget(views, open));
}

function stop(views: OpenView[], isUseless: (view: OpenView) => boolean): void {
  for (const one of views.filter((each) => each.running !== null && isUseless(each))) {
    forget(views, one);
    one.running?.abort();
  }
}

function forget(views: OpenView[], one: OpenView): void {
  const index = views.indexOf(one);
  if (index >= 0) views.splice(index, 1);
}

async function discard(views: OpenView[], one: OpenView): Promise<void> {
  forget(views, one);
  one.running?.abort();
  // One that was stopped has left no file.
  const path = await one.whole?.catch(() => null);
  if (path) await rm(path, { force: true });
}
