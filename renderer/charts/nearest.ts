/** Finding the point nearest to a position. */

/** Index of the value nearest to `x` in `values`, which ascend; -1 where there is none. O(log n). */
export function nearestIndex(values: readonly number[], x: number): number {
  if (values.length === 0) return -1;
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  return Math.abs((values[low] ?? 0) - x) <= Math.abs((values[high] ?? 0) - x) ? low : high;
}
