/** Gradient cases of convolution and pooling, over random windows. */
import type { Value } from '../../../electron/ml/graph.ts';
import { planeGeometry, squareOffsets } from '../../../electron/ml/ops/plane-geometry.ts';
import { first } from './case.ts';
import type { GradientCase, GradientCases } from './case.ts';

type Coin = () => boolean;

const from = (coin: Coin, ...choices: readonly number[]): number => choices[coin() ? 0 : coin() ? 1 : choices.length - 1] as number;

/** Strides, dilations and padding for windows over `rank` axes. */
function windowFrom(coin: Coin, rank: number): { strides: number[]; dilations: number[]; pads: number[] } {
  const draw = (count: number, ...choices: readonly number[]): number[] => Array.from({ length: count }, () => from(coin, ...choices));
  return { strides: draw(rank, 1, 2, 3), dilations: draw(rank, 1, 2), pads: draw(2 * rank, 0, 1, 2) };
}

function convCase(rank: number, isTransposed: boolean): GradientCase {
  return {
    shapes: (size, coin) => {
      const group = from(coin, 1, 2);
      const kernel = Array.from({ length: rank }, () => from(coin, 2, 1, 3));
      const space = kernel.map((length) => (isTransposed ? 2 : 2 * length) + from(coin, 1, 0));
      const [channels, outputs] = [group * from(coin, 1, 2), group * from(coin, 1, 2)];
      const weight = isTransposed ? [channels, outputs / group, ...kernel] : [outputs, channels / group, ...kernel];
      return [[`batch:${Math.min(2, size())}`, channels, ...space], weight, [outputs]];
    },
    build: (op, inputs, coin) => {
      const [x, weight, bias] = inputs as [Value, Value, Value];
      const options = { ...windowFrom(coin, rank), bias };
      if (!isTransposed) return op.conv(x, weight, { ...options, group: (x.shape[1] as number) / (weight.shape[1] as number) });
      const group = (bias.shape[0] as number) / (weight.shape[1] as number);
      const pads = options.pads.map(() => 0);
      return op.convTranspose(x, weight, { ...options, pads, group, outputPadding: options.strides.map((stride) => (coin() ? stride - 1 : 0)) });
    },
  };
}

const maps = (size: () => number): ReturnType<GradientCase['shapes']> => [[`batch:${Math.min(2, size())}`, 2, 3 + size(), 4]];

function planeCase(isPooled: boolean): GradientCase {
  const geometry = (coin: Coin) => planeGeometry({
    height: 4, width: 3, offsets: squareOffsets(coin() ? 3 : 1), ...(isPooled ? { pool: coin() ? [2, 2] : [2, 1] } : { stride: coin() ? [2, 2] : [1, 1] }),
  });
  return {
    // The number of taps must be known where shapes are drawn, so both cases have weights for nine and use what they need.
    shapes: (size) => [[2, 12, `batch:${Math.min(2, size())}`], [2, 18], [2, 1, 1]],
    build: (op, inputs, coin) => {
      const [x, weight, bias] = inputs as [Value, Value, Value];
      const chosen = geometry(coin);
      const used = op.slice(weight, 1, 0, 2 * chosen.taps);
      return isPooled ? op.planeConvPool(x, used, bias, chosen) : op.mul(op.planeConv(x, used, chosen), bias);
    },
  };
}

export const convolutionCases: GradientCases = {
  'convolution over one axis': convCase(1, false),
  'convolution over two axes': convCase(2, false),
  'transposed convolution over one axis': convCase(1, true),
  'transposed convolution over two axes': convCase(2, true),
  'largest under windows': {
    shapes: maps,
    build: (op, x, coin) => {
      const { strides, dilations } = windowFrom(coin, 2);
      return op.square(op.maxPool(first(x), [2, 2], { strides, dilations, pads: coin() ? [1, 0, 1, 1] : [0, 0, 0, 0] }));
    },
  },
  'largest under windows over one axis': {
    shapes: (size) => [[size(), 2, 3 + size()]],
    build: (op, x, coin) => op.square(op.maxPool(first(x), [3], { strides: [from(coin, 1, 2)], pads: [1, 1] })),
  },
  'mean under windows': {
    shapes: maps,
    build: (op, x, coin) => {
      const { strides } = windowFrom(coin, 2);
      return op.square(op.averagePool(first(x), [3, 2], { strides, pads: coin() ? [1, 0, 2, 1] : [0, 0, 0, 0], countsPadding: coin() }));
    },
  },
  'mean over all places': { shapes: maps, build: (op, x) => op.square(op.globalAveragePool(first(x))) },
  'convolution of planes': planeCase(false),
  'convolution and pooling of planes': planeCase(true),
};
