import { describe, it } from 'vitest';
import { openSession } from '../../../../electron/infer/session.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import type { Value } from '../../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';
import type { Ops } from '../../../../electron/ml/ops/index.ts';
import { expectNear, readTrainingFixture } from '../../../support/torch-fixture.ts';

interface Result<T> {
  readonly values: T;
  readonly float32Error: number;
}

interface Fixture {
  readonly shape: readonly [number, number, number];
  readonly x: readonly number[];
  readonly scale: readonly number[];
  readonly bias: readonly number[];
  readonly batch: Result<readonly [readonly number[], readonly number[], readonly number[]]>;
  readonly still: Result<readonly number[]>;
  readonly group: Result<readonly number[]>;
  readonly layer: Result<readonly number[]>;
}

const fixture = readTrainingFixture<Fixture>('normalization');

type Build = (op: Ops, x: Value, scale: Value, bias: Value) => readonly Value[];

/** The values that `build` makes of the fixture's numbers. */
async function computed(build: Build): Promise<Float32Array[]> {
  const graph = new Graph('normalization');
  const op = ops(graph);
  const numbers = (shape: readonly number[], values: readonly number[]): Value => graph.constant('float32', shape, Float32Array.from(values), 'numbers');
  const channels = fixture.scale.length;
  build(op, numbers(fixture.shape, fixture.x), numbers([channels], fixture.scale), numbers([channels], fixture.bias))
    .forEach((value, i) => graph.output(`out${i}`, value));
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  const result = await session.run({});
  await session.release();
  return graph.outputs.map(({ name }) => result[name]?.data as Float32Array);
}

describe('normalisation is that of PyTorch', () => {
  it('over the batch, with its mean and unbiased variance', async () => {
    const found = await computed((op, x, scale, bias) => {
      const { y, mean, variance } = op.batchNormalization(x, { scale, bias });
      return [y, mean, variance];
    });
    fixture.batch.values.forEach((reference, i) => expectNear(found[i] as Float32Array, reference, fixture.batch.float32Error));
  });

  it('over the batch with the channels first', async () => {
    const [y] = await computed((op, x, scale, bias) =>
      [op.transpose(op.batchNormalization(op.transpose(x, [1, 2, 0]), { scale, bias, axis: 0 }).y, [2, 0, 1])]);
    expectNear(y as Float32Array, fixture.batch.values[0], fixture.batch.float32Error);
  });

  it('by running statistics', async () => {
    const [y] = await computed((op, x, scale, bias) => [op.normalizeBy(x, { scale, bias, mean: bias, variance: op.square(scale) })]);
    expectNear(y as Float32Array, fixture.still.values, fixture.still.float32Error);
  });

  it('over groups of channels', async () => {
    const [y] = await computed((op, x, scale, bias) => [op.groupNormalization(x, 2, scale, bias)]);
    expectNear(y as Float32Array, fixture.group.values, fixture.group.float32Error);
  });

  it('over the features of each row', async () => {
    const [y] = await computed((op, x, scale, bias) => [op.layerNormalization(op.transpose(x, [0, 2, 1]), scale, bias)]);
    expectNear(y as Float32Array, fixture.layer.values, fixture.layer.float32Error);
  });
});
