/** After a failed import: finds the first line or value at fault. Slow, and only then. */
import type { ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import { csvFrom } from './csv.ts';
import { convertField } from './fields.ts';
import type { Field } from './fields.ts';
import { lineBefore } from './line-edits.ts';
import type { Reader } from './reader.ts';
import { stagedLine } from './staged.ts';
import { lineLimitBytes, lineOfRecord, lineOfText } from './text.ts';

/** A field with the name and the type that the user chose for it. */
export interface Chosen {
  readonly field: Field;
  readonly name: string;
  readonly type: ColumnType;
  /** How its dates are written; null for ISO 8601. */
  readonly pattern: string | null;
}

/** The first line of a text file that has too few or too many values or is too long; null when there is none. */
export async function findBadLine(reader: Reader): Promise<Error | null> {
  const { csv, session, source, fields } = reader;
  if (csv === null) return null;
  const expected = fields.length;
  try {
    await session.rows(`SELECT count(COLUMNS(*)) FROM ${csvFrom(csv, fields.map(() => 'VARCHAR'), 'list')}`);
  } catch {
    // The file is beyond what the reader can list; the error of the import itself is shown.
    return null;
  }
  const [row] = await session.rows(`SELECT error_type, line_byte_position, column_idx, csv_line FROM reject_errors ORDER BY line_byte_position, column_idx LIMIT 1`);
  if (!row) return null;
  const [kind, position, columnIndex, text] = row;
  const line = lineBefore(csv.droppedLines, await lineOfText(csv.path, Number(position) - 1));
  const file = source.fileName;
  if (kind === 'MISSING COLUMNS') return fail('data/ragged-row', { file, line, expected, found: Number(columnIndex) });
  if (kind === 'TOO MANY COLUMNS') return fail('data/ragged-row', { file, line, expected, found: countValues(String(text), csv.dialect.delimiter, csv.dialect.quote) });
  if (kind === 'LINE SIZE OVER MAXIMUM') return fail('data/too-large', { file, found: `more than ${lineLimitBytes} bytes in line ${line} (a quote may be left open)`, limit: `${lineLimitBytes} bytes a line` });
  if (kind === 'UNQUOTED VALUE') return fail('data/malformed', { file, reason: `line ${line} has a quote that is not closed, or text after a closing quote` });
  return null;
}

/** The first value (by row, then by column) that does not fit its column's type; null when all fit. */
export async function findMisfit(reader: Reader, chosen: readonly Chosen[]): Promise<Error | null> {
  const { session, source } = reader;
  const checks = chosen.flatMap((one) => {
    const { misfit } = convertField(one.field, one.type, reader.rules, one.pattern);
    return misfit === null ? [] : [{ ...one, misfit }];
  });
  if (checks.length === 0) return null;
  const numbered = `(SELECT *, row_number() OVER () AS assay_row FROM ${reader.from})`;
  const sql = `SELECT ${checks.map(({ misfit }) => `min(assay_row) FILTER (WHERE ${misfit})`).join(', ')} FROM ${numbered}`;
  // A quote that is never closed is told only by a reading that fails; then the error of the import itself is shown.
  const [rows] = await session.rows(sql).catch(() => []);
  let first: { row: number; at: number } | null = null;
  for (const [at, value] of (rows ?? []).entries()) {
    if (value !== null && (first === null || Number(value) < first.row)) first = { row: Number(value), at };
  }
  const check = first === null ? undefined : checks[first.at];
  if (first === null || check === undefined) return null;
  const [cell] = await session.rows(`SELECT CAST(${check.field.x} AS VARCHAR) FROM ${numbered} WHERE assay_row = ${first.row}`);
  return fail('data/bad-value', {
    file: source.fileName,
    line: await lineOfRow(reader, first.row),
    column: check.name,
    value: String(cell?.[0] ?? '').slice(0, 100),
    type: check.type,
  });
}

/** The line of a text file's row or the row of a sheet, counted from 1; formats without lines count their rows. */
async function lineOfRow(reader: Reader, row: number): Promise<number> {
  const { csv, source, staged, textPath } = reader;
  if (staged !== null) return await stagedLine(reader.session, reader.from, row);
  if (csv === null) return source.format === 'jsonl' ? await lineOfRecord(textPath, row - 1, { quote: '', escape: '', skipsEmptyLines: true, skipLines: 0, leadingEmptyLines: 0 }) : row;
  const { dialect: { quote, escape, hasHeader }, skipLines, leadingEmptyLines, droppedLines } = csv;
  const line = await lineOfRecord(csv.path, hasHeader ? row : row - 1, { quote, escape, skipsEmptyLines: reader.fields.length > 1, skipLines, leadingEmptyLines });
  return lineBefore(droppedLines, line);
}

function countValues(text: string, delimiter: string, quote: string): number {
  let count = 1;
  let isQuoted = false;
  for (let index = 0; index < text.length; index += 1) {
    if (quote !== '' && text[index] === quote) isQuoted = !isQuoted;
    else if (!isQuoted && text.startsWith(delimiter, index)) count += 1;
  }
  return count;
}
