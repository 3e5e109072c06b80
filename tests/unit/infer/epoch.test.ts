import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChunkSize, runEpoch } from '../../../electron/infer/epoch.ts';
import { Trainer } from '../../../electron/infer/trainer.ts';
import { range } from '../../../shared/math/random.ts';
import { programOf, tableNetwork, trainerOptions } from '../../support/programs.ts';

const rowCount = 6000;
const batchSize = 4;
let trainer: Trainer;

beforeAll(async () => {
  trainer = await Trainer.open(trainerOptions(programOf(tableNetwork({ kind: 'linear' }, 1, 1), { kind: 'squared' }), 1e-3));
});

afterAll(() => trainer.close());

/** When chunks were reported, by a clock on which every step takes `stepMs`, and how long it took in all. */
async function reportTimes(stepMs: (step: number) => number): Promise<{ times: number[]; chunks: number }> {
  const firstStep = trainer.stepCount;
  const now = (): number => {
    let elapsed = 0;
    for (let step = firstStep; step < trainer.stepCount; step++) elapsed += stepMs(step - firstStep);
    return elapsed;
  };
  const times = [0];
  await runEpoch({
    trainer, data: { rowCount, x: new Float32Array(rowCount).fill(1), codes: null, y: new Float32Array(rowCount), w: null },
    order: range(rowCount), rowsPerStep: batchSize, accumulate: 1, pacer: { now, pause: () => Promise.resolve(false) },
    onChunk: () => {
      times.push(now());
    },
  }, new ChunkSize());
  return { times, chunks: times.length - 1 };
}

for (const stepMs of [0.05, 1, 20, 90, 240]) {
  it(`reports progress every 250 ms from the first step on when a step takes ${stepMs} ms`, async () => {
    const { times } = await reportTimes(() => stepMs);
    for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeLessThanOrEqual(250);
  });
}

it('goes on reporting every 250 ms when steps become twice as slow', async () => {
  const { times } = await reportTimes((step) => (step < 400 ? 1 : 2));
  for (let i = 1; i < times.length; i++) expect(times[i]! - times[i - 1]!).toBeLessThanOrEqual(250);
});

it('runs fast steps in few chunks', async () => {
  const { chunks } = await reportTimes(() => 0.05);
  expect(chunks).toBeLessThanOrEqual(8);
});
