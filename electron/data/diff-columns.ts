/**
 * Which columns of two tables are the same, and how their values are compared. Columns pair by name; of those left over,
 * two pair as renamed where their content says so. Rules of equality: missing equals missing and nothing else, NaN equals
 * NaN, -0 equals 0, text is compared exactly, and across a change of type values are compared by what they read.
 */
import type { ColumnType } from '../../shared/domain/columns.ts';
import type { Session } from './duck.ts';
import { storedType } from './fields.ts';
import type { ParquetTable } from './parquet.ts';
import { literal } from './sql.ts';

export type TableColumn = ParquetTable['columns'][number];

/** A column of both tables; `before` and `after` differ in name where it was renamed. */
export interface ColumnPair {
  readonly before: TableColumn;
  readonly after: TableColumn;
}

export interface Pairing {
  /** In the order of the newer table. */
  readonly pairs: readonly ColumnPair[];
  readonly removed: readonly TableColumn[];
  readonly added: readonly TableColumn[];
}

/** The two tables of a comparison, as seen by one session. */
export interface Sides {
  readonly before: ParquetTable;
  readonly after: ParquetTable;
}

/** A renamed column that was also edited must still hold this share of its values, and half of those that are not the most frequent. */
const renamedShare = 0.9;
const renamedShareOfRare = 0.5;
/** Columns of fewer values hold the same as often by chance, unless no row repeats one. */
const fewestValues = 20;
/** The most columns of each side that are looked at as renamed: each is compared with each. */
const mostRenames = 30;
/** The most frequent value is looked for in these first rows: DuckDB holds every value it counts. */
const modeRows = 100_000;

/** Pairs by name. */
export function pairByName({ before, after }: Sides): Pairing {
  const older = new Map(before.columns.map((column) => [column.name, column]));
  const newer = new Set(after.columns.map(({ name }) => name));
  return {
    pairs: after.columns.flatMap((column) => {
      const found = older.get(column.name);
      return found ? [{ before: found, after: column }] : [];
    }),
    removed: before.columns.filter(({ name }) => !newer.has(name)),
    added: after.columns.filter(({ name }) => !older.has(name)),
  };
}

/** Pairs the columns left over that hold the same many values as often, in whatever order. */
export async function pairSameContent(session: Session, sides: Sides, pairing: Pairing): Promise<Pairing> {
  const { removed, added } = pairing;
  if (removed.length === 0 || added.length === 0 || sides.before.rowCount !== sides.after.rowCount) return pairing;
  const older = await fingerprints(session, sides.before, removed);
  const newer = await fingerprints(session, sides.after, added);
  const taken = new Set<TableColumn>();
  const found: ColumnPair[] = [];
  for (const [index, before] of removed.entries()) {
    const same = added.find((after, other) => !taken.has(after) && older[index] !== null && older[index] === newer[other] && storedType[before.type] === storedType[after.type]);
    if (!same) continue;
    taken.add(same);
    found.push({ before, after: same });
  }
  return withPairs(sides, pairing, found);
}

/** Pairs the columns left over whose values agree in the same rows, which `join` lays side by side as b and a with the columns asked for. */
export async function pairAlignedContent(session: Session, sides: Sides, pairing: Pairing, join: (before: readonly string[], after: readonly string[]) => string): Promise<Pairing> {
  const removed = pairing.removed.slice(0, mostRenames);
  const added = pairing.added.slice(0, mostRenames);
  const candidates = removed.flatMap((before) => added
    .filter((after) => storedType[before.type] === storedType[after.type])
    .map((after) => ({ before, after })));
  if (candidates.length === 0) return pairing;
  const [modes = []] = await session.rows(`SELECT ${removed.map(({ x }) => `CAST(mode(${x}) AS VARCHAR)`).join(', ')} FROM (SELECT * FROM ${sides.before.from} LIMIT ${modeRows})`);
  const agreements = candidates.map(({ before, after }) => {
    const [x, y] = [`b.v${removed.indexOf(before)}`, `a.v${added.indexOf(after)}`];
    const mode = modes[removed.indexOf(before)];
    const isRare = typeof mode === 'string' ? `CAST(${x} AS VARCHAR) <> ${literal(mode)}` : 'true';
    return [`${x} IS NOT DISTINCT FROM ${y}`, `${isRare} AND ${x} IS NOT NULL`, `${isRare} AND ${x} = ${y}`].map((sql) => `count_if(${sql})`).join(', ');
  });
  const values = (columns: readonly TableColumn[]): string[] => columns.map(({ x }, index) => `${x} AS v${index}`);
  const [row = []] = await session.rows(`SELECT count(*), ${agreements.join(', ')} FROM ${join(values(removed), values(added))}`);
  const counts = row.map(Number);
  const matched = counts[0] ?? 0;
  const scored = candidates.map((pair, index) => {
    const [agreeing = 0, rare = 0, rareAgreeing = 0] = counts.slice(1 + 3 * index, 4 + 3 * index);
    const isRenamed = rare > 0 && agreeing >= renamedShare * matched && rareAgreeing >= renamedShareOfRare * rare;
    return { pair, agreeing, isRenamed };
  });
  const taken = new Set<TableColumn>();
  const found: ColumnPair[] = [];
  for (const { pair, isRenamed } of scored.sort((p, q) => q.agreeing - p.agreeing)) {
    if (!isRenamed || taken.has(pair.before) || taken.has(pair.after)) continue;
    taken.add(pair.before).add(pair.after);
    found.push(pair);
  }
  return withPairs(sides, pairing, found);
}

/** Two expressions over the tables that are equal exactly where the values of the pair are; see the rules above. */
export function comparable({ before, after }: ColumnPair): { before: string; after: string } {
  if (storedType[before.type] === storedType[after.type]) return { before: before.x, after: after.x };
  return { before: asText(before), after: asText(after) };
}

/** A value as it reads: whole numbers without a point, midnight as its date. */
function asText({ x, type }: TableColumn): string {
  const text = `CAST(${x} AS VARCHAR)`;
  const forms: Readonly<Partial<Record<ColumnType, string>>> = {
    // Beyond 2^63 a double is no whole number of ours.
    number: `CASE WHEN ${x} = trunc(${x}) AND abs(${x}) < 9.2e18 THEN CAST(CAST(${x} AS BIGINT) AS VARCHAR) ELSE ${text} END`,
    timestamp: `CASE WHEN ${x} = date_trunc('day', ${x}) THEN CAST(CAST(${x} AS DATE) AS VARCHAR) ELSE replace(${text}, ' ', 'T') END`,
  };
  return forms[type] ?? text;
}

/** For each column the count and the sum of the hashes of its values, which do not depend on their order; null for a column of few values. */
async function fingerprints(session: Session, table: ParquetTable, columns: readonly TableColumn[]): Promise<(string | null)[]> {
  const parts = columns.map(({ x }) => `CASE WHEN approx_count_distinct(${x}) >= least(${fewestValues}, count(*)) AND min(${x}) <> max(${x}) THEN count(${x}) || ' ' || sum(CAST(hash(${x}) AS HUGEINT)) END`);
  const [row = []] = await session.rows(`SELECT ${parts.join(', ')} FROM ${table.from}`);
  return row.map((value) => (typeof value === 'string' ? value : null));
}

/** The pairing with more pairs, again in the order of the newer table. */
function withPairs({ after }: Sides, { pairs, removed, added }: Pairing, found: readonly ColumnPair[]): Pairing {
  const place = new Map(after.columns.map((column, index) => [column.name, index]));
  return {
    pairs: [...pairs, ...found].sort((p, q) => (place.get(p.after.name) ?? 0) - (place.get(q.after.name) ?? 0)),
    removed: removed.filter((column) => !found.some((pair) => pair.before === column)),
    added: added.filter((column) => !found.some((pair) => pair.after === column)),
  };
}
