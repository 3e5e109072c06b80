/**
 * Tables of foreign SQLite databases. A copy is read, together with its write-ahead log, so that the
 * original is neither locked nor written beside; the schema of the file is not trusted.
 */
import Database from 'better-sqlite3';
import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DuckDBValue } from '@duckdb/node-api';
import { fail } from '../../shared/errors.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { identifier } from './sql.ts';
import type { Source } from './source.ts';
import type { Loaded, StagedRow, StagedType } from './staged.ts';

const batchRows = 2048;
let copyCount = 0;

/** Runs `work` with one table, the first where `table` is absent. `rowLimit` bounds the rows that tell the types. @throws data/malformed, data/unknown-table, files/* */
export async function withSqlite<T>(source: Source, options: { readonly tempDir: string; readonly table: string | undefined; readonly rowLimit: number }, work: (loaded: Loaded) => Promise<T>): Promise<T> {
  const copy = join(options.tempDir, `database-${process.pid}-${copyCount++}.sqlite`);
  const nativeBinding = process.env['ASSAY_SQLITE_BINDING'];
  let database: Database.Database | null = null;
  try {
    await copyFile(source.path, copy);
    await copyFile(`${source.path}-wal`, `${copy}-wal`).catch((thrown: unknown) => {
      if (codeOf(thrown) !== 'ENOENT') throw thrown;
    });
    database = new Database(copy, nativeBinding ? { nativeBinding } : {});
    for (const pragma of ['trusted_schema = OFF', 'cell_size_check = ON', 'query_only = ON', 'mmap_size = 0']) database.pragma(pragma);
    return await work(loadTable(database, source, options));
  } catch (thrown) {
    throw failureOf(source, thrown);
  } finally {
    database?.close();
    for (const ending of ['', '-wal', '-shm', '-journal']) await rm(copy + ending, { force: true });
  }
}

function loadTable(database: Database.Database, source: Source, { table: wanted, rowLimit }: { table: string | undefined; rowLimit: number }): Loaded {
  // Virtual tables have no page of their own: what they are needs code that is not here.
  const tables = (database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`).pluck().all() as unknown[]).map(String);
  const table = wanted ?? tables[0];
  if (table === undefined) throw fail('data/unknown-format', { file: source.fileName, reason: 'it is an SQLite database without a table' });
  if (!tables.includes(table)) throw fail('data/unknown-table', { file: source.fileName, table, tables: tables.slice(0, 20).join(', ') });
  const found = kindsOf(database, table, rowLimit);
  const kept = found.filter(({ type }) => type !== null);
  const warnings = found.flatMap(({ name, isMixed }) => (isMixed ? [`Column "${name}" holds values of several kinds; they are read as text.`] : []));
  return {
    tables, table,
    columns: kept.map(({ name, type }) => ({ name, type: type ?? 'text' })),
    leftOut: found.filter(({ type }) => type === null).map(({ name }) => name),
    rows: rowsOf(database, source, table, kept),
    warnings: () => warnings,
  };
}

interface ColumnKind {
  readonly name: string;
  /** Null for binary values, which are left out. */
  readonly type: StagedType | null;
  readonly isMixed: boolean;
}

/** SQLite stores a kind with each value; the kinds that occur tell the type. Numbers of which a double would lose digits are read as text. */
function kindsOf(database: Database.Database, table: string, rowLimit: number): ColumnKind[] {
  const names = (database.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid').pluck().all(table) as unknown[]).map(String);
  return names.map((name) => {
    const x = identifier(name);
    const counts = database.prepare(`SELECT sum(k = 'integer'), sum(k = 'real'), sum(k = 'text'), sum(k = 'blob'), sum(k = 'integer' AND v NOT BETWEEN ${-(2 ** 53)} AND ${2 ** 53}) FROM (SELECT typeof(${x}) AS k, ${x} AS v FROM ${identifier(table)} LIMIT ${rowLimit})`).raw().get() as (number | null)[];
    const [integers = 0, reals = 0, texts = 0, blobs = 0, large = 0] = counts.map((count) => count ?? 0);
    if (blobs > 0) return { name, type: null, isMixed: false };
    if (texts > 0) return { name, type: integers + reals > 0 ? 'text' : 'string', isMixed: integers + reals > 0 };
    if (reals > 0) return large > 0 ? { name, type: 'string', isMixed: true } : { name, type: 'number', isMixed: false };
    return { name, type: integers > 0 ? 'integer' : 'text', isMixed: false };
  });
}

async function* rowsOf(database: Database.Database, source: Source, table: string, columns: readonly ColumnKind[]): AsyncGenerator<StagedRow[]> {
  if (columns.length === 0) return;
  const statement = database.prepare(`SELECT ${columns.map(({ name }) => identifier(name)).join(', ')} FROM ${identifier(table)}`).raw().safeIntegers();
  let ready: StagedRow[] = [];
  let line = 0;
  try {
    for (const values of statement.iterate() as IterableIterator<unknown[]>) {
      line += 1;
      ready.push({ line, values: values.map((value, index) => valueOf(value, columns[index] as ColumnKind, line, source)) });
      if (ready.length < batchRows) continue;
      yield ready;
      ready = [];
      // The iteration holds the thread; a message to cancel comes in between.
      await nextTurn();
    }
  } catch (thrown) {
    throw failureOf(source, thrown);
  }
  yield ready;
}

/** A value beyond the rows that told the types may be of another kind: then it is named. */
function valueOf(value: unknown, { name, type }: ColumnKind, line: number, source: Source): DuckDBValue {
  if (value === null) return null;
  const misfit = (): Error => fail('data/bad-value', { file: source.fileName, line, column: name, value: String(value).slice(0, 100), type: type ?? 'text' });
  if (typeof value === 'bigint') {
    if (type === 'number') return Number(value);
    return type === 'integer' ? value : String(value);
  }
  if (typeof value === 'number') {
    if (type === 'integer') throw misfit();
    return type === 'number' ? value : String(value);
  }
  if (typeof value !== 'string' || type === 'integer' || type === 'number') throw misfit();
  return value;
}

function failureOf(source: Source, thrown: unknown): unknown {
  const code = codeOf(thrown);
  if (code === 'SQLITE_FULL') return ioFailure(thrown, source.path);
  if (code?.startsWith('SQLITE_')) return fail('data/malformed', { file: source.fileName, reason: `SQLite says: ${(thrown as Error).message.slice(0, 150)}` }, thrown);
  return ioFailure(thrown, source.path);
}
