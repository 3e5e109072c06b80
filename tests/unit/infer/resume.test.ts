import { describe, expect, it } from 'vitest';
import { trainTable } from '../../../electron/infer/train.ts';
import type { Checkpoints, TrainOutcome } from '../../../electron/infer/train.ts';
import { decodeTrace } from '../../../electron/infer/trace.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import type { TrainConfig } from '../../../shared/domain/train-config.ts';
import { penguinConfig, penguins } from '../../support/train-config.ts';

/** Keeps checkpoints in memory, the newest first. */
class Kept {
  readonly all: { bytes: Uint8Array; name: string }[] = [];
  readonly refused: string[] = [];
  resumedAt: number | null = null;

  get checkpoints(): Checkpoints {
    const { all } = this;
    return {
      dataHash: 'd',
      async *found() {
        yield* all;
      },
      save: async (bytes, step) => void all.unshift({ bytes, name: String(step) }),
      onResume: (epoch) => { this.resumedAt = epoch; },
      onRefused: (name, reason) => this.refused.push(`${name}: ${reason}`),
    };
  }
}

const columns = penguins();

/** Trains with a clock that a test turns: each look at it takes `tickMs`. */
function train(config: TrainConfig, kept: Kept | null, { stopAfter = Infinity, data = columns, tickMs = 1 }: { stopAfter?: number; data?: readonly ColumnData[]; tickMs?: number } = {}): Promise<TrainOutcome> {
  let [asked, nowMs] = [0, 0];
  return trainTable({
    config, columns: data, onProgress: () => undefined, shouldStop: () => ++asked > stopAfter,
    now: () => (nowMs += tickMs), ...(kept && { checkpoints: kept.checkpoints }),
  });
}

const everything = penguinConfig({
  maxEpochs: 12, patience: 6, batchSize: 20, model: ModelSpec.parse({ kind: 'mlp', hidden: [16], dropout: 0.3 }),
  schedule: { kind: 'plateau', patience: 1, factor: 0.5 }, averageDecay: 0.9, clipNorm: 1, accumulate: 2, mixup: 0.4, learningRate: 0.05,
});

describe('a run that goes on from a checkpoint', () => {
  it('gives the same bits as one that never stopped, wherever it is cut', async () => {
    const whole = await train(everything, null);
    for (const stopAfter of [9, 12, 17, 23, 31]) {
      const kept = new Kept();
      let outcome = await train(everything, kept, { stopAfter, tickMs: 100 }); // a chunk is a step or two
      expect(outcome.status).toBe('cancelled');
      outcome = await train(everything, kept, { stopAfter: stopAfter + 5, tickMs: 100 });
      outcome = await train(everything, kept);
      expect(kept.resumedAt).toBeGreaterThan(0);
      expect(outcome.weightsHash).toBe(whole.weightsHash);
      expect(outcome.traceBytes).toEqual(whole.traceBytes);
      expect(outcome.modelBytes).toEqual(whole.modelBytes);
      expect(outcome.history.map(({ metric, value }) => [metric, value])).toEqual(whole.history.map(({ metric, value }) => [metric, value]));
      expect([outcome.validation, outcome.test, outcome.epochCount, outcome.bestEpoch]).toEqual([whole.validation, whole.test, whole.epochCount, whole.bestEpoch]);
    }
  });

  it('keeps one as often as it is asked to', async () => {
    const [seldom, often] = [new Kept(), new Kept()];
    await train(penguinConfig({ maxEpochs: 4, checkpointSeconds: 3600 }), seldom, { tickMs: 10 });
    await train(penguinConfig({ maxEpochs: 4, checkpointSeconds: 1 }), often, { tickMs: 500 });
    expect(seldom.all).toEqual([]);
    expect(often.all.length).toBeGreaterThan(3);
  });

  it('gives them at most a fifth of the time, however slow the disk', async () => {
    const saveMs = 2_000;
    let [nowMs, saveCount] = [0, 0];
    await trainTable({
      config: penguinConfig({ maxEpochs: 20, checkpointSeconds: 0.01, patience: null }), columns, onProgress: () => undefined, shouldStop: () => false, now: () => (nowMs += 100),
      checkpoints: { ...new Kept().checkpoints, save: async () => { [nowMs, saveCount] = [nowMs + saveMs, saveCount + 1]; } },
    });
    expect(saveCount).toBeGreaterThan(2);
    // The first is made before its cost is known.
    expect((saveCount - 1) * saveMs).toBeLessThanOrEqual(nowMs / 5);
  });

  it('passes over damaged and foreign checkpoints, with the reason, to the one before', async () => {
    const kept = new Kept();
    const config = penguinConfig({ maxEpochs: 6 });
    await train(config, kept, { stopAfter: 12, tickMs: 100 });
    const [good] = kept.all;
    const flipped = good!.bytes.slice();
    flipped[3]! ^= 1;
    kept.all.unshift({ name: 'flipped', bytes: flipped }, { name: 'cut', bytes: good!.bytes.subarray(0, 900) }, { name: 'short', bytes: good!.bytes.subarray(0, good!.bytes.length - 400) });
    const outcome = await train(config, kept);
    expect(kept.refused).toEqual(['flipped: it is not a file of this kind', 'cut: it is cut off', 'short: it is cut off']);
    expect(kept.resumedAt).toBeGreaterThan(0);
    expect(outcome.weightsHash).toBe((await train(config, null)).weightsHash);

    kept.refused.length = 0;
    await train({ ...config, learningRate: 0.02 }, kept);
    expect(kept.refused.at(-1)).toMatch(/^\d+: it is of another configuration$/);
    await train(config, { ...kept, checkpoints: { ...kept.checkpoints, dataHash: 'other' } } as Kept);
    expect(kept.refused.at(-1)).toMatch(/^\d+: it is of other data$/);
  });

  it('of which the first epoch is not over has no best weights yet', async () => {
    const kept = new Kept();
    const config = penguinConfig({ batchSize: 1, maxEpochs: 2 });
    await train(config, kept, { stopAfter: 7 });
    expect(kept.all).toHaveLength(1);
    const outcome = await train(config, kept);
    expect(outcome.weightsHash).toBe((await train(config, null)).weightsHash);
    expect(decodeTrace(outcome.traceBytes).losses).toHaveLength(outcome.stepCount);
  });
});
