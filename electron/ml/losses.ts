/** Losses: one number per row, and their mean over a batch. */
import type { Value } from './graph.ts';
import type { Ops } from './ops/index.ts';

export type LossSpec =
  | {
    readonly kind: 'cross-entropy';
    readonly classCount: number;
    /** One weight per class, or null for 1. The batch loss is then sum(w * loss) / sum(w), as in PyTorch. */
    readonly classWeights: Float32Array | null;
  }
  | { readonly kind: 'mean-squared-error' };

/** Loss of each row [batch] with its weight [batch] (null: all 1). */
export interface RowLosses {
  readonly losses: Value;
  readonly weights: Value | null;
}

/** Element type and shape of the targets that a loss takes. */
export function targetType(loss: LossSpec): 'int32' | 'float32' {
  return loss.kind === 'cross-entropy' ? 'int32' : 'float32';
}

/**
 * Cross-entropy: -log softmax(output)[target] with output [batch, classes] and target int32 [batch].
 * Squared error: (output - target)^2 with output [batch, 1] and target [batch].
 */
export function rowLosses(op: Ops, loss: LossSpec, output: Value, target: Value): RowLosses {
  if (loss.kind === 'mean-squared-error') {
    const error = op.sub(op.reshape(output, output.shape.slice(0, 1)), target);
    return { losses: op.square(error), weights: null };
  }
  const { classCount, classWeights } = loss;
  const classes = op.graph.constant('int32', [1, classCount], Int32Array.from({ length: classCount }, (_, i) => i), 'classes');
  const isTarget = op.cast(op.equal(op.unsqueeze(target, [1]), classes), 'float32');
  const losses = op.neg(op.reduceSum(op.mul(op.logSoftmax(output), isTarget), [1], false));
  if (classWeights === null) return { losses, weights: null };
  const weights = op.graph.constant('float32', [1, classCount], classWeights, 'class-weights');
  return { losses, weights: op.reduceSum(op.mul(isTarget, weights), [1], false) };
}

/** The (weighted) mean of row losses, a scalar. */
export function meanLoss(op: Ops, { losses, weights }: RowLosses): Value {
  if (weights === null) return op.reduceMean(losses, null, false);
  return op.div(op.reduceSum(op.mul(losses, weights), null, false), op.reduceSum(weights, null, false));
}
