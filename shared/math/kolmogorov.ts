/**
 * The distribution of Kolmogorov's two-sided statistic D of one sample of n values against a known distribution.
 * Which formula serves where is the choice of Simard and L'Ecuyer (2011), J. Stat. Softw. 39(11), which scipy follows
 * too: so p-values are the same as in tools built on it, also where the series errs more than the exact recursion would.
 */

/** Up to this n the recursion serves wherever both sides matter. */
const largestSmallCount = 140;

/** P(D >= d) for a sample of `count` values. Exact up to n = 140; beyond, the absolute error is below 3e-6 and falls with n^2. */
export function kolmogorovUpperTail(count: number, d: number): number {
  if (d >= 1) return 0;
  if (count * d <= 0.5) return 1;
  const isSmall = count <= largestSmallCount;
  // From here on hardly any sample is beyond d on both sides: 2 P(D+ >= d) errs by less than 2 exp(-8 n d^2).
  if (d >= 0.5 || count * d * d >= (isSmall ? 4 : 2.2)) return Math.min(1, 2 * oneSidedUpperTail(count, d));
  const isExact = isSmall || (count <= 100_000 && count * d ** 1.5 <= 1.4);
  const lower = isExact ? lowerTailByRecursion(count, d) : lowerTailBySeries(count, d);
  return Math.min(1, Math.max(0, 1 - lower));
}

/** P(D+ >= d), exact: Birnbaum and Tingey (1951). All terms are positive, so nothing cancels. O(n). */
function oneSidedUpperTail(count: number, d: number): number {
  let logBinomial = 0;
  let sum = 0;
  for (let j = 0; j <= Math.floor(count * (1 - d)); j++) {
    if (j > 0) logBinomial += Math.log((count - j + 1) / j);
    const below = 1 - d - j / count;
    if (below <= 0) break;
    sum += Math.exp(logBinomial + (count - j) * Math.log(below) + (j - 1) * Math.log(d + j / count));
  }
  return d * sum;
}

/**
 * P(D < d), exact: n!/n^n times the middle element of H^n (Durbin 1973; Marsaglia, Tsang and Wang 2003), by n products
 * of a row with H, each scaled so that the numbers stay in range. O(n (n d)^2).
 */
function lowerTailByRecursion(count: number, d: number): number {
  const k = Math.floor(count * d) + 1;
  const h = k - count * d;
  const size = 2 * k - 1;
  const matrix = durbinMatrix(size, h);
  let logFactorial = 0;
  for (let i = 2; i <= count; i++) logFactorial += Math.log(i);
  const scale = Math.exp(logFactorial / count) / count;
  let row = new Float64Array(size);
  let next = new Float64Array(size);
  row[k - 1] = 1;
  for (let step = 0; step < count; step++) {
    next.fill(0);
    for (let i = 0; i < size; i++) {
      const weight = row[i]! * scale;
      for (let j = 0; j <= Math.min(i + 1, size - 1); j++) next[j]! += weight * matrix[i * size + j]!;
    }
    [row, next] = [next, row];
  }
  return row[k - 1]!;
}

/** The matrix H of Durbin, size x size row-major: 1/(i-j+1)! below the first superdiagonal, with altered rim. */
function durbinMatrix(size: number, h: number): Float64Array {
  const inverseFactorials = new Float64Array(size + 1).fill(1);
  for (let i = 2; i <= size; i++) inverseFactorials[i] = inverseFactorials[i - 1]! / i;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= Math.min(i + 1, size - 1); j++) {
      let numerator = 1;
      if (j === 0) numerator -= h ** (i + 1);
      if (i === size - 1) numerator -= h ** (size - j);
      if (i === size - 1 && j === 0 && 2 * h > 1) numerator += (2 * h - 1) ** size;
      matrix[i * size + j] = numerator * inverseFactorials[i - j + 1]!;
    }
  }
  return matrix;
}

/** P(D < d) by the expansion of Pelz and Good (1976) to the order n^(-3/2), in the form of Simard and L'Ecuyer, eq. 10-13. */
function lowerTailBySeries(count: number, d: number): number {
  const z = Math.sqrt(count) * d;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k3 = 0;
  for (let k = 0; k < 40; k++) {
    const a = (Math.PI * (k + 0.5)) ** 2; // pi^2 (k + 1/2)^2; k and -k - 1 give the same term
    const decay = 2 * Math.exp(-a / (2 * z2));
    k0 += decay / 2;
    k1 += (a - z2) * decay;
    k2 += (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * a + (1 - 2 * z2) * a * a) * decay;
    k3 += (a ** 3 * (5 - 30 * z2) + a * a * (212 * z4 - 60 * z2) + a * (135 * z4 - 96 * z6) - 30 * z6 - 90 * z4 * z4) * decay;
  }
  let k2Correction = 0;
  let k3Correction = 0;
  for (let k = 1; k < 40; k++) {
    const a = (Math.PI * k) ** 2;
    const decay = 2 * Math.exp(-a / (2 * z2));
    k2Correction += a * decay;
    k3Correction += (3 * a * z2 - a * a) * decay;
  }
  const root = Math.sqrt(Math.PI / 2);
  const term0 = (Math.sqrt(2 * Math.PI) / z) * k0;
  const term1 = (root / (6 * z4)) * k1;
  const term2 = (root / (72 * z6 * z)) * k2 - (root / (36 * z2 * z)) * k2Correction;
  const term3 = (root / (6480 * z6 * z4)) * k3 + (root / (216 * z6)) * k3Correction;
  return term0 + term1 / Math.sqrt(count) + term2 / count + term3 / count ** 1.5;
}
