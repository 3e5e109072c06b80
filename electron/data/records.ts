/** The first records of a text file, cut by its dialect, and names for its columns. */
import type { Dialect } from '../../shared/domain/datasets.ts';
import { editText } from './line-edits.ts';

export interface Sample {
  readonly records: readonly (readonly string[])[];
  /** Empty lines before the first record. */
  readonly leadingEmptyLines: number;
}

const recordLimit = 500;

/** Cuts `text`, the beginning of a file, into at most 500 records. The last one is dropped unless it is complete. */
export function sampleRecords(text: string, dialect: Dialect, isWhole: boolean): Sample {
  const { delimiter, quote, escape } = dialect;
  const body = editText(text.replace(/^\uFEFF/, ''), dialect);
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
    const next = body[index + 1];
    if (isQuoted) {
      if (character === escape && (next === quote || (escape !== quote && next === escape))) {
        field += next;
        index += 1;
      } else if (character === quote) isQuoted = false;
      else field += character;
    } else if (character === quote && quote !== '' && field.trim() === '') {
      field = '';
      isQuoted = true;
    } else if (body.startsWith(delimiter, index)) {
      endField();
      index += delimiter.length - 1;
    } else if (character === '\n') {
      endRecord();
    } else if (character === '\r') {
      if (next === '\n') index += 1;
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
