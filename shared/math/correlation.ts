/**
 * How two columns of numbers go together: Pearson's and Spearman's coefficients over the rows that have both values.
 * Columns are ordered once; a pair then costs two passes over the rows, also where rows are left out of it.
 */
import { countBelow } from './quantiles.ts';
import { sortFloat64 } from './sort.ts';

/** A column with the place of each row's value among the different values. */
export interface OrderedColumn {
  /** One value per row. */
  readonly values: Float64Array;
  /** One per row: 0 for the smallest value, equal for equal values, -1 where the value is missing. */
  readonly places: Int32Array;
  /** How many different values there are. */
  readonly placeCount: number;
}

/** Two columns compared; a coefficient is null where a column is constant, or its squares leave the range of float64. */
export interface Correlation {
  /** Rows with a finite value in both columns. */
  readonly rowCount: number;
  readonly pearson: number | null;
  readonly spearman: number | null;
}

/** Orders a column; NaN and infinite values are missing. O(n log n). */
export function orderColumn(values: Float64Array): OrderedColumn {
  const distinct = sortFloat64(values.filter((value) => Number.isFinite(value)));
  let placeCount = 0;
  for (const value of distinct) {
    if (placeCount > 0 && value === distinct[placeCount - 1]) continue;
    distinct[placeCount] = value;
    placeCount++;
  }
  const sorted = distinct.subarray(0, placeCount);
  return { values, places: Int32Array.from(values, (value) => (Number.isFinite(value) ? countBelow(sorted, value) : -1)), placeCount };
}

/** Compares two columns of the same rows. O(n + different values). @throws RangeError when the row counts differ */
export function correlate(a: OrderedColumn, b: OrderedColumn): Correlation {
  if (a.values.length !== b.values.length) throw new RangeError(`columns of ${a.values.length} and ${b.values.length} rows`);
  const [timesA, timesB] = [new Int32Array(a.placeCount), new Int32Array(b.placeCount)];
  let n = 0;
  let sumA = 0;
  let sumB = 0;
  for (let row = 0; row < a.values.length; row++) {
    const placeA = a.places[row]!;
    const placeB = b.places[row]!;
    if (placeA < 0 || placeB < 0) continue;
    n++;
    timesA[placeA]!++;
    timesB[placeB]!++;
    sumA += a.values[row]!;
    sumB += b.values[row]!;
  }
  // Told by the values: the mean of equal ones may differ from them in its last digit.
  if (isConstant(timesA) || isConstant(timesB)) return { rowCount: n, pearson: null, spearman: null };
  const [ranksA, ranksB] = [meanRanks(timesA), meanRanks(timesB)];
  const values = createProduct(sumA / n, sumB / n);
  const ranks = createProduct((n + 1) / 2, (n + 1) / 2);
  for (let row = 0; row < a.values.length; row++) {
    const placeA = a.places[row]!;
    const placeB = b.places[row]!;
    if (placeA < 0 || placeB < 0) continue;
    add(values, a.values[row]!, b.values[row]!);
    add(ranks, ranksA[placeA]!, ranksB[placeB]!);
  }
  return { rowCount: n, pearson: coefficientOf(values), spearman: coefficientOf(ranks) };
}

/** Sums of squares and products about the means: the second pass of Pearson's coefficient (1895). */
interface Product { readonly meanA: number; readonly meanB: number; squareA: number; squareB: number; product: number; }

function createProduct(meanA: number, meanB: number): Product {
  return { meanA, meanB, squareA: 0, squareB: 0, product: 0 };
}

function add(to: Product, a: number, b: number): void {
  const da = a - to.meanA;
  const db = b - to.meanB;
  to.squareA += da * da;
  to.squareB += db * db;
  to.product += da * db;
}

function coefficientOf({ squareA, squareB, product }: Product): number | null {
  if (!Number.isFinite(squareA + squareB)) return null;
  // Two roots, because the product of the squares overflows long before they do.
  const r = product / (Math.sqrt(squareA) * Math.sqrt(squareB));
  return Number.isFinite(r) ? Math.max(-1, Math.min(1, r)) : null;
}

function isConstant(times: Int32Array): boolean {
  let present = 0;
  for (const count of times) if (count > 0 && ++present > 1) return false;
  return true;
}

/** The rank from 1 of each different value; those that tie share the mean of their ranks (Kendall 1948). */
function meanRanks(times: Int32Array): Float64Array {
  const ranks = new Float64Array(times.length);
  let below = 0;
  for (let place = 0; place < times.length; place++) {
    ranks[place] = below + (times[place]! + 1) / 2;
    below += times[place]!;
  }
  return ranks;
}
