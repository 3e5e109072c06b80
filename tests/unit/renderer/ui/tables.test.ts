/** The rows of tables: groups, moving, scrollbars over millions of rows. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createScrollScale } from '../../../../renderer/ui/scroll-scale.ts';
import { flattenGroups, nextIndex } from '../../../../renderer/ui/table-rows.ts';

const rows = ['a1', 'b1', 'a2', 'c1'];
const byLetter = (row: string): string => row.charAt(0);

test('groups stand in the order of their first row and keep the order within', () => {
  expect(flattenGroups(rows, byLetter, new Set()).map((item) => (item.kind === 'row' ? item.row : `[${item.group}]`)))
    .toEqual(['[a]', 'a1', 'a2', '[b]', 'b1', '[c]', 'c1']);
});

test('a collapsed group keeps its heading and its rows', () => {
  const [heading, next] = flattenGroups(rows, byLetter, new Set(['a']));
  expect(heading).toEqual({ kind: 'group', group: 'a', rows: ['a1', 'a2'] });
  expect(next).toMatchObject({ group: 'b' });
});

test('moving skips headings and stops at the ends', () => {
  const items = flattenGroups(rows, byLetter, new Set());
  expect(nextIndex(items, -1, 1)).toBe(1);
  expect(nextIndex(items, -1, -1)).toBe(6);
  expect(nextIndex(items, 2, 1)).toBe(4);
  expect(nextIndex(items, 6, 5)).toBe(6);
  expect(nextIndex([], -1, 1)).toBe(-1);
});

test('the scrollbar of a short table is its rows', () => {
  const scale = createScrollScale(1000, 28, 500);
  expect(scale.height).toBe(28_000);
  expect(scale.toTop(1234)).toBe(1234);
});

test('a scrollbar at its end shows the last row, whatever the row count', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2_000_000_000 }), fc.integer({ min: 100, max: 2000 }), (rowCount, viewHeight) => {
    const scale = createScrollScale(rowCount, 28, viewHeight);
    const end = Math.max(0, scale.height - viewHeight);
    expect(scale.toTop(end)).toBeCloseTo(Math.max(0, rowCount * 28 - viewHeight), 0);
    expect(scale.toScroll(scale.toTop(end / 3))).toBeCloseTo(end / 3, 3);
    expect(scale.height).toBeLessThanOrEqual(8_000_000);
  }));
});
