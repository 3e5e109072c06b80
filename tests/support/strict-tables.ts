/**
 * Strict readers of the formats whose damaged files are imported. They know the plainest spellings only; of all else they
 * have no opinion. Where they have one, an import must say the same, or refuse with a value that they do not know either.
 */
import type { Cell, ColumnType } from '../../shared/domain/columns.ts';
import { missingWords, type ImportPlan } from '../../shared/domain/datasets.ts';
import type { Failure } from '../../shared/errors.ts';

/** A value; or that no value of the type is written so; or that it is too odd to say. */
type Meaning = { readonly value: Cell } | 'misfit' | 'odd';

interface SaidRow {
  /** Where the row begins, as errors count. */
  readonly line: number;
  /** Null where the row has too few or too many values. */
  readonly values: readonly Meaning[] | null;
}

/** What the rows of a file say in the columns of the plan; null where a strict reader cannot tell. */
export type Said = readonly SaidRow[] | null;

type Columns = ImportPlan['columns'];

interface Spelling {
  readonly decimal: '.' | ',';
  readonly isDayFirst: boolean;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * RFC 4180 with another delimiter: a field is free of quotes and line ends, or quoted as a whole; all lines end alike;
 * empty lines are no rows, and a delimiter at the end of a row adds no value.
 */
export function strictCsv(bytes: Uint8Array, delimiter: string, columns: Columns, spelling: Spelling): Said {
  const text = decoded(bytes);
  if (text === null || /\ufeff|\r(?!\n)/.test(text) || (text.includes('\r') && /(?<!\r)\n/.test(text))) return null;
  const field = new RegExp(`(?:"((?:[^"]|"")*)"|([^"\\r\\n${delimiter}]*))(${delimiter}|\\r?\\n|$)`, 'y');
  const records: { line: number; fields: string[] }[] = [];
  let record: { line: number; fields: string[] } = { line: 1, fields: [] };
  let line = 1;
  while (field.lastIndex < text.length || record.fields.length > 0) {
    const found = field.exec(text);
    if (found === null) return null;
    line += found[0].split('\n').length - 1;
    record.fields.push(found[1] === undefined ? found[2] ?? '' : found[1].replaceAll('""', '"'));
    if (found[3] === delimiter) continue;
    if (records.length > 0 && record.fields.length === columns.length + 1 && record.fields.at(-1) === '') record.fields.pop();
    if (record.fields.length > 1 || record.fields[0] !== '') records.push(record);
    record = { line, fields: [] };
  }
  const [head, ...rest] = records;
  if (JSON.stringify(head?.fields) !== JSON.stringify(columns.map(({ sourceName }) => sourceName))) return null;
  return rest.map(({ line: start, fields }) => ({ line: start, values: fields.length === columns.length ? fields.map((each, index) => meaningOf(each, columns[index]?.type ?? 'text', spelling)) : null }));
}

/** An array of objects, in which no name stands twice. Lists are not judged. */
export function strictJson(bytes: Uint8Array, columns: Columns): Said {
  const text = decoded(bytes);
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (!Array.isArray(parsed) || parsed.length === 0 || !parsed.every((row) => row !== null && typeof row === 'object' && !Array.isArray(row))) return null;
    if (JSON.stringify(parsed).length !== text?.replace(/\s/g, '').length) return null;
    return parsed.map((row: Record<string, unknown>, index) => ({ line: index + 1, values: columns.map(({ sourceName, type }) => meaningOfJson(valueAt(row, sourceName), type)) }));
  } catch {
    return null;
  }
}

/** A sheet of nothing but plain numbers, texts of the shared table that has `texts`, and texts in their cells. */
export function strictSheet(bytes: Uint8Array, columns: Columns, texts: readonly string[]): Said {
  const text = decoded(bytes) ?? '';
  const row = /<row r="(\d+)">(?:<c r="A\1"><v>(-?\d{1,9})<\/v><\/c>)(?:<c r="B\1" t="s"><v>(\d)<\/v><\/c>)(?:<c r="C\1" t="inlineStr"><is><t>(\w*)<\/t><\/is><\/c>)<\/row>\n?/g;
  const body = /^<worksheet><sheetData>([\s\S]*)<\/sheetData><\/worksheet>$/.exec(text)?.[1];
  if (body === undefined || body.replace(row, '') !== '') return null;
  return [...body.matchAll(row)].map(([, line, id = '', place, name = '']) => ({
    line: Number(line), values: [id, texts[Number(place)] ?? '', name].map((each, index) => (each === '' ? 'odd' : meaningOf(each, columns[index]?.type ?? 'text', { decimal: '.', isDayFirst: false }))),
  }));
}

/** What an import that came through says otherwise than the file does, or null. */
export function contradiction(said: Said, imported: readonly (readonly Cell[])[]): string | null {
  if (said === null) return null;
  if (said.length !== imported.length) return `${imported.length} rows of ${said.length}`;
  for (const [at, { line, values }] of said.entries()) {
    if (values === null) return `line ${line} has too few or too many values and was taken`;
    const wrong = values.findIndex((meaning, column) => meaning === 'misfit' || (meaning !== 'odd' && meaning.value !== (imported[at]?.[column] ?? null)));
    if (wrong >= 0) return `line ${line}, value ${wrong + 1}: ${JSON.stringify(values[wrong])} became ${JSON.stringify(imported[at]?.[wrong])}`;
  }
  return null;
}

/** Why a refusal that names a line is wrong about it, or null. */
export function wrongRefusal(said: Said, columns: Columns, { code, details }: Failure): string | null {
  if (said === null) return null;
  const row = said.find(({ line }) => line === details['line']);
  if (code === 'data/ragged-row') return row?.values === null ? null : `line ${details['line']} is no ragged row`;
  if (code !== 'data/bad-value') return said.every(({ values }) => values?.every((meaning) => typeof meaning === 'object')) && said.length > 0 ? `${code} for a file that is whole` : null;
  const meaning = row?.values?.[columns.findIndex(({ name }) => name === details['column'])];
  return meaning === 'misfit' || meaning === 'odd' ? null : `line ${details['line']} says ${JSON.stringify(meaning)} in "${details['column']}"`;
}

function decoded(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function meaningOf(text: string, type: ColumnType, { decimal, isDayFirst }: Spelling): Meaning {
  if (text === '') return { value: null };
  if (type === 'text') return { value: text };
  if ((missingWords as readonly string[]).includes(text)) return { value: null };
  if (type === 'category') return { value: text };
  if (type === 'integer' && /^-?(0|[1-9]\d{0,14})$/.test(text)) return { value: Number(text) };
  if (type === 'boolean' && /^(true|false)$/.test(text)) return { value: text === 'true' };
  const number = type !== 'number' ? null : (decimal === ',' ? /^(-?(?:\d{1,3}(?:\.\d{3})+|\d{1,12}))(?:,(\d{1,6}))?$/ : /^(-?\d{1,12})(?:\.(\d{1,6}))?$/).exec(text);
  if (number) return { value: Number(`${number[1]?.replaceAll('.', '')}.${number[2] ?? '0'}`) };
  const date = type !== 'date' ? null : isDayFirst ? /^(?<day>\d\d)\.(?<month>\d\d)\.(?<year>[12]\d{3})$/.exec(text) : /^(?<year>[12]\d{3})-(?<month>\d\d)-(?<day>\d\d)$/.exec(text);
  const { year = '', month = '', day = '' } = date?.groups ?? {};
  if (Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 28) return { value: `${year}-${month}-${day}` };
  // No number, date or truth value is written with these.
  return /["#|\\]/.test(text) ? 'misfit' : 'odd';
}

/** The value of "at.x" in {"at": {"x": 1}}. */
function valueAt(row: unknown, name: string): unknown {
  return name.split('.').reduce<unknown>((value, part) => (value !== null && typeof value === 'object' ? (value as Record<string, unknown>)[part] : undefined), row);
}

function meaningOfJson(value: unknown, type: ColumnType): Meaning {
  if (value === undefined || value === null) return { value: null };
  if (type === 'integer' || type === 'number') {
    if (typeof value === 'number') return Number.isFinite(value) && (type === 'number' || Number.isSafeInteger(value)) ? { value } : 'odd';
    return typeof value === 'object' ? 'misfit' : 'odd';
  }
  if (type === 'boolean') return typeof value === 'boolean' ? { value } : 'odd';
  return typeof value === 'string' ? { value } : 'odd';
}
