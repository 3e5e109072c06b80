/**
 * Delimited text as a DuckDB source. Names are ours (c0, c1, ...), so no name of the file meets the
 * reader; the first record decides how many columns there are, and each other record must agree.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dialect } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { detectDialect, sampleRecords, uniqueNames } from './dialect.ts';
import { exactPath, literal } from './sql.ts';
import type { Encoding, Source } from './source.ts';
import { windows1252, writeAsUtf8 } from './text.ts';

/** What the reader itself produces. */
export type ReaderType = 'VARCHAR' | 'DOUBLE' | 'BOOLEAN';

export interface CsvTable {
  /** A UTF-8 file: the source itself, or a re-encoded copy. */
  readonly path: string;
  readonly dialect: Dialect;
  /** The first record as it stands in the file; empty where the file has no header. */
  readonly header: readonly string[];
  /** Unique and never empty, in the order of the file. */
  readonly names: readonly string[];
  /** The first records without the header, as text. */
  readonly preview: readonly (readonly string[])[];
  readonly leadingEmptyLines: number;
}

/** The most columns a table may have. */
export const columnLimit = 4096;

/** The longest line that is read, in bytes. */
export const lineLimitBytes = 2_000_000;

/** Runs `work` with the file as UTF-8; a re-encoded copy lives in `tempDir` only meanwhile. @throws data/encoding, data/too-large */
export async function withCsv<T>(
  source: Source,
  options: { tempDir: string; encoding: Encoding; dialect: Dialect | null },
  work: (table: CsvTable) => Promise<T>,
): Promise<T> {
  const { encoding, tempDir } = options;
  const isUtf8 = encoding === 'utf-8';
  const path = isUtf8 ? source.path : join(tempDir, `utf8-${process.pid}-${copyCount++}.csv`);
  try {
    if (!isUtf8) await writeAsUtf8(source.path, encoding, path);
    return await work(describeCsv(source, path, options));
  } finally {
    if (!isUtf8) await rm(path, { force: true });
  }
}

let copyCount = 0;

/** What the reader does with a line it cannot read: fail, pass over it (to look at the first rows), or list it in the table reject_errors. */
export type OnBadLine = 'fail' | 'skip' | 'list';

/** The reader's FROM clause. */
export function csvFrom(table: CsvTable, types: readonly ReaderType[], onBadLine: OnBadLine): string {
  const { dialect } = table;
  const columns = types.map((type, index) => `'c${index}': '${type}'`).join(', ');
  const settings = [
    `auto_detect = false`, `columns = {${columns}}`, `header = ${dialect.hasHeader}`, `skip = ${table.leadingEmptyLines}`,
    `delim = ${literal(dialect.delimiter)}`, `quote = ${literal(dialect.quote)}`, `escape = ${literal(dialect.quote)}`,
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

function describeCsv(source: Source, path: string, options: { encoding: Encoding; dialect: Dialect | null }): CsvTable {
  const text = headText(source, options.encoding);
  const isWhole = source.head.length === source.sizeBytes;
  const dialect = options.dialect ?? detectDialect(text, options.encoding, isWhole);
  const { records, leadingEmptyLines } = sampleRecords(text, dialect, isWhole);
  const first = records[0];
  if (!first) {
    if (isWhole) throw fail('files/empty', { path: source.path });
    throw fail('data/too-large', { file: source.fileName, found: 'a first line that does not end', limit: `${lineLimitBytes} bytes` });
  }
  if (first.length > columnLimit) {
    throw fail('data/too-large', { file: source.fileName, found: `${first.length} columns`, limit: `${columnLimit} columns` });
  }
  const header = dialect.hasHeader ? first : [];
  const names = uniqueNames(first.map((_, index) => header[index] ?? ''));
  return { path, dialect, header, names, preview: dialect.hasHeader ? records.slice(1) : records, leadingEmptyLines };
}

/** The beginning of the file as text; a character cut at the end of the sample may be lost there. */
function headText(source: Source, encoding: Encoding): string {
  const { head } = source;
  if (encoding === 'latin-1') return windows1252(head);
  if (encoding === 'utf-8') return head.toString('utf8');
  const units = Buffer.from(head.subarray(0, head.length - (head.length % 2)));
  return (units[0] === 0xfe && units[1] === 0xff ? units.swap16() : units).toString('utf16le');
}
