/** Filters and orders of rows: the first ones, and all of them as a table. */
import { beforeAll, expect, test } from 'vitest';
import { classifyFile } from '../../../electron/data/classify.ts';
import { diffTables } from '../../../electron/data/diff.ts';
import { readDiffRows } from '../../../electron/data/diff-rows.ts';
import { readColumns } from '../../../electron/data/matrix.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { readFirstRows, writeView } from '../../../electron/data/rows-view.ts';
import { writeTable } from '../../../electron/data/table.ts';
import type { RowFilter, RowView } from '../../../shared/domain/query.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';

const folder = dataFolder();
let path: string;

beforeAll(async () => {
  path = folder.path('rows.parquet');
  await writeTable(folder.duck, {
    outPath: path,
    columns: [
      { name: 'id', type: 'integer', values: [0, 1, 2, 3, 4, 5] },
      { name: 'name', type: 'text', values: ['Ada', 'bob', "O'Hara; --", null, 'Ångström', 'ada'] },
      { name: 'delay', type: 'number', values: [1.5, NaN, -2, null, Infinity, 2.5] },
      { name: 'late', type: 'boolean', values: [true, false, null, true, false, true] },
      { name: 'day', type: 'date', values: [0, 86_400_000, 2 * 86_400_000, null, 0, 0] },
      { name: 'at', type: 'timestamp', values: [0, 1500, null, 3000, 3000, 86_400_000] },
    ],
  });
});

const shown = async (view: RowView) => (await readFirstRows(folder.duck, { path, view })).rows.map(([id]) => id);
const kept = (...filters: RowFilter[]) => shown({ filters, sort: null });
const compare = (column: string, operator: '=' | '<>' | '<' | '<=' | '>' | '>=', value: string): RowFilter => ({ kind: 'compare', column, operator, value });

test('a text is found in any case, and a quote in it is only a quote', async () => {
  expect(await kept({ kind: 'contains', column: 'name', text: 'AD' })).toEqual([0, 5]);
  expect(await kept({ kind: 'contains', column: 'name', text: "'Hara; --" })).toEqual([2]);
  expect(await kept({ kind: 'contains', column: 'name', text: 'åNG' })).toEqual([4]);
  expect(await kept({ kind: 'contains', column: 'name', text: '%' })).toEqual([]);
});

test('numbers compare as numbers: NaN is only unequal, infinity is the largest', async () => {
  expect(await kept(compare('delay', '>', '1.5'))).toEqual([4, 5]);
  expect(await kept(compare('delay', '>=', '1.5'))).toEqual([0, 4, 5]);
  expect(await kept(compare('delay', '<', '1.5e0'))).toEqual([2]);
  expect(await kept(compare('delay', '<>', '1.5'))).toEqual([1, 2, 4, 5]);
  expect(await kept(compare('id', '<', '2.5'))).toEqual([0, 1, 2]);
});

test('dates, times and truth compare as what they are', async () => {
  expect(await kept(compare('day', '>=', '1970-01-02'))).toEqual([1, 2]);
  expect(await kept(compare('at', '=', '1970-01-01T00:00:03'))).toEqual([3, 4]);
  expect(await kept(compare('at', '>=', '1970-01-02'))).toEqual([5]);
  expect(await kept({ kind: 'contains', column: 'at', text: '01T00:00:01' })).toEqual([1]);
  expect(await kept(compare('late', '=', 'true'))).toEqual([0, 3, 5]);
});

test('missing and present values, and one of several', async () => {
  expect(await kept({ kind: 'missing', column: 'delay', isMissing: true })).toEqual([3]);
  expect(await kept({ kind: 'missing', column: 'name', isMissing: false })).toEqual([0, 1, 2, 4, 5]);
  expect(await kept({ kind: 'one-of', column: 'name', values: ['bob', 'Ada'] })).toEqual([0, 1]);
  expect(await kept({ kind: 'one-of', column: 'id', values: ['5', '0', '9'] })).toEqual([0, 5]);
});

test('all filters must pass, and the count is of the rows that do', async () => {
  const view: RowView = { filters: [compare('late', '=', 'true'), compare('id', '>', '0')], sort: null };
  expect(await readFirstRows(folder.duck, { path, view })).toMatchObject({ rowCount: 2, offset: 0, rows: [[3], [5]].map(([id]) => expect.arrayContaining([id])) });
});

test('an order has missing values last in both directions, and equal ones as they are stored', async () => {
  const sorted = (column: string, isDescending: boolean) => shown({ filters: [], sort: { column, isDescending } });
  expect(await sorted('day', false)).toEqual([0, 4, 5, 1, 2, 3]);
  expect(await sorted('day', true)).toEqual([2, 1, 0, 4, 5, 3]);
  expect(await sorted('late', true)).toEqual([0, 3, 5, 1, 4, 2]);
});

test('the whole of a view is a table with the same columns, types and order', async () => {
  const view: RowView = { filters: [{ kind: 'missing', column: 'delay', isMissing: false }], sort: { column: 'name', isDescending: true } };
  const outPath = folder.path('view.parquet');
  expect(await writeView(folder.duck, { path, view, outPath })).toEqual({ rowCount: 5 });
  expect(await readRows(folder.duck, { path: outPath, offset: 0, limit: 10 })).toEqual(await readFirstRows(folder.duck, { path, view }));
});

test.each([['delay', 'much'], ['delay', ''], ['delay', 'nan'], ['day', '2024-02-30'], ['at', 'noon'], ['late', 'perhaps'], ['id', '1 OR 1']])('a value that %s cannot have is told: %s', async (column, value) => {
  expect(await failureFrom(kept(compare(column, '=', value)))).toMatchObject({ code: 'query/bad-value', details: { column, value } });
});

test('a column that is not there is told', async () => {
  expect((await failureFrom(kept(compare('nope', '=', '1')))).code).toBe('data/unknown-column');
  expect((await failureFrom(shown({ filters: [], sort: { column: 'nope', isDescending: false } }))).code).toBe('data/unknown-column');
});

test('a column that is called as the reader calls its own numbers is a column like any other', async () => {
  const odd = folder.path('odd.parquet');
  const names = ['File_Row_Number', 'filename', 'rowid', 'file_index'] as const;
  await writeTable(folder.duck, { outPath: odd, columns: names.map((name, column) => ({ name, type: 'integer', values: [30, 10, 20].map((value) => value + column) })) });
  const stored = [[30, 31, 32, 33], [10, 11, 12, 13], [20, 21, 22, 23]];
  expect(await readRows(folder.duck, { path: odd, offset: 1, limit: 5 })).toMatchObject({ columns: names.map((name) => ({ name })), rows: stored.slice(1) });
  const sorted: RowView = { filters: [compare('File_Row_Number', '>', '10')], sort: { column: 'File_Row_Number', isDescending: false } };
  expect(await readFirstRows(folder.duck, { path: odd, view: sorted })).toMatchObject({ rowCount: 2, rows: [stored[2], stored[0]] });
  const outPath = folder.path('odd-view.parquet');
  await writeView(folder.duck, { path: odd, view: sorted, outPath });
  expect(await readRows(folder.duck, { path: outPath, offset: 0, limit: 5 })).toMatchObject({ columns: names.map((name) => ({ name })), rows: [stored[2], stored[0]] });
  expect(await readColumns(folder.duck, { path: odd, columns: ['File_Row_Number', 'rowid'], rows: { offset: 1, limit: 1 } })).toMatchObject([{ name: 'File_Row_Number' }, { name: 'rowid' }]);
  const changed = folder.path('odd-changed.parquet');
  await writeTable(folder.duck, { outPath: changed, columns: names.map((name, column) => ({ name, type: 'integer', values: [30, 10, 25].map((value) => value + column) })) });
  const rowsPath = folder.path('odd-differing.parquet');
  const diff = await diffTables(folder.duck, { before: odd, after: changed, labels: { before: 'v1', after: 'v2' }, key: ['File_Row_Number'], outPath: rowsPath });
  expect(diff.rows).toEqual({ added: 1, removed: 1, changed: 0, unchanged: 2 });
  const view = { change: null, column: null, isBySize: false, places: null, offset: 0, limit: 10 };
  expect((await readDiffRows(folder.duck, { before: odd, after: changed, rowsPath, columns: diff.columns, view })).rows.map(({ before, after }) => [before, after])).toEqual([[stored[2], null], [null, [25, 26, 27, 28]]]);
  expect(await classifyFile(folder.duck, { path: odd })).toMatchObject({ rowCount: 3, seenRowCount: 3 });
});
