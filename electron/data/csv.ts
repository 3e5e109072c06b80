/**
 * Delimited text as a DuckDB source. Names are ours (c0, c1, ...), so no name of the file meets the
 * reader; the first record decides how many columns there are, and each other record must agree.
 */
import { dialectProblem, type Dialect, type Sniff } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { detectDialect } from './dialect.ts';
import { needsEdits } from './line-edits.ts';
import { withPlainText, type PlainText, type PlainTextOptions } from './plain-text.ts';
import { sampleRecords, uniqueNames } from './records.ts';
import { exactPath, literal } from './sql.ts';
import type { Encoding, Source } from './source.ts';
import { lineLimitBytes, windows1252 } from './text.ts';

/** What the reader itself produces. */
export type ReaderType = 'VARCHAR' | 'DOUBLE' | 'BOOLEAN';

export interface CsvTable extends PlainText {
  readonly dialect: Dialect;
  readonly reasons: Sniff['reasons'];
  /** The first record as it stands in the file; empty where the file has no header. */
  readonly header: readonly string[];
  /** Unique and never empty, in the order of the file. */
  readonly names: readonly string[];
  /** The first records without the header, as text. */
  readonly preview: readonly (readonly string[])[];
  /** Lines of `path` before the first record, empty ones apart. */
  readonly skipLines: number;
  readonly leadingEmptyLines: number;
}

/** The most columns a table may have. */
export const columnLimit = 4096;

/** Runs `work` with the file as plain text; a null dialect is read from the file. @throws data/dialect, data/encoding, data/too-large */
export async function withCsv<T>(
  source: Source,
  options: Omit<PlainTextOptions, 'dialect'> & { dialect: Dialect | null },
  work: (table: CsvTable) => Promise<T>,
): Promise<T> {
  const described = describeCsv(source, options);
  return await withPlainText(source, { ...options, dialect: described.dialect }, async (plain) => await work({ ...described, ...plain }));
}

/** What the reader does with a line it cannot read: fail, pass over it (to look at the first rows), or list it in the table reject_errors. */
export type OnBadLine = 'fail' | 'skip' | 'list';

/** The reader's FROM clause. */
export function csvFrom(table: CsvTable, types: readonly ReaderType[], onBadLine: OnBadLine): string {
  const { dialect } = table;
  const columns = types.map((type, index) => `'c${index}': '${type}'`).join(', ');
  const settings = [
    `auto_detect = false`, `columns = {${columns}}`, `header = ${dialect.hasHeader}`, `skip = ${table.skipLines + table.leadingEmptyLines}`,
    `delim = ${literal(dialect.delimiter)}`, `quote = ${literal(dialect.quote)}`, `escape = ${literal(dialect.quote === '' ? '' : dialect.escape)}`,
    `comment = ''`, `nullstr = ''`, `null_padding = false`, `strict_mode = true`, `compression = 'none'`,
    `max_line_size = ${lineLimitBytes}`,
    badLineSettings[onBadLine],
  ];
  return `read_csv(${literal(exactPath(table.path))}, ${settings.join(', ')})`;
}

const badLineSettings: Readonly<Record<OnBadLine, string>> = {
  fail: 'ignore_errors = false',
  // Only the first rows are read so; a small buffer spares reading 32 MB for them.
  skip: `ignore_errors = true, buffer_size = ${2 * lineLimitBytes}`,
  list: 'ignore_errors = true, store_rejects = true, rejects_limit = 100000',
};

/** What the beginning of the file tells; a null dialect is read from it. @throws data/dialect, data/no-rows, data/too-large, files/empty */
export function describeCsv(source: Source, options: { encoding: Encoding; dialect: Dialect | null }): Omit<CsvTable, keyof PlainText> {
  const text = headText(source, options.encoding);
  const { isWhole } = source;
  const problem = options.dialect === null ? null : dialectProblem(options.dialect);
  if (problem !== null) throw fail('data/dialect', { file: source.fileName, reason: problem });
  const { dialect, reasons } = options.dialect === null ? detectDialect(text, options.encoding, isWhole) : { dialect: options.dialect, reasons: {} };
  const { records, leadingEmptyLines } = sampleRecords(text, dialect, isWhole);
  const first = records[0];
  if (!first) {
    if (isWhole && dialect.skipLines === 0 && dialect.comment === '') throw fail('files/empty', { path: source.path });
    if (isWhole) throw fail('data/no-rows', { file: source.fileName });
    throw fail('data/too-large', { file: source.fileName, found: 'a first line that does not end', limit: `${lineLimitBytes} bytes` });
  }
  if (first.length > columnLimit) {
    throw fail('data/too-large', { file: source.fileName, found: `${first.length} columns`, limit: `${columnLimit} columns` });
  }
  const header = dialect.hasHeader ? first : [];
  const names = uniqueNames(first.map((_, index) => header[index] ?? ''));
  const skipLines = needsEdits(dialect) ? 0 : dialect.skipLines;
  return { dialect, reasons, header, names, preview: dialect.hasHeader ? records.slice(1) : records, skipLines, leadingEmptyLines };
}

/** The beginning of the file as text; a character cut at the end of the sample may be lost there. */
function headText(source: Source, encoding: Encoding): string {
  const { head } = source;
  if (encoding === 'latin-1') return windows1252(head);
  if (encoding === 'utf-8') return head.toString('utf8');
  const units = Buffer.from(head.subarray(0, head.length - (head.length % 2)));
  return (encoding === 'utf-16be' ? units.swap16() : units).toString('utf16le');
}
