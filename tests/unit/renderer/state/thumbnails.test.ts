/** Small images are asked for together, once, and what fails is not asked again. */
import { expect, test } from 'vitest';
import { createThumbnails } from '../../../../renderer/state/thumbnails.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));
const image = (row: number) => ({ row, width: 1, height: 1, format: 'png' as const, sizeBytes: 1, shown: { width: 1, height: 1, pixels: new Uint8Array(4) } });

test('rows that come into view are asked for in one question, and then known', async () => {
  const asked: (readonly number[])[] = [];
  let arrivals = 0;
  const thumbnails = createThumbnails((_column, rows) => { asked.push(rows); return Promise.resolve(rows.filter((row) => row !== 2).map(image)); }, () => { arrivals += 1; });
  for (const row of [1, 2, 3, 1]) expect(thumbnails.get('photo', row)).toBeNull();
  await settled();
  expect(asked).toEqual([[1, 2, 3]]);
  expect(arrivals).toBe(1);
  expect(thumbnails.get('photo', 3)).toMatchObject({ row: 3, width: 1 });
  expect(thumbnails.get('photo', 2)).toEqual({ row: 2, problem: 'There is no image.' });
  thumbnails.close();
  expect(thumbnails.get('photo', 9)).toBeNull();
  await settled();
  expect(asked).toHaveLength(1);
});

test('a question that fails marks its rows as unread', async () => {
  const thumbnails = createThumbnails(() => Promise.reject(new Error('gone')), () => undefined);
  thumbnails.get('photo', 1);
  await settled();
  expect(thumbnails.get('photo', 1)).toEqual({ row: 1, problem: 'It could not be read.' });
});
