import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseFile, droppedPaths } from '../../../electron/shell/files.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a chosen file has a handle that tells nothing, and the engine learns its path', async () => {
  const path = join(folder, 'penguins.csv');
  await writeFile(path, 'a,b\n');
  const granted = new Map<string, string>();
  const chosen = await chooseFile(path, (handle, granting) => granted.set(handle, granting));
  expect(chosen).toMatchObject({ name: 'penguins.csv', sizeBytes: 4, isFolder: false });
  expect((await chooseFile(folder, () => undefined)).isFolder).toBe(true);
  expect(chosen.handle).toMatch(/^file-[0-9a-z]{26}$/);
  expect(JSON.stringify(chosen)).not.toContain(folder);
  expect(granted.get(chosen.handle)).toBe(path);
});

test('two choices of one file have two handles', async () => {
  const grant = (): void => undefined;
  const [one, two] = await Promise.all([chooseFile('/x/y.csv', grant), chooseFile('/x/y.csv', grant)]);
  expect(one.handle).not.toBe(two.handle);
});

test('only absolute paths count as dropped, whatever the message holds', () => {
  expect(droppedPaths(['/a.csv', 'relative.csv', 7, null, '/b\0.csv', { path: '/c' }])).toEqual(['/a.csv']);
  expect(droppedPaths('/a.csv')).toEqual([]);
  expect(droppedPaths(undefined)).toEqual([]);
  expect(droppedPaths(Array.from({ length: 10_500 }, (_, i) => `/${i}`))).toHaveLength(10_000);
});
