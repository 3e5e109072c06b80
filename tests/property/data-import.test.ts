/** Any table written as CSV, in any usual dialect, is the same table after its import. */
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { importSource } from '../../electron/data/import-parts.ts';
import { importFile } from '../../electron/data/import.ts';
import { readRows } from '../../electron/data/rows.ts';
import { sniffFile } from '../../electron/data/sniff.ts';
import { AppError } from '../../shared/errors.ts';
import { plainDialect } from '../../shared/domain/datasets.ts';
import type { Cell, ValueType } from '../../shared/domain/columns.ts';
import { dataFolder } from '../support/data-files.ts';

const folder = dataFolder();

const dayMs = 86_400_000;
const isoOf = (ms: number) => new Date(ms).toISOString();

/** A value as it is written in the file and as a cell shows it. */
interface Written {
  readonly text: string;
  readonly cell: Cell;
}

const missing: Written = { text: '', cell: null };
const values: Readonly<Record<ValueType, fc.Arbitrary<Written>>> = {
  boolean: fc.boolean().map((value) => ({ text: String(value), cell: value })),
  integer: fc.maxSafeInteger().map((value) => ({ text: String(value), cell: value })),
  number: fc.double({ noDefaultInfinity: true, noNaN: true }).map((value) => ({ text: String(value), cell: value })),
  category: fc.constantFrom('red', 'green', 'it\'s "blue"', 'ünï😀', ' padded ').map((text) => ({ text, cell: text })),
  text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/[\0]/.test(text)).map((text) => ({ text, cell: text })),
  date: fc.integer({ min: -25_000, max: 40_000 }).map((day) => ({ text: isoOf(day * dayMs).slice(0, 10), cell: isoOf(day * dayMs).slice(0, 10) })),
  timestamp: fc.integer({ min: -1e9, max: 4e9 }).map((second) => ({ text: isoOf(second * 1000).slice(0, 19), cell: isoOf(second * 1000).slice(0, 19) })),
};

interface Table {
  readonly columns: readonly { name: string; type: ValueType }[];
  readonly rows: readonly (readonly Written[])[];
  readonly delimiter: string;
  readonly lineEnd: string;
  readonly quoteAll: boolean;
}

const tables: fc.Arbitrary<Table> = fc
  .array(fc.constantFrom<ValueType>('boolean', 'integer', 'number', 'category', 'text', 'date', 'timestamp'), { minLength: 2, maxLength: 6 })
  .chain((types) =>
    fc.record({
      columns: fc
        .uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => name.trim() === name && !name.includes('\0')), { minLength: types.length, maxLength: types.length, selector: (name) => name.toLowerCase() })
        .map((names) => types.map((type, index) => ({ name: names[index] ?? '', type }))),
      rows: fc.array(fc.tuple(...types.map((type) => fc.oneof({ weight: 5, arbitrary: values[type] }, { weight: 1, arbitrary: fc.constant(missing) }))), { minLength: 1, maxLength: 12 }),
      delimiter: fc.constantFrom(',', ';', '\t', '|'),
      lineEnd: fc.constantFrom('\n', '\r\n'),
      quoteAll: fc.boolean(),
    }),
  );

function csvOf({ columns, rows, delimiter, lineEnd, quoteAll }: Table): string {
  const field = (text: string) => (quoteAll || /["\r\n,;\t|]|^\s|\s$|^$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return [columns.map(({ name }) => field(name)), ...rows.map((row) => row.map(({ text }) => field(text)))].map((fields) => fields.join(delimiter) + lineEnd).join('');
}

test('a table that is written as CSV and imported with its types is the same table', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const path = await folder.file(`table-${run++}.csv`, csvOf(table));
      const outPath = folder.path(`table-${run}.parquet`);
      const dialect = { ...plainDialect, delimiter: table.delimiter };
      const columns = table.columns.map(({ name, type }) => ({ sourceName: name, name, type }));
      const { rowCount } = await importFile(folder.duck, { path, outPath, plan: { format: 'csv', dialect, columns } });
      const window = await readRows(folder.duck, { path: outPath, offset: 0, limit: 100 });
      expect(rowCount).toBe(table.rows.length);
      expect(window.columns).toEqual(table.columns);
      expect(window.rows.map((row) => row.map(plainZero))).toEqual(table.rows.map((row) => row.map(({ cell }) => plainZero(cell))));
    }),
    { numRuns: 60 },
  );
});

test('a table that is cut into files of any size is the same content as the whole file', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(tables, fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 4 }), async (table, cuts) => {
      const [rows, at] = [table.rows, [0, ...cuts.map((cut) => cut % (table.rows.length + 1)).toSorted((a, b) => a - b), table.rows.length]];
      const parts: string[] = [];
      for (const [index, start] of at.slice(0, -1).entries()) parts.push(await folder.file(`cut-${run}-${index}.csv`, csvOf({ ...table, rows: rows.slice(start, at[index + 1]) })));
      const whole = await folder.file(`whole-${run}.csv`, csvOf(table));
      const plan = { format: 'csv' as const, dialect: { ...plainDialect, delimiter: table.delimiter }, columns: table.columns.map(({ name, type }) => ({ sourceName: name, name, type, pattern: null })) };
      const [joinedPath, wholePath] = [folder.path(`joined-${run}.parquet`), folder.path(`whole-${run++}.parquet`)];
      await importSource(folder.duck, parts, { plan, outPath: joinedPath, onProgress: () => undefined });
      await importFile(folder.duck, { path: whole, plan, outPath: wholePath });
      // Byte for byte: equal content makes no new version.
      expect((await readFile(joinedPath)).equals(await readFile(wholePath))).toBe(true);
    }),
    { numRuns: 15 },
  );
});

test('whatever bytes a file has, it is described or refused with a named error', async () => {
  let run = 0;
  const pieces = fc.constantFrom('a', '1', ',', '"', '\n', '\r', '\t', ';', '\0', '\xff', '\xc3\xa4', '{', '}', '[', ']', ':', 'NaN', '2020-01-01', 'PAR1', ' ', "'");
  await fc.assert(
    fc.asyncProperty(fc.array(pieces, { maxLength: 60 }), fc.constantFrom('csv', 'json', 'jsonl', 'tsv', 'parquet', 'dat'), async (parts, ending) => {
      const path = await folder.file(`any-${run++}.${ending}`, Buffer.from(parts.join(''), 'latin1'));
      const outPath = folder.path(`any-${run}.stored`);
      try {
        const sniff = await sniffFile(folder.duck, path);
        await importFile(folder.duck, { path, outPath, plan: { format: sniff.format, dialect: sniff.dialect, columns: sniff.columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type })) } });
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 200 },
  );
});

/** JSON has no -0, and neither has a cell. */
function plainZero(cell: Cell): Cell {
  return cell === 0 ? 0 : cell;
}
