/**
 * What changed between two tables, with exact counts. The rows that differ are written to a small Parquet file of row
 * numbers, which `diff-rows` reads page by page; values are only ever read from the two tables.
 */
import type { Column } from '../../shared/domain/columns.ts';
import type { RowMatch, VersionDiff } from '../../shared/domain/version-diff.ts';
import { fail } from '../../shared/errors.ts';
import { comparable, pairAlignedContent, pairByName, pairSameContent, type ColumnPair, type Pairing, type Sides } from './diff-columns.ts';
import { keyColumns, keyCondition, requireKey, suggestKey, type Labels } from './diff-key.ts';
import type { Duck, Session } from './duck.ts';
import { withOutput } from './output.ts';
import { describeParquet, numbered } from './parquet.ts';
import { literal } from './sql.ts';

export interface DiffOptions {
  readonly before: string;
  readonly after: string;
  readonly labels: Labels;
  /** Names in the newer table; none matches rows by their content, null suggests a key. */
  readonly key: readonly string[] | null;
  /** Where the rows that differ are written: change (0 removed, 1 added, 2 changed), b and a (row numbers), changed (places of columns). */
  readonly outPath: string;
  readonly signal?: AbortSignal | undefined;
  /** Steps done of all there are, and what the next one does; one that fails may be tried again another way. */
  readonly onProgress?: ((progress: { done: number; total: number; step: string }) => void) | undefined;
  /** How rows are told apart where there is no key, tried in turn; for tests. */
  readonly digests?: readonly Digest[];
}

/** A step compares as many columns as have this many values in the longer table, within these bounds. */
const valuesPerStep = 24_000_000;
const fewestColumnsPerStep = 8;
const mostColumnsPerStep = 100;

export type TableDiff = Omit<VersionDiff, 'elapsedMs'>;

/** SQL of one value for all the values of a row. */
export type Digest = (values: readonly string[]) => string;

/** Fast, and its result is checked value by value. */
const quickDigest: Digest = (values) => `hash(${values.join(', ')})`;

/** Each value with its length, so that no two rows read the same. */
export const exactDigest: Digest = (values) =>
  `sha256(${values.map((x) => `coalesce(strlen(CAST(${x} AS VARCHAR)) || ':' || CAST(${x} AS VARCHAR), '-')`).join(' || ')})`;

/** @throws AppError data/malformed, data/unknown-column, diff/*, job/cancelled, files/* */
export async function diffTables(duck: Duck, options: DiffOptions): Promise<TableDiff> {
  const { before, after, labels, outPath, signal } = options;
  return withOutput(outPath, (partPath) => duck.session({ files: [before, after, partPath], signal }, async (session) => {
    const sides = { before: await describeParquet(session, before), after: await describeParquet(session, after) };
    const steps = { done: 0, total: 3 };
    const tell = (step: string): void => options.onProgress?.({ ...steps, step });
    tell('Looking for the rows that are the same');
    const matching = await matchRows(session, sides, options);
    if (matching.pairing.pairs.length === 0) throw fail('diff/no-common-columns', { ...labels });
    const onColumns = (done: number, total: number): void => {
      Object.assign(steps, { done: 1 + done, total: 2 + total });
      tell('Comparing the values');
    };
    if (matching.key) await gather(session, sides, matching, onColumns);
    else await gatherByContent(session, sides, matching, options.digests ?? [quickDigest, exactDigest], onColumns);
    steps.done = steps.total - 1;
    tell('Writing what differs');
    await session.run(`COPY (SELECT * FROM differing ORDER BY coalesce(a, b), change) TO ${literal(partPath)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, USE_TMP_FILE false)`);
    return summary(session, sides, matching);
  }));
}

interface Matching {
  readonly pairing: Pairing;
  /** null where rows are matched by content. */
  readonly key: readonly ColumnPair[] | null;
  readonly match: RowMatch;
}

async function matchRows(session: Session, sides: Sides, { key: names, labels }: DiffOptions): Promise<Matching> {
  const named = await pairSameContent(session, sides, pairByName(sides));
  if (names?.length === 0) return { pairing: named, key: null, match: { kind: 'content', reason: 'No key was wanted.' } };
  const key = names ? await requireKey(session, sides, named.pairs, { names, labels }) : await suggestKey(session, sides, named.pairs);
  if (!key) return { pairing: named, key, match: { kind: 'content', reason: 'No column or pair of columns is unique and never missing in both versions.' } };
  const rowsOf = (side: 'before' | 'after', columns: readonly string[]): string => `(SELECT ${[...keyColumns(key, side), ...columns].join(', ')} FROM ${sides[side].from})`;
  return {
    pairing: await pairAlignedContent(session, sides, named, (before, after) => `${rowsOf('before', before)} b JOIN ${rowsOf('after', after)} a ON ${keyCondition(key.length)}`), key,
    match: { kind: 'key', columns: key.map(({ after }) => after.name), isSuggested: names === null },
  };
}

/** Fills the table `differing`. A join holds the values of one side, so wide tables are compared some columns at a time. */
async function gather(session: Session, sides: Sides, { pairing, key }: Matching, onColumns: (done: number, total: number) => void): Promise<void> {
  // Key columns are the same in matched rows.
  const compared = pairing.pairs.filter((pair) => !key?.includes(pair));
  const rowCount = Math.max(1, sides.before.rowCount, sides.after.rowCount);
  const perStep = Math.min(mostColumnsPerStep, Math.max(fewestColumnsPerStep, Math.floor(valuesPerStep / rowCount)));
  onColumns(0, compared.length);
  await session.run(`CREATE OR REPLACE TEMP TABLE ${compared.length > perStep ? 'parts' : 'differing'} AS ${differingSql(sides, compared.slice(0, perStep), key)}`);
  if (compared.length <= perStep) return;
  for (let start = perStep; start < compared.length; start += perStep) {
    onColumns(start, compared.length);
    await session.run(`INSERT INTO parts ${differingSql(sides, compared.slice(start, start + perStep), key)}`);
  }
  await session.run('CREATE OR REPLACE TEMP TABLE differing AS SELECT change, b, a, list_sort(flatten(list(changed))) AS changed FROM parts GROUP BY change, b, a');
  await session.run('DROP TABLE parts');
}

/** Equal rows are matched one to one. Rows that share a digest and differ would be taken for changed: then the next digest is tried. */
async function gatherByContent(session: Session, sides: Sides, matching: Matching, digests: readonly Digest[], onColumns: (done: number, total: number) => void): Promise<void> {
  for (const digest of digests) {
    for (const side of ['before', 'after'] as const) {
      // The first of equal rows is matched with the first, the second with the second.
      const rows = `SELECT file_row_number AS r, ${digest(matching.pairing.pairs.map((pair) => comparable(pair)[side]))} AS k0 FROM ${numbered(sides[side].from)}`;
      await session.run(`CREATE OR REPLACE TEMP TABLE digests_${side} AS SELECT *, row_number() OVER (PARTITION BY k0 ORDER BY r) AS k1 FROM (${rows})`);
    }
    await gather(session, sides, matching, onColumns);
    const [row] = await session.rows('SELECT count(*) FROM differing WHERE change = 2');
    if (Number(row?.[0]) === 0) return;
  }
}

/** The rows that only one table has, and those whose values in `compared` differ. */
function differingSql(sides: Sides, compared: readonly ColumnPair[], key: readonly ColumnPair[] | null): string {
  const side = (name: 'before' | 'after'): string => {
    const values = compared.map((pair, index) => `${comparable(pair)[name]} AS v${index}`);
    if (key) return `SELECT ${['file_row_number AS r', ...keyColumns(key, name), ...values].join(', ')} FROM ${numbered(sides[name].from)}`;
    return `SELECT values.*, k0, k1 FROM (SELECT ${['file_row_number AS r', ...values].join(', ')} FROM ${numbered(sides[name].from)}) values JOIN digests_${name} ON digests_${name}.r = values.r`;
  };
  const differs = compared.map((_, index) => `b.v${index} IS DISTINCT FROM a.v${index}`);
  const places = compared.map((pair, index) => `CASE WHEN ${differs[index]} THEN ${sides.after.columns.indexOf(pair.after)} END`);
  const changed = places.length === 0 ? '[]' : `CASE WHEN b.r IS NULL OR a.r IS NULL THEN [] ELSE list_filter([${places.join(', ')}], lambda place: place IS NOT NULL) END`;
  return `SELECT CAST(CASE WHEN a.r IS NULL THEN 0 WHEN b.r IS NULL THEN 1 ELSE 2 END AS UTINYINT) AS change, b.r AS b, a.r AS a, CAST(${changed} AS INTEGER[]) AS changed
    FROM (${side('before')}) b FULL JOIN (${side('after')}) a ON ${keyCondition(key ? key.length : 2)}
    WHERE ${['b.r IS NULL', 'a.r IS NULL', ...differs].join(' OR ')}`;
}

async function summary(session: Session, { before, after }: Sides, { pairing, key, match }: Matching): Promise<TableDiff> {
  const { pairs, removed } = pairing;
  const [counts = []] = await session.rows('SELECT count_if(change = 0), count_if(change = 1), count_if(change = 2) FROM differing');
  const [removedCount = 0, addedCount = 0, changedCount = 0] = counts.map(Number);
  const cells = await session.rows('SELECT place, count(*) FROM (SELECT unnest(changed) AS place FROM differing) GROUP BY place');
  const changedAt = new Map(cells.map(([place, count]) => [Number(place), Number(count)]));
  const pairOf = new Map(pairs.map((pair) => [pair.after, pair]));
  const order = pairs.map((pair) => before.columns.indexOf(pair.before));
  return {
    rowCounts: { before: before.rowCount, after: after.rowCount }, match,
    rows: { added: addedCount, removed: removedCount, changed: changedCount, unchanged: before.rowCount - removedCount - changedCount },
    cellCount: [...changedAt.values()].reduce((sum, count) => sum + count, 0),
    columns: [
      ...after.columns.map((column, place) => {
        const pair = pairOf.get(column);
        return { before: pair ? plain(pair.before) : null, after: plain(column), isKey: pair !== undefined && (key?.includes(pair) ?? false), changedCount: changedAt.get(place) ?? 0 };
      }),
      ...removed.map((column) => ({ before: plain(column), after: null, isKey: false, changedCount: 0 })),
    ],
    isReordered: order.some((index, at) => at > 0 && index < (order[at - 1] ?? 0)),
  };
}

function plain({ name, type }: Column): Column {
  return { name, type };
}
