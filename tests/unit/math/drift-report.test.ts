import { describe, expect, test } from 'vitest';
import { DriftWindow, ColumnShares } from '../../../shared/domain/drift.ts';
import { compareWindows, joinComparisons } from '../../../shared/math/drift-report.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';

const normal = (count: number, shift = 0, scale = 1) => repeat(count, (i) => shift + scale * Math.sqrt(-2 * Math.log((i + 0.5) / count)) * Math.cos(2.399963 * i));
const sentenceOf = (reference: Parameters<typeof compareWindows>[0], columns: typeof reference) => compareWindows(reference, [{ label: 'now', columns }]).windows[0]!.columns[0]!.sentence;
const carriers = (aa: number, wn: number) => categories('carrier', [...repeat(aa, () => 'AA'), ...repeat(wn, () => 'WN')]);

describe('the comparison of windows', () => {
  const reference = [numbers('delay', normal(2000)), carriers(1200, 800), numbers('day', normal(2000), 'date')];
  const calm = { label: '2026-01', columns: [numbers('delay', normal(500)), carriers(300, 200), numbers('day', normal(500), 'date')] };
  const storm = { label: '2026-02', columns: [numbers('delay', normal(400, 3)), carriers(50, 350), numbers('day', normal(400), 'date')] };
  const { windows, shares } = compareWindows(reference, [calm, storm]);

  test('each window has its rows, its tests and its decision, in the shape of the schema', () => {
    for (const window of windows) DriftWindow.parse(window);
    expect(windows.map(({ label, rowCount, driftedShare, drifted }) => ({ label, rowCount, driftedShare, drifted }))).toEqual([
      { label: '2026-01', rowCount: 500, driftedShare: 0, drifted: false },
      { label: '2026-02', rowCount: 400, driftedShare: 1, drifted: true },
    ]);
    expect(windows[1]!.columns.map(({ column, test }) => [column, test])).toEqual([['delay', 'wasserstein'], ['carrier', 'jensen-shannon']]);
  });

  test('a column that cannot be tested is skipped with the reason and does not count in the share', () => {
    expect(windows[0]!.skipped).toEqual([{ column: 'day', reason: 'dates are not tested for drift; cut the data by them instead' }]);
  });

  test('shares of all windows are on common bins and sum to 1', () => {
    for (const share of shares) ColumnShares.parse(share);
    expect(shares.map((share) => share.column)).toEqual(['delay', 'carrier']);
    for (const share of shares) for (const row of [share.reference, ...share.current]) expect(row.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(shares[0]!.edges).toHaveLength(31);
    expect(shares[1]).toMatchObject({ labels: ['AA', 'WN'], reference: [0.6, 0.4], current: [[0.6, 0.4], [0.125, 0.875]] });
  });

  test('comparisons of some columns each join to the comparison of all', () => {
    const some = (first: number, end: number) => compareWindows(reference.slice(first, end), [calm, storm].map((window) => ({ ...window, columns: window.columns.slice(first, end) })));
    expect(joinComparisons([some(0, 1), some(1, 2), some(2, 3)])).toEqual({ windows, shares });
    expect(joinComparisons([some(0, 2), some(2, 3)], 1.5).windows.map(({ drifted }) => drifted)).toEqual([false, false]);
  });

  test('progress is reported after each column', () => {
    const seen: [number, number][] = [];
    compareWindows(reference, [calm], { onProgress: (done, total) => seen.push([done, total]) });
    expect(seen).toEqual([[1, 3], [2, 3], [3, 3]]);
  });

  test('the share threshold of the report decides', () => {
    const half = { label: 'half', columns: [numbers('delay', normal(500)), carriers(50, 450)] };
    expect(compareWindows(reference, [half]).windows[0]).toMatchObject({ driftedShare: 0.5, drifted: true });
    expect(compareWindows(reference, [half], { shareThreshold: 0.6 }).windows[0]).toMatchObject({ driftedShare: 0.5, drifted: false });
  });
});

describe('windows that lack something', () => {
  test('an empty window is compared with nothing and has not drifted', () => {
    const { windows, shares } = compareWindows([numbers('x', [1, 2, 3])], [{ label: 'none', columns: [numbers('x', [])] }]);
    expect(windows[0]).toMatchObject({ rowCount: 0, columns: [], driftedShare: 0, drifted: false, skipped: [{ column: 'x', reason: 'has no usable value here' }] });
    expect(shares).toEqual([]);
  });

  test('a window without the column, or with the column empty, has shares of 0 beside those that have it', () => {
    const { windows, shares } = compareWindows([carriers(3, 1)], [
      { label: 'a', columns: [carriers(1, 1)] },
      { label: 'b', columns: [numbers('other', [1, 2])] },
      { label: 'c', columns: [categories('carrier', [null, null])] },
    ]);
    expect(windows[1]!.skipped).toEqual([{ column: 'carrier', reason: 'is not in these data' }]);
    expect(shares[0]!.current).toEqual([[0.5, 0.5], [0, 0], [0, 0]]);
  });

  test('a column that changed from numbers to text is skipped with both types', () => {
    const { windows } = compareWindows([numbers('x', [1, 2]), carriers(1, 1)], [{ label: 'a', columns: [categories('x', ['p', 'q']), carriers(1, 1)] }]);
    expect(windows[0]!.skipped).toEqual([{ column: 'x', reason: 'is category, but number in the reference' }]);
  });

  test('no common column at all is an error', () => {
    expect(() => compareWindows([numbers('a', [1])], [{ label: 'w', columns: [numbers('b', [1])] }])).toThrow('no column in common');
  });

  test('a column named __proto__ is a column', () => {
    const { windows } = compareWindows([numbers('__proto__', [1, 2])], [{ label: 'w', columns: [numbers('__proto__', [1, 2])] }]);
    expect(windows[0]!.columns[0]!.column).toBe('__proto__');
  });
});

describe('the bins of the charts', () => {
  test('values beyond the 1st and 99th percentile are counted in the first and last bin', () => {
    const values = repeat(1000, (i) => i);
    const { shares } = compareWindows([numbers('x', [...values, 1e6])], [{ label: 'w', columns: [numbers('x', [...values, -1e6])] }]);
    expect(shares[0]!.edges![0]).toBe(9);
    expect(shares[0]!.edges![30]).toBe(990);
    expect(shares[0]!.reference[29]).toBeCloseTo((1000 - 958 + 1) / 1001, 12); // 957.3 is the last inner edge; 1e6 belongs to the last bin
  });

  test('nearly all values equal: the bins span the whole range', () => {
    const values = [...repeat(5000, () => 0), ...repeat(20, (i) => i)];
    const { shares } = compareWindows([numbers('x', values)], [{ label: 'w', columns: [numbers('x', values)] }]);
    expect([shares[0]!.edges![0], shares[0]!.edges![30]]).toEqual([0, 19]);
  });

  test('up to twelve different numbers are shown by value, in order', () => {
    const { shares } = compareWindows([numbers('x', repeat(120, (i) => (i % 12) - 3))], [{ label: 'w', columns: [numbers('x', [20, -5])] }]);
    expect(shares[0]!.labels).toBeNull(); // 14 values with the window's own two
    const few = compareWindows([numbers('x', repeat(100, (i) => (i % 10) - 3))], [{ label: 'w', columns: [numbers('x', [20, -5])] }]).shares[0]!;
    expect(few.labels).toEqual(['-5', '-3', '-2', '-1', '0', '1', '2', '3', '4', '5', '6', '20']);
    expect(few.current[0]![0]).toBe(0.5);
  });

  test('beyond twelve categories the rarest are shown as one', () => {
    const labels = [...repeat(200, (i) => `c${String(i % 10)}`), 'r1', 'r2', 'r3', 'r4', 'r5'];
    const { shares } = compareWindows([categories('x', labels)], [{ label: 'w', columns: [categories('x', ['r5', 'r5', 'c0', 'c1'])] }]);
    expect(shares[0]!.labels).toHaveLength(13);
    expect(shares[0]!.labels!.at(-1)).toBe('other (3)');
    expect(shares[0]!.reference.at(-1)).toBeCloseTo(3 / 205, 12);
  });
});

describe('sentences', () => {
  test('a shifted number names both medians', () => {
    expect(sentenceOf([numbers('x', repeat(3001, (i) => i / 375 - 0 + 0))], [numbers('x', repeat(3001, (i) => i / 375 + 6))])).toBe('The median rose from 4 to 10.');
  });

  test('a number that only spreads names its interquartile range', () => {
    expect(sentenceOf([numbers('x', repeat(2001, (i) => i - 1000))], [numbers('x', repeat(2001, (i) => 3 * (i - 1000)))])).toBe('The interquartile range rose from 1,000 to 3,000.');
  });

  test('a category names its share before and after', () => {
    expect(sentenceOf([carriers(1718, 282)], [carriers(1000, 1000)])).toBe('AA is 50 %, was 85.9 %.');
  });

  test('new and vanished categories are called so', () => {
    expect(sentenceOf([categories('x', repeat(2000, () => 'a'))], [categories('x', [...repeat(60, () => 'a'), ...repeat(140, () => 'zz')])])).toMatch(/^(a is 30 %, was 100 %|zz is new, with 70 %)\.$/);
    expect(sentenceOf([categories('x', repeat(1800, (i) => ['a', 'b', 'c'][i % 3]!))], [categories('x', repeat(1800, (i) => ['a', 'b'][i % 2]!))])).toBe('c is gone; it was 33.3 %.');
  });

  test('a number with few values names one of them', () => {
    expect(sentenceOf([numbers('x', repeat(2000, (i) => i % 2), 'integer')], [numbers('x', repeat(2000, (i) => (i % 10 === 0 ? 0 : 1)), 'integer')])).toBe('The value 0 is 10 %, was 50 %.');
  });

  test('without drift there is no clear change, but missing values that came are named', () => {
    expect(sentenceOf([carriers(50, 50)], [carriers(50, 50)])).toBe('No clear change.');
    const gaps = numbers('x', [...normal(800), ...repeat(200, () => NaN)]);
    expect(sentenceOf([numbers('x', normal(1000))], [gaps])).toBe('No clear change. Missing values rose from 0 % to 20 %.');
  });

  test('a very long label is shortened', () => {
    const long = 'x'.repeat(200);
    expect(sentenceOf([categories('x', repeat(2000, (i) => (i % 2 ? 'a' : 'b')))], [categories('x', repeat(20, () => long))]).length).toBeLessThan(80);
  });
});
