import { expect, test } from 'vitest';
import { withProject, type RecentProjects } from '../../../electron/shell/recent.ts';

const list: RecentProjects = [{ name: 'A', folder: '/a', openedAtMs: 1 }, { name: 'B', folder: '/b', openedAtMs: 2 }];

test('an opened project comes first, once, under its present name', () => {
  expect(withProject(list, { name: 'B2', folder: '/b' }, 9)).toEqual([{ name: 'B2', folder: '/b', openedAtMs: 9 }, list[0]]);
});

test('the list stays short', () => {
  let long: RecentProjects = [];
  for (let i = 0; i < 40; i++) long = withProject(long, { name: `${i}`, folder: `/${i}` }, i);
  expect(long).toHaveLength(12);
  expect(long[0]?.name).toBe('39');
});
