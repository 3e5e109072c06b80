/** The tests of gradient cases: against central differences in float64, and the same graph in ONNX Runtime. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatTensor, openSession } from '../../../electron/infer/session.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import type { Tensor } from '../graph-evaluator.ts';
import { buildCase, centralDifference, evaluateCase } from './case.ts';
import type { GradientCases } from './case.ts';

export function proveGradients(family: string, cases: GradientCases): void {
  describe(`gradients of ${family}`, () => {
    for (const [name, example] of Object.entries(cases)) {
      it(`${name}: equal central differences`, () => {
        fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
          const built = buildCase(example, seed);
          const known = evaluateCase(built, built.feeds);
          built.flows.forEach((flow, i) => {
            const { shape, data } = known.get(flow) as Tensor;
            expect(shape).toEqual((built.feeds[i] as Tensor).shape);
            const errors = data.map((value, element) => {
              const expected = centralDifference(built, i, element);
              return Math.abs(value - expected) / Math.max(1, Math.abs(expected));
            });
            expect(Math.max(...errors)).toBeLessThan(1e-6);
          });
        }), { numRuns: 15 });
      });

      it(`${name}: the same in ONNX Runtime`, async () => {
        await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 31 }), async (seed) => {
          const built = buildCase(example, seed);
          const known = evaluateCase(built, built.feeds);
          const session = await openSession(writeOnnx(built.graph), { threadCount: 1 });
          const outputs = await session.run(Object.fromEntries(built.inputs.map(({ name: input }, i) => {
            const { shape, data } = built.feeds[i] as Tensor;
            return [input, floatTensor(Float32Array.from(data), shape)];
          })));
          await session.release();
          built.flows.forEach((flow, i) => {
            const expected = (known.get(flow) as Tensor).data;
            const largest = Math.max(1, ...expected.map((value) => Math.abs(value)));
            // Float32 with a few dozen operations, 2^-24 each; normalising a few numbers that are close magnifies it up to a hundred times.
            const errors = Array.from(outputs[`gradient${i}`]?.data as Float32Array, (value, k) => Math.abs(value - (expected[k] as number)));
            expect(Math.max(...errors)).toBeLessThan(3e-5 * largest);
          });
        }), { numRuns: 4 });
      });
    }
  });
}
