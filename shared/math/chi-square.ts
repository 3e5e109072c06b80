/** Pearson's chi-square test of counts against the proportions of a reference. */
import gammainc from '@stdlib/math-base-special-gammainc';

/** P(X > statistic) for a chi-square variable: the regularised upper incomplete gamma function Q(df/2, x/2). */
export function chiSquareUpperTail(statistic: number, degreesOfFreedom: number): number {
  if (statistic === Infinity) return 0;
  return gammainc(statistic / 2, degreesOfFreedom / 2, true, true);
}

/**
 * The p-value that `observed` counts come from the proportions of `reference` counts, which are taken as known
 * exactly (Pearson 1900; so Evidently does, which makes small shifts look surer than a two-sample test would).
 * Categories absent from both are left out; one absent from the reference only gives p = 0. NaN when either is empty.
 */
export function chiSquareAgainstReference(reference: ArrayLike<number>, observed: ArrayLike<number>): number {
  let referenceCount = 0;
  let observedCount = 0;
  for (let i = 0; i < reference.length; i++) {
    referenceCount += reference[i]!;
    observedCount += observed[i]!;
  }
  if (referenceCount === 0 || observedCount === 0) return NaN;
  const scale = observedCount / referenceCount;
  let statistic = 0;
  let categoryCount = 0;
  for (let i = 0; i < reference.length; i++) {
    const expected = reference[i]! * scale;
    const difference = observed[i]! - expected;
    if (expected === 0 && difference === 0) continue;
    categoryCount++;
    statistic += (difference * difference) / expected;
  }
  return categoryCount < 2 ? 1 : chiSquareUpperTail(statistic, categoryCount - 1);
}
