/** Replays operators that move elements: shapes, axes, parts, borders. */
import { formatShape, isStatic, normalizeAxes } from '../shapes.ts';
import type { Value } from '../graph.ts';
import type { Dim, Shape } from '../shapes.ts';
import type { ReplayRule } from './elementwise.ts';
import type { NodeReplay } from './node-replay.ts';
import { divideSizes, multiplySizes, totalSize } from './term.ts';

export const layoutRules: Readonly<Record<string, ReplayRule>> = {
  Reshape: (node) => [node.op.reshape(movable(node), reshapedTo(node))],
  Flatten: (node) => {
    const x = movable(node);
    const axis = axisOf(node, node.int('axis', 1), x.shape.length + 1);
    const [rows, columns] = [totalSize(x.shape.slice(0, axis)), totalSize(x.shape.slice(axis))];
    if (rows === null || columns === null) throw node.refuse(`flattens ${formatShape(x.shape)}, of which two sizes are open`);
    return [node.op.reshape(x, [rows, columns])];
  },
  Transpose: (node) => {
    const x = movable(node);
    return [node.op.transpose(x, node.ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i))];
  },
  Unsqueeze: (node) => [node.op.unsqueeze(movable(node), node.numbers(1, 'axes') ?? [])],
  Squeeze: (node) => {
    const x = movable(node);
    return [node.op.squeeze(x, node.numbers(1, 'axes') ?? x.shape.flatMap((dim, i) => (dim === 1 ? [i] : [])))];
  },
  Concat: (node) => [node.op.concat(Array.from({ length: node.inputCount }, (_, i) => node.value(i)), node.int('axis', 0))],
  Split: (node) => {
    const x = node.value(0);
    const axis = axisOf(node, node.int('axis', 0), x.shape.length);
    return node.op.split(x, axis, node.numbers(1, 'sizes') ?? evenParts(node, x.shape[axis] as Dim, node.int('num_outputs', node.node.outputs.length)));
  },
  Slice: (node) => [sliced(node)],
  Gather: (node) => {
    const indices = node.numbersOrNull(1);
    const axis = axisOf(node, node.int('axis', 0), node.shape(0).length);
    const size = node.shape(0)[axis] as Dim;
    // ONNX counts negative indices from the end.
    if (indices !== null && typeof size === 'number') {
      const wrapped = indices.map((index) => (index < 0 ? index + size : index));
      const shape = node.shape(1) as number[];
      return [node.op.gather(node.weight(0, 'weight'), integers(node, shape, wrapped), axis)];
    }
    return [node.op.gather(node.weight(0, 'weight'), node.value(1), axis)];
  },
  Expand: (node) => [expanded(node, node.weight(0, 'weight'), node.sizes(1, 'sizes'))],
  Tile: (node) => {
    const repeats = node.numbers(1, 'repeats') ?? [];
    return [repeats.reduce<Value>((x, count, axis) => (count === 1 ? x : node.op.concat(Array<Value>(count).fill(x), axis)), node.value(0))];
  },
  Pad: (node) => [padded(node)],
  ConstantOfShape: (node) => {
    const value = node.node.attributes['value'];
    const number = value !== undefined && 'tensor' in value ? Number(value.tensor.data[0]) : 0;
    const zero = node.op.graph.scalar('float32', number);
    return [expanded(node, zero, node.sizes(0, 'sizes'))];
  },
  DepthToSpace: (node) => {
    const [batch, channels, height, width] = imageOf(node);
    const block = node.int('blocksize', 1);
    const depth = channels / block ** 2;
    const isColumns = node.text('mode', 'DCR') === 'CRD';
    const apart = node.op.reshape(node.value(0), isColumns ? [batch, depth, block, block, height, width] : [batch, block, block, depth, height, width]);
    const moved = node.op.transpose(apart, isColumns ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
    return [node.op.reshape(moved, [batch, depth, height * block, width * block])];
  },
  SpaceToDepth: (node) => {
    const [batch, channels, height, width] = imageOf(node);
    const block = node.int('blocksize', 1);
    const apart = node.op.reshape(node.value(0), [batch, channels, height / block, block, width / block, block]);
    const moved = node.op.transpose(apart, [0, 3, 5, 1, 2, 4]);
    return [node.op.reshape(moved, [batch, channels * block ** 2, height / block, width / block])];
  },
};

/** Input 0; a weight that was too large to be moved beforehand is trained and moved each time. */
function movable(node: NodeReplay): Value {
  return node.weight(0, 'weight');
}

export function axisOf(node: NodeReplay, axis: number, rank: number): number {
  const [resolved] = normalizeAxes([axis], rank) ?? [];
  if (resolved === undefined) throw node.refuse(`names axis ${axis} of ${rank}`);
  return resolved;
}

export function integers(node: NodeReplay, shape: readonly number[], numbers: readonly number[]): Value {
  return node.op.graph.constant('int64', shape, BigInt64Array.from(numbers, (number) => BigInt(number)), 'indices');
}

/**
 * The shape that a Reshape asks for. Models exported for one batch size have it written into their shapes; it becomes the
 * batch again where the other sizes agree.
 */
function reshapedTo(node: NodeReplay): Shape {
  const from = node.shape(0);
  const asked: Dim[] = node.sizes(1, 'sizes').map((dim, i): Dim => (dim === 0 && node.int('allowzero', 0) === 0 ? (from[i] ?? 0) : dim));
  const total = totalSize(from);
  const { fixedBatch } = node;
  const first = asked[0];
  const isWritten = !asked.some((dim) => typeof dim === 'string');
  if (typeof total === 'string' && isWritten && fixedBatch !== null && typeof first === 'number' && first > 0 && first % fixedBatch === 0) {
    const multiple = multiplySizes(total.replace(/^\d+\*/, ''), first / fixedBatch);
    asked[0] = multiple ?? first;
  }
  const rest = totalSize(asked.filter((dim) => dim !== -1));
  const missing = total === null || rest === null || rest === 0 ? null : divideSizes(total, rest);
  if (missing === null) throw node.refuse(`reshapes ${formatShape(from)} to ${formatShape(asked)}, which does not come out even`);
  if (!asked.includes(-1) && missing !== 1) throw node.refuse(`reshapes ${formatShape(from)} to ${formatShape(asked)}, which has another size`);
  return asked.map((dim): Dim => (dim === -1 ? missing : dim));
}

function evenParts(node: NodeReplay, size: Dim, count: number): number[] {
  if (typeof size !== 'number') throw node.refuse('splits an axis of open size');
  const part = Math.ceil(size / count);
  return Array.from({ length: count }, (_, i) => Math.min(part, size - i * part));
}

/** Steps other than 1 become a selection by constant indices, which has a gradient. */
function sliced(node: NodeReplay): Value {
  let x = node.value(0);
  const [starts, ends] = [node.numbers(1, 'starts') ?? [], node.numbers(2, 'ends') ?? []];
  const axes = node.numbers(3, 'axes') ?? starts.map((_, i) => i);
  const steps = node.numbers(4, 'steps') ?? starts.map(() => 1);
  axes.forEach((named, i) => {
    const axis = axisOf(node, named, x.shape.length);
    const size = x.shape[axis] as Dim;
    const [start, end, step] = [starts[i] as number, ends[i] as number, steps[i] as number];
    if (typeof size === 'string') {
      if (start === 0 && step === 1 && end >= 2 ** 31 - 1) return;
      throw node.refuse(`cuts the axis "${size}"`);
    }
    const [from, to] = [clampTo(start, size, step), clampTo(end, size, step)];
    if (step === 1) {
      if (from !== 0 || to !== size) x = node.op.slice(x, axis, from, Math.max(from, to));
      return;
    }
    const indices: number[] = [];
    for (let k = from; step > 0 ? k < to : k > to; k += step) indices.push(k);
    x = node.op.gather(x, integers(node, [indices.length], indices), axis);
  });
  return x;
}

/** As ONNX bounds starts and ends; going backwards, -1 stands before the first element. */
function clampTo(place: number, size: number, step: number): number {
  const counted = place < 0 ? place + size : place;
  return step > 0 ? Math.min(Math.max(counted, 0), size) : Math.min(Math.max(counted, -1), size - 1);
}

function expanded(node: NodeReplay, x: Value, target: readonly Dim[]): Value {
  const rank = Math.max(x.shape.length, target.length);
  const shape = Array.from({ length: rank }, (_, i): Dim => {
    const own = x.shape[x.shape.length - rank + i] ?? 1;
    const asked = target[target.length - rank + i] ?? 1;
    if (asked === 1 || asked === own) return own;
    // The batch of the export stands for the batch.
    if (typeof own === 'string' && asked === node.fixedBatch) return own;
    if (own !== 1) throw node.refuse(`expands ${formatShape(x.shape)} to ${formatShape(target)}`);
    return asked;
  });
  if (shape.every((dim, i) => dim === x.shape[i]) && rank === x.shape.length) return x;
  const sizes = isStatic(shape) ? node.op.graph.integers(shape) : node.sizesVector(shape);
  return node.op.graph.emitOne('Expand', [x, sizes], x.type, shape);
}

/** Mirrored and repeated borders become a selection by constant indices. */
function padded(node: NodeReplay): Value {
  const x = node.value(0);
  const rank = x.shape.length;
  const pads = node.numbers(1, 'pads') ?? [];
  const axes = (node.numbers(3, 'axes') ?? x.shape.map((_, i) => i)).map((axis) => axisOf(node, axis, rank));
  const before = x.shape.map((_, axis) => pads[axes.indexOf(axis)] ?? 0);
  const after = x.shape.map((_, axis) => pads[axes.indexOf(axis) + axes.length] ?? 0);
  for (const [axis] of x.shape.entries()) if (!axes.includes(axis)) before[axis] = after[axis] = 0;
  const mode = node.text('mode', 'constant');
  if (mode === 'constant') {
    // Negative pads cut.
    const cut = x.shape.reduce<Value>((value, dim, axis) => {
      const [from, less] = [Math.max(0, -(before[axis] as number)), Math.max(0, -(after[axis] as number))];
      return from + less === 0 ? value : node.op.slice(value, axis, from, (dim as number) - less);
    }, x);
    const fill = node.has(2) ? node.floats(2)?.[0] : 0;
    if (fill === undefined) throw node.refuse('pads with a number that depends on the data');
    return node.op.pad(cut, before.map((count) => Math.max(0, count)), after.map((count) => Math.max(0, count)), fill);
  }
  return x.shape.reduce<Value>((value, dim, axis) => {
    const [from, more] = [before[axis] as number, after[axis] as number];
    if (from === 0 && more === 0) return value;
    if (typeof dim === 'string') throw node.refuse(`pads the axis "${dim}"`);
    const indices = Array.from({ length: from + dim + more }, (_, i) => borderIndex(i - from, dim, mode));
    return node.op.gather(value, integers(node, [indices.length], indices), axis);
  }, x);
}

function borderIndex(place: number, size: number, mode: string): number {
  if (mode === 'edge' || size === 1) return Math.min(Math.max(place, 0), size - 1);
  const period = 2 * (size - 1);
  const turned = ((place % period) + period) % period;
  return turned < size ? turned : period - turned;
}

function imageOf(node: NodeReplay): [Dim, number, number, number] {
  const shape = node.shape(0);
  if (shape.length !== 4 || !isStatic(shape.slice(1))) throw node.refuse(`takes images, not ${formatShape(shape)}`);
  return shape as [Dim, number, number, number];
}
