/**
 * Imports a file as one Parquet file: the chosen columns with the chosen types, nothing coerced in
 * silence, and the same bytes for the same content and plan (row order kept, fixed row groups).
 */
import type { Column, ColumnType } from '../../shared/domain/columns.ts';
import type { ImportPlan } from '../../shared/domain/datasets.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { csvFrom } from './csv.ts';
import type { ReaderType } from './csv.ts';
import { findBadLine, findMisfit } from './diagnose.ts';
import type { Chosen } from './diagnose.ts';
import { isOutOfMemory, withProgress } from './duck.ts';
import type { Duck } from './duck.ts';
import { convertField } from './fields.ts';
import type { Family, Field } from './fields.ts';
import { detectPattern } from './guess.ts';
import { isDiskFull, withOutput } from './output.ts';
import { parquetOptions } from './parquet.ts';
import { readFailure, withReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { nameKey } from './records.ts';
import { identifier, literal } from './sql.ts';
import { openSource, requireUnchanged, toldEncoding, type Source } from './source.ts';
import { scanFile } from './text.ts';
import { hasValueWord, isOneOf } from './text-values.ts';

export interface ImportOptions {
  readonly path: string;
  readonly plan: ImportPlan;
  /** Appears whole or not at all; `outPath` with ".part" added must be free too. */
  readonly outPath: string;
  /** Rows read so far and, where the size of the file tells, about how many there are. */
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Imported {
  readonly rowCount: number;
  readonly columns: Column[];
  readonly sourceSha256: string;
  readonly sourceSizeBytes: number;
}

/**
 * Reads `path` by `plan` and writes `outPath`.
 * @throws data/duplicate-column, data/unknown-column, data/bad-value, data/ragged-row, data/nul-byte, data/encoding,
 *   data/malformed, data/no-rows, data/too-large, files/*, job/cancelled
 */
export async function importFile(duck: Duck, options: ImportOptions): Promise<Imported> {
  const { plan } = options;
  requireDistinctNames(options);
  const source = await openSource(options.path);
  return await withOutput(options.outPath, async (partPath) => {
    const copied = await copySource(duck, source, { ...options, partPath }, (reader) => choose(reader, plan));
    if (copied.rowCount === 0) throw fail('data/no-rows', { file: source.fileName });
    return {
      rowCount: copied.rowCount,
      columns: plan.columns.map(({ name, type }) => ({ name, type })),
      sourceSha256: copied.sha256,
      sourceSizeBytes: source.sizeBytes,
    };
  });
}

/** @throws data/duplicate-column */
export function requireDistinctNames({ path, plan }: Pick<ImportOptions, 'path' | 'plan'>): void {
  const taken = new Set<string>();
  for (const { name } of plan.columns) {
    if (taken.has(nameKey(name))) throw fail('data/duplicate-column', { file: path, column: name });
    taken.add(nameKey(name));
  }
}

/** Copies the chosen columns of one opened file to `partPath`; its hash and the number of its rows. @throws what `importFile` throws, but for data/no-rows */
export async function copySource(duck: Duck, source: Source, options: Omit<CopyOptions, 'duck'>, chooseIn: (reader: Reader) => Promise<Chosen[]>): Promise<{ rowCount: number; sha256: string }> {
  const { plan, partPath, signal } = options;
  const encoding = plan.dialect?.encoding ?? toldEncoding(source.head) ?? 'utf-8';
  const copied = await withReader(duck, source, plan.format, { encoding, dialect: plan.dialect, table: plan.table, outPath: partPath, signal }, async (reader) =>
    copyWhileScanning(reader, await chooseIn(reader), { ...options, duck }));
  await requireUnchanged(source);
  return copied;
}

/** The plan's columns with their fields and the pattern of their dates. */
async function choose(reader: Reader, plan: ImportPlan): Promise<Chosen[]> {
  const chosen: Chosen[] = [];
  for (const column of plan.columns) {
    const field = reader.fields.find(({ name }) => name === column.sourceName);
    if (!field) {
      throw fail('data/unknown-column', { column: column.sourceName, dataset: reader.source.fileName, columns: reader.fields.map(({ name }) => name).slice(0, 20).join(', ') });
    }
    chosen.push(await withPattern(reader, field, column));
  }
  return chosen;
}

/** The field as the plan's column; texts that are to be dates are looked at for their pattern unless the plan says it. */
export async function withPattern(reader: Reader, field: Field, { name, type, pattern: said }: ImportPlan['columns'][number]): Promise<Chosen> {
  const isText = field.family === 'csv' || field.family === 'string';
  let pattern: string | null = null;
  if (isText && (type === 'date' || type === 'timestamp')) pattern = said === undefined ? await detectPattern(reader, field.x, type) : said;
  return { field, name, type, pattern };
}

interface CopyOptions extends ImportOptions {
  readonly partPath: string;
  readonly duck: Duck;
}

/** The hash of the source is taken by this thread while DuckDB's threads read and write. */
async function copyWhileScanning(reader: Reader, chosen: readonly Chosen[], options: CopyOptions): Promise<{ rowCount: number; sha256: string }> {
  const { source, session } = reader;
  const scan = scanFile(source.path, { encoding: reader.csv === null || source.packing !== null ? null : reader.csv.dialect.encoding, signal: options.signal });
  const scanned = scan.then((sha256) => ({ sha256, failure: null }), (failure: unknown) => {
    session.connection.interrupt();
    return { sha256: '', failure };
  });
  try {
    const rowCount = await withProgress(session, options.onProgress, () => copy(reader, chosen, options.partPath));
    const { sha256, failure } = await scanned;
    if (failure !== null) throw failure;
    return { rowCount, sha256 };
  } catch (thrown) {
    const { failure } = await scanned;
    if (failure !== null) throw failure;
    if (options.signal?.aborted) throw fail('job/cancelled', {}, thrown);
    throw await explain(reader, chosen, thrown, options);
  }
}

async function copy(reader: Reader, chosen: readonly Chosen[], partPath: string): Promise<number> {
  const { session, csv } = reader;
  const direct = csv === null ? new Map<string, DirectRead>() : await directReads(reader, chosen);
  if (csv !== null && direct.size > 0) {
    const types = reader.fields.map((field) => direct.get(field.x)?.readerType ?? 'VARCHAR');
    const read = chosen.map((one) => ({ ...one, field: { ...one.field, family: direct.get(one.field.x)?.family ?? one.field.family } }));
    try {
      return await session.run(copySql(reader, read, csvFrom(csv, types, 'fail'), partPath));
    } catch (thrown) {
      // A value that the reader does not understand may still be one by our rules: then all is read by them.
      if (isOutOfMemory(thrown)) throw thrown;
    }
  }
  return await session.run(copySql(reader, chosen, reader.from, partPath));
}

/** A column that the reader may convert itself, which takes half the time. */
interface DirectRead {
  readonly readerType: ReaderType;
  readonly family: Family;
}

/** Those columns whose first rows have no word for missing and no number beyond 2^53, by expression. */
async function directReads(reader: Reader, chosen: readonly Chosen[]): Promise<Map<string, DirectRead>> {
  const { decimal, thousands, missing } = reader.rules;
  if (hasValueWord(reader.rules)) return new Map();
  const wanted = new Map<string, DirectRead>();
  for (const { field, type } of chosen) {
    const isPlain = type === 'boolean' || (decimal === '.' && thousands === '');
    const direct = isPlain ? directTypes[type] : undefined;
    // What is no column of the file is a constant, which nothing has to convert.
    if (!reader.fields.includes(field)) continue;
    const isOnce = chosen.filter((other) => other.field === field).length === 1;
    if (direct !== undefined && isOnce) wanted.set(field.x, direct);
  }
  const columns = [...wanted.keys()];
  if (columns.length === 0) return wanted;
  // One condition for all: a statement with one for each column takes seconds where a table is wide.
  const cells = `(UNPIVOT (SELECT * FROM ${reader.sampleFrom} LIMIT 2000) ON ${columns.join(', ')} INTO NAME x VALUE v)`;
  const isMissingWord = missing.length === 0 ? 'false' : isOneOf('v', missing);
  for (const [x] of await reader.session.rows(`SELECT DISTINCT x FROM ${cells} WHERE ${isMissingWord} OR strlen(v) > 15 AND contains(v, '.') = false`)) wanted.delete(String(x));
  return wanted;
}

const directTypes: Readonly<Partial<Record<ColumnType, DirectRead>>> = {
  number: { readerType: 'DOUBLE', family: 'float' },
  // As BIGINT the reader would round "1.5" without a word.
  integer: { readerType: 'DOUBLE', family: 'whole' },
  boolean: { readerType: 'BOOLEAN', family: 'boolean' },
};

function copySql({ rules }: Reader, chosen: readonly Chosen[], from: string, partPath: string): string {
  const columns = chosen.map(({ field, name, type, pattern }) => `${convertField(field, type, rules, pattern).stored} AS ${identifier(name)}`);
  return `COPY (SELECT ${columns.join(',\n')} FROM ${from}) TO ${literal(partPath)} (${parquetOptions(chosen.map(({ type }) => type))})`;
}

/** The most exact reason for a failed copy: the line and the value where one is at fault. */
async function explain(reader: Reader, chosen: readonly Chosen[], thrown: unknown, options: CopyOptions): Promise<unknown> {
  if (thrown instanceof AppError) return thrown;
  const { source } = reader;
  if (isOutOfMemory(thrown)) {
    return fail('data/too-large', { file: source.fileName, found: 'rows that need more memory', limit: `${options.duck.memoryLimitMb} MB` }, thrown);
  }
  const found = (await findBadLine(reader)) ?? (await findMisfit(reader, chosen));
  if (found !== null) return found;
  if (await isDiskFull(options.partPath)) return fail('files/disk-full', { path: options.outPath }, thrown);
  return await readFailure(source, options.plan.format, thrown);
}

