/** Smallest and largest: of several tensors element by element, of a tensor over axes, and within bounds. */
import type { GradientRule } from '../autodiff.ts';
import type { Graph, Value } from '../graph.ts';
import { formatShape } from '../shapes.ts';
import { commonShape, operands } from './elementwise.ts';
import type { Ops } from './index.ts';
import { keptShape, reduce } from './reduce.ts';

/** The largest of the values, element by element with broadcasting. */
export function max(graph: Graph, ...values: Value[]): Value {
  return extremum(graph, 'Max', values);
}

/** The smallest of the values, element by element with broadcasting. */
export function min(graph: Graph, ...values: Value[]): Value {
  return extremum(graph, 'Min', values);
}

/** To the first operand that is the result, where several are. */
export const extremumGradient: GradientRule = (op, node, dy, y) => {
  const zero = op.scalar(dy.type, 0);
  const { inputs } = node;
  if (inputs.length === 2) {
    const [a, b] = operands(inputs);
    const isFirst = node.opType === 'Max' ? op.greaterOrEqual(a, b) : op.lessOrEqual(a, b);
    return [
      () => op.unbroadcast(op.where(isFirst, dy, zero), a.shape),
      () => op.unbroadcast(op.where(isFirst, zero, dy), b.shape),
    ];
  }
  const isResult = inputs.map((input) => op.equal(input, y));
  return inputs.map((input, i) => () => {
    const earlier = isResult.slice(0, i);
    const isTaken = earlier.length === 0 ? null : earlier.reduce((a, b) => op.or(a, b));
    const chosen = isTaken === null ? isResult[i] as Value : op.and(isResult[i] as Value, op.not(isTaken));
    return op.unbroadcast(op.where(chosen, dy, zero), input.shape);
  });
};

/** max(min(x, high), low), with bounds of rank 0. */
export function clip(graph: Graph, x: Value, low: Value, high: Value): Value {
  return graph.emitOne('Clip', [x, low, high], x.type, x.shape);
}
/** To x within the bounds and on them, as in PyTorch; to a bound where it holds x back. */
export const clipGradient: GradientRule = (op, node, dy) => {
  const [x, low, high] = operands(node.inputs);
  const zero = op.scalar(dy.type, 0);
  const held = (isHeld: Value): Value => op.reduceSum(op.where(isHeld, dy, zero), null, false);
  return [
    () => op.where(op.and(op.greaterOrEqual(x, low), op.lessOrEqual(x, high)), dy, zero),
    () => held(op.less(x, low)),
    () => held(op.greater(x, high)),
  ];
};

/** Largest element over `axes` (null: all); with `keepDims` they stay as size 1. */
export function reduceMax(graph: Graph, x: Value, axes: readonly number[] | null, keepDims: boolean): Value {
  return reduce(graph, 'ReduceMax', x, axes, keepDims);
}

/** Smallest element over `axes` (null: all). */
export function reduceMin(graph: Graph, x: Value, axes: readonly number[] | null, keepDims: boolean): Value {
  return reduce(graph, 'ReduceMin', x, axes, keepDims);
}

/** Shared evenly by the elements that are the extremum, as in PyTorch's amax. */
export const reduceExtremumGradient: GradientRule = (op, node, dy, y) => {
  const [x] = operands(node.inputs);
  return [() => {
    const { axes, shape } = keptShape(x, node.attributes);
    const extremes = op.cast(op.equal(x, aligned(op, y, axes, shape)), x.type);
    const shared = op.div(aligned(op, dy, axes, shape), op.reduceSum(extremes, axes, true));
    return op.mul(extremes, shared);
  }];
};

/** A reduction's result with the reduced axes back as size 1. */
function aligned(op: Ops, y: Value, axes: readonly number[], shape: Value['shape']): Value {
  return y.shape.length === shape.length ? y : op.unsqueeze(y, axes, shape);
}

function extremum(graph: Graph, opType: 'Max' | 'Min', values: readonly Value[]): Value {
  const [first] = values;
  if (first === undefined) throw graph.shapeError(`${opType} of nothing ${formatShape([])}`);
  const shape = values.reduce((common, value) => commonShape(graph, opType, { ...first, shape: common }, value), first.shape);
  return graph.emitOne(opType, values, first.type, shape);
}
