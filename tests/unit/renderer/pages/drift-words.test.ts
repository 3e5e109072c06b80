/** What a drift report says. */
import { expect, test } from 'vitest';
import { driftStrength, nameMonths, numberWord, rankAllColumns, rankColumns, scoreText, verdictOf, withNamedWindows } from '../../../../renderer/pages/drift-words.ts';
import { column, report, window } from '../drift.ts';

test('the verdict comes first, with the share that counts and the largest shift', () => {
  const found = verdictOf(report([window('2001-02', [column('delay', 0.3, true), column('carrier', 0.01, false), column('hour', 0.12, true)])]), 0);
  expect(found.drifted).toBe(true);
  expect(found.headline).toBe('Two of 3 columns have drifted.');
  expect(found.detail).toBe('The dataset counts as drifted: 66.7 % of the columns, and 50 % is enough. The largest shift is delay: the median rose from 4 to 10.');
});

test('a quiet window names the windows that were not', () => {
  const all = withNamedWindows(report([window('2001-05', [column('delay', 0.2, true)]), window('2001-06', [column('delay', 0.02, false)])]));
  expect(verdictOf(all, 1)).toEqual({ drifted: false, headline: 'The one column compared has not drifted in Jun 2001.', detail: 'Columns drifted in May 2001.' });
});

test('a distance counts in thresholds and a p-value by its logarithm', () => {
  expect(driftStrength({ isPValue: false, score: 0.2, threshold: 0.1 })).toBeCloseTo(2, 12);
  expect(driftStrength({ isPValue: true, score: 0.05, threshold: 0.05 })).toBeCloseTo(1, 12);
  expect(driftStrength({ isPValue: true, score: 0.0025, threshold: 0.05 })).toBeCloseTo(2, 12);
  expect(driftStrength({ isPValue: true, score: 1, threshold: 0.05 })).toBeCloseTo(0, 12);
  expect(driftStrength({ isPValue: true, score: 0, threshold: 0.05 })).toBe(10);
  expect(driftStrength({ isPValue: false, score: NaN, threshold: 0.1 })).toBe(0);
});

test('drifted columns stand before the others, the strongest first', () => {
  expect(rankColumns(window('w', [column('a', 0.09, false), column('b', 0.11, true), column('c', 0.4, true)])).map((one) => one.column)).toEqual(['c', 'b', 'a']);
});

test('the heat map lists each column once, by its strongest window', () => {
  expect(rankAllColumns(report([window('1', [column('a', 0.1, true), column('b', 0.2, true)]), window('2', [column('a', 0.5, true)])]))).toEqual(['a', 'b']);
});

test('months read as people say them, other labels stay', () => {
  expect(nameMonths('2001-06')).toBe('Jun 2001');
  expect(nameMonths('2001-01 to 2001-02')).toBe('Jan 2001 to Feb 2001');
  expect(nameMonths('2001-06-12')).toBe('2001-06-12');
  expect(nameMonths('flights v2')).toBe('flights v2');
  expect(nameMonths('2001-13')).toBe('2001-13');
});

test('a p-value too small to write is named as such', () => {
  expect(scoreText({ isPValue: true, score: 0 })).toBe('p < 1e\u221216');
  expect(scoreText({ isPValue: true, score: 0.01234 })).toBe('p = 0.0123');
  expect(scoreText({ isPValue: false, score: 0.123456 })).toBe('0.1235');
});

test('counts up to twelve are words', () => {
  expect([0, 1, 12, 13].map(numberWord)).toEqual(['None', 'One', 'Twelve', '13']);
});
