/** Looks at a file before its import: format, dialect, columns with guessed types, first rows. */
import type { Cell } from '../../shared/domain/columns.ts';
import type { Sniff } from '../../shared/domain/datasets.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { cellSql, toCell } from './cells.ts';
import type { Duck } from './duck.ts';
import { guessTypes } from './guess.ts';
import type { Guess } from './guess.ts';
import { ownTypes } from './parquet.ts';
import { readFailure, withReader } from './reader.ts';
import type { Reader } from './reader.ts';
import { exactPath, literal } from './sql.ts';
import { markedEncoding, openSource } from './source.ts';
import type { Encoding, Source } from './source.ts';
import { scanFile } from './text.ts';

const previewRows = 50;
const previewTextLimit = 300;

/** How much of a text file is checked for its encoding; the import checks all of it. */
const scanLimitBytes = 256 * 1024 * 1024;

/**
 * Describes `path` for the user to correct.
 * @throws files/* (missing, a folder, empty), data/unknown-format, data/nul-byte, data/encoding, data/malformed, data/no-rows
 */
export async function sniffFile(duck: Duck, path: string, signal?: AbortSignal): Promise<Sniff> {
  const source = await openSource(path);
  const isText = source.format === 'csv' || source.format === 'tsv';
  const { encoding, warning } = isText ? await detectEncoding(source) : { encoding: 'utf-8' as const, warning: null };
  try {
    return await withReader(duck, source, source.format, { encoding, dialect: null, signal }, async (reader) => {
      const guesses = (await ownGuesses(reader)) ?? (await guessTypes(reader));
      const preview = reader.csv === null ? await previewOf(reader) : reader.csv.preview.slice(0, previewRows).map((row) => fitRow(row, reader.fields.length));
      if (preview.length === 0) throw fail('data/no-rows', { file: source.fileName });
      const columnWarnings = reader.fields.flatMap((field, index) => {
        const doubt = guesses[index]?.warning;
        return doubt ? [`Column "${field.name}": ${doubt}.`] : [];
      });
      const dialect = reader.csv?.dialect ?? null;
      return {
        fileName: source.fileName,
        sizeBytes: source.sizeBytes,
        format: dialect === null ? source.format : dialect.delimiter === '\t' ? 'tsv' : 'csv',
        dialect,
        columns: reader.fields.map((field, index) => ({ sourceName: field.name, type: guesses[index]?.type ?? 'text', reason: guesses[index]?.reason ?? '' })),
        preview,
        warnings: [...(warning === null ? [] : [warning]), ...shapeWarnings(reader), ...columnWarnings],
      };
    });
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw await readFailure(source, source.format, thrown);
  }
}

/** UTF-8 unless a byte order mark or the bytes say otherwise. */
async function detectEncoding(source: Source): Promise<{ encoding: Encoding; warning: string | null }> {
  const marked = markedEncoding(source.head);
  if (marked === 'utf-16') return { encoding: 'utf-16', warning: 'The file is UTF-16; it is converted to UTF-8 for the import.' };
  try {
    const isLong = source.sizeBytes > scanLimitBytes;
    await scanFile(source.path, { encoding: 'utf-8', ...(isLong ? { limitBytes: scanLimitBytes } : {}) });
    return { encoding: 'utf-8', warning: null };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.failure.code !== 'data/encoding') throw thrown;
    const line = thrown.failure.details['line'] ?? 1;
    return { encoding: 'latin-1', warning: `Line ${line} is not valid UTF-8, so the file is read as Latin-1 (Windows-1252). Check letters with accents.` };
  }
}

/** A table that Assay stored says its types itself. */
async function ownGuesses(reader: Reader): Promise<Guess[] | null> {
  if (reader.source.format !== 'parquet') return null;
  const types = await ownTypes(reader.session, literal(exactPath(reader.source.path)));
  if (types === null || types.length !== reader.fields.length) return null;
  return types.map((type) => ({ type, reason: `It was stored as ${type}.`, warning: null }));
}

function shapeWarnings(reader: Reader): string[] {
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

async function previewOf(reader: Reader): Promise<Cell[][]> {
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
