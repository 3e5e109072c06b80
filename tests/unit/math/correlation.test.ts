/** Reference values from scipy 1.17.1 and numpy 2.4.6, by the calls named beside them. */
import { describe, expect, it } from 'vitest';
import { correlationRatio, cramersV, evenness, predictability, type CodedColumn } from '../../../shared/math/association.ts';
import { correlate, orderColumn } from '../../../shared/math/correlation.ts';
import { createRandom, normal } from '../../../shared/math/random.ts';

const column = (...values: number[]) => orderColumn(Float64Array.from(values));
const coded = (...codes: number[]): CodedColumn => ({ codes: Int32Array.from(codes), levelCount: Math.max(...codes) + 1 });

/** Rows of a table of counts: one code per row and one per column. */
function fromTable(table: readonly (readonly number[])[]): [CodedColumn, CodedColumn] {
  const cells = table.flatMap((counts, i) => counts.flatMap((count, j) => Array.from({ length: count }, () => [i, j] as const)));
  return [coded(...cells.map(([i]) => i)), coded(...cells.map(([, j]) => j))];
}

describe('Pearson and Spearman', () => {
  it('are those of scipy, with ties', () => {
    const found = correlate(column(1, 2, 2, 4, 7, 7, 7, 9, 10, 15), column(2, 1, 3, 3, 8, 6, 7, 10, 9, 30));
    expect(found.rowCount).toBe(10);
    expect(found.pearson).toBeCloseTo(0.9015675432426279, 14); // scipy.stats.pearsonr
    expect(found.spearman).toBeCloseTo(0.9476030817857, 12); // scipy.stats.spearmanr
  });

  it('are the published 0.816 of Anscombe\u2019s first set (The American Statistician 27, 1973)', () => {
    const found = correlate(column(10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5), column(8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68));
    expect(found.pearson).toBeCloseTo(0.8164205163448395, 14);
    expect(found.spearman).toBeCloseTo(0.8181818181818182, 14);
  });

  it('leave out the rows where one value is missing or infinite, for this pair only', () => {
    const whole = correlate(column(1, 2, 4, 8), column(3, 5, 4, 9));
    const gaps = correlate(column(1, NaN, 2, 4, 50, 8, -Infinity), column(3, 1, 5, 4, NaN, 9, 2));
    expect(gaps).toEqual({ ...whole, rowCount: 4 });
  });

  it('are null where a column is constant among the rows, or there are no rows', () => {
    expect(correlate(column(0.1, 0.1, 0.1), column(1, 2, 3))).toEqual({ rowCount: 3, pearson: null, spearman: null });
    expect(correlate(column(1, NaN), column(NaN, 2))).toEqual({ rowCount: 0, pearson: null, spearman: null });
  });

  it('keep their sign and order: turning one column round turns the sign, and both are symmetric', () => {
    const random = createRandom(5);
    const x = Float64Array.from({ length: 500 }, () => Math.round(4 * normal(random)));
    const y = x.map((value) => value + normal(random));
    const [a, b] = [orderColumn(x), orderColumn(y)];
    const there = correlate(a, b);
    const back = correlate(b, a);
    const turned = correlate(a, orderColumn(y.map((value) => -value)));
    // The sums are added in another order.
    expect(back.pearson).toBeCloseTo(there.pearson ?? NaN, 13);
    expect(back.spearman).toBeCloseTo(there.spearman ?? NaN, 13);
    expect(turned.pearson).toBeCloseTo(-(there.pearson ?? NaN), 13);
    expect(turned.spearman).toBeCloseTo(-(there.spearman ?? NaN), 13);
  });

  it('take large values without overflow of their product, and say null where the squares overflow', () => {
    expect(correlate(column(1e150, 2e150, 3e150), column(1e150, 2e150, 3e150)).pearson).toBeCloseTo(1, 14);
    expect(correlate(column(1e200, 2e200, 3e200), column(1, 2, 3))).toEqual({ rowCount: 3, pearson: null, spearman: expect.closeTo(1, 14) });
  });

  it('refuse columns of different lengths', () => {
    expect(() => correlate(column(1), column(1, 2))).toThrow('columns of 1 and 2 rows');
  });
});

describe('association of categories', () => {
  it('is Cramer\u2019s V with Bergsma\u2019s correction', () => {
    // Hair and eye colour of 592 students (Snee, The American Statistician 28, 1974; HairEyeColor of R). The chi-square is that of
    // scipy.stats.chi2_contingency(correction=False), put into equations 5 to 8 of Bergsma 2013 with numpy; uncorrected it is 0.2790.
    const [hair, eye] = fromTable([[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]]);
    expect(cramersV(hair, eye)).toEqual({ rowCount: 592, value: expect.closeTo(0.27048315291231567, 12) });
  });

  it('is 1 for a mapping and about 0 for independent columns of many categories', () => {
    const random = createRandom(2);
    const draw = () => coded(...Array.from({ length: 2000 }, () => random.below(40)));
    const a = draw();
    expect(cramersV(a, { codes: a.codes.map((code) => 39 - code), levelCount: 40 }).value).toBeCloseTo(1, 2);
    expect(cramersV(a, draw()).value).toBeLessThan(0.05);
  });

  it('leaves out missing values, and is null where a column is constant or every row has a category of its own', () => {
    expect(cramersV(coded(0, 0, 1, 1, -1), coded(0, 0, 1, 1, 0)).rowCount).toBe(4);
    expect(cramersV(coded(0, 0, 0), coded(0, 1, 2)).value).toBeNull();
    expect(cramersV(coded(0, 1, 2), coded(0, 1, 2)).value).toBeNull();
  });

  it('of numbers is the root of epsilon squared', () => {
    // scipy.stats.f_oneway gives F, eta squared = F (k - 1) / (F (k - 1) + n - k), epsilon squared = 1 - (1 - eta squared) (n - 1) / (n - k).
    const values = Float64Array.of(1, 2, 3, 4, 2, 4, 6, 8, 9, 9, 10, 12);
    expect(correlationRatio(coded(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2), values)).toEqual({ rowCount: 12, value: expect.closeTo(0.8622158096048695, 12) });
  });

  it('of numbers is 0 where chance alone gives as much, and null where there is nothing to divide', () => {
    expect(correlationRatio(coded(0, 0, 1, 1), Float64Array.of(1, 3, 3, 1)).value).toBe(0);
    expect(correlationRatio(coded(0, 0, 0), Float64Array.of(1, 2, 3)).value).toBeNull();
    expect(correlationRatio(coded(0, 1, 2), Float64Array.of(1, 2, 3)).value).toBeNull();
    expect(correlationRatio(coded(0, 0, 1, 1), Float64Array.of(5, 5, 5, 5)).value).toBeNull();
    expect(correlationRatio(coded(0, 0, -1, 1, 1), Float64Array.of(1, 1, 9, 2, NaN)).rowCount).toBe(3);
  });
});

describe('classes', () => {
  it('are even at 1, and less so by the entropy', () => {
    expect(evenness([50, 30, 20])).toBeCloseTo(0.9372305632161295, 14); // scipy.stats.entropy([50, 30, 20]) / log(3)
    expect(evenness([7, 7, 7, 7])).toBeCloseTo(1, 14);
    expect(evenness([7, 0])).toBeNull();
  });

  it('are guessed with the errors that lambda says', () => {
    // Goodman and Kruskal's lambda by hand: 100 rows, 60 of the most frequent class; guessing within the categories is right in 45 + 35 = 80.
    const [a, b] = fromTable([[45, 5], [15, 35]]);
    expect(predictability(a, b)).toEqual({ rowCount: 100, value: 0.5 });
    expect(predictability(coded(0, 1, 2, 2), coded(0, 0, 1, 1)).value).toBe(1);
    expect(predictability(coded(0, 1), coded(0, 0)).value).toBeNull();
  });
});
