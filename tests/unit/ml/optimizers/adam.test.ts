import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { adam } from '../../../../electron/ml/optimizers/adam.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';

const gradients = [[0.1, -2, 0], [0.3, 1, -0.5], [-0.2, 0.5, 1e-6]];
/** torch.optim.Adam(lr=0.1) of PyTorch 2.13 in float64, from 0.5, -1, 2 with the gradients above. */
const reference = [
  [0.400000009999999, -0.9000000005, 2],
  [0.3082219022055899, -0.8733662967024315, 2.074413680252488],
  [0.28243152288979295, -0.8672274104696712, 2.131935542568888],
];

describe('Adam', () => {
  it('takes the steps of PyTorch in float32', async () => {
    const graph = new Graph('adam');
    const op = ops(graph);
    const names = ['parameter', 'first', 'second'] as const;
    const [parameter, first, second] = names.map((name) => graph.input(name, 'float32', [3]));
    const updated = adam.update(
      op, { parameter: parameter!, slots: [first!, second!] }, graph.input('gradient', 'float32', [3]),
      [graph.input('rate', 'float32', []), graph.input('epsilon', 'float32', [])], true,
    );
    const next = { parameter: updated.parameter, first: updated.slots[0]!, second: updated.slots[1]! };
    expect(graph.nodes.length).toBe(10);
    for (const name of names) graph.output(`next/${name}`, next[name]);

    const session = await openSession(writeOnnx(graph), { threadCount: 1 });
    let state = { parameter: Float32Array.of(0.5, -1, 2), first: new Float32Array(3), second: new Float32Array(3) };
    for (const [i, gradient] of gradients.entries()) {
      const [rate, epsilon] = adam.scalarsAt(i + 1, 0.1);
      const outputs = await session.run({
        ...Object.fromEntries(names.map((name) => [name, floatTensor(state[name], [3])])),
        gradient: floatTensor(Float32Array.from(gradient), [3]), rate: floatTensor(Float32Array.of(rate!), []), epsilon: floatTensor(Float32Array.of(epsilon!), []),
      });
      state = Object.fromEntries(names.map((name) => [name, outputs[`next/${name}`]!.data])) as typeof state;
      // A step is at most about lr = 0.1, and float32 rounds each of ten operations by 6e-8.
      state.parameter.forEach((value, k) => expect(Math.abs(value - reference[i]![k]!)).toBeLessThan(3e-7));
    }
    await session.release();
  });
});
