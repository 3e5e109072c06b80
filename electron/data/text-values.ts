/**
 * What a text means as a value of each column type, as SQL. The one rule for CSV, TSV and texts in
 * other formats, used to guess types, to import, and to find the value that does not fit.
 *
 * - Missing: an empty field, and in columns that are not text also the words of the rules.
 * - integer: any spelling of a whole number: "5.0" is 5 and "1e3" is 1000, "5.5" does not fit; 64 bits
 *   for plain digits, 53 bits for the other spellings.
 * - number: decimal or scientific notation (with a point, an underscore between digits is ignored);
 *   NaN, inf and infinity are kept as such; beyond the range of a double is infinity. Thousands marks
 *   count only where they part groups of three, so that "1.5" is no number where "1.500" is.
 * - boolean: true/false, t/f, yes/no, y/n, 1/0 in any case.
 * - date: 2024-01-31 or 2024/01/31, or the pattern that the sample shows for the column.
 * - timestamp: ISO 8601, or the pattern of the sample; a stated offset is converted to UTC, without
 *   one the clock time is kept as it is. The resolution is one microsecond.
 */
import type { ColumnType } from '../../shared/domain/columns.ts';
import { missingWords, type Dialect } from '../../shared/domain/datasets.ts';
import { literal } from './sql.ts';

/** How the numbers and the missing values of a file are written. */
export type TextRules = Pick<Dialect, 'decimal' | 'thousands' | 'missing'>;

/** The rules of the formats that have no dialect. */
export const plainRules: TextRules = { decimal: '.', thousands: '', missing: [...missingWords] };

/** Whether the text `x` (an SQL expression) stands for a missing value of a column of `type`. */
export function isMissingText(x: string, type: ColumnType, rules: TextRules): string {
  const isEmpty = `${x} IS NULL OR ${x} = ''`;
  return type === 'text' || rules.missing.length === 0 ? isEmpty : `${isEmpty} OR ${isOneOf(x, rules.missing)}`;
}

/** Whether a word for missing could be read as a value too: then it has to be looked for before the value is. */
export function hasValueWord({ missing }: TextRules): boolean {
  return missing.some((word) => /\d|^[+-]?(nan|inf|infinity)$|^(t|f|y|n|true|false|yes|no)$/i.test(word));
}

/** The text `x` of a number with a point and without thousands marks; NULL where it is no such number. */
export function plainNumber(x: string, { decimal, thousands }: TextRules): string {
  if (decimal === '.' && thousands === '') return x;
  const point = `[${decimal}]`;
  const exponent = '([eE][+-]?[0-9]+)?';
  const withPoint = (text: string) => (decimal === '.' ? text : `replace(${text}, ',', '.')`);
  const cases = [
    `WHEN regexp_full_match(${x}, '\\s*[+-]?([0-9]+${point}?[0-9]*|${point}[0-9]+)${exponent}\\s*') THEN ${withPoint(x)}`,
    `WHEN regexp_full_match(${x}, '\\s*[+-]?([nN][aA][nN]|[iI][nN][fF]([iI][nN][iI][tT][yY])?)\\s*') THEN ${x}`,
  ];
  if (thousands !== '') {
    const mark = thousandsClasses[thousands];
    cases.push(`WHEN regexp_full_match(${x}, ${literal(`\\s*[+-]?[0-9]{1,3}(${mark}[0-9]{3})+(${point}[0-9]*)?\\s*`)}) THEN ${withPoint(`regexp_replace(trim(${x}), ${literal(mark)}, '', 'g')`)}`);
  }
  return `CASE ${cases.join(' ')} END`;
}

const thousandsClasses: Readonly<Record<Exclude<TextRules['thousands'], ''>, string>> = { ',': '[,]', '.': '[.]', ' ': '[ \u00a0\u2009\u202f]', "'": "['\u2019]" };

/** Like IN, which DuckDB would turn into a join: three times slower, and the rows lose their order. */
export function isOneOf(x: string, texts: readonly string[]): string {
  return `(${texts.map((text) => `${x} = ${literal(text)}`).join(' OR ')})`;
}

/**
 * The value of the text `x` as `type`, NULL where it does not fit.
 * The usual spelling is told by its length or by writing the value back, because a regular
 * expression on each cell costs as much as reading the file.
 */
export function valueOfText(x: string, type: ColumnType, rules: TextRules, pattern: string | null = null): string {
  if (pattern !== null) {
    // Without the test for four digits, %Y would read "1/2/20" as a day of the year 20.
    const value = `CASE WHEN regexp_matches(${x}, '[0-9]{4}') THEN try_strptime(${x}, ${literal(pattern)}) END`;
    return type === 'date' ? `CAST(${value} AS DATE)` : value;
  }
  switch (type) {
    case 'text':
    case 'category':
      return x;
    case 'integer':
      return wholeNumber(plainNumber(x, rules));
    case 'number':
      return `TRY_CAST(${plainNumber(x, rules)} AS DOUBLE)`;
    case 'image':
      return 'CAST(NULL AS BLOB)';
    case 'boolean':
      return `CASE WHEN ${x} = 'true' THEN true WHEN ${x} = 'false' THEN false
        WHEN ${isOneOf(`lower(${x})`, ['true', 't', 'yes', 'y', '1'])} THEN true
        WHEN ${isOneOf(`lower(${x})`, ['false', 'f', 'no', 'n', '0'])} THEN false END`;
    case 'date':
      return `CASE WHEN strlen(${x}) = 10 AND ${isOneOf(`substr(${x}, 8, 1)`, ['-', '/'])} THEN TRY_CAST(${x} AS DATE)
        WHEN regexp_full_match(${x}, '\\s*[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}\\s*') THEN TRY_CAST(${x} AS DATE) END`;
    case 'timestamp':
      // 19 characters that end with ":" and two more are "YYYY-MM-DD HH:MM:SS", which has no offset.
      return `CASE WHEN strlen(${x}) = 19 AND ${x} LIKE '%:__' THEN TRY_CAST(${x} AS TIMESTAMP)
        WHEN regexp_matches(${x}, '[0-9]:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?\\s*([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)\\s*$')
        THEN make_timestamp(epoch_us(TRY_CAST(${x} AS TIMESTAMPTZ)))
        WHEN regexp_matches(${x}, '^\\s*[0-9]') THEN TRY_CAST(${x} AS TIMESTAMP) END`;
  }
}

function wholeNumber(x: string): string {
  return `CASE WHEN CAST(TRY_CAST(${x} AS BIGINT) AS VARCHAR) = ${x} THEN TRY_CAST(${x} AS BIGINT)
    WHEN regexp_full_match(${x}, '\\s*[+-]?[0-9]+(\\.0*)?\\s*') THEN TRY_CAST(${x} AS BIGINT)
    WHEN abs(TRY_CAST(${x} AS DOUBLE)) <= ${Number.MAX_SAFE_INTEGER} AND TRY_CAST(${x} AS DOUBLE) = trunc(TRY_CAST(${x} AS DOUBLE))
    THEN CAST(TRY_CAST(${x} AS DOUBLE) AS BIGINT) END`;
}
