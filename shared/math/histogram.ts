/** Equal-width histograms with the edges and the counts that numpy's histogram gives. */
import { countBelow, countUpTo } from './quantiles.ts';

/**
 * `binCount + 1` edges from `first` to `last`, each `first + i * step` and the last one exact, as numpy's linspace.
 * Where both are equal the range is widened by 0.5 to each side, as numpy does.
 */
export function equalWidthEdges(first: number, last: number, binCount: number): Float64Array {
  const [low, high] = first === last ? [first - 0.5, last + 0.5] : [first, last];
  const edges = new Float64Array(binCount + 1);
  const step = (high - low) / binCount;
  // Where the range overflows a weighted mean does not; elsewhere numpy's form, to the last bit.
  for (let i = 0; i < binCount; i++) edges[i] = Number.isFinite(step) ? low + i * step : low * (1 - i / binCount) + high * (i / binCount);
  edges[binCount] = high;
  return edges;
}

/**
 * The number of bins of Sturges' rule as numpy counts it: ceil(range / (range / (log2 n + 1))), 1 for a constant.
 * Values are taken as float64; numpy's extra rule for integer arrays narrower than their bins is not applied.
 */
export function sturgesBinCount(valueCount: number, first: number, last: number): number {
  const range = last - first;
  const width = range / (Math.log2(valueCount) + 1);
  return width > 0 ? Math.ceil(range / width) : 1;
}

/** Edges of Sturges' rule over two ascending arrays taken together, at least one of them not empty. */
export function pooledSturgesEdges(a: Float64Array, b: Float64Array): Float64Array {
  const first = Math.min(a[0] ?? Infinity, b[0] ?? Infinity);
  const last = Math.max(a.at(-1) ?? -Infinity, b.at(-1) ?? -Infinity);
  return equalWidthEdges(first, last, sturgesBinCount(a.length + b.length, first, last));
}

/** Counts of an ascending array per bin [edge i, edge i+1), the last one closed; values outside are left out. */
export function binCounts(sorted: Float64Array, edges: Float64Array): Float64Array {
  const counts = new Float64Array(edges.length - 1);
  let below = countBelow(sorted, edges[0]!);
  for (let bin = 0; bin < counts.length; bin++) {
    const edge = edges[bin + 1]!;
    const upper = bin === counts.length - 1 ? countUpTo(sorted, edge) : countBelow(sorted, edge);
    counts[bin] = upper - below;
    below = upper;
  }
  return counts;
}
