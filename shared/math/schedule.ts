/** The learning rate of each step. Pure, so that a run goes on from any step. */
import type { ScheduleChoice } from '../domain/train-config.ts';

export interface ScheduleOptions {
  /** The highest rate. */
  readonly learningRate: number;
  /** Steps over which the rate rises from zero; 0 starts at once. */
  readonly warmupSteps: number;
  readonly stepsPerEpoch: number;
  readonly maxEpochs: number;
  /** What the plateaus so far have left of the rate; 1 at the start. */
  readonly plateauFactor: number;
}

/** Smith and Topin 2018 with PyTorch's defaults: the share of rising steps, and the rates at both ends as divisors. */
const oneCycle = { risingShare: 0.3, startDivisor: 25, endDivisor: 25e4 };

/** The rate of a step; the first is 1. Beyond the last step of maxEpochs it stays what it was there. */
export function rateAt(choice: ScheduleChoice, options: ScheduleOptions, step: number): number {
  const { learningRate, warmupSteps } = options;
  const warmth = warmupSteps > 0 ? Math.min(1, step / warmupSteps) : 1;
  return learningRate * warmth * shareAt(choice, options, step - 1);
}

/** The share of the highest rate after `done` steps. */
function shareAt(choice: ScheduleChoice, { warmupSteps, stepsPerEpoch, maxEpochs, plateauFactor }: ScheduleOptions, done: number): number {
  const total = stepsPerEpoch * maxEpochs;
  switch (choice.kind) {
    case 'constant': return 1;
    case 'step': return choice.factor ** Math.floor(Math.floor(done / stepsPerEpoch) / choice.everyEpochs);
    // Loshchilov and Hutter 2017 without restarts; it begins where the warm-up ends.
    case 'cosine': return between(1, 0, (done - warmupSteps) / Math.max(1, total - warmupSteps));
    case 'one-cycle': {
      const peak = Math.max(0, oneCycle.risingShare * total - 1);
      const [start, end] = [1 / oneCycle.startDivisor, 1 / oneCycle.endDivisor];
      return done <= peak && peak > 0 ? between(start, 1, done / peak) : between(1, end, (done - peak) / Math.max(1, total - 1 - peak));
    }
    case 'plateau': return plateauFactor;
  }
}

/** From `from` to `to` along half a cosine; `part` is held within [0, 1]. */
function between(from: number, to: number, part: number): number {
  const held = Math.min(1, Math.max(0, part));
  return to + ((from - to) * (1 + Math.cos(Math.PI * held))) / 2;
}
