/**
 * Workbooks, databases and Arrow files: what DuckDB does not read here is laid into a table of the
 * session, with columns c0, c1, ... and "line", the place of each row in the file.
 */
import { BIGINT, BOOLEAN, DATE, DOUBLE, DuckDBDataChunk, HUGEINT, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { DuckDBAppender, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Dialect, Sniff } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import type { Session } from './duck.ts';
import type { Field } from './fields.ts';
import { detectTable } from './dialect.ts';
import { uniqueNames } from './records.ts';
import type { Source } from './source.ts';

/** What a column of a staged table may be; "text" is text that still has to be understood, as in a CSV file. */
export type StagedType = 'text' | 'string' | 'category' | 'boolean' | 'integer' | 'huge' | 'number' | 'date' | 'timestamp';

export interface StagedRow {
  /** Row of the sheet, of the table or of the file, counted from 1. */
  readonly line: number;
  readonly values: readonly DuckDBValue[];
}

/** One table of a file, as a reader of its format hands it over. */
export interface Loaded {
  /** The sheets or tables of the file; empty where it is one table. */
  readonly tables: readonly string[];
  readonly table: string | null;
  /** Null where the rows tell: then all values are text, and the first row may be a header. */
  readonly columns: readonly { readonly name: string; readonly type: StagedType }[] | null;
  readonly leftOut: readonly string[];
  readonly rows: AsyncIterable<readonly StagedRow[]>;
  /** What was noticed on the way; read after the rows. */
  readonly warnings: () => readonly string[];
}

export interface Staged extends Pick<Loaded, 'tables' | 'table' | 'leftOut'> {
  readonly warnings: readonly string[];
  /** What stands after FROM. */
  readonly from: string;
  readonly fields: readonly Field[];
  /** Of formats whose header is part of the table. */
  readonly dialect: Dialect | null;
  readonly reasons: Sniff['reasons'];
}

/** Rows that are looked at before the import; the import reads all. */
export const glanceRows = 100_000;

const recordLimit = 500;

/** Lays the rows into the session. `dialect` says where the header is, null finds it. @throws data/*, job/cancelled */
export async function stage(session: Session, source: Source, loaded: Loaded, options: { readonly dialect: Dialect | null; readonly rowLimit: number; readonly signal?: AbortSignal | undefined }): Promise<Staged> {
  const writer = await StageWriter.open(session, loaded.columns?.map(({ type }) => type) ?? []);
  try {
    for await (const rows of loaded.rows) {
      if (options.signal?.aborted) throw fail('job/cancelled');
      for (const row of rows) await writer.add(row, loaded.columns === null);
      if (writer.rowCount >= options.rowLimit) break;
    }
    await writer.finish();
  } finally {
    writer.close();
  }
  const common = { tables: loaded.tables, table: loaded.table, leftOut: loaded.leftOut, warnings: loaded.warnings() };
  if (loaded.columns !== null) {
    const names = uniqueNames(loaded.columns.map(({ name }) => name));
    const fields = loaded.columns.map(({ type }, index) => fieldOf(names[index] ?? '', `c${index}`, type));
    return { ...common, from: 'staged', fields, dialect: null, reasons: {} };
  }
  return { ...common, ...await withHeader(session, source, writer.width, options.dialect) };
}

/** The place in the file of the row `row` (counted from 1) of a staged table. */
export async function stagedLine(session: Session, from: string, row: number): Promise<number> {
  const [found] = await session.rows(`SELECT line FROM ${from} LIMIT 1 OFFSET ${row - 1}`);
  return Number(found?.[0] ?? row);
}

async function withHeader(session: Session, source: Source, width: number, given: Dialect | null): Promise<Pick<Staged, 'from' | 'fields' | 'dialect' | 'reasons'>> {
  const columns = Array.from({ length: width }, (_, index) => `c${index}`);
  const found = width === 0 ? [] : await session.rows(`SELECT line, ${columns.join(', ')} FROM staged LIMIT ${recordLimit}`);
  const records = found.map(([line, ...values]) => ({ line: Number(line), values: values.map((value) => (value === null ? '' : String(value))) }));
  const { dialect, reasons } = given === null ? detectTable(records) : { dialect: given, reasons: {} };
  const first = records.find(({ line }) => line > dialect.skipLines);
  if (first === undefined) throw fail('data/no-rows', { file: source.fileName });
  const names = uniqueNames(first.values.map((value) => (dialect.hasHeader ? value : '')));
  const start = dialect.hasHeader ? first.line : dialect.skipLines;
  return {
    from: `(SELECT * FROM staged WHERE line > ${start})`,
    fields: columns.map((x, index) => fieldOf(names[index] ?? x, x, 'text')),
    dialect, reasons,
  };
}

function fieldOf(name: string, x: string, type: StagedType): Field {
  const { family, sqlType } = stagedTypes[type];
  return { name, x, family, sqlType };
}

const stagedTypes: Readonly<Record<StagedType, { readonly duck: DuckDBType; readonly family: Field['family']; readonly sqlType: string }>> = {
  text: { duck: VARCHAR, family: 'csv', sqlType: 'VARCHAR' },
  string: { duck: VARCHAR, family: 'string', sqlType: 'text' },
  category: { duck: VARCHAR, family: 'enum', sqlType: 'a dictionary of texts' },
  boolean: { duck: BOOLEAN, family: 'boolean', sqlType: 'boolean' },
  integer: { duck: BIGINT, family: 'integer', sqlType: 'integer' },
  huge: { duck: HUGEINT, family: 'huge', sqlType: 'integer of more than 64 bits' },
  number: { duck: DOUBLE, family: 'float', sqlType: 'floating point' },
  date: { duck: DATE, family: 'date', sqlType: 'date' },
  timestamp: { duck: TIMESTAMP, family: 'timestamp', sqlType: 'time stamp' },
};

const chunkRows = 2048;

class StageWriter {
  rowCount = 0;
  readonly #session: Session;
  readonly #types: StagedType[];
  #appender: DuckDBAppender | null = null;
  #pending: StagedRow[] = [];

  private constructor(session: Session, types: readonly StagedType[]) {
    this.#session = session;
    this.#types = [...types];
  }

  static async open(session: Session, types: readonly StagedType[]): Promise<StageWriter> {
    const columns = types.map((type, index) => `, c${index} ${stagedTypes[type].duck.toString()}`);
    await session.run(`CREATE OR REPLACE TEMP TABLE staged (line BIGINT${columns.join('')})`);
    return new StageWriter(session, types);
  }

  get width(): number {
    return this.#types.length;
  }

  /** A row that is wider than those before makes the table wider where `grows`. */
  async add(row: StagedRow, grows: boolean): Promise<void> {
    if (grows && row.values.length > this.#types.length) await this.#widen(row.values.length);
    this.#pending.push(row);
    this.rowCount += 1;
    if (this.#pending.length < chunkRows) return;
    await this.#append();
  }

  async #append(): Promise<void> {
    this.#appender ??= await this.#session.connection.createAppender('staged');
    this.#write(this.#appender);
  }

  #write(appender: DuckDBAppender): void {
    const rows = this.#pending;
    if (rows.length === 0) return;
    const chunk = DuckDBDataChunk.create([BIGINT, ...this.#types.map((type) => stagedTypes[type].duck)], rows.length);
    chunk.setColumnValues(0, rows.map(({ line }) => BigInt(line)));
    this.#types.forEach((_, index) => chunk.setColumnValues(index + 1, rows.map(({ values }) => values[index] ?? null)));
    appender.appendDataChunk(chunk);
    this.#pending = [];
  }

  async #widen(width: number): Promise<void> {
    await this.finish();
    for (let index = this.#types.length; index < width; index += 1) {
      await this.#session.run(`ALTER TABLE staged ADD COLUMN c${index} VARCHAR`);
      this.#types.push('text');
    }
  }

  /** Everything added so far is in the table afterwards. */
  async finish(): Promise<void> {
    if (this.#pending.length > 0) await this.#append();
    this.close();
  }

  close(): void {
    this.#appender?.closeSync();
    this.#appender = null;
  }
}
