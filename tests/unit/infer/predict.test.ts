import { beforeAll, describe, expect, it } from 'vitest';
import { predictTable, readCard } from '../../../electron/infer/predict.ts';
import { openSession, Tensor } from '../../../electron/infer/session.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import type { TrainOutcome } from '../../../electron/infer/train.ts';
import { Trainer } from '../../../electron/infer/trainer.ts';
import { encodeRows } from '../../../electron/ml/encoding.ts';
import { prepareTraining } from '../../../electron/ml/training-set.ts';
import { range } from '../../../shared/math/random.ts';
import { categories, numbers, repeat } from '../../support/columns.ts';
import { penguinConfig, penguins, trainConfig } from '../../support/train-config.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { programOf, trainerOptions } from '../../support/programs.ts';

const config = penguinConfig({ maxEpochs: 20 });
let outcome: TrainOutcome;

beforeAll(async () => {
  outcome = await trainTable({ config, columns: penguins(), onProgress: () => undefined, shouldStop: () => false });
});

describe('predicting with an exported model', () => {
  it('gives the probabilities of training to 1e-6 for every row, missing values included', async () => {
    const set = prepareTraining(config, penguins());
    let at = outcome.weights.byteOffset;
    const weights = new Map(set.network.parameters.map(({ name, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      const values = new Float32Array(outcome.weights.buffer, at, size);
      at += 4 * size;
      return [name, values] as const;
    }));
    const trainer = await Trainer.open(trainerOptions(programOf(set.network, set.loss), 1));
    const data = { rowCount: 344, x: encodeRows(set.encoding, set.columns, range(344)), codes: null, y: new Int32Array(344), w: null };
    const { output } = await trainer.evaluate(data, range(344), weights, async () => undefined);
    await trainer.close();

    const predictions = await predictTable({ modelBytes: outcome.modelBytes, columns: penguins(), threadCount: 1 });
    if (predictions.task !== 'classification') throw new Error('expected classes');
    const largest = Math.max(...predictions.probabilities.map((value, i) => Math.abs(value - output[i]!)));
    expect(predictions.probabilities).toHaveLength(344 * 3);
    expect(largest).toBeLessThan(1e-6);
    predictions.codes.forEach((code, row) => {
      const mine = predictions.probabilities.subarray(row * 3, row * 3 + 3);
      expect(mine[code]).toBe(Math.max(...mine));
    });
  });

  it('needs nothing but the file: names are the columns, and the label is a word', async () => {
    expect(readCard(outcome.modelBytes)).toMatchObject({ task: 'classification', target: 'Species', classes: ['Adelie', 'Chinstrap', 'Gentoo'] });
    const session = await openSession(outcome.modelBytes, { threadCount: 1 });
    expect(session.inputNames).toEqual(config.features);
    const number = (value: number): Tensor => new Tensor('float64', Float64Array.of(value), [1, 1]);
    const outputs = await session.run({
      'Island': new Tensor('string', ['Biscoe'], [1, 1]), 'Sex': new Tensor('string', [''], [1, 1]),
      'Beak Length (mm)': number(47), 'Beak Depth (mm)': number(15), 'Flipper Length (mm)': number(217), 'Body Mass (g)': number(NaN),
    });
    await session.release();
    expect(outputs['label']?.data).toEqual(['Gentoo']);
    expect(outputs['probabilities']?.dims).toEqual([1, 3]);
  });

  it('predicts more rows than fit into one slice, and none', async () => {
    const many = penguins().map((column) => (column.kind === 'number'
      ? numbers(column.name, repeat(20_000, (i) => column.values[i % 344]!))
      : { ...column, codes: Int32Array.from({ length: 20_000 }, (_, i) => column.codes[i % 344]!) }));
    const all = await predictTable({ modelBytes: outcome.modelBytes, columns: many, threadCount: 1 });
    if (all.task !== 'classification') throw new Error('expected classes');
    expect(all.codes.subarray(344 * 50, 344 * 51)).toEqual(all.codes.subarray(0, 344));
    const none = penguins().map((column) => (column.kind === 'number' ? numbers(column.name, []) : categories(column.name, [])));
    expect(await predictTable({ modelBytes: outcome.modelBytes, columns: none, threadCount: 1 })).toMatchObject({ codes: new Int32Array(0) });
  });

  it('names a column that is missing, with those the model needs', async () => {
    const columns = penguins().filter(({ name }) => name !== 'Sex');
    await expect(predictTable({ modelBytes: outcome.modelBytes, columns, threadCount: 1, datasetName: 'spring' })).rejects.toMatchObject({
      failure: { code: 'predict/column-missing', what: expect.stringContaining('"Sex"'), fix: expect.stringContaining('Island') },
    });
  });

  it('names a column of another type, and takes related types', async () => {
    const swap = (name: string, column: ReturnType<typeof numbers> | ReturnType<typeof categories>) =>
      predictTable({ modelBytes: outcome.modelBytes, columns: penguins().map((old) => (old.name === name ? column : old)), threadCount: 1 });
    await expect(swap('Body Mass (g)', categories('Body Mass (g)', repeat(344, () => 'heavy')))).rejects.toMatchObject({
      failure: { code: 'predict/column-type', details: { column: 'Body Mass (g)', found: 'category', expected: 'number' } },
    });
    await expect(swap('Body Mass (g)', numbers('Body Mass (g)', repeat(344, () => 0), 'date'))).rejects.toThrow(/type date/);
    await swap('Body Mass (g)', numbers('Body Mass (g)', repeat(344, () => 4000), 'integer'));
    await swap('Island', categories('Island', repeat(344, () => 'Atlantis'), 'text'));
  });

  it('keeps its output apart from a column of the same name', async () => {
    const columns = [numbers('prediction', repeat(40, (i) => i)), numbers('y', repeat(40, (i) => 2 * i))];
    const trained = await trainTable({
      config: trainConfig({ task: 'regression', target: 'y', features: ['prediction'], model: ModelSpec.parse({ kind: 'linear' }), maxEpochs: 2 }),
      columns, onProgress: () => undefined, shouldStop: () => false,
    });
    expect(readCard(trained.modelBytes).outputs).toEqual(['assay.prediction']);
    expect(await predictTable({ modelBytes: trained.modelBytes, columns, threadCount: 1 })).toMatchObject({ task: 'regression', target: 'y' });
  });

  it('stops when asked to', async () => {
    await expect(predictTable({ modelBytes: outcome.modelBytes, columns: penguins(), threadCount: 1, shouldStop: () => true }))
      .rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
  });
});
