/**
 * Tables that were damaged on their way: each is imported or refused with a named error, and the process that reads
 * them does not hang; where it dies, that is reported. Mutants are drawn from seeds that a failure names. Here they go
 * through the real process, which looks at them first; many-mutants.test.ts imports them by the thousand.
 */
import { Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import Database from 'better-sqlite3';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { detectDialect } from '../../electron/data/dialect.ts';
import { importFile } from '../../electron/data/import.ts';
import { sampleRecords } from '../../electron/data/records.ts';
import { sniffFile } from '../../electron/data/sniff.ts';
import { testLauncher } from '../support/launcher.ts';
import { WorkerClient } from '../../electron/jobs/worker-client.ts';
import { dialectProblem, planAsFound } from '../../shared/domain/datasets.ts';
import { AppError } from '../../shared/errors.ts';
import { count } from '../support/counts.ts';
import { damaged } from '../support/damaged-tables.ts';
import { dataFolder } from '../support/data-files.ts';
import { createDice } from '../support/sim/dice.ts';
import { workbookOf } from '../support/workbook-file.ts';

const folder = dataFolder();
let importer: WorkerClient<'data'>;
beforeAll(() => {
  importer = new WorkerClient('data', testLauncher(), { memoryMb: 2500 });
});
afterAll(async () => {
  await importer.close();
});

const textPieces = ['"', "'", '\\', ',', ';', '\t', '|', '\n', '\r', '\r\n', '#', '\0', '\xff', '\xc3', '1.234,5', "1'000", '-', 'NaN', '\xef\xbb\xbf', '  ', '__proto__'];
const csv = Buffer.from(`id;name;mass;day\n${Array.from({ length: 30 }, (_, row) => `${row};"n ""${row}""";1.${100 + row},5;${1 + (row % 28)}.03.2024`).join('\n')}\n`);
const json = Buffer.from(`[${Array.from({ length: 20 }, (_, row) => JSON.stringify({ id: row, at: { x: row / 7, tags: ['a', 'b'] }, name: `n${row}`, ok: row % 2 === 0 })).join(',\n')}]`);
const book = workbookOf([{ name: 'Data', rows: [['id', 'name', 'ok'], ...Array.from({ length: 20 }, (_, row) => [row, `n${row}`, row % 2 === 0])] }]);
const arrow = tableToIPC(new Table({ id: vectorFromArray(Int32Array.from({ length: 50 }, (_, row) => row)), name: vectorFromArray(Array.from({ length: 50 }, (_, row) => `n${row % 7}`), new Utf8()) }), 'file');

const sheet = `<worksheet><sheetData>${Array.from({ length: 12 }, (_, row) => `<row r="${row + 1}"><c r="A${row + 1}"><v>${row}</v></c><c r="B${row + 1}" t="s"><v>${row % 2}</v></c><c r="C${row + 1}" t="inlineStr"><is><t>é</t></is></c></row>`).join('')}</sheetData></worksheet>`;

async function parquet(): Promise<Buffer> {
  return await readFile((await folder.store(await folder.file('whole.csv', csv))).path);
}

async function database(): Promise<Buffer> {
  const path = folder.path('whole.db');
  const made = new Database(path);
  made.exec(`CREATE TABLE t (id INTEGER, name TEXT); INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 300) SELECT x, 'n' || x FROM c`);
  made.close();
  return await readFile(path);
}

test('however a text file is damaged, its dialect is one that can be read, and its first rows are cut by it', () => {
  for (let round = 0; round < count(20_000); round += 1) {
    const text = Buffer.from(damaged(csv, createDice(`dialect ${round}`), textPieces)).toString('utf8');
    const { dialect } = detectDialect(text, 'utf-8', true);
    expect([round, dialectProblem(dialect)]).toEqual([round, null]);
    const { records } = sampleRecords(text, dialect, true);
    expect(records.every((record) => record.length > 0)).toBe(true);
  }
});

test.each<[string, () => Uint8Array | Promise<Uint8Array>, string, number, readonly string[], ((bytes: Uint8Array) => Uint8Array)?]>([
  ['CSV', () => csv, 'csv', 60, textPieces],
  ['JSON', () => json, 'json', 60, ['"', '{', '}', '[', ']', ',', ':', '\\u0000', '1e999', '{"__proto__":{"polluted":1}}', '"id":1,']],
  ['Parquet', parquet, 'parquet', 60, []],
  ['workbooks', () => book, 'xlsx', 60, []],
  ['sheets', () => Buffer.from(sheet), 'xlsx', 60, ['<c>', '</c>', '<row>', '<v>', '&amp;', '&x;', '<!DOCTYPE a>', 't="s"', 'r="A1"', '<f/>', '<![CDATA[', '\0', '9999999'], (part) => workbookOf([{ name: 'Data', rows: [['id', 'name'], [1, 'x']] }], { parts: { 'xl/worksheets/sheet1.xml': Buffer.from(part).toString('utf8') } })],
  ['SQLite databases', database, 'db', 200, []],
  ['Arrow files', () => arrow, 'arrow', 100, []],
])('damaged %s are imported or refused with a named error', async (_, whole, ending, full, pieces, wrap = (part) => part) => {
  const bytes = await whole();
  for (let round = 0; round < count(full); round += 1) {
    const path = await folder.file(`damaged.${ending}`, wrap(damaged(bytes, createDice(`${ending} ${round}`), pieces)));
    const code = await importer.run('sniff', { path })
      .then((sniff) => importer.run('import', { path, plan: planAsFound(sniff), outPath: folder.path('damaged.parquet') }))
      .then(() => 'imported', (thrown: unknown) => {
        if (thrown instanceof AppError) return thrown.failure.code;
        throw new Error(`${ending} ${round}`, { cause: thrown });
      });
    // Named, or at least not the catch-all of what nobody thought of.
    expect([`${ending} ${round}`, code]).not.toEqual([`${ending} ${round}`, 'internal/unexpected']);
  }
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
}, 600_000);

test('what is imported of a damaged text file is what stands in it', async () => {
  for (let round = 0; round < count(150); round += 1) {
    const path = await folder.file('same.csv', damaged(csv, createDice(`same ${round}`), textPieces.filter((piece) => !/["'\\\0\xff\xc3\xef#]/.test(piece))));
    const outPath = folder.path('same.parquet');
    try {
      const sniff = await sniffFile(folder.duck, path);
      const types = new Map(sniff.columns.map(({ sourceName }) => [sourceName, 'text' as const]));
      await importFile(folder.duck, { path, outPath, plan: planAsFound(sniff, types) });
      const { records } = sampleRecords(await readFile(path, 'utf8'), sniff.dialect!, true);
      const { rows } = await importer.run('rows', { table: { path: outPath, columns: [] }, offset: 0, limit: 1000 });
      const expected = records.slice(sniff.dialect!.hasHeader ? 1 : 0);
      if (sniff.columns.length > 1 && sniff.dialect!.encoding === 'utf-8') expect([round, rows.map((row) => row.map((cell) => cell ?? ''))]).toEqual([round, expected]);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }
}, 600_000);
