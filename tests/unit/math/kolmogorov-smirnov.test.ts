import { describe, expect, test } from 'vitest';
import { asymptoticPValue, exactPValue, kolmogorovSmirnovOfSorted } from '../../../shared/math/kolmogorov-smirnov.ts';
import { kolmogorovUpperTail } from '../../../shared/math/kolmogorov.ts';

describe('the two-sample test', () => {
  test('statistic and exact p-value are those of scipy', () => {
    // scipy 1.17.1: ks_2samp([1.5, 2, 2, 7, 9, -3, 0.25], [2, 4, 4.5, 8, 11])
    const outcome = kolmogorovSmirnovOfSorted(Float64Array.of(-3, 0.25, 1.5, 2, 2, 7, 9), Float64Array.of(2, 4, 4.5, 8, 11));
    expect(outcome.isExact).toBe(true);
    expect(outcome.statistic).toBeCloseTo(0.5142857142857142, 14);
    expect(outcome.pValue).toBeCloseTo(0.3282828282828283, 14);
  });

  test('beyond 10,000 values the p-value is the asymptotic one of scipy', () => {
    // scipy 1.17.1: ks_2samp(np.arange(300) * 0.37 % 11, np.arange(20000) * 0.0137 % 12.5)
    const a = Float64Array.from({ length: 300 }, (_, i) => (i * 0.37) % 11).sort();
    const b = Float64Array.from({ length: 20_000 }, (_, i) => (i * 0.0137) % 12.5).sort();
    const outcome = kolmogorovSmirnovOfSorted(a, b);
    expect(outcome.isExact).toBe(false);
    expect(outcome.statistic).toBeCloseTo(0.12, 12);
    expect(outcome.pValue).toBeCloseTo(0.000358699904620111, 12);
  });

  test('the exact p-value is the share of all orders, counted one by one for two and three values', () => {
    const distances = ordersOf(2, 3).map((order) => distanceOf(order, 2, 3));
    for (const distance of new Set(distances)) {
      const share = distances.filter((other) => other >= distance).length / distances.length;
      expect(exactPValue(2, 3, distance)).toBeCloseTo(share, 14);
    }
  });

  test('the order of the two samples does not matter', () => {
    expect(exactPValue(800, 37, 9000)).toBeCloseTo(exactPValue(37, 800, 9000), 13);
    expect(asymptoticPValue(800, 20_000, 0.05)).toBe(asymptoticPValue(20_000, 800, 0.05));
  });

  test('equal samples give p = 1 and apart ones one over the number of orders, twice', () => {
    expect(exactPValue(5, 5, 0)).toBe(1);
    expect(exactPValue(5, 5, 25)).toBeCloseTo(2 / 252, 15); // 10 choose 5 orders
  });

  test('a p-value far below the smallest share of one keeps its digits', () => {
    // scipy 1.17.1, exact, n = 1000, m = 10000, D = 0.5
    expect(exactPValue(1000, 10_000, 5_000_000) / 1.9552109081872736e-209).toBeCloseTo(1, 9);
  });

  test('no value gives no p-value', () => {
    expect(kolmogorovSmirnovOfSorted(new Float64Array(0), Float64Array.of(1)).pValue).toBeNaN();
  });
});

describe('the law of the one-sample statistic', () => {
  // scipy 1.17.1: kstwo.sf(d, n), one for each formula: recursion, series, one-sided tail.
  test.each([
    [100, 0.1, 0.2526927570063874],
    [500, 0.015, 0.9998021489360925],
    [141, 0.09, 0.19156768536655033],
    [300, 0.05, 0.42744120502346905],
    [100, 0.2, 0.0005551927327988775],
    [50_000, 0.01, 9.018048811843602e-5],
  ])('n = %i, d = %d', (count, d, expected) => {
    expect(kolmogorovUpperTail(count, d)).toBeCloseTo(expected, 11);
  });

  test('for one value it is a straight line', () => {
    for (const d of [0.5, 0.6, 0.75, 0.99]) expect(kolmogorovUpperTail(1, d)).toBeCloseTo(2 - 2 * d, 12);
  });

  test('the recursion and the series meet where one takes over from the other', () => {
    for (const z of [0.6, 0.9, 1.2, 1.45]) {
      const [exact, series] = [kolmogorovUpperTail(140, z / Math.sqrt(140)), kolmogorovUpperTail(141, z / Math.sqrt(141))];
      expect(Math.abs(exact - series)).toBeLessThan(2e-4); // the law itself changes by up to 1e-4 from n = 140 to 141
    }
  });

  test('it is 1 below the smallest possible distance and 0 from 1 on', () => {
    expect(kolmogorovUpperTail(10, 0.05)).toBe(1);
    expect(kolmogorovUpperTail(10, 1)).toBe(0);
  });
});

/** All orders of n As and m Bs. */
function ordersOf(n: number, m: number): string[] {
  if (n === 0 || m === 0) return ['A'.repeat(n) + 'B'.repeat(m)];
  return [...ordersOf(n - 1, m).map((order) => `A${order}`), ...ordersOf(n, m - 1).map((order) => `B${order}`)];
}

function distanceOf(order: string, n: number, m: number): number {
  let [i, j, largest] = [0, 0, 0];
  for (const letter of order) {
    if (letter === 'A') i++;
    else j++;
    largest = Math.max(largest, Math.abs(i * m - j * n));
  }
  return largest;
}
