/** Quantiles and order statistics of values that are already in ascending order. */

/**
 * The quantile `share` (0..1) of an ascending, non-empty array, linear between neighbours
 * (Hyndman and Fan 1996, type 7: the default of numpy and R). NaN when empty.
 */
export function quantileOfSorted(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const position = (sorted.length - 1) * share;
  const index = Math.floor(position);
  const low = sorted[index]!;
  const high = sorted[Math.min(index + 1, sorted.length - 1)]!;
  const weight = position - index;
  if (!Number.isFinite(high - low)) return low * (1 - weight) + high * weight; // the difference overflows
  // Both forms of the line, so that the result stays between its ends.
  return weight < 0.5 ? low + (high - low) * weight : high - (high - low) * (1 - weight);
}

/** How many values of an ascending array are less than `value`. O(log n). */
export function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many values of an ascending array are at most `value`. O(log n). */
export function countUpTo(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The value of rank `rank` (0 = smallest) in several ascending arrays taken together, without merging them.
 * Bisects the 64 bits of the answer: O(64 k log n) for k arrays. @throws RangeError when there is no such rank.
 */
export function pooledOrderStatistic(sortedParts: readonly Float64Array[], rank: number): number {
  const total = sortedParts.reduce((sum, part) => sum + part.length, 0);
  if (!(rank >= 0 && rank < total)) throw new RangeError(`no rank ${rank} among ${total} values`);
  let low = -(1n << 63n);
  let high = (1n << 63n) - 1n;
  while (low < high) {
    const middle = (low + high) >> 1n;
    const value = doubleOfKey(middle);
    // Keys beyond infinity are NaN bit patterns; they lie outside all values on their side.
    const upTo = Number.isNaN(value) ? (middle > 0n ? total : 0) : sortedParts.reduce((sum, part) => sum + countUpTo(part, value), 0);
    if (upTo > rank) high = middle;
    else low = middle + 1n;
  }
  return doubleOfKey(low);
}

/** The float64 whose place in the ascending order of all float64 values is `key` (0 for +0, -1 for -0). */
function doubleOfKey(key: bigint): number {
  const bits = new BigInt64Array([key >= 0n ? key : key ^ ((1n << 63n) - 1n)]);
  return new Float64Array(bits.buffer)[0]!;
}
