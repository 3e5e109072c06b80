/** Columns of a table: their types, and what a profile says about them. */
import { z } from 'zod';

export const columnTypes = ['boolean', 'integer', 'number', 'category', 'text', 'date', 'timestamp', 'image'] as const;
export const ColumnType = z.enum(columnTypes);
export type ColumnType = z.infer<typeof ColumnType>;

/** Types whose values can be written as text; the bytes of an image cannot. */
export type ValueType = Exclude<ColumnType, 'image'>;

export const Column = z.object({ name: z.string().min(1), type: ColumnType });
export type Column = z.infer<typeof Column>;

/** One cell as it crosses to the window: dates and time stamps as ISO 8601 text, big integers as text, an image as a name made of its content. */
export const Cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof Cell>;

/** Equal-width bins over [edges[0], edges[n]]; counts[i] is for [edges[i], edges[i+1]), the last bin closed. */
export const Histogram = z.object({ edges: z.array(z.number()), counts: z.array(z.number()) });
export type Histogram = z.infer<typeof Histogram>;

export const TopValue = z.object({ value: z.string(), count: z.number().int() });
export type TopValue = z.infer<typeof TopValue>;

/** What is known of one column. Numbers of dates and time stamps are milliseconds since 1970 UTC. */
export const ColumnProfile = z.object({
  name: z.string(),
  type: ColumnType,
  rowCount: z.number().int(),
  missingCount: z.number().int(),
  /** NaN and infinite values, counted apart from missing ones and left out of the statistics below. */
  nonFiniteCount: z.number().int(),
  distinctCount: z.number().int(),
  distinctIsExact: z.boolean(),
  numeric: z
    .object({
      min: z.number(), max: z.number(), mean: z.number(), standardDeviation: z.number(),
      q05: z.number(), q25: z.number(), median: z.number(), q75: z.number(), q95: z.number(),
      histogram: Histogram,
    })
    .nullable(),
  /** The most frequent values, most frequent first (at most 20); null for numbers with many values. */
  topValues: z.array(TopValue).nullable(),
  /** Of images only. */
  images: z.object({
    pngCount: z.number().int(), jpegCount: z.number().int(),
    sizeBytes: z.object({ min: z.number(), median: z.number(), max: z.number() }),
  }).exactOptional(),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;
