/** Gradient cases of products and reductions. */
import type { Value } from '../../../electron/ml/graph.ts';
import { first, one, second } from './case.ts';
import type { GradientCase, GradientCases } from './case.ts';

function gemmCase(transposeA: boolean, transposeB: boolean): GradientCase {
  return {
    shapes: (size) => {
      const [n, k, m] = [size(), size(), size()];
      return [transposeA ? [k, n] : [n, k], transposeB ? [m, k] : [k, m], [m]];
    },
    build: (op, [a, b, bias]) => op.square(op.gemm(a as Value, b as Value, { transposeA, transposeB, bias: bias as Value })),
  };
}

export const linearCases: GradientCases = {
  'matMul of matrices and stacks': {
    shapes: (size, coin) => {
      const [n, k, m, stack] = [size(), size(), size(), size()];
      const [a, b] = [[n, k], [k, m]];
      return [coin() ? [stack, ...a] : a, coin() ? [coin() ? stack : 1, ...b] : b];
    },
    build: (op, x) => op.matMul(first(x), second(x)),
  },
  gemm: gemmCase(false, false),
  'gemm with a transposed left side': gemmCase(true, false),
  'gemm with a transposed right side': gemmCase(false, true),
  'gemm with both sides transposed': gemmCase(true, true),
  'gemm with a symbolic batch': {
    shapes: (size) => {
      const [k, m] = [size(), size()];
      return [[`batch:${size()}`, k], [k, m], [1, m]];
    },
    build: (op, [x, w, b]) => op.gemm(x as Value, w as Value, { bias: b as Value }),
  },
  'reduceSum over some axes': {
    shapes: (size) => [[`batch:${size()}`, size(), size()]],
    build: (op, x, coin) => op.square(op.reduceSum(first(x), coin() ? [0, -1] : [1], coin())),
  },
  'reduceMean over some axes': {
    shapes: (size) => [[`batch:${size()}`, size(), size()]],
    build: (op, x, coin) => op.square(op.reduceMean(first(x), coin() ? [0, 2] : [-2], coin())),
  },
  'reduceMean over everything': { shapes: one, build: (op, x) => op.square(op.reduceMean(first(x), null, false)) },
};
