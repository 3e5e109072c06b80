/**
 * Convolution over [channels, places, batch]: the fastest layout on a CPU, because every copied row is a whole batch.
 * Weights are as in PyTorch, [outputs, channels, ..kernel], flattened to two axes. Sums run in the same order with and without training.
 */
import type { Value } from '../graph.ts';
import { formatShape } from '../shapes.ts';
import type { Ops } from './index.ts';
import type { PlaneGeometry } from './plane-geometry.ts';

/** x [channels, places, batch] with weight [outputs, channels * taps]: [outputs, height * width, batch]. For geometries without pooling. */
export function planeConv(op: Ops, x: Value, weight: Value, geometry: PlaneGeometry): Value {
  checkFit(op, x, weight, geometry);
  const windows = geometry.height * geometry.width;
  const [y] = op.graph.composite({
    name: 'planeConv', inputs: [x, weight],
    build: () => {
      const columns = columnsOf(op, x, geometry);
      const product = op.reshape(op.matMul(weight, columns), [weight.shape[0] as number, windows + 1, 'batch']);
      return {
        outputs: [op.slice(product, 1, 0, windows)],
        gradient: (inner, [dy]) => {
          const back = op.on(inner);
          const flow = once(() => flat(back, withZeros(back, [dy as Value])));
          return [() => inputGradient(back, x, weight, flow(), geometry), () => back.gemm(flow(), columns, { transposeB: true })];
        },
      };
    },
  });
  return y as Value;
}

/**
 * Convolution, largest of the pooled windows, bias and Relu: x [channels, places, batch], weight [outputs, channels * taps],
 * bias [outputs, 1, 1]: [outputs, height * width, batch]. The bias comes after pooling, which changes nothing but the work:
 * max(y) + b = max(y + b), rounded alike. Of equal windows the first gets the gradient.
 */
export function planeConvPool(op: Ops, x: Value, weight: Value, bias: Value, geometry: PlaneGeometry): Value {
  checkFit(op, x, weight, geometry);
  const { phases, height, width } = geometry;
  const places = height * width;
  const [y] = op.graph.composite({
    name: 'planeConvPool', inputs: [x, weight, bias],
    build: () => {
      const columns = columnsOf(op, x, geometry);
      const product = op.reshape(op.matMul(weight, columns), [weight.shape[0] as number, phases * places + 1, 'batch']);
      const parts = op.split(product, 1, [...Array<number>(phases).fill(places), 1]).slice(0, phases);
      const contest = largestOf(op, parts);
      const out = op.relu(op.add(contest.largest, bias));
      return {
        outputs: [out],
        gradient: (inner, [dy]) => {
          const back = op.on(inner);
          const open = once(() => back.mul(dy as Value, back.cast(back.greater(out, back.scalar('float32', 0)), 'float32')));
          const flow = once(() => flat(back, withZeros(back, contest.divide(back, open()))));
          return [
            () => inputGradient(back, x, weight, flow(), geometry),
            () => back.gemm(flow(), columns, { transposeB: true }),
            () => back.unsqueeze(back.reduceSum(open(), [1, 2], false), [1, 2]),
          ];
        },
      };
    },
  });
  return y as Value;
}

/** What every tap of every window sees: [channels * taps, windows * batch], one copied row of the batch after the other. */
function columnsOf(op: Ops, x: Value, { index, taps }: PlaneGeometry): Value {
  const padded = op.pad(x, [0, 0, 0], [0, 1, 0]);
  const table = op.graph.constant('int32', [taps, index.length / taps], index, 'windows');
  const channels = x.shape[0] as number;
  return op.reshape(op.gather(padded, table, 1), [channels * taps, 'windows*batch']);
}

/** Back through `columnsOf`: `flow` [outputs, windows * batch] has zeros for the last window. */
function inputGradient(op: Ops, x: Value, weight: Value, flow: Value, { inverse, repeats, places, index }: PlaneGeometry): Value {
  const seen = op.reshape(op.gemm(weight, flow, { transposeA: true }), [x.shape[0] as number, index.length, 'batch']);
  const table = op.graph.constant('int32', [repeats, places], inverse, 'seen-by');
  return op.reduceSum(op.gather(seen, table, 1), [1], false);
}

interface Contest {
  readonly largest: Value;
  /** The gradient of each part from that of the largest. */
  divide(op: Ops, dy: Value): Value[];
}

/** The largest of 1, 2, 4, .. parts, element by element, in rounds of two; the first of equal ones wins. */
function largestOf(op: Ops, parts: readonly Value[]): Contest {
  if (parts.length === 1) return { largest: parts[0] as Value, divide: (_, dy) => [dy] };
  const pairs = Array.from({ length: parts.length / 2 }, (_, i) => [parts[2 * i] as Value, parts[2 * i + 1] as Value] as const);
  const rest = largestOf(op, pairs.map(([a, b]) => op.max(a, b)));
  return {
    largest: rest.largest,
    divide: (back, dy) => rest.divide(back, dy).flatMap((flow, i) => {
      const [a, b] = pairs[i] as readonly [Value, Value];
      const toSecond = back.mul(flow, back.cast(back.greater(b, a), 'float32'));
      return [back.sub(flow, toSecond), toSecond];
    }),
  };
}

/** The parts [channels, places, batch] side by side, and zeros for one more place. */
function withZeros(op: Ops, parts: readonly Value[]): Value {
  const place = op.slice(parts[0] as Value, 1, 0, 1);
  return op.concat([...parts, op.expandLike(op.scalar('float32', 0), place)], 1);
}

function flat(op: Ops, x: Value): Value {
  return op.reshape(x, [x.shape[0] as number, 'windows*batch']);
}

function checkFit({ graph }: Ops, x: Value, weight: Value, { places, taps }: PlaneGeometry): void {
  if (x.shape.length === 3 && x.shape[1] === places && weight.shape[1] === (x.shape[0] as number) * taps) return;
  throw graph.shapeError(`convolution of "${x.name}" ${formatShape(x.shape)} with weights ${formatShape(weight.shape)} over ${places} places by ${taps} taps`);
}

/** Builds a value when it is first needed; later ones share it. */
function once(build: () => Value): () => Value {
  let value: Value | undefined;
  return () => (value ??= build());
}
