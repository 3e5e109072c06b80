/** Losses: one number per row, and their mean over a batch. */
import type { Value } from './graph.ts';
import type { Ops } from './ops/index.ts';

export type LossSpec =
  | {
    readonly kind: 'cross-entropy';
    readonly classCount: number;
    /** One weight per class, or null for 1. The batch loss is then sum(w * loss) / sum(w), as in PyTorch. */
    readonly classWeights: Float32Array | null;
    readonly labelSmoothing: number;
    readonly triplet: { readonly weight: number; readonly margin: number } | null;
  }
  | { readonly kind: 'binary-cross-entropy'; readonly classWeights: Float32Array | null }
  | { readonly kind: 'focal'; readonly classCount: number; readonly classWeights: Float32Array | null; readonly gamma: number }
  | { readonly kind: 'squared' }
  | { readonly kind: 'absolute' }
  | { readonly kind: 'huber'; readonly delta: number }
  | { readonly kind: 'quantile'; readonly levels: readonly number[] }
  | { readonly kind: 'poisson' };

/** Loss of each row [batch] with its weight [batch] (null: all 1). */
export interface RowLosses {
  readonly losses: Value;
  readonly weights: Value | null;
}

/** Element type of the targets that a loss takes: int32 [batch] for classes, float32 [batch, targets] for numbers. */
export function targetType(loss: LossSpec): 'int32' | 'float32' {
  return isClassLoss(loss) ? 'int32' : 'float32';
}

function isClassLoss({ kind }: LossSpec): boolean {
  return kind === 'cross-entropy' || kind === 'binary-cross-entropy' || kind === 'focal';
}

/**
 * Cross-entropy: -log softmax(output)[target] with output [batch, classes] and target int32 [batch].
 * Squared error: (output - target)^2 with output and target [batch, targets], averaged over targets.
 */
export function rowLosses(op: Ops, loss: LossSpec, output: Value, target: Value, _embedding: Value | null): RowLosses {
  if (loss.kind === 'squared') return { losses: op.reduceMean(op.square(op.sub(output, target)), [1], false), weights: null };
  if (loss.kind !== 'cross-entropy') throw op.graph.shapeError(`the loss ${loss.kind} is not built yet`);
  const { classCount, classWeights } = loss;
  const classes = op.graph.constant('int32', [1, classCount], Int32Array.from({ length: classCount }, (_, i) => i), 'classes');
  const isTarget = op.cast(op.equal(op.unsqueeze(target, [1]), classes), 'float32');
  const losses = op.neg(op.reduceSum(op.mul(op.logSoftmax(output), isTarget), [1], false));
  if (classWeights === null) return { losses, weights: null };
  const weights = op.graph.constant('float32', [1, classCount], classWeights, 'class-weights');
  return { losses, weights: op.reduceSum(op.mul(isTarget, weights), [1], false) };
}

/** The (weighted) mean of row losses, a scalar; `weight` float32 [batch] weighs rows on top. */
export function meanLoss(op: Ops, { losses, weights }: RowLosses, weight: Value | null): Value {
  const both = weights === null ? weight : weight === null ? weights : op.mul(weights, weight);
  if (both === null) return op.reduceMean(losses, null, false);
  return op.div(op.reduceSum(op.mul(losses, both), null, false), op.reduceSum(both, null, false));
}
