/** What differs between two tables: columns, rows and cells; and what that does to a model. */
import { z } from 'zod';
import { Cell, Column } from './columns.ts';
import { ColumnDrift } from './drift.ts';
import { VersionId } from './ids.ts';
import { ConfusionMatrix } from './runs.ts';
import { TaskKind } from './train-config.ts';

/** The versions that are compared, of one dataset or of two. */
export const DiffSpec = z.object({
  before: VersionId,
  after: VersionId,
  /** Names (in the newer version) of the columns that tell which rows are the same; none matches rows by their content, null leaves the choice to Assay. */
  key: z.array(z.string()).max(8).nullable(),
});
export type DiffSpec = z.infer<typeof DiffSpec>;

/** Up to so many cells versions are compared as soon as somebody may want to know; of larger ones a comparison is work that is seen and can be stopped. */
export const mostCellsCompared = 2_000_000;

/** One column on its way from the older to the newer version; one side is null for a column added or removed. */
export const ColumnChange = z.object({
  before: Column.nullable(),
  after: Column.nullable(),
  isKey: z.boolean(),
  /** Rows in both versions whose value here differs. */
  changedCount: z.number().int(),
});
export type ColumnChange = z.infer<typeof ColumnChange>;

/** How rows were recognised: by key columns (names in the newer version), or by their whole content. */
export const RowMatch = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('key'), columns: z.array(z.string()).min(1), isSuggested: z.boolean() }),
  z.object({ kind: z.literal('content'), reason: z.string() }),
]);
export type RowMatch = z.infer<typeof RowMatch>;

export const VersionDiff = z.object({
  rowCounts: z.object({ before: z.number().int(), after: z.number().int() }),
  match: RowMatch,
  rows: z.object({ added: z.number().int(), removed: z.number().int(), changed: z.number().int(), unchanged: z.number().int() }),
  /** Cells that differ in the changed rows. */
  cellCount: z.number().int(),
  /** In the order of the newer version; removed columns come last. */
  columns: z.array(ColumnChange),
  /** Whether the columns that both have stand in another order. */
  isReordered: z.boolean(),
  elapsedMs: z.number(),
});
export type VersionDiff = z.infer<typeof VersionDiff>;

export const rowChanges = ['removed', 'added', 'changed'] as const;
export const RowChange = z.enum(rowChanges);
export type RowChange = z.infer<typeof RowChange>;

/** Which of the differing rows, and in which order. */
export const DiffView = z.object({
  /** null shows all three kinds. */
  change: RowChange.nullable(),
  /** Only rows that changed in this column (its name in the newer version). */
  column: z.string().nullable(),
  /** The largest change of that column first; needs a column of numbers or times. */
  isBySize: z.boolean(),
  /** Places of the columns whose cells are wanted; null wants all. */
  places: z.array(z.number().int().min(0)).max(200).nullable(),
  offset: z.number().int().min(0),
  limit: z.number().int().min(1).max(200),
});
export type DiffView = z.infer<typeof DiffView>;

export const DiffRow = z.object({
  change: RowChange,
  /** Row numbers from 0 in either version; null where the row is not there. */
  beforeRow: z.number().int().nullable(),
  afterRow: z.number().int().nullable(),
  /** One cell for each place that was asked for, null where the row or the column is not there. */
  before: z.array(Cell).nullable(),
  after: z.array(Cell).nullable(),
  /** Places in `columns` of the diff whose values differ, asked for or not. */
  changed: z.array(z.number().int()),
});
export type DiffRow = z.infer<typeof DiffRow>;

export const DiffWindow = z.object({
  /** Rows that the view has in all. */
  rowCount: z.number().int(),
  offset: z.number().int(),
  rows: z.array(DiffRow),
});
export type DiffWindow = z.infer<typeof DiffWindow>;

/** The shift of the distribution per column; columns that cannot be tested are listed with the reason. */
export const VersionShift = z.object({
  columns: z.array(ColumnDrift),
  skipped: z.array(z.object({ column: z.string(), reason: z.string() })),
});
export type VersionShift = z.infer<typeof VersionShift>;

/** A row whose prediction differs, with its key, and whether the model was tested on it; null where that is not known. */
export const ChangedPrediction = z.object({ key: z.array(Cell), beforeRow: z.number().int(), afterRow: z.number().int(), before: Cell, after: Cell, isTest: z.boolean().nullable() });
export type ChangedPrediction = z.infer<typeof ChangedPrediction>;

/** What the change from one version to another does to the predictions of a model. */
export const ModelEffect = z.object({
  task: TaskKind,
  target: z.string(),
  /** Rows of both versions for which the model predicts something in both. */
  rowCount: z.number().int(),
  changedCount: z.number().int(),
  /** The same of the rows that the model was tested on; null where it was trained on neither version, or on consecutive rows. */
  test: z.object({ rowCount: z.number().int(), changedCount: z.number().int() }).nullable(),
  /** counts[i][j]: rows predicted as class i in the older version and as class j in the newer one; null for a regression. */
  matrix: ConfusionMatrix.nullable(),
  /** Of a regression: mean and largest size of the change over all those rows, and the mean prediction in either version. */
  numbers: z.object({ meanChange: z.number(), largestChange: z.number(), meanBefore: z.number(), meanAfter: z.number() }).nullable(),
  /** Names of the key columns in the newer version. */
  key: z.array(z.string()),
  /** Rows that changed, the first 500: in the order of the newer version, of a regression the largest change first. */
  rows: z.array(ChangedPrediction),
});
export type ModelEffect = z.infer<typeof ModelEffect>;
