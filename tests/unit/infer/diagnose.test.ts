import { describe, expect, it } from 'vitest';
import { findFault, rewind } from '../../../electron/infer/diagnose.ts';
import type { Fault } from '../../../electron/infer/diagnose.ts';
import { ChunkSize, runEpoch } from '../../../electron/infer/epoch.ts';
import type { EpochEnd } from '../../../electron/infer/epoch.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import { Trainer } from '../../../electron/infer/trainer.ts';
import type { TrainerOptions } from '../../../electron/infer/trainer.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { createRandom, range } from '../../../shared/math/random.ts';
import { numbers, repeat } from '../../support/columns.ts';
import { programOf, tableNetwork, trainerOptions } from '../../support/programs.ts';
import { trainConfig } from '../../support/train-config.ts';

const random = createRandom(3);

function dataOf(y: (row: number) => number, x: (row: number, column: number) => number): Matrix {
  return {
    rowCount: 40, codes: null, w: null, y: Float32Array.from({ length: 40 }, (_, row) => y(row)),
    x: Float32Array.from({ length: 80 }, (_, i) => x(Math.floor(i / 2), i % 2)),
  };
}

interface Broken {
  readonly end: EpochEnd & { kind: 'diverged' };
  readonly fault: Fault | null;
  readonly canRewind: boolean;
  readonly lossAfterRewind: number | undefined;
}

/** Trains until the loss breaks, in chunks of so many steps as a clock makes of it, and looks for the fault. */
async function broken(options: TrainerOptions, data: Matrix, change?: (state: Map<string, Float32Array>) => void): Promise<Broken> {
  const trainer = await Trainer.open(options);
  try {
    if (change) {
      const state = new Map([...trainer.state].map(([name, values]) => [name, values.slice()]));
      change(state);
      trainer.restore(state, 0);
    }
    const chunk = new ChunkSize();
    let nowMs = 0;
    const end = await runEpoch({
      trainer, data, order: range(40), rowsPerStep: 4, accumulate: options.program.accumulate, onChunk: () => undefined,
      pacer: { now: () => (nowMs += 300), pause: () => Promise.resolve(false) },
    }, chunk);
    if (end.kind !== 'diverged') throw new Error(`it ended ${end.kind}`);
    const fault = await findFault(options, trainer, end.chunk, chunk.last);
    const canRewind = await rewind(trainer, end.chunk, chunk.last);
    const [lossAfterRewind] = canRewind ? await trainer.runSteps(data, range(4), 4) : [];
    return { end, fault, canRewind, lossAfterRewind };
  } finally {
    await trainer.close();
  }
}

describe('a loss that is no number', () => {
  const network = tableNetwork({ kind: 'mlp', hidden: [4, 4] }, 2, 1);
  const ordinary = dataOf(() => random.unit(), () => random.unit());

  it('is traced to the layer whose output overflowed first', async () => {
    const options = trainerOptions(programOf(network, { kind: 'squared' }), 1e-3);
    const { fault, end } = await broken(options, ordinary, (state) => {
      state.get('parameter/hidden1.bias')!.fill(10);
      state.get('parameter/hidden2.weight')!.fill(3e38);
    });
    expect(end.chunk.brokenStep).toBe(1);
    expect(fault).toEqual({ step: 1, layer: 'hidden2', place: 'output' });
  });

  it('is traced to the gradient of the step before, where that overflowed', async () => {
    // Rows of step 6 have an input of 1e25: times a weight of 0 it is harmless, times the error of 1e15 it overflows.
    const linear = tableNetwork({ kind: 'linear' }, 2, 1);
    const data = dataOf((row) => (row === 21 ? 1e15 : 1), (row, column) => (column === 0 ? 1 : row === 21 ? 1e25 : 0));
    const options = trainerOptions(programOf(linear, { kind: 'squared' }), 1e-3);
    const { fault, end, canRewind, lossAfterRewind } = await broken(options, data, (state) => state.get('parameter/output.weight')!.fill(0));
    expect(end.chunk.brokenStep).toBe(7);
    expect(fault).toEqual({ step: 6, layer: 'output', place: 'gradient' });
    expect(canRewind).toBe(true);
    expect(Number.isFinite(lossAfterRewind)).toBe(true);
  });

  it('of averaged batches is found in the batch that has it', async () => {
    const data = dataOf((row) => (row === 22 ? 3e38 : 1), () => random.unit());
    const options = trainerOptions(programOf(network, { kind: 'squared' }, { accumulate: 2 }), 1e-3);
    const { fault } = await broken(options, data);
    expect(fault).toEqual({ step: 6, layer: 'loss', place: 'output' });
  });
});

describe('a run whose loss diverges', () => {
  it('within the first epoch keeps the weights of the last finite loss, and says where it began', async () => {
    // Each step overshoots some twenty times: the square is beyond float32 within 20 of 80 steps.
    const columns = [numbers('x', repeat(400, (i) => i % 2)), numbers('y', repeat(400, (i) => i % 3))];
    const config = trainConfig({
      task: 'regression', target: 'y', features: ['x'], batchSize: 4, learningRate: 10, split: { kind: 'random', timeColumn: null, validationShare: 0.1, testShare: 0.1 },
      model: ModelSpec.parse({ kind: 'linear' }), optimizer: { kind: 'sgd', momentum: 0, nesterov: false }, maxEpochs: 5,
    });
    const outcome = await trainTable({ config, columns, onProgress: () => undefined, shouldStop: () => false });
    expect(outcome).toMatchObject({ status: 'failed', epochCount: 0, bestEpoch: 0 });
    expect(outcome.failure!.what).toMatch(/^The loss became (NaN|Infinity) at step \d+; it began (in the (output|gradient) of layer "[\w ]+"|with the update of the weights)( at step \d+)?\.$/);
    expect(outcome.failure!.details['layer']).toEqual(expect.any(String));
    for (const weight of new Float32Array(outcome.weights.buffer)) expect(Number.isFinite(weight)).toBe(true);
  });
});
