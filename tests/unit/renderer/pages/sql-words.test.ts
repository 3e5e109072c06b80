/** Views of rows in the address, filters in words, and what a query leaves in the notebook. */
import { expect, test } from 'vitest';
import { queryChartOption } from '../../../../renderer/charts/query-chart.ts';
import { describeRowFilter, filterOf } from '../../../../renderer/pages/rows-filter-words.ts';
import { queryMarkdown } from '../../../../renderer/pages/sql-markdown.ts';
import { nextSort, parseView, writeView } from '../../../../renderer/state/row-view.ts';
import type { Column } from '../../../../shared/domain/columns.ts';
import { storedView, type QueryResult, type RowView } from '../../../../shared/domain/query.ts';
import { lightTheme as theme } from '../charts/theme.ts';

const columns: Column[] = [{ name: 'carrier', type: 'category' }, { name: 'delay', type: 'number' }];

test('a view comes back from the address; a broken one, or one of columns that are not there, shows what is left of it', () => {
  const view: RowView = { filters: [{ kind: 'contains', column: 'carrier', text: 'ü & "x"' }], sort: { column: 'delay', isDescending: true } };
  expect(parseView(writeView(view) ?? undefined, columns)).toEqual(view);
  expect(writeView(storedView)).toBeNull();
  expect(parseView(undefined, columns)).toEqual(storedView);
  expect(parseView('{"filters":', columns)).toEqual(storedView);
  expect(parseView('{"filters":[{"kind":"drop"}],"sort":null}', columns)).toEqual(storedView);
  expect(parseView(writeView(view) ?? undefined, [columns[1]!])).toEqual({ ...view, filters: [] });
});

test('pressing the head of a column sorts up, then down, then not at all', () => {
  const up = nextSort(storedView, 'delay');
  const down = nextSort({ filters: [], sort: up }, 'delay');
  expect([up, down, nextSort({ filters: [], sort: down }, 'delay')]).toEqual([{ column: 'delay', isDescending: false }, { column: 'delay', isDescending: true }, null]);
  expect(nextSort({ filters: [], sort: down }, 'carrier')).toEqual({ column: 'carrier', isDescending: false });
});

test('what is written becomes a filter that reads as it was meant', () => {
  const read = (...[column, condition, value]: Parameters<typeof filterOf>) => {
    const filter = filterOf(column, condition, value);
    return filter && describeRowFilter(filter);
  };
  expect(read('carrier', 'contains', ' ua')).toBe('contains  ua');
  expect(read('delay', '>=', ' 2.5 ')).toBe('is at least 2.5');
  expect(read('carrier', 'one-of', 'UA, DL,')).toBe('is one of UA, DL');
  expect(read('delay', 'missing', '')).toBe('is missing');
  expect(read('delay', 'present', '')).toBe('is there');
  expect([read('delay', '=', ' '), read('carrier', 'contains', ''), read('carrier', 'one-of', ' , ')]).toEqual([null, null, null]);
});

const result = (sql: string, more: Partial<QueryResult> = {}) => ({ sql, columns, rowCount: 2, inputs: [], leftOut: [], isAtLimit: false, elapsedMs: 1, ...more }) as unknown as QueryResult;

test('a query stands in the notebook with its rows, and nothing in them is Markdown', () => {
  const text = queryMarkdown(result('SELECT `a`', { inputs: [{ name: 'flights', versionNumber: 3 }] as never }), [['a|b\n**c**', 1.5], [null, -2]]);
  expect(text).toBe('```sql\nSELECT `a`\n```\n\n| carrier | delay |\n| --- | ---: |\n| a\\|b \\*\\*c\\*\\* | 1.5 |\n|  | -2 |\n\n*2 rows; flights was version 3*');
  expect(queryMarkdown(result('SELECT 1 -- ```'), [])).toMatch(/^````sql\n/);
  expect(queryMarkdown(result('SELECT 1', { rowCount: 1000 }), Array.from({ length: 40 }, () => ['x', 1]))).toMatch(/\*the first 20 of 1,000 rows\*$/);
});

test('a chart puts texts side by side and numbers where they lie, and leaves a gap where there is no number', () => {
  const rows = [{ x: 'UA', y: 1 }, { x: null, y: null }, { x: 'DL', y: '9007199254740993' }];
  const bars = queryChartOption({ kind: 'bar', x: columns[0]!, y: columns[1]!, rows }, theme);
  expect(bars).toMatchObject({ xAxis: { type: 'category', data: ['UA', 'missing', 'DL'] }, series: [{ type: 'bar', data: [1, '-', 9007199254740992] }] });
  const points = queryChartOption({ kind: 'points', x: columns[1]!, y: columns[1]!, rows: [{ x: 1, y: 2 }] }, theme);
  expect(points).toMatchObject({ xAxis: { type: 'value' }, series: [{ type: 'scatter', data: [[1, 2]] }] });
  expect(queryChartOption({ kind: 'line', x: { name: 'day', type: 'date' }, y: columns[1]!, rows: [{ x: '2024-01-31', y: 2 }] }, theme)).toMatchObject({ xAxis: { type: 'time' }, series: [{ data: [['2024-01-31', 2]] }] });
});
