/** One column of one window, cleaned and summarised for the drift tests. Infinite values count as missing, as in Evidently. */
import { rowCountOf, type ColumnData } from '../domain/column-data.ts';
import type { ColumnType } from '../domain/columns.ts';
import { sortFloat64 } from './sort.ts';

interface SampleBase {
  readonly name: string;
  readonly type: ColumnType;
  readonly rowCount: number;
  /** Rows that have a usable value. */
  readonly valueCount: number;
}

export interface NumberSample extends SampleBase {
  readonly kind: 'number';
  /** The finite values, ascending. */
  readonly sorted: Float64Array;
}

export interface CategorySample extends SampleBase {
  readonly kind: 'category';
  /** Rows per label; labels without a row are absent. */
  readonly counts: ReadonlyMap<string, number>;
}

export type Sample = NumberSample | CategorySample;

/** Working space that samples of several columns can share, so that memory is taken once. */
export interface SampleSpace {
  /** Receives the sorted values: the sample lives in it, until it is used again. At least as long as the column. */
  readonly values: Float64Array;
  /** For the sort; at least as long as the column. */
  readonly scratch: Float64Array;
}

/** Cleans and summarises a column. O(n). */
export function sampleOf(column: ColumnData, space?: SampleSpace): Sample {
  const base = { name: column.name, type: column.type, rowCount: rowCountOf(column) };
  if (column.kind === 'number') {
    const sorted = sortFloat64(finiteValues(column.values, space?.values ?? new Float64Array(column.values.length)), space?.scratch);
    return { ...base, kind: 'number', valueCount: sorted.length, sorted };
  }
  const counts = labelCounts(column.codes, column.labels);
  let valueCount = 0;
  for (const count of counts.values()) valueCount += count;
  return { ...base, kind: 'category', valueCount, counts };
}

/** Rows per distinct value of a sample, by the value's text; null when a number has more than `limit` values. */
export function countsByValue(sample: Sample, limit: number): ReadonlyMap<string, number> | null {
  if (sample.kind === 'category') return sample.counts;
  const counts = new Map<string, number>();
  for (let start = 0; start < sample.sorted.length; ) {
    if (counts.size === limit) return null;
    const value = sample.sorted[start]!;
    let end = start + 1;
    while (end < sample.sorted.length && sample.sorted[end] === value) end++;
    counts.set(String(value), end - start); // String(-0) is "0", and -0 === 0 ended no run
    start = end;
  }
  return counts;
}

/** The number of distinct values of several samples together, counted up to `limit` at most. */
export function distinctCount(samples: readonly Sample[], limit: number): number {
  const seen = new Set<string>();
  for (const sample of samples) {
    const counts = countsByValue(sample, limit);
    if (!counts) return limit;
    for (const value of counts.keys()) seen.add(value);
    if (seen.size >= limit) return limit;
  }
  return seen.size;
}

/** Copies the finite values to the start of `out` and returns that part of it. */
function finiteValues(values: Float64Array, out: Float64Array): Float64Array {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    out[count] = value;
    if (value - value === 0) count++; // NaN for NaN and for infinities: one comparison instead of three
  }
  return out.subarray(0, count);
}

function labelCounts(codes: Int32Array, labels: readonly string[]): Map<string, number> {
  const byCode = new Float64Array(labels.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code >= 0) byCode[code]!++;
  }
  const counts = new Map<string, number>();
  for (const [code, label] of labels.entries()) {
    const count = byCode[code]!;
    if (count > 0 && label !== '') counts.set(label, (counts.get(label) ?? 0) + count);
  }
  return counts;
}
