/**
 * Whole columns into memory, for training and drift. Values are copied chunk by chunk into typed
 * arrays; no object is made per row. A dictionary of labels is built inside DuckDB as an ENUM type.
 */
import { basename } from 'node:path';
import { isNumberType } from '../../shared/domain/column-data.ts';
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import type { Duck, Session } from './duck.ts';
import { describeParquet, numbered, pickColumns } from './parquet.ts';
import type { ParquetTable } from './parquet.ts';

export interface ColumnsOptions {
  readonly path: string;
  readonly columns: readonly string[];
  /** Only these rows: `limit` of them from `offset` on. All when absent. */
  readonly rows?: { readonly offset: number; readonly limit: number } | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The most values that one statement brings over, so that its result stays within DuckDB's memory limit. */
const valuesPerStatement = 8_000_000;

type Picked = ParquetTable['columns'][number];
type Result = Awaited<ReturnType<Session['connection']['stream']>>;
type Chunk = NonNullable<Awaited<ReturnType<Result['fetchChunk']>>>;

/**
 * Reads columns as numbers (NaN = missing; dates and time stamps in milliseconds since 1970 UTC) or as
 * codes into labels (-1 = missing; labels sorted by their bytes; an empty text is missing; booleans are
 * "true" and "false"). Integers beyond 2^53 are rounded. @throws data/unknown-column, data/image-values, data/malformed
 */
export async function readColumns(duck: Duck, options: ColumnsOptions): Promise<ColumnData[]> {
  const { path, signal } = options;
  return await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const picked = pickColumns(table, options.columns, basename(path));
    const { from, rowCount } = rangeOf(table, options.rows);
    const perStatement = Math.max(1, Math.floor(valuesPerStatement / Math.max(1, rowCount)));
    const read: ColumnData[] = [];
    for (let start = 0; start < picked.length; start += perStatement) {
      read.push(...(await readGroup(session, { from, rowCount, picked: picked.slice(start, start + perStatement), prefix: 'table' })));
    }
    return read;
  });
}

export interface StepsOptions {
  /** Of each table as many columns, which may be called differently. */
  readonly tables: readonly { readonly path: string; readonly columns: readonly string[] }[];
  /** The most values of one table that a step holds, if that is a column at least. */
  readonly valuesPerStep?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads columns of several tables side by side, a few at a time, as `readColumns` does. While `use` works on those
 * of one step the next are read: memory is that of two steps. @throws data/unknown-column, data/malformed
 */
export async function readColumnSteps(duck: Duck, { tables: wanted, valuesPerStep = 5_000_000, signal }: StepsOptions, use: (tables: readonly ColumnData[][]) => Promise<void>): Promise<void> {
  const columnCount = Math.max(0, ...wanted.map(({ columns }) => columns.length));
  await duck.session({ files: wanted.map(({ path }) => path), signal }, async (session) => {
    const tables = await Promise.all(wanted.map(async ({ path, columns }) => {
      const table = await describeParquet(session, path);
      return { ...table, picked: pickColumns(table, columns, basename(path)) };
    }));
    const perStep = Math.max(1, Math.floor(valuesPerStep / Math.max(1, ...tables.map(({ rowCount }) => rowCount))));
    const read = (start: number): Promise<ColumnData[][]> => Promise.all(tables.map(({ from, rowCount, picked }, table) =>
      readGroup(session, { from, rowCount, picked: picked.slice(start, start + perStep), prefix: `table_${table}` })));
    let using = Promise.resolve();
    for (let start = 0; start < columnCount; start += perStep) {
      const step = await read(start);
      await using;
      using = use(step);
      using.catch(() => undefined); // thrown where it is awaited
    }
    await using;
  });
}

function rangeOf(table: ParquetTable, rows: ColumnsOptions['rows']): { from: string; rowCount: number } {
  if (rows === undefined) return { from: table.from, rowCount: table.rowCount };
  const offset = Math.min(rows.offset, table.rowCount);
  const rowCount = Math.min(rows.limit, table.rowCount - offset);
  return { from: `(SELECT * FROM ${numbered(table.from)} WHERE file_row_number >= ${offset} AND file_row_number < ${offset + rowCount})`, rowCount };
}

export interface Group {
  readonly from: string;
  readonly rowCount: number;
  readonly picked: readonly Picked[];
  /** Begins the names of the types that are made for the labels. */
  readonly prefix: string;
}

/** The columns of one group in memory, as `readColumns` gives them. */
export async function readGroup(session: Session, { from, rowCount, picked, prefix }: Group): Promise<ColumnData[]> {
  const { expressions, makeColumns } = await selectionOf(session, from, picked, prefix);
  const columns = makeColumns(rowCount);
  const targets = columns.map(valuesOf);
  let row = 0;
  await eachChunk(await session.connection.run(`SELECT ${expressions.join(', ')} FROM ${from}`), (chunk) => {
    copyChunk(chunk, 0, targets, row, chunk.rowCount);
    row += chunk.rowCount;
  });
  return columns;
}

/** What to select so that columns arrive as numbers or codes, and how to make columns for so many rows; labels are those of all rows. */
async function selectionOf(
  session: Session, from: string, picked: readonly Picked[], prefix: string,
): Promise<{ expressions: string[]; makeColumns(rowCount: number): ColumnData[] }> {
  const expressions: string[] = [];
  const makers: ((rowCount: number) => ColumnData)[] = [];
  for (const [index, column] of picked.entries()) {
    const { name, type, x } = column;
    if (type === 'image') throw fail('data/image-values', { column: name });
    if (isNumberType(type)) {
      makers.push((rowCount) => ({ kind: 'number', name, type, values: new Float64Array(rowCount) }));
      expressions.push(`coalesce(${numberSql(x, type)}, CAST('NaN' AS DOUBLE))`);
    } else {
      const labels = await makeLabels(session, from, column, `${prefix}_labels_${index}`);
      makers.push((rowCount) => ({ kind: 'category', name, type, codes: new Int32Array(rowCount), labels }));
      expressions.push(labels.length === 0 ? 'CAST(-1 AS INTEGER)' : `coalesce(CAST(enum_code(TRY_CAST(CAST(${x} AS VARCHAR) AS ${prefix}_labels_${index})) AS INTEGER), -1)`);
    }
  }
  return { expressions, makeColumns: (rowCount) => makers.map((make) => make(rowCount)) };
}

export interface BlocksOptions {
  readonly path: string;
  readonly columns: readonly string[];
  readonly rowsPerBlock: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads columns in blocks of consecutive rows, in the order of the file, as `readColumns` does; memory is that of a block and what
 * DuckDB reads ahead. The arrays are used again for the next block. @throws data/unknown-column, data/malformed
 */
export async function readRowBlocks(duck: Duck, { path, columns, rowsPerBlock, signal }: BlocksOptions, use: (columns: readonly ColumnData[]) => Promise<void>): Promise<void> {
  await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const { expressions, makeColumns } = await selectionOf(session, table.from, pickColumns(table, columns, basename(path)), 'blocks');
    const block = makeColumns(Math.min(rowsPerBlock, table.rowCount));
    const targets = block.map(valuesOf);
    let filled = 0;
    await eachChunk(await session.connection.stream(`SELECT ${expressions.join(', ')} FROM ${table.from}`), async (chunk) => {
      for (let from = 0; from < chunk.rowCount;) {
        const count = Math.min(chunk.rowCount - from, rowsPerBlock - filled);
        copyChunk(chunk, from, targets, filled, count);
        from += count;
        filled += count;
        if (filled < rowsPerBlock) continue;
        await use(block);
        filled = 0;
      }
    });
    if (filled > 0) await use(block.map((column) => firstRows(column, filled)));
  });
}

function firstRows(column: ColumnData, count: number): ColumnData {
  return column.kind === 'number' ? { ...column, values: column.values.subarray(0, count) } : { ...column, codes: column.codes.subarray(0, count) };
}

function valuesOf(column: ColumnData): Float64Array | Int32Array {
  return column.kind === 'number' ? column.values : column.codes;
}

/** How many rows a table has. @throws data/malformed */
export async function rowCountOf(duck: Duck, path: string): Promise<number> {
  return duck.session({ files: [path] }, async (session) => (await describeParquet(session, path)).rowCount);
}

/** Numeric columns as they lie in the file, NaN where a value is missing. */
export async function readNumbers(session: Session, table: ParquetTable, columns: readonly Picked[]): Promise<Float64Array[]> {
  const values = columns.map(() => new Float64Array(table.rowCount));
  const selected = columns.map(({ x, type }) => `coalesce(${numberSql(x, type)}, CAST('NaN' AS DOUBLE))`);
  let row = 0;
  await eachChunk(await session.connection.run(`SELECT ${selected.join(', ')} FROM ${table.from}`), (chunk) => {
    copyChunk(chunk, 0, values, row, chunk.rowCount);
    row += chunk.rowCount;
  });
  return values;
}

/** Hands over the chunks of a result, each while the next is fetched. */
async function eachChunk(result: Result, use: (chunk: Chunk) => void | Promise<void>): Promise<void> {
  let next = result.fetchChunk();
  for (let chunk = await next; chunk !== null && chunk.rowCount > 0; chunk = await next) {
    next = result.fetchChunk(); // comes from another thread while this one is copied
    next.catch(() => undefined); // thrown where it is awaited
    await use(chunk);
  }
}

/** Copies `count` rows of a chunk of doubles and 32-bit integers that are never NULL, from `from` on, to `row` of the targets. */
function copyChunk(chunk: Chunk, from: number, targets: readonly (Float64Array | Int32Array)[], row: number, count: number): void {
  for (const [index, target] of targets.entries()) {
    const vector = chunk.getColumnVector(index);
    const items = itemsOf(vector);
    if (items) target.set(items.subarray(from, from + count), row);
    else for (let at = 0; at < count; at += 1) target[row + at] = vector.getItem(from + at) as number;
  }
}

/**
 * The memory behind a vector of doubles or integers. The binding keeps it in a field that its types hide;
 * copying it whole is ten times as fast as asking for each item, and without it that is what is done.
 */
function itemsOf(vector: object): Float64Array | Int32Array | null {
  const items: unknown = 'items' in vector ? vector.items : null;
  return items instanceof Float64Array || items instanceof Int32Array ? items : null;
}

/** SQL for the value `x` as a double; dates and time stamps in milliseconds since 1970 UTC. */
export function numberSql(x: string, type: ColumnType): string {
  if (type === 'date') return `CAST(epoch_ms(${x}) AS DOUBLE)`;
  if (type === 'timestamp') return `epoch_us(${x}) / 1000.0`;
  return `CAST(${x} AS DOUBLE)`;
}

/** Makes the ENUM type `name` of the distinct texts of a column and returns them; none when all are missing. */
async function makeLabels(session: Session, from: string, column: Picked, name: string): Promise<string[]> {
  const text = `CAST(${column.x} AS VARCHAR)`;
  const distinct = `SELECT DISTINCT ${text} AS label FROM ${from} WHERE ${column.x} IS NOT NULL AND ${text} <> ''`;
  await session.run(`DROP TYPE IF EXISTS ${name}`);
  await session.run(`CREATE OR REPLACE TEMP TABLE ${name}_list AS SELECT label FROM (${distinct}) ORDER BY label`);
  const labels = (await session.rows(`SELECT label FROM ${name}_list`)).map(([label]) => String(label));
  if (labels.length > 0) await session.run(`CREATE TYPE ${name} AS ENUM (SELECT label FROM ${name}_list)`);
  return labels;
}
