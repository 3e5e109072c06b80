import { describe, expect, it } from 'vitest';
import { rateAt } from '../../../shared/math/schedule.ts';
import { ScheduleChoice } from '../../../shared/domain/train-config.ts';
import { readTrainingFixture } from '../../support/torch-fixture.ts';

interface Fixture {
  readonly learningRate: number;
  readonly stepsPerEpoch: number;
  readonly maxEpochs: number;
  readonly series: readonly { readonly name: string; readonly schedule: unknown; readonly warmupSteps: number; readonly rates: readonly number[] }[];
}

const { series, ...fixture } = readTrainingFixture<Fixture>('schedules');
const options = { ...fixture, warmupSteps: 0, plateauFactor: 1 };

describe('the learning rate', () => {
  for (const { name, schedule, warmupSteps, rates } of series) {
    it(`is that of PyTorch at every step: ${name}`, () => {
      const choice = ScheduleChoice.parse(schedule);
      rates.forEach((rate, i) => {
        // PyTorch multiplies from step to step, so rounding adds up over 40 of them.
        expect(Math.abs(rateAt(choice, { ...options, warmupSteps }, i + 1) - rate)).toBeLessThan(1e-14);
      });
    });
  }

  it('is what plateaus have left of it', () => {
    const choice = ScheduleChoice.parse({ kind: 'plateau' });
    expect(rateAt(choice, { ...options, plateauFactor: 0.25 }, 17)).toBe(0.05);
  });

  it('stays where it ended beyond the last epoch', () => {
    const last = options.stepsPerEpoch * options.maxEpochs;
    expect(rateAt({ kind: 'cosine' }, options, last + 1)).toBe(0);
    expect(rateAt({ kind: 'cosine' }, options, last + 100)).toBe(0);
    expect(rateAt({ kind: 'one-cycle' }, options, last + 100)).toBe(rateAt({ kind: 'one-cycle' }, options, last));
  });

  it('is finite and never above its highest value, for the shortest runs too', () => {
    for (const choice of ['constant', 'cosine', 'one-cycle', 'plateau'].map((kind) => ScheduleChoice.parse({ kind }))) {
      for (const [maxEpochs, warmupSteps] of [[1, 0], [1, 5], [2, 0], [4, 4]] as const) {
        for (let step = 1; step <= maxEpochs; step++) {
          const rate = rateAt(choice, { ...options, stepsPerEpoch: 1, maxEpochs, warmupSteps }, step);
          expect(rate).toBeGreaterThanOrEqual(0);
          expect(rate).toBeLessThanOrEqual(options.learningRate);
        }
      }
    }
  });
});
