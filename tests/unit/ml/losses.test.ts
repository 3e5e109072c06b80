import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../electron/infer/session.ts';
import { gradients } from '../../../electron/ml/autodiff.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import type { Value } from '../../../electron/ml/graph.ts';
import { meanLoss, rowLosses, targetType } from '../../../electron/ml/losses.ts';
import type { LossSpec } from '../../../electron/ml/losses.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import type { Ops } from '../../../electron/ml/ops/index.ts';
import { expectNear, readTrainingFixture } from '../../support/torch-fixture.ts';

interface Series {
  readonly name: string;
  readonly loss: Record<string, unknown>;
  /** [features, outputs]. */
  readonly start: readonly (readonly number[])[];
  readonly target: readonly number[] | readonly (readonly number[])[];
  readonly rowWeights: readonly number[] | null;
  readonly values: readonly number[];
  readonly float32Error: number;
}

const { x, rate, series } = readTrainingFixture<{ x: readonly (readonly number[])[]; rate: number; series: readonly Series[] }>('losses');

function specOf({ loss }: Series): LossSpec {
  const weights = loss['classWeights'];
  return { ...loss, ...('classWeights' in loss && { classWeights: weights === null ? null : Float32Array.from(weights as number[]) }) } as LossSpec;
}

function matrix(op: Ops, rows: readonly (readonly number[])[]): Value {
  return op.graph.constant('float32', [rows.length, rows[0]?.length ?? 0], Float32Array.from(rows.flat()), 'matrix');
}

/** One step of gradient descent on the weights of a linear model: their next values and the loss before it. */
function descent(example: Series): Graph {
  const graph = new Graph('descent');
  const op = ops(graph);
  const weight = graph.input('weight', 'float32', [example.start.length, example.start[0]?.length ?? 0]);
  const output = op.matMul(matrix(op, x), weight);
  const spec = specOf(example);
  const target = targetType(spec) === 'int32'
    ? graph.constant('int32', [x.length], Int32Array.from(example.target as number[]), 'target')
    : matrix(op, example.target as number[][]);
  const sampleWeights = example.rowWeights === null ? null : graph.constant('float32', [x.length], Float32Array.from(example.rowWeights), 'rows');
  const loss = meanLoss(op, rowLosses(op, spec, output, target, output), sampleWeights);
  const [slope] = gradients(graph, loss, [weight]);
  graph.output('loss', loss);
  graph.output('next', op.sub(weight, op.mul(slope as Value, op.scalar('float32', rate))));
  return graph;
}

/** The row losses of one output, computed at once. */
async function lossesOf(loss: LossSpec, output: readonly (readonly number[])[], target: readonly number[] | readonly (readonly number[])[]): Promise<number[]> {
  const graph = new Graph('losses');
  const op = ops(graph);
  const goal = targetType(loss) === 'int32'
    ? graph.constant('int32', [target.length], Int32Array.from(target as number[]), 'target')
    : matrix(op, target as number[][]);
  graph.output('losses', rowLosses(op, loss, matrix(op, output), goal).losses);
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  const result = await session.run({});
  await session.release();
  return Array.from(result['losses']?.data as Float32Array);
}

describe('training with each loss', () => {
  for (const example of series) {
    it(`follows PyTorch for 20 steps: ${example.name}`, async () => {
      const session = await openSession(writeOnnx(descent(example)), { threadCount: 1 });
      let weight = floatTensor(Float32Array.from(example.start.flat()), [example.start.length, example.start[0]?.length ?? 0]);
      const losses: number[] = [];
      for (let step = 0; step < example.values.length; step++) {
        const result = await session.run({ weight });
        losses.push((result['loss']!.data as Float32Array)[0]!);
        weight = floatTensor(result['next']?.data as Float32Array, weight.dims);
      }
      await session.release();
      expectNear(losses, example.values, example.float32Error);
    });
  }
});

describe('losses', () => {
  it('stay finite and exact where the network is sure', async () => {
    const entropy: LossSpec = { kind: 'cross-entropy', classCount: 2, classWeights: null, labelSmoothing: 0, triplet: null };
    const [sure, mistaken] = await lossesOf(entropy, [[200, 0], [200, 0]], [0, 1]);
    expect(Math.abs(sure as number)).toBe(0);
    expect(mistaken).toBe(200);
    const binary: LossSpec = { kind: 'binary-cross-entropy', classWeights: null };
    const [wrong, nearly] = await lossesOf(binary, [[100], [16]], [0, 1]) as [number, number];
    expect(wrong).toBe(100);
    // log(1 + e^-16), which softplus(16) - 16 in float32 would round to 0 or 1e-6.
    expect(nearly).toBeCloseTo(Math.exp(-16), 12);
  });

  it('weigh nothing in a batch of rows that all have the weight 0', async () => {
    const graph = new Graph('loss');
    const op = ops(graph);
    const losses = graph.constant('float32', [2], Float32Array.of(3, 4), 'losses');
    graph.output('mean', meanLoss(op, { losses, weights: null }, graph.constant('float32', [2], new Float32Array(2), 'weights')));
    const session = await openSession(writeOnnx(graph), { threadCount: 1 });
    expect(Array.from((await session.run({}))['mean']?.data as Float32Array)).toEqual([0]);
    await session.release();
  });

  it('say so when the triplet loss finds no hidden layer, and score without it', async () => {
    const loss: LossSpec = { kind: 'cross-entropy', classCount: 2, classWeights: null, labelSmoothing: 0, triplet: { weight: 1, margin: 1 } };
    const graph = new Graph('loss');
    const op = ops(graph);
    const output = graph.input('output', 'float32', ['batch', 2]);
    const target = graph.input('target', 'int32', ['batch']);
    expect(() => rowLosses(op, loss, output, target, null)).toThrow('needs a hidden layer');
    expect(await lossesOf(loss, [[1, 1]], [0])).toEqual([Math.fround(Math.log(2))]);
  });

  it('refuse targets without a second axis, which would broadcast', () => {
    const graph = new Graph('loss');
    const output = graph.input('output', 'float32', ['batch', 1]);
    expect(() => rowLosses(ops(graph), { kind: 'squared' }, output, graph.input('target', 'float32', ['batch']))).toThrow('not [batch, targets]');
  });
});
