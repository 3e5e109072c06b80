/** `assay sql`, as it is typed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runAssay } from '../../support/cli.ts';

let folder: string;

const assay = (...args: string[]) => runAssay(args, { ASSAY_USER_DATA: join(folder, 'user') }, join(folder, 'project'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-sql-'));
  await writeFile(join(folder, 'birds.csv'), 'name,mass\n"Great ""auk""",5\nWren,0.01\n,2\n');
  await runAssay(['new', join(folder, 'project')], { ASSAY_USER_DATA: join(folder, 'user') });
  expect((await assay('import', join(folder, 'birds.csv'))).stderr).toBe('');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('prints rows as a table, as CSV and as JSON, and saves them', async () => {
  const shown = await assay('sql', 'SELECT name, mass FROM birds ORDER BY mass', '--limit', '2');
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toMatch(/name\s+mass\nWren\s+0\.01\n–\s+2\nThe first 2 rows\n/);
  expect((await assay('sql', 'SELECT name, mass FROM birds ORDER BY mass DESC', '--csv')).stdout).toBe('name,mass\n"Great ""auk""",5\n,2\nWren,0.01\n');
  const saved = await assay('sql', 'SELECT count(*) AS n FROM birds', '--save', 'counts', '--json');
  expect(JSON.parse(saved.stdout)).toMatchObject({ rows: [[3]], columns: [{ name: 'n', type: 'integer' }], inputs: [{ name: 'birds', versionNumber: 1 }], saved: { dataset: 'counts', version: 1, isNew: true } });
  expect((await assay('sql', 'SELECT count(*) AS n FROM birds', '--save', 'counts')).stdout).toContain('counts v1 has these rows already');
  expect((await assay('sql', 'SELECT n FROM "counts@1"')).stdout).toMatch(/n\n3\n1 row\n/);
});

test('an error names the line and column and ends with code 1; a query that is none with code 2', async () => {
  const wrong = await assay('sql', 'SELECT *\nFROM birds WHERE weight > 1', '--json');
  expect(wrong.code).toBe(1);
  expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: 'query/wrong', details: { line: 2, column: 18 } } });
  expect(await assay('sql', 'DROP TABLE birds')).toMatchObject({ code: 1, stderr: expect.stringContaining('only a SELECT is run') });
  expect(await assay('sql', ' ')).toMatchObject({ code: 2 });
  expect(await assay('sql', 'SELECT 1', '--limit', '0')).toMatchObject({ code: 2 });
});
