/** What is found in a file before its import. */
import { expect, test } from 'vitest';
import { sniffFile } from '../../../electron/data/sniff.ts';
import { plainDialect, Sniff } from '../../../shared/domain/datasets.ts';
import { dataFolder, failureFrom, vegaFile } from '../../support/data-files.ts';

const folder = dataFolder();

async function sniffText(name: string, text: string | Uint8Array) {
  return await sniffFile(folder.duck, await folder.file(name, text));
}

async function typesOf(text: string) {
  return (await sniffText('types.csv', text)).columns.map(({ type }) => type);
}

test('a CSV file shows its dialect, its types with a reason, and its first rows', async () => {
  const sniff = await sniffText('people.csv', 'name,age,height,smokes,born\nAnn,31,1.71,true,1993-02-01\nBob,,1.8,false,1990-12-31\n');
  expect(Sniff.parse(sniff)).toEqual(sniff);
  expect(sniff.format).toBe('csv');
  expect(sniff.dialect).toEqual(plainDialect);
  expect(sniff.columns.map(({ sourceName, type }) => [sourceName, type])).toEqual([
    ['name', 'category'], ['age', 'integer'], ['height', 'number'], ['smokes', 'boolean'], ['born', 'date'],
  ]);
  expect(sniff.columns[1]?.reason).toBe('All values are whole numbers.');
  expect(sniff.preview).toEqual([['Ann', '31', '1.71', 'true', '1993-02-01'], ['Bob', null, '1.8', 'false', '1990-12-31']]);
  expect(sniff.warnings).toEqual([]);
});

test.each([
  ['a;b\n1,5;x\n2,5;y\n', ';', 'csv'],
  ['a\tb\n1\tx, y\n2\tz\n', '\t', 'tsv'],
  ['a|b\n1|x\n', '|', 'csv'],
  ['a\n1\n2\n', ',', 'csv'],
])('the delimiter of %j is found', async (text, delimiter, format) => {
  const sniff = await sniffText('dialect.txt', text);
  expect([sniff.dialect?.delimiter, sniff.format]).toEqual([delimiter, format]);
});

test('a file without a header gets names, and its first row counts', async () => {
  const sniff = await sniffText('bare.csv', '1,x\n2,y\n');
  expect(sniff.dialect?.hasHeader).toBe(false);
  expect(sniff.columns.map(({ sourceName }) => sourceName)).toEqual(['column_1', 'column_2']);
  expect(sniff.preview).toHaveLength(2);
});

test('years as names of columns still make a header', async () => {
  const sniff = await sniffText('years.csv', 'country,2019,2020\nFR,1,2\nDE,3,4\n');
  expect(sniff.columns.map(({ sourceName, type }) => `${sourceName} ${type}`)).toEqual(['country category', '2019 integer', '2020 integer']);
});

test('values that a narrower type would change keep a wider one', async () => {
  expect(await typesOf('zip,big,half,sep\n02134,99999999999999999999,1.0,1_000\n10001,1,2.5,2_000\n')).toEqual(['category', 'number', 'number', 'category']);
});

test('words for missing do not hide the type of a column, and NaN is a number', async () => {
  expect(await typesOf('a,b,c\n1,NaN,NA\nNA,1.5,2020-01-01\nnull,inf,\n')).toEqual(['integer', 'number', 'date']);
});

test('dates written with slashes or dots are dates, and a doubt about their order is told', async () => {
  const sniff = await sniffText('dates.csv', 'us,eu,dots,open\n12/31/2020,31/12/2020,31.12.2020,01/02/2020\n1/2/2021,2/1/2021,2.1.2021,03/04/2021\n');
  expect(sniff.columns.map(({ type }) => type)).toEqual(['date', 'date', 'date', 'date']);
  expect(sniff.columns[1]?.reason).toBe('All values are dates, written as day/month/year.');
  expect(sniff.warnings).toEqual(['Column "open": day and month could be either way round; they are read as month/day.']);
});

test('time stamps in ISO 8601 and in the American way are time stamps', async () => {
  expect(await typesOf('a,b,c\n2020-01-01T10:00:00Z,2020-01-01 10:00,1/31/2020 10:00\n2020-01-01T10:00:00+02:00,2020-01-02,2/1/2020 9:05\n')).toEqual(['timestamp', 'timestamp', 'timestamp']);
});

test('few distinct texts are a category and many are text', async () => {
  const rows = Array.from({ length: 200 }, (_, index) => `k${index % 7},t${index}`).join('\n');
  const sniff = await sniffText('texts.csv', `k,t\n${rows}\n`);
  expect(sniff.columns.map(({ type, reason }) => [type, reason])).toEqual([['category', '7 distinct values.'], ['text', '200 distinct values in 200 rows.']]);
});

test('names that are empty or used twice are made unique, with a warning', async () => {
  const sniff = await sniffText('names.csv', 'a,A,,a\n1,2,3,4\n');
  expect(sniff.columns.map(({ sourceName }) => sourceName)).toEqual(['a', 'A_2', 'column_3', 'a_3']);
  expect(sniff.warnings).toHaveLength(3);
  expect(sniff.warnings[1]).toBe('Column 3 has no name in the file and is called "column_3".');
});

test('a column of only missing values is a category and a warning says so', async () => {
  const sniff = await sniffText('void.csv', 'a,b\n1,\n2,NA\n');
  expect(sniff.columns[1]?.type).toBe('category');
  expect(sniff.warnings).toEqual(['Column "b": it has no value in the first rows.']);
});

test('a ragged row in the sample is a warning, so that the user sees the file at all', async () => {
  const sniff = await sniffText('ragged.csv', 'a,b,c\n1,2,3\n4,5\n6,7,8\n');
  expect(sniff.columns.map(({ type }) => type)).toEqual(['integer', 'integer', 'integer']);
  expect(sniff.warnings).toEqual(['A row has 2 values where 3 are expected; the import will name its line.']);
});

test('bytes that are not UTF-8 are read as Latin-1, and the warning names the line', async () => {
  const sniff = await sniffText('latin.csv', Buffer.from('name,n\nzo\xeb,1\nna\x80ve,2\n', 'latin1'));
  expect(sniff.dialect?.encoding).toBe('latin-1');
  expect(sniff.preview.map(([name]) => name)).toEqual(['zoë', 'na€ve']);
  expect(sniff.warnings[0]).toContain('Line 2 is not valid UTF-8');
});

test.each([['little', false], ['big', true]])('UTF-16 with a mark in %s-endian order is read', async (_, isBig) => {
  const bytes = Buffer.from('\uFEFFname,n\nzoë😀,1\n', 'utf16le');
  const sniff = await sniffText('wide.csv', isBig ? bytes.swap16() : bytes);
  expect(sniff.dialect?.encoding).toBe(isBig ? 'utf-16be' : 'utf-16le');
  expect(sniff.columns.map(({ sourceName, type }) => `${sourceName} ${type}`)).toEqual(['name category', 'n integer']);
  expect(sniff.preview).toEqual([['zoë😀', '1']]);
});

test('a byte order mark of UTF-8 is no part of the first name', async () => {
  expect((await sniffText('mark.csv', '\uFEFFa,b\n1,2\n')).columns[0]?.sourceName).toBe('a');
});

test('JSON lines: objects are flattened with dots and lists become JSON text', async () => {
  const sniff = await sniffText('nested.jsonl', '{"id":1,"at":{"x":1.5,"y":{"z":true}},"tags":["a","b"]}\n{"id":2,"at":{"x":2},"day":"2020-01-31"}\n');
  expect(sniff.format).toBe('jsonl');
  expect(sniff.dialect).toBeNull();
  expect(sniff.columns.map(({ sourceName, type }) => `${sourceName} ${type}`)).toEqual(['id integer', 'at.x number', 'at.y.z boolean', 'tags text', 'day date']);
  expect(sniff.preview[0]).toEqual(['1', '1.5', 'true', '["a","b"]', null]);
});

test('a field that appears only in the last line of a long JSON file is found', async () => {
  const lines = Array.from({ length: 30_000 }, (_, index) => `{"n":${index}}`);
  const sniff = await sniffText('late.jsonl', `${lines.join('\n')}\n{"n":1,"late":"x"}\n`);
  expect(sniff.columns.map(({ sourceName }) => sourceName)).toEqual(['n', 'late']);
});

test('an array of JSON objects is read like lines: the penguins', async () => {
  const sniff = await sniffFile(folder.duck, vegaFile('penguins.json'));
  expect(sniff.columns.map(({ sourceName, type }) => `${sourceName}: ${type}`)).toEqual([
    'Species: category', 'Island: category', 'Beak Length (mm): number', 'Beak Depth (mm): number',
    'Flipper Length (mm): integer', 'Body Mass (g): integer', 'Sex: category',
  ]);
  expect(sniff.preview).toHaveLength(50);
});

test('a Parquet file shows the types it has: three million flights', async () => {
  const sniff = await sniffFile(folder.duck, vegaFile('flights-3m.parquet'));
  expect(sniff.format).toBe('parquet');
  expect(sniff.columns.map(({ sourceName, type }) => `${sourceName}: ${type}`)).toEqual(['date: timestamp', 'delay: integer', 'distance: integer', 'origin: category', 'destination: category']);
});

test.each([
  ['nothing.csv', '', 'files/empty'],
  ['blank.csv', '\n\n\n', 'files/empty'],
  ['header.csv', 'a,b\n', 'data/no-rows'],
  ['nul.csv', 'a,b\n1,2\n3,\0\n', 'data/nul-byte'],
  ['half.parquet', 'PAR1 and then nothing of use', 'data/malformed'],
  ['fake.parquet', 'a,b\n1,2\n', 'data/malformed'],
  ['photo.csv', '\x89PNG\r\n\x1a\n', 'data/unknown-format'],
  ['book.xlsx', 'PK\x03\x04 and more', 'data/malformed'],
  ['list.json', '[1, 2, 3]', 'data/unknown-format'],
  ['broken.jsonl', '{"a":1}\n{"a":\n', 'data/malformed'],
])('%s is refused', async (name, content, code) => {
  expect((await failureFrom(sniffText(name, Buffer.from(content, 'latin1')))).code).toBe(code);
});

test('random bytes are no table', async () => {
  const bytes = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919 + (index >> 3) * 104_729) % 256);
  expect((await failureFrom(sniffText('noise.csv', bytes))).code).toBe('data/unknown-format');
});

test('a NUL byte is reported with its line', async () => {
  expect((await failureFrom(sniffText('nul.csv', 'a,b\r\n1,2\r\n3,\0\r\n'))).details['line']).toBe(3);
});

test('a folder and a missing file are told apart', async () => {
  expect((await failureFrom(sniffFile(folder.duck, folder.root))).code).toBe('files/is-directory');
  expect((await failureFrom(sniffFile(folder.duck, folder.path('nowhere.csv')))).code).toBe('files/not-found');
});

test('a table of 2,000 columns gets the guesses that a narrow one gets', async () => {
  const kinds: ((row: number) => string)[] = [
    (row) => (row % 2 === 0 ? 'true' : 'false'), (row) => String(row), (row) => String(row / 7), (row) => `2026-01-${String(1 + (row % 28)).padStart(2, '0')}`,
    (row) => `2026-01-01T00:${String(row % 60).padStart(2, '0')}:00Z`, (row) => `0${row}`, (row) => 'ab'.charAt(row % 2), (row) => `${row % 12 + 1}/28/2026`, () => '',
    (row) => (row % 3 === 0 ? '' : `a text of its own, ${row}`),
  ];
  const table = (columns: typeof kinds) => [columns.map((_, index) => `column ${index}`), ...Array.from({ length: 80 }, (_, row) => columns.map((kind) => `"${kind(row)}"`))].join('\n');
  const narrow = await Promise.all(kinds.map(async (kind, index) => (await sniffText(`narrow${index}.csv`, table([kind, kinds[1]!]))).columns[0]!));
  expect(new Set(narrow.map(({ type }) => type)).size).toBe(7);
  const { columns } = await sniffText('wide.csv', table(Array.from({ length: 2000 }, (_, index) => kinds[index % kinds.length]!)));
  expect(columns).toHaveLength(2000);
  columns.forEach(({ type, reason }, index) => expect({ type, reason }).toMatchObject({ type: narrow[index % kinds.length]!.type, reason: narrow[index % kinds.length]!.reason }));
});
