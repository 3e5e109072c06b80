/** What a network's output means, and how it becomes probabilities or values in the target's unit. */
import type { Value } from './graph.ts';
import type { LossSpec } from './losses.ts';
import type { Ops } from './ops/index.ts';

export interface ClassOutput {
  readonly task: 'classification';
  readonly classes: readonly string[];
}

export interface NumberOutput {
  readonly task: 'regression';
  /** value = output * deviation + mean, after the exponential where `isLog`. */
  readonly mean: number;
  readonly deviation: number;
  readonly isLog: boolean;
  /** Values per row: 1, or as many rows ahead as are predicted. */
  readonly horizon: number;
  /** Quantile levels per value, ascending; null for one prediction per value. */
  readonly levels: readonly number[] | null;
}

export type OutputSpec = ClassOutput | NumberOutput;

/** How many numbers per row the network gives. */
export function outputWidthOf(output: OutputSpec, loss: LossSpec): number {
  if (output.task === 'regression') return output.horizon * (output.levels?.length ?? 1);
  return loss.kind === 'binary-cross-entropy' ? 1 : output.classes.length;
}

/** Probabilities [batch, classes], or values in the scale of the loss's target [batch, horizon * levels]. */
export function finishOutput(op: Ops, loss: LossSpec, output: Value): Value {
  switch (loss.kind) {
    case 'cross-entropy':
    case 'focal':
      return op.softmax(output);
    case 'binary-cross-entropy': {
      const one = op.sigmoid(output);
      return op.concat([op.sub(op.scalar('float32', 1), one), one], 1);
    }
    case 'poisson':
      return op.exp(output);
    default:
      return output;
  }
}

/** The index of the level that stands for the prediction: the one nearest to one half. */
export function middleLevel(levels: readonly number[]): number {
  return levels.reduce((best, level, i) => (Math.abs(level - 0.5) < Math.abs((levels[best] as number) - 0.5) ? i : best), 0);
}
