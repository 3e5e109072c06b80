/**
 * Normalisation over features, groups of channels and the batch. Each is one composite, as the gradient through mean and
 * variance by the chain rule would take three times the passes over the data.
 */
import type { CompositeGradient, Graph, Value } from '../graph.ts';
import { formatShape, normalizeAxes, staticSize } from '../shapes.ts';
import type { Ops } from './index.ts';

/** Added to variances, as in PyTorch. */
const defaultEpsilon = 1e-5;

/** Ba, Kiros and Hinton 2016: each row of the last axis to mean 0 and variance 1, then times `scale` [width] plus `bias` [width]. */
export function layerNormalization(op: Ops, x: Value, scale: Value, bias: Value, epsilon = defaultEpsilon): Value {
  const { graph } = op;
  const width = x.shape.at(-1);
  if (typeof width !== 'number' || [scale, bias].some(({ shape }) => shape.length !== 1 || shape[0] !== width)) {
    throw graph.shapeError(`LayerNormalization of "${x.name}" ${formatShape(x.shape)} by ${formatShape(scale.shape)} and ${formatShape(bias.shape)}`);
  }
  return graph.composite({
    name: 'LayerNormalization', inputs: [x, scale, bias],
    build: () => {
      const reduced = [...x.shape.slice(0, -1), 1];
      const [y, mean, inverse] = graph.emit('LayerNormalization', {
        inputs: [x, scale, bias],
        outputs: [{ type: x.type, shape: x.shape }, { type: 'float32', shape: reduced }, { type: 'float32', shape: reduced }],
        attributes: { axis: { int: -1 }, epsilon: { float: epsilon } },
      }) as [Value, Value, Value];
      return {
        outputs: [y],
        gradient: (at, [dy]) => {
          const back = op.on(at);
          const flow = dy as Value;
          const normal = shared(() => back.mul(back.sub(x, back.cast(mean, x.type)), back.cast(inverse, x.type)));
          return [
            () => back.mul(centred(back, back.mul(flow, scale), normal(), [-1]), back.cast(inverse, x.type)),
            () => back.unbroadcast(back.mul(flow, normal()), scale.shape),
            () => back.unbroadcast(flow, bias.shape),
          ];
        },
      };
    },
  })[0] as Value;
}

/** Wu and He 2018: x [batch, channels, ..], mean and variance over each of `groups` groups of channels; scale and bias [channels]. */
export function groupNormalization(
  op: Ops, x: Value, groups: number, scale: Value, bias: Value, epsilon = defaultEpsilon,
): Value {
  const { graph } = op;
  const [batch, channels, ...rest] = x.shape;
  const places = staticSize(rest);
  if (batch === undefined || typeof channels !== 'number' || places === null || channels % groups !== 0) {
    throw graph.shapeError(`GroupNormalization of "${x.name}" ${formatShape(x.shape)} in ${groups} groups`);
  }
  const grouped = [batch, groups, (channels / groups) * places];
  const perChannel = [channels, ...rest.map(() => 1)];
  return graph.composite({
    name: 'GroupNormalization', inputs: [x, scale, bias],
    build: () => {
      const flat = op.reshape(x, grouped);
      const difference = op.sub(flat, op.reduceMean(flat, [2], true));
      const inverse = inverseRoot(op, op.reduceMean(op.square(difference), [2], true), epsilon);
      const normal = op.reshape(op.mul(difference, inverse), x.shape);
      const y = op.add(op.mul(normal, op.reshape(scale, perChannel)), op.reshape(bias, perChannel));
      return {
        outputs: [y],
        gradient: (at, [dy]) => {
          const back = op.on(at);
          const flow = dy as Value;
          const toChannels = (value: Value): Value => back.reshape(back.unbroadcast(value, perChannel), [channels]);
          return [
            () => {
              const scaled = back.reshape(back.mul(flow, back.reshape(scale, perChannel)), grouped);
              return back.reshape(back.mul(centred(back, scaled, back.mul(difference, inverse), [2]), inverse), x.shape);
            },
            () => toChannels(back.mul(flow, normal)),
            () => toChannels(flow),
          ];
        },
      };
    },
  })[0] as Value;
}

export interface BatchNormalizationSpec {
  /** [channels]. */
  readonly scale: Value;
  /** [channels]. */
  readonly bias: Value;
  /** Of the channels: 1 in [batch, channels, ..]. */
  readonly axis?: number;
  readonly epsilon?: number;
}

export interface BatchNormalized {
  readonly y: Value;
  /** Of the batch, [channels]. */
  readonly mean: Value;
  /** Of the batch, unbiased as PyTorch keeps it: [channels]. */
  readonly variance: Value;
}

/** Ioffe and Szegedy 2015, in training: each channel to mean 0 and variance 1 over all other axes, times scale plus bias. */
export function batchNormalization(op: Ops, x: Value, spec: BatchNormalizationSpec): BatchNormalized {
  const { scale, bias, epsilon = defaultEpsilon } = spec;
  const { axes, kept } = channelAxes(op.graph, x, spec);
  const [channels] = scale.shape as [number];
  let statistics: Omit<BatchNormalized, 'y'> | null = null;
  const [y] = op.graph.composite({
    name: 'BatchNormalization', inputs: [x, scale, bias],
    build: () => {
      const mean = op.reduceMean(x, axes, true);
      const difference = op.sub(x, mean);
      const squares = op.reduceSum(op.square(difference), axes, true);
      const count = countOf(op, x, channels);
      const inverse = inverseRoot(op, op.div(squares, count), epsilon);
      const factor = op.mul(inverse, op.reshape(scale, kept));
      const freedom = op.max(op.sub(count, op.scalar(x.type, 1)), op.scalar(x.type, 1));
      statistics = { mean: op.reshape(mean, [channels]), variance: op.reshape(op.div(squares, freedom), [channels]) };
      const gradient: CompositeGradient = (at, [dy]) => {
        const back = op.on(at);
        const flow = dy as Value;
        const flowSum = shared(() => back.reduceSum(flow, axes, true));
        const product = shared(() => back.reduceSum(back.mul(flow, difference), axes, true));
        return [
          () => {
            const slope = back.div(back.mul(product(), back.square(inverse)), count);
            const rest = back.sub(back.sub(flow, back.mul(difference, slope)), back.div(flowSum(), count));
            return back.mul(rest, factor);
          },
          () => back.reshape(back.mul(product(), inverse), scale.shape),
          () => back.reshape(flowSum(), bias.shape),
        ];
      };
      return { outputs: [op.add(op.mul(difference, factor), op.reshape(bias, kept))], gradient };
    },
  });
  return { y: y as Value, ...(statistics as unknown as Omit<BatchNormalized, 'y'>) };
}

/** The same outside training: by the running statistics `mean` and `variance` [channels]. One factor and one term per channel. */
export function normalizeBy(op: Ops, x: Value, spec: BatchNormalizationSpec & { readonly mean: Value; readonly variance: Value }): Value {
  const { scale, bias, mean, variance, epsilon = defaultEpsilon } = spec;
  const { kept } = channelAxes(op.graph, x, spec);
  const factor = op.mul(scale, inverseRoot(op, variance, epsilon));
  return op.add(op.mul(x, op.reshape(factor, kept)), op.reshape(op.sub(bias, op.mul(mean, factor)), kept));
}

/** 1 / sqrt(variance + epsilon). */
function inverseRoot(op: Ops, variance: Value, epsilon: number): Value {
  return op.div(op.scalar(variance.type, 1), op.sqrt(op.add(variance, op.scalar(variance.type, epsilon))));
}

/** The part of a gradient that mean and variance over `axes` let through: g - mean(g) - n mean(g n), n the normalised values. */
function centred(op: Ops, flow: Value, normal: Value, axes: readonly number[]): Value {
  const slope = op.reduceMean(op.mul(flow, normal), axes, true);
  return op.sub(op.sub(flow, op.reduceMean(flow, axes, true)), op.mul(normal, slope));
}

/** The axes other than the channels', and the shape of a tensor [channels] that broadcasts along these. */
function channelAxes(graph: Graph, x: Value, { scale, axis = 1 }: BatchNormalizationSpec): { axes: number[]; kept: number[] } {
  const [at] = normalizeAxes([axis], x.shape.length) ?? [-1];
  const channels = x.shape[at as number];
  if (typeof channels !== 'number' || scale.shape[0] !== channels) {
    throw graph.shapeError(`BatchNormalization of "${x.name}" ${formatShape(x.shape)} along ${axis} by ${formatShape(scale.shape)}`);
  }
  return {
    axes: x.shape.flatMap((_, i) => (i === at ? [] : [i])),
    kept: x.shape.map((_, i) => (i === at ? channels : 1)),
  };
}

/** How many elements of x fall on a channel, as a scalar of x's type. */
function countOf(op: Ops, x: Value, channels: number): Value {
  const size = staticSize(x.shape);
  if (size !== null) return op.scalar(x.type, size / channels);
  return op.div(op.cast(op.size(x), x.type), op.scalar(x.type, channels));
}

/** Builds a value once, for several gradients that use it. */
function shared(build: () => Value): () => Value {
  let value: Value | null = null;
  return () => (value ??= build());
}
