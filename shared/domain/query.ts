/** SQL over the datasets of a project, and views of rows: what is asked, and what comes back. */
import { z } from 'zod';
import { Column } from './columns.ts';
import type { Dataset, DatasetVersion } from './datasets.ts';
import { DatasetId, QueryId, ResultId, VersionId } from './ids.ts';

/** Characters of a query. */
export const maxQueryLength = 50_000;

export const QueryText = z.string().max(maxQueryLength).refine((sql) => sql.trim() !== '', 'a query is not empty');

/** The most rows that a result shows where nobody asks for more. */
export const usualRowLimit = 1_000_000;

/** A query that was given a name. */
export const SavedQuery = z.object({
  id: QueryId,
  name: z.string(),
  sql: z.string(),
  createdAtMs: z.number(),
  createdBy: z.string(),
  changedAtMs: z.number(),
  changedBy: z.string(),
});
export type SavedQuery = z.infer<typeof SavedQuery>;

/** A version that a query read, as it was named there. */
export const QueryInput = z.object({ name: z.string(), datasetId: DatasetId, versionId: VersionId, versionNumber: z.number().int() });
export type QueryInput = z.infer<typeof QueryInput>;

/** The outcome of the job that ran a query; its rows are asked for by `resultId`. */
export const QueryResult = z.object({
  resultId: ResultId,
  sql: z.string(),
  inputs: z.array(QueryInput),
  rowCount: z.number().int(),
  columns: z.array(Column),
  /** Columns of a kind that no table of ours holds. */
  leftOut: z.array(z.string()),
  /** It may have more rows: it stopped at the limit. */
  isAtLimit: z.boolean(),
  elapsedMs: z.number(),
});
export type QueryResult = z.infer<typeof QueryResult>;

export const comparisons = ['=', '<>', '<', '<=', '>', '>='] as const;

const column = z.string().min(1);
/** A value as one writes it: a number, an ISO 8601 date or time, true or false, or the text itself. */
const written = z.string().max(2000);

/** A row passes when its value does. A missing value passes none but `missing`; NaN is only ever unequal. */
export const RowFilter = z.discriminatedUnion('kind', [
  /** Contains the text, whatever the case; of numbers and dates, their text. */
  z.object({ kind: z.literal('contains'), column, text: written.min(1) }),
  /** Texts compare by code point. */
  z.object({ kind: z.literal('compare'), column, operator: z.enum(comparisons), value: written }),
  z.object({ kind: z.literal('missing'), column, isMissing: z.boolean() }),
  z.object({ kind: z.literal('one-of'), column, values: z.array(written).min(1).max(200) }),
]);
export type RowFilter = z.infer<typeof RowFilter>;

/** Which rows of a table, in which order: all filters must pass; missing values come last, rows of equal value in stored order. */
export const RowView = z.object({
  filters: z.array(RowFilter).max(20),
  sort: z.object({ column, isDescending: z.boolean() }).nullable(),
});
export type RowView = z.infer<typeof RowView>;

/** Every row as it is stored. */
export const storedView: RowView = { filters: [], sort: null };

export function isStoredView({ filters, sort }: RowView): boolean {
  return filters.length === 0 && sort === null;
}

/**
 * The version that a query names: "flights" is the latest, "flights@2" the second. A name that is spelled exactly so
 * wins over one in other case, and of several datasets of one name the newest. Null when there is none.
 */
export function versionNamed(datasets: readonly Dataset[], name: string): { readonly dataset: Dataset; readonly version: DatasetVersion } | null {
  const whole = datasetNamed(datasets, name);
  const latest = whole?.versions.at(-1);
  if (whole && latest) return { dataset: whole, version: latest };
  const [, before = '', number = ''] = /^(.+)@(\d{1,9})$/.exec(name) ?? [];
  const dataset = before === '' ? undefined : datasetNamed(datasets, before);
  const version = dataset?.versions.find((one) => one.number === Number(number));
  return dataset && version ? { dataset, version } : null;
}

function datasetNamed(datasets: readonly Dataset[], name: string): Dataset | undefined {
  return datasets.findLast((one) => one.name === name) ?? datasets.findLast((one) => one.name.toLowerCase() === name.toLowerCase());
}
