/** From a file to a stored table: what is kept, what is refused, and that nothing is left behind. */
import { createHash } from 'node:crypto';
import { readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { openDuck } from '../../../electron/data/duck.ts';
import { importFile } from '../../../electron/data/import.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { sniffFile } from '../../../electron/data/sniff.ts';
import type { ColumnType } from '../../../shared/domain/columns.ts';
import { dataFolder, failureFrom, planOf, vegaFile } from '../../support/data-files.ts';

const folder = dataFolder();

async function rowsOf(path: string) {
  return (await readRows(folder.duck, { path, offset: 0, limit: 100 })).rows;
}

async function storeText(text: string | Uint8Array, types: Record<string, ColumnType> = {}, name = 'input.csv') {
  const stored = await folder.store(await folder.file(name, text), types);
  return { ...stored, rows: await rowsOf(stored.path) };
}

async function refused(text: string | Uint8Array, types: Record<string, ColumnType> = {}, name = 'input.csv') {
  return await failureFrom(storeText(text, types, name));
}

async function leftovers() {
  return [...(await readdir(folder.root)), ...(await readdir(folder.tempDir))].filter((name) => name.endsWith('.part') || name.startsWith('utf8-'));
}

test('every type arrives with its values, and missing values stay missing', async () => {
  const { rows, columns, rowCount } = await storeText('b,i,n,c,t,d,ts\ntrue,1,1.5,x,long one,2020-02-29,2020-02-29T12:30:00.25\n,,,,,,\n', { c: 'category', t: 'text' });
  expect(rowCount).toBe(2);
  expect(columns.map(({ type }) => type)).toEqual(['boolean', 'integer', 'number', 'category', 'text', 'date', 'timestamp']);
  expect(rows).toEqual([
    [true, 1, 1.5, 'x', 'long one', '2020-02-29', '2020-02-29T12:30:00.25'],
    [null, null, null, null, null, null, null],
  ]);
});

test('the hash and the size of the source are those of the file', async () => {
  const text = 'a\n1\n2\n';
  const { sourceSha256, sourceSizeBytes } = await storeText(text);
  expect(sourceSha256).toBe(createHash('sha256').update(text).digest('hex'));
  expect(sourceSizeBytes).toBe(text.length);
});

test('NA and null are missing in every type but text, where they are words', async () => {
  const { rows } = await storeText('n,c,t\n1,x,NA\nNA,NA,null\nnull,N/A,\n', { t: 'text' });
  expect(rows).toEqual([[1, 'x', 'NA'], [null, null, 'null'], [null, null, null]]);
});

test('NaN and infinity stay in a number column as such', async () => {
  const { rows } = await storeText('x,k\n1.5,a\nNaN,a\n-inf,a\nInfinity,a\n');
  expect(rows.map(([x]) => x)).toEqual([1.5, 'NaN', '-Infinity', 'Infinity']);
});

test('whole numbers keep all 64 bits', async () => {
  const { rows } = await storeText('i\n9223372036854775807\n-9223372036854775808\n');
  expect(rows).toEqual([['9223372036854775807'], ['-9223372036854775808']]);
});

test('whole numbers may be spelled as decimals, also where a word for missing is among them', async () => {
  expect((await storeText('a,b\n5.0,NA\n1e3,1e3\n+7,-0\n007,9007199254740993\n', { a: 'integer', b: 'integer' })).rows).toEqual([[5, null], [1000, 1000], [7, 0], [7, '9007199254740993']]);
});

test('a large whole number far behind small ones keeps its last digit', async () => {
  const { path } = await storeText(`id,x\n${'1,2\n'.repeat(5000)}9007199254740993,2\n`);
  expect((await readRows(folder.duck, { path, columns: ['id'], offset: 5000, limit: 1 })).rows).toEqual([['9007199254740993']]);
});

test('a stated offset is converted to UTC, and a bare time is kept', async () => {
  const { rows } = await storeText('t\n2020-01-01T00:30:00+02:00\n2020-01-01 00:30:00\n2020-01-01T00:30:00Z\n2020-01-01 00:30:00.5-01:30\n');
  expect(rows.flat()).toEqual(['2019-12-31T22:30:00', '2020-01-01T00:30:00', '2020-01-01T00:30:00', '2020-01-01T02:00:00.5']);
});

test('dates with the day first are read in the way that fits the whole column', async () => {
  const { rows } = await storeText('d\n01/02/2020\n31/12/2020\n');
  expect(rows.flat()).toEqual(['2020-02-01', '2020-12-31']);
});

test('the user may choose other types, names and columns', async () => {
  const path = await folder.file('choose.csv', 'id,flag,when,price\n007,1,20.1.2020,3.0\n');
  const sniff = await sniffFile(folder.duck, path);
  const outPath = folder.path('chosen.parquet');
  await importFile(folder.duck, {
    path, outPath,
    plan: { format: 'csv', dialect: sniff.dialect, columns: [
      { sourceName: 'price', name: 'Price', type: 'integer' }, { sourceName: 'flag', name: 'Flag', type: 'boolean' }, { sourceName: 'id', name: 'Id', type: 'integer' },
    ] },
  });
  const window = await readRows(folder.duck, { path: outPath, offset: 0, limit: 10 });
  expect(window.columns).toEqual([{ name: 'Price', type: 'integer' }, { name: 'Flag', type: 'boolean' }, { name: 'Id', type: 'integer' }]);
  expect(window.rows).toEqual([[3, true, 7]]);
});

test.each(['a"b', "it's", 'with space', 'ünï😀', '__proto__', 'constructor', 'select', 'a.b', '$x', "'; DROP TABLE x; --", '%s', 'c0', 'assay_row'])(
  'a column may be called %j',
  async (name) => {
    const stored = await storeText(`"${name.replaceAll('"', '""')}",other\n1,x\n2,y\n`);
    expect(stored.columns.map((column) => column.name)).toEqual([name, 'other']);
    expect(stored.rows).toEqual([[1, 'x'], [2, 'y']]);
  },
);

test.each(['data[1].csv', 'a*b?.csv', "it's.csv", 'ünï code.csv'])('a file may be called %j', async (name) => {
  expect((await storeText('a\n5\n', {}, name)).rows).toEqual([[5]]);
});

test('quotes, line breaks and delimiters inside values survive', async () => {
  const { rows } = await storeText('a,b\n"x, ""y""","two\nlines"\nplain,z\n');
  expect(rows).toEqual([['x, "y"', 'two\nlines'], ['plain', 'z']]);
});

test.each([['CR LF', '\r\n'], ['CR', '\r'], ['LF', '\n']])('lines may end with %s', async (_, end) => {
  expect((await storeText(['a,b', '1,x', '2,y', ''].join(end))).rows).toEqual([[1, 'x'], [2, 'y']]);
});

test('empty lines before the header and between rows are passed over', async () => {
  expect((await storeText('\n\na,b\n1,x\n\n2,y\n\n')).rows).toEqual([[1, 'x'], [2, 'y']]);
});

test('Latin-1 and UTF-16 files are stored as the text they show', async () => {
  expect((await storeText(Buffer.from('n,c\n1,zo\xeb\n', 'latin1'))).rows).toEqual([[1, 'zoë']]);
  expect((await storeText(Buffer.from('\uFEFFn,c\n1,zoë😀\n', 'utf16le'))).rows).toEqual([[1, 'zoë😀']]);
  expect(await leftovers()).toEqual([]);
});

test('the same file and plan give the same bytes with one thread and with two, in the order of the file', async () => {
  const lines = Array.from({ length: 300_000 }, (_, index) => `${index},${(index * 7919) % 1000},${((index * 31) % 977) / 8},k${index % 13},2020-01-${String((index % 28) + 1).padStart(2, '0')}`);
  const path = await folder.file('many.csv', `i,a,x,k,d\n${lines.join('\n')}\n`);
  const plan = planOf(await sniffFile(folder.duck, path));
  const hashes = new Set<string>();
  for (const threads of [1, 2, 2]) {
    const duck = await openDuck({ tempDir: folder.tempDir, threads });
    const outPath = folder.path(`many-${threads}.parquet`);
    await importFile(duck, { path, plan, outPath });
    hashes.add(createHash('sha256').update(await readFile(outPath)).digest('hex'));
  }
  expect(hashes.size).toBe(1);
  const window = await readRows(folder.duck, { path: folder.path('many-1.parquet'), columns: ['i'], offset: 200_000, limit: 3 });
  expect(window.rows).toEqual([[200_000], [200_001], [200_002]]);
});

test('a value that does not fit is named with line, column and value', async () => {
  const failure = await refused('a,b\n1,"x\ny"\n\n2,z\nthree,z\n', { a: 'integer' });
  expect(failure.code).toBe('data/bad-value');
  expect(failure.details).toMatchObject({ line: 6, column: 'a', value: 'three', type: 'integer' });
});

test.each<[string, ColumnType]>([
  ['1.5', 'integer'], ['0x10', 'integer'], ['1e-3', 'integer'], ['inf', 'integer'], ['9223372036854775808', 'integer'], ['1,5', 'number'], ['abc', 'number'], ['0x10', 'number'],
  ['maybe', 'boolean'], ['2', 'boolean'], ['2020-02-30', 'date'], ['2020-01-01 10:00', 'date'], ['20200101', 'date'], ['1/2/20', 'date'], ['noon', 'timestamp'], ['infinity', 'timestamp'],
])('%j is not coerced to %s', async (value, type) => {
  const failure = await refused(`v,w\n"${value}",1\n`, { v: type });
  expect(failure.code).toBe('data/bad-value');
  expect(failure.details).toMatchObject({ line: 2, column: 'v', value });
});

test('a bad value deep in a large file is found', async () => {
  const lines = Array.from({ length: 150_000 }, (_, index) => `${index},${index === 140_000 ? 'oops' : index}`);
  const failure = await refused(`a,b\n${lines.join('\n')}\n`);
  expect(failure.details).toMatchObject({ line: 140_002, column: 'b', value: 'oops' });
});

test.each([
  ['too few', 'a,b,c\n1,2,3\n"x\ny",5\n', { line: 3, expected: 3, found: 2 }],
  ['too many', 'a,b,c\n1,2,3\n\n4,5,"6,7",8\n', { line: 4, expected: 3, found: 4 }],
])('a row with %s values is named with its line', async (_, text, details) => {
  const failure = await refused(text);
  expect(failure.code).toBe('data/ragged-row');
  expect(failure.details).toMatchObject(details);
});

test('a quote that is never closed is named with its line', async () => {
  const failure = await refused('a,b\n1,x\n2,"open\n3,y\n');
  expect(failure.code).toBe('data/malformed');
  expect(failure.what).toContain('line 3');
});

test('a line of more than two megabytes is refused with the limit', async () => {
  const failure = await refused(`a,b\n1,x\n2,${'y'.repeat(2_500_000)}\n3,z\n`);
  expect(failure.code).toBe('data/too-large');
  expect(failure.what).toContain('line 3');
});

test('a NUL byte or a broken character far behind the sample is named with its line', async () => {
  const lines = Array.from({ length: 120_000 }, (_, index) => `${index},abcdefgh`);
  const at = (bytes: Buffer, offset: number, byte: number) => {
    bytes[offset] = byte;
    return bytes;
  };
  const text = `a,b\n${lines.join('\n')}\n`;
  const offset = text.indexOf('100000,abc') + 8;
  const path = await folder.file('late.csv', text);
  const plan = planOf(await sniffFile(folder.duck, path));
  for (const [byte, code] of [[0, 'data/nul-byte'], [0xff, 'data/encoding']] as const) {
    await writeFile(path, at(Buffer.from(text), offset, byte));
    const failure = await failureFrom(importFile(folder.duck, { path, plan, outPath: folder.path('late.parquet') }));
    expect([failure.code, failure.details['line']]).toEqual([code, 100_002]);
  }
});

test('two columns of one name are refused, also when only their case differs', async () => {
  const path = await folder.file('twice.csv', 'a,b\n1,2\n');
  const sniff = await sniffFile(folder.duck, path);
  const columns = sniff.columns.map(({ sourceName, type }, index) => ({ sourceName, type, name: index === 0 ? 'x' : 'X' }));
  const failure = await failureFrom(importFile(folder.duck, { path, plan: { format: 'csv', dialect: sniff.dialect, columns }, outPath: folder.path('twice.parquet') }));
  expect(failure.code).toBe('data/duplicate-column');
});

test('a column that the file does not have is refused by name', async () => {
  const path = await folder.file('lacks.csv', 'a\n1\n');
  const plan = { ...planOf(await sniffFile(folder.duck, path)), columns: [{ sourceName: 'gone', name: 'gone', type: 'text' as const }] };
  expect((await failureFrom(importFile(folder.duck, { path, plan, outPath: folder.path('lacks.parquet') }))).code).toBe('data/unknown-column');
});

test('a header without rows is refused, and a column of only missing values is kept', async () => {
  const path = await folder.file('rows.csv', 'a,b\n1,\n');
  const plan = planOf(await sniffFile(folder.duck, path));
  await writeFile(path, 'a,b\n');
  expect((await failureFrom(importFile(folder.duck, { path, plan, outPath: folder.path('rows.parquet') }))).code).toBe('data/no-rows');
  expect((await storeText('a,b\n1,\n2,NA\n')).rows).toEqual([[1, null], [2, null]]);
});

test('a Parquet file cut in half is malformed', async () => {
  const { path } = await storeText('a,b\n1,x\n2,y\n');
  const whole = await readFile(path);
  await truncate(path, Math.floor(whole.length / 2));
  expect((await failureFrom(sniffFile(folder.duck, path))).code).toBe('data/malformed');
  const plan = { format: 'parquet' as const, dialect: null, columns: [{ sourceName: 'a', name: 'a', type: 'integer' as const }] };
  expect((await failureFrom(importFile(folder.duck, { path, plan, outPath: folder.path('half.parquet') }))).code).toBe('data/malformed');
});

test('JSON lines are stored flattened, and a broken line is named', async () => {
  const { rows, columns } = await storeText('{"a":1,"p":{"q":"x"},"l":[1,2]}\n{"a":2,"m":18446744073709551615}\n', {}, 'in.jsonl');
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['a integer', 'p.q category', 'l text', 'm number']);
  expect(rows[0]).toEqual([1, 'x', '[1,2]', null]);
  const failure = await refused('{"a":1}\n\n{"a":2\n{"a":3}\n', {}, 'bad.jsonl');
  expect(failure.code).toBe('data/malformed');
  expect(failure.what).toContain('line 3');
});

test('texts of a JSON file that look like a UUID or a time stay as written, and a whole number of more than 64 bits keeps its digits', async () => {
  const uuid = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11';
  const lines = [
    `{"u":"${uuid}","o":{"UUID":"${uuid}","l":["${uuid}"]},"t":"7:05","big":123456789012345678901,"part":1.5}`,
    `{"u":"${uuid.toLowerCase()}","o":{"UUID":"${uuid}","l":[]},"t":"12:30:00","big":2,"part":2}`,
  ];
  const { rows, columns, sniff } = await storeText(`${lines.join('\n')}\n`, {}, 'spelled.jsonl');
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['u category', 'o.UUID category', 'o.l text', 't category', 'big text', 'part number']);
  expect(rows).toEqual([[uuid, uuid, `["${uuid}"]`, '7:05', '123456789012345678901', 1.5], [uuid.toLowerCase(), uuid, '[]', '12:30:00', '2', 2]]);
  expect(sniff.warnings).toContain('Column "big" holds values of several kinds; they are kept as text.');
  // Two names that differ only in case have one more name each, by which nothing is found in the file.
  expect((await storeText(`{"U":"${uuid}","u":1.5}\n`, {}, 'case.jsonl')).columns).toHaveLength(2);
});

test('a value of a Parquet or JSON file that does not fit the chosen type is named', async () => {
  const failure = await refused('{"x":1}\n{"x":2.5}\n', { x: 'integer' }, 'half.jsonl');
  expect(failure.details).toMatchObject({ line: 2, column: 'x', value: '2.5', type: 'integer' });
});

test('the penguins keep their 344 rows and their missing values', async () => {
  const stored = await folder.store(vegaFile('penguins.json'));
  expect(stored.rowCount).toBe(344);
  expect((await rowsOf(stored.path))[3]).toEqual(['Adelie', 'Torgersen', null, null, null, null, null]);
});

test('a stored file imported again keeps its types', async () => {
  const first = await storeText('c,t,i\nx,one two,1\ny,three,2\n', { t: 'text' });
  const again = await folder.store(first.path);
  expect(again.sniff.columns.map(({ type }) => type)).toEqual(['category', 'text', 'integer']);
});

test('a cancelled import leaves nothing behind', async () => {
  const path = await folder.file('cancel.csv', `a,b\n${'1,2\n'.repeat(400_000)}`);
  const plan = planOf(await sniffFile(folder.duck, path));
  const controller = new AbortController();
  const work = importFile(folder.duck, { path, plan, outPath: folder.path('cancel.parquet'), signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  expect((await failureFrom(work)).code).toBe('job/cancelled');
  expect(await readdir(folder.root)).not.toContain('cancel.parquet');
  expect(await leftovers()).toEqual([]);
});

test('a folder that does not exist is told before anything is read', async () => {
  const path = await folder.file('target.csv', 'a\n1\n');
  const plan = planOf(await sniffFile(folder.duck, path));
  const failure = await failureFrom(importFile(folder.duck, { path, plan, outPath: folder.path('none/target.parquet') }));
  expect(failure.code).toBe('files/not-found');
});

test('after all these refusals no half-written file is left', async () => {
  expect(await leftovers()).toEqual([]);
});
