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

/** Small enough that every number counts; products, convolutions in both of our forms, pooling and their gradients are in them. */
export const compared: readonly Subject[] = [
  { title: 'a perceptron', network: perceptron(30, [64, 64], 3) },
  { title: 'a convolution', network: defineNetwork(convolutional({ channels: 2, size: 12 }, 8, 4)) },
  { title: 'a convolutional network', network: imageNetwork({ channels: 2, size: 12 }, [8], 16, 4) },
];

export const timed: Readonly<Record<WorkloadName, Subject>> = {
  'small-table': { title: 'a small perceptron', network: perceptron(30, [64, 64], 3) },
  'large-table': { title: 'a larger perceptron', network: perceptron(784, [128], 10) },
  image: { title: 'a convolutional network', network: imageNetwork({ channels: 1, size: 28 }, [16, 32], 128, 10) },
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

interface Images {
  readonly channels: number;
  /** Height and width. */
  readonly size: number;
}

function imageNetwork({ channels, size }: Images, filters: readonly number[], hidden: number, outputWidth: number): Network {
  const model = ModelSpec.parse({ kind: 'cnn', image: { height: size, width: size, channels }, filters, hidden });
  return createNetwork(model, { kind: 'image', channels, height: size, width: size }, outputWidth);
}

/** A 3 x 3 convolution, Relu, 2 x 2 maxima and a dense layer, in ONNX's own operators, as models from files have them. */
function convolutional({ channels, size }: Images, filters: number, outputWidth: number): Architecture {
  return {
    featureWidth: channels * size * size, codeWidth: 0, outputWidth,
    forward(scope, { features }) {
      const { op } = scope;
      const images = op.reshape(features as Value, ['batch', channels, size, size]);
      const pooled = scope.layer('conv', () => {
        const weight = scope.parameter('weight', [filters, channels, 3, 3], { kind: 'uniform', bound: Math.sqrt(6 / (channels * 9)) });
        const bias = scope.parameter('bias', [filters], { kind: 'constant', value: 0 }, { isDecayed: false });
        return op.maxPool(op.relu(op.conv(images, weight, { bias, pads: [1, 1, 1, 1] })), [2, 2], { strides: [2, 2] });
      });
      return dense(scope, 'output', op.reshape(pooled, ['batch', filters * (size / 2) ** 2]), outputWidth, 'glorot');
    },
  };
}
