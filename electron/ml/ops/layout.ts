/** Operators that move or select elements and compute nothing. */
import type { GradientRule } from '../autodiff.ts';
import { elementTypeCodes } from '../graph.ts';
import type { ElementType, Graph, Value } from '../graph.ts';
import { broadcastShapes, formatShape, isStatic, normalizeAxes, sameShape, staticSize } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import { operands } from './elementwise.ts';

/** The same elements in another shape. At most one size of `shape` may be symbolic. */
export function reshape(graph: Graph, x: Value, shape: Shape): Value {
  const [from, to] = [staticSize(x.shape), staticSize(shape)];
  const symbolic = shape.filter((dim) => typeof dim === 'string').length;
  if (symbolic > 1 || (from !== null && to !== null && from !== to)) {
    throw graph.shapeError(`Reshape of "${x.name}" ${formatShape(x.shape)} to ${formatShape(shape)}`);
  }
  const target = graph.integers(shape.map((dim) => (typeof dim === 'string' ? -1 : dim)));
  return graph.emitOne('Reshape', [x, target], x.type, shape);
}
export const reshapeGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.reshape(dy, x.shape), null];
};

/** Reorders axes: output axis i is input axis `permutation[i]`. */
export function transpose(graph: Graph, x: Value, permutation: readonly number[]): Value {
  const sorted = normalizeAxes(permutation, x.shape.length);
  if (sorted === null || sorted.length !== x.shape.length) {
    throw graph.shapeError(`Transpose of "${x.name}" ${formatShape(x.shape)} by ${formatShape(permutation)}`);
  }
  const shape = permutation.map((axis) => x.shape[axis] as number);
  return graph.emitOne('Transpose', [x], x.type, shape, { perm: { ints: permutation } });
}
export const transposeGradient: GradientRule = (op, node, dy) => {
  const permutation = (node.attributes['perm'] as { ints: readonly number[] }).ints;
  return [() => op.transpose(dy, permutation.map((_, axis) => permutation.indexOf(axis)))];
};

/** Inserts axes of size 1; `shape` is the result's. */
export function unsqueeze(graph: Graph, x: Value, axes: readonly number[], shape?: Shape): Value {
  const rank = x.shape.length + axes.length;
  const resolved = normalizeAxes(axes, rank);
  if (resolved === null) throw graph.shapeError(`Unsqueeze of "${x.name}" ${formatShape(x.shape)} at ${formatShape(axes)}`);
  const rest = [...x.shape];
  const inferred = Array.from({ length: rank }, (_, i) => (resolved.includes(i) ? 1 : (rest.shift() as number)));
  return graph.emitOne('Unsqueeze', [x, graph.integers(resolved)], x.type, shape ?? inferred);
}
export const unsqueezeGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.reshape(dy, x.shape), null];
};

/** Repeats x by broadcasting until it has the shape of `like`. */
export function expandLike(graph: Graph, x: Value, like: Value): Value {
  if (sameShape(x.shape, like.shape)) return x;
  const common = broadcastShapes(x.shape, like.shape);
  if (common === null || !sameShape(common, like.shape)) {
    throw graph.shapeError(`Expand of "${x.name}" ${formatShape(x.shape)} to ${formatShape(like.shape)}`);
  }
  const shape = isStatic(like.shape) ? graph.integers(like.shape) : shapeOf(graph, like);
  return graph.emitOne('Expand', [x, shape], x.type, like.shape);
}
export const expandGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.unbroadcast(dy, x.shape), null];
};

/** The values side by side along an axis. */
export function concat(graph: Graph, values: readonly Value[], axis: number): Value {
  const first = values[0];
  if (first === undefined) throw graph.shapeError('Concat of nothing');
  const [at] = normalizeAxes([axis], first.shape.length) ?? [-1];
  let width = 0;
  for (const value of values) {
    const isFitting = value.shape.length === first.shape.length && value.type === first.type
      && value.shape.every((dim, i) => (i === at ? typeof dim === 'number' : dim === first.shape[i]));
    if (!isFitting) {
      throw graph.shapeError(`Concat of "${first.name}" ${formatShape(first.shape)} and "${value.name}" ${formatShape(value.shape)} along ${axis}`);
    }
    width += value.shape[at as number] as number;
  }
  const shape = first.shape.map((dim, i) => (i === at ? width : dim));
  return graph.emitOne('Concat', values, first.type, shape, { axis: { int: at as number } });
}
export const concatGradient: GradientRule = (op, node, dy) => {
  const axis = (node.attributes['axis'] as { int: number }).int;
  let start = 0;
  return node.inputs.map((input) => {
    const from = start;
    start += input.shape[axis] as number;
    const to = start;
    return () => op.slice(dy, axis, from, to);
  });
};

/** Elements from..to-1 along an axis. */
export function slice(graph: Graph, x: Value, axis: number, from: number, to: number): Value {
  const shape = x.shape.map((dim, i) => (i === axis ? to - from : dim));
  return graph.emitOne('Slice', [x, graph.integers([from]), graph.integers([to]), graph.integers([axis])], x.type, shape);
}

/** Rows of x [n, ..] by their indices [..]: indices' shape followed by the rest of x's. No bounds check before ONNX Runtime's. */
export function gather(graph: Graph, x: Value, indices: Value): Value {
  if (x.shape.length === 0 || (indices.type !== 'int32' && indices.type !== 'int64')) {
    throw graph.shapeError(`Gather from "${x.name}" ${formatShape(x.shape)} by "${indices.name}" (${indices.type})`);
  }
  return graph.emitOne('Gather', [x, indices], x.type, [...indices.shape, ...x.shape.slice(1)], { axis: { int: 0 } });
}
/** For a static table [n, d] and indices [b]. ScatterElements, because ScatterND loses updates with two threads. */
export const gatherGradient: GradientRule = (op, node, dy) => {
  const [x, indices] = operands(node.inputs);
  return [() => op.scatterRows(x, indices, dy), null];
};

/** Zeros of x's static shape [n, d] plus each row of `rows` [b, d] at its index [b]. */
export function scatterRows(graph: Graph, x: Value, indices: Value, rows: Value): Value {
  if (!isStatic(x.shape) || x.shape.length !== 2 || indices.shape.length !== 1) {
    throw graph.shapeError(`the gradient of Gather from "${x.name}" ${formatShape(x.shape)} by ${formatShape(indices.shape)}`);
  }
  const zeros = graph.constant('float32', x.shape, new Float32Array(x.shape[0]! * x.shape[1]!), 'zeros');
  const where = expandLike(graph, unsqueeze(graph, indices, [1]), rows);
  return graph.emitOne('ScatterElements', [zeros, where, rows], rows.type, x.shape, { axis: { int: 0 }, reduction: { text: 'add' } });
}

/** The shape of x as int64. */
export function shapeOf(graph: Graph, x: Value): Value {
  return graph.emitOne('Shape', [x], 'int64', [x.shape.length]);
}

/** The number of elements of x as an int64 scalar. */
export function size(graph: Graph, x: Value): Value {
  return graph.emitOne('Size', [x], 'int64', []);
}

/** Converts the element type. Nothing flows back through it. */
export function cast(graph: Graph, x: Value, type: ElementType): Value {
  return x.type === type ? x : graph.emitOne('Cast', [x], type, x.shape, { to: { int: elementTypeCodes[type] } });
}
