/** What queries give, what they are refused, and how their errors read. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { functionNames, runQuery } from '../../../electron/data/query.ts';
import { tablesOf } from '../../../electron/data/query-text.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { writeTable } from '../../../electron/data/table.ts';
import type { Cell } from '../../../shared/domain/columns.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';

const folder = dataFolder();
let flights: string;
let runs = 0;

beforeAll(async () => {
  flights = folder.path('flights.parquet');
  await writeTable(folder.duck, {
    outPath: flights,
    columns: [
      { name: 'carrier', type: 'category', values: ['UA', 'DL', 'UA', null, 'AA'] },
      { name: 'note', type: 'text', values: ['a', 'b', 'c', 'd', 'e'] },
      { name: 'delay', type: 'number', values: [1.5, -2, 30, 4, NaN] },
      { name: 'seats', type: 'integer', values: [100, 200, 300, 400, null] },
      { name: 'late', type: 'boolean', values: [false, false, true, false, true] },
      { name: 'day', type: 'date', values: [0, 86_400_000, 0, 0, null] },
    ],
  });
});

async function ask(sql: string, { rowLimit = null as number | null, tables = ['flights'] } = {}) {
  const outPath = folder.path(`result ${++runs}.parquet`);
  const run = await runQuery(folder.duck, { sql, tables: tables.map((name) => ({ name, path: flights })), rowLimit, outPath });
  const { rows } = await readRows(folder.duck, { path: outPath, offset: 0, limit: 1000 });
  return { ...run, rows };
}

async function rowsOf(sql: string): Promise<Cell[][]> {
  return (await ask(sql)).rows;
}

describe('a query', () => {
  test('gives typed columns: texts keep the type of the column they come from', async () => {
    const { columns, rows, rowCount, leftOut } = await ask('SELECT carrier, note, delay, seats, late, day, upper(note) AS big FROM flights ORDER BY note LIMIT 1');
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['carrier category', 'note text', 'delay number', 'seats integer', 'late boolean', 'day date', 'big category']);
    expect(rows).toEqual([['UA', 'a', 1.5, 100, false, '1970-01-01', 'A']]);
    expect([rowCount, leftOut]).toEqual([1, []]);
  });

  test('keeps the order that it asks for', async () => {
    expect(await rowsOf('SELECT note FROM flights ORDER BY note DESC')).toEqual([['e'], ['d'], ['c'], ['b'], ['a']]);
  });

  test('ends in a semicolon or a comment as people write it, and may begin with FROM, WITH or VALUES', async () => {
    for (const sql of ['SELECT 1;', 'SELECT 1 -- one', '/* one */ SELECT 1;;', 'FROM (SELECT 1)', 'WITH a AS (SELECT 1) FROM a', 'VALUES (1)']) expect([sql, await rowsOf(sql)]).toEqual([sql, [[1]]]);
  });

  test('stops at the limit of rows', async () => {
    expect((await ask('SELECT range FROM range(1000000)', { rowLimit: 10 })).rowCount).toBe(10);
  });

  test('gives sums of whole numbers as whole numbers, and as numbers where 64 bits do not hold them', async () => {
    expect((await ask('SELECT sum(seats) AS s FROM flights')).columns).toEqual([{ name: 's', type: 'integer' }]);
    const large = await ask('SELECT 9223372036854775807::HUGEINT * 4 AS s');
    expect(large.columns).toEqual([{ name: 's', type: 'number' }]);
    expect(large.rows).toEqual([[4 * 2 ** 63]]);
  });

  test('flattens structs, writes lists as JSON and intervals as text, and says which columns it left out', async () => {
    const { columns, rows, leftOut } = await ask(`SELECT {'a': 1, 'b': 'x'} AS s, [1, 2] AS l, INTERVAL 2 DAY AS i, 'x'::BLOB AS raw, NULL AS nothing`);
    expect(columns.map(({ name }) => name)).toEqual(['s.a', 's.b', 'l', 'i', 'nothing']);
    expect(rows).toEqual([[1, 'x', '[1,2]', '2 days', null]]);
    expect(leftOut).toEqual(['raw']);
  });

  test('gives columns of one name different names', async () => {
    expect((await ask('SELECT seats, seats FROM flights')).columns.map(({ name }) => name)).toEqual(['seats', 'seats_1']);
  });

  test('reads each table by the name it is given there', async () => {
    expect((await ask('SELECT count(*) FROM "flights@2" JOIN Flights USING (note)', { tables: ['flights@2', 'Flights'] })).rows).toEqual([[5]]);
  });

  test('can be stopped', async () => {
    const controller = new AbortController();
    const running = runQuery(folder.duck, { sql: 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11', tables: [], rowLimit: null, outPath: folder.path('never.parquet'), signal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    expect((await failureFrom(running)).code).toBe('job/cancelled');
    expect(await readdir(folder.root)).not.toContain('never.parquet');
  });

  test('that needs too much memory says so', async () => {
    const failure = await failureFrom(ask('SELECT list(range) FROM range(1000000000)'));
    expect(failure).toMatchObject({ code: 'query/too-large', details: { limitMb: 400 } });
  });
});

describe('the names in a query', () => {
  const names = async (sql: string) => (await tablesOf(folder.duck, sql)).map(({ name }) => name);

  test('are its tables, each once, wherever they stand', async () => {
    expect(await names('SELECT * FROM flights f JOIN "flights@2" g USING (a) WHERE a IN (SELECT a FROM "we""ird") AND EXISTS (FROM flights)')).toEqual(['flights', 'flights@2', 'we"ird']);
    expect(await names('SUMMARIZE flights')).toEqual(['flights']);
    expect(await names('SELECT * FROM main.flights')).toEqual(['flights']);
    expect(await names(`FROM '/etc/passwd'`)).toEqual(['/etc/passwd']);
    expect(await names('SELECT * FROM information_schema.tables')).toEqual(['information_schema.tables']);
  });

  test('are not those that the query defines, unless it reads a table of that name inside', async () => {
    expect(await names('WITH a AS (SELECT 1), b AS (FROM a) SELECT * FROM b')).toEqual([]);
    expect(await names('WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5) FROM t')).toEqual([]);
    expect(await names('WITH flights AS (SELECT * FROM flights) SELECT * FROM FLIGHTS')).toEqual(['flights']);
    expect(await names('SELECT * FROM (WITH a AS (SELECT 1) FROM a), a')).toEqual(['a']);
  });

  test('come with their place, in characters', async () => {
    expect(await tablesOf(folder.duck, `SELECT 'é🐧'\n  , "ü" FROM flights`)).toEqual([{ name: 'flights', line: 2, column: 14 }]);
  });
});

describe('an error', () => {
  test('of syntax has its line and column, counted in characters', async () => {
    expect(await failureFrom(tablesOf(folder.duck, 'SELECT é\nFORM flights x y'))).toMatchObject({ code: 'query/wrong', details: { line: 2, column: 6, message: 'syntax error at or near "flights"' } });
    expect(await failureFrom(tablesOf(folder.duck, 'SELECT * FROM flights WHERE'))).toMatchObject({ code: 'query/wrong', details: { line: 1, column: 28 } });
  });

  test('of a name has its place and what was meant', async () => {
    expect(await failureFrom(ask(`SELECT 'é',\n  dely FROM flights`))).toMatchObject({ code: 'query/wrong', details: { line: 2, column: 3, message: expect.stringMatching(/"dely".*"delay"/) } });
  });

  test('of a value has its place', async () => {
    expect(await failureFrom(ask(`SELECT *\nFROM flights\nWHERE seats = 'many'`))).toMatchObject({ code: 'query/wrong', details: { line: 3, message: expect.stringContaining('many') } });
  });

  test('without a place is told all the same', async () => {
    expect(await failureFrom(ask(`SELECT error('no')`))).toMatchObject({ code: expect.stringMatching(/^query\//), details: { message: expect.stringContaining('no') } });
  });

  test('leaves no file behind', async () => {
    const before = await readdir(folder.root);
    await failureFrom(ask('SELECT nope FROM flights'));
    expect(await readdir(folder.root)).toEqual(before);
  });
});

const foreign = [
  `COPY (SELECT 1) TO 'OUT'`, `ATTACH 'OUT'`, 'INSTALL httpfs', 'LOAD httpfs', 'SET threads = 1', 'SET enable_external_access = true', 'RESET allowed_paths', 'PRAGMA version', 'PRAGMA enable_profiling',
  'CALL pragma_version()', 'CREATE TABLE t AS SELECT 1', 'INSERT INTO flights VALUES (1)', 'DELETE FROM flights', 'DROP VIEW flights', `EXPORT DATABASE 'OUT'`, 'BEGIN', 'CHECKPOINT', 'EXPLAIN SELECT 1', 'VACUUM',
  'SELECT 1; SELECT 2', `SELECT 1; COPY (SELECT 1) TO 'OUT'`, '', '-- nothing', 'PIVOT flights ON carrier',
  `SELECT * FROM read_csv('IN')`, `SELECT * FROM read_text('IN')`, `SELECT * FROM glob('/*')`, `SELECT * FROM sniff_csv('IN')`, `SELECT * FROM read_parquet('https://example.invalid/a.parquet')`,
  `FROM enable_logging('QueryLog', storage = 'file', storage_path = 'OUT')`, `FROM enable_profiling(save_location = 'OUT')`, 'SELECT * FROM duckdb_settings()', 'SELECT * FROM duckdb_secrets()', `SELECT * FROM query('SELECT 1')`, `SELECT * FROM query_table('flights')`, 'SHOW TABLES',
];

describe('a query is refused', () => {
  const inFolder = (sql: string) => sql.replace('IN', flights).replace('OUT', join(folder.root, 'leak'));

  test.each(foreign)('before it runs: %s', async (sql) => {
    expect((await failureFrom(tablesOf(folder.duck, inFolder(sql)))).code).toMatch(/^query\/(refused|wrong)$/);
  });

  test.each(foreign)('also where nobody has looked at it before: %s', async (sql) => {
    const outPath = folder.path('sandbox.parquet');
    const failure = await failureFrom(runQuery(folder.duck, { sql: inFolder(sql), tables: [{ name: 'flights', path: flights }], rowLimit: null, outPath }));
    expect(failure.code).toMatch(/^query\/(refused|wrong)$/);
    expect((await readdir(folder.root)).filter((name) => /leak|sandbox/.test(name))).toEqual([]);
  });

  test.each([`SELECT getenv('HOME')`, `SELECT read_text('/etc/passwd')`, `SELECT * FROM "/etc/passwd"`, `SELECT ?`, 'SELECT $name'])('when it runs: %s', async (sql) => {
    expect((await failureFrom(ask(sql))).code).toMatch(/^query\//);
  });
});

test('the functions that can be completed are those of DuckDB', async () => {
  expect(await functionNames(folder.duck)).toEqual(expect.arrayContaining(['count', 'date_trunc', 'upper', 'quantile_cont']));
});
