/**
 * The power goes at every single disk operation of twelve pieces of work, and of what was not synced by then survives now
 * this and now that. Whatever is left, the project opens with all that was acknowledged and needs no repair.
 */
import { describe, expect, it } from 'vitest';
import { count } from '../support/counts.ts';
import { crashPoints, type CrashCheck } from '../support/sim/crash-points.ts';
import { workloads } from '../support/sim/workloads.ts';

/** Which of eight ways things survive; more with a larger count. */
const survivalCount = count(8);
const only = process.env['ASSAY_SEED'];

describe('after a power cut at any moment of', () => {
  it.each(Object.entries(workloads))('%s, all that was acknowledged is there', { timeout: 3_600_000 }, async (name, workload) => {
    const checks: CrashCheck[] = [];
    for await (const check of crashPoints({ name, workload, survivalCount, ...(only === undefined ? {} : { only }) })) {
      expect(check.found, `to run this one alone: ASSAY_SEED="${check.seed}"`).toEqual([]);
      checks.push(check);
    }
    // Work that never touches the disk would prove nothing.
    if (only === undefined) expect(checks.length).toBeGreaterThan(survivalCount);
  });
});
