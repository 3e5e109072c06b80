/**
 * Excel workbooks (xlsx, ECMA-376): one sheet as rows of text. Formulas count by the value stored with
 * them. The parts are read as streams of XML events, so memory holds the shared texts and no more.
 */
import { posix } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { SaxesParser } from 'saxes';
import type { SaxesTagPlain } from 'saxes';
import { fail } from '../../shared/errors.ts';
import type { Source } from './source.ts';
import type { Loaded, StagedRow } from './staged.ts';
import { builtInKind, columnOf, kindOfCode, numberText, unescaped, type NumberKind } from './workbook-cells.ts';
import { openWorkbookZip, type WorkbookZip } from './workbook-zip.ts';

/** What a sheet can have at most. */
const sheetLimits = { rows: 1_048_576, columns: 16_384 } as const;

interface Sheet {
  readonly name: string;
  readonly part: string;
}

interface Workbook {
  readonly sheets: readonly Sheet[];
  readonly is1904: boolean;
  readonly texts: readonly string[];
  readonly kinds: readonly NumberKind[];
}

/** Runs `work` with one sheet of the workbook, the first where `table` is absent. @throws data/malformed, data/too-large, data/unknown-table */
export async function withWorkbook<T>(source: Source, table: string | undefined, work: (loaded: Loaded) => Promise<T>): Promise<T> {
  const zip = await openWorkbookZip(source);
  try {
    const workbook = await readWorkbook(zip, source);
    const tables = workbook.sheets.map(({ name }) => name);
    const sheet = table === undefined ? workbook.sheets[0] : workbook.sheets.find(({ name }) => name === table);
    if (sheet === undefined) throw fail('data/unknown-table', { file: source.fileName, table: table ?? '', tables: tables.slice(0, 20).join(', ') });
    const noted = { uncalculated: 0 };
    return await work({
      tables, table: sheet.name, columns: null, leftOut: [],
      rows: rowsOf(zip, sheet, workbook, source, noted),
      warnings: () => (noted.uncalculated === 0 ? [] : [`${noted.uncalculated === 1 ? '1 cell has a formula without a stored value and counts' : `${noted.uncalculated} cells have formulas without a stored value and count`} as missing; open and save the workbook in a spreadsheet program.`]),
    });
  } finally {
    zip.close();
  }
}

async function readWorkbook(zip: WorkbookZip, source: Source): Promise<Workbook> {
  const root = await relations(zip, '_rels/.rels', '', source);
  const main = [...root.values()].find(({ type }) => type.endsWith('/officeDocument'))?.target;
  if (main === undefined) throw fail('data/unknown-format', { file: source.fileName, reason: 'it is a ZIP archive and no Excel workbook' });
  const targets = await relations(zip, `${posix.dirname(main)}/_rels/${posix.basename(main)}.rels`, posix.dirname(main), source);
  const sheets: Sheet[] = [];
  let is1904 = false;
  await visit(zip, main, source, {
    open: ({ attributes }, name) => {
      if (name === 'workbookPr') is1904 = ['1', 'true'].includes(attributes['date1904'] ?? '');
      const target = name === 'sheet' ? targets.get(Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1] ?? '') : undefined;
      if (target?.type.endsWith('/worksheet')) sheets.push({ name: attributes['name'] ?? '', part: target.target });
    },
  });
  if (sheets.length === 0) throw fail('data/unknown-format', { file: source.fileName, reason: 'it is a workbook without a sheet of cells' });
  const partOf = (kind: string) => [...targets.values()].find(({ type }) => type.endsWith(kind))?.target;
  return { sheets, is1904, texts: await sharedTexts(zip, partOf('/sharedStrings'), source), kinds: await cellKinds(zip, partOf('/styles'), source) };
}

async function relations(zip: WorkbookZip, part: string, folder: string, source: Source): Promise<Map<string, { type: string; target: string }>> {
  const found = new Map<string, { type: string; target: string }>();
  await visit(zip, part.replace(/^\.\//, ''), source, {
    open: ({ attributes }, name) => {
      if (name !== 'Relationship' || attributes['TargetMode'] === 'External') return;
      const target = attributes['Target'] ?? '';
      found.set(attributes['Id'] ?? '', { type: attributes['Type'] ?? '', target: target.startsWith('/') ? target.slice(1) : posix.join(folder, target) });
    },
  });
  return found;
}

async function sharedTexts(zip: WorkbookZip, part: string | undefined, source: Source): Promise<string[]> {
  const texts: string[] = [];
  let text: string | null = null;
  let isText = false;
  let phonetics = 0;
  if (part === undefined) return texts;
  await visit(zip, part, source, {
    open: (_, name) => {
      if (name === 'si') text = '';
      // How a Japanese text is read aloud is no part of it.
      if (name === 'rPh') phonetics += 1;
      if (name === 't') isText = phonetics === 0;
    },
    text: (more) => {
      if (isText && text !== null) text += more;
    },
    close: (name) => {
      if (name === 't') isText = false;
      if (name === 'rPh') phonetics -= 1;
      if (name === 'si') texts.push(unescaped(text ?? ''));
    },
  });
  return texts;
}

async function cellKinds(zip: WorkbookZip, part: string | undefined, source: Source): Promise<NumberKind[]> {
  const codes = new Map<number, NumberKind>();
  const kinds: NumberKind[] = [];
  let isCellFormat = false;
  if (part === undefined) return kinds;
  await visit(zip, part, source, {
    open: ({ attributes }, name) => {
      if (name === 'numFmt') codes.set(Number(attributes['numFmtId']), kindOfCode(attributes['formatCode'] ?? ''));
      if (name === 'cellXfs') isCellFormat = true;
      const id = Number(attributes['numFmtId'] ?? 0);
      if (name === 'xf' && isCellFormat) kinds.push(codes.get(id) ?? builtInKind(id));
    },
    close: (name) => {
      if (name === 'cellXfs') isCellFormat = false;
    },
  });
  return kinds;
}

async function* rowsOf(zip: WorkbookZip, sheet: Sheet, { texts, kinds, is1904 }: Workbook, source: Source, noted: { uncalculated: number }): AsyncGenerator<StagedRow[]> {
  const malformed = (reason: string): Error => fail('data/malformed', { file: source.fileName, reason: `sheet "${sheet.name}": ${reason}` });
  let ready: StagedRow[] = [];
  let line = 0;
  let values: (string | null)[] = [];
  let column = -1;
  let cell: { readonly type: string; readonly style: number; value: string | null; hasFormula: boolean } | null = null;
  let isValue = false;
  const textOf = ({ type, style, value }: NonNullable<typeof cell>): string | null => {
    if (value === null || value === '') return null;
    switch (type) {
      case 's': {
        const text = /^\d+$/.test(value.trim()) ? texts[Number(value)] : undefined;
        if (text === undefined) throw malformed(`row ${line} names the text ${value.slice(0, 20)}, which it does not have`);
        return text;
      }
      case 'b': return value.trim() === '1' ? 'true' : value.trim() === '0' ? 'false' : value;
      case 'str': case 'inlineStr': return unescaped(value);
      case 'e': return value;
      case 'd': return value.replace(/T00:00:00(\.0+)?Z?$/, '');
      default: return numberText(value, kinds[style] ?? 'number', is1904);
    }
  };
  const events: Visitor = {
    open: ({ attributes }, name) => {
      if (name === 'row') {
        const next = attributes['r'] === undefined ? line + 1 : Number(attributes['r']);
        if (!Number.isInteger(next) || next <= line || next > sheetLimits.rows) throw malformed(`after row ${line} comes row ${String(attributes['r']).slice(0, 20)}`);
        line = next;
        values = [];
        column = -1;
      } else if (name === 'c') {
        const next = attributes['r'] === undefined ? column + 1 : columnOf(attributes['r']);
        if (next === null || next <= column || next >= sheetLimits.columns) throw malformed(`row ${line} has a cell at ${String(attributes['r']).slice(0, 20)}`);
        column = next;
        cell = { type: attributes['t'] ?? 'n', style: Number(attributes['s'] ?? 0), value: null, hasFormula: false };
      } else if (name === 'f' && cell !== null) cell.hasFormula = true;
      else if (cell !== null && (name === 'v' || (name === 't' && cell.type === 'inlineStr'))) isValue = true;
    },
    text: (more) => {
      if (isValue && cell !== null) cell.value = (cell.value ?? '') + more;
    },
    close: (name) => {
      if (name === 'v' || name === 't') isValue = false;
      else if (name === 'c' && cell !== null) {
        if (cell.hasFormula && cell.value === null) noted.uncalculated += 1;
        const text = textOf(cell);
        if (text !== null) {
          while (values.length < column) values.push(null);
          values.push(text);
        }
        cell = null;
      } else if (name === 'row' && values.length > 0) ready.push({ line, values });
    },
  };
  for await (const _ of steps(zip, sheet.part, source, events)) {
    if (ready.length === 0) continue;
    yield ready;
    ready = [];
  }
}

interface Visitor {
  open?: (tag: SaxesTagPlain, name: string) => void;
  text?: (text: string) => void;
  close?: (name: string) => void;
}

async function visit(zip: WorkbookZip, part: string, source: Source, visitor: Visitor): Promise<void> {
  for await (const _ of steps(zip, part, source, visitor)) void _;
}

/** Feeds a part to the visitor, piece by piece; names come without their prefix. A document type, which could name other files or swell, is refused. */
async function* steps(zip: WorkbookZip, part: string, source: Source, visitor: Visitor): AsyncGenerator<undefined> {
  const malformed = (reason: string, cause?: unknown): Error => fail('data/malformed', { file: source.fileName, reason: `its part "${part.slice(0, 80)}" ${reason}` }, cause);
  const bytes = zip.part(part);
  if (bytes === null) {
    if (part === '_rels/.rels') throw fail('data/unknown-format', { file: source.fileName, reason: 'it is a ZIP archive and no Excel workbook' });
    if (part.endsWith('.rels')) return;
    throw malformed('is missing');
  }
  const parser = new SaxesParser({ xmlns: false });
  const local = (name: string): string => name.slice(name.indexOf(':') + 1);
  parser.on('doctype', () => { throw malformed('has a document type'); });
  parser.on('error', (error) => { throw malformed(`is no valid XML: ${error.message.slice(0, 100)}`, error); });
  parser.on('opentag', (tag) => visitor.open?.(tag, local(tag.name)));
  parser.on('text', (text) => visitor.text?.(text));
  parser.on('cdata', (text) => visitor.text?.(text));
  parser.on('closetag', (tag) => visitor.close?.(local(tag.name)));
  const decoder = new StringDecoder('utf8');
  for await (const chunk of bytes) {
    parser.write(decoder.write(chunk));
    yield undefined;
  }
  parser.write(decoder.end()).close();
  yield undefined;
}
