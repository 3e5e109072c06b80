/** Writes columns from memory as a Parquet file, alone or beside the columns of a stored table. */
import { BIGINT, BLOB, BOOLEAN, DATE, DOUBLE, DuckDBDataChunk, DuckDBDateValue, DuckDBTimestampValue, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Column, ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import { nameKey } from './records.ts';
import type { Duck, Session } from './duck.ts';
import { storedType } from './fields.ts';
import { withOutput } from './output.ts';
import { describeParquet, parquetOptions } from './parquet.ts';
import { identifier, literal } from './sql.ts';

/** Values of one column; null is missing, and so is NaN in every type but number. Dates are milliseconds since 1970 UTC. */
export interface NewColumn extends Column {
  readonly values: ArrayLike<string | number | boolean | null>;
}

export interface TableOptions {
  readonly outPath: string;
  readonly columns: readonly NewColumn[];
  /** A stored table whose columns come first; it must have as many rows. */
  readonly basePath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const chunkRows = 2048;

/** Writes `outPath` whole or not at all and returns what is in it. @throws data/duplicate-column, data/malformed, files/* */
export async function writeTable(duck: Duck, options: TableOptions): Promise<{ rowCount: number; columns: Column[] }> {
  const rowCount = requireEqualLengths(options.columns);
  const { basePath, signal, outPath } = options;
  const columns = await withOutput(outPath, (partPath) =>
    duck.session({ files: basePath === undefined ? [partPath] : [partPath, basePath], signal }, async (session) => {
      const base = basePath === undefined ? null : await describeParquet(session, basePath);
      if (base !== null && base.rowCount !== rowCount) throw new RangeError(`the table has ${base.rowCount} rows, the new columns have ${rowCount}`);
      const all = [...(base?.columns ?? []), ...options.columns].map(({ name, type }) => ({ name, type }));
      requireDistinct(all, outPath);
      await load(session, options.columns, rowCount);
      const added = options.columns.map(({ name }, index) => `added.v${index} AS ${identifier(name)}`);
      const kept = base === null ? [] : base.columns.map(({ name, stored }) => `${stored} AS ${identifier(name)}`);
      // The reader's rows keep their order and so does the table in memory: they are laid side by side.
      const from = base === null ? 'added' : `${base.from} POSITIONAL JOIN added`;
      await session.run(`COPY (SELECT ${[...kept, ...added].join(', ')} FROM ${from}) TO ${literal(partPath)} (${parquetOptions(all.map(({ type }) => type))})`);
      return all;
    }),
  );
  return { rowCount, columns };
}

function requireEqualLengths(columns: readonly NewColumn[]): number {
  const rowCount = columns[0]?.values.length;
  if (rowCount === undefined) throw new RangeError('a table needs at least one new column');
  for (const { name, values } of columns) {
    if (values.length !== rowCount) throw new RangeError(`column "${name}" has ${values.length} values, the first has ${rowCount}`);
  }
  return rowCount;
}

function requireDistinct(columns: readonly Column[], file: string): void {
  const taken = new Set<string>();
  for (const { name } of columns) {
    if (taken.has(nameKey(name))) throw fail('data/duplicate-column', { file, column: name });
    taken.add(nameKey(name));
  }
}

async function load(session: Session, columns: readonly NewColumn[], rowCount: number): Promise<void> {
  await session.run(`CREATE TEMP TABLE added (${columns.map(({ type }, index) => `v${index} ${storedType[type]}`).join(', ')})`);
  const appender = await session.connection.createAppender('added');
  const types = columns.map(({ type }) => duckTypes[type]);
  for (let start = 0; start < rowCount; start += chunkRows) {
    const count = Math.min(chunkRows, rowCount - start);
    const chunk = DuckDBDataChunk.create(types, count);
    columns.forEach(({ type, values }, index) => {
      chunk.setColumnValues(index, Array.from({ length: count }, (_, at) => toDuck(values[start + at] ?? null, type)));
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function toDuck(value: string | number | boolean | null, type: ColumnType): DuckDBValue {
  if (value === null) return null;
  if (type === 'category' || type === 'text') return String(value);
  if (type === 'boolean') return typeof value === 'number' ? value !== 0 : Boolean(value);
  const number = Number(value);
  if (type === 'number') return number;
  if (Number.isNaN(number)) return null;
  if (type === 'integer') return BigInt(Math.round(number));
  if (type === 'date') return new DuckDBDateValue(Math.floor(number / 86_400_000));
  return new DuckDBTimestampValue(BigInt(Math.round(number * 1000)));
}

const duckTypes: Readonly<Record<ColumnType, DuckDBType>> = {
  boolean: BOOLEAN, integer: BIGINT, number: DOUBLE, category: VARCHAR, text: VARCHAR, date: DATE, timestamp: TIMESTAMP, image: BLOB,
};
