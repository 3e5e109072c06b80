/** Laws of the drift distances, tests and cuts on random data. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutBy } from '../../shared/math/drift-cut.ts';
import { compareWindows } from '../../shared/math/drift-report.ts';
import { testColumn } from '../../shared/math/drift.ts';
import { jensenShannonDistance } from '../../shared/math/jensen-shannon.ts';
import { exactPValue, kolmogorovSmirnovOfSorted } from '../../shared/math/kolmogorov-smirnov.ts';
import { pooledOrderStatistic } from '../../shared/math/quantiles.ts';
import { sortFloat64 } from '../../shared/math/sort.ts';
import { wassersteinOfSorted } from '../../shared/math/wasserstein.ts';
import { categories, numbers } from '../support/columns.ts';

const value = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const sample = fc.array(value, { minLength: 1, maxLength: 60 }).map((values) => Float64Array.from(values).sort());
const weights = fc.array(fc.nat(1000), { minLength: 2, maxLength: 20 }).filter((w) => w.some((x) => x > 0));
/** Sums of 100 terms up to 2e6: rounding stays below 100 * 2e6 * 2^-52 = 5e-8. */
const rounding = 1e-7;

test('the Wasserstein distance is symmetric', () => {
  fc.assert(fc.property(sample, sample, (a, b) => {
    expect(Math.abs(wassersteinOfSorted(a, b) - wassersteinOfSorted(b, a))).toBeLessThan(rounding);
  }));
});

test('the Wasserstein distance of a sample to itself shifted by c is |c|', () => {
  fc.assert(fc.property(sample, value, (a, c) => {
    expect(Math.abs(wassersteinOfSorted(a, a.map((x) => x + c)) - Math.abs(c))).toBeLessThan(rounding);
  }));
});

test('the Wasserstein distance keeps the triangle inequality', () => {
  fc.assert(fc.property(sample, sample, sample, (a, b, c) => {
    expect(wassersteinOfSorted(a, c)).toBeLessThanOrEqual(wassersteinOfSorted(a, b) + wassersteinOfSorted(b, c) + rounding);
  }));
});

test('the Wasserstein distance is the area between the two distribution functions', () => {
  fc.assert(fc.property(sample, sample, (a, b) => {
    const points = Float64Array.from([...a, ...b]).sort();
    let area = 0;
    for (let i = 1; i < points.length; i++) {
      const share = (values: Float64Array) => values.filter((x) => x <= points[i - 1]!).length / values.length;
      area += Math.abs(share(a) - share(b)) * (points[i]! - points[i - 1]!);
    }
    expect(Math.abs(wassersteinOfSorted(a, b) - area)).toBeLessThan(rounding);
  }));
});

test('the Jensen-Shannon distance is symmetric and between 0 and sqrt(ln 2)', () => {
  fc.assert(fc.property(weights, weights, (p, q) => {
    const length = Math.max(p.length, q.length);
    const padded = [p, q].map((w) => Array.from({ length }, (_, i) => w[i] ?? 0));
    const distance = jensenShannonDistance(padded[0]!, padded[1]!);
    expect(distance).toBeGreaterThanOrEqual(0);
    expect(distance).toBeLessThanOrEqual(Math.sqrt(Math.LN2) + 1e-12);
    expect(jensenShannonDistance(padded[1]!, padded[0]!)).toBeCloseTo(distance, 7); // the root turns 1e-15 into 3e-8
  }));
});

test('a Kolmogorov-Smirnov p-value is a probability, and smaller for a larger distance', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }), fc.nat(1600), fc.nat(1600), (n, m, d1, d2) => {
    const [near, far] = [Math.min(d1, d2, n * m), Math.min(Math.max(d1, d2), n * m)];
    expect(exactPValue(n, m, far)).toBeGreaterThan(0);
    expect(exactPValue(n, m, near)).toBeLessThanOrEqual(1);
    expect(exactPValue(n, m, far)).toBeLessThanOrEqual(exactPValue(n, m, near) + 1e-14);
  }));
});

test('under no drift p-values at most q come up in at most the share q of cases', () => {
  // 2,000 pairs of 40 and 30 uniform values: the share of p <= q has a standard deviation below sqrt(q / 2000).
  let state = 12345;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const pValues = Array.from({ length: 2000 }, () => {
    const [a, b] = [40, 30].map((length) => Float64Array.from({ length }, uniform).sort());
    return kolmogorovSmirnovOfSorted(a!, b!).pValue;
  });
  for (const q of [0.01, 0.05, 0.2, 0.5, 0.8]) {
    const share = pValues.filter((p) => p <= q).length / pValues.length;
    expect(share).toBeLessThan(q + 4 * Math.sqrt(q / 2000));
    expect(share).toBeGreaterThan(q / 2 - 4 * Math.sqrt(q / 2000)); // discrete, so below q, but not far
  }
});

test('the order of rows changes no test', () => {
  const rows = fc.array(fc.oneof(value, fc.constantFrom(NaN, 0, 1, Infinity)), { minLength: 5, maxLength: 80 }).filter((values) => values.some(Number.isFinite));
  fc.assert(fc.property(rows, rows, fc.infiniteStream(fc.nat()), (a, b, keys) => {
    const shuffled = a.map((x) => [keys.next().value as number, x] as const).sort((p, q) => p[0] - q[0]).map(([, x]) => x);
    expect(testColumn(numbers('x', shuffled), numbers('x', [...b].reverse()))).toEqual(testColumn(numbers('x', a), numbers('x', b)));
  }));
});

test('the order of a dictionary of labels changes no decision', () => {
  const rows = fc.array(fc.constantFrom('a', 'b', 'c', 'd', null), { minLength: 3, maxLength: 60 }).filter((values) => values.some((x) => x !== null));
  fc.assert(fc.property(rows, rows, (a, b) => {
    const [forward, backward] = [testColumn(categories('x', a), categories('x', b)), testColumn(categories('x', [...a].reverse()), categories('x', [...b].reverse()))];
    expect(backward.score).toBeCloseTo(forward.score, 10);
    expect(backward.drifted).toBe(forward.drifted);
  }));
});

test('any two windows give finite scores, shares that sum to 1, and a sentence', () => {
  const rows = fc.array(fc.oneof(fc.double(), fc.constantFrom(NaN, -Number.MAX_VALUE, Number.MAX_VALUE)), { minLength: 0, maxLength: 50 });
  fc.assert(fc.property(rows, rows, (a, b) => {
    const { windows, shares } = compareWindows([numbers('x', a)], [{ label: 'w', columns: [numbers('x', b)] }]);
    for (const column of windows[0]!.columns) {
      expect(Number.isFinite(column.score)).toBe(true);
      expect(column.sentence).toMatch(/^[^]+\.$/);
      expect(column.sentence).not.toMatch(/NaN|Infinity|undefined|∞/);
    }
    for (const share of shares) {
      for (const row of [share.reference, ...share.current]) expect(row.reduce((x, y) => x + y, 0)).toBeCloseTo(1, 10);
      for (const edge of share.edges ?? []) expect(Number.isFinite(edge)).toBe(true);
    }
  }), { numRuns: 300 });
});

test('windows of a cut hold each row once, in order', () => {
  fc.assert(fc.property(fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constant(NaN)), { minLength: 1, maxLength: 100 }), (keys) => {
    fc.pre(new Set(keys.filter((key) => !Number.isNaN(key))).size >= 2);
    const cut = cutBy([numbers('k', keys, 'integer'), numbers('row', keys.map((_, i) => i))], 'k', null);
    const found = cut.windows.map((window) => [Number(window.label), [...(window.columns[0] as { values: Float64Array }).values]] as const);
    for (const [key, members] of found) expect(members).toEqual(keys.flatMap((k, i) => (k === key ? [i] : [])));
    expect(found.reduce((sum, [, members]) => sum + members.length, cut.rowsLeftOut)).toBe(keys.length);
  }));
});

test('sorting equals the built-in sort, and pooled ranks the merged array', () => {
  const any = fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(any, any, (a, b) => {
    // Above 4,096 values the radix passes are used; repetition gets there cheaply.
    const long = Float64Array.from({ length: 5000 }, (_, i) => a[i % a.length]! * (i % 3 ? 1 : 0.5));
    const expected = long.slice().sort();
    expect(sortFloat64(long).every((x, i) => Object.is(x, expected[i]))).toBe(true);
    const merged = Float64Array.from([...a, ...b]).sort();
    const parts = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
    merged.forEach((x, rank) => expect(pooledOrderStatistic(parts, rank) === x).toBe(true));
  }));
});
