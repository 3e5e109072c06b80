/** The small convolutional network for images. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import { convFlops, convPool, denseColumns } from '../layers/convolution.ts';
import { dropout } from '../layers/dropout.ts';
import type { Architecture } from '../network.ts';
import { readImages, sizeInNetwork } from './image.ts';
import { featureWidthOf } from './input-shape.ts';
import type { InputOf } from './input-shape.ts';

/** Blocks of convolution, Relu and pooling, which halve height and width, then a hidden dense layer and the last one. */
export function cnn(spec: ModelOf<'cnn'>, input: InputOf<'image'>, outputWidth: number): Architecture {
  return {
    featureWidth: featureWidthOf(input), codeWidth: 0, outputWidth,
    forward(scope, batch) {
      const { op } = scope;
      let planes = readImages(scope, spec, input, batch);
      spec.filters.forEach((filters, i) => (planes = convPool(scope, `conv${i + 1}`, planes, filters)));
      const { values, height, width } = planes;
      const flat = op.reshape(values, [(values.shape[0] as number) * height * width, values.shape[2] as string]);
      const sums = denseColumns(scope, 'hidden', flat, spec.hidden, 'he');
      const hidden = scope.layer('relu', () => op.relu(sums));
      scope.mark('embedding', op.transpose(hidden, [1, 0]));
      const kept = dropout(scope, 'dropout', hidden, spec.dropout);
      return op.transpose(denseColumns(scope, 'output', kept, outputWidth, 'glorot'), [1, 0]);
    },
    flops: (batchSize) => batchSize * flopsPerImage(spec, input, outputWidth),
  };
}

function flopsPerImage(spec: ModelOf<'cnn'>, input: InputOf<'image'>, outputWidth: number): number {
  let { height, width } = sizeInNetwork(spec, input);
  let { channels } = input;
  let flops = 0;
  spec.filters.forEach((filters, i) => {
    flops += convFlops(channels, filters, height * width, i === 0);
    [channels, height, width] = [filters, Math.max(1, height >> 1), Math.max(1, width >> 1)];
  });
  return flops + 6 * (channels * height * width * spec.hidden + spec.hidden * outputWidth);
}
