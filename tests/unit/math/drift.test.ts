import { describe, expect, test } from 'vitest';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { datasetDrift, testColumn } from '../../../shared/math/drift.ts';
import { AppError } from '../../../shared/errors.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';

const spread = (count: number, shift = 0) => repeat(count, (i) => ((i * 7919) % count) / count + shift);
const cycle = (count: number, values: readonly string[]) => repeat(count, (i) => values[i % values.length]!);

describe('the choice of the test', () => {
  test.each([
    ['many different numbers, 1,000 reference rows', numbers('x', spread(1000)), 'ks'],
    ['many different numbers, 1,001 reference rows', numbers('x', spread(1001)), 'wasserstein'],
    ['five different numbers, few rows', numbers('x', repeat(100, (i) => i % 5)), 'chi-square'],
    ['six different numbers, few rows', numbers('x', repeat(100, (i) => i % 6)), 'ks'],
    ['two different numbers, few rows', numbers('x', repeat(100, (i) => i % 2)), 'z'],
    ['five different numbers, many rows', numbers('x', repeat(2000, (i) => i % 5)), 'jensen-shannon'],
    ['ten different integers, few rows', numbers('x', repeat(100, (i) => i % 10), 'integer'), 'chi-square'],
    ['eleven different integers, few rows', numbers('x', repeat(110, (i) => i % 11), 'integer'), 'ks'],
    ['ten different integers, many rows', numbers('x', repeat(2000, (i) => i % 10), 'integer'), 'jensen-shannon'],
    ['two categories, few rows', categories('x', cycle(100, ['a', 'b'])), 'z'],
    ['three categories, few rows', categories('x', cycle(100, ['a', 'b', 'c'])), 'chi-square'],
    ['two categories, many rows', categories('x', cycle(2000, ['a', 'b'])), 'jensen-shannon'],
    ['booleans', categories('x', cycle(100, ['true', 'false']), 'boolean'), 'z'],
    ['text that repeats itself', categories('x', cycle(100, ['Bern', 'Rome', 'Oslo']), 'text'), 'chi-square'],
  ] as const)('%s', (_, column, expected) => {
    expect(testColumn(column, column).test).toBe(expected);
  });

  test('only usable reference values count towards the thousand rows', () => {
    const withGaps = numbers('x', [...spread(1000), NaN, Infinity, -Infinity]);
    expect(testColumn(withGaps, numbers('x', spread(2000))).test).toBe('ks');
  });

  test('whether integers are categories depends on the current data alone', () => {
    const few = numbers('x', repeat(2000, (i) => i % 10), 'integer');
    const many = numbers('x', repeat(2000, (i) => i % 50), 'integer');
    expect(testColumn(many, few).test).toBe('jensen-shannon');
    expect(testColumn(few, many).test).toBe('wasserstein');
  });

  test('a column cannot be free text, a date, or of another kind than the reference', () => {
    const free = categories('note', repeat(100, (i) => `note ${i % 51}`), 'text');
    expect(messageOf(free, free)).toContain('"note" cannot be tested for drift: it is free text, which needs a domain classifier');
    const date = numbers('day', spread(10), 'date');
    expect(messageOf(date, date)).toContain('dates are not tested');
    expect(messageOf(numbers('x', [1, 2]), categories('x', ['a', 'b']))).toContain('is category, but number in the reference');
  });
});

describe('scores and decisions', () => {
  test('the same data never drift and score 1 as a p-value and 0 as a distance', () => {
    for (const count of [500, 3000]) {
      for (const column of [numbers('x', spread(count)), categories('x', cycle(count, ['a', 'b'])), categories('x', cycle(count, ['a', 'b', 'c']))]) {
        const outcome = testColumn(column, column);
        expect(outcome.drifted).toBe(false);
        expect(outcome.score).toBeCloseTo(outcome.isPValue ? 1 : 0, 12);
      }
    }
  });

  test('a constant column that stays has p = 1, one that becomes another constant has drifted', () => {
    expect(testColumn(numbers('x', [5, 5, 5]), numbers('x', [5, 5]))).toMatchObject({ test: 'z', score: 1, drifted: false });
    expect(testColumn(numbers('x', repeat(20, () => 5)), numbers('x', repeat(20, () => 6)))).toMatchObject({ test: 'z', drifted: true });
  });

  test('a constant reference of many rows is divided by Evidently\'s smallest deviation, 0.001', () => {
    const outcome = testColumn(numbers('x', repeat(1500, () => 5)), numbers('x', repeat(100, (i) => 5 + (i % 10) / 1e6)));
    expect(outcome.test).toBe('wasserstein');
    expect(outcome.score).toBeCloseTo(4.5e-6 / 0.001, 9);
  });

  test('a new category gives p = 0 with few rows', () => {
    expect(testColumn(categories('x', cycle(90, ['a', 'b'])), categories('x', cycle(90, ['a', 'b', 'zz'])))).toMatchObject({ test: 'chi-square', score: 0, drifted: true });
  });

  test('a category that vanished counts as observed zero times', () => {
    const outcome = testColumn(categories('x', cycle(90, ['a', 'b', 'c'])), categories('x', cycle(90, ['a', 'b'])));
    expect(outcome.score).toBeCloseTo(Math.exp(-45 / 2), 14); // (15^2 + 15^2 + 30^2) / 30 = 45, two degrees of freedom
  });

  test('a reference without any row of the current categories is as far as can be', () => {
    const outcome = testColumn(categories('x', cycle(2000, ['a'])), categories('x', cycle(10, ['b'])));
    expect(outcome.score).toBeCloseTo(Math.sqrt(Math.LN2), 14);
  });

  test('one row against one row is tested', () => {
    expect(testColumn(numbers('x', [1]), numbers('x', [2]))).toMatchObject({ test: 'z', drifted: false });
    expect(testColumn(categories('x', ['a']), categories('x', ['a']))).toMatchObject({ score: 1, drifted: false });
  });

  test('infinite values are left out like missing ones', () => {
    const clean = testColumn(numbers('x', spread(500)), numbers('x', spread(500, 0.1)));
    const dirty = testColumn(numbers('x', [Infinity, ...spread(500), NaN]), numbers('x', [...spread(500, 0.1), -Infinity]));
    expect(dirty).toEqual(clean);
  });

  test('an empty label is a missing value', () => {
    const clean = testColumn(categories('x', cycle(90, ['a', 'b', 'c'])), categories('x', cycle(90, ['a', 'a', 'b', 'c'])));
    const dirty = testColumn(categories('x', ['', ...cycle(90, ['a', 'b', 'c'])]), categories('x', ['', null, ...cycle(90, ['a', 'a', 'b', 'c'])]));
    expect(dirty).toEqual(clean);
  });

  test('values at the end of the range of numbers do not overflow', () => {
    const large = testColumn(numbers('x', spread(1500).map((x) => (x - 0.5) * 1.5e308)), numbers('x', spread(900, 0.2).map((x) => (x - 0.5) * 1e308)));
    const small = testColumn(numbers('x', spread(1500).map((x) => (x - 0.5) * 1.5)), numbers('x', spread(900, 0.2).map((x) => (x - 0.5) * 1)));
    expect(large.score).toBeCloseTo(small.score, 12);
  });

  test.each([
    ['no row', []],
    ['missing values only', [NaN, NaN]],
    ['infinite values only', [Infinity, -Infinity]],
  ])('%s is an error that names the column and the part', (_, values) => {
    expect(messageOf(numbers('speed', values), numbers('speed', [1]))).toBe('Column "speed" has no usable value in the reference data.');
    expect(messageOf(numbers('speed', [1]), numbers('speed', values))).toBe('Column "speed" has no usable value in the current data.');
  });
});

describe('the dataset', () => {
  const columns = (drifted: number, all: number) => repeat(all, (i) => ({ drifted: i < drifted }));

  test('it has drifted when half of its columns have', () => {
    expect(datasetDrift(columns(4, 8))).toEqual({ driftedShare: 0.5, drifted: true });
    expect(datasetDrift(columns(3, 8))).toEqual({ driftedShare: 0.375, drifted: false });
  });

  test('the share that is needed can be chosen', () => {
    expect(datasetDrift(columns(3, 8), 0.3).drifted).toBe(true);
  });

  test('without a tested column it has not', () => {
    expect(datasetDrift([])).toEqual({ driftedShare: 0, drifted: false });
  });
});

function messageOf(reference: ColumnData, current: ColumnData): string {
  try {
    testColumn(reference, current);
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.message;
    throw thrown;
  }
  return 'no error';
}
