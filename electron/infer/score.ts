/** Turns what the evaluation graph gave for a part into losses and scores. */
import type { MetricValues } from '../../shared/domain/runs.ts';
import type { OutputSpec } from '../ml/inference-graph.ts';
import type { LossSpec } from '../ml/losses.ts';
import { classificationMetrics, regressionMetrics } from '../ml/metrics.ts';
import type { Target } from '../ml/targets.ts';
import type { Evaluation } from './trainer.ts';

export interface Score {
  /** The training loss over the part, without the L2 penalty. */
  readonly loss: number;
  readonly values: MetricValues;
  readonly confusion: number[][] | null;
}

export interface ScoreOptions {
  readonly loss: LossSpec;
  readonly target: Target;
  readonly output: OutputSpec;
  /** The rows of the data that were evaluated. */
  readonly rows: Int32Array;
}

/** Scores a part; sums are in float64. */
export function scorePart({ output, rowLosses }: Evaluation, options: ScoreOptions): Score {
  const { target, rows, loss } = options;
  if (target.task === 'regression') {
    const { mean, deviation } = options.output as OutputSpec & { task: 'regression' };
    const predicted = Float64Array.from(output, (value) => value * deviation + mean);
    const truth = Float64Array.from(rows, (row) => target.values[row] as number);
    return { loss: weightedMean(rowLosses, () => 1), values: regressionMetrics(truth, predicted), confusion: null };
  }
  const truth = rows.map((row) => target.codes[row] as number);
  const weights = loss.kind === 'cross-entropy' ? loss.classWeights : null;
  return {
    loss: weightedMean(rowLosses, (i) => weights?.[truth[i] as number] ?? 1),
    ...classificationMetrics(truth, output, target.classes.length),
  };
}

function weightedMean(values: Float32Array, weightOf: (index: number) => number): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weightOf(i);
    sum += weight * (values[i] as number);
    total += weight;
  }
  return sum / total;
}
