import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { predictTable } from '../../../electron/infer/predict.ts';
import { trainTable } from '../../../electron/infer/train.ts';
import type { TrainOutcome } from '../../../electron/infer/train.ts';
import type { ColumnData } from '../../../shared/domain/column-data.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { digitColumns, pixelNames } from '../../support/digits.ts';
import { trainConfig } from '../../support/train-config.ts';

/** 2,000 to train on, 333 to validate and 1,000 to test. */
const rowCount = 3333;
const image = { height: 28, width: 28, channels: 1 };

describe('models of images', () => {
  let columns: ColumnData[];
  beforeAll(() => {
    columns = digitColumns(rowCount);
  });

  const train = (model: z.input<typeof ModelSpec>, maxEpochs: number): Promise<TrainOutcome> => trainTable({
    columns, onProgress: () => undefined, shouldStop: () => false,
    config: trainConfig({
      task: 'classification', target: 'digit', features: [...pixelNames], model: ModelSpec.parse(model), maxEpochs, batchSize: 32, learningRate: 2e-3,
      split: { kind: 'stratified', timeColumn: null, validationShare: 0.1, testShare: 0.3 },
    }),
  });

  it('read handwritten digits: a small convolutional network, after seven epochs', async () => {
    const { test, rowCounts } = await train({ kind: 'cnn', image, dropout: 0.4 }, 7);
    expect(rowCounts.train).toBeGreaterThanOrEqual(1990);
    expect(test.accuracy).toBeGreaterThanOrEqual(0.95);
  });

  it('read handwritten digits that are made smaller, shifted, noisy and dropped out in training; the file does it all by itself', async () => {
    const model: z.input<typeof ModelSpec> = {
      kind: 'cnn', image: { ...image, resizeTo: { height: 14, width: 14 } }, filters: [16, 32], dropout: 0.1,
      augmentation: { shift: 1, noise: 0.1 },
    };
    const { test, modelBytes } = await train(model, 10);
    expect(test.accuracy).toBeGreaterThanOrEqual(0.93);
    const predicted = await predictTable({ modelBytes, columns, threadCount: 1 });
    const truth = columns.at(-1) as Extract<ColumnData, { kind: 'category' }>;
    const hits = Array.from(truth.codes).filter((code, row) =>
      predicted.task === 'classification' && predicted.classes[predicted.codes[row] as number] === truth.labels[code]);
    expect(hits.length / rowCount).toBeGreaterThanOrEqual(0.93);
  });

  it('read handwritten digits: a residual network, after eight epochs', async () => {
    const { test } = await train({ kind: 'resnet', image: { ...image, resizeTo: { height: 14, width: 14 } }, filters: [16, 32] }, 8);
    expect(test.accuracy).toBeGreaterThanOrEqual(0.93);
  });
});
