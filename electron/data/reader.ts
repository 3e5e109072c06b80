/** A source opened for reading: what to select from, and which fields it has. */
import type { Dialect, FileFormat } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { columnLimit, csvFrom, withCsv } from './csv.ts';
import type { CsvTable } from './csv.ts';
import { duckReason } from './duck.ts';
import type { Access, Duck, Session } from './duck.ts';
import { fieldsOf } from './fields.ts';
import type { Field } from './fields.ts';
import { exactPath, literal } from './sql.ts';
import type { Encoding, Source } from './source.ts';
import { scanFile } from './text.ts';

export interface Reader {
  readonly source: Source;
  readonly session: Session;
  /** What stands after FROM; for text files every field is a VARCHAR. */
  readonly from: string;
  /** The same, but lines that cannot be read are passed over: for guessing. */
  readonly sampleFrom: string;
  readonly fields: readonly Field[];
  /** Binary columns that are not taken. */
  readonly leftOut: readonly string[];
  /** Only of text files. */
  readonly csv: CsvTable | null;
}

export interface ReaderOptions {
  readonly encoding: Encoding;
  /** Null guesses it. */
  readonly dialect: Dialect | null;
  /** A file beside the source that `work` may write. */
  readonly outPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs `work` on the opened source; everything is closed afterwards. @throws data/* */
export async function withReader<T>(duck: Duck, source: Source, format: FileFormat, options: ReaderOptions, work: (reader: Reader) => Promise<T>): Promise<T> {
  const access = (path: string): Access => ({ files: options.outPath === undefined ? [path] : [path, options.outPath], signal: options.signal });
  if (format === 'csv' || format === 'tsv') {
    return await withCsv(source, { tempDir: duck.tempDir, encoding: options.encoding, dialect: options.dialect }, (csv) =>
      duck.session(access(csv.path), async (session) => {
        const fields = csv.names.map((name, index): Field => ({ name, x: `c${index}`, family: 'csv', sqlType: 'VARCHAR' }));
        const types = fields.map(() => 'VARCHAR' as const);
        const from = csvFrom(csv, types, 'fail');
        return await work({ source, session, from, sampleFrom: csvFrom(csv, types, 'skip'), fields, leftOut: [], csv });
      }),
    );
  }
  const from = format === 'parquet' ? `read_parquet(${literal(exactPath(source.path))})` : jsonFrom(source.path);
  return await duck.session(access(source.path), async (session) => {
    const { fields, leftOut } = await describe(source, session, from, format);
    if (fields.length === 0) throw fail('data/unknown-format', { file: source.fileName, reason: 'it has no column that can be read' });
    if (fields.length > columnLimit) {
      throw fail('data/too-large', { file: source.fileName, found: `${fields.length} columns`, limit: `${columnLimit} columns` });
    }
    return await work({ source, session, from, sampleFrom: from, fields, leftOut, csv: null });
  });
}

/** Why DuckDB could not read a Parquet or JSON file, as an AppError. */
export async function readFailure(source: Source, format: FileFormat, thrown: unknown): Promise<Error> {
  if (format === 'jsonl') await scanFile(source.path, { encoding: 'utf-8' });
  return fail('data/malformed', { file: source.fileName, reason: duckReason(thrown, source.path) }, thrown);
}

async function describe(source: Source, session: Session, from: string, format: FileFormat): Promise<{ fields: Field[]; leftOut: string[] }> {
  let found: { fields: Field[]; leftOut: string[] };
  try {
    found = await fieldsOf(session, from);
  } catch (thrown) {
    throw await readFailure(source, format, thrown);
  }
  const only = found.fields[0];
  // A JSON value that is no object comes as one column with the name "json".
  if (format === 'jsonl' && found.fields.length === 1 && only?.name === 'json' && !source.head.includes('"json"')) {
    throw fail('data/unknown-format', { file: source.fileName, reason: 'its JSON values are not objects with named fields' });
  }
  return found;
}

/**
 * All lines are looked at for the schema, because a field that appears first in a late line would
 * otherwise be dropped without a word. An array of objects is read like lines of objects.
 */
function jsonFrom(path: string): string {
  const settings = `format = 'auto', maximum_depth = -1, sample_size = -1, map_inference_threshold = -1, field_appearance_threshold = 0, compression = 'uncompressed'`;
  return `read_json(${literal(exactPath(path))}, ${settings})`;
}
