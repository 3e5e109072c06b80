/** The z-test for the difference of two proportions. */
import normal from '@stdlib/stats-base-dists-normal';

/**
 * Two-sided p-value that two samples have the same proportion of successes, with the pooled variance
 * (for example Agresti 2013, section 3.2). 1 when neither or both have nothing but successes; NaN when one is empty.
 */
export function zTestOfProportions(successesA: number, countA: number, successesB: number, countB: number): number {
  if (countA === 0 || countB === 0) return NaN;
  const shareA = successesA / countA;
  const shareB = successesB / countB;
  const pooled = (successesA + successesB) / (countA + countB);
  if (pooled === 0 || pooled === 1) return 1;
  const z = (shareA - shareB) / Math.sqrt(pooled * (1 - pooled) * (1 / countA + 1 / countB));
  return 2 * normal.cdf(-Math.abs(z), 0, 1); // the lower tail, where 1 - cdf would round to 0
}
