/** Any picture that is written as PNG, with or without interlacing, is the same picture after it is read. */
import { encode } from 'fast-png';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pictureOf } from '../../electron/data/image-decode.ts';

const pictures = fc.record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }), channels: fc.constantFrom(1 as const, 3 as const) })
  .chain((shape) => fc.record({
    ...Object.fromEntries(Object.entries(shape).map(([name, value]) => [name, fc.constant(value)])) as { [K in keyof typeof shape]: fc.Arbitrary<(typeof shape)[K]> },
    values: fc.uint8Array({ minLength: shape.width * shape.height * shape.channels, maxLength: shape.width * shape.height * shape.channels }),
    interlace: fc.constantFrom('null' as const, 'Adam7' as const),
  }));

test('a picture comes back from PNG as it was', async () => {
  await fc.assert(fc.asyncProperty(pictures, async ({ interlace, values, ...shape }) => {
    const read = await pictureOf(encode({ ...shape, data: values }, { interlace }), 'x', (size) => size);
    expect({ ...read, values: [...read.values] }).toEqual({ ...shape, values: [...values] });
  }), { numRuns: 200 });
});
