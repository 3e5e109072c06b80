/** Tables of foreign SQLite databases. */
import Database from 'better-sqlite3';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readRows } from '../../../electron/data/rows.ts';
import { sniffFile } from '../../../electron/data/sniff.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';

const folder = dataFolder();

function databaseOf(name: string, ...statements: readonly string[]): string {
  const path = folder.path(name);
  const database = new Database(path);
  for (const statement of statements) database.exec(statement);
  database.close();
  return path;
}

async function stored(path: string) {
  const table = await folder.store(path);
  return { ...table, rows: (await readRows(folder.duck, { path: table.path, offset: 0, limit: 100 })).rows };
}

test('a table arrives with the kinds of its values, in its order', async () => {
  const path = databaseOf('kinds.db', 'CREATE TABLE t (i, r, s, d, n)', `INSERT INTO t VALUES (1, 1.0, 'x', '2024-02-29', NULL), (9223372036854775807, 2.5, '', '2024-03-01', NULL)`);
  const { columns, rows, sniff } = await stored(path);
  expect(sniff.format).toBe('sqlite');
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['i integer', 'r number', 's category', 'd date', 'n category']);
  expect(rows).toEqual([[1, 1, 'x', '2024-02-29', null], ['9223372036854775807', 2.5, '', '2024-03-01', null]]);
});

test('each table can be chosen; views, virtual tables and what SQLite keeps for itself are none', async () => {
  const path = databaseOf('many.db', 'CREATE TABLE b (x INTEGER PRIMARY KEY AUTOINCREMENT)', 'INSERT INTO b DEFAULT VALUES', 'CREATE TABLE "a ""quoted""" (y)', `INSERT INTO "a ""quoted""" VALUES (7)`, 'CREATE VIEW v AS SELECT 1', 'CREATE VIRTUAL TABLE f USING fts5(z)');
  const { tables, table } = await sniffFile(folder.duck, path);
  expect(tables.slice(0, 2)).toEqual(['a "quoted"', 'b']);
  expect(tables).not.toContain('v');
  expect(tables).not.toContain('f');
  expect(table).toBe('a "quoted"');
  expect((await sniffFile(folder.duck, path, { table: 'b' })).columns.map(({ sourceName }) => sourceName)).toEqual(['x']);
  expect((await failureFrom(sniffFile(folder.duck, path, { table: 'v' }))).code).toBe('data/unknown-table');
});

test('values of several kinds are read as text and said; binary values are left out', async () => {
  const { rows, sniff } = await stored(databaseOf('mixed.db', 'CREATE TABLE t (m, b, k)', `INSERT INTO t VALUES (1, x'00ff', 1), ('one', NULL, 2), (2.5, x'01', 3)`));
  expect(sniff.warnings).toEqual(['Column "m" holds values of several kinds; they are read as text.', 'Column "b" holds binary values and is left out.']);
  expect(rows).toEqual([['1', 1], ['one', 2], ['2.5', 3]]);
});

test('whole numbers that a double would round stay as they are beside fractions', async () => {
  const { rows } = await stored(databaseOf('large.db', 'CREATE TABLE t (x)', 'INSERT INTO t VALUES (9007199254740993), (0.5)'));
  expect(rows).toEqual([['9007199254740993'], ['0.5']]);
});

test('changes in the write-ahead log count, and nothing is written beside the database', async () => {
  const path = folder.path('wal.db');
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE t (x); INSERT INTO t VALUES (1)');
  database.exec('INSERT INTO t VALUES (2)');
  const before = [(await readdir(folder.root)).filter((name) => name.startsWith('wal.db')), (await stat(`${path}-wal`)).mtimeMs];
  expect((await stored(path)).rows).toEqual([[1], [2]]);
  expect([(await readdir(folder.root)).filter((name) => name.startsWith('wal.db')), (await stat(`${path}-wal`)).mtimeMs]).toEqual(before);
  database.close();
  expect((await readdir(folder.tempDir)).filter((name) => name.startsWith('database-'))).toEqual([]);
});

test('a damaged database, one without tables and one without rows are refused', async () => {
  const path = databaseOf('whole.db', 'CREATE TABLE t (x)', `INSERT INTO t SELECT value FROM (WITH RECURSIVE c(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM c LIMIT 5000) SELECT value FROM c)`);
  const bytes = await readFile(path);
  bytes.fill(0xff, 4096, 12_288);
  await writeFile(folder.path('damaged.db'), bytes);
  expect((await failureFrom(sniffFile(folder.duck, folder.path('damaged.db')))).code).toBe('data/malformed');
  expect((await failureFrom(sniffFile(folder.duck, databaseOf('none.db', 'CREATE VIEW v AS SELECT 1')))).code).toBe('data/unknown-format');
  expect((await failureFrom(sniffFile(folder.duck, databaseOf('empty.db', 'CREATE TABLE t (x)')))).code).toBe('data/no-rows');
});

test('a column may be called anything, and a generated one is read', async () => {
  const { columns, rows } = await stored(databaseOf('names.db', 'CREATE TABLE t ("__proto__", "a""b", c AS ("a""b" * 2))', 'INSERT INTO t VALUES (1, 2)'));
  expect(columns.map(({ name }) => name)).toEqual(['__proto__', 'a"b', 'c']);
  expect(rows).toEqual([[1, 2, 4]]);
});
