/** Thousands of small projects that several devices share through a bad file sync; each ends as the reference model says. */
import { describe, expect, it } from 'vitest';
import { count } from '../support/counts.ts';
import { simulate } from '../support/sim/simulation.ts';

/** Most teams are small; a few large ones are enough to have all there is between them. */
const deviceCounts = [2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 5, 6, 7, 8];
const stepCounts = [8, 12, 24];
/** Files reach each device of a project in an order of its own: the number of those orders is what counts. */
const orderCount = count(20_000);
const small = { runCount: Math.ceil((orderCount * deviceCounts.length) / deviceCounts.reduce((sum, each) => sum + each, 0)) };
const large = { stepCount: 2_000, runCount: count(2) };
/** A part has what one test can do without being taken for one that hangs. */
const partCount = 20;
const timeout = 3_600_000;
const only = process.env['ASSAY_SEED'];

async function run(seed: string): Promise<void> {
  const number = Number.parseInt(seed.replace(/\D+/, ''), 10);
  const stepCount = seed.startsWith('large') ? large.stepCount : (stepCounts[number % stepCounts.length] ?? 12);
  const found = await simulate({ seed, stepCount, deviceCount: deviceCounts[number % deviceCounts.length] ?? 2 });
  expect(found, `to run this one alone: ASSAY_SEED=${seed}`).toEqual([]);
}

describe(`in ${orderCount} orders of arrival everybody ends with the same state, and nothing that was acknowledged is lost`, () => {
  if (only !== undefined) {
    it(`in the project of the seed ${only}`, { timeout }, () => run(only));
    return;
  }
  const sizeOfPart = Math.ceil(small.runCount / partCount);
  it.each(Array.from({ length: partCount }, (_, part) => part * sizeOfPart))(`in ${sizeOfPart} small projects from %i on`, { timeout }, async (from) => {
    for (let i = from; i < Math.min(from + sizeOfPart, small.runCount); i++) await run(`${i}`);
  });
  it(`in ${large.runCount} large ones`, { timeout }, async () => {
    for (let i = 0; i < large.runCount; i++) await run(`large${i * 8}`);
  });
});
