/** How numbers, sizes and times read. */
import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatHash, formatMetric, formatNumber, formatPlural, formatShare, formatWhen } from '../../../../renderer/ui/format.ts';

test('a number reads with four significant digits and a true minus sign', () => {
  expect(formatNumber(0.48712345)).toBe('0.4871');
  expect(formatNumber(-14.4444)).toBe('\u221214.44');
  expect(formatNumber(12345.678)).toBe('12,346');
  expect(formatNumber(1137)).toBe('1,137');
  expect(formatNumber(0.00001234)).toBe('1.234e\u22125');
  expect(formatNumber(-0)).toBe('0');
});

test('rounding up to the next power of ten does not add a digit', () => {
  expect(formatNumber(9.99996)).toBe('10');
  expect(formatNumber(0.0999999)).toBe('0.1');
});

test('what is missing or not finite is said and never shown as a number', () => {
  expect(formatNumber(null)).toBe('\u2013');
  expect(formatNumber(Number.NaN)).toBe('NaN');
  expect(formatNumber(-Infinity)).toBe('\u2212\u221e');
  expect(formatMetric(undefined)).toBe('\u2013');
});

test('metrics keep four decimals, so that a column of them lines up', () => {
  expect(formatMetric(1)).toBe('1.0000');
  expect(formatMetric(0.7448)).toBe('0.7448');
  expect(formatMetric(-0.5)).toBe('\u22120.5000');
});

test('a share says none at zero and never rounds something to nothing or to all', () => {
  expect(formatShare(0)).toBe('none');
  expect(formatShare(0.0612)).toBe('6.12 %');
  expect(formatShare(0.00001)).toBe('< 0.01 %');
  expect(formatShare(0.999999)).toBe('> 99.99 %');
  expect(formatShare(1)).toBe('100 %');
});

test('sizes and counts carry their units', () => {
  expect(formatBytes(999)).toBe('999 B');
  expect(formatBytes(21_700_000)).toBe('21.7 MB');
  expect(formatBytes(999_600)).toBe('1 MB');
  expect(formatCount(-1234567)).toBe('\u22121,234,567');
  expect(formatPlural(1, 'row')).toBe('1 row');
  expect(formatPlural(12_000, 'row')).toBe('12,000 rows');
});

test('durations read in the units a person would use', () => {
  expect(formatDuration(268)).toBe('268 ms');
  expect(formatDuration(6120)).toBe('6.12 s');
  expect(formatDuration(48_200)).toBe('48.2 s');
  expect(formatDuration(102_000)).toBe('1 min 42 s');
  expect(formatDuration(7_500_000)).toBe('2 h 5 min');
});

test('a time of today is a clock, of this year a day, else a date', () => {
  const now = new Date(2026, 2, 12, 15, 0).getTime();
  expect(formatWhen(new Date(2026, 2, 12, 14, 6).getTime(), now)).toBe('14:06');
  expect(formatWhen(new Date(2026, 1, 2).getTime(), now)).toBe('2 Feb');
  expect(formatWhen(new Date(2024, 11, 31).getTime(), now)).toBe('31 Dec 2024');
});

test('a hash reads in groups of four', () => {
  expect(formatHash('e81a07d455c29b16ffff')).toBe('e81a 07d4 55c2 9b16');
});
