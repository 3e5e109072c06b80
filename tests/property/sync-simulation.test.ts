/** Thousands of small projects that several devices share through a file sync; each ends as the reference model says. */
import { expect, it } from 'vitest';
import { count } from '../support/counts.ts';
import { simulate } from '../support/sim/simulation.ts';

const runCount = count(300);
const only = process.env['ASSAY_SEED'];

it('everybody ends with the same state, and nothing that was acknowledged is lost', { timeout: 3_600_000 }, async () => {
  const seeds = only === undefined ? Array.from({ length: runCount }, (_, i) => `${i}`) : [only];
  for (const seed of seeds) {
    const found = await simulate({ seed, deviceCount: 2 + (Number.parseInt(seed, 10) % 7 || 0), stepCount: 40 });
    expect(found, `to run this one alone: ASSAY_SEED=${seed}`).toEqual([]);
  }
});
