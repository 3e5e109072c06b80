/**
 * Layers over images as planes [channels, places, batch], and the dense layers that follow them. Weights are laid out as
 * PyTorch's: convolutions [outputs, channels, height, width], dense layers [units, features], features channel by channel.
 * Start: He et al. 2015, uniform with bound sqrt(6 / fan-in) before a Relu; Glorot and Bengio 2010 for the last layer.
 */
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import { planeGeometry, squareOffsets } from '../ops/plane-geometry.ts';

/** Images of one batch: float32 [channels, height * width, batch]. */
export interface Planes {
  readonly values: Value;
  readonly height: number;
  readonly width: number;
}

/**
 * The most numbers per image that the copied windows of a fast convolution may take (1 MiB): beyond, images stay
 * [batch, channels, height, width] and ONNX Runtime's own convolution runs, slower but without the copies.
 */
export const mostColumnsPerImage = 2 ** 18;

/**
 * 3x3 convolution that keeps the size, Relu, and the largest of 2x2. Sizes that are odd are rounded down; an axis of one
 * place is not pooled.
 */
export function convPool(scope: Scope, name: string, { values, height, width }: Planes, filters: number): Planes {
  return scope.layer(name, () => {
    const { op } = scope;
    const channels = values.shape[0] as number;
    const pool = [Math.min(2, height), Math.min(2, width)] as const;
    const [rows, columns] = [Math.floor(height / pool[0]), Math.floor(width / pool[1])];
    const weight = scope.parameter('weight', [filters, channels, 3, 3], { kind: 'uniform', bound: Math.sqrt(6 / (9 * channels)) });
    const bias = scope.parameter('bias', [filters], { kind: 'constant', value: 0 }, { isDecayed: false });
    if (9 * channels * height * width > mostColumnsPerImage) {
      const images = toImages(scope, { values, height, width });
      const y = op.maxPool(op.relu(op.conv(images, weight, { bias, pads: [1, 1, 1, 1] })), pool);
      return toPlanes(scope, y);
    }
    const geometry = planeGeometry({ height, width, offsets: squareOffsets(3), pool });
    const flat = op.reshape(weight, [filters, channels * 9]);
    return { values: op.planeConvPool(values, flat, op.reshape(bias, [filters, 1, 1]), geometry), height: rows, width: columns };
  });
}

export interface ConvSpec {
  readonly filters: number;
  /** Odd. */
  readonly kernel: number;
  /** Places between windows; sizes that it does not divide are rounded up. */
  readonly stride: number;
}

/** Convolution without bias, with zeros around the image so that stride 1 keeps the size. */
export function conv(scope: Scope, name: string, planes: Planes, { filters, kernel, stride }: ConvSpec): Planes {
  return scope.layer(name, () => {
    const { op } = scope;
    const { values, height, width } = planes;
    const channels = values.shape[0] as number;
    const [rows, columns] = [Math.ceil(height / stride), Math.ceil(width / stride)];
    const bound = Math.sqrt(6 / (kernel * kernel * channels));
    const weight = scope.parameter('weight', [filters, channels, kernel, kernel], { kind: 'uniform', bound });
    if (kernel * kernel * channels * rows * columns > mostColumnsPerImage) {
      const pad = (kernel - 1) / 2;
      return toPlanes(scope, op.conv(toImages(scope, planes), weight, { strides: [stride, stride], pads: [pad, pad, pad, pad] }));
    }
    const geometry = planeGeometry({ height, width, offsets: squareOffsets(kernel), stride: [stride, stride] });
    const flat = op.reshape(weight, [filters, channels * kernel * kernel]);
    return { values: op.planeConv(values, flat, geometry), height: rows, width: columns };
  });
}

/** Operations of a 3x3 convolution in one training step of one image: forward, to the weights, and (not in the first layer) to the input. */
export function convFlops(channels: number, filters: number, places: number, isFirst: boolean): number {
  return 2 * 9 * channels * filters * places * (isFirst ? 2 : 3);
}

/** W x + b with x [features, batch], W [units, features]: [units, batch]. */
export function denseColumns(scope: Scope, name: string, x: Value, units: number, initialization: 'he' | 'glorot'): Value {
  return scope.layer(name, () => {
    const features = x.shape[0] as number;
    const bound = initialization === 'he' ? Math.sqrt(6 / features) : Math.sqrt(6 / (features + units));
    const weight = scope.parameter('weight', [units, features], { kind: 'uniform', bound });
    const bias = scope.parameter('bias', [units], { kind: 'constant', value: 0 }, { isDecayed: false });
    return scope.op.add(scope.op.gemm(weight, x), scope.op.unsqueeze(bias, [1]));
  });
}

/** [batch, channels, height, width] from planes. */
export function toImages({ op }: Scope, { values, height, width }: Planes): Value {
  const [channels, , batch] = values.shape as [number, number, string];
  return op.reshape(op.transpose(values, [2, 0, 1]), [batch, channels, height, width]);
}

/** Planes from [batch, channels, height, width]. */
export function toPlanes({ op }: Scope, images: Value): Planes {
  const [batch, channels, height, width] = images.shape as [string, number, number, number];
  const values = op.transpose(op.reshape(images, [batch, channels, height * width]), [1, 2, 0]);
  return { values, height, width };
}
