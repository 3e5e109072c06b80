/** Losses of numbers: one per row, the mean over its targets. output and target are float32 [batch, targets]. */
import type { Value } from '../graph.ts';
import type { Ops } from '../ops/index.ts';

/** (output - target)^2. */
export function squared(op: Ops, output: Value, target: Value): Value {
  return meanOfRow(op, op.square(op.sub(output, target)));
}

/** |output - target|. */
export function absolute(op: Ops, output: Value, target: Value): Value {
  return meanOfRow(op, op.abs(op.sub(output, target)));
}

/** Huber 1964: e^2 / 2 up to |e| = delta, then delta (|e| - delta / 2). Written as m (|e| - m / 2) with m = min(|e|, delta). */
export function huber(op: Ops, delta: number, output: Value, target: Value): Value {
  const error = op.abs(op.sub(output, target));
  const inner = op.min(error, op.scalar('float32', delta));
  return meanOfRow(op, op.mul(inner, op.sub(error, op.mul(inner, op.scalar('float32', 0.5)))));
}

/**
 * Koenker and Bassett 1978: max(q e, (q - 1) e) with e = target - output, for each level q.
 * output [batch, targets * levels], the level fastest.
 */
export function quantile(op: Ops, levels: readonly number[], output: Value, target: Value): Value {
  const count = levels.length;
  const [batch, targets] = target.shape as [Value['shape'][number], number];
  const row = (numbers: readonly number[]): Value =>
    op.graph.constant('float32', [1, targets * count], Float32Array.from({ length: targets * count }, (_, i) => numbers[i % count] as number), 'levels');
  const repeated = count === 1 ? target : op.gather(target, op.graph.constant(
    'int32', [targets * count], Int32Array.from({ length: targets * count }, (_, i) => Math.floor(i / count)), 'targets',
  ), 1);
  if (output.shape[1] !== targets * count) {
    throw op.graph.shapeError(`quantiles [${output.shape.join(', ')}] for ${count} levels of [${String(batch)}, ${targets}]`);
  }
  const error = op.sub(repeated, output);
  return meanOfRow(op, op.max(op.mul(error, row(levels)), op.mul(error, row(levels.map((level) => level - 1)))));
}

/** e^output - target output: the negative log-likelihood of a Poisson count without the part that no parameter changes. */
export function poisson(op: Ops, output: Value, target: Value): Value {
  return meanOfRow(op, op.sub(op.exp(output), op.mul(target, output)));
}

/** The mean over the last axis of [batch, n]: [batch]. */
function meanOfRow(op: Ops, x: Value): Value {
  return x.shape[1] === 1 ? op.squeeze(x, [1]) : op.reduceMean(x, [1], false);
}
