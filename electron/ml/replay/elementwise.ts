/** Replays what works element by element: arithmetic, comparisons, activations. */
import type { Value } from '../graph.ts';
import { elementTypeOf } from '../onnx-tensor.ts';
import { broadcastShapes } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import type { NodeReplay } from './node-replay.ts';
import { replayedType } from './term.ts';

/** The outputs of a node; fewer than the node has when nothing uses the rest. */
export type ReplayRule = (node: NodeReplay) => readonly Value[];

export const elementwiseRules: Readonly<Record<string, ReplayRule>> = {
  Identity: (node) => [node.value(0)],
  // Models are exported for inference, where dropout does nothing.
  Dropout: (node) => [node.value(0)],
  Cast: (node) => {
    const x = node.value(0);
    const type = replayedType(elementTypeOf(node.int('to', 0), 'a cast'));
    return [x.type === type ? x : node.op.cast(x, type)];
  },

  Add: (node) => [node.op.add(...termPair(node))],
  Mul: (node) => [node.op.mul(...termPair(node))],
  Sub: (node) => [node.op.sub(...pair(node))],
  Div: (node) => [node.op.div(...pair(node))],
  Pow: (node) => {
    const [x, exponent] = pair(node);
    // x * x is cheaper than a power, and its gradient is, too.
    if (node.floats(1)?.every((number) => number === 2) === true && exponent.shape.length === 0) return [node.op.square(x)];
    return [node.op.pow(x, node.op.cast(exponent, x.type))];
  },
  Max: (node) => [nary(node, node.op.max)],
  Min: (node) => [nary(node, node.op.min)],
  Sum: (node) => [sum(node)],
  Mean: (node) => {
    const total = sum(node);
    return [node.op.div(total, node.scalar(total, node.inputCount))];
  },
  Neg: unary('neg'), Exp: unary('exp'), Log: unary('log'), Sqrt: unary('sqrt'), Abs: unary('abs'), Erf: unary('erf'),
  Sign: unary('sign'), Floor: unary('floor'), Not: unary('not'), IsNaN: unary('isNaN'), IsInf: unary('isInf'),
  Reciprocal: (node) => {
    const x = node.value(0);
    return [node.op.div(node.scalar(x, 1), x)];
  },

  Relu: unary('relu'), Tanh: unary('tanh'), Sigmoid: unary('sigmoid'), Softplus: unary('softplus'), HardSwish: unary('hardSwish'),
  LeakyRelu: (node) => [node.op.leakyRelu(node.value(0), node.float('alpha', 0.01))],
  Elu: (node) => [node.op.elu(node.value(0), node.float('alpha', 1))],
  HardSigmoid: (node) => [node.op.hardSigmoid(node.value(0), node.float('alpha', 0.2), node.float('beta', 0.5))],
  Gelu: (node) => [node.text('approximate', 'none') === 'tanh' ? geluByTanh(node) : node.op.gelu(node.value(0))],
  // Klambauer et al. 2017, "Self-normalizing neural networks".
  Selu: (node) => {
    const elu = node.op.elu(node.value(0), node.float('alpha', 1.6732632423543772));
    return [node.op.mul(elu, node.scalar(elu, node.float('gamma', 1.0507009873554805)))];
  },
  // x + (1 - x / |x|) / 2 ... in parts that have gradients: x / (1 + |x|).
  Softsign: (node) => {
    const x = node.value(0);
    return [node.op.div(x, node.op.add(node.scalar(x, 1), node.op.abs(x)))];
  },
  // Misra 2019: x tanh(softplus(x)).
  Mish: (node) => {
    const x = node.value(0);
    return [node.op.mul(x, node.op.tanh(node.op.softplus(x)))];
  },
  PRelu: (node) => {
    const x = node.value(0);
    const slope = node.weight(1, 'slope');
    const { op } = node;
    return [op.add(op.relu(x), op.mul(slope, op.neg(op.relu(op.neg(x)))))];
  },
  Clip: (node) => {
    const x = node.value(0);
    if (!node.has(1) && !node.has(2)) return [x];
    const limit = x.type === 'float32' ? 3.4028234663852886e38 : 2 ** 31 - 1;
    return [node.op.clip(x, node.has(1) ? node.value(1) : node.scalar(x, -limit), node.has(2) ? node.value(2) : node.scalar(x, limit))];
  },

  Equal: compare('equal'), Greater: compare('greater'), GreaterOrEqual: compare('greaterOrEqual'), Less: compare('less'),
  LessOrEqual: compare('lessOrEqual'), And: compare('and'), Or: compare('or'),
  Xor: (node) => node.emit([common(node, node.shape(0), node.shape(1))], 'bool'),
  Mod: (node) => node.emit([common(node, node.shape(0), node.shape(1))], node.value(0).type),
  Where: (node) => [node.op.where(node.value(0), node.value(1), node.value(2))],

  ...Object.fromEntries([
    'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Celu', 'Cos', 'Cosh', 'CumSum', 'Hardmax', 'LpNormalization', 'LRN',
    'Round', 'Shrink', 'Sin', 'Sinh', 'Tan', 'ThresholdedRelu', 'Trilu',
  ].map((opType) => [opType, likeFirst])),
};

type UnaryName = 'neg' | 'exp' | 'log' | 'sqrt' | 'abs' | 'erf' | 'sign' | 'floor' | 'not' | 'isNaN' | 'isInf' | 'relu' | 'tanh' | 'sigmoid' | 'softplus' | 'hardSwish';
type CompareName = 'equal' | 'greater' | 'greaterOrEqual' | 'less' | 'lessOrEqual' | 'and' | 'or';

function unary(name: UnaryName): ReplayRule {
  return (node) => [node.op[name](node.value(0))];
}

function compare(name: CompareName): ReplayRule {
  return (node) => [node.op[name](...pair(node))];
}

/** Computed, but without a gradient. */
function likeFirst(node: NodeReplay): readonly Value[] {
  const x = node.value(0);
  return node.emit([x.shape], x.type);
}

function pair(node: NodeReplay): [Value, Value] {
  return [node.value(0), node.value(1)];
}

/** The operands of a sum or product: a tensor of the file beside a computed one is a bias, a scale or a position code. */
function termPair(node: NodeReplay): [Value, Value] {
  const role = node.node.opType === 'Add' ? 'bias' : 'scale';
  return [operand(node, 0, role), operand(node, 1, role)];
}

function operand(node: NodeReplay, i: number, role: 'bias' | 'scale'): Value {
  const floats = node.floats(i);
  // Attention masks hold huge negative numbers and are no weights.
  const isTrainable = floats !== null && node.shape(i).length > 0 && floats.every((number) => Math.abs(number) < 1e9);
  return isTrainable && node.floats(1 - i) === null ? node.weight(i, role) : node.value(i);
}

function nary(node: NodeReplay, build: (...values: Value[]) => Value): Value {
  const values = node.values();
  return values.length === 1 ? (values[0] as Value) : build(...values);
}

function sum(node: NodeReplay): Value {
  return node.values().reduce((total, value) => node.op.add(total, value));
}

function common(node: NodeReplay, a: Shape, b: Shape): Shape {
  const shape = broadcastShapes(a, b);
  if (shape === null) throw node.op.graph.shapeError(`${node.node.opType} of shapes [${a.join(', ')}] and [${b.join(', ')}]`);
  return shape;
}

/** 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), Hendrycks and Gimpel 2016. */
function geluByTanh(node: NodeReplay): Value {
  const { op } = node;
  const x = node.value(0);
  const number = (value: number): Value => node.scalar(x, value);
  const cube = op.mul(op.square(x), x);
  const inner = op.mul(number(Math.sqrt(2 / Math.PI)), op.add(x, op.mul(number(0.044715), cube)));
  return op.mul(op.mul(number(0.5), x), op.add(number(1), op.tanh(inner)));
}
