/** `assay sql` and `assay save`, as they are typed. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

test('a dataset is saved to a file, which is not replaced unless that is said', async () => {
  const path = join(folder, 'out.csv');
  const saved = await assay('save', 'birds', path, '--metadata', '--missing', 'NA', '--json');
  expect([saved.code, saved.stderr]).toEqual([0, '']);
  expect(JSON.parse(saved.stdout)).toMatchObject({ dataset: 'birds', version: 1, path, format: 'csv', rowCount: 3, guardedCount: 0, metadataName: 'out.csv.croissant.json' });
  expect(await readFile(path, 'utf8')).toBe('name,mass\n"Great ""auk""",5.0\nWren,0.01\nNA,2.0\n');
  expect(await assay('save', 'birds@1', path)).toMatchObject({ code: 1, stderr: expect.stringContaining('out.csv" is there already.') });
  expect(await assay('save', 'birds', path, '--force', '--decimal', ',', '--no-header')).toMatchObject({ code: 0, stdout: expect.stringContaining('3 rows written to out.csv.') });
  expect(await readFile(path, 'utf8')).toBe('"Great ""auk""";5,0\nWren;0,01\n;2,0\n');
  expect((await assay('log')).stdout).toContain('Exported version 1 of dataset “birds” to “out.csv” (CSV, 3 rows)');
});

test('what cannot be written so is refused with code 2', async () => {
  for (const args of [['out.docx'], [join(folder, 'never.csv'), '--no-header', '--metadata']]) {
    expect([args, (await assay('save', 'birds', ...args)).code]).toEqual([args, 2]);
  }
});
