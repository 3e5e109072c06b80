/** Datasets and their versions. A version is one immutable Parquet object; a dataset is its history. */
import { z } from 'zod';
import { Cell, Column, ColumnType } from './columns.ts';
import { DatasetId, ObjectHash, RunId, VersionId } from './ids.ts';

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

/** Where a version came from. */
export const VersionSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), fileName: z.string(), sha256: z.string(), sizeBytes: z.number().int(), format: z.string() }),
  z.object({ kind: z.literal('prediction'), runId: RunId, inputVersionId: VersionId.nullable(), fileName: z.string().nullable() }),
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

export const fileFormats = ['csv', 'tsv', 'parquet', 'jsonl'] as const;
export const FileFormat = z.enum(fileFormats);
export type FileFormat = z.infer<typeof FileFormat>;

/** How a text file is read; null for Parquet and JSON lines where it does not apply. */
export const Dialect = z.object({
  delimiter: z.string().min(1).max(4),
  quote: z.string().max(1),
  hasHeader: z.boolean(),
  encoding: z.enum(['utf-8', 'utf-16', 'latin-1']),
});
export type Dialect = z.infer<typeof Dialect>;

export const SniffedColumn = z.object({
  /** Name in the file (made unique and non-empty by the reader). */
  sourceName: z.string(),
  type: ColumnType,
  /** Why this type, as a sentence. */
  reason: z.string(),
});
export type SniffedColumn = z.infer<typeof SniffedColumn>;

/** What the reader found in a file, for the user to correct before the import. */
export const Sniff = z.object({
  fileName: z.string(),
  sizeBytes: z.number().int(),
  format: FileFormat,
  dialect: Dialect.nullable(),
  columns: z.array(SniffedColumn),
  /** The first rows as text, at most 50. */
  preview: z.array(z.array(Cell)),
  warnings: z.array(z.string()),
});
export type Sniff = z.infer<typeof Sniff>;

/** What the user decided: one entry per column that is kept, in order. */
export const ImportPlan = z.object({
  format: FileFormat,
  dialect: Dialect.nullable(),
  columns: z.array(z.object({ sourceName: z.string(), name: z.string().min(1), type: ColumnType })).min(1),
});
export type ImportPlan = z.infer<typeof ImportPlan>;

/** A window of rows of a version, in stored order. */
export const RowWindow = z.object({
  rowCount: z.number().int(),
  offset: z.number().int(),
  columns: z.array(Column),
  rows: z.array(z.array(Cell)),
});
export type RowWindow = z.infer<typeof RowWindow>;
