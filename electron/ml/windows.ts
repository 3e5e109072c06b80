/** Windows over rows in time: their order, and parts that do not look into each other's future. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { SplitSpec } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { range } from '../../shared/math/random.ts';
import type { Split } from './split.ts';

/** Rows by ascending time, those of one time in the table's order, without a time left out; the table's order without a column. */
export function orderOfTime(time: ColumnData | null, rowCount: number): Int32Array {
  if (time === null) return range(rowCount);
  if (time.kind !== 'number') throw fail('train/bad-config', { field: 'split.timeColumn', value: time.name, reason: 'it has no order.' });
  const { values } = time;
  const dated = range(rowCount).filter((row) => Number.isFinite(values[row]));
  return dated.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
}

/**
 * Cuts time into train, validation and test. A window belongs to the part that holds all the rows it predicts; what it
 * sees may reach back into an earlier part, as it does in use. The first windows are whole. Row numbers are places in `order`.
 * `isUsed` is asked of the row that a window ends at. @throws train/too-few-windows.
 */
export function splitWindows(
  order: Int32Array, { validationShare, testShare }: SplitSpec, { steps, horizon }: { steps: number; horizon: number },
  hasTarget: (row: number) => boolean, isUsed: (row: number) => boolean = () => true,
): Split {
  const count = order.length;
  const testFrom = count - Math.round(count * testShare);
  const validationFrom = testFrom - Math.round(count * validationShare);
  const known = order.map((row) => Number(hasTarget(row)));
  const part = (name: string, from: number, to: number): Int32Array => {
    // Row r predicts r+1..r+horizon, all of them in [from, to).
    const rows = range(count).filter((row) => row >= steps - 1 && row + 1 >= from && row + horizon < to && isUsed(order[row] as number)
      && known.subarray(row + 1, row + 1 + horizon).every((each) => each === 1));
    const needed = name === 'train' ? 2 : 1;
    if (rows.length < needed) throw fail('train/too-few-windows', { found: rows.length, part: name, needed, steps, horizon });
    return rows;
  };
  return {
    train: part('train', 0, validationFrom), validation: part('validation', validationFrom, testFrom), test: part('test', testFrom, count),
  };
}
