/** Drift reports: a reference against current data, column by column, possibly cut into windows. */
import { z } from 'zod';
import { ColumnType } from './columns.ts';
import { ReportId, VersionId } from './ids.ts';

/** A dataset has drifted when at least this share of its columns has; Evidently's default. */
export const driftShareThreshold = 0.5;

export const driftTests = ['ks', 'chi-square', 'z', 'wasserstein', 'jensen-shannon'] as const;
export const DriftTest = z.enum(driftTests);
export type DriftTest = z.infer<typeof DriftTest>;

/** What is compared. With `cutBy`, one version is cut by that column and its first `referenceWindows` values are the reference. */
export const DriftSpec = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('two-versions'), reference: VersionId, current: VersionId, columns: z.array(z.string()).nullable() }),
  z.object({
    kind: z.literal('cut'),
    version: VersionId,
    cutBy: z.string(),
    /** For dates and time stamps; null cuts by the value itself. */
    period: z.enum(['day', 'week', 'month']).nullable(),
    referenceWindows: z.number().int().min(1),
    columns: z.array(z.string()).nullable(),
  }),
]);
export type DriftSpec = z.infer<typeof DriftSpec>;

/** The outcome of one column's test. `score` is a p-value or a distance, by `isPValue`. */
export const ColumnDrift = z.object({
  column: z.string(),
  type: ColumnType,
  test: DriftTest,
  isPValue: z.boolean(),
  score: z.number(),
  threshold: z.number(),
  drifted: z.boolean(),
  /** One plain sentence, for example "The median rose from 4 to 10." */
  sentence: z.string(),
});
export type ColumnDrift = z.infer<typeof ColumnDrift>;

/** Shares (0..1) of reference and current per bin or category; `labels` for categories, `edges` for numbers. */
export const ColumnShares = z.object({
  column: z.string(),
  edges: z.array(z.number()).nullable(),
  labels: z.array(z.string()).nullable(),
  reference: z.array(z.number()),
  /** One array per window, in the order of the windows. */
  current: z.array(z.array(z.number())),
});
export type ColumnShares = z.infer<typeof ColumnShares>;

export const DriftWindow = z.object({
  label: z.string(),
  rowCount: z.number().int(),
  columns: z.array(ColumnDrift),
  /** Columns left out here, with the reason. */
  skipped: z.array(z.object({ column: z.string(), reason: z.string() })),
  driftedShare: z.number(),
  drifted: z.boolean(),
});
export type DriftWindow = z.infer<typeof DriftWindow>;

export const DriftReport = z.object({
  id: ReportId,
  name: z.string(),
  spec: DriftSpec,
  referenceLabel: z.string(),
  referenceRowCount: z.number().int(),
  /** Oldest first; one entry when two versions are compared. */
  windows: z.array(DriftWindow).min(1),
  shares: z.array(ColumnShares),
  /** A dataset has drifted when at least this share of its columns has. */
  shareThreshold: z.number(),
  elapsedMs: z.number(),
  createdAtMs: z.number(),
  createdBy: z.string(),
});
export type DriftReport = z.infer<typeof DriftReport>;

export const DriftSummary = z.object({
  id: ReportId, name: z.string(),
  /** Whether any window has drifted, and the largest share of drifted columns in a window. */
  drifted: z.boolean(), driftedShare: z.number(),
  windowCount: z.number().int(),
  createdAtMs: z.number(), createdBy: z.string(),
});
export type DriftSummary = z.infer<typeof DriftSummary>;

