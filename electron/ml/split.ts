/** Cuts rows into train, validation and test parts, the same for the same seed and data. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { SplitSpec } from '../../shared/domain/train-config.ts';
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
 * Splits `rows` (ascending) by `spec`; each part has at least one row, the train part at least two.
 * By time: oldest rows train, newest test; rows of the same time keep their order; a missing time drops the row.
 * Stratified: each class (or tenth of a numeric target) is split in the same shares. Cost O(n), by time O(n log n).
 * @throws train/too-few-rows.
 */
export function splitRows(rows: Int32Array, spec: SplitSpec, target: Target, time: ColumnData | null, random: Random): Split {
  switch (spec.kind) {
    case 'random':
      return cutShuffled(rows, spec, random);
    case 'time':
      return cutByTime(rows, spec, timesOf(time));
    case 'stratified':
      return cutStrata(strataOf(rows, target), rows, spec, random);
  }
}

interface PartSizes {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
}

/** Shares are rounded, but no part is empty. */
function partSizes(count: number, spec: SplitSpec): PartSizes {
  const needed = 4;
  if (count < needed) throw fail('train/too-few-rows', { found: count, part: 'train, validation and test', needed });
  const test = Math.max(1, Math.round(count * spec.testShare));
  const validation = Math.max(1, Math.round(count * spec.validationShare));
  const train = count - test - validation;
  if (train < 2) throw fail('train/too-few-rows', { found: Math.max(0, train), part: 'train', needed: 2 });
  return { train, validation, test };
}

function cutShuffled(rows: Int32Array, spec: SplitSpec, random: Random): Split {
  const sizes = partSizes(rows.length, spec);
  const partOf = marks(rows);
  markParts(partOf, shuffle(rows.slice(), random), [sizes.train, sizes.validation, sizes.test], [trainMark, validationMark, testMark]);
  return collected(rows, partOf, sizes);
}

/** Each stratum gives its share of the test and validation rows, rounded so that the parts have their sizes. */
function cutStrata(strata: readonly Int32Array[], rows: Int32Array, spec: SplitSpec, random: Random): Split {
  const sizes = partSizes(rows.length, spec);
  const tests = apportion(sizes.test, strata.map(({ length }) => length));
  const validations = apportion(sizes.validation, strata.map(({ length }, i) => length - (tests[i] as number)));
  const partOf = marks(rows);
  strata.forEach((stratum, i) => {
    const [test, validation] = [tests[i] as number, validations[i] as number];
    markParts(partOf, shuffle(stratum, random), [test, validation, stratum.length - test - validation], [testMark, validationMark, trainMark]);
  });
  return collected(rows, partOf, sizes);
}

const [trainMark, validationMark, testMark] = [0, 1, 2];

/** A mark for every row number up to the last. */
function marks(rows: Int32Array): Uint8Array {
  return new Uint8Array((rows.at(-1) ?? -1) + 1);
}

/** Marks the first rows of an order, then the next ones, as of these parts. */
function markParts(partOf: Uint8Array, order: Int32Array, sizes: readonly number[], parts: readonly number[]): void {
  let at = 0;
  sizes.forEach((size, i) => {
    const mark = parts[i] as number;
    for (const end = at + size; at < end; at++) partOf[order[at] as number] = mark;
  });
}

/** The rows of each part in ascending order, without sorting. */
function collected(rows: Int32Array, partOf: Uint8Array, sizes: PartSizes): Split {
  const [train, validation, test] = [new Int32Array(sizes.train), new Int32Array(sizes.validation), new Int32Array(sizes.test)];
  const byMark = [train, validation, test];
  const filled = [0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const mark = partOf[row] as number;
    (byMark[mark] as Int32Array)[filled[mark] as number] = row;
    filled[mark]! += 1;
  }
  return { train, validation, test };
}

/** Shares `total` out in proportion to `sizes` by largest remainders (Hamilton); the first wins a tie. */
function apportion(total: number, sizes: readonly number[]): number[] {
  const sum = sizes.reduce((all, size) => all + size, 0);
  const quotas = sizes.map((size) => (total * size) / sum);
  const shares = quotas.map(Math.floor);
  const byRemainder = [...quotas.keys()].sort((a, b) => remainder(quotas[b]) - remainder(quotas[a]) || a - b);
  const left = total - shares.reduce((all, share) => all + share, 0);
  for (const i of byRemainder.slice(0, left)) shares[i]! += 1;
  return shares;
}

function remainder(quota: number | undefined): number {
  return (quota as number) - Math.floor(quota as number);
}

function strataOf(rows: Int32Array, target: Target): Int32Array[] {
  if (target.task === 'classification') {
    const counts = new Int32Array(target.classes.length);
    for (const row of rows) counts[target.codes[row] as number]! += 1;
    const strata = Array.from(counts, (count) => new Int32Array(count));
    const filled = new Int32Array(counts.length);
    for (const row of rows) {
      const code = target.codes[row] as number;
      (strata[code] as Int32Array)[filled[code] as number] = row;
      filled[code]! += 1;
    }
    return strata.filter((stratum) => stratum.length > 0);
  }
  const { values } = target;
  const sorted = Float64Array.from(rows, (row) => values[row] as number).sort();
  const strata: Int32Array[] = [];
  let rest = rows;
  for (let i = 1; i <= regressionStrata; i++) {
    const upTo = Math.floor((i * rows.length) / regressionStrata);
    const inside = upTo - strata.reduce((sum, { length }) => sum + length, 0);
    const [low, high] = cutOff(rest, inside, values, sorted[upTo - 1] as number);
    strata.push(low);
    rest = high;
  }
  return strata.filter(({ length }) => length > 0);
}

function timesOf(time: ColumnData | null): Float64Array {
  if (time !== null && time.kind === 'number') return time.values;
  throw fail('train/bad-config', {
    field: 'split.timeColumn', value: time?.name ?? null, reason: 'a split by time needs a column of dates or numbers.',
  });
}

function cutByTime(rows: Int32Array, spec: SplitSpec, times: Float64Array): Split {
  const known = rows.filter((row) => !Number.isNaN(times[row]));
  const sizes = partSizes(known.length, spec);
  const sorted = Float64Array.from(known, (row) => times[row] as number).sort();
  const [train, held] = cutOff(known, sizes.train, times, sorted[sizes.train - 1] as number);
  const [validation, test] = cutOff(held, sizes.validation, times, sorted[sizes.train + sizes.validation - 1] as number);
  return { train, validation, test };
}

/** The `count` rows of the smallest values, of which `limit` is the largest, and the others; both keep the order of rows. */
function cutOff(rows: Int32Array, count: number, values: Float64Array, limit: number): [Int32Array, Int32Array] {
  let ties = count - rows.filter((row) => (values[row] as number) < limit).length;
  const low = new Int32Array(count);
  const high = new Int32Array(rows.length - count);
  let lowCount = 0;
  let highCount = 0;
  for (const row of rows) {
    const value = values[row] as number;
    if (value < limit || (value === limit && ties-- > 0)) low[lowCount++] = row;
    else high[highCount++] = row;
  }
  return [low, high];
}
