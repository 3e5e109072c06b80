/** What a profile says in words. */
import { expect, test } from 'vitest';
import type { ColumnProfile } from '../../../../shared/domain/columns.ts';
import { chartCounts, describeColumn, describeRange, describeRangeBriefly, formatCell, formatSpread, formatStatistic } from '../../../../renderer/pages/column-words.ts';

const histogram = { edges: [0, 1, 2], counts: [3, 7] };
const numeric = { min: -43, max: 1137, mean: 11.62, standardDeviation: 38, q05: -18, q25: -6, median: 4, q75: 17, q95: 71, histogram };
const profile = (part: Partial<ColumnProfile>): ColumnProfile => ({
  name: 'delay', type: 'number', rowCount: 100, missingCount: 6, nonFiniteCount: 0, distinctCount: 40, distinctIsExact: true, numeric: null, topValues: null, ...part,
});

test('the range of a column reads in the units of its type', () => {
  expect(describeRange(profile({ numeric }))).toBe('\u221243 to 1,137');
  expect(describeRange(profile({ numeric: { ...numeric, min: 3, max: 3 } }))).toBe('always 3');
  expect(describeRange(profile({ type: 'date', numeric: { ...numeric, min: Date.UTC(2024, 0, 1), max: Date.UTC(2024, 11, 31) } }))).toBe('2024-01-01 to 2024-12-31');
  expect(describeRange(profile({ type: 'category' }))).toBe('40 values');
  expect(describeRange(profile({ type: 'text', distinctIsExact: false }))).toBe('about 40 values');
  expect(describeRange(profile({ type: 'text', distinctCount: 94 }))).toBe('all distinct');
  expect(describeRange(profile({ missingCount: 100 }))).toBe('all missing');
});

test('where room is short, time stamps over several days are days', () => {
  const from = Date.UTC(2001, 0, 1, 0, 1);
  const span = (hours: number) => profile({ type: 'timestamp', numeric: { ...numeric, min: from, max: from + hours * 3_600_000 } });
  expect(describeRangeBriefly(span(24 * 180))).toBe('2001-01-01 to 2001-06-30');
  expect(describeRangeBriefly(span(5))).toBe('2001-01-01 00:01 to 2001-01-01 05:01');
  expect(describeRangeBriefly(profile({ numeric }))).toBe('\u221243 to 1,137');
});

test('a true or false column says its share of true among what is present', () => {
  expect(describeRange(profile({ type: 'boolean', topValues: [{ value: 'false', count: 47 }, { value: 'true', count: 47 }] }))).toBe('50 % true');
  expect(describeRange(profile({ type: 'boolean', topValues: [{ value: 'false', count: 94 }] }))).toBe('0 % true');
});

test('a column of distinct texts has no small chart', () => {
  expect(chartCounts(profile({ type: 'text', topValues: [{ value: 'a', count: 1 }] }))).toBeNull();
  expect(chartCounts(profile({ numeric }))).toEqual([3, 7]);
});

test('one sentence says what the chart shows', () => {
  expect(describeColumn(profile({ numeric }))).toBe('delay: \u221243 to 1,137, median 4, 6 % missing.');
});

test('statistics of dates are dates, and their spread is in days', () => {
  expect(formatStatistic('date', Date.UTC(2024, 1, 29))).toBe('2024-02-29');
  expect(formatSpread('date', 12 * 86_400_000)).toBe('12 days');
  expect(formatSpread('number', 38.21)).toBe('38.21');
});

test('a time stamp has a space between day and time, a text of the same form stays', () => {
  expect(formatCell('2001-01-01T00:01:00', 'timestamp')).toBe('2001-01-01 00:01:00');
  expect(formatCell('2001-01-01T00:01:00', 'text')).toBe('2001-01-01T00:01:00');
});

test('a year is not grouped, a large count is', () => {
  expect(formatCell(2024, 'integer')).toBe('2024');
  expect(formatCell(435352, 'integer')).toBe('435,352');
  expect(formatCell(null, 'text')).toBe('');
});
