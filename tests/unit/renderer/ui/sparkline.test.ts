/** Small charts and progress lines. */
import { expect, test } from 'vitest';
import { describeProgress } from '../../../../renderer/ui/progress.tsx';
import { sparkPath } from '../../../../renderer/ui/sparkline.tsx';

test('a value that is not finite makes a gap in the line', () => {
  expect(sparkPath([1, Number.NaN, 2], 92, 20).match(/M/g)).toHaveLength(2);
});

test('a flat line lies in the middle and nothing draws nothing', () => {
  expect(sparkPath([3, 3], 92, 20)).toBe('M2.0 10.0L90.0 10.0');
  expect(sparkPath([], 92, 20)).toBe('');
  expect(sparkPath([Number.NaN], 92, 20)).toBe('');
});

test('a long line is thinned to the pixels there are', () => {
  expect(sparkPath(Array.from({ length: 48_000 }, (_, index) => index), 92, 20).split('L').length).toBeLessThan(250);
});

test('progress says how much, how fast and how long still', () => {
  expect(describeProgress({ done: 30, total: 60, unit: 'epochs', elapsedMs: 10_000 })).toBe('30 of 60 epochs \u00b7 3/s \u00b7 10 s left');
  expect(describeProgress({ done: 12_000, total: null, unit: 'rows', elapsedMs: 100 })).toBe('12,000 rows');
});
