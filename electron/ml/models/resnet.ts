/**
 * The residual network for images: He et al. 2016, "Deep residual learning for image recognition", in the form for small
 * images (section 4.2), with a projection where a stage changes the shape.
 */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import { conv, convFlops } from '../layers/convolution.ts';
import type { Planes } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { batchNormalization } from '../layers/normalization.ts';
import type { Architecture, Scope } from '../network.ts';
import { readImages, sizeInNetwork } from './image.ts';
import { featureWidthOf } from './input-shape.ts';
import type { InputOf } from './input-shape.ts';

/** A first convolution, stages of residual blocks (each but the first halves height and width), the mean over places, a dense layer. */
export function resnet(spec: ModelOf<'resnet'>, input: InputOf<'image'>, outputWidth: number): Architecture {
  return {
    featureWidth: featureWidthOf(input), codeWidth: 0, outputWidth,
    forward(scope, batch) {
      const { op } = scope;
      const [first] = spec.filters as [number];
      const images = readImages(scope, spec, input, batch);
      let planes = relu(scope, 'relu', normalizedConv(scope, 'stem', images, { filters: first, kernel: 3, stride: 1 }));
      for (const { name, filters, stride } of blocksOf(spec)) {
        planes = scope.layer(name, () => residualBlock(scope, planes, filters, stride));
      }
      const pooled = scope.layer('pool', () => op.transpose(op.reduceMean(planes.values, [1], false), [1, 0]));
      scope.mark('embedding', pooled);
      return dense(scope, 'output', dropout(scope, 'dropout', pooled, spec.dropout), outputWidth, 'glorot');
    },
    flops: (batchSize) => batchSize * flopsPerImage(spec, input, outputWidth),
  };
}

interface Block {
  readonly name: string;
  readonly filters: number;
  readonly stride: number;
}

function blocksOf({ filters, blocksPerStage }: ModelOf<'resnet'>): Block[] {
  return filters.flatMap((count, stage) => Array.from({ length: blocksPerStage }, (_, i) => (
    { name: `stage${stage + 1}-block${i + 1}`, filters: count, stride: stage > 0 && i === 0 ? 2 : 1 })));
}

/** Relu of the sum of two convolutions of the input and the input itself, brought to their shape. */
function residualBlock(scope: Scope, planes: Planes, filters: number, stride: number): Planes {
  const { op } = scope;
  const inner = relu(scope, 'relu1', normalizedConv(scope, 'conv1', planes, { filters, kernel: 3, stride }));
  const outer = normalizedConv(scope, 'conv2', inner, { filters, kernel: 3, stride: 1 });
  const isSame = stride === 1 && planes.values.shape[0] === filters;
  const shortcut = isSame ? planes : normalizedConv(scope, 'shortcut', planes, { filters, kernel: 1, stride });
  return relu(scope, 'relu2', { ...outer, values: op.add(outer.values, shortcut.values) });
}

function normalizedConv(scope: Scope, name: string, planes: Planes, options: { filters: number; kernel: number; stride: number }): Planes {
  const sums = conv(scope, name, planes, options);
  return { ...sums, values: batchNormalization(scope, `${name}-norm`, sums.values, 0) };
}

function relu(scope: Scope, name: string, planes: Planes): Planes {
  return { ...planes, values: scope.layer(name, () => scope.op.relu(planes.values)) };
}

function flopsPerImage(spec: ModelOf<'resnet'>, input: InputOf<'image'>, outputWidth: number): number {
  let { height, width } = sizeInNetwork(spec, input);
  let channels = spec.filters[0] as number;
  let flops = convFlops(input.channels, channels, height * width, true);
  for (const { filters, stride } of blocksOf(spec)) {
    [height, width] = [Math.ceil(height / stride), Math.ceil(width / stride)];
    flops += convFlops(channels, filters, height * width, false) + convFlops(filters, filters, height * width, false);
    channels = filters;
  }
  return flops + 6 * channels * outputWidth;
}
