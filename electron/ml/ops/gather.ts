/** Selecting elements along an axis by their indices, and the way back. */
import type { GradientRule } from '../autodiff.ts';
import type { Graph, Value } from '../graph.ts';
import { formatShape, isStatic, normalizeAxes, staticSize } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import { operands } from './elementwise.ts';
import type { Ops } from './index.ts';

/**
 * Elements of x along `axis` by their indices (int32 or int64): x's shape with the axis replaced by the indices' shape.
 * No bounds check before ONNX Runtime's.
 */
export function gather(graph: Graph, x: Value, indices: Value, axis = 0): Value {
  const [at] = normalizeAxes([axis], x.shape.length) ?? [];
  if (at === undefined || (indices.type !== 'int32' && indices.type !== 'int64')) {
    throw graph.shapeError(`Gather from "${x.name}" ${formatShape(x.shape)} along ${axis} by "${indices.name}" (${indices.type})`);
  }
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  return graph.emitOne('Gather', [x, indices], x.type, shape, { axis: { int: at } });
}

/** Tables of at most so many rows get their gradient by a matrix product, two to three times as fast as by scattering. */
const largestProductTable = 64;

/**
 * For constant indices by gathering from dy; for small tables by a product with a matrix of ones and zeros; else by
 * ScatterElements, because ScatterND loses updates with two threads.
 */
export const gatherGradient: GradientRule = (op, node, dy) => {
  const [x, indices] = operands(node.inputs);
  const { int: axis } = node.attributes['axis'] as { int: number };
  return [() => {
    const flat = flattenAxes(op, dy, axis, indices.shape.length);
    const [source] = x.shape.slice(axis, axis + 1);
    const known = op.graph.constantData(indices);
    if (known !== null && typeof source === 'number') {
      const inverse = inverseIndex(Array.from(known as ArrayLike<number | bigint>, Number), source);
      if (inverse !== null) return gatherBack(op, flat, axis, inverse);
    }
    const rows = flattenAxes(op, indices, 0, indices.shape.length);
    const isSmall = axis === 0 && x.shape.length === 2 && typeof source === 'number' && source <= largestProductTable;
    return isSmall ? sumByProduct(op, rows, flat, source) : op.scatterAdd(x, rows, flat, axis);
  }, null];
};

/** Zeros of x's shape plus `updates` along `axis`, element i of it at indices[i] [m]; sums duplicates exactly. */
export function scatterAdd(op: Ops, x: Value, indices: Value, updates: Value, axis: number): Value {
  const { graph } = op;
  if (indices.shape.length !== 1 || updates.shape[axis] !== indices.shape[0]) {
    throw graph.shapeError(`the gradient of Gather from "${x.name}" ${formatShape(x.shape)} by ${formatShape(indices.shape)}`);
  }
  const zeros = isStatic(x.shape)
    ? graph.constant('float32', x.shape, new Float32Array(staticSize(x.shape) as number), 'zeros')
    : op.expandLike(op.scalar(x.type, 0), x);
  const rest = x.shape.flatMap((_, i) => (i === axis ? [] : [i]));
  const where = op.expandLike(rest.length === 0 ? indices : op.unsqueeze(indices, rest), updates);
  return graph.emitOne('ScatterElements', [op.cast(zeros, x.type), where, updates], x.type, x.shape, {
    axis: { int: axis }, reduction: { text: 'add' },
  });
}

/** Row r of the result [count, ..] is the sum of the updates [m, ..] whose index [m] is r. Negative indices count from the end. */
function sumByProduct(op: Ops, indices: Value, updates: Value, count: number): Value {
  const numbers = op.graph.constant('int32', [1, count], Int32Array.from({ length: count }, (_, i) => i), 'rows');
  const found = op.mod(op.cast(op.unsqueeze(indices, [1]), 'int32'), op.scalar('int32', count));
  return op.gemm(op.cast(op.equal(found, numbers), updates.type), updates, { transposeA: true });
}

interface Inverse {
  /** Row-major [repeats, size]: where in the gathered elements each source element went; `count` where there is none. */
  readonly positions: Int32Array;
  readonly repeats: number;
  readonly size: number;
  readonly count: number;
  readonly hasGaps: boolean;
}

/** The inverse of `indices` into `size` elements, or null when some are so frequent that it would be much larger. */
function inverseIndex(indices: readonly number[], size: number): Inverse | null {
  const count = indices.length;
  const used = new Int32Array(size);
  const sources = indices.map((index) => (index < 0 ? index + size : index));
  for (const source of sources) used[source]!++;
  const repeats = used.reduce((most, times) => Math.max(most, times), 1);
  if (repeats * size > 4 * (count + size)) return null;
  const positions = new Int32Array(repeats * size).fill(count);
  used.fill(0);
  sources.forEach((source, position) => (positions[used[source]!++ * size + source] = position));
  return { positions, repeats, size, count, hasGaps: positions.includes(count) };
}

function gatherBack(op: Ops, flat: Value, axis: number, { positions, repeats, size, hasGaps }: Inverse): Value {
  const rank = flat.shape.length;
  const after = Array.from({ length: rank }, (_, i) => Number(i === axis));
  const padded = hasGaps ? op.pad(flat, after.map(() => 0), after) : flat;
  if (repeats === 1) return op.gather(padded, op.graph.constant('int32', [size], positions, 'inverse'), axis);
  const stacked = op.gather(padded, op.graph.constant('int32', [repeats, size], positions, 'inverse'), axis);
  return op.reduceSum(stacked, [axis], false);
}

/** The `count` axes from `axis` on as one; none become an axis of size 1. */
function flattenAxes(op: Ops, x: Value, axis: number, count: number): Value {
  if (count === 1) return x;
  const merged = x.shape.slice(axis, axis + count);
  const product = isStatic(merged) ? (staticSize(merged) as number) : merged.join('*');
  const shape: Shape = [...x.shape.slice(0, axis), product, ...x.shape.slice(axis + count)];
  return count === 0 ? op.unsqueeze(x, [axis]) : op.reshape(x, shape);
}
