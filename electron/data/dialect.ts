/**
 * The dialect of a delimited text file, guessed from its first records: the delimiter that gives
 * the most records the same number of fields, and whether the first record is a header.
 */
import type { Dialect } from '../../shared/domain/datasets.ts';
import type { Encoding } from './source.ts';

/** The first records of a text file. */
export interface Sample {
  readonly records: readonly (readonly string[])[];
  /** Empty lines before the first record. */
  readonly leadingEmptyLines: number;
}

const delimiters = [',', '\t', ';', '|'] as const;
const recordLimit = 500;

/** Guesses delimiter and header of `text`, the beginning of a file. `isWhole` says that nothing follows. */
export function detectDialect(text: string, encoding: Encoding, isWhole: boolean): Dialect {
  let best = { delimiter: ',' as string, score: 0 };
  for (const delimiter of delimiters) {
    const score = consistency(sampleRecords(text, { delimiter, quote: '"' }, isWhole).records);
    if (score > best.score) best = { delimiter, score };
  }
  const { records } = sampleRecords(text, { delimiter: best.delimiter, quote: '"' }, isWhole);
  return { delimiter: best.delimiter, quote: '"', hasHeader: hasHeader(records), encoding };
}

/** Cuts `text` into at most 500 records. The last one is dropped unless it is complete. */
export function sampleRecords(text: string, dialect: Pick<Dialect, 'delimiter' | 'quote'>, isWhole: boolean): Sample {
  const { delimiter, quote } = dialect;
  const body = text.replace(/^\uFEFF/, '');
  const leading = /^(?:\r\n|\n|\r)*/.exec(body)?.[0] ?? '';
  const records: string[][] = [];
  let record: string[] = [];
  let field = '';
  let isQuoted = false;
  const endField = () => {
    record.push(field);
    field = '';
  };
  const endRecord = () => {
    endField();
    if (record.length > 1 || record[0] !== '') records.push(record);
    record = [];
  };
  for (let index = leading.length; index < body.length && records.length < recordLimit; index += 1) {
    const character = body[index] ?? '';
    if (isQuoted) {
      if (character !== quote) field += character;
      else if (body[index + 1] === quote) {
        field += quote;
        index += 1;
      } else isQuoted = false;
    } else if (character === quote && quote !== '' && field.trim() === '') {
      field = '';
      isQuoted = true;
    } else if (body.startsWith(delimiter, index)) {
      endField();
      index += delimiter.length - 1;
    } else if (character === '\n') {
      endRecord();
    } else if (character === '\r') {
      if (body[index + 1] === '\n') index += 1;
      endRecord();
    } else field += character;
  }
  if (isWhole && records.length < recordLimit && (field !== '' || record.length > 0)) endRecord();
  return { records, leadingEmptyLines: leading.replace(/\r\n/g, '\n').length };
}

/** Makes names of a header usable: trimmed, never empty, and distinct even when case is ignored. */
export function uniqueNames(raw: readonly string[]): string[] {
  const taken = new Set<string>();
  return raw.map((text, index) => {
    const wanted = text.trim() || `column_${index + 1}`;
    let name = wanted;
    for (let suffix = 2; taken.has(nameKey(name)); suffix += 1) name = `${wanted}_${suffix}`;
    taken.add(nameKey(name));
    return name;
  });
}

/** Two names with one key are the same name to DuckDB, which ignores case. */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

/** 0 when the delimiter does not occur; near 1 when all records have as many fields as the first. */
function consistency(records: readonly (readonly string[])[]): number {
  const width = records[0]?.length ?? 0;
  if (width < 2) return 0;
  const share = records.filter((record) => record.length === width).length / records.length;
  return share * (1 + Math.log2(width) / 100);
}

/**
 * The first record is a header when none of its cells is a number or a date, when a text stands over
 * a column of numbers, or when its only numbers are years over other values (as in "country,2019,2020").
 */
function hasHeader(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records;
  if (!first) return false;
  if (!first.some(isValueLike)) return first.some((cell) => cell.trim() !== '');
  const below = first.map((_, column) => rest.map((record) => record[column] ?? '').filter((value) => value.trim() !== ''));
  const isName = (cell: string) => !isValueLike(cell) && cell.trim() !== '';
  if (first.some((cell, column) => isName(cell) && below[column]?.length !== 0 && below[column]?.every(isValueLike))) return true;
  return first.some(isName) && first.every((cell, column) => isName(cell) || (isYear(cell) && below[column]?.some((value) => !isYear(value))));
}

function isYear(cell: string): boolean {
  return /^\s*(1[89]|20)\d\d\s*$/.test(cell);
}

function isValueLike(cell: string): boolean {
  const text = cell.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$/.test(text) || /^(true|false)$/i.test(text);
}
