/** What changed in a column, as one plain sentence with numbers. */
import { countsByValue, type NumberSample, type Sample } from './drift-sample.ts';
import { quantileOfSorted } from './quantiles.ts';

/** Numbers with no more distinct values than this are described value by value. */
const mostNamedValues = 10;
/** A change of the share of missing rows is worth a sentence from here on; the tests do not see it. */
const missingShareChange = 0.05;
const longestLabel = 40;

/** For example "The median rose from 4 to 10." or "No clear change."; a change in missing values is added to it. */
export function describeChange(reference: Sample, current: Sample, drifted: boolean): string {
  const change = drifted ? describeValues(reference, current) : 'No clear change.';
  const before = missingShare(reference);
  const after = missingShare(current);
  if (Math.abs(after - before) < missingShareChange) return change;
  return `${change} Missing values ${after > before ? 'rose' : 'fell'} from ${percent(before)} to ${percent(after)}.`;
}

function describeValues(reference: Sample, current: Sample): string {
  const before = countsByValue(reference, mostNamedValues);
  const after = countsByValue(current, mostNamedValues);
  if (reference.kind === 'number' && current.kind === 'number' && !(before && after)) return describeNumbers(reference, current);
  return describeShares(reference, current, before ?? new Map(), after ?? new Map());
}

/** The first of median, middle half and mean that differs to four digits. */
function describeNumbers(reference: NumberSample, current: NumberSample): string {
  const statistics: readonly [string, (sorted: Float64Array) => number][] = [
    ['median', (sorted) => quantileOfSorted(sorted, 0.5)],
    ['interquartile range', (sorted) => quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)],
    ['mean', (sorted) => sorted.reduce((sum, value) => sum + value / sorted.length, 0)],
  ];
  for (const [name, compute] of statistics) {
    const before = compute(reference.sorted);
    const after = compute(current.sorted);
    const isShown = Number.isFinite(before) && Number.isFinite(after); // a range may overflow
    if (!isShown || formatNumber(before) === formatNumber(after)) continue;
    return `The ${name} ${after > before ? 'rose' : 'fell'} from ${formatNumber(before)} to ${formatNumber(after)}.`;
  }
  return 'The shape changed; median, interquartile range and mean did not.';
}

/** The value whose share changed most. */
function describeShares(reference: Sample, current: Sample, before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): string {
  let largest = { value: '', before: 0, after: 0, change: -1 };
  for (const value of new Set([...before.keys(), ...after.keys()])) {
    const shareBefore = (before.get(value) ?? 0) / reference.valueCount;
    const shareAfter = (after.get(value) ?? 0) / current.valueCount;
    const change = Math.abs(shareAfter - shareBefore);
    if (change > largest.change) largest = { value, before: shareBefore, after: shareAfter, change };
  }
  const name = reference.kind === 'number' ? `The value ${formatNumber(Number(largest.value))}` : shorten(largest.value);
  if (largest.before === 0) return `${name} is new, with ${percent(largest.after)}.`;
  if (largest.after === 0) return `${name} is gone; it was ${percent(largest.before)}.`;
  return `${name} is ${percent(largest.after)}, was ${percent(largest.before)}.`;
}

function missingShare(sample: Sample): number {
  return sample.rowCount === 0 ? 0 : 1 - sample.valueCount / sample.rowCount;
}

function shorten(label: string): string {
  return label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label;
}

/** A share as a percentage with one decimal; never "0 %" for something nor "100 %" for almost all. */
function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'under 0.1 %';
  if (share < 1 && share > 0.999) return 'over 99.9 %';
  return `${Number((share * 100).toFixed(1))} %`;
}

/** Four significant digits; a power of ten below 0.0001 and from ten million on. */
function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-4 || size >= 9_999_500)) return value.toExponential(3).replace(/\.?0+e/, 'e');
  return Number(value.toPrecision(4)).toLocaleString('en-US', { maximumFractionDigits: 8 });
}
