/** Rows of a long file, asked for as they come into view. */
import { expect, test } from 'vitest';
import { createRowPages, pageRows, wantedPages } from '../../../../renderer/state/row-pages.ts';

const settle = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 0); });

test('only the pages in view and their neighbours are asked, at most two at a time', async () => {
  const asked: number[] = [];
  let open = 0;
  let most = 0;
  const pages = createRowPages(10_000_000, async (offset, limit) => {
    asked.push(offset / pageRows);
    most = Math.max(most, ++open);
    await settle();
    open -= 1;
    return Array.from({ length: limit }, (_, index) => offset + index);
  }, () => undefined, () => undefined);
  pages.show(1_000_010, 1_000_040);
  await settle(); await settle(); await settle(); await settle();
  expect(asked).toEqual([5000, 5001, 4999]);
  expect(most).toBe(2);
  expect(pages.row(1_000_010)).toBe(1_000_010);
  expect(pages.row(0)).toBeNull();
});

test('the last page is as short as the file', async () => {
  const limits: number[] = [];
  const pages = createRowPages(250, async (offset, limit) => { limits.push(limit); return Array.from({ length: limit }, (_, index) => offset + index); }, () => undefined, () => undefined);
  pages.show(240, 249);
  await settle();
  expect(limits).toContain(50);
  expect(pages.row(249)).toBe(249);
});

test('a page that fails is reported once and not asked for ever', async () => {
  const failures: unknown[] = [];
  let asked = 0;
  const pages = createRowPages<number>(100, async () => { asked += 1; throw new Error('broken'); }, () => undefined, (thrown) => failures.push(thrown));
  pages.show(0, 30);
  await settle(); await settle();
  expect(asked).toBe(1);
  expect(failures).toHaveLength(1);
});

test('nothing arrives after closing', async () => {
  let arrived = 0;
  const pages = createRowPages(100, async () => [1], () => { arrived += 1; }, () => undefined);
  pages.show(0, 10);
  pages.close();
  await settle();
  expect(arrived).toBe(0);
});

test('rows at the edges want no page outside the file', () => {
  expect(wantedPages(0, 20, 1000)).toEqual([0, 1]);
  expect(wantedPages(990, 999, 1000)).toEqual([4, 3]);
  expect(wantedPages(0, 0, 0)).toEqual([0]);
});
