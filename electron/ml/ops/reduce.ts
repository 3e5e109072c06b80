/** Reductions over axes (negative axes count from the end). */
import type { GradientRule } from '../autodiff.ts';
import type { Attributes, Graph, Value } from '../graph.ts';
import { formatShape, normalizeAxes, staticSize } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import { operands } from './elementwise.ts';
import type { Ops } from './index.ts';

/** Sum over `axes` (null: all); with `keepDims` they stay as size 1. */
export function reduceSum(graph: Graph, x: Value, axes: readonly number[] | null, keepDims: boolean): Value {
  return reduce(graph, 'ReduceSum', x, axes, keepDims);
}
export const reduceSumGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => spread(op, dy, x, node.attributes)];
};

/** Mean over `axes` (null: all). */
export function reduceMean(graph: Graph, x: Value, axes: readonly number[] | null, keepDims: boolean): Value {
  return reduce(graph, 'ReduceMean', x, axes, keepDims);
}
export const reduceMeanGradient: GradientRule = (op, node, dy, y) => {
  const [x] = operands(node.inputs);
  return [() => spread(op, op.div(dy, ratioOfSizes(op, x, y)), x, node.attributes)];
};

/** Index of the largest element along an axis as int64; the first one wins a tie. */
export function argMax(graph: Graph, x: Value, axis: number): Value {
  const [resolved] = resolveAxes(graph, 'ArgMax', x, [axis]);
  const shape = x.shape.filter((_, i) => i !== resolved);
  return graph.emitOne('ArgMax', [x], 'int64', shape, { axis: { int: resolved as number }, keepdims: { int: 0 } });
}

/** Sums of the elements up to and with each one along an axis. Nothing flows back through it. */
export function cumulativeSum(graph: Graph, x: Value, axis: number): Value {
  return graph.emitOne('CumSum', [x, graph.scalar('int64', axis)], x.type, x.shape);
}

/** A reduction node; `axes` null means all. */
export function reduce(graph: Graph, opType: string, x: Value, axes: readonly number[] | null, keepDims: boolean): Value {
  const resolved = resolveAxes(graph, opType, x, axes ?? x.shape.map((_, i) => i));
  const shape = x.shape.flatMap((dim, i) => (resolved.includes(i) ? (keepDims ? [1] : []) : [dim]));
  // The axes ride along as a private attribute for the gradient; ONNX takes them as an input.
  return graph.emitOne(opType, [x, graph.integers(resolved)], x.type, shape, {
    keepdims: { int: Number(keepDims) }, _axes: { ints: resolved },
  });
}

function resolveAxes(graph: Graph, opType: string, x: Value, axes: readonly number[]): readonly number[] {
  const resolved = normalizeAxes(axes, x.shape.length);
  if (resolved === null) throw graph.shapeError(`${opType} over axes ${formatShape(axes)} of "${x.name}" ${formatShape(x.shape)}`);
  return resolved;
}

/** The axes of a reduction of x, and its result's shape with these kept as size 1. */
export function keptShape(x: Value, attributes: Attributes): { axes: readonly number[]; shape: Shape } {
  const axes = (attributes['_axes'] as { ints: readonly number[] }).ints;
  return { axes, shape: x.shape.map((dim, i) => (axes.includes(i) ? 1 : dim)) };
}

/** Repeats the gradient of a reduction over the axes that were reduced. */
function spread(op: Ops, dy: Value, x: Value, attributes: Attributes): Value {
  const { axes, shape } = keptShape(x, attributes);
  const isKept = (attributes['keepdims'] as { int: number }).int === 1;
  const broadcasts = isKept || axes.length === x.shape.length;
  return op.expandLike(broadcasts ? dy : op.unsqueeze(dy, axes, shape), x);
}

/** How many elements of x fall on one of y, as a scalar of x's type. */
function ratioOfSizes(op: Ops, x: Value, y: Value): Value {
  const [large, small] = [staticSize(x.shape), staticSize(y.shape)];
  if (large !== null && small !== null) return op.scalar(x.type, large / small);
  const size = op.cast(op.size(x), x.type);
  return small === 1 ? size : op.div(size, op.cast(op.size(y), x.type));
}
