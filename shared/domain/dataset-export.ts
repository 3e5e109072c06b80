/** Writing rows out to a file of the user's: its format, how its text is laid out, and what came of it. */
import { z } from 'zod';
import { plainDialect, type Dialect } from './datasets.ts';
import { ResultId, VersionId } from './ids.ts';

export const exportFormats = ['csv', 'tsv', 'jsonl', 'parquet', 'arrow'] as const;
export const ExportFormat = z.enum(exportFormats);
export type ExportFormat = z.infer<typeof ExportFormat>;

export const exportDelimiters = [',', ';', '|'] as const;

/** How CSV and TSV are written; the delimiter of TSV is the tab whatever stands here. */
export const TextLayout = z.object({
  delimiter: z.enum(exportDelimiters),
  decimal: z.enum(['.', ',']),
  hasHeader: z.boolean(),
  /** Three bytes by which Excel knows UTF-8. */
  hasByteOrderMark: z.boolean(),
  /** Stands for a missing value; empty leaves the field empty, where an empty text is written as "". */
  missing: z.string().max(20).regex(/^[^"\r\n\t,;|]*$/, 'a word without delimiters and quotes'),
  /** Texts that a spreadsheet would run as a formula get a ' in front. */
  isFormulaSafe: z.boolean(),
}).refine(({ delimiter, decimal }) => delimiter !== decimal, 'the delimiter and the decimal mark must differ');
export type TextLayout = z.infer<typeof TextLayout>;

export const plainLayout: TextLayout = { delimiter: ',', decimal: '.', hasHeader: true, hasByteOrderMark: false, missing: '', isFormulaSafe: true };

export const ExportSettings = z.object({
  format: ExportFormat,
  layout: TextLayout,
  /** A second file beside it that describes the data: Croissant 1.1. */
  hasMetadata: z.boolean(),
}).refine(({ format, layout, hasMetadata }) => !hasMetadata || layout.hasHeader || (format !== 'csv' && format !== 'tsv'), 'metadata name the columns: a text file needs its header then');
export type ExportSettings = z.infer<typeof ExportSettings>;

/** The rows that go out: those of a version, or those that a query gave. */
export const ExportSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('version'), versionId: VersionId }),
  z.object({ kind: z.literal('result'), resultId: ResultId }),
]);
export type ExportSubject = z.infer<typeof ExportSubject>;

/** What the job of an export tells. */
export const ExportOutcome = z.object({
  fileName: z.string(),
  format: ExportFormat,
  rowCount: z.number().int(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  /** Cells and names that got a ' in front. */
  guardedCount: z.number().int(),
  metadataName: z.string().nullable(),
});
export type ExportOutcome = z.infer<typeof ExportOutcome>;

/** What the project keeps of an export: in the set "exports" of each dataset that was in it. */
export const ExportRecord = ExportOutcome.pick({ fileName: true, format: true, rowCount: true, sha256: true }).extend({
  versionId: VersionId,
  /** True for the rows of a query over the version. */
  isQuery: z.literal(true).exactOptional(),
  /** True for the rows that passed a filter, or in another order. */
  isView: z.literal(true).exactOptional(),
  by: z.string(),
  atMs: z.number(),
});
export type ExportRecord = z.infer<typeof ExportRecord>;

export const exportFormatWords: Readonly<Record<ExportFormat, string>> = { csv: 'CSV', tsv: 'TSV', jsonl: 'JSON lines', parquet: 'Parquet', arrow: 'Arrow' };

/** The first ending is the one that is offered. */
export const exportEndings: Readonly<Record<ExportFormat, readonly [string, ...string[]]>> = {
  csv: ['csv'], tsv: ['tsv', 'tab'], jsonl: ['jsonl', 'ndjson'], parquet: ['parquet'], arrow: ['arrow', 'feather'],
};

/** The format that the ending of a file name stands for; null where it stands for none. */
export function formatOfName(fileName: string): ExportFormat | null {
  const ending = /\.([^.]+)$/.exec(fileName)?.[1]?.toLowerCase() ?? '';
  return exportFormats.find((format) => exportEndings[format].includes(ending)) ?? null;
}

/** The name of the metadata beside a data file. */
export function metadataNameOf(fileName: string): string {
  return `${fileName}.croissant.json`;
}

export function delimiterOf({ format, layout }: Pick<ExportSettings, 'format' | 'layout'>): string {
  return format === 'tsv' ? '\t' : layout.delimiter;
}

/** How a text file that was written so is read. */
export function dialectOf(settings: Pick<ExportSettings, 'format' | 'layout'>): Dialect {
  const { decimal, hasHeader, missing } = settings.layout;
  return { ...plainDialect, delimiter: delimiterOf(settings), decimal, hasHeader, missing: missing === '' ? [] : [missing] };
}

/** "344 rows written to birds.csv. 12 cells were given a ' so that a spreadsheet does not run them." */
export function exportSentence({ fileName, rowCount, guardedCount, metadataName }: ExportOutcome): string {
  const rows = `${rowCount.toLocaleString('en')} ${rowCount === 1 ? 'row' : 'rows'} written to ${fileName}${metadataName === null ? '' : `, described in ${metadataName}`}.`;
  if (guardedCount === 0) return rows;
  return `${rows} ${guardedCount === 1 ? "1 cell was given a ' so that a spreadsheet does not run it." : `${guardedCount.toLocaleString('en')} cells were given a ' so that a spreadsheet does not run them.`}`;
}
