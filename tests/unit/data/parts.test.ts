/** Several files as one table: which files count, how they are joined, and what is refused by name. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { importParts, type SourceImported } from '../../../electron/data/import-parts.ts';
import { inNaturalOrder, listParts, type PartList } from '../../../electron/data/parts.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { sniffParts, sniffSource } from '../../../electron/data/sniff-parts.ts';
import type { SniffOptions } from '../../../electron/data/sniff.ts';
import type { Cell, ColumnType } from '../../../shared/domain/columns.ts';
import { planAsFound, type Sniff } from '../../../shared/domain/datasets.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';
import { workbookOf } from '../../support/workbook-file.ts';

const data = dataFolder();

/** A folder with these files, gone after the test. */
async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'assay-parts-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

async function listOf(source: string | readonly string[]): Promise<PartList> {
  const list = await listParts(source);
  if (list === null) throw new Error('it is one file');
  return list;
}

interface Stored extends SourceImported { readonly sniff: Sniff; readonly rows: Cell[][]; }

async function store(source: string | readonly string[], types: Readonly<Record<string, ColumnType>> = {}, options: SniffOptions = {}): Promise<Stored> {
  const list = await listOf(source);
  const sniff = await sniffParts(data.duck, list, options);
  const outPath = data.path(`joined-${Math.random()}.parquet`);
  const imported = await importParts(data.duck, list, { plan: planAsFound(sniff, new Map(Object.entries(types))), outPath });
  return { ...imported, sniff, rows: (await readRows(data.duck, { path: outPath, offset: 0, limit: 100 })).rows };
}

const refused = async (source: string) => await failureFrom(store(source));

test('a folder is one table in the natural order of its file names', async () => {
  const root = await folderOf({ 'part-10.csv': 'a,b\n3,z\n', 'part-2.csv': 'a,b\n2,y\n', 'part-1.csv': 'a,b\n1,x\n' });
  const { rows, sniff, fileCount } = await store(root);
  expect(rows).toEqual([[1, 'x'], [2, 'y'], [3, 'z']]);
  expect([sniff.fileCount, fileCount, sniff.warnings]).toEqual([3, 3, []]);
});

test('columns are joined by name, and a file that lacks one has missing values there, which is said', async () => {
  const root = await folderOf({ '1.csv': 'a,b\n1,x\n', '2.csv': 'delay,A\n5,2\n' });
  const { rows, sniff } = await store(root);
  expect(sniff.columns.map(({ sourceName, type, origin }) => [sourceName, type, origin])).toEqual([['a', 'integer', undefined], ['b', 'category', undefined], ['delay', 'integer', undefined], ['source_file', 'category', 'path']]);
  expect(rows).toEqual([[1, 'x', null], [2, null, 5]]);
  expect(sniff.warnings).toEqual(['1 of 2 files has no column "b"; its values are missing there.', '1 of 2 files has no column "delay"; its values are missing there.']);
});

test('types are widened until the values of all files fit', async () => {
  const root = await folderOf({ '1.csv': 'a,b,d\n1,1,2024-01-02\n', '2.csv': 'a,b,d\n1.5,x,2024-01-03\n' });
  const { rows, sniff } = await store(root);
  expect(sniff.columns.slice(0, 3).map(({ type }) => type)).toEqual(['number', 'category', 'date']);
  expect(rows).toEqual([[1, '1', '2024-01-02'], [1.5, 'x', '2024-01-03']]);
});

test('the path of the file and the folders named like year=2024 can be columns', async () => {
  const root = await folderOf({ 'year=2023/m=1/a.csv': 'x\n1\n', 'year=2024/m=__HIVE_DEFAULT_PARTITION__/a.csv': 'x\n2\n', 'year=2024/m=a%2Fb/a.csv': 'x\n3\n' });
  const { rows, sniff, columns } = await store(root, { source_file: 'category' });
  expect(sniff.columns.map(({ sourceName, origin }) => [sourceName, origin])).toEqual([['x', undefined], ['year', 'folder'], ['m', 'folder'], ['source_file', 'path']]);
  expect(columns.map(({ type }) => type)).toEqual(['integer', 'integer', 'category', 'category']);
  expect(rows).toEqual([[1, 2023, '1', 'year=2023/m=1/a.csv'], [2, 2024, null, 'year=2024/m=__HIVE_DEFAULT_PARTITION__/a.csv'], [3, 2024, 'a/b', 'year=2024/m=a%2Fb/a.csv']]);
});

test('several chosen files are one table, and their names begin below the folder that they share', async () => {
  const root = await folderOf({ 'a/x.csv': 'v\n1\n', 'b/x.csv': 'v\n2\n', 'b/other.csv': 'v\n3\n' });
  const { rows, sniff } = await store([join(root, 'b/x.csv'), join(root, 'a/x.csv')], { source_file: 'text' });
  expect([sniff.fileName, rows]).toEqual([root.split('/').at(-1), [[1, 'a/x.csv'], [2, 'b/x.csv']]]);
  expect(await listParts([join(root, 'a/x.csv')])).toBeNull();
  expect((await sniffSource(data.duck, [join(root, 'a/x.csv'), join(root, 'b/x.csv')])).fileCount).toBe(2);
});

test('a column named source_file keeps its name, and the path gets a free one', async () => {
  const root = await folderOf({ '1.csv': 'source_file,Year\nx,1\n', 'year=2/2.csv': 'source_file,Year\ny,2\n' });
  const { sniff } = await store(root);
  expect(sniff.columns.map(({ sourceName, origin }) => [sourceName, origin])).toEqual([['source_file', undefined], ['Year', undefined], ['source_file_2', 'path']]);
  expect(sniff.warnings).toContain('The folders named "year=..." give no column, because the files have one of that name.');
});

test('a value that does not fit is named with its file, row and column', async () => {
  const root = await folderOf({ '1.csv': `a,b\n${'1,2\n'.repeat(600)}`, 'sub/2.csv': `a,b\n${'3,4\n'.repeat(120_000)}3,five\n` });
  const failure = await refused(root);
  expect([failure.code, failure.details['file'], failure.details['line'], failure.details['column'], failure.details['value']]).toEqual(['data/bad-value', 'sub/2.csv', 120_002, 'b', 'five']);
});

test('a file that is written in another way is named with what is different', async () => {
  const base = { '1.csv': 'a,b\nx,2\ny,3\n' };
  const reasonOf = async (content: string | Uint8Array) => (await refused(await folderOf({ ...base, '2.csv': content }))).details['reason'];
  expect(await reasonOf('a;b\nx;2\n')).toBe('its values are separated by semicolons');
  expect(await reasonOf('1,2\n3,4\n')).toBe('its first row has no names of columns');
  expect(await reasonOf('p,q\nx,4\n')).toBe('they have no column in common');
  expect(await reasonOf(Buffer.from('a,b\né,2\n', 'latin1'))).toBe('it is written in LATIN-1, the other in UTF-8');
  expect(await reasonOf(Buffer.from('a,b\nx,2\n', 'utf16le'))).toBe('it is written in UTF-16LE, the other in UTF-8');
});

test('files without names of columns must have equally many', async () => {
  expect((await store(await folderOf({ '1.csv': '1,2\n3,4\n', '2.csv': '5,6\n' }))).rows).toEqual([[1, 2], [3, 4], [5, 6]]);
  expect((await refused(await folderOf({ '1.csv': '1,2\n3,4\n', '2.csv': '5,6,7\n' }))).details['reason']).toBe('it has 3 columns, the other has 2');
});

test('files of several formats are no one table', async () => {
  const failure = await refused(await folderOf({ '1.csv': 'a\n1\n', '2.jsonl': '{"a":1}\n' }));
  expect([failure.code, failure.details['file'], failure.details['format'], failure.details['first']]).toEqual(['data/mixed-formats', '2.jsonl', 'jsonl', '1.csv']);
});

test('JSON files with a field of several kinds are joined', async () => {
  const root = await folderOf({ '1.jsonl': '{"a":1,"b":{"c":true}}\n', '2.jsonl': '{"a":2.5}\n{"a":null,"d":"2024-05-06"}\n' });
  const { rows, sniff } = await store(root);
  expect(sniff.columns.slice(0, 3).map(({ sourceName, type }) => [sourceName, type])).toEqual([['a', 'number'], ['b.c', 'boolean'], ['d', 'date']]);
  expect(rows).toEqual([[1, true, null], [2.5, null, null], [null, null, '2024-05-06']]);
  const mixed = await store(await folderOf({ '1.jsonl': '{"a":1}\n', '2.jsonl': '{"a":"x"}\n' }));
  expect(mixed.rows).toEqual([['1'], ['x']]);
});

test('tables that Assay stored keep their types', async () => {
  const one = await data.store(await data.file('one.csv', 'k,n\nx,1\n'), { k: 'text' });
  const root = await folderOf({});
  for (const name of ['1.parquet', '2.parquet']) await writeFile(join(root, name), await readFile(one.path));
  const { columns, rows, sniff } = await store(root);
  expect([columns.map(({ type }) => type), rows, sniff.columns[0]?.reason]).toEqual([['text', 'integer'], [['x', 1], ['x', 1]], 'It was stored as text.']);
});

test('a column of times in one file and of numbers in another is text', async () => {
  const root = await folderOf({});
  for (const [index, value] of ["DATE '2024-01-02'", '5', 'true', "TIMESTAMP '2024-01-02 03:00:00'"].entries()) {
    const path = join(root, `${index}.parquet`);
    await data.duck.session({ files: [path] }, (session) => session.run(`COPY (SELECT ${value} AS v) TO '${path}' (FORMAT parquet, USE_TMP_FILE false)`));
  }
  expect((await store(root)).rows.flat()).toEqual(['2024-01-02', '5', 'true', '2024-01-02 03:00:00']);
});

test('workbooks are one table by the sheet of the first, and one without that sheet is named', async () => {
  const book = (sheet: string, value: number) => workbookOf([{ name: sheet, rows: [['v', 'w'], [value, 'x']] }]);
  expect((await store(await folderOf({ '1.xlsx': book('Data', 1), '2.xlsx': book('Data', 2) }))).rows).toEqual([[1, 'x'], [2, 'x']]);
  expect(await refused(await folderOf({ '1.xlsx': book('Data', 1), '2.xlsx': book('Other', 2) }))).toMatchObject({ code: 'data/unknown-table', details: { file: '2.xlsx', table: 'Data' } });
});

test('the progress counts files, with shares of a large one, and a cancelled import leaves nothing', async () => {
  const root = await folderOf({ '1.csv': `a,b\n${'1,2\n'.repeat(200_000)}`, '2.csv': 'a,b\n3,4\n' });
  const list = await listOf(root);
  const plan = planAsFound(await sniffParts(data.duck, list));
  const seen: number[] = [];
  const stop = new AbortController();
  const work = importParts(data.duck, list, { plan, outPath: data.path('stopped.parquet'), signal: stop.signal, onProgress: ({ done, total }) => { seen.push(done); expect([done <= total, total]).toEqual([true, 2]); if (done >= 1) stop.abort(); } });
  expect((await failureFrom(work)).code).toBe('job/cancelled');
  expect([seen[0], seen.toSorted((a, b) => a - b)]).toEqual([0, seen]);
  expect((await readdir(data.tempDir)).filter((name) => name.startsWith('parts-'))).toEqual([]);
});

test('the hash of several files is that of their hashes and names, and the size is that of all', async () => {
  const [a, b] = ['v\n1\n', 'v\n22\n'];
  const { sourceSha256, sourceSizeBytes } = await store(await folderOf({ 'a.csv': a, 'b.csv': b }));
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  expect([sourceSha256, sourceSizeBytes]).toEqual([hash(`${hash(a)}  a.csv\n${hash(b)}  b.csv\n`), 9]);
});

test('hidden files, locks and marks of other programs are passed over; what is no table is named', async () => {
  const root = await folderOf({
    '.DS_Store': 'x', '.hidden/a.csv': 'a\n1\n', '~$book.xlsx': 'x', _SUCCESS: '', 'README.md': '# read me', 'empty.csv': '', 'a.csv': 'v\n1\n',
    'photo.csv': Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0]),
  });
  const { rows, sniff } = await store(root);
  expect(rows).toEqual([[1]]);
  expect(sniff.warnings).toEqual(['"README.md" is left out: it does not end like a table.', '"empty.csv" is left out: it is empty.', '"photo.csv" is left out: it is no table: it is a PNG image.']);
});

test('links are not followed, neither out of the folder nor in a loop', async () => {
  const outside = await folderOf({ 'secret.csv': 'v\n9\n' });
  const root = await folderOf({ 'a.csv': 'v\n1\n' });
  await symlink(join(outside, 'secret.csv'), join(root, 'b.csv'));
  await symlink(root, join(root, 'loop'));
  const { rows, sniff } = await store(root);
  expect([rows, sniff.warnings.toSorted()]).toEqual([[[1]], ['"b.csv" is left out: it is a link.', '"loop" is left out: it is a link.']]);
});

test('a folder of more files than the limit, or with none, is refused before any is read', async () => {
  const root = await folderOf({ 'a.csv': 'v\n1\n', 'b.csv': 'v\n1\n', 'c.csv': 'v\n1\n' });
  expect(await failureFrom(listParts(root, undefined, { isNamed: () => true, word: '', fileCount: 2, entryCount: 100 }))).toMatchObject({ code: 'data/too-many-files', details: { limit: 2 } });
  expect(await failureFrom(listParts(root, undefined, { isNamed: () => true, word: '', fileCount: 100, entryCount: 2 }))).toMatchObject({ code: 'data/too-many-files', details: { limit: 2 } });
  expect((await refused(await folderOf({ 'notes.md': 'x' }))).code).toBe('data/no-files');
  expect((await refused(await folderOf({ 'a.csv': '', 'b.csv': '' }))).code).toBe('data/no-files');
  expect((await failureFrom(listParts(join(root, 'missing')))).code).toBe('files/not-found');
});

test('a project and what it keeps are no data, but a folder that the user made in it is', async () => {
  const root = await folderOf({ 'project/assay.json': '{}', 'project/obj/aa/x.csv': 'v\n1\n', 'project/data/a.csv': 'v\n1\n', 'b.csv': 'v\n2\n' });
  expect((await refused(join(root, 'project'))).code).toBe('data/project-folder');
  expect((await refused(join(root, 'project/obj/aa'))).code).toBe('data/project-folder');
  expect((await store(join(root, 'project/data'))).rows).toEqual([[1]]);
  expect((await store(root)).sniff.warnings).toEqual(['"project" is left out: it is an Assay project.']);
});

test('a file that vanishes between the look and the import is named, and nothing is stored', async () => {
  const root = await folderOf({ 'a.csv': 'v\n1\n', 'b.csv': 'v\n1\n' });
  const list = await listOf(root);
  const plan = planAsFound(await sniffParts(data.duck, list));
  await rm(join(root, 'b.csv'));
  const outPath = data.path('vanished.parquet');
  const failure = await failureFrom(importParts(data.duck, list, { plan, outPath }));
  expect([failure.code, String(failure.details['path']).endsWith('b.csv')]).toEqual(['files/not-found', true]);
});

test('what is no file, and a name that is no Unicode, is named; folders without end are not walked', async () => {
  const root = await folderOf({ 'a.csv': 'v\n1\n', [`${'d/'.repeat(34)}b.csv`]: 'v\n2\n' });
  const pipe = createServer();
  onTestFinished(() => void pipe.close());
  await new Promise<void>((resolve) => { pipe.listen(join(root, 'pipe.csv'), resolve); });
  await writeFile(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0x78, 0xff, 0x2e, 0x63, 0x73, 0x76])]), 'v\n3\n');
  const { rows, sniff } = await store(root);
  expect(rows).toEqual([[1]]);
  expect(sniff.warnings.toSorted()).toEqual([`"${'d/'.repeat(32)}d" is left out: it lies more than 32 folders deep.`, '"pipe.csv" is left out: it is a device or a pipe.', expect.stringContaining('it has a name that is no valid Unicode.')]);
  expect(await failureFrom(store([join(root, 'a.csv'), join(root, 'pipe.csv')]))).toMatchObject({ code: 'files/no-access', details: { reason: 'it is a device or a pipe' } });
});

test('names with line breaks, quotes, patterns and other scripts are read as they are', async () => {
  const names = ['a\nb.csv', "it's [1]*.csv", 'данные 数据.csv', `${'long'.repeat(60)}.csv`];
  const root = await folderOf(Object.fromEntries(names.map((name, index) => [name, `v\n${index}\n`])));
  const { rows } = await store(root, { source_file: 'text' });
  expect(rows.map(([, name]) => name).toSorted()).toEqual(names.toSorted());
});

test('names are ordered by their numbers, folder by folder', () => {
  expect(['b/1', 'part-10', 'a/2', 'part-2', 'Part-3', 'a/10', 'a.csv'].toSorted(inNaturalOrder)).toEqual(['a/2', 'a/10', 'a.csv', 'b/1', 'part-2', 'Part-3', 'part-10']);
});

test('a column of the plan that no file has is refused, as is an import without rows', async () => {
  const root = await folderOf({ 'a.csv': 'v,w\n1,2\n' });
  const list = await listOf(root);
  const plan = planAsFound(await sniffParts(data.duck, list));
  const with_ = (sourceName: string) => ({ ...plan, columns: [...plan.columns, { sourceName, name: sourceName, type: 'text' as const }] });
  expect(await failureFrom(importParts(data.duck, list, { plan: with_('gone'), outPath: data.path('gone.parquet') }))).toMatchObject({ code: 'data/unknown-column', details: { column: 'gone' } });
  await writeFile(join(root, 'a.csv'), 'v,w\n');
  expect((await failureFrom(importParts(data.duck, list, { plan, outPath: data.path('none.parquet') }))).code).toBe('data/no-rows');
});
