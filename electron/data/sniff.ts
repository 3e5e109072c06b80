/** Looks at a file before its import: format, dialect, columns with guessed types, first rows. */
import { isUtf8 } from 'node:buffer';
import type { Cell } from '../../shared/domain/columns.ts';
import type { Dialect, Sniff, SniffedColumn } from '../../shared/domain/datasets.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { cellSql, toCell } from './cells.ts';
import type { Duck } from './duck.ts';
import { guessTypes } from './guess.ts';
import type { Guess } from './guess.ts';
import { ownTypes } from './parquet.ts';
import { readFailure, withReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { exactPath, literal } from './sql.ts';
import { openSource, toldEncoding } from './source.ts';
import type { Encoding, Source } from './source.ts';
import { scanFile } from './text.ts';

const previewRows = 50;
const previewTextLimit = 300;

/** How much of a text file is checked for its encoding; the import checks all of it. */
const scanLimitBytes = 256 * 1024 * 1024;

export interface SniffOptions {
  /** How a text file is to be read; read from the file where null. */
  readonly dialect?: Dialect | null | undefined;
  /** The sheet or the table to look at; the first where absent. */
  readonly table?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Describes `path` for the user to correct, and again after each correction.
 * @throws files/* (missing, a folder, empty), data/unknown-format, data/dialect, data/nul-byte, data/encoding, data/malformed, data/no-rows, data/unknown-table
 */
export async function sniffFile(duck: Duck, path: string, options: SniffOptions = {}): Promise<Sniff> {
  const source = await openSource(path);
  const isText = source.format === 'csv' || source.format === 'tsv';
  const dialect = isText || source.format === 'xlsx' ? options.dialect ?? null : null;
  const { encoding, reason, warning } = isText ? await encodingOf(source, dialect) : { encoding: toldEncoding(source.head) ?? 'utf-8', reason: '', warning: null };
  try {
    return await withReader(duck, source, source.format, { encoding, dialect, table: options.table, isGlance: true, signal: options.signal }, async (reader) => {
      const guesses = (await ownGuesses(reader)) ?? (await guessTypes(reader));
      const preview = reader.csv === null ? await previewOf(reader) : reader.csv.preview.slice(0, previewRows).map((row) => fitRow(row, reader.fields.length));
      if (preview.length === 0) throw fail('data/no-rows', { file: source.fileName });
      const columnWarnings = reader.fields.flatMap((field, index) => {
        const doubt = guesses[index]?.warning;
        return doubt ? [`Column "${field.name}": ${doubt}.`] : [];
      });
      return {
        fileName: source.fileName,
        sizeBytes: source.sizeBytes,
        format: reader.csv === null ? source.format : reader.csv.dialect.delimiter === '\t' ? 'tsv' : 'csv',
        dialect: reader.csv?.dialect ?? reader.staged?.dialect ?? null,
        reasons: reader.csv === null ? reader.staged?.reasons ?? {} : { ...(dialect === null ? { encoding: reason } : {}), ...reader.csv.reasons },
        tables: [...(reader.staged?.tables ?? [])],
        table: reader.staged?.table ?? null,
        columns: reader.fields.map((field, index) => ({
          sourceName: field.name, type: guesses[index]?.type ?? 'text', reason: guesses[index]?.reason ?? '', pattern: guesses[index]?.pattern ?? null, ...categoriesOf(guesses[index]),
        })),
        preview,
        warnings: [...(warning === null ? [] : [warning]), ...(reader.staged?.warnings ?? []), ...shapeWarnings(reader), ...mixedWarnings(reader), ...columnWarnings],
      };
    });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw await readFailure(source, source.format, thrown);
  }
}

export interface FoundEncoding {
  readonly encoding: Encoding;
  readonly reason: string;
  readonly warning: string | null;
}

/** The encoding of a text file: the one asked for, checked; else UTF-8 unless a byte order mark or the bytes say otherwise. */
export async function encodingOf(source: Source, dialect: Dialect | null): Promise<FoundEncoding> {
  const limit = source.sizeBytes > scanLimitBytes ? { limitBytes: scanLimitBytes } : {};
  if (dialect !== null) {
    if (source.packing === null) await scanFile(source.path, { encoding: dialect.encoding, ...limit });
    return { encoding: dialect.encoding, reason: '', warning: null };
  }
  const told = toldEncoding(source.head);
  if (told === 'utf-16le' || told === 'utf-16be') {
    return { encoding: told, reason: 'The first bytes are those of UTF-16.', warning: 'The file is UTF-16; it is converted to UTF-8 for the import.' };
  }
  if (source.packing !== null) {
    const isUnicode = isUtf8(source.isWhole ? source.head : source.head.subarray(0, source.head.lastIndexOf(10) + 1));
    return isUnicode ? { encoding: 'utf-8', reason: 'The beginning is valid UTF-8.', warning: null } : { encoding: 'latin-1', reason: 'The beginning is not valid UTF-8.', warning: notUnicode('The beginning') };
  }
  try {
    await scanFile(source.path, { encoding: 'utf-8', ...limit });
    return { encoding: 'utf-8', reason: 'All bytes are valid UTF-8.', warning: null };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.failure.code !== 'data/encoding') throw thrown;
    const line = `Line ${thrown.failure.details['line'] ?? 1}`;
    return { encoding: 'latin-1', reason: `${line} is not valid UTF-8.`, warning: notUnicode(line) };
  }
}

function notUnicode(where: string): string {
  return `${where} is not valid UTF-8, so the file is read as Latin-1 (Windows-1252). Check letters with accents.`;
}

/** Values of several kinds in one column of a JSON file are kept as their JSON text. */
function mixedWarnings(reader: Reader): string[] {
  if (reader.source.format !== 'jsonl') return [];
  return reader.fields.filter(({ family, sqlType }) => family === 'json' && (sqlType === 'JSON' || sqlType === 'VARCHAR')).map(({ name }) => `Column "${name}" holds values of several kinds; they are kept as text.`);
}

/** A table that Assay stored says its types itself. */
async function ownGuesses(reader: Reader): Promise<Guess[] | null> {
  if (reader.source.format !== 'parquet') return null;
  const types = await ownTypes(reader.session, literal(exactPath(reader.source.path)));
  if (types === null || types.length !== reader.fields.length) return null;
  return types.map((type) => ({ type, reason: `It was stored as ${type}.`, warning: null, pattern: null }));
}

/** What a guess says of categories. */
export function categoriesOf(guess: Guess | undefined): Pick<SniffedColumn, 'order' | 'categories'> {
  return { ...(guess?.order && { order: guess.order }), ...(guess?.categories && { categories: guess.categories }) };
}

/** What is odd about the columns of a file. */
export function shapeWarnings(reader: Reader): string[] {
  const warnings = reader.leftOut.map((name) => `Column "${name}" holds binary values and is left out.`);
  if (reader.csv === null) return warnings;
  const { names, header, preview } = reader.csv;
  header.forEach((raw, index) => {
    const name = names[index];
    if (name === undefined || raw.trim() === name) return;
    warnings.push(raw.trim() === '' ? `Column ${index + 1} has no name in the file and is called "${name}".` : `The name "${raw.trim()}" is used more than once; the second is called "${name}".`);
  });
  const ragged = preview.find((row) => row.length !== names.length);
  if (ragged) warnings.push(`A row has ${ragged.length} values where ${names.length} are expected; the import will name its line.`);
  return warnings;
}

/** The first rows as text. */
export async function previewOf(reader: Reader): Promise<Cell[][]> {
  const cells = reader.fields.map(({ x }) => cellSql(x, 'text', previewTextLimit));
  const rows = await reader.session.rows(`SELECT ${cells.join(', ')} FROM ${reader.from} LIMIT ${previewRows}`);
  return rows.map((row) => row.map(toCell));
}

function fitRow(row: readonly string[], width: number): Cell[] {
  return Array.from({ length: width }, (_, index) => {
    const text = row[index];
    if (text === undefined || text === '') return null;
    return text.length > previewTextLimit ? `${text.slice(0, previewTextLimit)}…` : text;
  });
}
