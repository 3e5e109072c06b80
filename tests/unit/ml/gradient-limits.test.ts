import { describe, expect, it } from 'vitest';
import { openSession } from '../../../electron/infer/session.ts';
import { limitGradients } from '../../../electron/ml/gradient-limits.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import type { Value } from '../../../electron/ml/graph.ts';
import type { Parameter } from '../../../electron/ml/network.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import { expectNear, readTrainingFixture } from '../../support/torch-fixture.ts';

interface Limits {
  readonly l1: number;
  readonly l2: number;
  readonly clipValue: number | null;
  readonly clipNorm: number | null;
}

type Numbers = Readonly<Record<'weight' | 'bias', readonly number[]>>;

interface Fixture {
  readonly parameters: Numbers;
  readonly gradients: Numbers;
  readonly series: readonly (Limits & { readonly values: readonly (readonly number[])[]; readonly float32Error: number })[];
}

const { parameters, gradients, series } = readTrainingFixture<Fixture>('limits');
const names = ['weight', 'bias'] as const;

async function limited(limits: Limits, flowsOf: Numbers): Promise<Float32Array[]> {
  const graph = new Graph('limits');
  const vector = (numbers: readonly number[]): Value => graph.constant('float32', [numbers.length], Float32Array.from(numbers), 'numbers');
  const network = {
    parameters: names.map((name): Parameter => (
      { name, shape: [parameters[name].length], isDecayed: name === 'weight', isTrained: true, initial: { kind: 'constant', value: 0 } })),
  };
  const own = new Map(names.map((name) => [name as string, vector(parameters[name])]));
  const flows = limitGradients(ops(graph), { network, ...limits }, own, names.map((name) => vector(flowsOf[name])));
  flows.forEach((flow, i) => graph.output(`flow${i}`, flow));
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  const result = await session.run({});
  await session.release();
  return flows.map((_, i) => result[`flow${i}`]!.data as Float32Array);
}

describe('gradients', () => {
  for (const { values, float32Error, ...limits } of series) {
    it(`are limited as PyTorch does it: ${JSON.stringify(limits)}`, async () => {
      const found = await limited(limits, gradients);
      values.forEach((reference, i) => expectNear(found[i]!, reference, float32Error));
    });
  }

  it('of zeros stay zeros when they are scaled to a norm', async () => {
    const zeros = { weight: [0, 0, 0, 0], bias: [0, 0, 0] };
    const found = await limited({ l1: 0, l2: 0, clipValue: null, clipNorm: 1 }, zeros);
    expect(found.map((flow) => Array.from(flow))).toEqual([zeros.weight, zeros.bias]);
  });
});
