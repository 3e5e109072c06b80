/**
 * What a table's columns hold: counts, moments, quantiles, histogram, most frequent values.
 * Exact up to `exactRows` rows; beyond that quantiles and distinct counts are estimates, and the
 * profile says so for the distinct count. Two passes over each column, one column at a time.
 */
import { basename } from 'node:path';
import { isNumberType } from '../../shared/domain/column-data.ts';
import type { ColumnProfile, Histogram, TopValue } from '../../shared/domain/columns.ts';
import { cellSql } from './cells.ts';
import type { Duck, Session } from './duck.ts';
import { describeParquet, pickColumns } from './parquet.ts';
import type { ParquetTable } from './parquet.ts';

export interface ProfileOptions {
  readonly path: string;
  /** All columns when absent. */
  readonly columns?: readonly string[] | undefined;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Up to here distinct values are counted and quantiles sorted exactly. */
export const exactRows = 5_000_000;

const binCount = 30;
const topCount = 20;

type Picked = ParquetTable['columns'][number];

/** One profile per column, in order. @throws data/unknown-column, data/malformed, job/cancelled */
export async function profileFile(duck: Duck, options: ProfileOptions): Promise<ColumnProfile[]> {
  const { path, signal, onProgress } = options;
  return await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const picked = pickColumns(table, options.columns, basename(path));
    const profiles: ColumnProfile[] = [];
    for (const column of picked) {
      profiles.push(await profileColumn(session, table, column));
      onProgress?.({ done: profiles.length, total: picked.length });
    }
    return profiles;
  });
}

async function profileColumn(session: Session, table: ParquetTable, column: Picked): Promise<ColumnProfile> {
  const isExact = table.rowCount <= exactRows;
  const { name, type, x } = column;
  const isNumeric = isNumberType(type);
  const values = `(SELECT ${x} AS v${isNumeric ? `, ${numberOf(column)} AS d` : ''} FROM ${table.from})`;
  const distinct = isExact ? 'count(DISTINCT v)' : 'approx_count_distinct(v)';
  const moments = isNumeric ? `, ${momentsSql(isExact)}` : '';
  const [row] = await session.rows(`SELECT count(*), count(v), ${distinct}${moments} FROM ${values}`);
  const [total, presentCount, distinctCount, finiteCount, min, max, mean, standardDeviation, quantiles] = row ?? [];
  const rowCount = Number(total);
  const finite = isNumeric ? Number(finiteCount) : 0;
  const hasNumbers = isNumeric && finite > 0;
  const bounds = { min: Number(min), max: Number(max) };
  const [q05 = 0, q25 = 0, median = 0, q75 = 0, q95 = 0] = hasNumbers ? listItems(quantiles) : [];
  const isWide = isNumeric && Number(distinctCount) > topCount;
  return {
    name,
    type,
    rowCount,
    missingCount: rowCount - Number(presentCount),
    nonFiniteCount: isNumeric ? Number(presentCount) - finite : 0,
    distinctCount: Number(distinctCount),
    distinctIsExact: isExact,
    numeric: hasNumbers
      ? { ...bounds, mean: Number(mean), standardDeviation: Number(standardDeviation ?? 0), q05, q25, median, q75, q95, histogram: await histogramOf(session, values, bounds, Math.min(binCount, Number(distinctCount))) }
      : null,
    topValues: isWide ? null : await topValuesOf(session, values, column),
  };
}

/** The sample standard deviation (n - 1), and quantiles by linear interpolation (Hyndman and Fan, type 7). */
function momentsSql(isExact: boolean): string {
  const finite = 'FILTER (WHERE isfinite(d))';
  const points = '[0.05, 0.25, 0.5, 0.75, 0.95]';
  const quantiles = isExact ? `quantile_cont(d, ${points}) ${finite}` : `approx_quantile(d, ${points}) ${finite}`;
  // Exact sums of squares lose digits for large means; stddev_samp uses Welford's update.
  return `count(d) ${finite}, min(d) ${finite}, max(d) ${finite}, avg(d) ${finite}, stddev_samp(d) ${finite}, ${quantiles}`;
}

/** Equal-width bins from min to max; a value on an inner edge belongs to the bin on its right. */
async function histogramOf(session: Session, values: string, bounds: { min: number; max: number }, wanted: number): Promise<Histogram> {
  const { min, max } = bounds;
  const count = min === max ? 1 : Math.max(1, wanted);
  const edges = Array.from({ length: count + 1 }, (_, index) => (index === count ? max : min + ((max - min) / count) * index));
  const counts = new Array<number>(count).fill(0);
  // The width is divided before it is multiplied, so that a range near the largest double does not overflow.
  const bin = `least(${count - 1}, greatest(0, CAST(floor((d / $width) - ($min / $width)) AS BIGINT)))`;
  const rows = count === 1
    ? await session.rows(`SELECT 0, count(*) FROM ${values} WHERE isfinite(d)`)
    : await session.rows(`SELECT ${bin} AS bin, count(*) FROM ${values} WHERE isfinite(d) GROUP BY bin`, { min, width: max / count - min / count });
  for (const [index, rowCount] of rows) counts[Number(index)] = Number(rowCount);
  return { edges, counts };
}

/** Ties are ordered by the value, so that the same file always gives the same list. */
async function topValuesOf(session: Session, values: string, column: Picked): Promise<TopValue[]> {
  const rows = await session.rows(
    `SELECT ${cellSql('v', column.type === 'date' || column.type === 'timestamp' ? column.type : 'text')} AS value, count(*) AS times
     FROM ${values} WHERE v IS NOT NULL GROUP BY v ORDER BY times DESC, v LIMIT ${topCount}`,
  );
  return rows.map(([value, times]) => ({ value: String(value), count: Number(times) }));
}

function numberOf({ x, type }: Picked): string {
  if (type === 'date') return `CAST(epoch_ms(${x}) AS DOUBLE)`;
  if (type === 'timestamp') return `epoch_us(${x}) / 1000.0`;
  return `CAST(${x} AS DOUBLE)`;
}

function listItems(value: unknown): number[] {
  if (typeof value !== 'object' || value === null || !('items' in value) || !Array.isArray(value.items)) return [];
  return value.items.map(Number);
}
