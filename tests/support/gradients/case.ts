/** Cases of gradients: a function of random inputs, and how its derivative is measured. */
import type { Value } from '../../../electron/ml/graph.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import type { GraphNode } from '../../../electron/ml/graph.ts';
import { gradients } from '../../../electron/ml/autodiff.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import type { Ops } from '../../../electron/ml/ops/index.ts';
import { createRandom, shuffle } from '../../../shared/math/random.ts';
import type { Random } from '../../../shared/math/random.ts';
import { evaluateGraph } from '../graph-evaluator.ts';
import type { Tensor } from '../graph-evaluator.ts';

export interface GradientCase {
  /** Shapes of the inputs; sizes are drawn. A size given as text is symbolic in the graph. */
  shapes(size: () => number, coin: () => boolean): readonly (readonly (number | `${string}:${number}`)[])[];
  build(op: Ops, inputs: readonly Value[], coin: () => boolean): Value;
  /** Inputs are drawn from (0.2, 2) instead of both signs. */
  readonly isPositive?: boolean;
}

export type GradientCases = Readonly<Record<string, GradientCase>>;
export type Sizes = ReturnType<GradientCase['shapes']>;

export const first = (inputs: readonly Value[]): Value => inputs[0] as Value;
export const second = (inputs: readonly Value[]): Value => inputs[1] as Value;

/** One matrix with a symbolic batch. */
export const one = (size: () => number): Sizes => [[`batch:${size()}`, size()]];

/** Two shapes that broadcast: each axis may be 1 in one of them, and the second may have fewer axes. */
export function pair(size: () => number, coin: () => boolean): Sizes {
  const full = [size(), size(), size()];
  const left = full.map((dim) => (coin() ? dim : 1));
  const right = full.map((dim, i) => (left[i] === dim && coin() ? 1 : dim));
  return [left, coin() ? right : right.slice(1)];
}

export interface BuiltCase {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly feeds: readonly Tensor[];
  readonly loss: Value;
  /** The gradients by the inputs but the last, which weighs the output. */
  readonly flows: readonly Value[];
  /** The nodes before the gradient's. */
  readonly forward: readonly GraphNode[];
}

/** The graph of a case with random weights on its output, so that no gradient cancels by symmetry. */
export function buildCase(example: GradientCase, seed: number): BuiltCase {
  const random = createRandom(seed);
  const coin = (): boolean => random.below(2) === 1;
  const sizes = example.shapes(() => 1 + random.below(4), coin);
  const graph = new Graph('case');
  const op = ops(graph);
  const shapes = sizes.map((shape) => shape.map((dim) => (typeof dim === 'number' ? dim : Number(dim.split(':')[1]))));
  const inputs = sizes.map((shape, i) =>
    graph.input(`x${i}`, 'float32', shape.map((dim) => (typeof dim === 'number' ? dim : (dim.split(':')[0] as string)))));
  const y = example.build(op, inputs, coin);
  const forward = [...graph.nodes];
  const feeds = drawApart(shapes, random, example.isPositive === true);
  const measured = evaluateGraph(graph, new Map(inputs.map((input, i) => [input, feeds[i] as Tensor]))).get(y) as Tensor;
  const weights = graph.input('weights', 'float32', y.shape);
  const loss = op.reduceSum(op.mul(y, weights), null, false);
  const flows = gradients(graph, loss, inputs);
  flows.forEach((flow, i) => graph.output(`gradient${i}`, flow));
  const [weighting] = drawApart([measured.shape], random, false);
  return { graph, inputs: [...inputs, weights], feeds: [...feeds, weighting as Tensor], loss, flows, forward };
}

/** The value of every tensor of a built case, or of those up to `until`. */
export function evaluateCase({ graph, inputs }: BuiltCase, feeds: readonly Tensor[], until?: Value): ReadonlyMap<Value, Tensor> {
  return evaluateGraph(graph, new Map(inputs.map((input, i) => [input, feeds[i] as Tensor])), until);
}

/** The derivative by (f(x + h) - f(x - h)) / 2h. With h = 1e-5 its error is near 1e-10 for functions of this size. */
export function centralDifference(built: BuiltCase, input: number, element: number): number {
  const h = 1e-5;
  const lossAt = (by: number): number => {
    const feeds = built.feeds.map((feed, i) =>
      (i === input ? { ...feed, data: feed.data.map((value, k) => (k === element ? value + by : value)) } : feed));
    return (evaluateCase(built, feeds, built.loss).get(built.loss) as Tensor).data[0] as number;
  };
  return (lossAt(h) - lossAt(-h)) / (2 * h);
}

/**
 * Float32 numbers of which no two are closer than 0.003 for up to 500 of them, and at least 0.2 from zero: kinks at 0
 * and where two elements are equal, as in Relu and Max, are not met by chance.
 */
function drawApart(shapes: readonly (readonly number[])[], random: Random, isPositive: boolean): Tensor[] {
  const sizes = shapes.map((shape) => shape.reduce((product, dim) => product * dim, 1));
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const magnitudes = shuffle(Array.from({ length: count }, (_, i) => 0.2 + (1.8 * (i + 0.37)) / count), random);
  let at = 0;
  return shapes.map((shape, i) => ({
    shape,
    data: magnitudes.slice(at, (at += sizes[i] as number)).map((size) => Math.fround(size * (isPositive || random.below(2) === 1 ? 1 : -1))),
  }));
}
