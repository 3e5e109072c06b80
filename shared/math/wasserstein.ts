/** The first Wasserstein distance between two samples: the area between their distribution functions. */

/**
 * W1 of two ascending, non-empty arrays, exact: the integral of |F - G| (Ramdas, Garcia and Cuturi 2017, eq. 6).
 * O(n + m). NaN when one is empty.
 */
export function wassersteinOfSorted(a: Float64Array, b: Float64Array): number {
  const aLength = a.length;
  const bLength = b.length;
  if (aLength === 0 || bLength === 0) return NaN;
  let i = 0;
  let j = 0;
  let previous = Math.min(a[0]!, b[0]!);
  let sum = 0;
  while (i < aLength && j < bLength) {
    const x = a[i]!;
    const y = b[j]!;
    const value = x < y ? x : y;
    // i * m - j * n is an integer below 2^53, so only the sum rounds.
    sum += Math.abs(i * bLength - j * aLength) * (value - previous);
    previous = value;
    if (x <= value) i++;
    if (y <= value) j++;
  }
  for (; i < aLength; i++) {
    sum += (aLength - i) * bLength * (a[i]! - previous);
    previous = a[i]!;
  }
  for (; j < bLength; j++) {
    sum += (bLength - j) * aLength * (b[j]! - previous);
    previous = b[j]!;
  }
  return sum / (aLength * bLength);
}
