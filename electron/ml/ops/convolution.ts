/**
 * Convolution and its transpose over one or two spatial axes, channels second (NCHW), as ONNX defines them.
 * Each one's gradients are written with the other and with itself. Source: Dumoulin and Visin 2016, "A guide to convolution
 * arithmetic for deep learning".
 */
import type { GradientRule } from '../autodiff.ts';
import type { Attributes, Graph, GraphNode, Value } from '../graph.ts';
import { formatShape, isStatic } from '../shapes.ts';
import { operands } from './elementwise.ts';
import type { Ops } from './index.ts';

/** One number per spatial axis, except `pads`: all axes' starts, then all ends. */
export interface ConvOptions {
  readonly strides?: readonly number[];
  readonly pads?: readonly number[];
  readonly dilations?: readonly number[];
  /** Parts into which channels are cut; each sees its own part of the input only. */
  readonly group?: number;
  /** [outputs]. */
  readonly bias?: Value;
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Added at the end of each axis, to choose among the sizes that a stride makes equal. */
  readonly outputPadding?: readonly number[];
}

/** The numbers of a window that moves over spatial axes. */
export interface WindowAttributes {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
  readonly group: number;
}

/** x [batch, channels, ..space] with weight [outputs, channels / group, ..kernel]: [batch, outputs, ..space]. */
export function conv(graph: Graph, x: Value, weight: Value, options: ConvOptions = {}): Value {
  const rank = x.shape.length - 2;
  const window = windowOf(options, rank);
  const [outputs, perGroup, ...kernel] = weight.shape as number[];
  const isFitting = isWindow(x, weight, window) && x.shape[1] === (perGroup as number) * window.group && (outputs as number) % window.group === 0;
  if (!isFitting) throw misfit(graph, 'Conv', x, weight, window);
  const space = windowCounts(x.shape.slice(2) as number[], kernel, window);
  if (space.some((size) => size < 1)) throw misfit(graph, 'Conv', x, weight, window);
  const inputs = options.bias === undefined ? [x, weight] : [x, weight, options.bias];
  return graph.emitOne('Conv', inputs, x.type, [x.shape[0] as number, outputs as number, ...space], {
    ...windowAttributes(window), kernel_shape: { ints: kernel },
  });
}
export const convGradient: GradientRule = (op, node, dy) => {
  const [x, weight] = operands(node.inputs);
  const window = readWindow(node);
  return [
    () => inputGradient(op, dy, weight, x, window),
    () => weightGradient(op, x, dy, weight, window),
    () => op.reduceSum(dy, dy.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])), false),
  ];
};

/** The transpose of `conv` as a linear map: x [batch, channels, ..space] with weight [channels, outputs / group, ..kernel]. */
export function convTranspose(graph: Graph, x: Value, weight: Value, options: ConvTransposeOptions = {}): Value {
  const rank = x.shape.length - 2;
  const window = windowOf(options, rank);
  const { outputPadding = Array<number>(rank).fill(0) } = options;
  const [channels, perGroup, ...kernel] = weight.shape as number[];
  const isFitting = isWindow(x, weight, window) && x.shape[1] === channels && (channels as number) % window.group === 0;
  if (!isFitting) throw misfit(graph, 'ConvTranspose', x, weight, window);
  const space = (x.shape.slice(2) as number[]).map((size, i) => {
    const [stride, dilation, before, after] = alongAxis(window, i);
    return (size - 1) * stride + dilation * ((kernel[i] as number) - 1) + 1 - before - after + (outputPadding[i] as number);
  });
  if (space.some((size) => size < 1)) throw misfit(graph, 'ConvTranspose', x, weight, window);
  const inputs = options.bias === undefined ? [x, weight] : [x, weight, options.bias];
  return graph.emitOne('ConvTranspose', inputs, x.type, [x.shape[0] as number, (perGroup as number) * window.group, ...space], {
    ...windowAttributes(window), kernel_shape: { ints: kernel }, output_padding: { ints: outputPadding },
  });
}
export const convTransposeGradient: GradientRule = (op, node, dy) => {
  const [x, weight] = operands(node.inputs);
  const window = readWindow(node);
  return [
    // With output padding the windows over dy may be one more than x has places.
    () => cutTo(op, op.conv(dy, weight, window), x),
    () => weightGradient(op, dy, x, weight, window),
    () => op.reduceSum(dy, dy.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis])), false),
  ];
};

/** How often a window fits along each axis. */
export function windowCounts(space: readonly number[], kernel: readonly number[], window: WindowAttributes): number[] {
  return space.map((size, i) => {
    const [stride, dilation, before, after] = alongAxis(window, i);
    return Math.floor((size + before + after - dilation * ((kernel[i] as number) - 1) - 1) / stride) + 1;
  });
}

/** Options with ONNX's defaults. */
export function windowOf(options: Partial<WindowAttributes>, rank: number): WindowAttributes {
  const all = (value: number, count: number): readonly number[] => Array<number>(count).fill(value);
  return {
    strides: options.strides ?? all(1, rank), pads: options.pads ?? all(0, 2 * rank),
    dilations: options.dilations ?? all(1, rank), group: options.group ?? 1,
  };
}

export function windowAttributes({ strides, pads, dilations, group }: WindowAttributes): Attributes {
  return { strides: { ints: strides }, pads: { ints: pads }, dilations: { ints: dilations }, group: { int: group } };
}

/** The window of a node; attributes that are not there have ONNX's defaults. @throws model/no-gradient for auto_pad. */
export function readWindow({ attributes, inputs }: GraphNode): WindowAttributes {
  const ints = (name: string): { [K in typeof name]?: readonly number[] } => {
    const attribute = attributes[name] as { ints: readonly number[] } | undefined;
    return attribute === undefined ? {} : { [name]: attribute.ints };
  };
  const group = (attributes['group'] as { int: number } | undefined)?.int ?? 1;
  return windowOf({ ...ints('strides'), ...ints('pads'), ...ints('dilations'), group }, (inputs[0] as Value).shape.length - 2);
}

/** Stride, dilation, and padding before and after along spatial axis i. */
export function alongAxis({ strides, dilations, pads }: WindowAttributes, i: number): [number, number, number, number] {
  return [strides[i] as number, dilations[i] as number, pads[i] as number, pads[strides.length + i] as number];
}

/** Of `conv` to x. With stride 1 a convolution by the flipped weights, which ONNX Runtime computes faster than the transpose. */
function inputGradient(op: Ops, dy: Value, weight: Value, x: Value, window: WindowAttributes): Value {
  const [outputs, channels, ...kernel] = weight.shape as [number, number, ...number[]];
  const reach = kernel.map((size, i) => (window.dilations[i] as number) * (size - 1));
  const pads = [...reach, ...reach].map((size, i) => size - (window.pads[i] as number));
  if (window.group === 1 && window.strides.every((stride) => stride === 1) && pads.every((size) => size >= 0)) {
    const places = kernel.reduce((product, size) => product * size, 1);
    const flip = op.graph.constant('int32', [places], Int32Array.from({ length: places }, (_, i) => places - 1 - i), 'flip');
    const flipped = op.gather(op.reshape(weight, [outputs, channels, places]), flip, 2);
    const turned = op.reshape(op.transpose(flipped, [1, 0, 2]), [channels, outputs, ...kernel]);
    return op.conv(dy, turned, { dilations: window.dilations, pads });
  }
  const counts = dy.shape.slice(2) as number[];
  const outputPadding = (x.shape.slice(2) as number[]).map((size, i) => {
    const [stride, dilation, before, after] = alongAxis(window, i);
    return size + before + after - dilation * ((kernel[i] as number) - 1) - 1 - ((counts[i] as number) - 1) * stride;
  });
  return op.convTranspose(dy, weight, { ...window, outputPadding });
}

/**
 * Of `conv` to the weight: the input's channels as batch, convolved by dy with the batch as channels. The strides of the
 * one are the dilations of the other. Groups stay groups.
 */
function weightGradient(op: Ops, x: Value, dy: Value, weight: Value, window: WindowAttributes): Value {
  const [, perGroup] = weight.shape as [number, number];
  const [batch, , ...space] = x.shape;
  const { group, strides, dilations, pads } = window;
  const groups = group === 1
    ? op.transpose(x, swapFirst(x.shape.length))
    : op.reshape(
      op.transpose(op.reshape(x, [batch as number, group, perGroup, ...space]), [2, 1, 0, ...space.map((_, i) => i + 3)]),
      [perGroup, `${group}*${batch}`, ...space],
    );
  const kernel = op.transpose(dy, swapFirst(dy.shape.length));
  const sizes = windowCounts(space as number[], kernel.shape.slice(2) as number[], { strides: dilations, dilations: strides, pads, group });
  const correlated = op.graph.emitOne('Conv', [groups, kernel], x.type, [perGroup, dy.shape[1] as number, ...sizes], {
    ...windowAttributes({ strides: dilations, dilations: strides, pads, group }),
  });
  return cutTo(op, op.transpose(correlated, swapFirst(x.shape.length)), weight);
}

/** The first places along the spatial axes, as many as `like` has. */
function cutTo(op: Ops, x: Value, like: Value): Value {
  return like.shape.reduce<Value>((rest, size, axis) =>
    (axis < 2 || rest.shape[axis] === size ? rest : op.slice(rest, axis, 0, size as number)), x);
}

function swapFirst(rank: number): number[] {
  return [1, 0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2)];
}

function isWindow(x: Value, weight: Value, { strides, pads, dilations }: WindowAttributes): boolean {
  const rank = x.shape.length - 2;
  return rank >= 1 && weight.shape.length === rank + 2 && isStatic(weight.shape) && isStatic(x.shape.slice(1))
    && strides.length === rank && dilations.length === rank && pads.length === 2 * rank;
}

function misfit(graph: Graph, opType: string, x: Value, weight: Value, { strides, pads, dilations, group }: WindowAttributes): Error {
  return graph.shapeError(`${opType} of "${x.name}" ${formatShape(x.shape)} with weights ${formatShape(weight.shape)}, strides `
    + `${formatShape(strides)}, padding ${formatShape(pads)}, dilations ${formatShape(dilations)}, ${group} group(s)`);
}
