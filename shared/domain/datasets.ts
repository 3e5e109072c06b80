/** Datasets and their versions. A version is one immutable Parquet object; a dataset is its history. */
import { z } from 'zod';
import { Categories, ColumnRole } from './column-notes.ts';
import { Cell, Column, ColumnType } from './columns.ts';
import { DatasetId, ObjectHash, RunId, VersionId } from './ids.ts';
import { PixelSettings } from './images.ts';

const maxTagKeyLength = 60;
const maxTagValueLength = 120;

/** A free tag ("pilot") or a key and a value ("source: sensor 4"). */
export const Tag = z.object({ key: z.string().max(maxTagKeyLength).nullable(), value: z.string().min(1).max(maxTagValueLength) });
export type Tag = z.infer<typeof Tag>;

/** Reads "key: value" or "value". @throws RangeError when nothing is left, or too much. */
export function parseTag(text: string): Tag {
  const colon = text.indexOf(':');
  const key = colon < 0 ? null : text.slice(0, colon).trim().toLowerCase() || null;
  const value = text.slice(colon + 1).trim();
  if (!value) throw new RangeError('a tag needs a value');
  const parsed = Tag.safeParse({ key, value });
  if (!parsed.success) throw new RangeError(`a tag has at most ${maxTagKeyLength} characters before the colon and ${maxTagValueLength} after it`);
  return parsed.data;
}

/** Those of `values` that are tags: one that another program wrote badly does not take the others with it. */
export function tagsIn(values: readonly unknown[] | undefined): Tag[] {
  return (values ?? []).flatMap((value) => {
    const parsed = Tag.safeParse(value);
    return parsed.success ? [parsed.data] : [];
  });
}

/** The text of a tag, as `parseTag` reads it. */
export function formatTag(tag: Tag): string {
  return tag.key === null ? tag.value : `${tag.key}: ${tag.value}`;
}

export const fileFormats = ['csv', 'tsv', 'parquet', 'jsonl', 'xlsx', 'sqlite', 'arrow', 'images'] as const;
export const FileFormat = z.enum(fileFormats);
export type FileFormat = z.infer<typeof FileFormat>;

/** Those that text files are written in. "latin-1" is read as Windows-1252, its superset. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'latin-1'] as const;

/** What may stand between groups of three digits; a space includes the narrow and the fixed one. */
export const thousandsMarks = ['', ',', '.', ' ', "'"] as const;

/** How a text file is read; null for the formats that say it themselves. */
export const Dialect = z.object({
  delimiter: z.string().min(1).max(4),
  /** Several delimiters in a row count as one, as in tables laid out with spaces. */
  joinsDelimiters: z.boolean(),
  /** One character, or empty where nothing is quoted. */
  quote: z.string().max(1),
  /** What stands before a quote inside quotes: the quote itself, or another character. */
  escape: z.string().max(1),
  hasHeader: z.boolean(),
  /** Lines before the header, or before the first row where there is none. */
  skipLines: z.number().int().min(0).max(10_000),
  /** Lines that begin with it are no data; empty for none. */
  comment: z.string().max(4),
  encoding: z.enum(encodings),
  decimal: z.enum(['.', ',']),
  thousands: z.enum(thousandsMarks),
  /** Words that stand for a missing value in columns that are not text. */
  missing: z.array(z.string().min(1).max(40)).max(50),
});
export type Dialect = z.infer<typeof Dialect>;

/** The words that stand for a missing value unless the user says otherwise. */
export const missingWords = ['NA', 'N/A', 'n/a', 'null', 'NULL'] as const;

/** What most files are. */
export const plainDialect: Dialect = {
  delimiter: ',', joinsDelimiters: false, quote: '"', escape: '"', hasHeader: true, skipLines: 0, comment: '', encoding: 'utf-8', decimal: '.', thousands: '', missing: [...missingWords],
};

/** Why no file can be read like that, as a sentence, or null. */
export function dialectProblem({ delimiter, quote, escape, comment, decimal, thousands }: Dialect): string | null {
  if (/[\r\n\0]/.test(delimiter + quote + escape + comment)) return 'A line break cannot separate, quote or mark anything.';
  if (/[^\x20-\x7e]/.test(quote + escape)) return 'The quote and the escape must be plain characters.';
  if (quote !== '' && delimiter.includes(quote)) return 'The delimiter and the quote must differ.';
  if (quote !== '' && escape === '') return 'Quotes need an escape; the quote itself is the usual one.';
  if (escape !== '' && delimiter.includes(escape)) return 'The delimiter and the escape must differ.';
  if (comment !== '' && (comment === quote || delimiter.startsWith(comment))) return 'What marks a comment must differ from the delimiter and the quote.';
  if (thousands === decimal) return 'The decimal mark and the thousands mark must differ.';
  return null;
}

/** Where the values of a column come from that no file holds: the path of the file, or a folder that is named like "year=2024". */
export const ColumnOrigin = z.enum(['path', 'folder']);
export type ColumnOrigin = z.infer<typeof ColumnOrigin>;

/** What the user decided: one entry per column that is kept, in order. */
export const ImportPlan = z.object({
  format: FileFormat,
  dialect: Dialect.nullable(),
  /** The sheet or the table that is read; absent where a file has but one. */
  table: z.string().max(1000).exactOptional(),
  columns: z.array(z.object({
    sourceName: z.string(),
    name: z.string().min(1),
    type: ColumnType,
    /** How its dates are written (strptime), null for ISO 8601; absent where the values decide. */
    pattern: z.string().max(40).nullable().exactOptional(),
    origin: ColumnOrigin.exactOptional(),
    /** What is said of the column from the start, where nothing has been said of it yet: its role, and its categories from the lowest to the highest. */
    role: ColumnRole.exactOptional(),
    order: Categories.exactOptional(),
  })).min(1),
});
export type ImportPlan = z.infer<typeof ImportPlan>;

/** Where a version came from. */
export const VersionSource = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'), fileName: z.string(), sha256: z.string(), sizeBytes: z.number().int(), format: z.string(),
    /** How it was read, so that it can be read so again; versions of earlier releases have none. */
    plan: ImportPlan.exactOptional(),
    /** Of several files that are one table; the hash is then that of their hashes and names, the size that of all. */
    fileCount: z.number().int().positive().exactOptional(),
    /** Files that were to be read and could not: how many, and the first of them with the reason. */
    leftOut: z.object({ count: z.number().int().positive(), files: z.array(z.object({ name: z.string(), reason: z.string() })) }).exactOptional(),
  }),
  z.object({ kind: z.literal('prediction'), runId: RunId, inputVersionId: VersionId.nullable(), fileName: z.string().nullable() }),
  /** The rows that a query gave over these versions. */
  z.object({ kind: z.literal('query'), sql: z.string(), inputVersionIds: z.array(VersionId) }),
  /** The images of this version, as columns of pixels. */
  z.object({ kind: z.literal('pixels'), inputVersionId: VersionId, settings: PixelSettings }),
]);
export type VersionSource = z.infer<typeof VersionSource>;

export const DatasetVersion = z.object({
  id: VersionId,
  datasetId: DatasetId,
  /** 1 for the first version of its dataset. */
  number: z.number().int().positive(),
  object: ObjectHash,
  sizeBytes: z.number().int(),
  rowCount: z.number().int(),
  columns: z.array(Column),
  source: VersionSource,
  createdAtMs: z.number(),
  createdBy: z.string(),
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

export const Dataset = z.object({
  id: DatasetId,
  name: z.string(),
  description: z.string(),
  tags: z.array(Tag),
  /** Oldest first; never empty. */
  versions: z.array(DatasetVersion).min(1),
});
export type Dataset = z.infer<typeof Dataset>;

export const SniffedColumn = z.object({
  /** Name in the file (made unique and non-empty by the reader). */
  sourceName: z.string(),
  type: ColumnType,
  /** Why this type, as a sentence. */
  reason: z.string(),
  /** How its dates are written (strptime); null for ISO 8601 and for what is no date. */
  pattern: z.string().nullable(),
  origin: ColumnOrigin.exactOptional(),
  /** What the column seems to be besides its type; the reason says why. */
  role: ColumnRole.exactOptional(),
  order: Categories.exactOptional(),
  /** Of few categories: all that were seen, in reading order. */
  categories: z.array(z.string()).exactOptional(),
});
export type SniffedColumn = z.infer<typeof SniffedColumn>;

/** What the reader found in a file, for the user to correct before the import. */
export const Sniff = z.object({
  fileName: z.string(),
  sizeBytes: z.number().int(),
  format: FileFormat,
  dialect: Dialect.nullable(),
  /** Why the dialect is what it is, a sentence for each setting that was read from the file. */
  reasons: z.partialRecord(Dialect.keyof(), z.string()),
  /** The sheets of a workbook or the tables of a database; empty where a file is one table. */
  tables: z.array(z.string()),
  /** Which of them this is about. */
  table: z.string().nullable(),
  columns: z.array(SniffedColumn),
  /** The first rows as text, at most 50. */
  preview: z.array(z.array(Cell)),
  warnings: z.array(z.string()),
  /** Of several files that are one table: how many. */
  fileCount: z.number().int().positive().exactOptional(),
});
export type Sniff = z.infer<typeof Sniff>;

/** The plan that takes a file as it was found, but for the types given by the names in the file. The paths of several files are left out unless `types` names them. */
export function planAsFound(sniff: Sniff, types: ReadonlyMap<string, ColumnType> = new Map()): ImportPlan {
  const { format, dialect, table, columns } = sniff;
  return {
    format, dialect, ...(table === null ? {} : { table }),
    columns: columns.filter(({ sourceName, origin }) => origin !== 'path' || types.has(sourceName)).map((column) => {
      const { sourceName, origin, role, order } = column;
      const type = types.get(sourceName) ?? column.type;
      return {
        sourceName, name: sourceName, type, ...patternOf(sniff, column, type), ...(origin === undefined ? {} : { origin }),
        ...(role === undefined ? {} : { role }), ...(order === undefined || type !== 'category' ? {} : { order }),
      };
    }),
  };
}

/** Several files must write their dates alike, so that the pattern is part of their plan; one file shows it by its values. */
export function patternOf({ fileCount }: Pick<Sniff, 'fileCount'>, column: Pick<SniffedColumn, 'type' | 'pattern'>, type: ColumnType): { pattern?: string | null } {
  return fileCount !== undefined && type === column.type && (type === 'date' || type === 'timestamp') ? { pattern: column.pattern } : {};
}

/** "flights_2024.csv.gz" suggests "flights_2024". */
export function suggestName(fileName: string): string {
  return fileName.replace(/(\.(csv|tsv|txt|parquet|jsonl|ndjson|json|xlsx|sqlite|db|arrow|feather|gz|zst))+$/i, '').trim() || fileName;
}

/** A table that was found among files, to be imported as a dataset. */
export const ProposedTable = z.object({
  name: z.string(),
  format: FileFormat,
  fileCount: z.number().int().positive(),
  /** The first of its files, below the folder that all were found in. */
  files: z.array(z.string()),
  sizeBytes: z.number().int(),
  /** About; null where only reading all of it would tell. */
  rowCount: z.number().int().nullable(),
  /** Of all its files together. */
  columnCount: z.number().int(),
  /** Files that lack some of these columns. */
  unlikeCount: z.number().int(),
});
export type ProposedTable = z.infer<typeof ProposedTable>;

/** The most characters of a pasted table. */
export const pastedLimit = 64 * 1024 * 1024;

/** A file that is no table, or cannot be read, with the reason as a sentence. */
export const Refused = z.object({ name: z.string(), reason: z.string() });
export type Refused = z.infer<typeof Refused>;

/** A window of rows of a version, in stored order. The cell of an image is the number of its row in the version, from 0, by which it is asked for. */
export const RowWindow = z.object({
  rowCount: z.number().int(),
  offset: z.number().int(),
  columns: z.array(Column),
  rows: z.array(z.array(Cell)),
});
export type RowWindow = z.infer<typeof RowWindow>;
