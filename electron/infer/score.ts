/** Turns what the evaluation graph gave for a part into losses and scores. */
import type { MetricValues } from '../../shared/domain/runs.ts';
import type { LossSpec } from '../ml/losses.ts';
import { classificationMetrics, regressionMetrics } from '../ml/metrics.ts';
import { middleLevel } from '../ml/output.ts';
import type { NumberOutput, OutputSpec } from '../ml/output.ts';
import type { Target } from '../ml/targets.ts';
import type { View } from '../ml/view.ts';
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
  /** Row of the table for each row of the matrix. */
  readonly order: Int32Array;
  /** Weights of rows of the table in the loss, or null. */
  readonly weight: { readonly values: Float64Array } | null;
  readonly view: View;
  /** The rows of the matrix that were evaluated. */
  readonly rows: Int32Array;
}

/** Scores a part; sums are in float64. */
export function scorePart({ output, rowLosses }: Evaluation, options: ScoreOptions): Score {
  const { target, rows, loss, order, weight, view } = options;
  const rowWeight = (i: number): number => weight?.values[order[rows[i] as number] as number] ?? 1;
  if (target.task === 'regression') {
    return {
      loss: weightedMean(rowLosses, rowWeight), confusion: null,
      ...numberScores(output, target.values, options, options.output as NumberOutput),
    };
  }
  const ahead = view.kind === 'window' ? 1 : 0;
  const truth = rows.map((row) => target.codes[order[row + ahead] as number] as number);
  const weights = 'classWeights' in loss ? loss.classWeights : null;
  return {
    loss: weightedMean(rowLosses, (i) => (weights?.[truth[i] as number] ?? 1) * rowWeight(i)),
    ...classificationMetrics(truth, output, target.classes.length),
  };
}

/** Errors of the predictions (the middle quantile), over all rows and all values ahead. */
function numberScores(output: Float32Array, values: Float64Array, { rows, order, view }: ScoreOptions, spec: NumberOutput): Pick<Score, 'values'> {
  const { mean, deviation, horizon, levels } = spec;
  const width = levels?.length ?? 1;
  const middle = levels === null ? 0 : middleLevel(levels);
  const predicted = new Float64Array(rows.length * horizon);
  const truth = new Float64Array(rows.length * horizon);
  for (let i = 0; i < rows.length; i++) {
    for (let h = 0; h < horizon; h++) {
      const at = i * horizon + h;
      predicted[at] = (output[at * width + middle] as number) * deviation + mean;
      truth[at] = values[order[(rows[i] as number) + (view.kind === 'window' ? h + 1 : 0)] as number] as number;
    }
  }
  return { values: regressionMetrics(truth, predicted) };
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
