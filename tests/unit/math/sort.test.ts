import { expect, test } from 'vitest';
import { sortFloat64 } from '../../../shared/math/sort.ts';

const length = 20_000; // above the length from which the radix passes are used

const makers: Record<string, (i: number) => number> = {
  'small integers of both signs': (i) => ((i * 7919) % 401) - 200,
  'zeros of both signs among values': (i) => [0, -0, 1, -1][(i * 7) % 4]!,
  'numbers of every size': (i) => (i % 2 ? -1 : 1) * 2 ** (((i * 37) % 2000) - 1000) * (1 + (i % 17) / 32),
  'infinities and denormals': (i) => [Infinity, -Infinity, 5e-324, -5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 0][(i * 5) % 7]!,
  'values that differ in the lower half of their bits only': (i) => 1e9 + ((i * 7919) % length) / 1e4,
  'negative values that differ in the lower half only': (i) => -1e9 - ((i * 7919) % length) / 1e4,
  'runs of a few that differ in the lower half only': (i) => Math.floor(((i * 7919) % length) / 40) + ((i * 31) % 40) * 1e-9,
  'one value': () => 3.5,
  'descending values': (i) => length - i + 0.25,
};

test.each(Object.entries(makers))('%s come out in the order of the built-in sort', (_, make) => {
  const values = Float64Array.from({ length }, (_, i) => make(i));
  const expected = values.slice().sort();
  const sorted = sortFloat64(values);
  expect(sorted).toBe(values);
  expect(sorted.findIndex((value, i) => !Object.is(value, expected[i]))).toBe(-1);
});

test('a view into a larger array is sorted without touching its neighbours, in scratch space longer than it', () => {
  const whole = Float64Array.from({ length: length + 2 }, (_, i) => (i * 7919) % length);
  const view = whole.subarray(1, length + 1);
  const expected = view.slice().sort();
  const [first, last] = [whole[0], whole[length + 1]];
  sortFloat64(view, new Float64Array(length + 100));
  expect(view).toEqual(expected);
  expect([whole[0], whole[length + 1]]).toEqual([first, last]);
});

test('nothing and a few values are sorted too', () => {
  expect([...sortFloat64(new Float64Array(0))]).toEqual([]);
  expect([...sortFloat64(Float64Array.of(3, 1, 2))]).toEqual([1, 2, 3]);
});
