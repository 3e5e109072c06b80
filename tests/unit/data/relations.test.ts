/** What the columns of stored tables have to do with each other: pairs, missing values, repeated rows, outliers, texts, targets. */
import { beforeAll, describe, expect, test } from 'vitest';
import { describeParquet } from '../../../electron/data/parquet.ts';
import { profileFile } from '../../../electron/data/profile.ts';
import { chooseColumns, relateFile } from '../../../electron/data/relations.ts';
import { readSample } from '../../../electron/data/sample-rows.ts';
import { writeTable } from '../../../electron/data/table.ts';
import { reportTarget } from '../../../electron/data/target.ts';
import type { ColumnNote, ColumnRole } from '../../../shared/domain/column-notes.ts';
import type { ColumnProfile, ColumnType } from '../../../shared/domain/columns.ts';
import { Relations, strengthOf, TargetReport } from '../../../shared/domain/relations.ts';
import { repeat } from '../../support/columns.ts';
import { dataFolder, failureFrom, vegaFile } from '../../support/data-files.ts';

const folder = dataFolder();

async function relate(path: string): Promise<Relations> {
  const relations = await relateFile(folder.duck, { path, profile: await profileFile(folder.duck, { path }) });
  expect(Relations.parse(relations)).toEqual(relations);
  return relations;
}

type Values = readonly (string | number | null)[];
let tableCount = 0;

/** Stores columns: numbers that are whole as integers, other numbers as such, and texts as categories. */
async function store(columns: Readonly<Record<string, Values>>): Promise<string> {
  const outPath = folder.path(`made-${tableCount++}.parquet`);
  const typeOf = (values: Values): ColumnType => (values.some((value) => typeof value === 'string') ? 'category' : values.every((value) => value === null || Number.isInteger(value)) ? 'integer' : 'number');
  await writeTable(folder.duck, { outPath, columns: Object.entries(columns).map(([name, values]) => ({ name, type: typeOf(values), values })) });
  return outPath;
}

async function targetOf(columns: Readonly<Record<string, Values>>, target: string, roles: Readonly<Record<string, ColumnRole>> = {}): Promise<TargetReport> {
  const path = await store(columns);
  const notes: ColumnNote[] = Object.entries(roles).map(([column, role]) => ({ id: column, column, role, unit: '', description: '', categoryOrder: null }));
  const report = await reportTarget(folder.duck, { path, dataset: 'input', target, notes, profile: await profileFile(folder.duck, { path }) });
  expect(TargetReport.parse(report)).toEqual(report);
  return report;
}

describe('the penguins', () => {
  let penguins: Relations;
  beforeAll(async () => {
    penguins = await relate((await folder.store(vegaFile('penguins.json'))).path);
  });
  const pair = (a: string, b: string) => penguins.pairs.find((one) => one.a === a && one.b === b);

  test('every column is compared with every other, by what their types allow', () => {
    // scipy.stats.pearsonr and spearmanr; chi2_contingency and f_oneway in the formulas of tests/unit/math/correlation.test.ts.
    expect(penguins.compared).toHaveLength(7);
    expect(penguins.pairs).toHaveLength(21);
    expect(pair('Flipper Length (mm)', 'Body Mass (g)')).toEqual({
      a: 'Flipper Length (mm)', b: 'Body Mass (g)', rowCount: 342, pearson: expect.closeTo(0.8712017673060113, 10), spearman: expect.closeTo(0.8399741230312999, 10), cramersV: null, eta: null,
    });
    expect(pair('Species', 'Island')).toMatchObject({ rowCount: 344, pearson: null, cramersV: expect.closeTo(0.6573290190537864, 10), eta: null });
    expect(pair('Species', 'Body Mass (g)')).toMatchObject({ rowCount: 342, cramersV: null, eta: expect.closeTo(0.8171432650745045, 10) });
  });

  test('columns that are missing together are a pattern', () => {
    expect(penguins.missing.columns).toEqual([
      { name: 'Beak Length (mm)', missingCount: 2 }, { name: 'Beak Depth (mm)', missingCount: 2 }, { name: 'Flipper Length (mm)', missingCount: 2 }, { name: 'Body Mass (g)', missingCount: 2 }, { name: 'Sex', missingCount: 10 },
    ]);
    expect(penguins.missing.patternCount).toBe(2);
    expect(penguins.missing.patterns).toEqual([
      { columns: [], rowCount: 334 }, { columns: ['Sex'], rowCount: 8 }, { columns: ['Beak Length (mm)', 'Beak Depth (mm)', 'Flipper Length (mm)', 'Body Mass (g)', 'Sex'], rowCount: 2 },
    ]);
  });

  test('no row is there twice, no number lies beyond the fences of numpy\u2019s quartiles, and texts have lengths', () => {
    expect(penguins.repeated).toMatchObject({ groupCount: 0, copyCount: 0, examples: [] });
    // numpy.quantile(mass, [0.25, 0.75]) is 3550 and 4750.
    expect(penguins.outliers.find(({ column }) => column === 'Body Mass (g)')).toEqual({
      column: 'Body Mass (g)', numberCount: 342, fences: { low: 1750, high: 6550, farLow: -50, farHigh: 8350 }, outlierCount: 0, farCount: 0, isExact: true,
    });
    expect(penguins.texts.find(({ column }) => column === 'Island')).toEqual({ column: 'Island', textCount: 344, emptyCount: 0, lengths: { min: 5, median: 6, mean: expect.closeTo(6.093023255813954, 12), max: 9 } });
  });
});

describe('rows', () => {
  test('that are repeated are counted by all their values, missing ones among them', async () => {
    const { repeated } = await relate(await store({ a: [1, 1, 2, 2, 2, 1, 3], b: ['x', 'x', null, null, null, 'y', 'x'] }));
    expect(repeated).toEqual({ groupCount: 2, copyCount: 3, columns: ['a', 'b'], examples: [{ times: 3, row: 2, cells: [2, null] }, { times: 2, row: 0, cells: [1, 'x'] }] });
  });

  test('of more than sixty columns with missing values have patterns too', async () => {
    const names = repeat(70, (index) => `c${index}`);
    const { missing } = await relate(await store(Object.fromEntries(names.map((name, index) => [name, [7, index % 69 === 0 ? 7 : null]]))));
    expect(missing.patterns).toEqual([{ columns: [], rowCount: 1 }, { columns: names.filter((_, index) => index % 69 !== 0), rowCount: 1 }]);
    expect(missing.patternCount).toBe(1);
  });

  test('with far numbers are counted beyond each fence, and a column of which half is equal has none', async () => {
    // numpy.quantile of 1..20, 40, 90: 6.25 and 16.75, so the fences are -9.5, 32.5 and -25.25, 48.25.
    const { outliers } = await relate(await store({ x: [...repeat(20, (index) => index + 1), 40, 90], y: [...repeat(20, () => 5), 6, 7] }));
    expect(outliers).toEqual([
      { column: 'x', numberCount: 22, fences: { low: -9.5, high: 32.5, farLow: -25.25, farHigh: 48.25 }, outlierCount: 2, farCount: 1, isExact: true },
      { column: 'y', numberCount: 22, fences: null, outlierCount: 0, farCount: 0, isExact: true },
    ]);
  });

  test('that are none leave every part empty', async () => {
    const relations = await relate(await store({ a: [], b: [] }));
    expect(relations).toMatchObject({ rowCount: 0, pairs: [], compared: [], missing: { patterns: [] }, repeated: { groupCount: 0 }, outliers: [] });
  });

  test('beyond what is held in memory are sampled evenly, the same each time', async () => {
    const path = folder.path('long.parquet');
    const seen = await folder.duck.session({ files: [path] }, async (session) => {
      await session.run(`COPY (SELECT i % 100 AS a FROM range(1000000) rows(i)) TO '${path}' (FORMAT parquet)`);
      const table = await describeParquet(session, path);
      return [await readSample(session, table, table.columns), await readSample(session, table, table.columns)];
    });
    expect(seen[0]).toEqual(seen[1]);
    expect(Math.abs((seen[0]?.seenRowCount ?? 0) - 200_000)).toBeLessThan(10);
    const counts = new Float64Array(100);
    const [column] = seen[0]?.columns ?? [];
    for (const value of column?.kind === 'number' ? column.values : []) counts[value]! += 1;
    // Each of the hundred values has its hundredth, though they come in a period.
    expect(Math.max(...counts.map((count) => Math.abs(count - 2000)))).toBeLessThan(10);
  });
});

/** A profile with what choosing columns and counting outliers reads. */
function numbers(name: string): ColumnProfile {
  return { name, type: 'integer', rowCount: 3_000_000, missingCount: 0, nonFiniteCount: 0, distinctCount: 100, distinctIsExact: true, numeric: null, topValues: null };
}

describe('columns', () => {
  test('are left out with the reason: constant, names of things, too many', () => {
    const column = (name: string, type: ColumnType, distinctCount: number) => ({ ...numbers(name), type, distinctCount, rowCount: 100 });
    const { compared, leftOut } = chooseColumns([column('same', 'number', 1), column('picture', 'image', 100), column('name', 'text', 80), column('kind', 'category', 50), ...Array.from({ length: 61 }, (_, index) => column(`n${index}`, 'integer', 100))]);
    expect(compared).toHaveLength(60);
    expect(leftOut).toEqual([{ column: 'same', reason: 'constant' }, { column: 'picture', reason: 'image' }, { column: 'name', reason: 'levels' }, { column: 'n59', reason: 'limit' }, { column: 'n60', reason: 'limit' }]);
  });

  test('of two numbers are as strong as the stronger of their coefficients', () => {
    const pair = { a: 'a', b: 'b', rowCount: 9, pearson: null, spearman: null, cramersV: null, eta: null };
    expect([strengthOf({ ...pair, pearson: -0.9, spearman: 0.8 }), strengthOf({ ...pair, spearman: 0.1 }), strengthOf({ ...pair, eta: 0.3 }), strengthOf(pair)]).toEqual([-0.9, 0.1, 0.3, null]);
  });
});

describe('a target', () => {
  test('of classes has a balance', async () => {
    const { balance, hints } = await targetOf({ kind: [...repeat(30, (index) => (index < 15 ? 'a' : index < 25 ? 'b' : 'c')), null], x: repeat(31, (index) => (index * 7) % 10) }, 'kind');
    expect(balance).toEqual({
      classCount: 3, missingCount: 1, classes: [{ value: 'a', count: 15 }, { value: 'b', count: 10 }, { value: 'c', count: 5 }], rarestCount: 5, imbalance: 3,
      evenness: expect.closeTo(0.9206198357143047, 12), // scipy.stats.entropy([15, 10, 5]) / log(3)
    });
    expect(hints).toEqual([]);
  });

  test('that is a number of many values has none', async () => {
    expect((await targetOf({ y: repeat(60, (index) => index * 1.5), x: repeat(60, (index) => (index * 7) % 10) }, 'y')).balance).toBeNull();
  });

  test('is given away by what equals it, maps to it, determines it or follows it, and by names of rows', async () => {
    const y = repeat(200, (index) => index % 4);
    const { hints } = await targetOf({
      y: y.map((code) => `k${code}`), copy: y.map((code) => `k${code}`), code: y.map((code) => 10 - code), city: repeat(200, (index) => `city ${index % 8}`),
      loud: y.map((code, index) => code + ((index * 31) % 100) / 1000), free: repeat(200, (index) => (index * 37) % 11), key: repeat(200, (index) => `row ${index}`), place: repeat(200, (index) => index + 5),
    }, 'y');
    expect(hints.map(({ kind, column, reason }) => `${column} ${kind}: ${reason}`)).toEqual([
      'copy same: It is the same as “y” in all 200 rows that have both.',
      'code one-to-one: Each of its values goes with one value of “y”, and the other way round, in 200 rows.',
      'city determines: Each of its values goes with one value of “y” only, in 200 rows.',
      expect.stringMatching(/^loud correlated: Its correlation ratio with “y” is 0\.99\d\d, in 200 rows\.$/),
      'key identifier: It is another value in each of the 200 rows: it names rows, and says nothing of new ones.',
      'place identifier: It is another value in each of the 200 rows: it names rows, and says nothing of new ones.',
    ]);
  });

  test('of numbers is followed by what is a turned or bent copy of it', async () => {
    const { hints } = await targetOf({ y: repeat(100, (index) => index + 0.5), turned: repeat(100, (index) => -3 * index), bent: repeat(100, (index) => index ** 4), noise: repeat(100, (index) => ((index * 37) % 101) / 8) }, 'y');
    expect(hints.map(({ kind, column, reason }) => `${column} ${kind}: ${reason}`)).toEqual([
      'turned correlated: Its correlation (Pearson) with “y” is \u22121.0000, in 100 rows.',
      'bent correlated: Its rank correlation (Spearman) with “y” is 1.0000, in 100 rows.',
    ]);
  });

  test('is nearly determined by what leaves few wrong guesses', async () => {
    const { hints } = await targetOf({ y: repeat(300, (index) => (index === 7 ? 'a' : `k${index % 3}`)), near: repeat(300, (index) => `city ${index % 6}`) }, 'y');
    expect(hints).toEqual([{ kind: 'determines', column: 'near', strength: expect.closeTo(0.995, 12), reason: 'Who knows it makes 0.5 % of the errors in guessing “y”, in 300 rows.' }]);
  });

  test('is not given away by columns that are no inputs, nor on few rows', async () => {
    const rows = (count: number) => ({ y: repeat(count, (index) => `k${index % 4}`), copy: repeat(count, (index) => `k${index % 4}`), key: repeat(count, (index) => `row ${index}`) });
    expect((await targetOf(rows(100), 'y', { copy: 'ignore', key: 'id' })).hints).toEqual([]);
    expect((await targetOf(rows(12), 'y')).hints).toEqual([]);
  });

  test('is tested on rows that were learned from, where the split column says so', async () => {
    const rows = {
      id: repeat(40, (index) => index), y: repeat(40, (index) => (index % 2 === 0 ? 'a' : 'b')), x: repeat(40, (index) => (index < 30 ? index : index - 30)), part: repeat(40, (index) => (index < 30 ? 'train' : 'test')),
    };
    expect((await targetOf(rows, 'y', { part: 'split', id: 'id' })).hints).toEqual([
      { kind: 'shared-rows', column: 'part', strength: 1, reason: '10 of the 10 rows of “test” are in “train” too, the same in 2 columns: what is measured on them is no test.' },
    ]);
    expect((await targetOf(rows, 'y', { part: 'split' })).hints.map(({ kind }) => kind)).toEqual(['identifier']);
  });

  test('that names things, or that beside images alone, is followed by nothing', async () => {
    const path = folder.path('images.parquet');
    await folder.duck.session({ files: [path] }, (session) => session.run(`COPY (SELECT encode('bytes ' || i % 25) AS picture, 'k' || i % 2 AS kind, 'row ' || i AS name FROM range(30) rows(i)) TO '${path}' (FORMAT parquet)`));
    const profile = await profileFile(folder.duck, { path });
    const report = (target: string) => reportTarget(folder.duck, { path, dataset: 'images', target, notes: [], profile });
    expect((await report('kind')).hints.map(({ kind, column }) => `${column}: ${kind}`)).toEqual(['name: identifier']);
    expect(await report('name')).toMatchObject({ hints: [], balance: { classCount: 30 } });
    const { repeated, leftOut, texts } = await relate(path);
    expect([repeated.groupCount, leftOut.map(({ reason }) => reason), texts.map(({ column }) => column)]).toEqual([0, ['image', 'levels'], ['kind', 'name']]);
  });

  test('that is not there is named', async () => {
    expect(await failureFrom(targetOf({ a: [1], b: [2] }, 'z'))).toMatchObject({ code: 'data/unknown-column' });
  });
});
