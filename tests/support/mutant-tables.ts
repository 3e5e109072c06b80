/** Files of each format, whole; how a mutant is made of each, by which plan it is imported, and what it says to a strict reader. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Duck } from '../../electron/data/duck.ts';
import { importFile } from '../../electron/data/import.ts';
import { sniffFile } from '../../electron/data/sniff.ts';
import { plainDialect, planAsFound, type ImportPlan } from '../../shared/domain/datasets.ts';
import { damaged } from './damaged-tables.ts';
import { createDice } from './sim/dice.ts';
import { strictCsv, strictJson, strictSheet, type Said } from './strict-tables.ts';
import { workbookOf } from './workbook-file.ts';

export interface MutantTable {
  readonly fileName: string;
  readonly plan: ImportPlan;
  /** The file of the round, always the same, and what a strict reader makes of it. */
  mutant(round: number): { readonly bytes: Uint8Array; readonly said: Said };
}

export const mutantFormats = ['csv', 'german csv', 'json', 'parquet', 'xlsx', 'sheet'] as const;
export type MutantFormat = (typeof mutantFormats)[number];

const textPieces = ['"', "'", '\\', ',', ';', '\t', '|', '\n', '\r', '\r\n', '#', '\0', '\xff', '\xc3', '1.234,5', "1'000", '-', 'NaN', '\xef\xbb\xbf', '  ', '__proto__', '1e999', '99999999999999999999'];
const jsonPieces = ['"', '{', '}', '[', ']', ',', ':', '\\u0000', '1e999', '99999999999999999999', '{"__proto__":{"polluted":1}}', '"id":1,'];
const sheetPieces = ['<c>', '</c>', '<row>', '<v>', '&amp;', '&x;', '<!DOCTYPE a>', 't="s"', 'r="A1"', '<f/>', '<![CDATA[', '\0', '9999999', '.5'];

const rows = (count: number, row: (index: number) => string): string => Array.from({ length: count }, (_, index) => row(index)).join('\n');
const csv = `id,name,mass\n${rows(12, (row) => `${row},"n ""${row}""",${row / 8}`)}\n`;
const german = `id;mass;day\n${rows(12, (row) => `${row};1.${100 + row},5;${String(1 + row).padStart(2, '0')}.03.2024`)}\n`;
const json = `[${rows(12, (row) => `${row === 0 ? '' : ','}${JSON.stringify({ id: row, name: `n${row}`, mass: row / 8, ok: row % 2 === 0, at: { x: [row, 'a'] } })}`)}]`;
const sheet = `<worksheet><sheetData>${rows(12, (row) => `<row r="${row + 2}"><c r="A${row + 2}"><v>${row}</v></c><c r="B${row + 2}" t="s"><v>${row % 2}</v></c><c r="C${row + 2}" t="inlineStr"><is><t>n${row}</t></is></c></row>`)}</sheetData></worksheet>`;
/** The texts of the workbook around a sheet, which head its columns too. */
const sheetTexts = ['id', 'kind', 'name'];
const wrapped = (part: Uint8Array): Buffer => {
  const text = Buffer.from(part).toString('utf8');
  return workbookOf([{ name: 'Data', rows: [sheetTexts] }], { parts: { 'xl/worksheets/sheet1.xml': text.replace('<sheetData>', '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row>') } });
};
const book = workbookOf([{ name: 'Data', rows: [['id', 'kind', 'name'], ...Array.from({ length: 20 }, (_, row) => [row, row % 2 === 0 ? 'even' : 'odd', `n${row}`])] }]);

const plain = { decimal: '.', isDayFirst: false } as const;
const germanDialect = { ...plainDialect, delimiter: ';', decimal: ',', thousands: '.' } as const;
const csvColumns: ImportPlan['columns'] = [{ sourceName: 'id', name: 'id', type: 'integer' }, { sourceName: 'name', name: 'name', type: 'text' }, { sourceName: 'mass', name: 'mass', type: 'number' }];
const germanColumns: ImportPlan['columns'] = [{ sourceName: 'id', name: 'id', type: 'integer' }, { sourceName: 'mass', name: 'mass', type: 'number' }, { sourceName: 'day', name: 'day', type: 'date', pattern: '%d.%m.%Y' }];

/** @param folder takes the files that are made by an import */
export async function mutantTable(format: MutantFormat, duck: Duck, folder: string): Promise<MutantTable> {
  const made = (fileName: string, whole: Uint8Array | string, pieces: readonly string[], { plan, said }: { plan: ImportPlan; said: (part: Uint8Array) => Said }, wrap = (part: Uint8Array) => part): MutantTable => ({
    fileName, plan,
    mutant: (round) => {
      const part = damaged(Buffer.from(whole), createDice(`${format} ${round}`), pieces);
      return { bytes: wrap(part), said: said(part) };
    },
  });
  const planOf = async (fileName: string, whole: Uint8Array): Promise<ImportPlan> => planAsFound(await sniffFile(duck, await written(join(folder, fileName), whole)));
  switch (format) {
    case 'csv': return made('mutant.csv', csv, textPieces, {
      plan: { format: 'csv', dialect: plainDialect, columns: csvColumns },
      said: (part) => strictCsv(part, ',', csvColumns, plain),
    });
    case 'german csv': return made('mutant.csv', german, textPieces, {
      plan: { format: 'csv', dialect: germanDialect, columns: germanColumns },
      said: (part) => strictCsv(part, ';', germanColumns, { decimal: ',', isDayFirst: true }),
    });
    case 'json': {
      const plan = await planOf('whole.json', Buffer.from(json));
      return made('mutant.json', json, jsonPieces, { plan, said: (part) => strictJson(part, plan.columns) });
    }
    case 'parquet': {
      const outPath = join(folder, 'whole.parquet');
      const path = await written(join(folder, 'whole.csv'), Buffer.from(csv));
      const plan: ImportPlan = { format: 'csv', dialect: plainDialect, columns: csvColumns };
      await importFile(duck, { path, plan, outPath });
      // Its pages have no check of their own, so no reader can tell what they said before.
      return made('mutant.parquet', await readFile(outPath), [], { plan: { ...plan, format: 'parquet', dialect: null }, said: () => null });
    }
    case 'xlsx': return made('mutant.xlsx', book, [], { plan: await planOf('whole.xlsx', book), said: () => null });
    case 'sheet': {
      const plan = await planOf('whole-sheet.xlsx', wrapped(Buffer.from(sheet)));
      return made('mutant.xlsx', sheet, sheetPieces, { plan, said: (part) => strictSheet(part, plan.columns, sheetTexts) }, wrapped);
    }
  }
}

async function written(path: string, bytes: Uint8Array): Promise<string> {
  await writeFile(path, bytes);
  return path;
}
