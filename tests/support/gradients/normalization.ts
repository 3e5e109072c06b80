/** Gradient cases of normalisations. */
import type { Value } from '../../../electron/ml/graph.ts';
import type { GradientCases } from './case.ts';

export const normalizationCases: GradientCases = {
  'layer normalisation of matrices and stacks': {
    shapes: (size, coin) => {
      const width = 2 + size(); // of two elements the gradient is nearly 0, and all of it rounding
      return [[`batch:${size()}`, ...(coin() ? [size()] : []), width], [width], [width]];
    },
    build: (op, [x, scale, bias]) => op.square(op.layerNormalization(x as Value, scale as Value, bias as Value)),
  },
  'group normalisation of maps': {
    shapes: (size) => [[`batch:${size()}`, 4, 2, size()], [4], [4]],
    build: (op, [x, scale, bias], coin) => op.square(op.groupNormalization(x as Value, coin() ? 2 : 1, scale as Value, bias as Value)),
  },
  'group normalisation of features': {
    shapes: (size) => [[size(), 8], [8], [8]],
    build: (op, [x, scale, bias]) => op.square(op.groupNormalization(x as Value, 2, scale as Value, bias as Value)),
  },
  'batch normalisation of maps': {
    shapes: (size) => {
      const channels = size();
      return [[`batch:${2 + size()}`, channels, size(), 2], [channels], [channels]];
    },
    build: (op, [x, scale, bias]) => op.square(op.batchNormalization(x as Value, { scale: scale as Value, bias: bias as Value }).y),
  },
  'batch normalisation with the batch last': {
    shapes: (size) => {
      const channels = size();
      return [[channels, size(), `batch:${2 + size()}`], [channels], [channels]];
    },
    build: (op, [x, scale, bias]) => op.square(op.batchNormalization(x as Value, { scale: scale as Value, bias: bias as Value, axis: 0 }).y),
  },
  'normalisation by running statistics': {
    shapes: (size) => {
      const channels = size();
      return [[`batch:${size()}`, channels, size()], [channels], [channels]];
    },
    build: (op, [x, scale, bias]) => {
      const [channels] = (scale as Value).shape as [number];
      const numbers = (start: number): Value =>
        op.graph.constant('float32', [channels], Float32Array.from({ length: channels }, (_, i) => start + i), 'statistics');
      return op.square(op.normalizeBy(x as Value, { scale: scale as Value, bias: bias as Value, mean: numbers(0.5), variance: numbers(2) }));
    },
  },
};
