/**
 * Shares of values per bin or category for the drift charts, on bins that reference and all windows have in common.
 * Shares are of the rows with a usable value, so they sum to 1, or are all 0 where there is none.
 */
import type { ColumnShares } from '../domain/drift.ts';
import { countsByValue, type NumberSample, type Sample } from './drift-sample.ts';
import { binCounts, equalWidthEdges } from './histogram.ts';
import { pooledOrderStatistic } from './quantiles.ts';

const binCount = 30;
/** Categories shown apart, most frequent first; the rest is one more share. Numbers with no more values are shown by value. */
const mostLabels = 12;

/**
 * The shares of one column; null stands for a window without the column.
 * Numbers: 30 bins of equal width from the 1st to the 99th percentile of all values together; values beyond either end
 * are counted in the first or last bin. Categories: the 12 most frequent of all, then "other (n)" for the n others.
 */
export function columnShares(reference: Sample, windows: readonly (Sample | null)[]): ColumnShares {
  const present = [reference, ...windows].filter((sample) => sample !== null && sample.kind === reference.kind) as Sample[];
  const counts = present.map((sample) => countsByValue(sample, mostLabels));
  const values = counts.every((map) => map !== null) ? totalCounts(counts) : null;
  if (reference.kind === 'number' && (values === null || values.size > mostLabels)) return numberShares(reference, windows, present as NumberSample[]);
  return labelShares(reference, windows, values ?? new Map());
}

function numberShares(reference: NumberSample, windows: readonly (Sample | null)[], present: readonly NumberSample[]): ColumnShares {
  const edges = pooledEdges(present.map((sample) => sample.sorted));
  const shares = (sample: Sample | null) => (sample?.kind === 'number' ? foldedShares(sample.sorted, edges) : new Array<number>(binCount).fill(0));
  return { column: reference.name, edges: [...edges], labels: null, reference: shares(reference), current: windows.map(shares) };
}

function pooledEdges(parts: readonly Float64Array[]): Float64Array {
  const last = parts.reduce((sum, part) => sum + part.length, 0) - 1;
  const low = pooledOrderStatistic(parts, Math.floor(last * 0.01));
  const high = pooledOrderStatistic(parts, Math.ceil(last * 0.99));
  if (low < high) return equalWidthEdges(low, high, binCount);
  // Nearly all values are one: show the whole range instead.
  return equalWidthEdges(pooledOrderStatistic(parts, 0), pooledOrderStatistic(parts, last), binCount);
}

function foldedShares(sorted: Float64Array, edges: Float64Array): number[] {
  const open = edges.slice();
  open[0] = -Infinity;
  open[edges.length - 1] = Infinity;
  return Array.from(binCounts(sorted, open), (count) => (sorted.length === 0 ? 0 : count / sorted.length));
}

function labelShares(reference: Sample, windows: readonly (Sample | null)[], totals: ReadonlyMap<string, number>): ColumnShares {
  const byCount = [...totals].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1)).map(([label]) => label);
  const shown = byCount.slice(0, mostLabels);
  if (reference.kind === 'number') shown.sort((a, b) => Number(a) - Number(b));
  const otherCount = byCount.length - shown.length;
  const shares = (sample: Sample | null) => {
    const counts = sample?.kind === reference.kind ? countsByValue(sample, Infinity)! : new Map<string, number>();
    const total = sample?.valueCount || 1;
    const apart = shown.map((label) => (counts.get(label) ?? 0) / total);
    if (otherCount === 0) return apart;
    let others = 0;
    for (const label of byCount.slice(shown.length)) others += counts.get(label) ?? 0;
    return [...apart, others / total];
  };
  const labels = otherCount === 0 ? shown : [...shown, `other (${otherCount})`];
  return { column: reference.name, edges: null, labels, reference: shares(reference), current: windows.map(shares) };
}

function totalCounts(maps: readonly (ReadonlyMap<string, number> | null)[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const map of maps) for (const [value, count] of map ?? []) totals.set(value, (totals.get(value) ?? 0) + count);
  return totals;
}
