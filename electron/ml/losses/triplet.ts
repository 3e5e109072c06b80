/** The triplet loss with the hardest triplets of the batch (Hermans, Beyer and Leibe 2017). */
import type { Value } from '../graph.ts';
import type { Ops } from '../ops/index.ts';

/**
 * max(0, margin + farthest row of the same class - nearest row of another), Euclidean, for each row of embedding [batch, d] with
 * target int32 [batch]. A row alone in its class has the distance 0 there; one without other classes in the batch has loss 0.
 */
export function batchHardTriplet(op: Ops, margin: number, embedding: Value, target: Value): Value {
  const number = (value: number): Value => op.scalar('float32', value);
  const distances = pairDistances(op, embedding);
  const isSame = op.equal(op.unsqueeze(target, [1]), op.unsqueeze(target, [0]));
  const isOther = op.not(isSame);
  const farthest = op.reduceMax(op.where(op.and(isSame, isPair(op, target)), distances, number(0)), [1], false);
  // Beyond any distance, so that the loss is 0 where there is no other class.
  const nearest = op.reduceMin(op.where(isOther, distances, number(1e30)), [1], false);
  return op.relu(op.add(op.sub(farthest, nearest), number(margin)));
}

/**
 * sqrt(|a|^2 + |b|^2 - 2 a.b) for all pairs of rows: [batch, batch]. Squares that rounding made negative count as 0 and pass no
 * gradient; the 1e-12 keeps the root's slope finite for rows that are equal.
 */
function pairDistances(op: Ops, x: Value): Value {
  const squares = op.reduceSum(op.square(x), [1], true);
  const products = op.matMul(x, op.transpose(x, [1, 0]));
  const squared = op.sub(op.add(squares, op.transpose(squares, [1, 0])), op.mul(products, op.scalar('float32', 2)));
  return op.sqrt(op.add(op.relu(squared), op.scalar('float32', 1e-12)));
}

/** Whether row and column are different rows: bool [batch, batch]. */
function isPair(op: Ops, target: Value): Value {
  const places = op.range(op.size(target), target.shape[0] as string | number);
  return op.not(op.equal(op.unsqueeze(places, [1]), op.unsqueeze(places, [0])));
}
