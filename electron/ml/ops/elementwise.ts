/** Elementwise arithmetic with ONNX broadcasting. Each operator stands beside its gradient. */
import type { GradientRule } from '../autodiff.ts';
import type { Graph, Value } from '../graph.ts';
import { broadcastShapes, formatShape, sameShape } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import type { Ops } from './index.ts';

/** a + b. */
export function add(graph: Graph, a: Value, b: Value): Value {
  return binary(graph, 'Add', a, b);
}
export const addGradient: GradientRule = (op, node, dy) => {
  const [a, b] = operands(node.inputs);
  return [() => unbroadcast(op, dy, a.shape), () => unbroadcast(op, dy, b.shape)];
};

/** a - b. */
export function sub(graph: Graph, a: Value, b: Value): Value {
  return binary(graph, 'Sub', a, b);
}
export const subGradient: GradientRule = (op, node, dy) => {
  const [a, b] = operands(node.inputs);
  return [() => unbroadcast(op, dy, a.shape), () => unbroadcast(op, op.neg(dy), b.shape)];
};

/** a * b. */
export function mul(graph: Graph, a: Value, b: Value): Value {
  return binary(graph, 'Mul', a, b);
}
export const mulGradient: GradientRule = (op, node, dy) => {
  const [a, b] = operands(node.inputs);
  return [() => unbroadcast(op, op.mul(dy, b), a.shape), () => unbroadcast(op, op.mul(dy, a), b.shape)];
};

/** a / b. */
export function div(graph: Graph, a: Value, b: Value): Value {
  return binary(graph, 'Div', a, b);
}
export const divGradient: GradientRule = (op, node, dy, y) => {
  const [a, b] = operands(node.inputs);
  return [
    () => unbroadcast(op, op.div(dy, b), a.shape),
    () => unbroadcast(op, op.neg(op.div(op.mul(dy, y), b)), b.shape),
  ];
};

/** -x. */
export function neg(graph: Graph, x: Value): Value {
  return unary(graph, 'Neg', x);
}
export const negGradient: GradientRule = (op, _node, dy) => [() => op.neg(dy)];

/** e^x. */
export function exp(graph: Graph, x: Value): Value {
  return unary(graph, 'Exp', x);
}
export const expGradient: GradientRule = (op, _node, dy, y) => [() => op.mul(dy, y)];

/** Natural logarithm. */
export function log(graph: Graph, x: Value): Value {
  return unary(graph, 'Log', x);
}
export const logGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.div(dy, x)];
};

/** Square root. */
export function sqrt(graph: Graph, x: Value): Value {
  return unary(graph, 'Sqrt', x);
}
export const sqrtGradient: GradientRule = (op, _node, dy, y) => [() => op.div(dy, op.add(y, y))];

/** x * x; its gradient is that of the product. */
export function square(graph: Graph, x: Value): Value {
  return mul(graph, x, x);
}

/**
 * Sums a gradient over the axes along which its operand was broadcast, so that it has the operand's shape.
 * A size of 1 beside another size marks such an axis.
 */
export function unbroadcast(op: Ops, gradient: Value, shape: Shape): Value {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const leading = Array.from({ length: extra }, (_, axis) => axis);
  let result = extra > 0 ? op.reduceSum(gradient, leading, false) : gradient;
  const stretched = shape.flatMap((dim, axis) => (dim === 1 && result.shape[axis] !== 1 ? [axis] : []));
  if (stretched.length > 0) result = op.reduceSum(result, stretched, true);
  return result;
}

/** The operands of a node of known arity. */
export function operands(inputs: readonly Value[]): [Value, Value, Value] {
  return inputs as unknown as [Value, Value, Value];
}

/** A node of one input whose output has its type and shape. */
export function unary(graph: Graph, opType: string, x: Value): Value {
  return graph.emitOne(opType, [x], x.type, x.shape);
}

function binary(graph: Graph, opType: string, a: Value, b: Value): Value {
  return graph.emitOne(opType, [a, b], a.type, commonShape(graph, opType, a, b));
}

/** The broadcast shape of two operands of one type. @throws model/shape */
export function commonShape(graph: Graph, opType: string, a: Value, b: Value): Shape {
  if (a.type !== b.type) {
    throw graph.shapeError(`${opType} takes operands of one type, not "${a.name}" (${a.type}) and "${b.name}" (${b.type})`);
  }
  const shape = broadcastShapes(a.shape, b.shape);
  if (shape === null) {
    throw graph.shapeError(`${opType} of "${a.name}" ${formatShape(a.shape)} and "${b.name}" ${formatShape(b.shape)}`);
  }
  return shape;
}
