import { expect, test } from 'vitest';
import { countBelow, countUpTo, pooledOrderStatistic, quantileOfSorted } from '../../../shared/math/quantiles.ts';

const sorted = Float64Array.of(-3, 0.25, 1.5, 2, 2, 7, 9);

test('quantiles lie between neighbours as numpy.quantile puts them', () => {
  // numpy 2.4: np.quantile([1.5, 2, 2, 7, 9, -3, 0.25], [0, .1, .25, .5, .9, 1])
  const expected = [-3, -1.05, 0.875, 2, 7.8, 9];
  [0, 0.1, 0.25, 0.5, 0.9, 1].forEach((share, i) => expect(quantileOfSorted(sorted, share)).toBeCloseTo(expected[i]!, 12));
});

test('no value has no quantile', () => {
  expect(quantileOfSorted(new Float64Array(0), 0.5)).toBeNaN();
});

test('values below and up to a value are counted with and without its ties', () => {
  expect([countBelow(sorted, 2), countUpTo(sorted, 2)]).toEqual([3, 5]);
  expect([countBelow(sorted, -Infinity), countUpTo(sorted, Infinity)]).toEqual([0, 7]);
});

test('the pooled order statistic is the value of the merged array, for both signs, zeros and infinities', () => {
  const parts = [Float64Array.of(-Infinity, -5, -0.5, 0, 3), Float64Array.of(-2, 0, 0, 1e300, Infinity), new Float64Array(0)];
  const merged = Float64Array.from(parts.flatMap((part) => [...part])).sort();
  const found = Array.from(merged, (_, rank) => pooledOrderStatistic(parts, rank));
  expect(found.map((value) => value + 0)).toEqual([...merged].map((value) => value + 0)); // + 0 makes -0 a 0: they are ties
  expect(() => pooledOrderStatistic(parts, merged.length)).toThrow(RangeError);
});
