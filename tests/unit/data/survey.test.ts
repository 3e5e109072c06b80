/** What a folder holds: which files are one table, what they are called, and what is named as no table. */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { markdownAsCsv, writePasted } from '../../../electron/data/pasted.ts';
import { survey, type Survey } from '../../../electron/data/survey.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';

const data = dataFolder();

async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'assay-survey-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

const brief = ({ tables }: Survey) => tables.map(({ name, format, fileCount, rowCount, columnCount, unlikeCount }) => [name, format, fileCount, rowCount, columnCount, unlikeCount]);

test('files that share half of their columns are proposed as one table, the others as tables of their own', async () => {
  const stored = await data.store(await data.file('stored.csv', 'k,n\nx,1\ny,2\n'));
  const root = await folderOf({
    'sales-2023.csv': 'shop,amount\nn,1\ns,2\n', 'sales-2024.csv': 'shop,amount,tax\nn,1,0\n', 'sites.jsonl': '{"site":"n"}\n{"site":"s"}\n', 'other.csv': 'p,q\n1,2\n', 'semi.csv': 'shop;amount\nn;1\n',
  });
  await copyFile(stored.path, join(root, 'k.parquet'));
  const found = await survey(data.duck, root);
  expect(brief(found)).toEqual([
    ['k', 'parquet', 1, 2, 2, 0], ['other', 'csv', 1, 1, 2, 0], ['sales', 'csv', 2, 3, 3, 1], ['semi', 'csv', 1, 1, 2, 0], ['sites', 'jsonl', 1, 2, 1, 0],
  ]);
  expect(found.tables.map(({ source }) => source)[2]).toEqual([join(root, 'sales-2023.csv'), join(root, 'sales-2024.csv')]);
});

test('a table that is all there is in a folder has the folder as its source, so that later files belong to it', async () => {
  const root = await folderOf({ 'a/year=1/p.csv': 'x,y\n1,2\n', 'a/year=2/p.csv': 'x,y\n1,2\n', 'b/one.csv': 'z\n1\n', 'b/two.csv': 'z\n2\n' });
  const { tables } = await survey(data.duck, root);
  expect(tables.map(({ name, source }) => [name, source])).toEqual([['a', join(root, 'a')], ['b', join(root, 'b')]]);
  const whole = await survey(data.duck, join(root, 'a'));
  expect(whole.tables.map(({ name, source }) => [name, source])).toEqual([['a', join(root, 'a')]]);
});

test('what cannot be read is named with the reason, and text that is no table is none', async () => {
  const root = await folderOf({ 'a.csv': 'v,w\n1,2\n', 'broken.parquet': 'PAR1 no', 'nul.csv': 'a,b\n1,\0\n', 'readme.txt': 'Some words about 3 things\n12\nand more\n', 'x.png': 'x' });
  const { tables, refused } = await survey(data.duck, root);
  expect(tables.map(({ name }) => name)).toEqual(['a']);
  expect(refused.map(({ name }) => name).toSorted()).toEqual(['broken.parquet', 'nul.csv', 'readme.txt', 'x.png']);
  expect(refused.find(({ name }) => name === 'nul.csv')?.reason).toContain('line 2');
});

test('one file is one table, and a folder of too many tables is refused', async () => {
  const root = await folderOf(Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`${index}.csv`, `only_${index},b_${index}\n1,2\n`])));
  expect(brief(await survey(data.duck, join(root, '7.csv')))).toEqual([['7', 'csv', 1, 1, 2, 0]]);
  expect(await failureFrom(survey(data.duck, root))).toMatchObject({ code: 'data/too-many-tables', details: { found: 501, limit: 500 } });
});

test('a Markdown table becomes CSV; all other text stays as it is', () => {
  expect(markdownAsCsv('\n| a | b \\| c |\n|:--|--:|\n| 1 | "x", y |\n|2\n\nnot | this\n')).toBe('a,b | c\n1,"""x"", y"\n2,\n');
  expect(markdownAsCsv('a | b\n--- | ---\n1 | 2 | 3\n')).toBe('a,b\n1,2,3\n');
  for (const text of ['a,b\n1,2\n', 'a|b\n1|2\n', '| a |\n| 1 |\n', '[{"a":1}]', 'a | b\n---\n1 | 2\n']) expect(markdownAsCsv(text)).toBeNull();
});

test('text without anything in it is no table', async () => {
  expect((await failureFrom(writePasted(' \n\t', data.path('Pasted table')))).code).toBe('data/no-rows');
  expect((await failureFrom(writePasted('a', data.path('missing/Pasted table')))).code).toBe('files/not-found');
});
