/** Reduces a long line to what a chart of a given width can show, without losing an extreme or an end. */

export interface Line {
  /** Ascending. */
  readonly x: Float64Array;
  /** As long as `x`; NaN where the line has a gap. */
  readonly y: Float64Array;
}

/**
 * The points of a line that matter at `bucketCount` pixels: the first, smallest, largest and last of each bucket of equal
 * width in x (M4: Jugel, Jerzak, Hackenbroich and Markl 2014), in their order and unchanged, so at most 4 per bucket.
 * A bucket without a finite y keeps one point with NaN, so gaps of a pixel or more stay; narrower ones close.
 * A line that is short enough is returned as it is. O(n). @throws RangeError for lengths that differ, or no bucket.
 */
export function downsampleLine(line: Line, bucketCount: number): Line {
  const { x, y } = line;
  const length = x.length;
  if (y.length !== length) throw new RangeError(`x has ${length} values, y has ${y.length}`);
  if (!(bucketCount >= 1)) throw new RangeError(`a chart needs at least one bucket, got ${bucketCount}`);
  if (length <= 4 * bucketCount) return line;
  const first = x[0]!;
  const scale = bucketCount / (x[length - 1]! - first);
  const kept = new Int32Array(4 * bucketCount);
  let keptCount = 0;
  for (let start = 0; start < length; ) {
    const bucket = bucketOf(x[start]!);
    let end = start + 1;
    while (end < length && bucketOf(x[end]!) === bucket) end++;
    keptCount = keepOf(y, start, end, kept, keptCount);
    start = end;
  }
  const indexes = kept.subarray(0, keptCount);
  return { x: Float64Array.from(indexes, (i) => x[i]!), y: Float64Array.from(indexes, (i) => y[i]!) };

  function bucketOf(value: number): number {
    return scale < Infinity ? Math.min(bucketCount - 1, Math.floor((value - first) * scale)) : 0; // all x equal: one bucket
  }
}

/** Appends the indexes of first, extremes and last of y[start, end) to `kept`, ascending and each once; returns the new count. */
function keepOf(y: Float64Array, start: number, end: number, kept: Int32Array, keptCount: number): number {
  let [first, last, low, high] = [-1, -1, -1, -1];
  for (let i = start; i < end; i++) {
    const value = y[i]!;
    if (!Number.isFinite(value)) continue;
    if (first < 0) first = low = high = i;
    else if (value < y[low]!) low = i;
    else if (value > y[high]!) high = i;
    last = i;
  }
  if (first < 0) {
    kept[keptCount] = start;
    return keptCount + 1;
  }
  for (const index of [first, Math.min(low, high), Math.max(low, high), last]) {
    if (keptCount > 0 && kept[keptCount - 1] === index) continue;
    kept[keptCount++] = index;
  }
  return keptCount;
}
