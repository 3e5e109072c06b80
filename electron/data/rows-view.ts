/**
 * Rows that pass filters, in an order: the first of them at once, or all as a table of their own, because any
 * position of an order can only be had when the whole order is known.
 */
import type { DuckDBValue } from '@duckdb/node-api';
import { basename } from 'node:path';
import type { ValueType } from '../../shared/domain/columns.ts';
import type { RowWindow } from '../../shared/domain/datasets.ts';
import type { RowFilter, RowView } from '../../shared/domain/query.ts';
import { fail } from '../../shared/errors.ts';
import { toCell } from './cells.ts';
import type { Duck, Params, Session } from './duck.ts';
import { withOutput } from './output.ts';
import { describeParquet, numbered, parquetOptions, pickColumns, type ParquetTable } from './parquet.ts';
import { rowCellSql, windowLimit } from './rows.ts';
import { identifier, literal, literalList } from './sql.ts';

export interface ViewOptions {
  readonly path: string;
  readonly view: RowView;
  /** Of the column that is sorted by, where it has an order: its categories from the lowest to the highest. Others come after them. */
  readonly categoryOrder?: readonly string[] | null | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** How many rows pass, and the first of them. @throws data/unknown-column, data/malformed, query/bad-value, job/cancelled */
export async function readFirstRows(duck: Duck, { path, view, categoryOrder, signal }: ViewOptions): Promise<RowWindow> {
  return await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const { where, order, params } = await clauses(session, table, { ...view, categoryOrder }, basename(path));
    const rowCount = view.filters.length === 0 ? table.rowCount : Number((await session.rows(`SELECT count(*) FROM ${table.from} ${where}`, params))[0]?.[0]);
    const cells = table.columns.map(rowCellSql);
    const rows = await session.rows(`SELECT ${cells.join(', ')} FROM ${numbered(table.from)} ${where} ${order} LIMIT ${windowLimit}`, params);
    return { rowCount, offset: 0, columns: table.columns.map(({ name, type }) => ({ name, type })), rows: rows.map((row) => row.map(toCell)) };
  });
}

/** Writes the rows of a view as a table, in their order; of an image the number of its row, as an integer, or the image itself. @throws as `readFirstRows`, and files/* */
export async function writeView(duck: Duck, { path, view, categoryOrder, outPath, keepsImages = false, signal }: ViewOptions & { readonly outPath: string; readonly keepsImages?: boolean }): Promise<{ rowCount: number }> {
  return await withOutput(outPath, (partPath) => duck.session({ files: [path, partPath], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const { where, order, params } = await clauses(session, table, { ...view, categoryOrder }, basename(path));
    const columns = table.columns.map((column) => `${column.type === 'image' && !keepsImages ? rowCellSql(column) : column.stored} AS ${identifier(column.name)}`);
    const types = table.columns.map(({ type }) => (type === 'image' && !keepsImages ? 'integer' : type));
    const select = `SELECT ${columns.join(', ')} FROM ${numbered(table.from)} ${where} ${order}`;
    return { rowCount: await session.run(`COPY (${select}) TO ${literal(partPath)} (${parquetOptions(types)})`, params) };
  }));
}

interface Clauses {
  readonly where: string;
  readonly order: string;
  /** What the user wrote reaches a statement only as bound values. */
  readonly params: Params;
}

async function clauses(session: Session, table: ParquetTable, { filters, sort, categoryOrder }: RowView & Pick<ViewOptions, 'categoryOrder'>, file: string): Promise<Clauses> {
  const conditions: string[] = [];
  const params: Params = {};
  const bind = (value: DuckDBValue): string => {
    const name = `v${Object.keys(params).length}`;
    params[name] = value;
    return `$${name}`;
  };
  for (const filter of filters) {
    const [column] = pickColumns(table, [filter.column], file);
    if (column) conditions.push(await conditionOf(session, filter, column, bind));
  }
  const [by] = sort === null ? [] : pickColumns(table, [sort.column], file);
  return {
    where: conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`,
    order: by === undefined ? 'ORDER BY file_row_number' : `ORDER BY ${[...rank(by.x, categoryOrder), by.x].map((x) => `${x} ${sort?.isDescending ? 'DESC' : 'ASC'} NULLS LAST`).join(', ')}, file_row_number`,
    params,
  };
}

/** Categories sort by their places; those without one come after them, and what is missing last. */
function rank(x: string, order: readonly string[] | null | undefined): string[] {
  return order ? [`CASE WHEN ${x} IS NOT NULL THEN coalesce(list_position(${literalList(order)}, ${x}), ${order.length + 1}) END`] : [];
}

type Target = ParquetTable['columns'][number];

async function conditionOf(session: Session, filter: RowFilter, column: Target, bind: (value: DuckDBValue) => string): Promise<string> {
  const { x, type } = column;
  switch (filter.kind) {
    case 'missing': return `${x} IS ${filter.isMissing ? '' : 'NOT '}NULL`;
    case 'contains': {
      const text = type === 'timestamp' ? `replace(CAST(${x} AS VARCHAR), ' ', 'T')` : `CAST(${x} AS VARCHAR)`;
      const wanted = type === 'timestamp' ? filter.text.replace(' ', 'T') : filter.text;
      return `contains(lower(${text}), lower(${bind(wanted)}))`;
    }
    case 'compare': {
      const test = `${x} ${filter.operator} ${bind(await valueOf(session, filter.value, column))}`;
      // To DuckDB NaN is larger than every number; to a reader it is no number at all.
      return type === 'number' && filter.operator.startsWith('>') ? `(${test} AND NOT isnan(${x}))` : test;
    }
    case 'one-of': {
      const values: string[] = [];
      for (const value of filter.values) values.push(bind(await valueOf(session, value, column)));
      // An IN list would become a join, and the rows lose their order.
      return `(${values.map((value) => `${x} = ${value}`).join(' OR ')})`;
    }
  }
}

/** What was written as a value of the column's type. A fraction may be compared with whole numbers. @throws query/bad-value */
async function valueOf(session: Session, text: string, { name, type }: Target): Promise<DuckDBValue> {
  if (type === 'category' || type === 'text' || type === 'image') return text;
  const trimmed = text.trim();
  for (const sqlType of readAs[type]) {
    const [row] = await session.rows(`SELECT TRY_CAST($text AS ${sqlType})`, { text: trimmed });
    const value = row?.[0] ?? null;
    if (value !== null && trimmed !== '' && !Number.isNaN(value) && !(sqlType === 'BIGINT' && /[.eE]/.test(trimmed))) return value;
  }
  throw fail('query/bad-value', { value: text.slice(0, 100), column: name, type });
}

const readAs: Readonly<Record<Exclude<ValueType, 'category' | 'text'>, readonly string[]>> = {
  boolean: ['BOOLEAN'], integer: ['BIGINT', 'DOUBLE'], number: ['DOUBLE'], date: ['DATE'], timestamp: ['TIMESTAMP'],
};
