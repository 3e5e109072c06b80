/** Every optimizer against PyTorch's, over 20 steps with given gradients. */
import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import type { Value } from '../../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { createOptimizer } from '../../../../electron/ml/optimizers/index.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';
import { OptimizerChoice } from '../../../../shared/domain/train-config.ts';
import { expectNear, readTrainingFixture } from '../../../support/torch-fixture.ts';

interface Fixture {
  readonly start: readonly number[];
  readonly gradients: readonly (readonly number[])[];
  readonly rate: number;
  readonly series: readonly { readonly optimizer: unknown; readonly values: readonly (readonly number[])[]; readonly float32Error: number }[];
}

const { start, gradients, rate, series } = readTrainingFixture<Fixture>('optimizers');

/** The parameters after each step. */
async function steps(choice: OptimizerChoice, isDecayed: boolean): Promise<Float32Array[]> {
  const optimizer = createOptimizer(choice);
  const graph = new Graph('optimizer');
  const op = ops(graph);
  const tensor = (name: string): Value => graph.input(name, 'float32', [start.length]);
  const slots = optimizer.slots.map((name) => tensor(name));
  const scalars = optimizer.scalars.map((name) => graph.input(`at/${name}`, 'float32', []));
  const next = optimizer.update(op, { parameter: tensor('parameter'), slots }, tensor('gradient'), scalars, isDecayed);
  graph.output('next/parameter', next.parameter);
  optimizer.slots.forEach((name, i) => graph.output(`next/${name}`, next.slots[i] as Value));

  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  const names = ['parameter', ...optimizer.slots];
  let state: readonly Float32Array[] = names.map((_, i) => (i === 0 ? Float32Array.from(start) : new Float32Array(start.length)));
  const found: Float32Array[] = [];
  for (const [i, gradient] of gradients.entries()) {
    const numbers = optimizer.scalarsAt(i + 1, rate);
    const result = await session.run({
      ...Object.fromEntries(names.map((name, k) => [name, floatTensor(state[k] as Float32Array, [start.length])])),
      ...Object.fromEntries(optimizer.scalars.map((name, k) => [`at/${name}`, floatTensor(Float32Array.of(numbers[k] as number), [])])),
      gradient: floatTensor(Float32Array.from(gradient), [start.length]),
    });
    state = names.map((name) => result[`next/${name}`]?.data as Float32Array);
    found.push(state[0] as Float32Array);
  }
  await session.release();
  return found;
}

describe('optimizers', () => {
  for (const { optimizer, values, float32Error } of series) {
    const choice = OptimizerChoice.parse(optimizer);
    it(`take the steps of PyTorch: ${JSON.stringify(choice)}`, async () => {
      const found = await steps(choice, true);
      values.forEach((reference, i) => expectNear(found[i] as Float32Array, reference, float32Error));
    });
  }

  it('leave biases out of weight decay', async () => {
    const plain = await steps({ kind: 'adam' }, false);
    expect(await steps({ kind: 'adamw', weightDecay: 0.5 }, false)).toEqual(plain);
    expect(await steps({ kind: 'lion', weightDecay: 0.5 }, false)).toEqual(await steps({ kind: 'lion', weightDecay: 0 }, true));
  });
});
