/** The colour of a pair: blue to orange through grey where it has a sign, grey to violet where it has none. Pure. */
import type { Relation } from '../../shared/domain/relations.ts';

/** By which coefficient pairs of numbers are shown. */
export type Coefficient = 'pearson' | 'spearman';

/** What is shown of a pair; null where it has no measure. */
export function valueOf(pair: Relation, coefficient: Coefficient): number | null {
  return pair[coefficient] ?? pair.cramersV ?? pair.eta;
}

/** A CSS colour; null where the pair has no measure. */
export function fillOf(pair: Relation, coefficient: Coefficient): string | null {
  const value = valueOf(pair, coefficient);
  if (value === null) return null;
  const end = pair[coefficient] === null ? 'var(--association)' : value < 0 ? 'var(--diverge-low)' : 'var(--diverge-high)';
  return `color-mix(in oklab, ${end} ${Math.round(Math.abs(value) * 100)}%, var(--diverge-mid))`;
}
