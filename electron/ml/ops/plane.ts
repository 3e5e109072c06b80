/**
 * Convolution over [channels, places, batch]: the fastest layout on a CPU, because every copied row is a whole batch.
 * Weights are as in PyTorch, [outputs, channels, ..kernel], flattened to two axes. Sums run in the same order with and without training.
 */
import type { Value } from '../graph.ts';
import { formatShape } from '../shapes.ts';
import type { Ops } from './index.ts';
import { blockRanges } from './plane-geometry.ts';
import type { PlaneBlock, PlaneGeometry } from './plane-geometry.ts';

/** x [channels, places, batch] with weight [outputs, channels * taps]: [outputs, height * width, batch]. For geometries without pooling. */
export function planeConv(op: Ops, x: Value, weight: Value, geometry: PlaneGeometry): Value {
  checkFit(op, x, weight, geometry);
  const [y] = op.graph.composite({
    name: 'planeConv', inputs: [x, weight],
    build: () => {
      const { blocks } = geometry;
      const products = productsOf(op, x, weight, geometry);
      return {
        outputs: [joined(op, products.map(([phase]) => (phase as Product).sums))],
        gradient: (inner, [dy]) => {
          const back = op.on(inner);
          const parts = once(() => parted(back, dy as Value, blocks).map((part) => [part]));
          return [
            () => inputGradient(back, x, weight, [dy as Value], geometry),
            () => weightGradient(back, products, parts(), weight),
          ];
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
  const [y] = op.graph.composite({
    name: 'planeConvPool', inputs: [x, weight, bias],
    build: () => {
      const products = productsOf(op, x, weight, geometry);
      const contests = products.map((phases) => largestOf(op, phases.map(({ sums }) => sums)));
      const outs = contests.map(({ largest }) => op.relu(op.add(largest, bias)));
      return {
        outputs: [joined(op, outs)],
        gradient: (inner, [dy]) => {
          const back = op.on(inner);
          const zero = back.scalar('float32', 0);
          const open = once(() => parted(back, dy as Value, geometry.blocks).map((part, i) =>
            back.mul(part, back.cast(back.greater(outs[i] as Value, zero), 'float32'))));
          const flows = once(() => contests.map((contest, i) => contest.divide(back, open()[i] as Value)));
          return [
            () => inputGradient(back, x, weight, flows().flat(), geometry),
            () => weightGradient(back, products, flows(), weight),
            () => back.unsqueeze(open().map((part) => back.reduceSum(part, [1, 2], false)).reduce((a, b) => back.add(a, b)), [1, 2]),
          ];
        },
      };
    },
  });
  return y as Value;
}

/** One phase of one block. */
interface Product {
  /** What every tap of every window sees: [channels * taps, places * batch], one copied row of the batch after the other. */
  readonly columns: Value;
  /** [outputs, places, batch]. */
  readonly sums: Value;
}

/** For each block its phases. */
function productsOf(op: Ops, x: Value, weight: Value, { blocks, taps }: PlaneGeometry): Product[][] {
  const padded = op.pad(x, [0, 0, 0], [0, 1, 0]);
  const channels = x.shape[0] as number;
  return blocks.map(({ places, phases }) => phases.map((index) => {
    const table = op.graph.constant('int32', [taps, places], index, 'windows');
    const columns = op.reshape(op.gather(padded, table, 1), [channels * taps, `${places}*batch`]);
    return { columns, sums: op.reshape(op.matMul(weight, columns), [weight.shape[0] as number, places, x.shape[2] as string]) };
  }));
}

/** The sum over all products of flow columns^T, computed as columns flow^T, which ONNX Runtime does faster for few outputs. */
function weightGradient(op: Ops, products: readonly (readonly Product[])[], flows: readonly (readonly Value[])[], weight: Value): Value {
  const [outputs, columns] = weight.shape as [number, number];
  const sum = products.flat().reduce<Value | undefined>((bias, product, i) =>
    op.gemm(product.columns, flat(op, flows.flat()[i] as Value), { transposeB: true, ...(bias && { bias }) }), undefined) as Value;
  // Not as a matrix: ONNX Runtime would take the transposition into the product, and be slow again.
  return op.reshape(op.transpose(op.reshape(sum, [columns, 1, outputs]), [2, 0, 1]), weight.shape);
}

/** Back to x: what each tap of each window would add, gathered by the places that it saw. `flows` are all phases of all blocks. */
function inputGradient(op: Ops, x: Value, weight: Value, flows: readonly Value[], { inverse, repeats, places, taps, windows }: PlaneGeometry): Value {
  const nothing = op.expandLike(op.scalar('float32', 0), op.slice(flows[0] as Value, 1, 0, 1));
  const all = flat(op, op.concat([...flows, nothing], 1));
  const [channels, , batch] = x.shape as [number, number, string];
  const seen = op.reshape(op.gemm(weight, all, { transposeA: true }), [channels, taps * (windows + 1), batch]);
  // In parts, so that what is gathered is still in the caches when it is summed.
  const parts = blockRanges(places).map(([from, to]) => {
    const table = Int32Array.from({ length: repeats * (to - from) }, (_, i) => inverse[Math.floor(i / (to - from)) * places + from + (i % (to - from))] as number);
    return op.reduceSum(op.gather(seen, op.graph.constant('int32', [repeats, to - from], table, 'seen-by'), 1), [1], false);
  });
  return joined(op, parts);
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

function joined(op: Ops, parts: readonly Value[]): Value {
  return parts.length === 1 ? parts[0] as Value : op.concat(parts, 1);
}

function parted(op: Ops, x: Value, blocks: readonly PlaneBlock[]): Value[] {
  return blocks.length === 1 ? [x] : op.split(x, 1, blocks.map(({ places }) => places));
}

/** [outputs, places, batch] as a matrix. */
function flat(op: Ops, x: Value): Value {
  return op.reshape(x, [x.shape[0] as number, `${x.shape[1]}*batch`]);
}

function checkFit({ graph }: Ops, x: Value, weight: Value, { places, taps }: PlaneGeometry): void {
  if (x.shape.length === 3 && x.shape[1] === places && weight.shape[1] === (x.shape[0] as number) * taps) return;
  throw graph.shapeError(`convolution of "${x.name}" ${formatShape(x.shape)} with weights ${formatShape(weight.shape)} over ${places} places by ${taps} taps`);
}

/** Builds a value when it is first needed; later ones share it. */
function once<T>(build: () => T): () => T {
  let value: T | undefined;
  return () => (value ??= build());
}
