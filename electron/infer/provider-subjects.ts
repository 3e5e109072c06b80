/** The fixed networks that providers are compared and timed with, and data for them; the same on every computer. */
import type { WorkloadName } from '../../shared/domain/providers.ts';
import { ModelSpec } from '../../shared/domain/train-config.ts';
import { createRandom } from '../../shared/math/random.ts';
import type { Value } from '../ml/graph.ts';
import { dense } from '../ml/layers/dense.ts';
import { createNetwork } from '../ml/models/index.ts';
import { defineNetwork, type Architecture, type Network } from '../ml/network.ts';
import type { Matrix } from '../ml/training-set.ts';

export interface Subject {
  /** "a small perceptron". */
  readonly title: string;
  readonly network: Network;
}

/** Small enough that every number counts; products, a convolution, pooling and their gradients are in them. */
export const compared: readonly Subject[] = [
  { title: 'a perceptron', network: perceptron(30, [64, 64], 3) },
  { title: 'a convolution', network: defineNetwork(convolutional({ channels: 2, size: 12 }, [8], 16, 4)) },
];

export const timed: Readonly<Record<WorkloadName, Subject>> = {
  'small-table': { title: 'a small perceptron', network: perceptron(30, [64, 64], 3) },
  'large-table': { title: 'a larger perceptron', network: perceptron(784, [128], 10) },
  image: { title: 'a convolutional network', network: defineNetwork(convolutional({ channels: 1, size: 28 }, [16, 32], 128, 10)) },
};

/** Features evenly spread around 0 with variance 1, and classes. */
export function randomData({ network }: Subject, rowCount: number): Matrix {
  const random = createRandom(1, 'provider-check');
  const x = Float32Array.from({ length: rowCount * network.featureWidth }, () => (random.unit() - 0.5) * Math.sqrt(12));
  return { rowCount, x, codes: null, y: Int32Array.from({ length: rowCount }, () => random.below(network.outputWidth)), w: null };
}

function perceptron(featureWidth: number, hidden: readonly number[], outputWidth: number): Network {
  return createNetwork(ModelSpec.parse({ kind: 'mlp', hidden }), { kind: 'table', featureWidth, categories: [] }, outputWidth);
}

/** Blocks of a 3 x 3 convolution, Relu and 2 x 2 maxima on square images, then two dense layers: LeNet's shape, in ONNX's own operators. */
function convolutional({ channels, size }: { channels: number; size: number }, filters: readonly number[], hidden: number, outputWidth: number): Architecture {
  const shapes = filters.map((count, i) => [count, filters[i - 1] ?? channels, size >> i] as const);
  const [last = channels] = filters.slice(-1);
  const flat = last * (size >> filters.length) ** 2;
  return {
    featureWidth: channels * size * size, codeWidth: 0, outputWidth,
    forward(scope, { features }) {
      const { op } = scope;
      let x = op.reshape(features as Value, ['batch', channels, size, size]);
      shapes.forEach(([count, inputs], i) => {
        x = scope.layer(`conv${i + 1}`, () => {
          const weight = scope.parameter('weight', [count, inputs, 3, 3], { kind: 'uniform', bound: Math.sqrt(6 / (inputs * 9)) });
          const bias = scope.parameter('bias', [count], { kind: 'constant', value: 0 }, { isDecayed: false });
          return op.maxPool(op.relu(op.conv(x, weight, { bias, pads: [1, 1, 1, 1] })), [2, 2], { strides: [2, 2] });
        });
      });
      x = scope.layer('relu', () => op.relu(dense(scope, 'hidden', op.reshape(x, ['batch', flat]), hidden, 'he')));
      return dense(scope, 'output', x, outputWidth, 'glorot');
    },
    flops: (batchSize) => 6 * batchSize * (shapes.reduce((sum, [count, inputs, side]) => sum + count * inputs * 9 * side * side, 0) + flat * hidden + hidden * outputWidth),
  };
}
