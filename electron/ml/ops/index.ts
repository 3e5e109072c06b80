/** All operators bound to one graph, so that `op.matMul(x, w)` reads like the mathematics. */
import type { ElementType, Graph, Value } from '../graph.ts';
import * as activation from './activation.ts';
import * as compare from './compare.ts';
import * as control from './control.ts';
import * as elementwise from './elementwise.ts';
import * as layout from './layout.ts';
import * as linear from './linear.ts';
import * as reduce from './reduce.ts';

const { add, sub, mul, div, neg, exp, log, sqrt, square, clip } = elementwise;
const { relu, tanh, sigmoid, softmax, logSoftmax, where } = activation;
const { greater, equal, or, isNaN, isInf } = compare;
const { matMul, gemm } = linear;
const { reduceSum, reduceMean, argMax } = reduce;
const { reshape, transpose, unsqueeze, expandLike, concat, slice, gather, scatterRows, shapeOf, size, cast } = layout;
const { loop, numberWords, nameNumbers } = control;

const operators = {
  add, sub, mul, div, neg, exp, log, sqrt, square, clip,
  relu, tanh, sigmoid, softmax, logSoftmax, where,
  greater, equal, or, isNaN, isInf,
  matMul, gemm, reduceSum, reduceMean, argMax,
  reshape, transpose, unsqueeze, expandLike, concat, slice, gather, scatterRows, shapeOf, size, cast,
  loop, numberWords, nameNumbers,
};

type Bound<F> = F extends (graph: Graph, ...rest: infer R) => infer O ? (...rest: R) => O : never;
type BoundOperators = { readonly [K in keyof typeof operators]: Bound<(typeof operators)[K]> };

export interface Ops extends BoundOperators {
  readonly graph: Graph;
  /** A constant of rank 0. @throws model/shape for types that are not numbers. */
  scalar(type: ElementType, number: number): Value;
  /** Sums a gradient to the shape of an operand that was broadcast. */
  unbroadcast(gradient: Value, shape: Value['shape']): Value;
}

/** The operators of `graph`. */
export function ops(graph: Graph): Ops {
  const bound: Record<string, unknown> = {};
  for (const [name, operator] of Object.entries(operators)) {
    bound[name] = (...rest: never[]) => (operator as (...all: unknown[]) => unknown)(graph, ...rest);
  }
  const op: Ops = {
    ...(bound as unknown as BoundOperators),
    graph,
    scalar(type, number) {
      if (type === 'bool' || type === 'string') throw graph.shapeError(`a scalar of type ${type}`);
      return type === 'float16' ? op.cast(graph.scalar('float32', number), type) : graph.scalar(type, number);
    },
    unbroadcast: (gradient, shape) => elementwise.unbroadcast(op, gradient, shape),
  };
  return op;
}
