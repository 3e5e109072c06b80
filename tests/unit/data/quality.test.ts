import { describe, expect, it } from 'vitest';
import { oddFormCount, qualityOf, type ColumnCounts } from '../../../electron/data/quality.ts';

const column = (name: string, part: Partial<ColumnCounts> = {}): ColumnCounts => ({
  name, missingCount: 0, distinctCount: 10, numberCount: 0, outlierCount: 0, textCount: 0, oddFormCount: 0, ...part,
});

const pointsOf = (rowCount: number, repeated: number, columns: ColumnCounts[]): Record<string, number> =>
  Object.fromEntries(qualityOf(rowCount, repeated, columns).parts.map(({ part, points }) => [part, Number(points.toFixed(6))]));

describe('the quality of a table', () => {
  it('is 100 without faults, also without rows', () => {
    expect(qualityOf(100, 0, [column('a'), column('b')]).score).toBe(100);
    expect(qualityOf(0, 0, [column('a'), column('b')]).score).toBe(100);
  });

  it('takes points in a straight line, to none at the limit of the part', () => {
    // By hand: most x (1 - share / limit) with 35 and 0.25, 25 and 0.25, 15 and 0.1, 15 and 0.1, 10 and 0.5.
    expect(pointsOf(100, 0, [column('a', { missingCount: 10 }), column('b')])['missing']).toBe(28);
    expect(pointsOf(100, 0, [column('a', { missingCount: 100 })])['missing']).toBe(0);
    expect(pointsOf(100, 5, [column('a')])['duplicates']).toBe(20);
    expect(pointsOf(100, 0, [column('a', { numberCount: 100, outlierCount: 2 }), column('b', { numberCount: 100 })])['outliers']).toBe(13.5);
    expect(pointsOf(100, 0, [column('a', { textCount: 100, oddFormCount: 4 })])['forms']).toBe(9);
    expect(pointsOf(100, 0, [column('a', { distinctCount: 1 }), column('b'), column('c'), column('d')])['constant']).toBe(5);
  });

  it('adds the points up and rounds down', () => {
    expect(qualityOf(1000, 0, [column('a', { missingCount: 1 })]).score).toBe(99);
    expect(qualityOf(100, 100, [column('a', { missingCount: 100, distinctCount: 0, numberCount: 10, outlierCount: 10, textCount: 10, oddFormCount: 10 })]).score).toBe(0);
  });

  it('blames the columns, the worst first', () => {
    const { parts } = qualityOf(10, 0, [column('a', { missingCount: 1 }), column('b'), column('c', { missingCount: 5 })]);
    expect(parts.find(({ part }) => part === 'missing')?.columns).toEqual([{ name: 'c', share: 0.5 }, { name: 'a', share: 0.1 }]);
  });
});

describe('spellings', () => {
  const of = (counts: Record<string, number>): number => oddFormCount(Object.entries(counts).map(([text, count]) => ({ text, count })));

  it('are odd where case, white space or composition differ from the most frequent one', () => {
    expect(of({ Berlin: 8, berlin: 1, 'BERLIN ': 1 })).toBe(2);
    expect(of({ 'New York': 5, 'New  York': 2 })).toBe(2);
    expect(of({ 'Zu\u0308rich': 1, 'Z\u00fcrich': 9 })).toBe(1);
  });

  it('are odd with white space around them, also where there is no other', () => {
    expect(of({ ' a': 3, b: 1 })).toBe(3);
  });

  it('are not odd where the words differ', () => {
    expect(of({ Berlin: 8, Bern: 1, 'Berlin 2': 1 })).toBe(0);
  });
});
