/** Any table that was written out is the same table after its import, in every format and layout. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportTable } from '../../electron/data/export.ts';
import { importFile } from '../../electron/data/import.ts';
import { readRows } from '../../electron/data/rows.ts';
import { writeTable, type NewColumn } from '../../electron/data/table.ts';
import type { Cell, ColumnType } from '../../shared/domain/columns.ts';
import { dialectOf, exportDelimiters, exportFormats, plainLayout, type ExportFormat, type TextLayout } from '../../shared/domain/dataset-export.ts';
import { dataFolder } from '../support/data-files.ts';
import { someFacts } from '../support/export-facts.ts';

const folder = dataFolder();
const types = ['boolean', 'integer', 'number', 'category', 'text', 'date', 'timestamp'] as const satisfies readonly ColumnType[];

const dayMs = 86_400_000;
const nasty = fc.constantFrom('NA', 'null', '"', '""', "'", ' padded ', 'two\nlines', 'cr\r\nlf', '\t', ',', ';', '|', '#', '\\', '\\"', '{"a":1}', '[1]', '1', '-1', '1e5', '007', 'true', '2024-01-31', '\ufeffmark', '=1+1', '+1', '@x', 'ünï😀', '\u2028', '\u0007');
const text = fc.oneof(nasty, fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((value) => !value.includes('\0')));
const values: Readonly<Record<(typeof types)[number], fc.Arbitrary<string | number | boolean>>> = {
  boolean: fc.boolean(),
  integer: fc.maxSafeInteger(),
  number: fc.oneof(fc.double({ noNaN: true }).map((value) => value + 0), fc.constantFrom(Infinity, -Infinity, NaN)),
  category: text,
  text,
  date: fc.integer({ min: -25_000, max: 40_000 }).map((day) => day * dayMs),
  timestamp: fc.integer({ min: -1e12, max: 4e12 }),
};

interface Table { readonly columns: readonly NewColumn[]; readonly layout: TextLayout }

const layouts: fc.Arbitrary<TextLayout> = fc.record({
  delimiter: fc.constantFrom(...exportDelimiters), decimal: fc.constantFrom('.' as const, ',' as const), hasHeader: fc.boolean(), hasByteOrderMark: fc.boolean(),
  missing: fc.constant(''), isFormulaSafe: fc.constant(false),
}).filter(({ delimiter, decimal }) => delimiter !== decimal);

/** How lines end is read from the first line end, which the header has: without one it may be a line end inside a text. */
const isClear = ({ columns, layout }: Table): boolean => layout.hasHeader || columns.every((column) => Array.from(column.values).every((value) => !/\r/.test(String(value))));

const tables: fc.Arbitrary<Table> = fc.array(fc.constantFrom(...types), { minLength: 1, maxLength: 6 }).chain((chosen) => fc.record({
  layout: layouts,
  columns: fc.tuple(
    fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((name) => name.trim() === name && !name.includes('\0')), { minLength: chosen.length, maxLength: chosen.length, selector: (name) => name.toLowerCase() }),
    fc.array(fc.tuple(...chosen.map((type) => fc.option(values[type], { nil: null, freq: 5 }))), { minLength: 1, maxLength: 40 }),
  ).map(([names, rows]) => chosen.map((type, index): NewColumn => ({ name: names[index] ?? '', type, values: rows.map((row) => row[index] ?? null) }))),
})).filter(isClear);

async function throughFile(format: ExportFormat, { columns, layout }: Table): Promise<{ before: Cell[][]; after: Cell[][] }> {
  const [path, outPath, back] = ['table.parquet', `out.${format}`, 'back.parquet'].map((name) => folder.path(`${format}-${name}`)) as [string, string, string];
  await writeTable(folder.duck, { outPath: path, columns });
  const settings = { format, layout, hasMetadata: false };
  await exportTable(folder.duck, { path, outPath, partPath: `${outPath}.tmp`, canReplace: true, settings, facts: someFacts });
  const isText = format === 'csv' || format === 'tsv';
  const sourceName = (name: string, index: number): string => (isText && !layout.hasHeader ? `column_${index + 1}` : name);
  const plan = { format, dialect: isText ? dialectOf(settings) : null, columns: columns.map(({ name, type }, index) => ({ sourceName: sourceName(name, index), name, type, ...(type === 'date' || type === 'timestamp' ? { pattern: null } : {}) })) };
  await importFile(folder.duck, { path: outPath, outPath: back, plan });
  const rowsOf = async (each: string): Promise<Cell[][]> => (await readRows(folder.duck, { path: each, offset: 0, limit: 100 })).rows;
  return { before: await rowsOf(path), after: await rowsOf(back) };
}

test.each(exportFormats)('a table that is written as %s and imported with its types is the same table', async (format) => {
  await fc.assert(fc.asyncProperty(tables, async (table) => {
    const { before, after } = await throughFile(format, table);
    expect(after).toEqual(before);
  }), { numRuns: 6, examples: [[{ layout: plainLayout, columns: [{ name: 'a', type: 'text', values: ['x', null, '"'] }] }]] });
});

test('an empty text is kept apart from a missing one by JSON lines, Parquet and Arrow; a text table is read as missing both times', async () => {
  const table: Table = { layout: plainLayout, columns: [{ name: 'a', type: 'text', values: ['', null, 'x'] }, { name: 'b', type: 'integer', values: [1, 2, 3] }] };
  for (const format of ['jsonl', 'parquet', 'arrow'] as const) expect(await throughFile(format, table)).toMatchObject({ after: [['', 1], [null, 2], ['x', 3]] });
  for (const format of ['csv', 'tsv'] as const) expect(await throughFile(format, table)).toMatchObject({ after: [[null, 1], [null, 2], ['x', 3]] });
});
