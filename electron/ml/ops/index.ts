/** All operators bound to one graph, so that `op.matMul(x, w)` reads like the mathematics. */
import type { ElementType, Graph, Value } from '../graph.ts';
import * as activation from './activation.ts';
import { attention } from './attention.ts';
import * as compare from './compare.ts';
import * as control from './control.ts';
import * as convolution from './convolution.ts';
import * as elementwise from './elementwise.ts';
import { embed } from './embedding.ts';
import * as extrema from './extrema.ts';
import * as functions from './functions.ts';
import * as selection from './gather.ts';
import * as integer from './integer.ts';
import * as layout from './layout.ts';
import * as linear from './linear.ts';
import * as noise from './noise.ts';
import * as normalization from './normalization.ts';
import * as plane from './plane.ts';
import * as pooling from './pooling.ts';
import * as rectifiers from './rectifiers.ts';
import { gru, lstm } from './recurrent.ts';
import * as reduce from './reduce.ts';

const { add, sub, mul, div, neg, exp, log, sqrt, square } = elementwise;
const { pow, abs, erf, sign, floor, identity } = functions;
const { max, min, clip, reduceMax, reduceMin } = extrema;
const { relu, tanh, sigmoid, softmax, logSoftmax, where } = activation;
const { leakyRelu, elu, softplus, hardSigmoid, hardSwish, gelu } = rectifiers;
const { greater, greaterOrEqual, less, lessOrEqual, equal, or, and, not, isNaN, isInf } = compare;
const { range, mod, shiftRight, xor } = integer;
const { matMul, gemm } = linear;
const { reduceSum, reduceMean, argMax, cumulativeSum } = reduce;
const { reshape, transpose, unsqueeze, squeeze, expandLike, concat, slice, split, pad, shapeOf, size, cast, reverseRows, reshapeRows } = layout;
const { gather, scatterAdd } = selection;
const { uniformNoise, dropout } = noise;
const { conv, convTranspose } = convolution;
const { planeConv, planeConvPool } = plane;
const { maxPool, averagePool, globalAveragePool, resize } = pooling;
const { layerNormalization, groupNormalization, batchNormalization, normalizeBy } = normalization;
const { loop, numberWords, nameNumbers, splitText } = control;

/** Single nodes; they take the graph. */
const operators = {
  add, sub, mul, div, neg, exp, log, sqrt, square,
  pow, abs, erf, sign, floor, identity,
  max, min, clip, reduceMax, reduceMin,
  relu, tanh, sigmoid, softmax, logSoftmax, where,
  leakyRelu, elu, softplus, hardSigmoid, hardSwish,
  greater, greaterOrEqual, less, lessOrEqual, equal, or, and, not, isNaN, isInf,
  range, mod, shiftRight, xor,
  matMul, gemm, reduceSum, reduceMean, argMax, cumulativeSum,
  reshape, transpose, unsqueeze, squeeze, expandLike, concat, slice, split, pad, shapeOf, size, cast, reverseRows, reshapeRows,
  gather, conv, convTranspose, maxPool, averagePool, globalAveragePool, resize,
  loop, numberWords, nameNumbers, splitText,
};

/** What is made of several operators; these take the operators. */
const compounds = {
  gelu, scatterAdd, uniformNoise, dropout,
  layerNormalization, groupNormalization, batchNormalization, normalizeBy,
  planeConv, planeConvPool, embed, attention, gru, lstm,
};

type Bound<F> = F extends (first: never, ...rest: infer R) => infer O ? (...rest: R) => O : never;
type BoundTo<T> = { readonly [K in keyof T]: Bound<T[K]> };

export interface Ops extends BoundTo<typeof operators>, BoundTo<typeof compounds> {
  readonly graph: Graph;
  /** The operators of another graph, such as the body of a loop. */
  on(graph: Graph): Ops;
  /** A constant of rank 0. @throws model/shape for types that are not numbers. */
  scalar(type: ElementType, number: number): Value;
  /** Sums a gradient to the shape of an operand that was broadcast. */
  unbroadcast(gradient: Value, shape: Value['shape']): Value;
}

/** The operators of `graph`. */
export function ops(graph: Graph): Ops {
  const op = {
    graph,
    on: (other) => (other === graph ? op : ops(other)),
    scalar(type, number) {
      if (type === 'bool' || type === 'string') throw graph.shapeError(`a scalar of type ${type}`);
      return type === 'float16' ? op.cast(graph.scalar('float32', number), type) : graph.scalar(type, number);
    },
    unbroadcast: (gradient, shape) => elementwise.unbroadcast(op, gradient, shape),
  } as Ops;
  return Object.assign(op, bindAll(operators, graph), bindAll(compounds, op));
}

/** The functions of a table with their first argument given. */
function bindAll(table: object, first: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([name, operator]) =>
    [name, (...rest: unknown[]) => (operator as (...all: unknown[]) => unknown)(first, ...rest)]));
}
