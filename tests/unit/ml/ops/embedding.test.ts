import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatTensor, int32Tensor, openSession } from '../../../../electron/infer/session.ts';
import { gradients } from '../../../../electron/ml/autodiff.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';

const width = 3;

/** The gradient of sum(flow * table[codes]) by the table, with two threads. */
async function tableGradient(codes: readonly number[], steps: number, size: number, flow: Float32Array): Promise<Float32Array> {
  const graph = new Graph('embedding');
  const op = ops(graph);
  const table = graph.input('table', 'float32', [size, width]);
  const places = graph.input('codes', 'int32', ['batch', steps]);
  const weights = graph.input('flow', 'float32', ['batch', steps, width]);
  const loss = op.reduceSum(op.mul(op.embed(table, places), weights), null, false);
  graph.output('gradient', gradients(graph, loss, [table])[0]!);
  const session = await openSession(writeOnnx(graph), { threadCount: 2 });
  try {
    const shape = [codes.length / steps, steps];
    const { gradient } = await session.run({
      table: floatTensor(new Float32Array(size * width), [size, width]), codes: int32Tensor(Int32Array.from(codes), shape),
      flow: floatTensor(flow, [...shape, width]),
    });
    return gradient?.data as Float32Array;
  } finally {
    await session.release();
  }
}

function expected(codes: readonly number[], size: number, flow: Float32Array): number[] {
  const sums = new Float64Array(size * width);
  codes.forEach((code, place) => {
    for (let k = 0; k < width; k++) sums[code * width + k]! += flow[place * width + k] as number;
  });
  return [...sums];
}

describe('the gradient of an embedding', () => {
  // Numbers of steps that sum in blocks of several sizes, and that do not; tables small and large.
  it.each([[3, 5], [3, 300], [8, 300], [12, 129], [37, 400], [64, 1000], [96, 128]])(
    'sums what flows to each row: %i steps, %i rows',
    async (steps, size) => {
      await fc.assert(fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }), fc.constantFrom(1, 2, 5, size), fc.infiniteStream(fc.nat()),
        async (batch, kinds, draws) => {
          // Few kinds make runs over many blocks.
          const codes = Array.from({ length: batch * steps }, () => ((draws.next().value as number) % kinds) * Math.floor(size / kinds) % size);
          const flow = Float32Array.from({ length: codes.length * width }, (_, i) => Math.sin(i * 1.7));
          const sums = await tableGradient(codes, steps, size, flow);
          // Up to 900 terms of size 1 in float32.
          expected(codes, size, flow).forEach((sum, i) => expect(Math.abs((sums[i] as number) - sum)).toBeLessThan(1e-4));
        },
      ), { numRuns: 8 });
    },
  );
});
