/** Gradient cases of smallest and largest elements. */
import type { Value } from '../../../electron/ml/graph.ts';
import { first, one, pair, second } from './case.ts';
import type { GradientCases } from './case.ts';

export const extremaCases: GradientCases = {
  'max of two with broadcasting': { shapes: pair, build: (op, x) => op.square(op.max(first(x), second(x))) },
  'min of two with broadcasting': { shapes: pair, build: (op, x) => op.square(op.min(first(x), second(x))) },
  'max of three': {
    shapes: (size) => {
      const [n, m] = [size(), size()];
      return [[`batch:${n}`, m], [m], [`batch:${n}`, 1]];
    },
    build: (op, x) => op.square(op.max(...x)),
  },
  'min of four': {
    shapes: (size) => Array.from({ length: 4 }, ((shape) => () => shape)([size(), size()])),
    build: (op, x) => op.square(op.min(...x)),
  },
  'max of three of which two are the same value': {
    shapes: (size) => [[3, size()], [1, 1]], build: (op, x) => op.max(first(x), second(x), first(x)),
  },
  'clip to constant bounds': {
    shapes: one, build: (op, x) => op.square(op.clip(first(x), op.scalar('float32', -0.9001), op.scalar('float32', 0.7002))),
  },
  'clip to bounds that are trained': {
    shapes: (size) => [[`batch:${size()}`, size()], [], []],
    build: (op, [x, a, b]) => {
      const low = op.sub(op.neg(op.square(a as Value)), op.scalar('float32', 0.01));
      return op.square(op.clip(x as Value, low, op.square(b as Value)));
    },
  },
  'reduceMax over some axes': {
    shapes: (size) => [[`batch:${size()}`, size(), size()]],
    build: (op, x, coin) => op.square(op.reduceMax(first(x), coin() ? [0, -1] : [1], coin())),
  },
  'reduceMin over some axes': {
    shapes: (size) => [[`batch:${size()}`, size(), size()]],
    build: (op, x, coin) => op.square(op.reduceMin(first(x), coin() ? [1, 2] : [0], coin())),
  },
  'reduceMax over everything': { shapes: one, build: (op, x) => op.square(op.reduceMax(first(x), null, false)) },
};
