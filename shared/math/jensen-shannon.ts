/** The Jensen-Shannon distance between two discrete distributions. */

/**
 * sqrt(KL(p, m) / 2 + KL(q, m) / 2) with m = (p + q) / 2 and the natural logarithm, so in [0, sqrt(ln 2)]
 * (Lin 1991; Endres and Schindelin 2003 for the root). `p` and `q` are non-negative weights of equal length, each
 * scaled to sum 1 here. NaN when one sums to 0.
 */
export function jensenShannonDistance(p: ArrayLike<number>, q: ArrayLike<number>): number {
  if (p.length !== q.length) throw new RangeError(`distributions of ${p.length} and ${q.length} bins cannot be compared`);
  const pSum = sumOf(p);
  const qSum = sumOf(q);
  let divergence = 0;
  for (let i = 0; i < p.length; i++) {
    const a = p[i]! / pSum;
    const b = q[i]! / qSum;
    const middle = (a + b) / 2;
    if (a > 0) divergence += a * Math.log(a / middle);
    if (b > 0) divergence += b * Math.log(b / middle);
  }
  if (!(pSum > 0) || !(qSum > 0)) return NaN;
  return Math.sqrt(Math.max(0, divergence) / 2); // rounding can leave -1e-17 for equal distributions
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum;
}
