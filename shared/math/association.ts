/** How strongly a column of categories goes with another column: corrected for what chance alone gives to many categories. */

/** A column of categories: one code per row, -1 where the value is missing. */
export interface CodedColumn {
  readonly codes: Int32Array;
  /** Codes are below this. */
  readonly levelCount: number;
}

/** A measure from 0 to 1, and the rows that have both values; null where one column is constant among them. */
export interface Association {
  readonly rowCount: number;
  readonly value: number | null;
}

/** Rows per pair of codes, row-major [a.levelCount, b.levelCount]; missing values take no part. O(n + cells). */
export function crossTable(a: CodedColumn, b: CodedColumn): Float64Array {
  const counts = new Float64Array(a.levelCount * b.levelCount);
  for (let row = 0; row < a.codes.length; row++) {
    const i = a.codes[row]!;
    const j = b.codes[row]!;
    if (i >= 0 && j >= 0) counts[i * b.levelCount + j]!++;
  }
  return counts;
}

/**
 * Cramér's V with Bergsma's correction (Journal of the Korean Statistical Society 42, 2013): of independent columns it
 * is about 0 however many categories they have. Null where one of them is constant. O(n + cells).
 */
export function cramersV(a: CodedColumn, b: CodedColumn): Association {
  const counts = crossTable(a, b);
  const width = b.levelCount;
  const ofA = new Float64Array(a.levelCount);
  const ofB = new Float64Array(width);
  let n = 0;
  for (let i = 0; i < a.levelCount; i++) {
    for (let j = 0; j < width; j++) {
      const count = counts[i * width + j]!;
      ofA[i]! += count;
      ofB[j]! += count;
      n += count;
    }
  }
  const r = ofA.filter((count) => count > 0).length;
  const k = ofB.filter((count) => count > 0).length;
  if (r < 2 || k < 2) return { rowCount: n, value: null };
  let ratio = 0;
  for (let i = 0; i < a.levelCount; i++) {
    for (let j = 0; j < width; j++) {
      const count = counts[i * width + j]!;
      if (count > 0) ratio += (count / ofA[i]!) * (count / ofB[j]!);
    }
  }
  const phi = Math.max(0, ratio - 1 - ((r - 1) * (k - 1)) / (n - 1));
  const smaller = Math.min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1;
  // No rows are left to say anything where each has categories of its own.
  return { rowCount: n, value: smaller <= 0 ? null : Math.min(1, Math.sqrt(phi / smaller)) };
}

/**
 * The correlation ratio of numbers by category, as the root of epsilon squared (Kelley, PNAS 21, 1935): the share of the
 * variance that lies between the categories, less what chance gives. Null where the numbers or the categories are
 * constant, or each row has a category of its own. O(n).
 */
export function correlationRatio({ codes, levelCount }: CodedColumn, values: Float64Array): Association {
  const counts = new Float64Array(levelCount);
  const means = new Float64Array(levelCount);
  let n = 0;
  let mean = 0;
  for (let row = 0; row < values.length; row++) {
    const code = codes[row]!;
    const value = values[row]!;
    if (code < 0 || !Number.isFinite(value)) continue;
    n++;
    counts[code]!++;
    mean += value;
    means[code]! += value;
  }
  mean /= n;
  for (let code = 0; code < levelCount; code++) means[code]! /= counts[code]!;
  let within = 0;
  let whole = 0;
  for (let row = 0; row < values.length; row++) {
    const code = codes[row]!;
    const value = values[row]!;
    if (code < 0 || !Number.isFinite(value)) continue;
    within += (value - means[code]!) ** 2;
    whole += (value - mean) ** 2;
  }
  const k = counts.filter((count) => count > 0).length;
  const epsilon = 1 - (within / (n - k)) / (whole / (n - 1));
  return { rowCount: n, value: k < 2 || n <= k || !Number.isFinite(epsilon) ? null : Math.sqrt(Math.max(0, epsilon)) };
}

/** Shannon's entropy of counts as a share of the most that so many classes can have (Pielou 1966); 1 is even, null with fewer than two classes. */
export function evenness(counts: readonly number[]): number | null {
  const present = counts.filter((count) => count > 0);
  if (present.length < 2) return null;
  const total = present.reduce((sum, count) => sum + count, 0);
  const entropy = present.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  return entropy / Math.log(present.length);
}

/**
 * Goodman and Kruskal's lambda (JASA 49, 1954): by how much the errors fall when the second column is guessed from the
 * first, each as its most frequent category. 1 where every category of `a` has one of `b`. Null where `b` is constant.
 */
export function predictability(a: CodedColumn, b: CodedColumn): Association {
  const counts = crossTable(a, b);
  const ofB = new Float64Array(b.levelCount);
  let n = 0;
  let right = 0;
  for (let i = 0; i < a.levelCount; i++) {
    let most = 0;
    for (let j = 0; j < b.levelCount; j++) {
      const count = counts[i * b.levelCount + j]!;
      ofB[j]! += count;
      n += count;
      if (count > most) most = count;
    }
    right += most;
  }
  const usual = ofB.reduce((most, count) => Math.max(most, count), 0);
  return { rowCount: n, value: n === usual ? null : (right - usual) / (n - usual) };
}
