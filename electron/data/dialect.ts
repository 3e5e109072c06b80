/**
 * The dialect of a delimited text file, read from its first records with a reason for each setting:
 * the delimiter that gives the most records the same number of fields, what stands before the table,
 * and how its numbers are written. What could mean two things is left as it is, and said.
 */
import { missingWords, plainDialect, type Dialect, type Sniff } from '../../shared/domain/datasets.ts';
import { sampleRecords } from './records.ts';
import type { Encoding } from './source.ts';

export interface FoundDialect {
  readonly dialect: Dialect;
  readonly reasons: Sniff['reasons'];
}

const delimiters = [',', '\t', ';', '|'] as const;
const delimiterWords: Readonly<Record<string, string>> = { ',': 'commas', '\t': 'tabs', ';': 'semicolons', '|': 'bars', ' ': 'blanks' };

/** Words that stand for a missing value where all else in a column is a number. */
const likelyMissing: readonly string[] = ['-', '--', '?', '.', 'None', 'none', 'missing', 'N/D', 'nd', '#N/A', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#NULL!'];

/** Reads the dialect of `text`, the beginning of a file. `isWhole` says that nothing follows. */
export function detectDialect(text: string, encoding: Encoding, isWhole: boolean): FoundDialect {
  const reasons: Sniff['reasons'] = {};
  let dialect: Dialect = { ...plainDialect, encoding };
  const set = <K extends keyof Dialect>(key: K, value: Dialect[K], reason: string): void => {
    dialect = { ...dialect, [key]: value };
    reasons[key] = reason;
  };
  const comment = commentMark(text);
  if (comment !== null) set('comment', comment, `The file begins with lines that start with "${comment}".`);
  const [quote, quoteReason] = quoteOf(text);
  set('quote', quote, quoteReason);
  dialect = { ...dialect, escape: quote };
  if (/\\"[^,;\t|\r\n]/.test(text) && quote === '"') set('escape', '\\', 'A backslash stands before quotes inside of quotes.');
  const { delimiter, joinsDelimiters, records, reason } = bestDelimiter(text, dialect, isWhole);
  set('delimiter', delimiter, reason);
  if (joinsDelimiters) set('joinsDelimiters', true, 'The columns are laid out with several blanks in a row.');
  const preamble = preambleOf(records);
  if (preamble > 0) set('skipLines', linesBefore(text, dialect, preamble), titleReason(preamble));
  const below = contentOf(records.slice(preamble), delimiter);
  return { dialect: { ...dialect, ...below.settings }, reasons: { ...reasons, ...below.reasons } };
}

/** The same for the first rows of a sheet, which have places and no text around them. */
export function detectTable(rows: readonly { readonly line: number; readonly values: readonly string[] }[]): FoundDialect {
  const records = rows.map(({ values }) => values);
  const preamble = preambleOf(records);
  const { settings, reasons } = contentOf(records.slice(preamble), '\t');
  const skipLines = preamble === 0 ? 0 : rows[preamble - 1]?.line ?? 0;
  return { dialect: { ...plainDialect, skipLines, ...settings }, reasons: { ...(preamble === 0 ? {} : { skipLines: titleReason(preamble) }), ...reasons } };
}

function titleReason(count: number): string {
  return `The first ${count === 1 ? 'line has' : 'lines have'} fewer values than the table that follows.`;
}

/** What the header and the values of a table tell. */
function contentOf(table: readonly (readonly string[])[], delimiter: string): { settings: Partial<Dialect>; reasons: Sniff['reasons'] } {
  const [isHeader, headerReason] = hasHeader(table);
  const settings: Partial<Dialect> = { hasHeader: isHeader };
  const reasons: Sniff['reasons'] = { hasHeader: headerReason };
  const columns = columnsOf(isHeader ? table.slice(1) : table);
  const marks = numberMarks(columns, delimiter);
  if (marks.decimal === ',') {
    settings.decimal = ',';
    reasons.decimal = `Numbers such as "${marks.example}" have a comma before their fraction.`;
  }
  if (marks.thousands !== '') {
    settings.thousands = marks.thousands;
    reasons.thousands = `Numbers such as "${marks.thousandsExample}" have groups of three digits.`;
  }
  const words = missingIn(columns);
  if (words.length > 0) {
    settings.missing = [...missingWords, ...words];
    reasons.missing = `${words.map((word) => `"${word}"`).join(', ')} ${words.length === 1 ? 'stands' : 'stand'} among numbers.`;
  }
  return { settings, reasons };
}

/** "#", "%" or "//" where the first line, or several lines, begin with it and are no part of the table. */
function commentMark(text: string): string | null {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/, 200).filter((line) => line.trim() !== '');
  for (const mark of ['#', '%', '//']) {
    const marked = lines.filter((line) => line.startsWith(mark));
    const first = marked[0];
    if (first === undefined || !lines[0]?.startsWith(mark) || marked.length === lines.length) continue;
    // "#id,name" over values is a header: as many fields as the lines below.
    const other = lines.find((line) => !line.startsWith(mark)) ?? '';
    const isHeader = marked.length === 1 && delimiters.some((delimiter) => first.includes(delimiter) && first.split(delimiter).length === other.split(delimiter).length);
    if (!isHeader) return mark;
  }
  return null;
}

function quoteOf(text: string): [string, string] {
  const double = text.includes('"');
  const single = text.match(/(^|[,;\t|\r\n])'(?:[^'\r\n]|'')*'(?=[,;\t|\r\n]|$)/g)?.length ?? 0;
  if (!double && single >= 2) return ["'", 'Values stand between single quotes.'];
  return ['"', double ? 'Values stand between double quotes.' : 'Nothing is quoted in the first rows.'];
}

interface Delimited {
  readonly delimiter: string;
  readonly joinsDelimiters: boolean;
  readonly records: readonly (readonly string[])[];
  readonly reason: string;
}

function bestDelimiter(text: string, dialect: Dialect, isWhole: boolean): Delimited {
  const read = (delimiter: string, joinsDelimiters = false) => sampleRecords(text, { ...dialect, delimiter, joinsDelimiters }, isWhole).records;
  let best: { delimiter: string; score: number; records: Delimited['records'] } = { delimiter: ',', score: 0, records: [] };
  for (const delimiter of delimiters) {
    const records = read(delimiter);
    const score = consistency(records);
    if (score > best.score) best = { delimiter, score, records };
  }
  if (best.score === 0) {
    const blanks = read(' ', true);
    if (isLaidOut(blanks)) return { delimiter: ' ', joinsDelimiters: true, records: blanks, reason: `Blanks part each line into ${blanks[0]?.length} values.` };
    return { delimiter: ',', joinsDelimiters: false, records: read(','), reason: 'No delimiter was found, so the file has one column.' };
  }
  const { delimiter, records } = best;
  return { delimiter, joinsDelimiters: false, records, reason: `With ${delimiterWords[delimiter]} most lines have ${commonWidth(records)} values.` };
}

/** 0 when the delimiter does not occur; near 1 when all records have the same number of fields. */
function consistency(records: readonly (readonly string[])[]): number {
  const [first] = records;
  // A table whose first line is no title begins as wide as it goes on; a title needs a table below that agrees.
  const start = first !== undefined && first.length > 1 ? 0 : preambleOf(records);
  if (first === undefined || (first.length < 2 && start === 0)) return 0;
  const width = start === 0 ? first.length : commonWidth(records);
  const share = records.slice(start).filter((record) => record.length === width).length / (records.length - start);
  // A delimiter of which the first line knows nothing may be part of the values: it loses against one that fits from the start.
  return share * (start === 0 ? 1 : 0.5) * (1 + Math.log2(width) / 100);
}

/** Columns laid out with blanks: all records agree, and one column is all numbers below its first row. */
function isLaidOut(records: readonly (readonly string[])[]): boolean {
  const [first, ...rest] = records;
  if (first === undefined || first.length < 2 || rest.length < 2 || rest.some((record) => record.length !== first.length)) return false;
  return first.some((_, column) => rest.every((record) => isValueLike(record[column] ?? '')));
}

function commonWidth(records: readonly (readonly string[])[]): number {
  const counts = new Map<number, number>();
  for (const { length } of records) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([width, count], [otherWidth, otherCount]) => otherCount - count || otherWidth - width)[0]?.[0] ?? 0;
}

/** How many records stand before the table: titles and the like, with at most a third of the table's values. */
function preambleOf(records: readonly (readonly string[])[]): number {
  const width = commonWidth(records);
  if (width < 2) return 0;
  const present = (record: readonly string[]) => record.filter((value) => value.trim() !== '').length;
  const isTitle = (record: readonly string[]) => (record.length === width ? width >= 4 && present(record) === 1 : present(record) <= Math.max(1, Math.floor(width / 3)));
  const start = records.findIndex((record) => !isTitle(record));
  if (start < 1 || start > 50) return 0;
  const table = records.slice(start);
  const agreeing = table.filter((record) => record.length === width).length;
  return table[0]?.length === width && agreeing >= 3 && agreeing >= table.length * 0.8 ? start : 0;
}

/** The number of the file's lines before the record `index`, empty lines and quoted line breaks counted. */
function linesBefore(text: string, dialect: Dialect, index: number): number {
  const lines = text.split(/\r\n|\n|\r/);
  for (let skipLines = 1; skipLines < Math.min(lines.length, 200); skipLines += 1) {
    const before = sampleRecords(lines.slice(0, skipLines).join('\n'), { ...dialect, skipLines: 0 }, true).records.length;
    if (before >= index) return skipLines;
  }
  return index;
}

function columnsOf(rows: readonly (readonly string[])[]): string[][] {
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, column) => rows.map((row) => (row[column] ?? '').trim()).filter((value) => value !== '' && !missingWords.some((word) => word === value)));
}

interface NumberMarks extends Pick<Dialect, 'decimal' | 'thousands'> {
  readonly example: string;
  readonly thousandsExample: string;
}

/**
 * A mark counts only where a column leaves one reading: "1,5" has a decimal comma, "1.234,5" and
 * "1.234.567" have marks for thousands; "1,234" alone could be either and stays text.
 */
function numberMarks(columns: readonly (readonly string[])[], delimiter: string): NumberMarks {
  const isNumeric = (column: readonly string[]) => column.length > 0 && column.every((value) => /^[+-]?\d[\d.,' \u00a0\u202f]*([eE][+-]?\d+)?$/.test(value));
  const values = columns.filter(isNumeric).flat();
  const find = (pattern: RegExp) => values.find((value) => pattern.test(value));
  const decimalComma = delimiter === ',' ? undefined : find(/^[+-]?(\d{1,3}(\.\d{3})+|\d{1,3}([ \u00a0\u202f']\d{3})+|\d+),\d*$/) && find(/^[+-]?(0|\d{4,}|\d{1,3}([. \u00a0\u202f']\d{3})+),\d*$|,(\d{1,2}|\d{4,})$/);
  const decimalPoint = find(/^[+-]?\d+\.(\d{0,2}|\d{4,})([eE][+-]?\d+)?$|^[+-]?\d{1,3}(,\d{3})+\.\d*$/);
  const decimal = decimalComma !== undefined && decimalPoint === undefined ? ',' : '.';
  const groups: readonly (readonly [NumberMarks['thousands'], RegExp])[] = decimal === ','
    ? [['.', /^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$/], [' ', /^[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+(,\d*)?$/], ["'", /^[+-]?\d{1,3}('\d{3})+(,\d*)?$/]]
    : [[',', /^[+-]?\d{1,3}((,\d{3})+\.\d*|(,\d{3}){2,})$/], [' ', /^[+-]?\d{1,3}([ \u00a0\u202f]\d{3})+(\.\d*)?$/], ["'", /^[+-]?\d{1,3}('\d{3})+(\.\d*)?$/]];
  for (const [thousands, pattern] of groups) {
    const thousandsExample = find(pattern);
    if (thousandsExample !== undefined) return { decimal, thousands, example: decimalComma ?? '', thousandsExample };
  }
  return { decimal, thousands: '', example: decimalComma ?? '', thousandsExample: '' };
}

/** Words that stand in columns which are else numbers. */
function missingIn(columns: readonly (readonly string[])[]): string[] {
  const found = columns.flatMap((column) => {
    const words = new Set(column.filter((value) => !isValueLike(value)));
    return words.size > 0 && words.size < 3 && column.some(isValueLike) && [...words].every((word) => likelyMissing.includes(word)) ? [...words] : [];
  });
  return [...new Set(found)];
}

/**
 * The first record is a header when none of its cells is a number or a date, when a text stands over
 * a column of numbers, or when its only numbers are years over other values (as in "country,2019,2020").
 */
function hasHeader(records: readonly (readonly string[])[]): [boolean, string] {
  const [first, ...rest] = records;
  if (!first) return [false, 'There is no first row.'];
  if (!first.some(isValueLike)) {
    return first.some((cell) => cell.trim() !== '') ? [true, 'The first row has no number and no date.'] : [false, 'The first row is empty.'];
  }
  const below = first.map((_, column) => rest.map((record) => record[column] ?? '').filter((value) => value.trim() !== ''));
  const isName = (cell: string) => !isValueLike(cell) && cell.trim() !== '';
  if (first.some((cell, column) => isName(cell) && below[column]?.length !== 0 && below[column]?.every(isValueLike))) return [true, 'The first row has text over numbers.'];
  const hasYears = first.some(isName) && first.every((cell, column) => isName(cell) || (isYear(cell) && below[column]?.some((value) => !isYear(value))));
  return hasYears ? [true, 'The only numbers of the first row are years.'] : [false, 'The first row has numbers or dates as the rows below.'];
}

function isYear(cell: string): boolean {
  return /^\s*(1[89]|20)\d\d\s*$/.test(cell);
}

function isValueLike(cell: string): boolean {
  const text = cell.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || /^[+-]?\d+,\d+$/.test(text) || /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?$/.test(text) || /^(true|false)$/i.test(text);
}
