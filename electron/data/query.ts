/** Runs a query over datasets in a sandbox of its own and writes its rows as a table of ours. */
import type { Column, ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import { duckFailure, isOutOfMemory, withProgress, type Duck, type Session } from './duck.ts';
import { fieldsOf, storedType, type Field } from './fields.ts';
import { withOutput } from './output.ts';
import { describeParquet, parquetOptions } from './parquet.ts';
import { queryFailure, readTables, refused } from './query-text.ts';
import { identifier, literal } from './sql.ts';

export interface QueryOptions {
  readonly sql: string;
  /** Each table that the query names (`tablesOf`), with its file. */
  readonly tables: readonly { readonly name: string; readonly path: string }[];
  /** Rows beyond it are not computed; null takes all. */
  readonly rowLimit: number | null;
  /** Appears whole or not at all. */
  readonly outPath: string;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface QueryRun {
  readonly rowCount: number;
  readonly columns: Column[];
  /** Columns of types that a table of ours cannot hold. */
  readonly leftOut: string[];
  readonly elapsedMs: number;
}

/**
 * Sums of whole numbers have 128 bits: they are written as integers, or as numbers where one does not fit in 64.
 * @throws query/wrong, query/failed, query/refused, query/too-large, files/*, job/cancelled
 */
export async function runQuery(duck: Duck, options: QueryOptions): Promise<QueryRun> {
  const { sql, tables, outPath, signal } = options;
  const startedAt = performance.now();
  return await withOutput(outPath, (partPath) => duck.session({ files: [partPath, ...tables.map(({ path }) => path)], signal, tellsPlace: true }, (session) => withProgress(session, options.onProgress, async () => {
    try {
      const known = await openTables(session, tables);
      await check(session, sql);
      const from = `query(${literal(sql)})`;
      const found = await fieldsOf(session, from);
      // Bytes are an image where the column of their name is one in an input.
      const isTaken = ({ name, family }: Field): boolean => family !== 'blob' || known.get(name) === 'image';
      const fields = found.fields.filter(isTaken);
      const leftOut = [...found.leftOut, ...found.fields.filter((field) => !isTaken(field)).map(({ name }) => name)];
      if (fields.length === 0) throw refused('none of its columns is of a type that a table can hold');
      const written = await copy(session, fields, { from, partPath, rowLimit: options.rowLimit, known });
      return { ...written, leftOut, elapsedMs: performance.now() - startedAt };
    } catch (thrown) {
      if (signal?.aborted) throw thrown;
      if (isOutOfMemory(thrown)) throw fail('query/too-large', { limitMb: duck.memoryLimitMb }, thrown);
      throw queryFailure(sql, thrown);
    }
  })));
}

/** Names of functions a query can use, for completion. */
export async function functionNames(duck: Duck): Promise<string[]> {
  const rows = await duck.session({ files: [] }, (session) => session.rows(
    `SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate', 'macro') AND regexp_matches(function_name, '^[a-z][a-z0-9_]*$') ORDER BY 1`,
  ));
  return rows.map(([name]) => String(name));
}

/** Makes a view of each table; the types of their columns by name. */
async function openTables(session: Session, tables: QueryOptions['tables']): Promise<Map<string, ColumnType>> {
  const known = new Map<string, ColumnType>();
  for (const { name, path } of tables) {
    const table = await describeParquet(session, path);
    await session.run(`CREATE VIEW ${identifier(name)} AS SELECT ${table.columns.map((column) => `${column.stored} AS ${identifier(column.name)}`).join(', ')} FROM ${table.from}`);
    for (const column of table.columns) if (!known.has(column.name)) known.set(column.name, column.type);
  }
  return known;
}

/** Reads the text once more, and binds it as it stands, so that errors tell their place in it. */
async function check(session: Session, sql: string): Promise<void> {
  await readTables(session, sql);
  const prepared = await session.connection.prepare(sql);
  const { parameterCount } = prepared;
  prepared.destroySync();
  if (parameterCount > 0) throw refused('it has parameters (? or $name); write the values themselves');
}

interface CopyOptions {
  readonly from: string;
  readonly partPath: string;
  readonly rowLimit: number | null;
  /** Types of the columns of the inputs. */
  readonly known: ReadonlyMap<string, ColumnType>;
}

async function copy(session: Session, fields: readonly Field[], options: CopyOptions): Promise<{ rowCount: number; columns: Column[] }> {
  const write = async (huge: ColumnType): Promise<{ rowCount: number; columns: Column[] }> => {
    const columns = fields.map((field): Column => ({ name: field.name, type: field.family === 'huge' ? huge : typeOf(field, options.known) }));
    const values = fields.map(({ x, name }, index) => `CAST(${x} AS ${storedType[columns[index]?.type ?? 'text']}) AS ${identifier(name)}`);
    const limit = options.rowLimit === null ? '' : ` LIMIT ${options.rowLimit}`;
    const rowCount = await session.run(`COPY (SELECT ${values.join(', ')} FROM ${options.from}${limit}) TO ${literal(options.partPath)} (${parquetOptions(columns.map(({ type }) => type))})`);
    return { rowCount, columns };
  };
  try {
    return await write('integer');
  } catch (thrown) {
    if (duckFailure(thrown)?.kind !== 'Conversion' || !fields.some(({ family }) => family === 'huge')) throw thrown;
    return await write('number');
  }
}

/** Texts keep the type that the column of their name has in an input; others are categories. */
function typeOf({ name, family }: Field, known: ReadonlyMap<string, ColumnType>): ColumnType {
  switch (family) {
    case 'boolean': case 'integer': case 'date': case 'timestamp': return family;
    case 'blob': return 'image';
    case 'float': case 'whole': case 'huge': return 'number';
    case 'json': case 'other': return 'text';
    case 'csv': case 'string': case 'enum': return known.get(name) === 'text' ? 'text' : 'category';
  }
}
