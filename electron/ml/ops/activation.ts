/** Activations and the normalised exponentials over the last axis. */
import type { GradientRule } from '../autodiff.ts';
import type { Graph, Value } from '../graph.ts';
import { commonShape, operands, unary } from './elementwise.ts';

/** max(x, 0). The gradient at 0 is 0, as in PyTorch. */
export function relu(graph: Graph, x: Value): Value {
  return unary(graph, 'Relu', x);
}
export const reluGradient: GradientRule = (op, _node, dy, y) => [
  () => op.mul(dy, op.cast(op.greater(y, op.scalar(y.type, 0)), y.type)),
];

/** Hyperbolic tangent. */
export function tanh(graph: Graph, x: Value): Value {
  return unary(graph, 'Tanh', x);
}
export const tanhGradient: GradientRule = (op, _node, dy, y) => [
  () => op.mul(dy, op.sub(op.scalar(y.type, 1), op.mul(y, y))),
];

/** 1 / (1 + e^-x). */
export function sigmoid(graph: Graph, x: Value): Value {
  return unary(graph, 'Sigmoid', x);
}
export const sigmoidGradient: GradientRule = (op, _node, dy, y) => [
  () => op.mul(dy, op.mul(y, op.sub(op.scalar(y.type, 1), y))),
];

/** e^x over its sum along the last axis; same shape as x. */
export function softmax(graph: Graph, x: Value): Value {
  return graph.emitOne('Softmax', [x], x.type, x.shape, { axis: { int: -1 } });
}
export const softmaxGradient: GradientRule = (op, _node, dy, y) => [
  () => op.mul(y, op.sub(dy, op.reduceSum(op.mul(dy, y), [-1], true))),
];

/** Logarithm of softmax along the last axis, without the underflow of Log(Softmax(x)). */
export function logSoftmax(graph: Graph, x: Value): Value {
  return graph.emitOne('LogSoftmax', [x], x.type, x.shape, { axis: { int: -1 } });
}
export const logSoftmaxGradient: GradientRule = (op, _node, dy, y) => [
  () => op.sub(dy, op.mul(op.exp(y), op.reduceSum(dy, [-1], true))),
];

/** a where the condition holds, else b; all three broadcast. */
export function where(graph: Graph, condition: Value, a: Value, b: Value): Value {
  const pair = whereShape(graph, condition, a, b);
  return graph.emitOne('Where', [condition, a, b], a.type, pair);
}
export const whereGradient: GradientRule = (op, node, dy) => {
  const [condition, a, b] = operands(node.inputs);
  const zero = (): Value => op.scalar(dy.type, 0);
  return [
    null,
    () => op.unbroadcast(op.where(condition, dy, zero()), a.shape),
    () => op.unbroadcast(op.where(condition, zero(), dy), b.shape),
  ];
};

function whereShape(graph: Graph, condition: Value, a: Value, b: Value): Value['shape'] {
  const pair = commonShape(graph, 'Where', a, b);
  return commonShape(graph, 'Where', { ...condition, type: a.type }, { ...a, shape: pair });
}
