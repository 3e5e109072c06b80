/** Cuts rows into train, validation and test parts, the same for the same seed and data. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { SplitSpec } from '../../shared/domain/runs.ts';
import { fail } from '../../shared/errors.ts';
import { shuffle } from '../../shared/math/random.ts';
import type { Random } from '../../shared/math/random.ts';
import type { Target } from './targets.ts';

export interface Split {
  /** Row numbers, ascending in each part. */
  readonly train: Int32Array;
  readonly validation: Int32Array;
  readonly test: Int32Array;
}

/** Regression targets are stratified by this many equally filled bins. */
const regressionStrata = 10;

/**
 * Splits `rows` by `spec`; each part has at least one row, the train part at least two.
 * By time: oldest rows train, newest test; rows of the same time keep their order; a missing time drops the row.
 * Stratified: each class (or tenth of a numeric target) is split in the same shares.
 * @throws train/too-few-rows.
 */
export function splitRows(rows: Int32Array, spec: SplitSpec, target: Target, time: ColumnData | null, random: Random): Split {
  switch (spec.kind) {
    case 'random':
      return cut(shuffle(rows.slice(), random), spec);
    case 'time':
      return cut(orderByTime(rows, time), spec);
    case 'stratified':
      return cutStrata(strataOf(rows, target), spec, random);
  }
}

function cut(order: Int32Array, spec: SplitSpec): Split {
  const sizes = partSizes(order.length, spec);
  return finish(
    order.slice(0, sizes.train),
    order.slice(sizes.train, sizes.train + sizes.validation),
    order.slice(sizes.train + sizes.validation),
  );
}

/** Shares are rounded, but a part is never empty while another can spare a row. */
function partSizes(count: number, spec: SplitSpec): { train: number; validation: number; test: number } {
  const needed = 4;
  if (count < needed) throw fail('train/too-few-rows', { found: count, part: 'train, validation and test', needed });
  const test = Math.max(1, Math.round(count * spec.testShare));
  const validation = Math.max(1, Math.round(count * spec.validationShare));
  const train = count - test - validation;
  if (train < 2) throw fail('train/too-few-rows', { found: Math.max(0, train), part: 'train', needed: 2 });
  return { train, validation, test };
}

/**
 * Each stratum is shuffled and its rows get evenly spaced ranks; ordering all rows by rank spreads every
 * stratum over the parts in proportion, whatever the rounding.
 */
function cutStrata(strata: readonly number[][], spec: SplitSpec, random: Random): Split {
  const rows: number[] = [];
  const ranks: number[] = [];
  for (const stratum of strata) {
    const offset = random.unit();
    shuffle(stratum, random).forEach((row, i) => {
      rows.push(row);
      ranks.push((i + offset) / stratum.length);
    });
  }
  const order = Int32Array.from(rows, (_, i) => i).sort((a, b) => (ranks[a] as number) - (ranks[b] as number) || a - b);
  return cut(order.map((i) => rows[i] as number), spec);
}

function strataOf(rows: Int32Array, target: Target): number[][] {
  if (target.task === 'classification') {
    const strata = target.classes.map((): number[] => []);
    for (const row of rows) strata[target.codes[row] as number]?.push(row);
    return strata.filter((stratum) => stratum.length > 0);
  }
  const order = [...rows].sort((a, b) => (target.values[a] as number) - (target.values[b] as number) || a - b);
  const strata = Array.from({ length: Math.min(regressionStrata, order.length) }, (): number[] => []);
  order.forEach((row, i) => strata[Math.floor((i * strata.length) / order.length)]?.push(row));
  return strata;
}

function orderByTime(rows: Int32Array, time: ColumnData | null): Int32Array {
  if (time === null || time.kind !== 'number') {
    throw fail('train/bad-config', {
      field: 'split.timeColumn', value: time?.name ?? null, reason: 'a split by time needs a column of dates or numbers.',
    });
  }
  const { values } = time;
  return rows.filter((row) => !Number.isNaN(values[row])).sort((a, b) => compare(values[a] as number, values[b] as number) || a - b);
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function finish(train: Int32Array, validation: Int32Array, test: Int32Array): Split {
  return { train: train.sort(), validation: validation.sort(), test: test.sort() };
}
