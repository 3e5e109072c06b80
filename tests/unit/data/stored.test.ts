/** Reading and writing stored tables: windows, whole columns, profiles, tables from memory. */
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readColumns, readColumnSteps, readRowBlocks, rowCountOf } from '../../../electron/data/matrix.ts';
import { profileFile } from '../../../electron/data/profile.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { writeTable } from '../../../electron/data/table.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ColumnProfile } from '../../../shared/domain/columns.ts';
import { RowWindow } from '../../../shared/domain/datasets.ts';
import { dataFolder, failureFrom, vegaFile } from '../../support/data-files.ts';

const folder = dataFolder();
const flights = () => vegaFile('flights-3m.parquet');

async function storeText(text: string, types = {}) {
  return (await folder.store(await folder.file('input.csv', text), types)).path;
}

test('rows at the beginning, in the middle and at the end of three million are those of the file', async () => {
  const first = await readRows(folder.duck, { path: flights(), offset: 0, limit: 2 });
  expect(RowWindow.parse(first)).toEqual(first);
  expect(first.rowCount).toBe(3_000_000);
  expect(first.rows[0]).toEqual(['2001-01-01T00:01:00', 33, 2176, 'LAS', 'PHL']);
  const columns = await readColumns(folder.duck, { path: flights(), columns: ['delay'] });
  const delays = columns[0]?.kind === 'number' ? columns[0].values : new Float64Array(0);
  for (const offset of [272_729, 1_500_000, 2_999_998]) {
    const window = await readRows(folder.duck, { path: flights(), columns: ['delay'], offset, limit: 5 });
    expect(window.rows.flat()).toEqual([...delays.subarray(offset, offset + 5)]);
  }
});

test('a window behind the end is empty, and the order of columns is the one asked for', async () => {
  const path = await storeText('a,b\n1,x\n2,y\n');
  expect((await readRows(folder.duck, { path, offset: 10, limit: 5 })).rows).toEqual([]);
  const window = await readRows(folder.duck, { path, columns: ['b', 'a'], offset: 1, limit: 5 });
  expect([window.columns.map(({ name }) => name), window.rows]).toEqual([['b', 'a'], [['y', 2]]]);
});

test('a very long text is cut in a cell and keeps its length in the store', async () => {
  const path = await storeText(`t,n\n${'x'.repeat(5000)},1\n`, { t: 'text' });
  const cell = (await readRows(folder.duck, { path, offset: 0, limit: 1 })).rows[0]?.[0];
  expect(cell).toBe(`${'x'.repeat(2000)}…`);
  const [column] = await readColumns(folder.duck, { path, columns: ['t'] });
  expect(column?.kind === 'category' && column.labels[0]?.length).toBe(5000);
});

test('an unknown column is named together with those there are', async () => {
  const path = await storeText('a,b\n1,2\n');
  const failure = await failureFrom(readColumns(folder.duck, { path, columns: ['c'] }));
  expect(failure.code).toBe('data/unknown-column');
  expect(failure.fix).toContain('a, b');
});

test('columns read in steps, of several tables, are those read at once', async () => {
  const paths = [await storeText('n,c,m\n1,x,7\n2,y,8\n,x,9\n'), await storeText('m,c,n\n7,z,5\n8,,6\n')];
  const columns = ['n', 'c', 'm'];
  const atOnce = await Promise.all(paths.map((path) => readColumns(folder.duck, { path, columns })));
  const steps: ColumnData[][][] = [];
  await readColumnSteps(folder.duck, { tables: paths.map((path) => ({ path, columns })), valuesPerStep: 6 }, async (tables) => void steps.push([...tables]));
  expect(steps.map((tables) => tables.map((table) => table.length))).toEqual([[2, 2], [1, 1]]);
  expect(paths.map((_, table) => steps.flatMap((step) => step[table]!))).toEqual(atOnce);
});

test('a step that fails ends the reading with its error', async () => {
  const path = await storeText('a,b\n1,2\n');
  const reading = readColumnSteps(folder.duck, { tables: [{ path, columns: ['a', 'b'] }], valuesPerStep: 1 }, () => Promise.reject(new Error('no more')));
  await expect(reading).rejects.toThrow('no more');
});

test('columns come as numbers with NaN for missing and as codes with -1 for missing', async () => {
  const path = await storeText('i,n,b,c,d,ts,void\n1,1.5,true,y,1970-01-02,1970-01-01T00:00:01.5,\n,inf,,x,,,\n-3,NaN,false,,1969-12-31,1969-12-31 23:59:59,\n');
  const columns = await readColumns(folder.duck, { path, columns: ['i', 'n', 'b', 'c', 'd', 'ts', 'void'] });
  const seen = columns.map((column) => (column.kind === 'number' ? [...column.values] : [[...column.codes], column.labels]));
  expect(seen).toEqual([
    [1, NaN, -3],
    [1.5, Infinity, NaN],
    [[1, -1, 0], ['false', 'true']],
    [[1, 0, -1], ['x', 'y']],
    [86_400_000, NaN, -86_400_000],
    [1500, NaN, -1000],
    [[-1, -1, -1], []],
  ]);
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['i integer', 'n number', 'b boolean', 'c category', 'd date', 'ts timestamp', 'void category']);
});

test('a range of rows gives the labels of that range only', async () => {
  const path = await storeText('c,n\na,1\nb,2\nc,3\nb,4\n');
  const [labels, numbers] = await readColumns(folder.duck, { path, columns: ['c', 'n'], rows: { offset: 1, limit: 2 } });
  expect(labels).toMatchObject({ labels: ['b', 'c'], codes: Int32Array.of(0, 1) });
  expect(numbers).toMatchObject({ values: Float64Array.of(2, 3) });
});

test('more columns than one statement brings over are all there', async () => {
  const columns = await readColumns(folder.duck, { path: flights(), columns: ['distance', 'origin', 'delay', 'destination', 'date'] });
  expect(columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['distance number', 'origin category', 'delay number', 'destination category', 'date number']);
  expect(columns.map((column) => (column.kind === 'number' ? column.values[2_999_999] : column.labels[column.codes[2_999_999] ?? -1]))).toEqual([373, 'ATL', 33, 'CVG', 993_945_600_000]);
});

test('a profile of numbers is that of numpy, and bins share what min and max span', async () => {
  const path = await storeText('x,k\n1,a\n2,a\n2,a\n4,a\n10,a\nNaN,a\ninf,a\n,a\n', { x: 'number' });
  const [profile] = await profileFile(folder.duck, { path, columns: ['x'] });
  expect(ColumnProfile.parse(profile)).toEqual(profile);
  expect(profile).toMatchObject({ rowCount: 8, missingCount: 1, nonFiniteCount: 2, distinctCount: 4, distinctIsExact: true });
  // numpy: mean, std(ddof=1), quantile([.05, .25, .5, .75, .95]) of [1, 2, 2, 4, 10]
  expect(profile?.numeric).toMatchObject({ min: 1, max: 10, mean: 3.8, q25: 2, median: 2, q75: 4 });
  expect(profile?.numeric?.q05).toBeCloseTo(1.2, 12);
  expect(profile?.numeric?.q95).toBeCloseTo(8.8, 12);
  expect(profile?.numeric?.standardDeviation).toBeCloseTo(3.63318042491699, 12);
  expect(profile?.numeric?.histogram).toEqual({ edges: [1, 3.25, 5.5, 7.75, 10], counts: [3, 1, 0, 1] });
  expect(profile?.topValues?.[0]).toEqual({ value: '2.0', count: 2 });
});

test('a profile of texts counts the most frequent first and orders ties by value', async () => {
  const path = await storeText('c,b\nx,true\ny,true\nx,\n,false\nz,true\n');
  const profiles = await profileFile(folder.duck, { path });
  expect(profiles).toMatchObject([
    { name: 'c', missingCount: 1, distinctCount: 3, numeric: null, topValues: [{ value: 'x', count: 2 }, { value: 'y', count: 1 }, { value: 'z', count: 1 }] },
    { name: 'b', missingCount: 1, distinctCount: 2, numeric: null, topValues: [{ value: 'true', count: 3 }, { value: 'false', count: 1 }] },
  ]);
});

test('columns of one value, of no value and of the largest doubles have a profile too', async () => {
  const path = await storeText('one,none,wide,nan,day\n7,,1.7e308,NaN,2020-01-01\n7,,-1.7e308,NaN,2020-01-03\n', { none: 'number' });
  const [one, none, wide, nan, day] = await profileFile(folder.duck, { path });
  expect(one?.numeric).toMatchObject({ min: 7, max: 7, standardDeviation: 0, histogram: { edges: [7, 7], counts: [2] } });
  expect(none).toMatchObject({ missingCount: 2, distinctCount: 0, numeric: null, topValues: [] });
  expect(wide?.numeric).toMatchObject({ mean: 0, histogram: { counts: [1, 1] } });
  expect(nan).toMatchObject({ missingCount: 0, nonFiniteCount: 2, numeric: null });
  expect(day).toMatchObject({ numeric: { min: 1_577_836_800_000, max: 1_578_009_600_000 }, topValues: [{ value: '2020-01-01', count: 1 }, { value: '2020-01-03', count: 1 }] });
});

test('the histogram of each column of the flights holds all of them', async () => {
  const profiles = await profileFile(folder.duck, { path: flights() });
  // DuckDB's count(DISTINCT) and avg
  expect(profiles.map(({ name, distinctCount }) => [name, distinctCount])).toEqual([['date', 213_834], ['delay', 867], ['distance', 1109], ['origin', 229], ['destination', 228]]);
  for (const { numeric } of profiles.slice(0, 3)) {
    expect(numeric?.histogram.counts).toHaveLength(30);
    expect(numeric?.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(3_000_000);
  }
  expect(profiles[1]?.numeric?.mean).toBeCloseTo(6.667867666666667, 12);
});

test('the columns of a wide table have the profiles that each has alone, in their order', async () => {
  const names = Array.from({ length: 450 }, (_, i) => `c${i}`);
  const cell = (row: number, i: number) => ((row + i) % 7 === 0 ? '' : i % 5 === 0 ? `word ${(row * i) % 4}` : (Math.sin(row * (i + 1)) * 100).toFixed(i % 3));
  const rows = Array.from({ length: 60 }, (_, row) => names.map((_, i) => cell(row, i)).join(','));
  const path = await storeText(`${names.join(',')}\n${rows.join('\n')}\n`);
  const all = await profileFile(folder.duck, { path });
  expect(all.map(({ name }) => name)).toEqual(names);
  for (const at of [0, 1, 198, 199, 251, 449]) {
    expect(await profileFile(folder.duck, { path, columns: [names[at] ?? ''] })).toEqual([all[at]]);
  }
});

test('columns from memory become a table with their types', async () => {
  const outPath = folder.path('memory.parquet');
  const written = await writeTable(folder.duck, {
    outPath,
    columns: [
      { name: 'class', type: 'category', values: ['a', null, 'b'] }, { name: 'p', type: 'number', values: Float64Array.of(0.25, NaN, 1) },
      { name: 'n', type: 'integer', values: Int32Array.of(1, -2, 3) }, { name: 'ok', type: 'boolean', values: [true, false, null] },
      { name: 'day', type: 'date', values: [0, 86_400_000, NaN] }, { name: 'at', type: 'timestamp', values: [1500, -500, null] },
    ],
  });
  expect(written.rowCount).toBe(3);
  const window = await readRows(folder.duck, { path: outPath, offset: 0, limit: 9 });
  expect(window.columns).toEqual(written.columns);
  expect(window.rows).toEqual([
    ['a', 0.25, 1, true, '1970-01-01', '1970-01-01T00:00:01.5'],
    [null, 'NaN', -2, false, '1970-01-02', '1969-12-31T23:59:59.5'],
    ['b', 1, 3, null, null, null],
  ]);
});

test('new columns stand beside the row they were made for, in a table of several row groups', async () => {
  const count = 300_000;
  const base = folder.path('base.parquet');
  const outPath = folder.path('predicted.parquet');
  await writeTable(folder.duck, { outPath: base, columns: [{ name: 'id', type: 'integer', values: Float64Array.from({ length: count }, (_, index) => index) }] });
  await writeTable(folder.duck, { outPath, basePath: base, columns: [{ name: 'twice', type: 'number', values: Float64Array.from({ length: count }, (_, index) => index * 2) }] });
  const [id, twice] = await readColumns(folder.duck, { path: outPath, columns: ['id', 'twice'] });
  const ids = id?.kind === 'number' ? id.values : new Float64Array(0);
  const doubles = twice?.kind === 'number' ? twice.values : new Float64Array(0);
  expect(ids).toHaveLength(count);
  expect(ids.every((value, index) => value === index && doubles[index] === index * 2)).toBe(true);
});

test('a prediction column that has the name of a data column is refused, and nothing is left', async () => {
  const base = await storeText('a,b\n1,2\n');
  const work = writeTable(folder.duck, { outPath: folder.path('clash.parquet'), basePath: base, columns: [{ name: 'A', type: 'number', values: [1] }] });
  expect((await failureFrom(work)).code).toBe('data/duplicate-column');
  expect((await readdir(folder.root)).filter((name) => name.startsWith('clash'))).toEqual([]);
});

test('blocks of rows hold what whole columns hold, whatever their size, with the labels of the whole table', async () => {
  const columns = ['distance', 'origin', 'date'];
  const whole = await readColumns(folder.duck, { path: flights(), columns });
  for (const rowsPerBlock of [700_000, 999_983]) {
    let offset = 0;
    await readRowBlocks(folder.duck, { path: flights(), columns, rowsPerBlock }, (block) => {
      const count = block[0]!.kind === 'number' ? block[0]!.values.length : 0;
      expect(count).toBe(Math.min(rowsPerBlock, 3_000_000 - offset));
      block.forEach((column, i) => {
        const expected = whole[i]!;
        if (column.kind === 'number' && expected.kind === 'number') expect(Buffer.compare(bytesOf(column.values), bytesOf(expected.values.subarray(offset, offset + count)))).toBe(0);
        if (column.kind !== 'category' || expected.kind !== 'category') return;
        expect(column.labels).toEqual(expected.labels);
        expect(Buffer.compare(bytesOf(column.codes), bytesOf(expected.codes.subarray(offset, offset + count)))).toBe(0);
      });
      offset += count;
      return Promise.resolve();
    });
    expect(offset).toBe(await rowCountOf(folder.duck, flights()));
  }
});

function bytesOf(values: Float64Array | Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
