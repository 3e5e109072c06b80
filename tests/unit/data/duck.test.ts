/** What a statement may not do, whatever it says. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { literal } from '../../../electron/data/sql.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';

const folder = dataFolder();

test.each([
  ['read another file', (path: string) => `SELECT * FROM read_csv(${literal(path)})`],
  ['list files', () => `SELECT * FROM glob('/*')`],
  ['write a file', (path: string) => `COPY (SELECT 1) TO ${literal(`${path}.copy`)}`],
  ['attach a database', (path: string) => `ATTACH ${literal(`${path}.db`)}`],
  ['install an extension', () => 'INSTALL httpfs'],
  ['load an extension', () => 'LOAD spatial'],
  ['unlock the configuration', () => 'SET enable_external_access = true'],
  ['reach the network', () => `SELECT * FROM read_csv('https://example.invalid/a.csv')`],
])('a statement cannot %s', async (_, sql) => {
  const allowed = await folder.file('allowed.csv', 'a\n1\n');
  const secret = await folder.file('secret.csv', 'a\n2\n');
  await folder.duck.session({ files: [allowed] }, async (session) => {
    expect(await session.rows(`SELECT * FROM read_csv(${literal(allowed)})`)).toHaveLength(1);
    await expect(session.rows(sql(secret))).rejects.toThrow();
  });
  expect((await readdir(folder.root)).sort()).toEqual(['allowed.csv', 'secret.csv']);
});

test('a name with a pattern in it opens that file and not those that match', async () => {
  await mkdir(join(folder.root, 'patterns'));
  for (const name of ['a1.csv', 'a[1].csv']) await writeFile(join(folder.root, 'patterns', name), `a\n${name.length}\n`);
  const stored = await folder.store(join(folder.root, 'patterns', 'a[1].csv'));
  expect(stored.sniff.preview).toEqual([['8']]);
});

test('a signal stops a statement that runs, and one that is already given stops it before', async () => {
  const controller = new AbortController();
  const endless = folder.duck.session({ files: [], signal: controller.signal }, (session) => session.rows('SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11'));
  setTimeout(() => controller.abort(), 50);
  expect((await failureFrom(endless)).code).toBe('job/cancelled');
  expect((await failureFrom(folder.duck.session({ files: [], signal: controller.signal }, async () => 1))).code).toBe('job/cancelled');
});

test('a signal between two statements stops the next one', async () => {
  const controller = new AbortController();
  const work = folder.duck.session({ files: [], signal: controller.signal }, async (session) => {
    await session.rows('SELECT 1');
    controller.abort();
    return await session.rows('SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11');
  });
  expect((await failureFrom(work)).code).toBe('job/cancelled');
});
