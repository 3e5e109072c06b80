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
  return graph.emitOne('Unsqueeze', [x, graph.integers(resolved)], x.type, shape ?? inferred, { _axes: { ints: resolved } });
}
export const unsqueezeGradient: GradientRule = (op, node, dy) => [
  () => op.squeeze(dy, (node.attributes['_axes'] as { ints: readonly number[] }).ints),
];

/** Removes axes of size 1. */
export function squeeze(graph: Graph, x: Value, axes: readonly number[]): Value {
  const resolved = normalizeAxes(axes, x.shape.length);
  if (resolved === null || resolved.some((axis) => x.shape[axis] !== 1)) {
    throw graph.shapeError(`Squeeze of "${x.name}" ${formatShape(x.shape)} at ${formatShape(axes)}`);
  }
  const shape = x.shape.filter((_, i) => !resolved.includes(i));
  return graph.emitOne('Squeeze', [x, graph.integers(resolved)], x.type, shape, { _axes: { ints: resolved } });
}
export const squeezeGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.unsqueeze(dy, (node.attributes['_axes'] as { ints: readonly number[] }).ints, x.shape)];
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

/** Elements from..to-1 along an axis; negative numbers count from the end of one of known size. */
export function slice(graph: Graph, x: Value, axis: number, from: number, to: number): Value {
  const [at] = normalizeAxes([axis], x.shape.length) ?? [-1];
  const dim = x.shape[at as number];
  const [start, end] = typeof dim === 'number' ? [from < 0 ? from + dim : from, Math.min(to < 0 ? to + dim : to, dim)] : [from, to];
  if (dim === undefined || start < 0 || end < start) {
    throw graph.shapeError(`Slice of "${x.name}" ${formatShape(x.shape)} from ${from} to ${to} along ${axis}`);
  }
  const shape = x.shape.map((size, i) => (i === at ? end - start : size));
  return graph.emitOne('Slice', [x, graph.integers([start]), graph.integers([end]), graph.integers([at as number])], x.type, shape, {
    _range: { ints: [at as number, start, end] },
  });
}
/** Zeros around dy. Many slices of one value add up many full tensors: use split there. */
export const sliceGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  const range = node.attributes['_range'] as { ints: readonly number[] } | undefined;
  if (range === undefined) return [() => op.reverseRows(dy)];
  const [axis, from, to] = range.ints as [number, number, number];
  return [() => {
    const dim = x.shape[axis];
    if (typeof dim !== 'number') throw op.graph.shapeError(`the gradient of Slice of "${x.name}" ${formatShape(x.shape)} along ${axis}`);
    return op.pad(dy, x.shape.map((_, i) => (i === axis ? from : 0)), x.shape.map((_, i) => (i === axis ? dim - to : 0)));
  }];
};

/** Cuts x along an axis into parts of these sizes, which add up to the axis's. */
export function split(graph: Graph, x: Value, axis: number, sizes: readonly number[]): Value[] {
  const [at] = normalizeAxes([axis], x.shape.length) ?? [-1];
  if (x.shape[at as number] !== sizes.reduce((sum, size) => sum + size, 0)) {
    throw graph.shapeError(`Split of "${x.name}" ${formatShape(x.shape)} into ${formatShape(sizes)} along ${axis}`);
  }
  return graph.emit('Split', {
    inputs: [x, graph.integers(sizes)],
    outputs: sizes.map((size) => ({ type: x.type, shape: x.shape.map((dim, i) => (i === at ? size : dim)) })),
    attributes: { axis: { int: at as number } },
  });
}
export const splitGradient: GradientRule = (op, node, _dy, _y, flows) => {
  const axis = (node.attributes['axis'] as { int: number }).int;
  return [() => op.concat(flows.map((flow, i) => {
    const part = node.outputs[i] as Value;
    return flow ?? op.expandLike(op.scalar(part.type, 0), part);
  }), axis)];
};

/** x with `before` and `after` elements of `value` around it along each axis. */
export function pad(graph: Graph, x: Value, before: readonly number[], after: readonly number[], value = 0): Value {
  const shape = x.shape.map((dim, i) => {
    const more = (before[i] as number) + (after[i] as number);
    if (typeof dim === 'string' && more !== 0) {
      throw graph.shapeError(`Pad of "${x.name}" ${formatShape(x.shape)} by ${formatShape(before)} and ${formatShape(after)}`);
    }
    return typeof dim === 'string' ? dim : dim + more;
  });
  if (sameShape(shape, x.shape)) return x;
  const fill = x.type === 'float16' ? cast(graph, graph.scalar('float32', value), 'float16') : graph.scalar(x.type as 'float32', value);
  return graph.emitOne('Pad', [x, graph.integers([...before, ...after]), fill], x.type, shape, { _before: { ints: before } });
}
export const padGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  const before = (node.attributes['_before'] as { ints: readonly number[] }).ints;
  return [() => x.shape.reduce<Value>((rest, dim, axis) => {
    const from = before[axis] as number;
    return dim === rest.shape[axis] ? rest : op.slice(rest, axis, from, from + (dim as number));
  }, dy)];
};

/** The shape of x as int64. */
export function shapeOf(graph: Graph, x: Value): Value {
  return graph.emitOne('Shape', [x], 'int64', [x.shape.length]);
}

/** The number of elements of x as an int64 scalar. */
export function size(graph: Graph, x: Value): Value {
  return graph.emitOne('Size', [x], 'int64', []);
}

/** Converts the element type. */
export function cast(graph: Graph, x: Value, type: ElementType): Value {
  return x.type === type ? x : graph.emitOne('Cast', [x], type, x.shape, { to: { int: elementTypeCodes[type] } });
}
/** Between floating-point types; nothing flows back through any other conversion. */
export const castGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  const isFloating = (value: Value): boolean => value.type.startsWith('float');
  return [isFloating(x) && isFloating(dy) ? () => op.cast(dy, x.type) : null];
};

/** The rows of x [n, ..] in reverse order. */
export function reverseRows(graph: Graph, x: Value): Value {
  return graph.emitOne('Slice', [x, graph.integers([-1]), graph.integers([-(2 ** 31)]), graph.integers([0]), graph.integers([-1])], x.type, x.shape);
}

/** x [n, ..] as [groups, n / groups, ..]; n must be a multiple, which ONNX Runtime checks. */
export function reshapeRows(graph: Graph, x: Value, groups: number): Value {
  const [rows, ...rest] = x.shape;
  if (rows === undefined || !isStatic(rest)) throw graph.shapeError(`rows of "${x.name}" ${formatShape(x.shape)} in ${groups} groups`);
  const part = typeof rows === 'number' ? rows / groups : 'batch';
  const target = graph.integers([groups, -1, ...rest]);
  return graph.emitOne('Reshape', [x, target], x.type, [groups, part, ...rest]);
}
