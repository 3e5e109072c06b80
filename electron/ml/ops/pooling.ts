/** Pooling over one or two spatial axes, channels second (NCHW), and the resizing of images. */
import type { GradientRule } from '../autodiff.ts';
import type { Attributes, Graph, Value } from '../graph.ts';
import { formatShape, isStatic } from '../shapes.ts';
import { alongAxis, readWindow, windowCounts, windowOf } from './convolution.ts';
import type { WindowAttributes } from './convolution.ts';
import { operands } from './elementwise.ts';

export interface PoolOptions {
  /** One number per spatial axis; the kernel's size where not given. */
  readonly strides?: readonly number[];
  /** All axes' starts, then all ends. */
  readonly pads?: readonly number[];
}

export interface MaxPoolOptions extends PoolOptions {
  readonly dilations?: readonly number[];
}

export interface AveragePoolOptions extends PoolOptions {
  /** Whether padding counts as zeros that are averaged; else it does not count. */
  readonly countsPadding?: boolean;
}

/** The largest number under a window that moves over the spatial axes of x [batch, channels, ..space]. */
export function maxPool(graph: Graph, x: Value, kernel: readonly number[], options: MaxPoolOptions = {}): Value {
  const window = windowOf({ strides: kernel, ...options }, kernel.length);
  return graph.emitOne('MaxPool', [x], x.type, pooledShape(graph, 'MaxPool', x, kernel, window), {
    ...poolAttributes(kernel, window), dilations: { ints: window.dilations },
  });
}
/** To the first of the largest numbers under each window. */
export const maxPoolGradient: GradientRule = (op, node, dy, y) => {
  const [x] = operands(node.inputs);
  return [() => {
    // Places in all of x as one row of numbers; those under several windows are added up.
    const [, places] = op.graph.emit('MaxPool', {
      inputs: [x], outputs: [{ type: x.type, shape: y.shape }, { type: 'int64', shape: y.shape }], attributes: node.attributes,
    });
    const flat = (value: Value): Value => op.reshape(value, [isStatic(value.shape) ? sizeOf(value.shape) : value.shape.join('*')]);
    return op.graph.emitOne('Reshape', [op.scatterAdd(flat(x), flat(places as Value), flat(dy), 0), op.shapeOf(x)], x.type, x.shape);
  }];
};

/** The mean of the numbers under a window that moves over the spatial axes of x [batch, channels, ..space]. */
export function averagePool(graph: Graph, x: Value, kernel: readonly number[], options: AveragePoolOptions = {}): Value {
  const { countsPadding = false, ...rest } = options;
  const window = windowOf({ strides: kernel, ...rest }, kernel.length);
  return graph.emitOne('AveragePool', [x], x.type, pooledShape(graph, 'AveragePool', x, kernel, window), {
    ...poolAttributes(kernel, window), count_include_pad: { int: Number(countsPadding) },
  });
}
/** The transposed convolution of dy / count by ones, each channel by itself. */
export const averagePoolGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  const window = readWindow(node);
  const kernel = (node.attributes['kernel_shape'] as { ints: readonly number[] }).ints;
  const countsPadding = (node.attributes['count_include_pad'] as { int: number } | undefined)?.int === 1;
  return [() => {
    const [batch, channels, ...space] = x.shape as [number, number, ...number[]];
    const counts = dy.shape.slice(2) as number[];
    const shares = shareOfEach(space, counts, kernel, window, countsPadding);
    const shared = op.mul(dy, op.graph.constant('float32', [1, 1, ...counts], shares, 'shares'));
    const ones = op.graph.constant('float32', [1, 1, ...kernel], new Float32Array(sizeOf(kernel)).fill(1), 'ones');
    const outputPadding = space.map((size, i) => {
      const [stride, dilation, before, after] = alongAxis(window, i);
      return size + before + after - dilation * ((kernel[i] as number) - 1) - 1 - ((counts[i] as number) - 1) * stride;
    });
    const rows = typeof batch === 'number' ? batch * channels : `${batch}*${channels}`;
    const spread = op.convTranspose(op.reshape(shared, [rows, 1, ...counts]), ones, { ...window, outputPadding });
    return op.reshape(spread, x.shape);
  }];
};

/** The mean over the spatial axes, which stay as size 1. */
export function globalAveragePool(graph: Graph, x: Value): Value {
  const [batch, channels, ...space] = x.shape;
  if (space.length === 0) throw graph.shapeError(`GlobalAveragePool of "${x.name}" ${formatShape(x.shape)}`);
  return graph.emitOne('GlobalAveragePool', [x], x.type, [batch as number, channels as number, ...space.map(() => 1)]);
}
export const globalAveragePoolGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  const space = x.shape.slice(2);
  return [() => {
    if (!isStatic(space)) throw op.graph.shapeError(`the gradient of GlobalAveragePool of "${x.name}" ${formatShape(x.shape)}`);
    return op.expandLike(op.mul(dy, op.scalar(x.type, 1 / sizeOf(space))), x);
  }];
};

/**
 * Images x [batch, channels, height, width] at another size, linearly; where they shrink, over as many pixels as fall
 * on one (antialias), so that none is left out. Not to be trained through.
 */
export function resize(graph: Graph, x: Value, height: number, width: number): Value {
  const [batch, channels, ...space] = x.shape;
  if (space.length !== 2 || !isStatic(x.shape.slice(1))) throw graph.shapeError(`Resize of "${x.name}" ${formatShape(x.shape)}`);
  const [fromHeight, fromWidth] = space as number[];
  if (fromHeight === height && fromWidth === width) return x;
  // By scales, as the batch is not known; ONNX rounds size * scale down, so that scale is a little too large.
  const scale = (to: number, from: number): number => (to + 1e-3) / from;
  const scales = Float32Array.of(1, 1, scale(height, fromHeight as number), scale(width, fromWidth as number));
  const none = graph.constant('float32', [0], new Float32Array(0), 'none');
  return graph.emitOne('Resize', [x, none, graph.constant('float32', [4], scales, 'scales')], x.type, [batch as number, channels as number, height, width], {
    mode: { text: 'linear' }, coordinate_transformation_mode: { text: 'half_pixel' }, antialias: { int: 1 },
  });
}

/** 1 / how many numbers each window averages: float32, row-major over the windows. */
function shareOfEach(
  space: readonly number[], counts: readonly number[], kernel: readonly number[], window: WindowAttributes, countsPadding: boolean,
): Float32Array {
  const inside = counts.map((count, i) => Array.from({ length: count }, (_, at) => {
    const [stride, dilation, before] = alongAxis(window, i);
    return Array.from({ length: kernel[i] as number }, (_, k) => at * stride + k * dilation - before)
      .filter((place) => countsPadding || (place >= 0 && place < (space[i] as number))).length;
  }));
  return Float32Array.from(inside.reduce<number[]>((products, axis) => products.flatMap((product) => axis.map((n) => product * n)), [1]), (n) => 1 / n);
}

function pooledShape(graph: Graph, opType: string, x: Value, kernel: readonly number[], window: WindowAttributes): Value['shape'] {
  const [batch, channels, ...space] = x.shape;
  const isFitting = space.length === kernel.length && isStatic(space) && window.pads.length === 2 * kernel.length;
  const counts = isFitting ? windowCounts(space, kernel, window) : [0];
  if (counts.some((count) => count < 1)) {
    throw graph.shapeError(`${opType} of "${x.name}" ${formatShape(x.shape)} with windows ${formatShape(kernel)}, strides ${formatShape(window.strides)}`);
  }
  return [batch as number, channels as number, ...counts];
}

function poolAttributes(kernel: readonly number[], { strides, pads }: WindowAttributes): Attributes {
  return { kernel_shape: { ints: kernel }, strides: { ints: strides }, pads: { ints: pads } };
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}
