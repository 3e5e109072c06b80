/** Every gradient rule against central differences in float64, and the same graph in ONNX Runtime. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../electron/infer/session.ts';
import { gradientRules, gradients } from '../../electron/ml/autodiff.ts';
import { Graph } from '../../electron/ml/graph.ts';
import type { Value } from '../../electron/ml/graph.ts';
import { writeOnnx } from '../../electron/ml/onnx-write.ts';
import { ops } from '../../electron/ml/ops/index.ts';
import type { Ops } from '../../electron/ml/ops/index.ts';
import { createRandom } from '../../shared/math/random.ts';
import type { Random } from '../../shared/math/random.ts';
import { evaluateGraph } from '../support/graph-evaluator.ts';
import type { Tensor } from '../support/graph-evaluator.ts';

interface Case {
  /** Operators whose rule the case proves. */
  readonly rules: readonly string[];
  /** Shapes of the inputs; sizes are drawn. A size given as text is symbolic in the graph. */
  shapes(size: () => number, coin: () => boolean): readonly (readonly (number | `${string}:${number}`)[])[];
  build(op: Ops, inputs: readonly Value[], coin: () => boolean): Value;
  /** Inputs are drawn from (0.2, 2) instead of both signs. */
  readonly isPositive?: boolean;
}

type Sizes = ReturnType<Case['shapes']>;

const first = (inputs: readonly Value[]): Value => inputs[0] as Value;
const second = (inputs: readonly Value[]): Value => inputs[1] as Value;

/** Two shapes that broadcast: each axis may be 1 in one of them, and the second may have fewer axes. */
function pair(size: () => number, coin: () => boolean): Sizes {
  const full = [size(), size(), size()];
  const left = full.map((dim) => (coin() ? dim : 1));
  const right = full.map((dim, i) => (left[i] === dim && coin() ? 1 : dim));
  return [left, coin() ? right : right.slice(1)];
}

const one = (size: () => number): Sizes => [[`batch:${size()}`, size()]];

function gemmCase(transposeA: boolean, transposeB: boolean): Case {
  return {
    rules: ['Gemm'],
    shapes: (size) => {
      const [n, k, m] = [size(), size(), size()];
      return [transposeA ? [k, n] : [n, k], transposeB ? [m, k] : [k, m], [m]];
    },
    build: (op, [a, b, bias]) => op.square(op.gemm(a as Value, b as Value, { transposeA, transposeB, bias: bias as Value })),
  };
}

const cases: Readonly<Record<string, Case>> = {
  'add with broadcasting': { rules: ['Add'], shapes: pair, build: (op, x) => op.add(first(x), second(x)) },
  'sub with broadcasting': { rules: ['Sub', 'Neg'], shapes: pair, build: (op, x) => op.sub(first(x), second(x)) },
  'mul with broadcasting': { rules: ['Mul'], shapes: pair, build: (op, x) => op.mul(first(x), second(x)) },
  'div with broadcasting': { rules: ['Div'], shapes: pair, isPositive: true, build: (op, x) => op.div(first(x), second(x)) },
  'mul of a value by itself': { rules: ['Mul'], shapes: one, build: (op, x) => op.square(first(x)) },
  neg: { rules: ['Neg'], shapes: one, build: (op, x) => op.neg(first(x)) },
  exp: { rules: ['Exp'], shapes: one, build: (op, x) => op.exp(first(x)) },
  log: { rules: ['Log'], shapes: one, isPositive: true, build: (op, x) => op.log(first(x)) },
  sqrt: { rules: ['Sqrt'], shapes: one, isPositive: true, build: (op, x) => op.sqrt(first(x)) },
  relu: { rules: ['Relu'], shapes: one, build: (op, x) => op.relu(first(x)) },
  tanh: { rules: ['Tanh'], shapes: one, build: (op, x) => op.tanh(first(x)) },
  sigmoid: { rules: ['Sigmoid'], shapes: one, build: (op, x) => op.sigmoid(first(x)) },
  softmax: { rules: ['Softmax'], shapes: one, build: (op, x) => op.softmax(first(x)) },
  'log-softmax': { rules: ['LogSoftmax'], shapes: one, build: (op, x) => op.logSoftmax(first(x)) },
  'where with broadcasting': {
    rules: ['Where'], shapes: pair,
    build: (op, x) => op.where(op.greater(first(x), op.scalar('float32', 0)), op.square(first(x)), second(x)),
  },
  'matMul of matrices and stacks': {
    rules: ['MatMul'],
    shapes: (size, coin) => {
      const [n, k, m, stack] = [size(), size(), size(), size()];
      const [a, b] = [[n, k], [k, m]];
      return [coin() ? [stack, ...a] : a, coin() ? [coin() ? stack : 1, ...b] : b];
    },
    build: (op, x) => op.matMul(first(x), second(x)),
  },
  gemm: gemmCase(false, false),
  'gemm with a transposed left side': gemmCase(true, false),
  'gemm with a transposed right side': gemmCase(false, true),
  'gemm with both sides transposed': gemmCase(true, true),
  'gemm with a symbolic batch': {
    rules: ['Gemm'],
    shapes: (size) => {
      const [k, m] = [size(), size()];
      return [[`batch:${size()}`, k], [k, m], [1, m]];
    },
    build: (op, [x, w, b]) => op.gemm(x as Value, w as Value, { bias: b as Value }),
  },
  'reduceSum over some axes': {
    rules: ['ReduceSum', 'Expand'], shapes: (size) => [[`batch:${size()}`, size(), size()]],
    build: (op, x, coin) => op.square(op.reduceSum(first(x), coin() ? [0, -1] : [1], coin())),
  },
  'reduceMean over some axes': {
    rules: ['ReduceMean', 'Expand'], shapes: (size) => [[`batch:${size()}`, size(), size()]],
    build: (op, x, coin) => op.square(op.reduceMean(first(x), coin() ? [0, 2] : [-2], coin())),
  },
  'reduceMean over everything': {
    rules: ['ReduceMean'], shapes: one, build: (op, x) => op.square(op.reduceMean(first(x), null, false)),
  },
  'reshape, transpose and unsqueeze': {
    rules: ['Reshape', 'Transpose', 'Unsqueeze'], shapes: (size) => [[2, size(), size()]],
    build: (op, x) => {
      const [a, b, c] = first(x).shape as [number, number, number];
      const turned = op.transpose(first(x), [2, 0, 1]);
      return op.square(op.unsqueeze(op.reshape(turned, [a * c, b]), [1]));
    },
  },
  'expand by broadcasting': {
    rules: ['Expand'],
    shapes: (size) => {
      const n = size();
      return [[n, 1], [size(), n, size()]];
    },
    build: (op, x) => op.mul(op.expandLike(first(x), second(x)), second(x)),
  },
  'concat along each axis': {
    rules: ['Concat'],
    shapes: (size) => {
      const [n, m] = [size(), size()];
      return [[n, m], [n, m], [n, m]];
    },
    build: (op, x, coin) => op.square(op.concat(x, coin() ? 0 : 1)),
  },
  'gather of rows, some more than once': {
    rules: ['Gather'], shapes: (size) => [[3, size()]],
    build: (op, x) => {
      const rows = op.graph.constant('int64', [4], BigInt64Array.of(2n, 0n, 2n, 2n), 'rows');
      return op.square(op.gather(first(x), rows));
    },
  },
};

interface Built {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly feeds: readonly Tensor[];
  readonly loss: Value;
  readonly flows: readonly Value[];
}

/** The graph of a case with random weights on its output, so that no gradient cancels by symmetry. */
function build(example: Case, seed: number): Built {
  const random = createRandom(seed);
  const coin = (): boolean => random.below(2) === 1;
  const sizes = example.shapes(() => 1 + random.below(4), coin);
  const graph = new Graph('case');
  const op = ops(graph);
  const shapes = sizes.map((shape) => shape.map((dim) => (typeof dim === 'number' ? dim : Number(dim.split(':')[1]))));
  const inputs = sizes.map((shape, i) =>
    graph.input(`x${i}`, 'float32', shape.map((dim) => (typeof dim === 'number' ? dim : (dim.split(':')[0] as string)))));
  const y = example.build(op, inputs, coin);
  const feeds = shapes.map((shape) => ({ shape, data: draw(shape, random, example.isPositive === true) }));
  const measured = evaluateGraph(graph, new Map(inputs.map((input, i) => [input, feeds[i] as Tensor]))).get(y) as Tensor;
  const weights = graph.input('weights', 'float32', y.shape);
  const loss = op.reduceSum(op.mul(y, weights), null, false);
  const flows = gradients(graph, loss, inputs);
  flows.forEach((flow, i) => graph.output(`gradient${i}`, flow));
  const weighting = { shape: measured.shape, data: draw(measured.shape, random, false) };
  return { graph, inputs: [...inputs, weights], feeds: [...feeds, weighting], loss, flows };
}

/** Float32 numbers at least 0.2 from zero, where Relu and Where have their kink. */
function draw(shape: readonly number[], random: Random, isPositive: boolean): number[] {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return Array.from({ length: size }, () => Math.fround((0.2 + 1.8 * random.unit()) * (isPositive || random.below(2) === 1 ? 1 : -1)));
}

function lossAt({ graph, inputs, loss }: Built, feeds: readonly Tensor[]): number {
  return (evaluateGraph(graph, new Map(inputs.map((input, i) => [input, feeds[i] as Tensor]))).get(loss) as Tensor).data[0] as number;
}

/** The derivative by (f(x + h) - f(x - h)) / 2h. With h = 1e-5 its error is near 1e-10 for functions of this size. */
function centralDifference(built: Built, input: number, element: number): number {
  const h = 1e-5;
  const shifted = (by: number): Tensor[] => built.feeds.map((feed, i) =>
    (i === input ? { ...feed, data: feed.data.map((value, k) => (k === element ? value + by : value)) } : feed));
  return (lossAt(built, shifted(h)) - lossAt(built, shifted(-h))) / (2 * h);
}

describe('gradients', () => {
  it('are proven for every rule there is', () => {
    const proven = new Set(Object.values(cases).flatMap(({ rules }) => rules));
    expect([...gradientRules.keys()].filter((rule) => !proven.has(rule))).toEqual([]);
  });

  for (const [name, example] of Object.entries(cases)) {
    it(`of ${name} equal central differences`, () => {
      fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const built = build(example, seed);
        const known = evaluateGraph(built.graph, new Map(built.inputs.map((input, i) => [input, built.feeds[i] as Tensor])));
        built.flows.forEach((flow, i) => {
          const { shape, data } = known.get(flow) as Tensor;
          expect(shape).toEqual((built.feeds[i] as Tensor).shape);
          data.forEach((value, element) => {
            const expected = centralDifference(built, i, element);
            expect(Math.abs(value - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
          });
        });
      }), { numRuns: 40 });
    });

    it(`of ${name} are the same in ONNX Runtime`, async () => {
      await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
        const built = build(example, seed);
        const known = evaluateGraph(built.graph, new Map(built.inputs.map((input, i) => [input, built.feeds[i] as Tensor])));
        const session = await openSession(writeOnnx(built.graph), { threadCount: 1 });
        const outputs = await session.run(Object.fromEntries(built.inputs.map(({ name: input }, i) => {
          const { shape, data } = built.feeds[i] as Tensor;
          return [input, floatTensor(Float32Array.from(data), shape)];
        })));
        await session.release();
        built.flows.forEach((flow, i) => {
          const expected = (known.get(flow) as Tensor).data;
          const largest = Math.max(1, ...expected.map((value) => Math.abs(value)));
          // Float32 with a handful of operations: 2^-24 each, far below 1e-5 of the largest element.
          Array.from(outputs[`gradient${i}`]?.data as Float32Array).forEach((value, k) => {
            expect(Math.abs(value - (expected[k] as number))).toBeLessThan(1e-5 * largest);
          });
        });
      }), { numRuns: 5 });
    });
  }
});
