/** Replays reductions, normalisations and the operators that are only computed: recurrent cells, selections of the largest. */
import type { Value } from '../graph.ts';
import { formatShape, staticSize } from '../shapes.ts';
import type { Dim } from '../shapes.ts';
import type { ReplayRule } from './elementwise.ts';
import { axisOf } from './layout.ts';
import type { NodeReplay } from './node-replay.ts';

export const reduceRules: Readonly<Record<string, ReplayRule>> = {
  ReduceSum: reduction((node, x, axes, keeps) => node.op.reduceSum(x, axes, keeps)),
  ReduceMean: reduction((node, x, axes, keeps) => node.op.reduceMean(x, axes, keeps)),
  ReduceMax: reduction((node, x, axes, keeps) => node.op.reduceMax(x, axes, keeps)),
  ReduceMin: reduction((node, x, axes, keeps) => node.op.reduceMin(x, axes, keeps)),
  ReduceL1: reduction((node, x, axes, keeps) => node.op.reduceSum(node.op.abs(x), axes, keeps)),
  ReduceL2: reduction((node, x, axes, keeps) => node.op.sqrt(node.op.reduceSum(node.op.square(x), axes, keeps))),
  ReduceSumSquare: reduction((node, x, axes, keeps) => node.op.reduceSum(node.op.square(x), axes, keeps)),
  ReduceLogSum: reduction((node, x, axes, keeps) => node.op.log(node.op.reduceSum(x, axes, keeps))),
  ReduceLogSumExp: reduction((node, x, axes, keeps) => node.op.log(node.op.reduceSum(node.op.exp(x), axes, keeps))),
  ArgMax: (node) => [argument(node)],
  ArgMin: (node) => [argument(node)],
  TopK: (node) => {
    const x = node.value(0);
    const axis = axisOf(node, node.int('axis', -1), x.shape.length);
    const k = node.numbers(1, 'count')?.[0] as number;
    const shape = x.shape.map((dim, i) => (i === axis ? k : dim));
    return node.op.graph.emit('TopK', {
      inputs: node.values(), outputs: [{ type: x.type, shape }, { type: 'int64', shape }],
      attributes: { axis: { int: axis }, largest: { int: node.int('largest', 1) }, sorted: { int: node.int('sorted', 1) } },
    });
  },

  Softmax: (node) => [alongAxis(node, (x) => node.op.softmax(x))],
  LogSoftmax: (node) => [alongAxis(node, (x) => node.op.logSoftmax(x))],
  BatchNormalization: (node) => [batchNormalized(node)],
  LayerNormalization: (node) => [layerNormalized(node)],
  GroupNormalization: (node) => {
    const x = node.value(0);
    const groups = node.int('num_groups', 1);
    const channels = x.shape[1] as number;
    const perChannel = (value: Value): Value => (node.int('_perGroup', 0) === 0 || value.shape[0] === channels
      ? value
      : node.op.reshape(node.op.graph.emitOne('Expand', [node.op.unsqueeze(value, [1]), node.op.graph.integers([groups, channels / groups])], value.type, [groups, channels / groups]), [channels]));
    const [scale, bias] = [perChannel(node.weight(1, 'scale')), perChannel(node.weight(2, 'bias'))];
    return [node.op.groupNormalization(x, groups, scale, bias, node.float('epsilon', 1e-5))];
  },
  InstanceNormalization: (node) => {
    const x = node.value(0);
    const channels = x.shape[1] as number;
    return [node.op.groupNormalization(x, channels, node.weight(1, 'scale'), node.weight(2, 'bias'), node.float('epsilon', 1e-5))];
  },

  GRU: (node) => recurrent(node, 2),
  RNN: (node) => recurrent(node, 2),
  LSTM: (node) => recurrent(node, 3),
};

function reduction(build: (node: NodeReplay, x: Value, axes: readonly number[] | null, keepDims: boolean) => Value): ReplayRule {
  return (node) => {
    const x = node.value(0);
    const axes = node.numbers(1, 'axes');
    if ((axes === null || axes.length === 0) && node.int('noop_with_empty_axes', 0) === 1) return [x];
    return [build(node, x, axes === null || axes.length === 0 ? null : axes, node.int('keepdims', 1) === 1)];
  };
}

function argument(node: NodeReplay): Value {
  const x = node.value(0);
  const axis = axisOf(node, node.int('axis', 0), x.shape.length);
  const shape = node.int('keepdims', 1) === 1 ? x.shape.map((dim, i) => (i === axis ? 1 : dim)) : x.shape.filter((_, i) => i !== axis);
  return node.emit([shape], 'int64')[0] as Value;
}

/** Along the last axis; another axis is moved there. Up to opset 12 the axes from `axis` on counted as one. */
function alongAxis(node: NodeReplay, build: (x: Value) => Value): Value {
  const { op } = node;
  const x = node.value(0);
  const rank = x.shape.length;
  const axis = axisOf(node, node.int('axis', -1), rank);
  if (axis === rank - 1) return build(x);
  if (node.int('_flatten', 0) === 1) {
    const width = staticSize(x.shape.slice(axis));
    if (width === null) throw node.refuse(`works along axis ${axis} of ${formatShape(x.shape)}`);
    const flat = op.reshape(x, [...x.shape.slice(0, axis), width]);
    return op.reshape(build(flat), x.shape);
  }
  const order = [...x.shape.keys()].filter((k) => k !== axis).concat(axis);
  return op.transpose(build(op.transpose(x, order)), order.map((_, k) => order.indexOf(k)));
}

/** While its layer is trained: by the batch, with running statistics that follow; else by the statistics of the file. */
function batchNormalized(node: NodeReplay): Value {
  const { op, scope } = node;
  const x = node.value(0);
  const spec = { scale: node.weight(1, 'scale'), bias: node.weight(2, 'bias'), epsilon: node.float('epsilon', 1e-5) };
  const [mean, variance] = [node.buffer(3, 'mean'), node.buffer(4, 'variance')];
  if (!scope.isTraining || !node.isTrained) return op.normalizeBy(x, { ...spec, mean, variance });
  const result = op.batchNormalization(x, spec);
  const kept = node.float('momentum', 0.9);
  const next = (before: Value, now: Value): Value => op.add(op.mul(before, node.scalar(before, kept)), op.mul(now, node.scalar(now, 1 - kept)));
  scope.update(mean, next(mean, result.mean));
  scope.update(variance, next(variance, result.variance));
  return result.y;
}

function layerNormalized(node: NodeReplay): Value {
  const { op } = node;
  const x = node.value(0);
  const axis = axisOf(node, node.int('axis', -1), x.shape.length);
  const width = staticSize(x.shape.slice(axis));
  if (width === null) throw node.refuse(`works along axis ${axis} of ${formatShape(x.shape)}`);
  const flat = (value: Value): Value => (value.shape.length === 1 ? value : op.reshape(value, [width]));
  const scale = flat(node.weight(1, 'scale'));
  const bias = node.has(2) ? flat(node.weight(2, 'bias')) : op.graph.constant('float32', [width], new Float32Array(width), 'zeros');
  const rows = axis === x.shape.length - 1 ? x : op.reshape(x, [...x.shape.slice(0, axis), width]);
  return op.reshape(op.layerNormalization(rows, scale, bias, node.float('epsilon', 1e-5)), x.shape);
}

/** Output sequence [steps, directions, batch, units] and last states [directions, batch, units]. */
function recurrent(node: NodeReplay, outputCount: number): readonly Value[] {
  const shape = node.shape(0);
  const isBatchFirst = node.int('layout', 0) === 1;
  if (isBatchFirst || shape.length !== 3) throw node.refuse('has its batch first, which cannot be replayed');
  const units = node.int('hidden_size', node.shape(2).at(-1) as number);
  const directions = node.shape(1)[0] as number;
  const [steps, batch] = shape as [Dim, Dim];
  const inputs = node.values().map((value, i) => ([1, 2, 3, 7].includes(i) && node.has(i) ? node.weight(i, 'weight') : value));
  const last = [directions, batch, units];
  return node.emit([[steps, directions, batch, units], last, last].slice(0, outputCount), 'float32', inputs);
}
