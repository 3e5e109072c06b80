/** How many cases the large suites run: the gate's number, times ASSAY_TEST_SCALE. */

const scale = Number(process.env['ASSAY_TEST_SCALE'] ?? 1);

/** The number of cases to run where the gate runs `gate`; at least one. @throws RangeError for a scale that is no positive number */
export function count(gate: number): number {
  if (!(scale > 0)) throw new RangeError(`ASSAY_TEST_SCALE is ${process.env['ASSAY_TEST_SCALE']}, not a positive number`);
  return Math.max(1, Math.round(gate * scale));
}
