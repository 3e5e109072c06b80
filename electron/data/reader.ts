/** A source opened for reading: what to select from, and which fields it has. */
import type { Dialect, FileFormat } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { columnLimit, csvFrom, withCsv } from './csv.ts';
import type { CsvTable } from './csv.ts';
import { duckReason } from './duck.ts';
import type { Access, Duck, Session } from './duck.ts';
import { fieldsOf } from './fields.ts';
import type { Field } from './fields.ts';
import { ownTypes } from './parquet.ts';
import { jsonFrom } from './json.ts';
import { withPlainText } from './plain-text.ts';
import { exactPath, literal } from './sql.ts';
import type { Encoding, Source } from './source.ts';
import { withArrow } from './arrow.ts';
import { withSqlite } from './sqlite.ts';
import { glanceRows, stage, type Loaded, type Staged } from './staged.ts';
import { withWorkbook } from './workbook.ts';
import { scanFile } from './text.ts';
import { plainRules, type TextRules } from './text-values.ts';

/** How much of a packed file is unpacked to look at it. */
const glanceBytes = 64 * 1024 * 1024;

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
  /** The file whose lines are the records: the source, or a plain copy of it. */
  readonly textPath: string;
  /** How texts are understood. */
  readonly rules: TextRules;
  /** The sheet or the table that is read, and all there are; null for files of one table. */
  readonly staged: Staged | null;
}

export interface ReaderOptions {
  readonly encoding: Encoding;
  /** Null reads it from the file. */
  readonly dialect: Dialect | null;
  /** The sheet or the table; the first where absent. */
  readonly table?: string | undefined;
  /** True to look at the beginning only, as far as the format allows. */
  readonly isGlance?: boolean;
  /** A file beside the source that `work` may write. */
  readonly outPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Runs `work` on the opened source; everything is closed afterwards. @throws data/*, files/*, job/cancelled */
export async function withReader<T>(duck: Duck, source: Source, format: FileFormat, options: ReaderOptions, work: (reader: Reader) => Promise<T>): Promise<T> {
  const { signal, outPath } = options;
  const access = (paths: readonly string[]): Access => ({ files: outPath === undefined ? paths : [...paths, outPath], signal });
  const plain = { tempDir: duck.tempDir, encoding: options.encoding, signal };
  const rowLimit = options.isGlance === true ? glanceRows : Number.MAX_SAFE_INTEGER;
  const common = { source, leftOut: [], csv: null, rules: plainRules, staged: null };
  const typed = async (path: string, fromOf: (session: Session) => string | Promise<string>): Promise<T> => await duck.session(access([path]), async (session) => {
    const { from, fields, leftOut } = await describe(source, session, fromOf, format);
    requireWidth(source, fields);
    return await work({ ...common, session, from, sampleFrom: from, fields, leftOut, textPath: path });
  });
  switch (format) {
    case 'csv': case 'tsv':
      return await withCsv(source, { ...plain, dialect: options.dialect, ...(options.isGlance ? { limitBytes: glanceBytes } : {}) }, (csv) =>
        duck.session(access([csv.path]), async (session) => {
          const fields = csv.names.map((name, index): Field => ({ name, x: `c${index}`, family: 'csv', sqlType: 'VARCHAR' }));
          const types = fields.map(() => 'VARCHAR' as const);
          return await work({ ...common, session, from: csvFrom(csv, types, 'fail'), sampleFrom: csvFrom(csv, types, 'skip'), fields, csv, textPath: csv.path, rules: csv.dialect });
        }),
      );
    case 'jsonl':
      return await withPlainText(source, { ...plain, dialect: null }, ({ path }) => typed(path, (session) => jsonFrom(session, path)));
    case 'parquet':
      return await typed(source.path, () => `read_parquet(${literal(exactPath(source.path))})`);
    case 'images':
      throw fail('data/unknown-format', { file: source.fileName, reason: 'it is to be read as a folder of images' });
    case 'xlsx': case 'sqlite': case 'arrow':
      return await withLoaded(source, format, { tempDir: duck.tempDir, table: options.table, rowLimit }, (loaded) =>
        duck.session(access([]), async (session) => {
          const staged = await stage(session, source, loaded, { dialect: options.dialect, rowLimit, signal });
          requireWidth(source, staged.fields);
          return await work({ ...common, session, from: staged.from, sampleFrom: staged.from, fields: staged.fields, leftOut: staged.leftOut, textPath: source.path, rules: staged.dialect ?? plainRules, staged });
        }),
      );
  }
}

type LoadOptions = { readonly tempDir: string; readonly table: string | undefined; readonly rowLimit: number };

async function withLoaded<T>(source: Source, format: 'xlsx' | 'sqlite' | 'arrow', options: LoadOptions, work: (loaded: Loaded) => Promise<T>): Promise<T> {
  switch (format) {
    case 'xlsx': return await withWorkbook(source, options.table, work);
    case 'sqlite': return await withSqlite(source, options, work);
    case 'arrow': return await withArrow(source, work);
  }
}

function requireWidth(source: Source, fields: readonly Field[]): void {
  if (fields.length === 0) throw fail('data/unknown-format', { file: source.fileName, reason: 'it has no column that can be read' });
  if (fields.length > columnLimit) throw fail('data/too-large', { file: source.fileName, found: `${fields.length} columns`, limit: `${columnLimit} columns` });
}

/** Why DuckDB could not read a Parquet or JSON file, as an AppError. */
export async function readFailure(source: Source, format: FileFormat, thrown: unknown): Promise<Error> {
  if (format === 'jsonl' && source.packing === null) await scanFile(source.path, { encoding: 'utf-8' });
  return fail('data/malformed', { file: source.fileName, reason: duckReason(thrown, source.path) }, thrown);
}

async function describe(source: Source, session: Session, fromOf: (session: Session) => string | Promise<string>, format: FileFormat): Promise<{ from: string; fields: Field[]; leftOut: string[] }> {
  let found: { from: string; fields: Field[]; leftOut: string[] };
  try {
    const from = await fromOf(session);
    found = { from, ...await fieldsOf(session, from) };
  } catch (thrown) {
    throw await readFailure(source, format, thrown);
  }
  const only = found.fields[0];
  // A JSON value that is no object comes as one column with the name "json".
  if (format === 'jsonl' && found.fields.length === 1 && only?.name === 'json' && !source.head.includes('"json"')) {
    throw fail('data/unknown-format', { file: source.fileName, reason: 'its JSON values are not objects with named fields' });
  }
  const taken = await imagesOf(source, session, found.fields, format);
  const isTaken = (field: Field): boolean => field.family !== 'blob' || taken.has(field.name);
  return { from: found.from, fields: found.fields.filter(isTaken), leftOut: [...found.leftOut, ...found.fields.filter((field) => !isTaken(field)).map(({ name }) => name)] };
}

/** The binary columns of a table that Assay stored: they are images. Others may hold anything, and are left out. */
async function imagesOf(source: Source, session: Session, fields: readonly Field[], format: FileFormat): Promise<ReadonlySet<string>> {
  const types = format === 'parquet' && fields.some(({ family }) => family === 'blob') ? await ownTypes(session, literal(exactPath(source.path))) : null;
  return new Set(types?.length === fields.length ? fields.filter((_, index) => types[index] === 'image').map(({ name }) => name) : []);
}
