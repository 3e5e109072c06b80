/** Guesses the type of each field from the first rows, by the very rules that the import applies. */
import type { ColumnType } from '../../shared/domain/columns.ts';
import { guessedPatterns, patternWords } from '../../shared/domain/date-patterns.ts';
import { inReadingOrder, scaleOf } from '../../shared/domain/scales.ts';
import type { Field } from './fields.ts';
import type { Reader } from './reader.ts';
import { isMissingText, isOneOf, plainNumber, valueOfText } from './text-values.ts';
import type { TextRules } from './text-values.ts';

export interface Guess {
  readonly type: ColumnType;
  /** A sentence for the user. */
  readonly reason: string;
  /** A doubt that the user should know of, or null. */
  readonly warning: string | null;
  /** How its dates are written; null for ISO 8601 and for what is no date. */
  readonly pattern: string | null;
  /** Of categories of a well-known scale: from the lowest to the highest. */
  readonly order?: string[];
  /** Of few categories: all that were seen, in reading order. */
  readonly categories?: string[];
}

/** Rows that are looked at: few to rule out most types, then many for the types that are left. */
const firstRows = 2_000;
const sampleRows = 100_000;

/** A text column with at most this many distinct values, or this share of the rows, is a category. */
const categoryLimit = 50;
const categoryShare = 0.05;

/** The most columns of few categories that are looked at for their order. */
const orderedColumns = 24;

/** One guess per field of `reader`, in order. */
export async function guessTypes(reader: Reader): Promise<Guess[]> {
  const ask = (field: Field) => candidatesFor(field, reader);
  const texts = reader.fields.filter((field) => isOpen(field));
  const guesses = new Map<Field, Guess>();
  const candidates = new Map<Field, readonly Candidate[]>(texts.map((field) => [field, ask(field)]));
  let isWhole = false;
  for (const rowCount of [firstRows, sampleRows]) {
    if (isWhole) break;
    // In a wide table all columns are asked the same, so that one statement can ask them all.
    const asked = (field: Field) => (isWide(texts) ? ask(field) : candidates.get(field) ?? []);
    const seen = await count(reader, rowCount, texts, (field) => [present(field, reader.rules), ...asked(field).map(({ fits }) => fits)].map((condition) => `count(*) FILTER (WHERE ${condition})`));
    for (const field of texts) {
      const [rows = 0, ...fitting] = seen.found.get(field) ?? [];
      const fits = new Set(asked(field).filter((_, index) => fitting[index] === rows && rows > 0).map(({ type, pattern }) => `${type} ${pattern}`));
      candidates.set(field, (candidates.get(field) ?? []).filter(({ type, pattern }) => fits.has(`${type} ${pattern}`)));
    }
    isWhole = seen.isWhole;
  }
  const distinct = await distinctCounts(reader, texts.filter((field) => field.family !== 'huge' && (candidates.get(field) ?? []).length === 0));
  for (const field of texts) {
    const [best, second] = candidates.get(field) ?? [];
    if (best === undefined && field.family === 'huge') continue;
    guesses.set(field, best ? guessOf(best, second) : guessText(distinct.get(field) ?? { rows: 0, distinct: 0, zeros: 0 }));
  }
  const ordered = texts.filter((field) => guesses.get(field)?.type === 'category' && (distinct.get(field)?.distinct ?? 0) >= 2 && (distinct.get(field)?.distinct ?? 0) <= categoryLimit);
  for (const [field, values] of await categoriesIn(reader, ordered.slice(0, orderedColumns))) {
    const guess = guesses.get(field);
    if (guess !== undefined) guesses.set(field, withCategories(guess, values));
  }
  return reader.fields.map((field) => guesses.get(field) ?? guessTyped(field));
}

/** Says which categories there are, and which order everybody knows. */
function withCategories(guess: Guess, values: readonly string[]): Guess {
  const scale = scaleOf(values);
  const categories = inReadingOrder(values);
  return scale === null ? { ...guess, categories } : { ...guess, categories, order: scale.order, reason: `${guess.reason} They are ${scale.name}: ${scale.order.slice(0, 3).join(' < ')}${scale.order.length > 3 ? ' …' : ''}.` };
}

/** The values of each field, of several by one statement. */
async function categoriesIn(reader: Reader, fields: readonly Field[]): Promise<[Field, string[]][]> {
  const found: [Field, string[]][] = [];
  for (let start = 0; start < fields.length; start += fieldsPerStatement) {
    const some = fields.slice(start, start + fieldsPerStatement);
    const lists = some.map((field) => `list(DISTINCT CAST(${field.x} AS VARCHAR)) FILTER (WHERE ${present(field, reader.rules)} AND CAST(${field.x} AS VARCHAR) <> '' AND length(CAST(${field.x} AS VARCHAR)) <= 200)`);
    const [row = []] = await reader.session.rows(`SELECT ${lists.join(', ')} FROM (SELECT * FROM ${reader.sampleFrom} LIMIT ${sampleRows})`);
    some.forEach((field, index) => {
      const list = row[index];
      if (list !== null && typeof list === 'object' && 'items' in list) found.push([field, (list.items as readonly unknown[]).map(String)]);
    });
  }
  return found;
}

/**
 * The strptime pattern in which the dates of text column `x` are written; null for ISO 8601.
 * Decided from the first rows of the file, so the same file always gives the same answer.
 */
export async function detectPattern({ session, sampleFrom: from, rules }: Reader, x: string, type: 'date' | 'timestamp'): Promise<string | null> {
  const isPresent = `NOT (${isMissingText(x, type, rules)})`;
  const allFit = async (pattern: string | null, rowCount: number) => {
    const [row] = await session.rows(`SELECT count(*) FROM (SELECT ${x} FROM ${from} LIMIT ${rowCount}) WHERE ${isPresent} AND (${valueOfText(x, type, rules, pattern)}) IS NULL`);
    return Number(row?.[0]) === 0;
  };
  // The few first rows decide for nearly every file; only where they leave a choice are more looked at.
  if (await allFit(null, firstRows)) return null;
  for (const pattern of guessedPatterns[type]) {
    if ((await allFit(pattern, firstRows)) && (await allFit(pattern, sampleRows))) return pattern;
  }
  return null;
}

interface Candidate {
  readonly type: ColumnType;
  readonly pattern: string | null;
  readonly reason: string;
  /** SQL condition that holds where a present value is of this type. */
  readonly fits: string;
}

/** Text files and sheets say nothing of types; JSON and databases have numbers but no dates; Parquet and Arrow say all. */
function candidatesFor(field: Field, { source, rules }: Reader): Candidate[] {
  if (field.family === 'huge') return [{ type: 'integer', pattern: null, reason: 'All values are whole numbers.', fits: `TRY_CAST(${field.x} AS BIGINT) IS NOT NULL` }];
  if (field.family === 'csv') return candidatesOf(field.x, rules);
  return source.format === 'jsonl' || source.format === 'sqlite' ? candidatesOf(field.x, rules).filter(({ type }) => type === 'date' || type === 'timestamp') : [];
}

function candidatesOf(x: string, rules: TextRules): Candidate[] {
  const isPresent = `NOT (${isMissingText(x, 'category', rules)})`;
  const candidate = (type: ColumnType, reason: string, test: string, pattern: string | null = null): Candidate => ({ type, pattern, reason, fits: `${isPresent} AND (${test})` });
  const fits = (type: ColumnType, pattern: string | null = null) => `(${valueOfText(x, type, rules, pattern)}) IS NOT NULL`;
  const number = plainNumber(x, rules);
  return [
    candidate('boolean', 'All values are true or false.', isOneOf(`lower(${x})`, ['true', 'false'])),
    candidate('integer', 'All values are whole numbers.', `regexp_full_match(${number}, '[+-]?(0|[1-9][0-9]*)') AND TRY_CAST(${number} AS BIGINT) IS NOT NULL`),
    candidate('number', 'All values are numbers.', `TRY_CAST(${number} AS DOUBLE) IS NOT NULL AND NOT regexp_matches(${number}, '^\\s*[+-]?0[0-9]|_')`),
    ...[null, ...guessedPatterns.date].map((pattern) => candidate('date', dateReason('date', pattern), fits('date', pattern), pattern)),
    ...[null, ...guessedPatterns.timestamp].map((pattern) => candidate('timestamp', dateReason('time stamp', pattern), fits('timestamp', pattern), pattern)),
  ];
}

function dateReason(what: string, pattern: string | null): string {
  return pattern === null ? `All values are ${what}s.` : `All values are ${what}s, written as ${patternWords(pattern)}.`;
}

function guessOf(best: Candidate, second: Candidate | undefined): Guess {
  const isAmbiguous = best.pattern?.startsWith('%m/') === true && second?.pattern?.startsWith('%d/') === true && second.type === best.type;
  return {
    type: best.type,
    reason: best.reason,
    warning: isAmbiguous ? 'day and month could be either way round; they are read as month/day' : null,
    pattern: best.pattern,
  };
}

function guessText(seen: { rows: number; distinct: number; zeros: number }): Guess {
  if (seen.rows === 0) return { type: 'category', reason: 'There is no value in the first rows, so nothing tells the type.', warning: 'it has no value in the first rows', pattern: null };
  const zeros = seen.zeros > 0 ? ' Some have leading zeros, which a number would lose.' : '';
  if (seen.distinct <= categoryLimit) return { type: 'category', reason: `${seen.distinct} distinct ${seen.distinct === 1 ? 'value' : 'values'}.${zeros}`, warning: null, pattern: null };
  if (seen.distinct <= seen.rows * categoryShare) {
    return { type: 'category', reason: `${seen.distinct} distinct values in ${seen.rows} rows.${zeros}`, warning: null, pattern: null };
  }
  return { type: 'text', reason: `${seen.distinct} distinct values in ${seen.rows} rows.${zeros}`, warning: null, pattern: null };
}

function guessTyped(field: Field): Guess {
  const reason = `The file stores it as ${field.sqlType}.`;
  switch (field.family) {
    case 'boolean': case 'integer': case 'date': case 'timestamp':
      return { type: field.family, reason, warning: null, pattern: null };
    case 'float': case 'huge':
      return { type: 'number', reason, warning: null, pattern: null };
    case 'blob':
      return { type: 'image', reason, warning: null, pattern: null };
    case 'enum':
      return { type: 'category', reason, warning: null, pattern: null };
    default:
      return { type: 'text', reason, warning: null, pattern: null };
  }
}

/** Whether the values have to be looked at to tell the type. */
function isOpen(field: Field): boolean {
  return field.family === 'csv' || field.family === 'string' || field.family === 'huge';
}

function present(field: Field, rules: TextRules): string {
  return field.family === 'csv' ? `NOT (${isMissingText(field.x, 'category', rules)})` : `${field.x} IS NOT NULL`;
}

/** DuckDB plans a statement in time that grows with the square of its aggregates: wide tables are asked in another way. */
const fieldsPerStatement = 8;
/** The most values of a wide table that are held in memory at once. */
const sampleCells = 8_000_000;

function isWide(fields: readonly Field[]): boolean {
  return fields.length > fieldsPerStatement;
}

interface Counted {
  readonly found: ReadonlyMap<Field, readonly number[]>;
  /** True when it is known that the rows looked at are all there are. */
  readonly isWhole: boolean;
}

/**
 * What each field's aggregates say of the first `rowCount` rows, of fewer where the table is wide.
 * Cost of 2,000 text columns: 1.5 s for 16 aggregates each, where one statement for all took minutes.
 */
async function count({ session, sampleFrom, fields: all }: Reader, rowCount: number, fields: readonly Field[], aggregatesOf: (field: Field) => readonly string[]): Promise<Counted> {
  const found = new Map<Field, readonly number[]>();
  const ask = async (some: readonly Field[], from: string): Promise<void> => {
    const aggregates = some.map((field) => aggregatesOf(field));
    const [row = []] = await session.rows(`SELECT ${aggregates.flat().join(', ')} FROM ${from}`);
    let at = 0;
    some.forEach((field, index) => found.set(field, row.slice(at, at += aggregates[index]?.length ?? 0).map(Number)));
  };
  const [first] = fields;
  if (!first) return { found, isWhole: true };
  if (!isWide(fields)) {
    await ask(fields, `(SELECT * FROM ${sampleFrom} LIMIT ${rowCount})`);
    return { found, isWhole: false };
  }
  const rows = Math.min(rowCount, Math.max(firstRows, Math.floor(sampleCells / all.length)));
  await session.run(`CREATE OR REPLACE TEMP TABLE sample AS SELECT * FROM ${sampleFrom} LIMIT ${rows}`);
  const [held] = await session.rows('SELECT count(*) FROM sample');
  if (fields.every(({ family }) => family === 'csv')) {
    const fieldOf = new Map(fields.map((field) => [field.x, field]));
    const long = `(UNPIVOT sample ON ${fields.map(({ x }) => x).join(', ')} INTO NAME x VALUE v)`;
    for (const [x, ...counts] of await session.rows(`SELECT x, ${aggregatesOf({ ...first, x: 'v' }).join(', ')} FROM ${long} GROUP BY x`)) {
      const field = fieldOf.get(String(x));
      if (field) found.set(field, counts.map(Number));
    }
  } else {
    for (let at = 0; at < fields.length; at += fieldsPerStatement) await ask(fields.slice(at, at + fieldsPerStatement), 'sample');
  }
  await session.run('DROP TABLE sample');
  return { found, isWhole: Number(held?.[0]) < rows };
}

async function distinctCounts(reader: Reader, fields: readonly Field[]): Promise<Map<Field, { rows: number; distinct: number; zeros: number }>> {
  const { found } = await count(reader, sampleRows, fields, (field) => {
    const where = `FILTER (WHERE ${present(field, reader.rules)})`;
    return [`count(*) ${where}`, `count(DISTINCT ${field.x}) ${where}`, `count(*) FILTER (WHERE regexp_full_match(${field.x}, '[+-]?0[0-9]+'))`];
  });
  return new Map(fields.map((field) => {
    const [rows = 0, distinct = 0, zeros = 0] = found.get(field) ?? [];
    return [field, { rows, distinct, zeros }];
  }));
}
