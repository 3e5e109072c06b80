/** Any table written as a workbook, a database, JSON lines or an Arrow file is the same table after its import. */
import { Bool, Float64, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { importFile } from '../../electron/data/import.ts';
import { readRows } from '../../electron/data/rows.ts';
import type { ColumnType } from '../../shared/domain/columns.ts';
import { plainDialect, type FileFormat } from '../../shared/domain/datasets.ts';
import { dataFolder } from '../support/data-files.ts';
import { workbookOf } from '../support/workbook-file.ts';

const folder = dataFolder();
const names = ['number', 'text "é"', 'flag', '__proto__'] as const;
const types: readonly ColumnType[] = ['number', 'text', 'boolean', 'text'];
type Row = readonly [number, string | null, boolean | null, string | null];

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((value) => !value.includes('\0'));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const rows: fc.Arbitrary<readonly Row[]> = fc.array(
  fc.tuple(fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), optional(text), optional(fc.boolean()), optional(fc.constantFrom('NA', '007', ' padded ', '_x0041_', '1e5', '#N/A', 'two\nlines'))),
  { minLength: 1, maxLength: 10 },
);

const writers: Readonly<Record<'xlsx' | 'sqlite' | 'jsonl' | 'arrow', (path: string, table: readonly Row[]) => Promise<void>>> = {
  xlsx: async (path, table) => writeFile(path, workbookOf([{ name: 'Data', rows: [[...names], ...table] }])),
  sqlite: async (path, table) => {
    await rm(path, { force: true });
    const database = new Database(path);
    const columns = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
    database.exec(`CREATE TABLE t (${columns})`);
    const insert = database.prepare('INSERT INTO t VALUES (?, ?, ?, ?)');
    for (const [number, word, flag, other] of table) insert.run(number, word, flag === null ? null : BigInt(flag), other);
    database.close();
  },
  jsonl: async (path, table) => writeFile(path, table.map((row) => `${JSON.stringify(Object.fromEntries(names.slice(0, 3).map((name, index) => [name, row[index]])), null, 0).slice(0, -1)},"__proto__":${JSON.stringify(row[3])}}\n`).join('')),
  arrow: async (path, table) => {
    const column = <T>(index: number): T[] => table.map((row) => row[index] as T);
    const made = new Table({ c0: vectorFromArray(column<number>(0), new Float64()), c1: vectorFromArray(column<string | null>(1), new Utf8()), c2: vectorFromArray(column<boolean | null>(2), new Bool()), c3: vectorFromArray(column<string | null>(3), new Utf8()) });
    await writeFile(path, tableToIPC(made, 'file'));
  },
};

test.each(Object.entries(writers))('a table that is written as %s and imported with its types is the same table', async (format, write) => {
  await fc.assert(
    fc.asyncProperty(rows, async (table) => {
      const path = folder.path(`table.${format}`);
      const outPath = folder.path(`table-${format}.parquet`);
      await write(path, table);
      const columns = names.map((name, index) => ({ sourceName: format === 'arrow' ? `c${index}` : name, name, type: types[index] ?? 'text' }));
      await importFile(folder.duck, { path, outPath, plan: { format: format as FileFormat, dialect: format === 'xlsx' ? plainDialect : null, columns } });
      const stored = await readRows(folder.duck, { path: outPath, offset: 0, limit: 100 });
      expect(stored.rows).toEqual(table.map((row) => [...row]));
    }),
    { numRuns: 30 },
  );
});
