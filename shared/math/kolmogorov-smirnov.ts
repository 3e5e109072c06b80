/** The two-sample, two-sided Kolmogorov-Smirnov test. */
import { kolmogorovUpperTail } from './kolmogorov.ts';

/** Up to this length of the longer sample the p-value is exact, as in scipy's automatic choice. */
export const largestExactSample = 10_000;

export interface KolmogorovSmirnov {
  /** sup |F - G|, 0..1. */
  readonly statistic: number;
  readonly pValue: number;
  readonly isExact: boolean;
}

/** The test of two ascending arrays. O(n + m) and O(n m d) for an exact p-value. NaN when one is empty. */
export function kolmogorovSmirnovOfSorted(a: Float64Array, b: Float64Array): KolmogorovSmirnov {
  const isExact = Math.max(a.length, b.length) <= largestExactSample;
  if (a.length === 0 || b.length === 0) return { statistic: NaN, pValue: NaN, isExact };
  const distance = largestDistance(a, b);
  const statistic = distance / (a.length * b.length);
  const pValue = isExact ? exactPValue(a.length, b.length, distance) : asymptoticPValue(a.length, b.length, statistic);
  return { statistic, pValue, isExact };
}

/** max |i m - j n| over all values, with i of n and j of m values up to it: D as an integer, without rounding. */
function largestDistance(a: Float64Array, b: Float64Array): number {
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i++;
    while (j < b.length && b[j]! <= value) j++;
    largest = Math.max(largest, Math.abs(i * b.length - j * a.length));
  }
  return largest;
}

/**
 * P(D >= distance / (n m)) when all orders of the pooled values are equally likely. Each order is a lattice path from
 * (0, 0) to (n, m); the share of paths to (x, y) that have met the limit |x m - y n| >= distance follows from the shares
 * at (x - 1, y) and (x, y - 1), which x and y out of x + y paths come from (Hodges 1958). A sum of positive shares:
 * nothing cancels or overflows.
 */
export function exactPValue(n: number, m: number, distance: number): number {
  if (distance === 0) return 1;
  // Shares of the column x; outside the limit all paths count.
  const shares = new Float64Array(m + 1).fill(1);
  let low = 0;
  for (let x = 0; x <= n; x++) {
    const first = Math.max(0, Math.floor((x * m - distance) / n) + 1);
    const last = Math.min(m, Math.ceil((x * m + distance) / n) - 1);
    shares.fill(1, low, Math.max(low, first));
    low = first;
    let below = first === 0 ? 0 : 1;
    for (let y = first; y <= last; y++) {
      if (x > 0 || y > 0) below = (x * shares[y]! + y * below) / (x + y);
      shares[y] = below;
    }
  }
  return Math.min(1, shares[m]!);
}

/** The one-sample law with n m / (n + m) values in place of the sample size, rounded half to even, as scipy does. */
export function asymptoticPValue(n: number, m: number, statistic: number): number {
  const effective = (n * m) / (n + m);
  const floor = Math.floor(effective);
  const rest = effective - floor;
  const count = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return count === 0 ? NaN : kolmogorovUpperTail(count, statistic);
}
