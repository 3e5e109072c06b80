/**
 * Statistics of one numeric column: exact from its values in memory, or estimated inside DuckDB for
 * columns too long for that. NaN, infinite and missing values take no part.
 */
import type { ColumnProfile, Histogram } from '../../shared/domain/columns.ts';
import { countBelow, quantileOfSorted } from '../../shared/math/quantiles.ts';
import { sortFloat64 } from '../../shared/math/sort.ts';
import type { Session } from './duck.ts';
import { numberSql } from './matrix.ts';
import type { ParquetTable } from './parquet.ts';

export interface Numbers {
  readonly finiteCount: number;
  readonly distinctCount: number;
  /** Null when there is no finite value. */
  readonly numeric: ColumnProfile['numeric'];
}

const binLimit = 30;

/**
 * Exact statistics; sorts `values` in place. Standard deviation with n - 1 (0 for one value), in two
 * passes; quantiles by linear interpolation (Hyndman and Fan 1996, type 7). O(n).
 */
export function measure(values: Float64Array): Numbers {
  const sorted = sortFloat64(finiteOf(values));
  const count = sorted.length;
  const min = sorted[0];
  const max = sorted[count - 1];
  if (min === undefined || max === undefined) return { finiteCount: 0, distinctCount: 0, numeric: null };
  let distinctCount = 1;
  for (let index = 1; index < count; index += 1) if (sorted[index] !== sorted[index - 1]) distinctCount += 1;
  const mean = meanOf(sorted);
  let squares = 0;
  for (let index = 0; index < count; index += 1) squares += ((sorted[index] ?? 0) - mean) ** 2;
  const edges = edgesOf(min, max, Math.min(binLimit, distinctCount));
  const below = edges.map((edge, index) => (index === edges.length - 1 ? count : index === 0 ? 0 : countBelow(sorted, edge)));
  const quantile = (share: number) => quantileOfSorted(sorted, share);
  return {
    finiteCount: count,
    distinctCount,
    numeric: {
      min, max, mean,
      standardDeviation: count > 1 ? Math.sqrt(squares / (count - 1)) : 0,
      q05: quantile(0.05), q25: quantile(0.25), median: quantile(0.5), q75: quantile(0.75), q95: quantile(0.95),
      histogram: { edges, counts: below.slice(1).map((upTo, index) => upTo - (below[index] ?? 0)) },
    },
  };
}

/** The same without holding the values: quantiles by t-digest, distinct values by HyperLogLog, the rest exact. */
export async function estimate(session: Session, table: ParquetTable, column: ParquetTable['columns'][number]): Promise<Numbers> {
  const values = `(SELECT d FROM (SELECT ${numberSql(column.x, column.type)} AS d FROM ${table.from}) WHERE isfinite(d))`;
  const [row] = await session.rows(
    `SELECT count(d), approx_count_distinct(d), min(d), max(d), avg(d), stddev_samp(d), ${[0.05, 0.25, 0.5, 0.75, 0.95].map((share) => `approx_quantile(d, ${share})`).join(', ')} FROM ${values}`,
  );
  const [finiteCount = 0, distinctCount = 0, min = 0, max = 0, mean = 0, standardDeviation = 0, q05 = 0, q25 = 0, median = 0, q75 = 0, q95 = 0] = (row ?? []).map(Number);
  if (finiteCount === 0) return { finiteCount, distinctCount: 0, numeric: null };
  const edges = edgesOf(min, max, Math.min(binLimit, distinctCount));
  return { finiteCount, distinctCount, numeric: { min, max, mean, standardDeviation, q05, q25, median, q75, q95, histogram: await countBins(session, values, edges) } };
}

/** Equal-width bins from min to max; a value on an inner edge belongs to the bin on its right. */
function edgesOf(min: number, max: number, wanted: number): number[] {
  const count = min === max ? 1 : Math.max(1, wanted);
  // Divided before it is subtracted, so that the range of the largest doubles does not overflow.
  const width = max / count - min / count;
  return Array.from({ length: count + 1 }, (_, index) => (index === count ? max : min + width * index));
}

async function countBins(session: Session, values: string, edges: readonly number[]): Promise<Histogram> {
  const inner = edges.slice(1, -1);
  const [row] = await session.rows(`SELECT count(*)${inner.map((_, index) => `, count(*) FILTER (WHERE d < $edge${index})`).join('')} FROM ${values}`, Object.fromEntries(inner.map((edge, index) => [`edge${index}`, edge])));
  const [total = 0, ...below] = (row ?? []).map(Number);
  const upTo = [0, ...below, total];
  return { edges: [...edges], counts: upTo.slice(1).map((count, index) => count - (upTo[index] ?? 0)) };
}

/** Compensated (Neumaier 1974), so that a million values lose no digit. */
function meanOf(values: Float64Array): number {
  const scale = Math.max(Math.abs(values[0] ?? 0), Math.abs(values[values.length - 1] ?? 0)) > Number.MAX_VALUE / values.length ? values.length : 1;
  let sum = 0;
  let lost = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = (values[index] ?? 0) / scale;
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return ((sum + lost) / values.length) * scale;
}

function finiteOf(values: Float64Array): Float64Array {
  let count = 0;
  for (const value of values) {
    if (Number.isFinite(value)) {
      // Adding zero makes -0 into 0: they are one value.
      values[count] = value + 0;
      count += 1;
    }
  }
  return values.subarray(0, count);
}
