import { describe, expect, it } from 'vitest';
import { compareTraces, decodeTrace, encodeTrace, TraceRecorder } from '../../../electron/infer/trace.ts';
import type { Trace } from '../../../electron/infer/trace.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import { Trainer } from '../../../electron/infer/trainer.ts';
import { splitRows } from '../../../electron/ml/split.ts';
import { readTarget } from '../../../electron/ml/targets.ts';
import { stateTensors } from '../../../electron/ml/training-graph.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import type { CategoryColumn, ColumnData } from '../../../shared/domain/column-data.ts';
import type { TrainConfig } from '../../../shared/domain/train-config.ts';
import { createRandom, range, shuffle } from '../../../shared/math/random.ts';
import { crossEntropy, programOf, tableNetwork, trainerOptions } from '../../support/programs.ts';
import { penguinConfig, penguins } from '../../support/train-config.ts';

async function traceOf(config: TrainConfig, columns: readonly ColumnData[]): Promise<Trace> {
  return decodeTrace((await trainTable({ config, columns, onProgress: () => undefined, shouldStop: () => false })).traceBytes);
}

const config = penguinConfig({ maxEpochs: 4, split: { kind: 'random', timeColumn: null, validationShare: 0.15, testShare: 0.2 } });

describe('the trace of a run', () => {
  it('is the same for the same run, and survives being written', async () => {
    const [before, now] = [await traceOf(config, penguins()), await traceOf(config, penguins())];
    expect(before.epochSteps).toHaveLength(4);
    expect(before.losses).toHaveLength(before.epochSteps[3]!);
    expect(compareTraces(before, now)).toBeNull();
    expect(decodeTrace(encodeTrace(before))).toEqual(before);
    expect(decodeTrace(Buffer.from(encodeTrace(before)))).toEqual(before); // as a file is read
    expect(() => decodeTrace(encodeTrace(before).subarray(0, 100))).toThrow('it is cut off');
  });

  it('names the step in which one changed row is met first, and the tensor that it changes', async () => {
    const columns = penguins();
    const species = columns.find(({ name }) => name === 'Species') as CategoryColumn;
    const split = splitRows(range(species.codes.length), config.split, readTarget(species, 'classification'), null, createRandom(config.seed, 'split'));
    const row = split.train[100]!;
    const changed = { ...species, codes: species.codes.map((code, i) => (i === row ? (code + 1) % 3 : code)) };
    const now = await traceOf(config, columns.map((column) => (column === species ? changed : column)));

    const order = shuffle(split.train.slice(), createRandom(config.seed, 'shuffle/1'));
    const step = Math.floor(order.indexOf(row) / config.batchSize) + 1;
    expect(compareTraces(await traceOf(config, columns), now)).toMatchObject({ step: { step }, tensor: { epoch: 1, name: 'parameter/hidden1.weight' } });
  });

  it('names the step and the tensor of another seed of the noise alone', async () => {
    const network = tableNetwork({ kind: 'mlp', hidden: [8], dropout: 0.5 }, 4, 3);
    const random = createRandom(5);
    const data: Matrix = {
      rowCount: 40, codes: null, w: null, x: Float32Array.from({ length: 160 }, () => random.unit()), y: Int32Array.from({ length: 40 }, () => random.below(3)),
    };
    const trace = async (noiseSeed: number): Promise<Trace> => {
      const program = programOf(network, crossEntropy(3), { seed: noiseSeed });
      const trainer = await Trainer.open({ ...trainerOptions(program, 0.01), seed: 1 });
      const recorder = new TraceRecorder(stateTensors(program).map(({ name }) => name));
      recorder.steps(await trainer.runSteps(data, range(40), 10));
      recorder.epoch(trainer.stepCount, trainer.state);
      await trainer.close();
      return recorder.trace();
    };
    const difference = compareTraces(await trace(1), await trace(2));
    expect(difference).toMatchObject({ step: { step: 1 }, tensor: { epoch: 1, name: 'parameter/hidden1.weight' } });
    expect(difference!.largest).toBeGreaterThan(1e-3);
  });

  it('of a run that went on longer differs in the first step that the other does not have', () => {
    const empty = { tensors: [], epochSteps: new Int32Array(0), hashes: new Uint8Array(0) };
    expect(compareTraces({ ...empty, losses: Float32Array.of(1, 2) }, { ...empty, losses: Float32Array.of(1, 2, 3) }))
      .toEqual({ step: { step: 3, before: null, now: 3 }, tensor: null, largest: 0 });
  });
});
