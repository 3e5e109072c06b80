/** Models of sequences from raw columns to the exported file and its predictions. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { predictTable } from '../../../electron/infer/predict.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import type { TrainOutcome } from '../../../electron/infer/train.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import type { TrainConfig } from '../../../shared/domain/train-config.ts';
import { createRandom, range, shuffle } from '../../../shared/math/random.ts';
import { categories, numbers } from '../../support/columns.ts';
import { trainConfig } from '../../support/train-config.ts';

const train = (config: TrainConfig, columns: readonly ColumnData[]): Promise<TrainOutcome> =>
  trainTable({ config, columns, onProgress: () => undefined, shouldStop: () => false });

const rowCount = 300;
const kinds: Readonly<Record<string, (sequence: object) => z.input<typeof ModelSpec>>> = {
  gru: (sequence) => ({ kind: 'recurrent', sequence, units: 16 }) as z.input<typeof ModelSpec>,
  lstm: (sequence) => ({ kind: 'recurrent', sequence, cell: 'lstm', units: 16, layers: 2, dropout: 0.1 }) as z.input<typeof ModelSpec>,
  cnn1d: (sequence) => ({ kind: 'cnn1d', sequence, filters: [16, 16] }) as z.input<typeof ModelSpec>,
  transformer: (sequence) => ({ kind: 'transformer', sequence, width: 16, heads: 2, layers: 1, feedForward: 32 }) as z.input<typeof ModelSpec>,
};

/** Waves that rise or fall at their end, 12 steps of one number. */
function waves(): ColumnData[] {
  const random = createRandom(4);
  const isRising = Array.from({ length: rowCount }, () => random.below(2) === 1);
  const steps = Array.from({ length: 12 }, (_, step) => numbers(`t${step}`, isRising.map((rising) =>
    Math.sin(step / 3) + (rising ? 1 : -1) * step * 0.08 + (random.unit() - 0.5) * 0.4)));
  return [...steps, categories('kind', isRising.map((rising) => (rising ? 'rising' : 'falling')))];
}

/** Sentences of different lengths, of which the word before "end" decides. */
function sentences(): ColumnData[] {
  const random = createRandom(5);
  const draw = (words: readonly string[]): string => words[random.below(words.length)] as string;
  const isGood = Array.from({ length: rowCount }, () => random.below(2) === 1);
  const texts = isGood.map((good) => {
    const filler = Array.from({ length: random.below(5) }, () => draw(['the', 'a', 'Film', 'was\t', 'rather', 'and']));
    return [...filler, draw(good ? ['good,', 'Great', 'fine'] : ['bad', 'dull.', 'POOR'])].join(' ');
  });
  return [categories('text', texts), categories('kind', isGood.map(String))];
}

describe('a model of series', () => {
  it.each(Object.keys(kinds))('of kind %s learns, and its file predicts what training scored', async (kind) => {
    const columns = waves();
    const outcome = await train(trainConfig({
      task: 'classification', target: 'kind', features: columns.slice(0, 12).map(({ name }) => name), model: ModelSpec.parse(kinds[kind]?.({ from: 'columns' })),
      learningRate: 0.01, maxEpochs: 15, batchSize: 32,
    }), columns);
    expect(outcome.test.accuracy).toBeGreaterThan(0.95);
    const predicted = await predictTable({ modelBytes: outcome.modelBytes, columns, threadCount: 1 });
    const labels = columns.at(-1) as ColumnData & { kind: 'category' };
    const right = predicted.task === 'classification' && [...predicted.codes].filter((code, i) => predicted.classes[code] === labels.labels[labels.codes[i] as number]).length;
    expect(right).toBeGreaterThan(rowCount * 0.95);
  });
});

describe('a model of words', () => {
  it.each(Object.keys(kinds))('of kind %s learns, and its file predicts from raw text', async (kind) => {
    const columns = sentences();
    const outcome = await train(trainConfig({
      task: 'classification', target: 'kind', features: ['text'], model: ModelSpec.parse(kinds[kind]?.({ from: 'words', steps: 8, vocabulary: 50 })),
      learningRate: 0.01, maxEpochs: 15, batchSize: 32,
    }), columns);
    expect(outcome.test.accuracy).toBeGreaterThan(0.95);
    const asked = categories('text', ['the film was good,', 'bad', 'rather dull.', 'Great', '', 'unheard of']);
    const predicted = await predictTable({ modelBytes: outcome.modelBytes, columns: [asked], threadCount: 1 });
    if (predicted.task !== 'classification') throw new Error('expected classes');
    expect([...predicted.codes].slice(0, 4).map((code) => predicted.classes[code])).toEqual(['true', 'false', 'false', 'true']);
    expect(predicted.probabilities.every((share) => Number.isFinite(share))).toBe(true);
  });
});

it('reads a zero character within text as predicting does', async () => {
  const columns = [categories('text', Array.from({ length: 60 }, (_, i) => `the\0 ${i % 3 ? 'bad' : 'good'}`)), categories('kind', Array.from({ length: 60 }, (_, i) => String(i % 3 === 0)))];
  const model = ModelSpec.parse(kinds['cnn1d']?.({ from: 'words', steps: 2, vocabulary: 8 }));
  const outcome = await train(trainConfig({ task: 'classification', target: 'kind', features: ['text'], model, learningRate: 0.01, maxEpochs: 20 }), columns);
  const predicted = await predictTable({ modelBytes: outcome.modelBytes, columns, threadCount: 1 });
  expect(outcome.test.accuracy).toBe(1);
  expect(predicted.task === 'classification' && [...predicted.codes].slice(0, 3).map((code) => predicted.classes[code])).toEqual(['true', 'false', 'false']);
});

describe('a model of consecutive rows', () => {
  /** A wave, hour by hour, in shuffled order; what is seen of it is the target so far. */
  function hours(): ColumnData[] {
    const random = createRandom(6);
    const count = 400;
    const shuffled = shuffle(range(count), random);
    const at = (make: (hour: number) => number): number[] => [...shuffled].map((hour) => make(hour));
    const level = at((hour) => 5 + 3 * Math.sin(hour / 8));
    return [numbers('hour', at((hour) => hour * 3_600_000), 'timestamp'), numbers('level', level), numbers('seen', level)];
  }

  it.each(Object.keys(kinds))('of kind %s forecasts several rows ahead, with quantiles', async (kind) => {
    const columns = hours();
    const outcome = await train(trainConfig({
      task: 'regression', target: 'level', features: ['seen'], model: ModelSpec.parse(kinds[kind]?.({ from: 'rows', steps: 6, horizon: 3 })),
      split: { kind: 'time', timeColumn: 'hour', validationShare: 0.2, testShare: 0.2 },
      loss: { kind: 'quantile', levels: [0.1, 0.5, 0.9] }, learningRate: 0.01, maxEpochs: 30, batchSize: 32,
    }), columns);
    expect(outcome.test.r2).toBeGreaterThan(0.9);
    const predicted = await predictTable({ modelBytes: outcome.modelBytes, columns, threadCount: 1 });
    if (predicted.task !== 'regression') throw new Error('expected numbers');
    expect(predicted.names.slice(0, 4)).toEqual(['+1', '+2', '+3', '+1 q10']);
    // The row of hour 300 is somewhere in the table; its forecast is of hours 301 to 303.
    const row = (columns[0] as ColumnData & { kind: 'number' }).values.indexOf(300 * 3_600_000);
    const forecast = [...predicted.values.subarray(row * predicted.names.length, row * predicted.names.length + 3)];
    forecast.forEach((value, i) => expect(Math.abs(value - (5 + 3 * Math.sin((301 + i) / 8)))).toBeLessThan(1));
  });

  it('leaves out windows that end at a row without weight', async () => {
    const columns = [...hours(), numbers('weight', Array.from({ length: 400 }, (_, i) => [1, 0, NaN, 2][i % 4] as number))];
    const outcome = await train(trainConfig({
      task: 'regression', target: 'level', features: ['seen'], model: ModelSpec.parse(kinds['cnn1d']?.({ from: 'rows', steps: 6 })),
      split: { kind: 'time', timeColumn: 'hour', validationShare: 0.2, testShare: 0.2 }, weightColumn: 'weight', maxEpochs: 2,
    }), columns);
    const { train: trained, validation, test, dropped } = outcome.rowCounts;
    expect(trained + validation + test + dropped).toBe(400);
    expect(dropped).toBeGreaterThanOrEqual(200);
  });

  it.each([[{ steps: 300, horizon: 1 }, 'train'], [{ steps: 4, horizon: 90 }, 'validation']])('says when windows of %o do not fit into the %s part', async (sequence, part) => {
    await expect(train(trainConfig({
      task: 'regression', target: 'level', features: ['seen'], model: ModelSpec.parse(kinds['gru']?.({ from: 'rows', ...sequence })),
      split: { kind: 'time', timeColumn: 'hour', validationShare: 0.2, testShare: 0.2 },
    }), hours())).rejects.toMatchObject({ failure: { code: 'train/too-few-windows', details: { part } } });
  });
});
