import fc from 'fast-check';
import { expect, test } from 'vitest';
import { downsampleLine } from '../../../shared/math/downsample.ts';

const indexes = (length: number) => Float64Array.from({ length }, (_, i) => i);

test('a line with no more points than fit is returned as it is', () => {
  const line = { x: indexes(40), y: indexes(40) };
  expect(downsampleLine(line, 10)).toBe(line);
});

test('a bucket keeps its first, smallest, largest and last point in their order', () => {
  const y = Float64Array.of(5, 9, 1, 4, 6, 7, 7, 7, 7, 7);
  const { x, y: kept } = downsampleLine({ x: indexes(10), y }, 2);
  expect([...x]).toEqual([0, 1, 2, 4, 5, 9]);
  expect([...kept]).toEqual([5, 9, 1, 6, 7, 7]);
});

test('a single spike among a million points survives', () => {
  const y = new Float64Array(1_000_000);
  y[654_321] = 42;
  const { x, y: kept } = downsampleLine({ x: indexes(y.length), y }, 800);
  expect(x[kept.indexOf(42)]).toBe(654_321);
  expect(x.length).toBeLessThanOrEqual(3200);
});

test('a wide gap stays a gap and infinite values belong to it', () => {
  const y = Float64Array.from({ length: 100 }, (_, i) => (i >= 40 && i < 60 ? [NaN, Infinity][i % 2]! : 1));
  const { x, y: kept } = downsampleLine({ x: indexes(100), y }, 10);
  expect([...x].filter((_, i) => !Number.isFinite(kept[i]!))).toEqual([40, 50]);
});

test('points that all have one x are one bucket', () => {
  const { y } = downsampleLine({ x: new Float64Array(100).fill(3), y: indexes(100) }, 5);
  expect([...y]).toEqual([0, 99]);
});

test('lengths that differ and a chart without width are errors that name the numbers', () => {
  expect(() => downsampleLine({ x: indexes(3), y: indexes(2) }, 5)).toThrow('x has 3 values, y has 2');
  expect(() => downsampleLine({ x: indexes(3), y: indexes(3) }, 0)).toThrow('got 0');
});

test('for any line: every point kept is a point of the line, in order, with both ends and both extremes', () => {
  const any = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 400 });
  fc.assert(fc.property(any, fc.integer({ min: 1, max: 30 }), (values, bucketCount) => {
    const y = Float64Array.from(values);
    const kept = downsampleLine({ x: indexes(y.length), y }, bucketCount);
    expect(kept.x.length).toBeLessThanOrEqual(Math.max(4 * bucketCount, 4));
    kept.x.forEach((index, i) => {
      expect(kept.y[i]).toBe(y[index]);
      if (i > 0) expect(index).toBeGreaterThan(kept.x[i - 1]!);
    });
    expect([kept.x[0], kept.x.at(-1)]).toEqual([0, y.length - 1]);
    expect([Math.min(...kept.y), Math.max(...kept.y)]).toEqual([Math.min(...y), Math.max(...y)]);
  }));
});
