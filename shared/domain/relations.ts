/** What the columns of a version have to do with each other, with missing values, repeated rows and outliers; and with a target. */
import { z } from 'zod';
import { Cell } from './columns.ts';

/** What a pair says; a measure is null where it does not apply to the types, or is not defined for the values. */
export const Relation = z.object({
  a: z.string(),
  b: z.string(),
  /** Rows with both values. */
  rowCount: z.number().int(),
  /** Of two numbers, -1 to 1. */
  pearson: z.number().nullable(),
  spearman: z.number().nullable(),
  /** Of two categories, bias-corrected, 0 to 1. */
  cramersV: z.number().nullable(),
  /** Of a number and a category: the correlation ratio, corrected for the number of categories, 0 to 1. */
  eta: z.number().nullable(),
});
export type Relation = z.infer<typeof Relation>;

/** Why a column is not compared with others. */
export const leftOutReasons = ['constant', 'image', 'levels', 'limit'] as const;
export const LeftOut = z.object({ column: z.string(), reason: z.enum(leftOutReasons) });
export type LeftOut = z.infer<typeof LeftOut>;

/** A set of columns that are missing in the same rows. */
export const MissingPattern = z.object({ columns: z.array(z.string()), rowCount: z.number().int() });
export type MissingPattern = z.infer<typeof MissingPattern>;

export const MissingPatterns = z.object({
  /** Columns with missing values, in their order. */
  columns: z.array(z.object({ name: z.string(), missingCount: z.number().int() })),
  /** How many different sets there are, the empty one not counted. */
  patternCount: z.number().int(),
  /** The most frequent sets, the empty one among them where rows are complete. */
  patterns: z.array(MissingPattern),
});
export type MissingPatterns = z.infer<typeof MissingPatterns>;

export const RepeatedRows = z.object({
  /** Rows that are there more than once, counted once each. */
  groupCount: z.number().int(),
  /** Rows that could go without losing one: copies beyond the first. */
  copyCount: z.number().int(),
  /** The most repeated ones; `row` is the place of the first, from 0. */
  examples: z.array(z.object({ times: z.number().int(), row: z.number().int(), cells: z.array(Cell) })),
  /** Columns of the cells of the examples: the first ones of the table. */
  columns: z.array(z.string()),
});
export type RepeatedRows = z.infer<typeof RepeatedRows>;

/** Numbers beyond Tukey's fences: 1.5 and 3 interquartile ranges from the quartiles. */
export const OutlierCount = z.object({
  column: z.string(),
  numberCount: z.number().int(),
  /** Null where half of the numbers are equal: then there are no fences. */
  fences: z.object({ low: z.number(), high: z.number(), farLow: z.number(), farHigh: z.number() }).nullable(),
  outlierCount: z.number().int(),
  /** Of those, the ones beyond the outer fences. */
  farCount: z.number().int(),
  /** Whether the quartiles are exact. */
  isExact: z.boolean(),
});
export type OutlierCount = z.infer<typeof OutlierCount>;

/** Lengths of the present texts of a column, in characters; null where there is none. */
export const TextLengths = z.object({
  column: z.string(),
  textCount: z.number().int(),
  emptyCount: z.number().int(),
  lengths: z.object({ min: z.number(), median: z.number(), mean: z.number(), max: z.number() }).nullable(),
});
export type TextLengths = z.infer<typeof TextLengths>;

/** The rows that pairs were counted on: all, or an even sample of them that is the same each time. */
export const SeenRows = z.object({ rowCount: z.number().int(), seenRowCount: z.number().int() });

export const Relations = SeenRows.extend({
  /** Columns that were compared, each with each other. */
  compared: z.array(z.string()),
  leftOut: z.array(LeftOut),
  pairs: z.array(Relation),
  /** These are of all rows. */
  missing: MissingPatterns,
  repeated: RepeatedRows,
  outliers: z.array(OutlierCount),
  texts: z.array(TextLengths),
});
export type Relations = z.infer<typeof Relations>;

/** How many rows have each class. */
export const ClassBalance = z.object({
  classCount: z.number().int(),
  missingCount: z.number().int(),
  /** The most frequent ones first, at most 50. */
  classes: z.array(z.object({ value: z.string(), count: z.number().int() })),
  /** Rows of the rarest class. */
  rarestCount: z.number().int(),
  /** Rows of the most frequent class for each of the rarest. */
  imbalance: z.number(),
  /** Entropy as a share of the most possible: 1 where all classes are equally frequent; null with one class. */
  evenness: z.number().nullable(),
});
export type ClassBalance = z.infer<typeof ClassBalance>;

export const hintKinds = ['same', 'one-to-one', 'determines', 'correlated', 'identifier', 'shared-rows'] as const;
/** A column that may tell a model what it is to find out, or rows it has seen before it is tested on them. */
export const LeakageHint = z.object({
  kind: z.enum(hintKinds),
  column: z.string(),
  /** How strong, 0 to 1: a measure or a share of rows. */
  strength: z.number(),
  /** Why, as a sentence. */
  reason: z.string(),
});
export type LeakageHint = z.infer<typeof LeakageHint>;

export const TargetReport = SeenRows.extend({
  target: z.string(),
  /** Null where the target is a number with many values. */
  balance: ClassBalance.nullable(),
  hints: z.array(LeakageHint),
});
export type TargetReport = z.infer<typeof TargetReport>;

/** The measure of a pair that applies to it, with the sign it has; of two numbers the one of Pearson's and Spearman's that says more. */
export function strengthOf({ pearson, spearman, cramersV, eta }: Relation): number | null {
  if (pearson === null || spearman === null) return pearson ?? spearman ?? cramersV ?? eta;
  // Of a straight line both are 1, but for the last digit.
  return Math.abs(pearson) > Math.abs(spearman) - 1e-9 ? pearson : spearman;
}
