/** How text files are written, beyond commas and points: what is found, with its reason, and what the user says instead. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { importFile } from '../../../electron/data/import.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { sniffFile } from '../../../electron/data/sniff.ts';
import type { ColumnType } from '../../../shared/domain/columns.ts';
import { dialectProblem, planAsFound, plainDialect, type Dialect } from '../../../shared/domain/datasets.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';

const folder = dataFolder();
let fileCount = 0;

async function sniffText(text: string | Uint8Array, change?: Partial<Dialect>, ending = 'csv') {
  const path = await folder.file(`text-${fileCount++}.${ending}`, text);
  const sniff = await sniffFile(folder.duck, path);
  return { path, sniff: change === undefined ? sniff : await sniffFile(folder.duck, path, { dialect: { ...sniff.dialect!, ...change } }) };
}

/** The rows as they are stored, read as found or with `change` to that. */
async function storedRows(text: string | Uint8Array, change?: Partial<Dialect>, types: Record<string, ColumnType> = {}, ending = 'csv') {
  const { path, sniff } = await sniffText(text, change, ending);
  const outPath = folder.path(`stored-text-${fileCount}.parquet`);
  await importFile(folder.duck, { path, outPath, plan: planAsFound(sniff, new Map(Object.entries(types))) });
  const { columns, rows } = await readRows(folder.duck, { path: outPath, offset: 0, limit: 100 });
  return { sniff, names: columns.map(({ name, type }) => `${name} ${type}`), rows };
}

test('a decimal comma and thousands marks are found and told by an example', async () => {
  const { sniff, names, rows } = await storedRows('a;b\n1.234,5;7\n0,25;1.234.567\n-12,5;2.000\n');
  expect(sniff.reasons).toMatchObject({ decimal: 'Numbers such as "1.234,5" have a comma before their fraction.', thousands: 'Numbers such as "1.234,5" have groups of three digits.' });
  expect(names).toEqual(['a number', 'b integer']);
  expect(rows).toEqual([[1234.5, 7], [0.25, 1_234_567], [-12.5, 2000]]);
});

test.each<[string, string, Pick<Dialect, 'decimal' | 'thousands'>, (number | null)[]]>([
  ['commas before points', 'a|b\n1,234.5|x\n12,345,678.25|y\n0.5|z\n', { decimal: '.', thousands: ',' }, [1234.5, 12_345_678.25, 0.5]],
  ['spaces', 'a;b\n1 234,5;x\n0,5;y\n1\u202f000,5;z\n', { decimal: ',', thousands: ' ' }, [1234.5, 0.5, 1000.5]],
  ['apostrophes', "a;b\n1'234.5;x\n0.5;y\n1'000;z\n", { decimal: '.', thousands: "'" }, [1234.5, 0.5, 1000]],
])('thousands are marked by %s', async (_, text, marks, values) => {
  const { sniff, rows } = await storedRows(text);
  expect(sniff.dialect).toMatchObject(marks);
  expect(rows.map(([value]) => value)).toEqual(values);
});

test('numbers that could mean two things stay text until the user says which', async () => {
  const text = 'a;b\n1,234;x\n2,500;y\n';
  const { sniff, names } = await storedRows(text);
  expect([sniff.dialect?.decimal, sniff.dialect?.thousands, names[0]]).toEqual(['.', '', 'a category']);
  expect((await storedRows(text, { decimal: ',' })).rows.map(([a]) => a)).toEqual([1.234, 2.5]);
  expect((await storedRows(text, { thousands: ',' })).rows.map(([a]) => a)).toEqual([1234, 2500]);
});

test.each([['1.5', 'a point is no thousands mark before one digit'], ['1.2345', 'nor before four'], ['12.34.567', 'nor where one group is short'], ['1,5,5', 'and two commas are no number']])(
  '%s is not coerced where the comma is decimal: %s',
  async (value) => {
    const failure = await failureFrom(storedRows(`a;b\n1,5;x\n${value};y\n`, { decimal: ',', thousands: '.' }, { a: 'number' }));
    expect(failure.details).toMatchObject({ line: 3, column: 'a', value, type: 'number' });
  },
);

test('lines of comment are no data wherever they stand, also one that holds a quote, and lines keep their numbers', async () => {
  const text = '# made "by a scale\n# at noon\na,b\n1,x\n# half, way\n2,"#y\n# inside"\nz,z\n';
  const { sniff } = await sniffText(text);
  expect([sniff.dialect?.comment, sniff.reasons.comment]).toEqual(['#', 'The file begins with lines that start with "#".']);
  expect((await storedRows(text, undefined, { a: 'text' })).rows).toEqual([['1', 'x'], ['2', '#y\n# inside'], ['z', 'z']]);
  expect((await failureFrom(storedRows(text, undefined, { a: 'integer' }))).details).toMatchObject({ line: 8, value: 'z' });
  expect((await failureFrom(storedRows(`${text}1,2,3\n`, undefined, { a: 'text' }))).details).toMatchObject({ line: 9, found: 3 });
});

test('a value that holds the comment mark is not cut', async () => {
  expect((await storedRows('# colours\nname,code\nred,#ff0000\nblue,0000ff # dark\n')).rows).toEqual([['red', '#ff0000'], ['blue', '0000ff # dark']]);
});

test('a header that begins with # over a table of its width is a header', async () => {
  expect((await sniffText('#id,name\n1,x\n2,y\n')).sniff.columns.map(({ sourceName }) => sourceName)).toEqual(['#id', 'name']);
});

test('a title above the table is skipped with a reason; its quotes do not matter', async () => {
  const text = 'Station "North\nexported 2024\n\nday;mass;n\n1;2;3\n4;5;6\n7;8;x\n';
  const { sniff, rows } = await storedRows(text);
  expect([sniff.dialect?.skipLines, sniff.dialect?.delimiter]).toEqual([2, ';']);
  expect(rows).toEqual([[1, 2, '3'], [4, 5, '6'], [7, 8, 'x']]);
  expect((await failureFrom(storedRows(text, undefined, { n: 'integer' }))).details).toMatchObject({ line: 7, value: 'x' });
});

test('the user may skip lines that look like a table', async () => {
  const { names, rows } = await storedRows('x,y\n1,2\na,b\n3,4\n', { skipLines: 2 });
  expect([names, rows]).toEqual([['a integer', 'b integer'], [[3, 4]]]);
});

test('columns laid out with blanks and tabs are parted where blanks run', async () => {
  const { sniff, names, rows } = await storedRows('  name    mass   n\n  alpha    1.5   1\n  beta   12.25 \t 2\n  "c d"    3     3  \n');
  expect([sniff.dialect?.delimiter, sniff.dialect?.joinsDelimiters]).toEqual([' ', true]);
  expect(names).toEqual(['name category', 'mass number', 'n integer']);
  expect(rows).toEqual([['alpha', 1.5, 1], ['beta', 12.25, 2], ['c d', 3, 3]]);
});

test('single quotes and backslashes before quotes are found', async () => {
  expect((await storedRows("a,b\n'x, y',1\n'it''s',2\n")).rows).toEqual([['x, y', 1], ["it's", 2]]);
  expect((await storedRows('a,b\n"say \\"hi\\" now",1\n"two\\\\three",2\n')).rows).toEqual([['say "hi" now', 1], ['two\\three', 2]]);
});

test('delimiters of several characters and rare ones can be said', async () => {
  expect((await storedRows('a||b\n1||x|y\n', { delimiter: '||' })).rows).toEqual([[1, 'x|y']]);
  expect((await storedRows('a\u00a7b\n1\u00a7x\n', { delimiter: '\u00a7' })).rows).toEqual([[1, 'x']]);
});

test('words among numbers are missing values with a reason, and text columns keep them', async () => {
  const { sniff, rows } = await storedRows('a,b\n1,?\n?,x\n2.5,y\n', undefined, { b: 'text' });
  expect(sniff.reasons.missing).toBe('"?" stands among numbers.');
  expect(rows).toEqual([[1, '?'], [null, 'x'], [2.5, 'y']]);
  expect((await storedRows('a,b\n-999,x\n5,y\n', { missing: ['-999'] })).rows).toEqual([[null, 'x'], [5, 'y']]);
  expect((await failureFrom(storedRows('a,b\nNA,x\n5,y\n', { missing: [] }, { a: 'integer' }))).details).toMatchObject({ value: 'NA' });
});

test.each([['little', false], ['big', true]])('UTF-16 without a mark in %s-endian order is told by its zeros', async (_, isBig) => {
  const bytes = Buffer.from('name,n\nzoë,1\nana,2\n', 'utf16le');
  const { sniff, rows } = await storedRows(isBig ? bytes.swap16() : bytes);
  expect(sniff.dialect?.encoding).toBe(isBig ? 'utf-16be' : 'utf-16le');
  expect(rows).toEqual([['zoë', 1], ['ana', 2]]);
});

test('another encoding can be said, and one that does not fit is refused with the line', async () => {
  expect((await storedRows('a,b\nz\u00c3\u00ab,1\n', { encoding: 'latin-1' })).rows[0]?.[0]).toBe('zÃƒÂ«');
  const failure = await failureFrom(sniffText(Buffer.from('a,b\nx,1\nzo\xeb,2\n', 'latin1'), { encoding: 'utf-8' }));
  expect([failure.code, failure.details['line']]).toEqual(['data/encoding', 3]);
});

test('dates are read by the pattern that the user says', async () => {
  const { path, sniff } = await sniffText('d,e\n01/02/2024,20240229\n03/04/2024,20240301\n');
  const plan = planAsFound(sniff, new Map<string, ColumnType>([['e', 'date']]));
  const patterns = ['%d/%m/%Y', '%Y%m%d'];
  const outPath = folder.path('patterns.parquet');
  await importFile(folder.duck, { path, outPath, plan: { ...plan, columns: plan.columns.map((column, index) => ({ ...column, pattern: patterns[index] ?? null })) } });
  expect((await readRows(folder.duck, { path: outPath, offset: 0, limit: 9 })).rows).toEqual([['2024-02-01', '2024-02-29'], ['2024-04-03', '2024-03-01']]);
});

test.each([['gz', gzipSync], ['zst', zstdCompressSync]] as const)('a file packed as .%s is read like the file in it, and its source is the packed one', async (ending, pack) => {
  const text = `a,b\n${Array.from({ length: 30_000 }, (_, row) => `${row},é${row % 7}`).join('\n')}\n`;
  const { rows, names } = await storedRows(pack(Buffer.from(text)), undefined, {}, `csv.${ending}`);
  expect(names).toEqual(['a integer', 'b category']);
  expect(rows[3]).toEqual([3, 'é3']);
  expect((await storedRows(pack(Buffer.from('{"a":1}\n{"a":2}\n')), undefined, {}, `jsonl.${ending}`)).rows).toEqual([[1], [2]]);
  const failure = await failureFrom(sniffText(pack(Buffer.from(text)).subarray(0, -200), undefined, `csv.${ending}`));
  expect(failure.code).toBe('data/malformed');
});

test('a packed file that swells without end is refused, and so is a packed file that is no text', async () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.alloc(80 * 1024 * 1024, '\n')]));
  expect((await failureFrom(storedRows(bomb, undefined, {}, 'csv.gz'))).code).toBe('data/too-large');
  expect((await failureFrom(sniffText(gzipSync(Buffer.from('PAR1 and more')), undefined, 'parquet.gz'))).code).toBe('data/unknown-format');
  expect((await failureFrom(sniffText(gzipSync(Buffer.alloc(0)), undefined, 'csv.gz'))).code).toBe('files/empty');
});

test('a JSON object that says one key twice is refused, and __proto__ is a name like others', async () => {
  const failure = await failureFrom(sniffText('{"a":1,"b":1}\n{"a":1,"a":2}\n', undefined, 'jsonl'));
  expect([failure.code, /duplicate key/.test(failure.what)]).toEqual(['data/malformed', true]);
  const { names, rows } = await storedRows('[{"__proto__":{"polluted":1},"constructor":2},{"__proto__":{"polluted":3}}]', undefined, {}, 'json');
  expect([names, rows]).toEqual([['__proto__.polluted integer', 'constructor integer'], [[1, 2], [3, null]]]);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('values of several kinds in a JSON column are kept as text, and the sniff says so', async () => {
  const { sniff, rows } = await storedRows('{"a":1}\n{"a":"x"}\n{"a":[true]}\n', undefined, {}, 'jsonl');
  expect(sniff.warnings).toEqual(['Column "a" holds values of several kinds; they are kept as text.']);
  expect(rows.flat()).toEqual(['1', 'x', '[true]']);
});

test.each<[string, Partial<Dialect>, string]>([
  ['a line break as delimiter', { delimiter: '\n' }, 'line break'], ['a quote that is no plain character', { quote: '“' }, 'plain'], ['one character as delimiter and quote', { delimiter: '"' }, 'quote must differ'],
  ['a quote without an escape', { escape: '' }, 'escape'], ['one character as delimiter and escape', { escape: ',' }, 'escape must differ'], ['a delimiter that marks comments', { comment: ',' }, 'comment'],
  ['one mark for decimals and thousands', { thousands: '.' }, 'thousands mark must differ'],
])('%s is refused before the file is read', async (_, change, words) => {
  expect(dialectProblem({ ...plainDialect, ...change })).toContain(words);
  expect((await failureFrom(sniffText('a,b\n1,2\n', change))).code).toBe('data/dialect');
});
