import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { gradients } from '../../../../electron/ml/autodiff.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';
import { hashedWeights } from '../../../support/hashed-numbers.ts';

const [steps, batch, inputWidth, units] = [7, 5, 3, 4];

/** All states, the loss and its gradients of a cell, unrolled or in a Scan. */
async function runCell(cell: 'gru' | 'lstm', unrollUpTo: number, uses: 'all' | 'last'): Promise<Float32Array[]> {
  const wide = (cell === 'gru' ? 3 : 4) * units;
  const shapes = { x: [steps, batch, inputWidth], input: [inputWidth, wide], hidden: [units, wide], inputBias: [wide], hiddenBias: [wide] };
  const graph = new Graph('cell');
  const op = ops(graph);
  const { x, ...weights } = Object.fromEntries(Object.entries(shapes).map(([name, shape]) =>
    [name, graph.input(name, 'float32', name === 'x' ? [steps, 'batch', inputWidth] : shape)])) as Record<keyof typeof shapes, ReturnType<Graph['input']>>;
  const { all, last } = op[cell](x, weights, { unrollUpTo });
  const loss = op.reduceSum(op.square(uses === 'all' ? all : last), null, false);
  graph.output('all', all);
  gradients(graph, loss, [x, ...Object.values(weights)]).forEach((flow, i) => graph.output(`gradient${i}`, flow));
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  try {
    const outputs = await session.run(Object.fromEntries(Object.entries(shapes).map(([name, shape], i) =>
      [name, floatTensor(hashedWeights(shape.reduce((size, dim) => size * dim, 1), i), shape)])));
    return ['all', 'gradient0', 'gradient1', 'gradient2', 'gradient3', 'gradient4'].map((name) => outputs[name]?.data as Float32Array);
  } finally {
    await session.release();
  }
}

describe.each(['gru', 'lstm'] as const)('a %s', (cell) => {
  it.each(['all', 'last'] as const)('gives the same numbers unrolled and in a Scan, with gradients from %s', async (uses) => {
    const [unrolled, scanned] = [await runCell(cell, steps, uses), await runCell(cell, 0, uses)];
    unrolled.forEach((values, i) => {
      expect(scanned[i]).toHaveLength(values.length);
      // The same operations in the same order; a fused one may round once where two round twice.
      values.forEach((value, k) => expect(Math.abs((scanned[i]?.[k] as number) - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value))));
    });
  });
});

describe('a recurrent cell', () => {
  it('says which sizes do not fit, and in which layer', () => {
    const graph = new Graph('model');
    const op = ops(graph);
    const [x, input, hidden, bias] = [[4, 2, 3], [2, 12], [4, 12], [12]].map((shape, i) => graph.input(`v${i}`, 'float32', shape)) as [never, never, never, never];
    expect(() => graph.inLayer('gru1', () => op.gru(x, { input, hidden, inputBias: bias, hiddenBias: bias }))).toThrow(expect.objectContaining({
      failure: expect.objectContaining({ code: 'model/shape', details: expect.objectContaining({ layer: 'gru1' }) }),
    }));
  });
});
