/** The first Wasserstein distance between two samples: the area between their distribution functions. */

/**
 * W1 of two ascending, non-empty arrays, exact: the integral over 0..1 of the difference of their quantile functions
 * (Ramdas, Garcia and Cuturi 2017, section 2.3). Both are steps, so it is a sum over n + m - 1 pieces; which value comes
 * next depends on n and m only, not on the data, which keeps the loop predictable. NaN when one is empty.
 */
export function wassersteinOfSorted(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const m = b.length;
  if (n === 0 || m === 0) return NaN;
  // Levels in units of 1 / (n m): integers below 2^53, so only the sum rounds.
  let sum = 0;
  let level = 0;
  let i = 0;
  let j = 0;
  let nextA = m;
  let nextB = n;
  while (i < n && j < m) {
    const next = nextA < nextB ? nextA : nextB;
    sum += (next - level) * Math.abs(a[i]! - b[j]!);
    level = next;
    if (nextA === next) {
      i++;
      nextA += m;
    }
    if (nextB === next) {
      j++;
      nextB += n;
    }
  }
  return sum / (n * m);
}
