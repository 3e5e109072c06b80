/** The columns that tell which rows of two tables are the same: those a person names, or a suggestion that holds exactly. */
import { fail } from '../../shared/errors.ts';
import { comparable, type ColumnPair, type Sides } from './diff-columns.ts';
import type { Session } from './duck.ts';
import type { ParquetTable } from './parquet.ts';

/** A column that repeats a value in these first rows is no key; the others are counted in full. */
const prefixRows = 10_000;
/** The most columns that are looked at, those named like an id first. */
const mostCandidates = 100;
/** The most columns, and pairs of columns, that are counted in full. */
const mostSingles = 8;
const mostPairs = 6;
/** The most columns that are tried in pairs: each with each. */
const mostPaired = 12;

export interface Labels {
  /** What the versions are called in errors: "birds v1". */
  readonly before: string;
  readonly after: string;
}

/** The pairs named by a person, in that order. @throws AppError data/unknown-column, diff/key-missing, diff/key-repeated */
export async function requireKey(session: Session, sides: Sides, pairs: readonly ColumnPair[], { names, labels }: { names: readonly string[]; labels: Labels }): Promise<ColumnPair[]> {
  const key = names.map((name) => {
    const found = pairs.find(({ after }) => after.name === name);
    if (found) return found;
    throw fail('data/unknown-column', { column: name, dataset: 'both versions', columns: pairs.map(({ after }) => after.name).slice(0, 20).join(', ') });
  });
  for (const side of ['before', 'after'] as const) {
    const columns = key.map((pair) => comparable(pair)[side]);
    const [counts = []] = await session.rows(`SELECT count_if(${columns.map((x) => `${x} IS NULL`).join(' OR ')}) FROM ${sides[side].from}`);
    const details = { key: names.join(', '), version: labels[side] };
    if (Number(counts[0]) > 0) throw fail('diff/key-missing', { ...details, count: Number(counts[0]) });
    const [repeated] = await session.rows(
      `SELECT concat_ws(', ', ${columns.map((x) => `CAST(${x} AS VARCHAR)`).join(', ')}), count(*) AS times, count(*) OVER () FROM ${sides[side].from} GROUP BY ${columns.join(', ')} HAVING count(*) > 1 ORDER BY times DESC, 1 LIMIT 1`,
    );
    if (repeated) throw fail('diff/key-repeated', { ...details, value: String(repeated[0]).slice(0, 100), times: Number(repeated[1]), count: Number(repeated[2]) });
  }
  return key;
}

/**
 * A column, else a pair of columns, that is unique and never missing in both tables; of several the one with which most rows
 * of both agree, then one that is named like an id, then the first. Decimal numbers and booleans are not suggested. Null where there is none.
 */
export async function suggestKey(session: Session, sides: Sides, pairs: readonly ColumnPair[]): Promise<ColumnPair[] | null> {
  const named = pairs.filter(({ before, after }) => [before, after].every(({ type }) => type !== 'number' && type !== 'boolean'))
    .sort((p, q) => Number(isNamedLikeId(q.after.name)) - Number(isNamedLikeId(p.after.name)))
    .slice(0, mostCandidates);
  const singles = await uniqueInPrefix(session, sides, named.map((pair) => [pair]));
  const single = await bestOf(session, sides, singles.slice(0, mostSingles));
  if (single) return single;
  const few = named.slice(0, mostPaired);
  const couples = await uniqueInPrefix(session, sides, few.flatMap((first, index) => few.slice(index + 1).map((second) => [first, second])));
  return bestOf(session, sides, couples.slice(0, mostPairs));
}

/** "b.k0 = a.k0 AND ..." for `count` key columns of the tables b and a. */
export function keyCondition(count: number): string {
  return Array.from({ length: count }, (_, index) => `b.k${index} = a.k${index}`).join(' AND ');
}

/** The key columns of a side, as k0, k1, ... */
export function keyColumns(key: readonly ColumnPair[], side: 'before' | 'after'): string[] {
  return key.map((pair, index) => `${comparable(pair)[side]} AS k${index}`);
}

async function bestOf(session: Session, sides: Sides, candidates: readonly ColumnPair[][]): Promise<ColumnPair[] | null> {
  let best: { key: ColumnPair[]; sharedCount: number } | null = null;
  for (const key of candidates) {
    if (!(await isUnique(session, sides.before, expressions(key, 'before'))) || !(await isUnique(session, sides.after, expressions(key, 'after')))) continue;
    const [row] = await session.rows(
      `SELECT count(*) FROM (SELECT ${keyColumns(key, 'before').join(', ')} FROM ${sides.before.from}) b JOIN (SELECT ${keyColumns(key, 'after').join(', ')} FROM ${sides.after.from}) a ON ${keyCondition(key.length)}`,
    );
    const sharedCount = Number(row?.[0]);
    if (best === null || sharedCount > best.sharedCount) best = { key, sharedCount };
    // No other can agree in more rows.
    if (sharedCount === Math.min(sides.before.rowCount, sides.after.rowCount)) break;
  }
  return best?.key ?? null;
}

async function isUnique(session: Session, table: ParquetTable, columns: readonly string[]): Promise<boolean> {
  const [row] = await session.rows(`SELECT ${uniqueness(columns)} FROM ${table.from}`);
  return row?.[0] === true;
}

/** Those of `keys` that are unique and not missing in the first rows of both tables. */
async function uniqueInPrefix(session: Session, sides: Sides, keys: readonly ColumnPair[][]): Promise<ColumnPair[][]> {
  let left = [...keys];
  for (const side of ['before', 'after'] as const) {
    if (left.length === 0) return [];
    const [row = []] = await session.rows(`SELECT ${left.map((key) => uniqueness(expressions(key, side))).join(', ')} FROM (SELECT * FROM ${sides[side].from} LIMIT ${prefixRows})`);
    left = left.filter((_, index) => row[index] === true);
  }
  return left;
}

function expressions(key: readonly ColumnPair[], side: 'before' | 'after'): string[] {
  return key.map((pair) => comparable(pair)[side]);
}

/** True where no row misses a value and no two rows are the same. */
function uniqueness(columns: readonly string[]): string {
  const distinct = columns.length === 1 ? columns[0] : `(${columns.join(', ')})`;
  return `count(DISTINCT ${distinct}) = count(*) AND ${columns.map((x) => `count(${x}) = count(*)`).join(' AND ')}`;
}

function isNamedLikeId(name: string): boolean {
  return /(^|[^a-z])(id|key|uuid|code|nr|number|index)$/i.test(name) || /[a-z]I[dD]$/.test(name);
}
