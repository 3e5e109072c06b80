/** Training runs: what was asked for, what happened, what came out. */
import { z } from 'zod';
import { Column } from './columns.ts';
import { Tag } from './datasets.ts';
import { DatasetId, ObjectHash, RunId } from './ids.ts';
import { ResourceSummary } from './resources.ts';
import { ProviderName, TrainConfig } from './train-config.ts';

export const runStatuses = ['running', 'done', 'failed', 'cancelled', 'interrupted'] as const;
export const RunStatus = z.enum(runStatuses);
export type RunStatus = z.infer<typeof RunStatus>;

/** Names of scalar metrics. Lower is better for losses and errors, see `isLowerBetter`. */
export const metricNames = ['logLoss', 'accuracy', 'macroF1', 'rocAuc', 'mae', 'rmse', 'r2'] as const;
export const MetricName = z.enum(metricNames);
export type MetricName = z.infer<typeof MetricName>;

export function isLowerBetter(metric: MetricName): boolean {
  return metric === 'logLoss' || metric === 'mae' || metric === 'rmse';
}

/** Scalars on one part of the data; a metric that is undefined there (one class only) is null. */
export const MetricValues = z.partialRecord(MetricName, z.number().nullable());
export type MetricValues = z.infer<typeof MetricValues>;

/** counts[i][j]: rows of class i predicted as class j. */
export const ConfusionMatrix = z.object({ classes: z.array(z.string()), counts: z.array(z.array(z.number().int())) });
export type ConfusionMatrix = z.infer<typeof ConfusionMatrix>;

/** What the runtime was; together with the config and the data hash it identifies the computation. */
export const RunEnvironment = z.object({
  appVersion: z.string(), onnxRuntimeVersion: z.string(), nodeVersion: z.string(),
  platform: z.string(), cpu: z.string(), provider: ProviderName,
  /** Why this provider, as a sentence. */
  providerReason: z.string().exactOptional(),
});
export type RunEnvironment = z.infer<typeof RunEnvironment>;

export const RunResult = z.object({
  validation: MetricValues,
  test: MetricValues,
  confusion: ConfusionMatrix.nullable(),
  rowCounts: z.object({ train: z.number().int(), validation: z.number().int(), test: z.number().int(), dropped: z.number().int() }),
  parameterCount: z.number().int(),
  epochCount: z.number().int(),
  bestEpoch: z.number().int(),
  stepCount: z.number().int(),
  samplesPerSecond: z.number(),
  elapsedMs: z.number(),
  /** SHA-256 of the training graph, of the weights after training, and of the exported model. */
  graphHash: ObjectHash,
  weightsHash: ObjectHash,
  model: ObjectHash,
  modelSizeBytes: z.number().int(),
  /** Parquet object with one row per epoch and part: epoch, step, part, metric, value. */
  history: ObjectHash,
  /** Object with the loss of every step and hashes of the state at each epoch's end, for running again. */
  trace: ObjectHash.exactOptional(),
  /** Columns the exported model takes, and the classes it tells apart (empty for regression). */
  inputs: z.array(Column),
  classes: z.array(z.string()),
  /** What training took of the computer. */
  resources: ResourceSummary.exactOptional(),
});
export type RunResult = z.infer<typeof RunResult>;

export const Run = z.object({
  id: RunId,
  /** "R12": counts the runs of the project by start, stable and short. */
  label: z.string(),
  name: z.string(),
  status: RunStatus,
  config: TrainConfig,
  datasetId: DatasetId,
  datasetName: z.string(),
  versionNumber: z.number().int(),
  dataHash: ObjectHash,
  environment: RunEnvironment.nullable(),
  result: RunResult.nullable(),
  /** Why it failed, as a sentence. */
  failure: z.string().nullable(),
  tags: z.array(Tag),
  note: z.string(),
  /** Index into the series colours; a run keeps it everywhere. */
  colour: z.number().int(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  createdBy: z.string(),
  /** The device that trains or trained it. */
  device: z.string(),
  /** The object from which it can go on; null when there is none, or it is not needed. */
  checkpoint: ObjectHash.nullable().default(null),
  /** How often it has gone on after it was cut off, and where the last time: epochs done, with a fraction. */
  resumes: z.object({ count: z.number().int(), lastEpoch: z.number() }).nullable().default(null),
});
export type Run = z.infer<typeof Run>;

/** One point of a curve; step is the count of optimizer steps so far. */
export const MetricPoint = z.object({
  epoch: z.number(), step: z.number().int(), elapsedMs: z.number(),
  part: z.enum(['train', 'validation']), metric: z.string(), value: z.number(),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

/** Where a rerun first differs. */
const FirstDifference = z.object({
  /** The first step (1 is the first of the run) whose loss differs; a run that had ended has none. */
  step: z.object({ step: z.number().int(), before: z.number().nullable(), now: z.number().nullable() }).nullable(),
  /** The first tensor that differs at the end of the first epoch that does. */
  tensor: z.object({ epoch: z.number().int(), name: z.string() }).nullable(),
});
export type FirstDifference = z.infer<typeof FirstDifference>;

/** The verdict of "Run again and verify". */
export const RerunVerdict = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bitwise-equal') }),
  /** Other hardware or another version: the same within what rounding explains. */
  z.object({
    kind: z.literal('within-tolerance'),
    /** The largest difference of two losses of one step, relative to the larger. */
    largestDifference: z.number(),
    tolerance: z.number(),
    /** What is not as it was, as sentences. */
    environment: z.array(z.string()).min(1),
    first: FirstDifference,
  }),
  z.object({ kind: z.literal('different'), differences: z.array(z.string()).min(1), first: FirstDifference.exactOptional() }),
]);
export type RerunVerdict = z.infer<typeof RerunVerdict>;

/**
 * How far the loss of a step may be from what it was, relative to it, on other hardware. Rounding alone differs at first (1e-7 on
 * CPUs, up to 1e-3 on devices that multiply with fewer digits) and grows with the steps, as training is sensitive to its past.
 */
export const rerunTolerance: Readonly<Record<ProviderName, number>> = { cpu: 0.01, cuda: 0.02, tensorrt: 0.05, dml: 0.05, coreml: 0.05, webgpu: 0.05 };

/** Adds points to those of a curve. A run that goes on from an earlier step has those after it again. */
export function joinPoints(points: readonly MetricPoint[], fresh: readonly MetricPoint[]): MetricPoint[] {
  const [first] = fresh;
  const last = points.at(-1);
  if (first === undefined || last === undefined || last.step <= first.step) return [...points, ...fresh];
  return [...points.filter(({ step }) => step <= first.step), ...fresh];
}

export const parts = ['train', 'validation', 'test'] as const;
export type Part = (typeof parts)[number];
