/** Excel workbooks: what the cells mean, which sheet is read, and what is refused. */
import { expect, test } from 'vitest';
import { builtInKind, kindOfCode, numberText } from '../../../electron/data/workbook-cells.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { sniffFile } from '../../../electron/data/sniff.ts';
import type { ColumnType } from '../../../shared/domain/columns.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';
import { styled, workbookOf, type WorkbookCell, type WorkbookOptions } from '../../support/workbook-file.ts';

const folder = dataFolder();

async function storeRows(rows: readonly (readonly WorkbookCell[])[], options: WorkbookOptions = {}, types: Record<string, ColumnType> = {}) {
  const stored = await folder.store(await folder.file('book.xlsx', workbookOf([{ name: 'Data', rows }], options)), types);
  return { ...stored, rows: (await readRows(folder.duck, { path: stored.path, offset: 0, limit: 100 })).rows };
}

async function refused(bytes: Uint8Array) {
  return await failureFrom(sniffFile(folder.duck, await folder.file('refused.xlsx', bytes)));
}

const plain = [{ name: 'Data', rows: [['a', 'b'], [1, 'x']] }];

test('numbers, texts, booleans and empty cells arrive with their types', async () => {
  const { columns, rows } = await storeRows([['n', 'i', 't', 'b'], [1.5, 7, 'one', true], [0.1, null, 'two', false]]);
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['n number', 'i integer', 't category', 'b boolean']);
  expect(rows).toEqual([[1.5, 7, 'one', true], [0.1, null, 'two', false]]);
});

test('dates are told by the format of their cell, in the calendar of the workbook', async () => {
  // 45,292 is 1 January 2024 in the 1900 system (Excel's DATE(2024,1,1)), 43,830 in the 1904 system.
  const rows = (day: number) => [['d', 'ts', 'own', 'h'], [styled('A2', day, 1), styled('B2', day + 0.75, 2), styled('C2', day + 30, 4), styled('D2', 26.5 / 24, 5)]];
  for (const [day, is1904] of [[45_292, false], [43_830, true]] as const) {
    const stored = await storeRows(rows(day), { is1904 });
    expect(stored.columns.map(({ type }) => type)).toEqual(['date', 'timestamp', 'date', 'number']);
    expect(stored.rows[0]).toEqual(['2024-01-01', '2024-01-01T18:00:00', '2024-01-31', 26.5 / 24]);
  }
});

test.each([
  ['1', '1900-01-01'], ['59', '1900-02-28'], ['60', '60'], ['61', '1900-03-01'], ['36526', '2000-01-01'], ['2958465', '9999-12-31'], ['2958466', '2958466'], ['-1', '-1'],
  ['45292.5', '2024-01-01 12:00:00'], ['45292.000011574', '2024-01-01 00:00:01'], ['45292.9999999999', '2024-01-02'], ['1e400', '1e400'],
])('the date %s is shown as %s, as Excel does or, where it has no date, as the number', (serial, text) => {
  expect(numberText(serial, 'date', false)).toBe(text);
});

test('a format code is a date, a time or a number by its letters outside of quotes and colours', () => {
  const kinds = { 'yyyy-mm-dd': 'date', 'd. mmmm yyyy;@': 'date', '[$-407]dd.mm.yyyy': 'date', 'h:mm AM/PM': 'time', 'mm:ss.0': 'time', '[h]:mm:ss': 'number', '0.00E+00': 'number', '"days "0': 'number', '[Red]#,##0;[Blue]-#,##0': 'number', General: 'number', '0\\d': 'number', 'mmm': 'date' };
  expect(Object.fromEntries(Object.keys(kinds).map((code) => [code, kindOfCode(code)]))).toEqual(kinds);
  expect([14, 18, 22, 1, 45, 46, 49].map(builtInKind)).toEqual(['date', 'time', 'date', 'number', 'time', 'number', 'number']);
});

test('a formula counts by its stored value, and one without is missing and said', async () => {
  const { rows, sniff } = await storeRows([['a', 'b'], [{ xml: '<c r="A2"><f>1+1</f><v>2</v></c>' }, { xml: '<c r="B2" t="str"><f>"x"&amp;"y"</f><v>xy</v></c>' }], [3, { xml: '<c r="B3"><f>NOW()</f></c>' }]]);
  expect(rows).toEqual([[2, 'xy'], [3, null]]);
  expect(sniff.warnings).toEqual(['1 cell has a formula without a stored value and counts as missing; open and save the workbook in a spreadsheet program.']);
});

test('rich texts, texts in the cell, phonetic readings and escaped characters are the text they show', async () => {
  const { rows } = await storeRows([['a'], [{ xml: '<c r="A2" t="s"><v>2</v></c>' }], [{ xml: '<c r="A3" t="inlineStr"><is><t>in&amp;line</t></is></c>' }], ['a_x0041_b']], {
    parts: { 'xl/sharedStrings.xml': '<sst xmlns="x"><si><t>a</t></si><si><t>a_x005F_x0041_b&#13;</t></si><si><r><t>bold </t></r><r><t>plain</t></r><rPh sb="0" eb="1"><t>read</t></rPh></si></sst>' },
  });
  expect(rows.flat()).toEqual(['bold plain', 'in&line', 'a_x0041_b\r']);
});

test('a title above the table is passed over with a reason, and the user may say otherwise', async () => {
  const path = await folder.file('title.xlsx', workbookOf([{ name: 'Data', rows: [['Report of 2024'], [], ['a', 'b', 'c', 'd'], [1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]] }]));
  const sniff = await sniffFile(folder.duck, path);
  expect([sniff.dialect?.skipLines, sniff.reasons.skipLines]).toEqual([1, 'The first line has fewer values than the table that follows.']);
  expect(sniff.columns.map(({ sourceName, type }) => `${sourceName} ${type}`)).toEqual(['a integer', 'b integer', 'c integer', 'd integer']);
  const again = await sniffFile(folder.duck, path, { dialect: { ...sniff.dialect!, skipLines: 0, hasHeader: false } });
  expect([again.preview.length, again.columns[0]?.sourceName]).toEqual([5, 'column_1']);
});

test('one sheet is read, the first unless another is chosen', async () => {
  const path = await folder.file('two.xlsx', workbookOf([{ name: 'First', rows: [['a'], [1]] }, { name: 'Second & last', rows: [['b'], ['x'], ['y']] }]));
  const sniff = await sniffFile(folder.duck, path);
  expect([sniff.tables, sniff.table, sniff.columns[0]?.sourceName]).toEqual([['First', 'Second & last'], 'First', 'a']);
  expect((await sniffFile(folder.duck, path, { table: 'Second & last' })).columns[0]?.sourceName).toBe('b');
  expect((await failureFrom(sniffFile(folder.duck, path, { table: 'Third' }))).code).toBe('data/unknown-table');
});

test('a value that does not fit is named with the row of the sheet', async () => {
  const failure = await failureFrom(storeRows([['a', 'b'], [1, 'x'], [], [{ xml: '<c r="A4" t="e"><v>#DIV/0!</v></c>' }, 'y']], {}, { a: 'category' }).then(() => storeRows([['a'], [1], [], ['oops']], {}, { a: 'integer' })));
  expect(failure.details).toMatchObject({ line: 4, column: 'a', value: 'oops', type: 'integer' });
});

test('errors of formulas among numbers are missing values, with a reason', async () => {
  const { sniff, rows } = await storeRows([['a'], [1], [{ xml: '<c r="A3" t="e"><v>#DIV/0!</v></c>' }], [2]]);
  expect(sniff.reasons.missing).toBe('"#DIV/0!" stands among numbers.');
  expect(rows.flat()).toEqual([1, null, 2]);
});

test('cells without references and parts with prefixes are read in their order', async () => {
  const { rows } = await storeRows([], { parts: { 'xl/worksheets/sheet1.xml': '<x:worksheet xmlns:x="m"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c><x:c t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c></x:row><x:row><x:c><x:v>1</x:v></x:c><x:c><x:v>2</x:v></x:c></x:row></x:sheetData></x:worksheet>' } });
  expect(rows).toEqual([[1, 2]]);
});

test.each<[string, Uint8Array, string, string]>([
  ['a ZIP archive that is no workbook', workbookOf(plain, { parts: { '_rels/.rels': null } }), 'data/unknown-format', 'no Excel workbook'],
  ['a workbook without a sheet', workbookOf([]), 'data/unknown-format', 'without a sheet'],
  ['a sheet that is missing', workbookOf(plain, { parts: { 'xl/worksheets/sheet1.xml': null } }), 'data/malformed', 'is missing'],
  ['XML that is cut off', workbookOf(plain, { parts: { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row>' } }), 'data/malformed', 'no valid XML'],
  ['a document type with entities', workbookOf(plain, { parts: { 'xl/sharedStrings.xml': '<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><sst><si><t>&b;</t></si></sst>' } }), 'data/malformed', 'document type'],
  ['a text that is not there', workbookOf(plain, { parts: { 'xl/sharedStrings.xml': '<sst/>' } }), 'data/malformed', 'names the text'],
  ['rows out of order', workbookOf(plain, { parts: { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>' } }), 'data/malformed', 'after row 2 comes row 1'],
  ['a cell beyond the last column', workbookOf(plain, { parts: { 'xl/worksheets/sheet1.xml': '<worksheet><sheetData><row r="1"><c r="XFE1"><v>1</v></c></row></sheetData></worksheet>' } }), 'data/malformed', 'XFE1'],
  ['an empty sheet', workbookOf([{ name: 'Data', rows: [] }]), 'data/no-rows', ''],
  ['a part that is there twice', workbookOf(plain, { extra: [{ name: 'XL/workbook.xml', data: '<workbook/>' }] }), 'data/malformed', 'twice'],
  ['a ZIP bomb', workbookOf(plain, { extra: [{ name: 'xl/media/bomb', data: Buffer.alloc(64 * 1024 * 1024), deflate: true }] }), 'data/too-large', 'grows'],
  ['a part that is larger than it says', workbookOf(plain, { parts: { 'xl/styles.xml': null }, extra: [{ name: 'xl/styles.xml', data: `<styleSheet>${' '.repeat(100_000)}</styleSheet>`, deflate: true, both: { sizeBytes: 100 } }] }), 'data/malformed', ''],
  ['more parts than a workbook has', workbookOf(plain, { extra: Array.from({ length: 10_001 }, (_, index) => ({ name: `x/${index}` })) }), 'data/too-large', 'parts'],
])('%s is refused', async (_, bytes, code, words) => {
  const failure = await refused(bytes);
  expect(failure.code).toBe(code);
  expect(failure.what).toContain(words);
});
