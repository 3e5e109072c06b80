/** Replays products, convolutions, pooling and resizing. */
import type { Value } from '../graph.ts';
import { formatShape, isStatic } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import type { ReplayRule } from './elementwise.ts';
import { integers } from './layout.ts';
import type { NodeReplay } from './node-replay.ts';

export const linearRules: Readonly<Record<string, ReplayRule>> = {
  MatMul: (node) => {
    const { op } = node;
    const [a, b] = [node.weight(0, 'weight'), node.weight(1, 'weight')];
    // numpy's rule for vectors: a row on the left, a column on the right, which leaves again.
    const left = a.shape.length === 1 ? op.unsqueeze(a, [0]) : a;
    const right = b.shape.length === 1 ? op.unsqueeze(b, [1]) : b;
    const product = op.matMul(left, right);
    const gone = [...(b.shape.length === 1 ? [product.shape.length - 1] : []), ...(a.shape.length === 1 ? [product.shape.length - 2] : [])];
    return [gone.length === 0 ? product : op.squeeze(product, gone)];
  },
  Gemm: (node) => {
    const { op } = node;
    const [a, b] = [node.weight(0, 'weight'), node.weight(1, 'weight')];
    const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
    const transposes = { transposeA: node.int('transA', 0) === 1, transposeB: node.int('transB', 0) === 1 };
    const bias = node.has(2) && beta !== 0 ? node.weight(2, 'bias') : null;
    if (alpha === 1 && beta === 1) return [op.gemm(a, b, bias === null ? transposes : { ...transposes, bias })];
    const product = op.gemm(a, b, transposes);
    const scaled = alpha === 1 ? product : op.mul(product, node.scalar(product, alpha));
    return [bias === null ? scaled : op.add(scaled, beta === 1 ? bias : op.mul(bias, node.scalar(bias, beta)))];
  },
  Conv: (node) => {
    const [x, weight] = [node.value(0), node.weight(1, 'weight')];
    const window = windowOf(node, weight.shape.slice(2) as number[]);
    const bias = node.has(2) ? { bias: node.weight(2, 'bias') } : {};
    return [node.op.conv(x, weight, { ...window, ...bias, group: node.int('group', 1) })];
  },
  ConvTranspose: (node) => {
    const [x, weight] = [node.value(0), node.weight(1, 'weight')];
    if (node.ints('output_shape') !== null || isAutomatic(node)) throw node.refuse('says the size of its output instead of its padding');
    const rank = weight.shape.length - 2;
    return [node.op.convTranspose(x, weight, {
      strides: node.ints('strides') ?? ones(rank), pads: node.ints('pads') ?? zeros(2 * rank), dilations: node.ints('dilations') ?? ones(rank),
      outputPadding: node.ints('output_padding') ?? zeros(rank), group: node.int('group', 1),
      ...(node.has(2) ? { bias: node.weight(2, 'bias') } : {}),
    })];
  },
  MaxPool: (node) => {
    const kernel = node.ints('kernel_shape') ?? [];
    return [node.op.maxPool(node.value(0), kernel, windowOf(node, kernel))];
  },
  AveragePool: (node) => {
    const kernel = node.ints('kernel_shape') ?? [];
    const { strides, pads } = windowOf(node, kernel);
    const countsPadding = node.int('count_include_pad', 0) === 1;
    // The part that rounding up adds counts in no mean.
    if (countsPadding && pads.some((pad, i) => pad !== (node.ints('pads')?.[i] ?? pad))) throw node.refuse('counts its padding while it rounds sizes up');
    return [node.op.averagePool(node.value(0), kernel, { strides, pads, countsPadding })];
  },
  GlobalAveragePool: (node) => [node.op.globalAveragePool(node.value(0))],
  GlobalMaxPool: (node) => {
    const x = node.value(0);
    return [node.op.reduceMax(x, x.shape.slice(2).map((_, i) => i + 2), true)];
  },
  Resize: (node) => [resized(node)],
};

interface Window {
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

/** Strides, dilations and pads of a window, automatic padding and rounding up made explicit. */
function windowOf(node: NodeReplay, kernel: readonly number[]): Window {
  const rank = kernel.length;
  const strides = node.ints('strides') ?? ones(rank);
  const dilations = node.ints('dilations') ?? ones(rank);
  const space: Shape = node.shape(0).slice(2);
  if (!isStatic(space) || space.length !== rank) throw node.refuse(`takes an input of ${rank} spatial axes of known size, not ${formatShape(node.shape(0))}`);
  const reach = kernel.map((size, i) => (dilations[i] as number) * (size - 1) + 1);
  const given = node.ints('pads') ?? zeros(2 * rank);
  if (!isAutomatic(node)) {
    if (node.int('ceil_mode', 0) === 0) return { strides, dilations, pads: given };
    const more = space.map((size, i) => {
      const [stride, before, after] = [strides[i] as number, given[i] as number, given[rank + i] as number];
      const room = size + before + after - (reach[i] as number);
      let count = Math.ceil(room / stride) + 1;
      // A window that would start in the padding behind the input is left out.
      if ((count - 1) * stride >= size + before) count--;
      return Math.max(0, (count - 1) * stride - room);
    });
    return { strides, dilations, pads: given.map((pad, i) => (i < rank ? pad : pad + (more[i - rank] as number))) };
  }
  if (node.text('auto_pad', '') === 'VALID') return { strides, dilations, pads: zeros(2 * rank) };
  const total = space.map((size, i) => {
    const stride = strides[i] as number;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + (reach[i] as number) - size);
  });
  const isUpper = node.text('auto_pad', '') === 'SAME_UPPER';
  const before = total.map((pad) => (isUpper ? Math.floor(pad / 2) : Math.ceil(pad / 2)));
  return { strides, dilations, pads: [...before, ...total.map((pad, i) => pad - (before[i] as number))] };
}

function isAutomatic(node: NodeReplay): boolean {
  return node.text('auto_pad', 'NOTSET') !== 'NOTSET';
}

/** Nearest neighbours by constant indices and lines by constant matrices, axis by axis: both have gradients. */
function resized(node: NodeReplay): Value {
  const { op } = node;
  const x = node.value(0);
  const rank = x.shape.length;
  const mode = node.text('mode', 'nearest');
  const coordinates = node.text('coordinate_transformation_mode', 'half_pixel');
  const axes = node.ints('axes') ?? x.shape.map((_, i) => i);
  const sizes = node.numbers(3, 'sizes');
  const scales = sizes === null ? node.floats(2) : null;
  if (sizes === null && scales === null) throw node.refuse('has scales that depend on the data');
  if (node.text('keep_aspect_ratio_policy', 'stretch') !== 'stretch' || node.int('antialias', 0) !== 0) throw node.refuse('resizes in a way that cannot be replayed');
  return axes.reduce<Value>((value, axis, i) => {
    const size = x.shape[axis];
    const scale = scales === null ? null : (scales[i] as number);
    if (typeof size !== 'number') {
      if (scale === 1 || (sizes !== null && sizes[i] === node.fixedBatch)) return value;
      throw node.refuse(`resizes the axis "${size ?? axis}"`);
    }
    const length = scale === null ? (sizes?.[i] as number) : Math.floor(size * scale);
    if (length === size) return value;
    const places = Array.from({ length }, (_, k) => placeBefore(k, { size, length, scale: scale ?? length / size, coordinates, node }));
    if (mode === 'nearest') {
      const indices = places.map((place) => Math.min(Math.max(nearest(place, node.text('nearest_mode', 'round_prefer_floor')), 0), size - 1));
      return op.gather(value, integers(node, [length], indices), axis);
    }
    if (mode !== 'linear' && mode !== 'bilinear') throw node.refuse(`resizes by "${mode}" interpolation`);
    const matrix = op.graph.constant('float32', [size, length], lines(places, size), 'interpolation');
    // The axis moves to the end, is multiplied, and moves back.
    const order = [...x.shape.keys()].filter((k) => k !== axis).concat(axis);
    const product = op.matMul(axis === rank - 1 ? value : op.transpose(value, order), matrix);
    return axis === rank - 1 ? product : op.transpose(product, order.map((_, k) => order.indexOf(k)));
  }, x);
}

interface Axis {
  readonly size: number;
  readonly length: number;
  readonly scale: number;
  readonly coordinates: string;
  readonly node: NodeReplay;
}

/** Where element k of the result lies in the input, by ONNX's coordinate_transformation_mode. */
function placeBefore(k: number, { size, length, scale, coordinates, node }: Axis): number {
  switch (coordinates) {
    case 'asymmetric': return k / scale;
    case 'align_corners': return length === 1 ? 0 : (k * (size - 1)) / (length - 1);
    case 'pytorch_half_pixel': return length === 1 ? 0 : (k + 0.5) / scale - 0.5;
    case 'half_pixel': return (k + 0.5) / scale - 0.5;
    default: throw node.refuse(`resizes with coordinates "${coordinates}"`);
  }
}

function nearest(place: number, mode: string): number {
  switch (mode) {
    case 'floor': return Math.floor(place);
    case 'ceil': return Math.ceil(place);
    case 'round_prefer_ceil': return Math.floor(place + 0.5);
    default: return Math.ceil(place - 0.5);
  }
}

/** [size, places]: each column holds the weights of the two neighbours of a place. */
function lines(places: readonly number[], size: number): Float32Array {
  const matrix = new Float32Array(size * places.length);
  places.forEach((place, column) => {
    const inside = Math.min(Math.max(place, 0), size - 1);
    const low = Math.min(Math.floor(inside), size - 1);
    const share = inside - low;
    matrix[low * places.length + column]! += 1 - share;
    if (share > 0) matrix[(low + 1) * places.length + column]! += share;
  });
  return matrix;
}

function ones(count: number): number[] {
  return Array<number>(count).fill(1);
}

function zeros(count: number): number[] {
  return Array<number>(count).fill(0);
}
