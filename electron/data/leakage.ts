/** Whether a column gives a target away: the strongest thing that can be said of the two, by the values of the same rows. Pure. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import { strengthOf, type LeakageHint, type Relation } from '../../shared/domain/relations.ts';
import { predictability, type CodedColumn } from '../../shared/math/association.ts';
import { compare, levelLimit, type Prepared } from './relations.ts';

/** From here on a column is said to follow the target. */
export const followLimit = 0.98;
/** A column with fewer rows per value on average than this determines anything, and maps to anything else of that kind. */
const fewestRowsPerValue = 5;

/** Null where there is nothing to say, or fewer than `fewestRows` rows have both values. */
export function hintOf(feature: Prepared, target: Prepared, fewestRows: number): LeakageHint | null {
  const pair = compare(feature, target);
  if (pair.rowCount < fewestRows) return null;
  const name = target.column.name;
  const rows = pair.rowCount.toLocaleString('en');
  const hint = (kind: LeakageHint['kind'], strength: number, reason: string): LeakageHint => ({ kind, column: feature.column.name, strength, reason });
  if (isSame(feature.column, target.column)) return hint('same', 1, `It is the same as “${name}” in all ${rows} rows that have both.`);
  const [a, b] = [codesOf(feature), codesOf(target)];
  if (a && b && a.levelCount * fewestRowsPerValue <= pair.rowCount) {
    const [there, back] = [predictability(a, b), predictability(b, a)];
    if (there.value === 1 && back.value === 1) return hint('one-to-one', 1, `Each of its values goes with one value of “${name}”, and the other way round, in ${rows} rows.`);
    if (there.value !== null && there.value >= followLimit) {
      const what = there.value === 1 ? `Each of its values goes with one value of “${name}” only` : `Who knows it makes ${Number((100 * (1 - there.value)).toPrecision(2))} % of the errors in guessing “${name}”`;
      return hint('determines', there.value, `${what}, in ${rows} rows.`);
    }
  }
  const strength = Math.abs(strengthOf(pair) ?? 0);
  if (strength < followLimit) return null;
  return hint('correlated', strength, `${measureOf(pair)} with “${name}” is ${(strengthOf(pair) ?? 0).toFixed(4).replace('-', '\u2212')}, in ${rows} rows.`);
}

function measureOf(pair: Relation): string {
  const { pearson, spearman, cramersV } = pair;
  if (pearson !== null || spearman !== null) return strengthOf(pair) === pearson ? 'Its correlation (Pearson)' : 'Its rank correlation (Spearman)';
  return cramersV === null ? 'Its correlation ratio' : 'Its association (Cram\u00e9r\u2019s V)';
}

/** Whether two columns of one kind have the same value in every row that has both. */
function isSame(a: ColumnData, b: ColumnData): boolean {
  if (a.kind === 'number' && b.kind === 'number') return a.values.every((value, row) => Number.isNaN(value) || Number.isNaN(b.values[row]!) || value === b.values[row]);
  if (a.kind === 'number' || b.kind === 'number') return false;
  return a.codes.every((code, row) => code < 0 || b.codes[row]! < 0 || a.labels[code] === b.labels[b.codes[row]!]);
}

/** Codes of the values; null for numbers with more values than are counted against each other. */
function codesOf(prepared: Prepared): CodedColumn | null {
  if (prepared.kind === 'category') return prepared.coded;
  const { places, placeCount } = prepared.ordered;
  return placeCount > levelLimit ? null : { codes: places, levelCount: placeCount };
}
