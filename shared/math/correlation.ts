/**
 * How two columns of numbers go together: Pearson's and Spearman's coefficients over the rows that have both values.
 * Columns are ordered once; a pair then costs O(n), also where rows are left out of it.
 */
import { countBelow } from './quantiles.ts';
import { sortFloat64 } from './sort.ts';

/** A column with its rows in ascending order of the value. */
export interface OrderedColumn {
  /** One value per row. */
  readonly values: Float64Array;
  /** The rows with a finite value, ascending; equal values in the order of the rows. */
  readonly order: Int32Array;
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
  const sorted = sortFloat64(values.filter((value) => Number.isFinite(value)));
  const order = new Int32Array(sorted.length);
  const taken = new Int32Array(sorted.length); // per first place of a value, how many rows have it already
  for (let row = 0; row < values.length; row++) {
    if (!Number.isFinite(values[row]!)) continue;
    const place = countBelow(sorted, values[row]!);
    order[place + taken[place]!++] = row;
  }
  return { values, order };
}

/** Compares two columns of the same rows. O(n). @throws RangeError when the row counts differ */
export function correlate(a: OrderedColumn, b: OrderedColumn): Correlation {
  if (a.values.length !== b.values.length) throw new RangeError(`columns of ${a.values.length} and ${b.values.length} rows`);
  const rows = a.order.filter((row) => Number.isFinite(b.values[row]!));
  return { rowCount: rows.length, pearson: pearson(rows, a.values, b.values), spearman: pearson(rows, ranksBeside(a, b.values), ranksBeside(b, a.values)) };
}

/** Product-moment correlation over some rows in ascending order of `x`, in two passes (Pearson 1895). Null where it is not defined. */
function pearson(rows: Int32Array, x: Float64Array, y: Float64Array): number | null {
  let sumX = 0;
  let sumY = 0;
  for (const row of rows) {
    sumX += x[row]!;
    sumY += y[row]!;
  }
  const [meanX, meanY] = [sumX / rows.length, sumY / rows.length];
  let isConstant = true; // told by the values: their mean may differ from all of them in its last digit
  let squareX = 0;
  let squareY = 0;
  let product = 0;
  for (const row of rows) {
    if (y[row] !== y[rows[0]!]) isConstant = false;
    const dx = x[row]! - meanX;
    const dy = y[row]! - meanY;
    squareX += dx * dx;
    squareY += dy * dy;
    product += dx * dy;
  }
  if (isConstant || x[rows[0]!] === x[rows.at(-1)!] || !Number.isFinite(squareX + squareY)) return null;
  // Two roots, because the product of the squares overflows long before they do.
  const r = product / (Math.sqrt(squareX) * Math.sqrt(squareY));
  return Number.isFinite(r) ? Math.max(-1, Math.min(1, r)) : null;
}

/** Ranks from 1 among the rows that have the other value too; ties share the mean of their ranks (Kendall 1948). */
function ranksBeside({ values, order }: OrderedColumn, other: Float64Array): Float64Array {
  const ranks = new Float64Array(values.length);
  const tied: number[] = [];
  let below = 0;
  const settle = () => {
    for (const row of tied) ranks[row] = below + (tied.length + 1) / 2;
    below += tied.length;
    tied.length = 0;
  };
  for (const row of order) {
    if (!Number.isFinite(other[row]!)) continue;
    if (tied.length > 0 && values[tied[0]!] !== values[row]) settle();
    tied.push(row);
  }
  settle();
  return ranks;
}
