/**
 * How often the large suites try: one place, so that the same suites run briefly, in full, or for a night. `npm test` makes
 * half of the full count, which keeps it inside 25 minutes on two cores; ASSAY_TEST_SCALE=1 makes all.
 */

const scale = Number(process.env['ASSAY_TEST_SCALE'] ?? 0.5);

/** The number of cases to run where the full count is `full`; at least one. @throws RangeError for a scale that is no positive number */
export function count(full: number): number {
  if (!(scale > 0)) throw new RangeError(`ASSAY_TEST_SCALE is ${process.env['ASSAY_TEST_SCALE']}, not a positive number`);
  return Math.max(1, Math.round(full * scale));
}
