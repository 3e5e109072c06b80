/** What the models for images share: from a row of pixels to planes, and from planes to outputs. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import type { Value } from '../graph.ts';
import { augment } from '../layers/augmentation.ts';
import { toPlanes } from '../layers/convolution.ts';
import type { Planes } from '../layers/convolution.ts';
import type { Batch, Scope } from '../network.ts';
import type { InputOf } from './input-shape.ts';

type ImageSpec = ModelOf<'cnn'> | ModelOf<'resnet'>;

/** The size of images in the network: as they are, or what they are resized to. */
export function sizeInNetwork({ image }: ImageSpec, input: InputOf<'image'>): { height: number; width: number } {
  return image.resizeTo ?? input;
}

/** The images of a batch, resized and augmented as the specification says. */
export function readImages(scope: Scope, spec: ImageSpec, input: InputOf<'image'>, { features }: Batch): Planes {
  const { op } = scope;
  const { channels, height, width } = input;
  const rows = features as Value;
  const batch = rows.shape[0] as string;
  const size = sizeInNetwork(spec, input);
  const read = (): Planes => {
    if (size.height === height && size.width === width) {
      return { values: op.reshape(op.transpose(rows, [1, 0]), [channels, height * width, batch]), height, width };
    }
    return toPlanes(scope, op.resize(op.reshape(rows, [batch, channels, height, width]), size.height, size.width));
  };
  return augment(scope, scope.layer('image', read), spec.augmentation);
}
