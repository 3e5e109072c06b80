import { describe, expect, test } from 'vitest';
import { cutBy } from '../../../shared/math/drift-cut.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';

const ms = (text: string) => Date.parse(text);
const days = ['2024-12-29', '2024-12-30', '2024-12-31', '2025-01-01', '2025-01-06', '1969-12-31'];
const dates = numbers('day', days.map(ms), 'date');
const index = numbers('i', days.map((_, i) => i), 'integer');
const rowsOf = (cut: ReturnType<typeof cutBy>) => cut.windows.map((window) => [window.label, ...(window.columns[0]!.kind === 'number' ? window.columns[0]!.values : [])]);

describe('by period', () => {
  test('days are cut at midnight UTC, also before 1970', () => {
    const times = numbers('day', ['2025-01-01T00:00:00Z', '2025-01-01T23:59:59.999Z', '2025-01-02T00:00:00Z', '1969-12-31T12:00:00Z'].map(ms), 'timestamp');
    expect(rowsOf(cutBy([times, numbers('i', [0, 1, 2, 3])], 'day', 'day'))).toEqual([['1969-12-31', 3], ['2025-01-01', 0, 1], ['2025-01-02', 2]]);
  });

  test('weeks start on Monday and belong to the year of their Thursday', () => {
    expect(rowsOf(cutBy([dates, index], 'day', 'week'))).toEqual([['1970-W01', 5], ['2024-W52', 0], ['2025-W01', 1, 2, 3], ['2025-W02', 4]]);
  });

  test('months are in the order of time', () => {
    expect(rowsOf(cutBy([dates, index], 'day', 'month'))).toEqual([['1969-12', 5], ['2024-12', 0, 1, 2], ['2025-01', 3, 4]]);
  });

  test('a column that is no date has no period', () => {
    expect(() => cutBy([dates, index], 'i', 'month')).toThrow('cannot be cut by "i": it is of type integer, which has no month.');
  });
});

describe('by value', () => {
  test('integers are in numeric order and the cut column is left out of the windows', () => {
    const cut = cutBy([numbers('month', [10, 2, 10, 1], 'integer'), categories('c', ['a', 'b', null, 'a'])], 'month', null);
    expect(cut.windows.map((window) => window.label)).toEqual(['1', '2', '10']);
    expect(cut.windows[2]!.columns).toEqual([{ kind: 'category', name: 'c', type: 'category', codes: Int32Array.of(0, -1), labels: ['a', 'b'] }]);
  });

  test('labels are in alphabetical order and unused ones give no window', () => {
    const site = { ...categories('site', ['x', 'b', 'x']), labels: ['x', 'b', 'never'] };
    expect(rowsOf(cutBy([site, numbers('i', [0, 1, 2])], 'site', null))).toEqual([['b', 1], ['x', 0, 2]]);
  });

  test('dates without a period are cut by the date', () => {
    expect(cutBy([dates, index], 'day', null).windows.map((window) => window.label)).toEqual([...days].sort());
  });

  test('rows without a usable cut value are in no window and are counted', () => {
    const cut = cutBy([numbers('m', [1, NaN, 2, Infinity], 'number'), numbers('i', [0, 1, 2, 3])], 'm', null);
    expect(rowsOf(cut)).toEqual([['1', 0], ['2', 2]]);
    expect(cut.rowsLeftOut).toBe(2);
    const byLabel = cutBy([categories('s', ['a', '', null, 'b']), numbers('i', [0, 1, 2, 3])], 's', null);
    expect(rowsOf(byLabel)).toEqual([['a', 0], ['b', 3]]);
    expect(byLabel.rowsLeftOut).toBe(2);
  });
});

describe('what cannot be cut', () => {
  test.each([
    ['a column that is not there', 'nowhere', [1, 2], 'there is no such column'],
    ['one value', 'm', [7, 7], 'all its rows are in one window, "7".'],
    ['missing values only', 'm', [NaN, NaN], 'all its values are missing'],
    ['more than 1,000 values', 'm', repeat(1001, (i) => i), 'more than 1000 windows'],
  ])('%s', (_, name, values, message) => {
    expect(() => cutBy([numbers('m', values, 'integer')], name, null)).toThrow(message);
  });

  test('exactly 1,000 values can be cut, of categories too', () => {
    expect(cutBy([numbers('m', repeat(1000, (i) => i), 'integer')], 'm', null).windows).toHaveLength(1000);
    expect(() => cutBy([categories('m', repeat(1001, (i) => `v${i}`))], 'm', null)).toThrow('more than 1000 windows');
  });
});
