/** Losses: one number per row, and their mean over a batch. */
import type { Value } from './graph.ts';
import { binaryCrossEntropy, crossEntropy, focal } from './losses/classes.ts';
import type { ClassLoss, RowLosses } from './losses/classes.ts';
import { absolute, huber, poisson, quantile, squared } from './losses/numbers.ts';
import { batchHardTriplet } from './losses/triplet.ts';
import type { Ops } from './ops/index.ts';

/** A loss with all that it depends on. */
export type LossSpec =
  | ClassLoss & {
    readonly kind: 'cross-entropy';
    readonly labelSmoothing: number;
    /** Added to each row's loss in training, with this weight. */
    readonly triplet: { readonly weight: number; readonly margin: number } | null;
  }
  | ClassLoss & { readonly kind: 'focal'; readonly gamma: number }
  | { readonly kind: 'binary-cross-entropy'; readonly classWeights: Float32Array | null }
  | { readonly kind: 'squared' }
  | { readonly kind: 'absolute' }
  | { readonly kind: 'huber'; readonly delta: number }
  | { readonly kind: 'quantile'; readonly levels: readonly number[] }
  | { readonly kind: 'poisson' };

type NumberLossSpec = Exclude<LossSpec, { readonly classWeights: Float32Array | null }>;

/** Element type of the targets that a loss takes: int32 [batch] for classes, float32 [batch, targets] for numbers. */
export function targetType(loss: LossSpec): 'int32' | 'float32' {
  return 'classWeights' in loss ? 'int32' : 'float32';
}

/**
 * The loss of each row for output [batch, width] and target (see `targetType`). Training gives `embedding`, the last hidden
 * layer [batch, d] or null where there is none; scoring leaves it out, as triplets depend on which rows are in a batch.
 * @throws model/shape for a triplet loss without a hidden layer.
 */
export function rowLosses(op: Ops, loss: LossSpec, output: Value, target: Value, embedding?: Value | null): RowLosses {
  switch (loss.kind) {
    case 'cross-entropy': {
      const { losses, weights } = crossEntropy(op, loss, loss.labelSmoothing, output, target);
      if (loss.triplet === null || embedding === undefined) return { losses, weights };
      if (embedding === null) throw op.graph.shapeError('the triplet loss needs a hidden layer, and this model has none');
      const pull = op.mul(batchHardTriplet(op, loss.triplet.margin, embedding, target), op.scalar('float32', loss.triplet.weight));
      return { losses: op.add(losses, pull), weights };
    }
    case 'binary-cross-entropy': return binaryCrossEntropy(op, loss.classWeights, output, target);
    case 'focal': return focal(op, loss, loss.gamma, output, target);
    default: return { losses: numberLosses(op, loss, output, target), weights: null };
  }
}

/** The mean of row losses, a scalar, weighed by the rows' own weights and by `sampleWeights` [batch]. */
export function meanLoss(op: Ops, { losses, weights }: RowLosses, sampleWeights: Value | null = null): Value {
  const all = weights !== null && sampleWeights !== null ? op.mul(weights, sampleWeights) : weights ?? sampleWeights;
  if (all === null) return op.reduceMean(losses, null, false);
  const total = op.reduceSum(all, null, false);
  // A batch of rows that all weigh nothing has the loss 0, not 0/0.
  const divisor = sampleWeights === null ? total : op.max(total, op.scalar('float32', 1e-30));
  return op.div(op.reduceSum(op.mul(losses, all), null, false), divisor);
}

function numberLosses(op: Ops, loss: NumberLossSpec, output: Value, target: Value): Value {
  if (target.shape.length !== 2) throw op.graph.shapeError(`targets [${target.shape.join(', ')}], not [batch, targets]`);
  switch (loss.kind) {
    case 'squared': return squared(op, output, target);
    case 'absolute': return absolute(op, output, target);
    case 'huber': return huber(op, loss.delta, output, target);
    case 'quantile': return quantile(op, loss.levels, output, target);
    case 'poisson': return poisson(op, output, target);
  }
}
