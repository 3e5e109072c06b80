/** Reference values of the distances and of the two tests on counts; scipy 1.17.1 unless another source is named. */
import { expect, test } from 'vitest';
import { chiSquareAgainstReference, chiSquareUpperTail } from '../../../shared/math/chi-square.ts';
import { jensenShannonDistance } from '../../../shared/math/jensen-shannon.ts';
import { wassersteinOfSorted } from '../../../shared/math/wasserstein.ts';
import { zTestOfProportions } from '../../../shared/math/z-proportions.ts';

test('the Wasserstein distance of samples of unequal length is that of scipy', () => {
  // wasserstein_distance([1.5, 2, 2, 7, 9, -3, 0.25], [2, 4, 4.5, 8, 11])
  expect(wassersteinOfSorted(Float64Array.of(-3, 0.25, 1.5, 2, 2, 7, 9), Float64Array.of(2, 4, 4.5, 8, 11))).toBeCloseTo(3.221428571428571, 12);
});

test('one value against one is their difference, and nothing has no distance', () => {
  expect(wassersteinOfSorted(Float64Array.of(2), Float64Array.of(-1.5))).toBe(3.5);
  expect(wassersteinOfSorted(new Float64Array(0), Float64Array.of(1))).toBeNaN();
});

test('the Jensen-Shannon distance scales its weights and is that of scipy', () => {
  expect(jensenShannonDistance([1, 2, 3, 0], [0, 2, 2, 5])).toBeCloseTo(0.5322655671636894, 14);
});

test('the Jensen-Shannon distance is 0 for equal, sqrt(ln 2) for disjoint and NaN for empty distributions', () => {
  expect(jensenShannonDistance([1, 2, 3], [2, 4, 6])).toBe(0);
  expect(jensenShannonDistance([1, 0], [0, 1])).toBeCloseTo(Math.sqrt(Math.LN2), 14);
  expect(jensenShannonDistance([0, 0], [0, 1])).toBeNaN();
  expect(() => jensenShannonDistance([1], [1, 2])).toThrow('1 and 2 bins');
});

test('the chi-square p-value is that of scipy', () => {
  // chisquare([30, 50, 20], [100 / 3] * 3)
  expect(chiSquareAgainstReference([100, 100, 100], [30, 50, 20])).toBeCloseTo(0.0009118819655545164, 14);
});

test('the chi-square tail is exp(-x / 2) for two degrees of freedom, far out as well', () => {
  for (const x of [0, 1, 50, 700]) expect(chiSquareUpperTail(x, 2) / Math.exp(-x / 2)).toBeCloseTo(1, 10);
  expect(chiSquareUpperTail(Infinity, 3)).toBe(0);
});

test('a new category gives p = 0, a category absent from both is left out, one category gives 1, none NaN', () => {
  expect(chiSquareAgainstReference([50, 50, 0], [50, 49, 1])).toBe(0);
  expect(chiSquareAgainstReference([100, 100, 0, 100], [30, 50, 0, 20])).toBe(chiSquareAgainstReference([100, 100, 100], [30, 50, 20]));
  expect(chiSquareAgainstReference([5], [9])).toBe(1);
  expect(chiSquareAgainstReference([0, 0], [1, 2])).toBeNaN();
});

test('the z-test gives 2 P(Z > |z|)', () => {
  // z = 0.1 / sqrt(0.45 * 0.55 * 2 / 100) = 1.4213381090374029; 2 * norm.sf(z)
  expect(zTestOfProportions(50, 100, 40, 100)).toBeCloseTo(0.15521848968468407, 12);
});

test('the z-test gives 1 where both are all one value, NaN for no rows, and keeps digits far out', () => {
  expect(zTestOfProportions(10, 10, 7, 7)).toBe(1);
  expect(zTestOfProportions(0, 10, 0, 7)).toBe(1);
  expect(zTestOfProportions(0, 0, 1, 2)).toBeNaN();
  expect(zTestOfProportions(900, 1000, 100, 1000)).toBeGreaterThan(0);
});
