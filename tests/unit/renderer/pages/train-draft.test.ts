import { describe, expect, it } from 'vitest';
import { checkDraft, draftOf, forecast, readLayers, readNumber, type TrainDraft } from '../../../../renderer/pages/train-draft.ts';
import { featureHint } from '../../../../renderer/pages/train-hints.ts';
import type { ColumnProfile } from '../../../../shared/domain/columns.ts';
import { DatasetVersion } from '../../../../shared/domain/datasets.ts';
import { config } from '../builders.ts';

const version = DatasetVersion.parse({
  id: 'v'.padEnd(26, '0'), datasetId: 'd'.padEnd(26, '0'), number: 1, object: 'e'.padEnd(64, '0'), sizeBytes: 1, rowCount: 344,
  columns: [{ name: 'species', type: 'category' }, { name: 'bill', type: 'number' }, { name: 'mass', type: 'integer' }, { name: 'day', type: 'date' }],
  source: { kind: 'file', fileName: 'a.csv', sha256: '', sizeBytes: 1, format: 'csv' }, createdAtMs: 0, createdBy: 'Ana',
});
const profile = (name: string, part: Partial<ColumnProfile> = {}): ColumnProfile => ({ name, type: 'number', rowCount: 344, missingCount: 0, nonFiniteCount: 0, distinctCount: 100, distinctIsExact: true, numeric: null, topValues: null, ...part });
const profiles = [profile('species', { type: 'category', distinctCount: 3, missingCount: 4 }), profile('bill', { missingCount: 2 }), profile('mass', { type: 'integer' })];
const check = (part: Partial<TrainDraft>) => checkDraft({ ...draftOf(config), ...part }, version, profiles);

describe('the training form', () => {
  it('gives back the config it was filled from', () => {
    expect(check({}).config).toEqual(config);
    expect(check({}).errors).toEqual({});
  });

  it('says for each wrong field what it takes', () => {
    const { config: none, errors } = check({ learningRate: '0', batchSize: '3.5', hidden: '64, none', testPercent: '', seed: '-1', features: [] });
    expect(none).toBeNull();
    expect(errors).toEqual({
      features: 'Choose at least one feature.', hidden: 'Each size must be a whole number between 1 and 4,096.', testPercent: 'Enter a number between 1 and 89.',
      seed: 'Must be between 0 and 4,294,967,295.', batchSize: 'Enter a whole number between 1 and 65,536.', learningRate: 'Must be above 0 and at most 10.',
    });
  });

  it('refuses shares that leave too little to train on, a time split without a column, and strata of numbers', () => {
    expect(check({ validationPercent: '60', testPercent: '40' }).errors.testPercent).toContain('too little');
    expect(check({ splitKind: 'time' }).errors.timeColumn).toBe('Choose the column that orders the rows.');
    expect(check({ task: 'regression' }).errors.splitKind).toContain('needs classes');
    expect(check({ features: ['species', 'bill'] }).errors.features).toBe('The target cannot be a feature.');
  });

  it('keeps what a linear model or no early stopping does not use from being wrong', () => {
    expect(check({ modelKind: 'linear', hidden: 'nonsense', stopsEarly: false, patience: 'nonsense' }).config).toMatchObject({ model: { kind: 'linear' }, patience: null });
  });

  it('warns of rows without target, of huge batches and of a time column that is also a feature', () => {
    const { warnings } = check({ batchSize: '300', splitKind: 'time', timeColumn: 'day', features: ['bill', 'day'], testPercent: '5' });
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toBe('4 rows without a value of species will be left out.');
  });

  it('forecasts rows, inputs and parameters', () => {
    const plan = forecast(config, version, profiles);
    expect([plan.trainRows, plan.validationRows, plan.testRows]).toEqual([238, 51, 51]);
    // bill has a missing-value indicator: 3 inputs, then 64 and 32 units and 3 classes.
    expect(plan.inputCount).toBe(3);
    expect(plan.parameterCount).toBe(4 * 64 + 65 * 32 + 33 * 3);
  });

  it('reads numbers with grouping and layers with any separator', () => {
    expect([readNumber('12,000'), readNumber(' 1e-3 '), readNumber('')]).toEqual([12000, 0.001, NaN]);
    expect([readLayers('64, 32'), readLayers('64-32'), readLayers('128')]).toEqual([[64, 32], [64, 32], [128]]);
    expect(readLayers('')).toContain('Enter the size');
  });

  it('warns of features that cannot help', () => {
    expect(featureHint(profile('a', { missingCount: 344, distinctCount: 0 })).isWarning).toBe(true);
    expect(featureHint(profile('a', { distinctCount: 1 })).text).toBe('one value in every row; it tells nothing');
    expect(featureHint(profile('a', { type: 'integer', distinctCount: 344 })).text).toContain('as an id has');
    expect(featureHint(profile('a', { type: 'category', distinctCount: 3, missingCount: 11 }))).toEqual({ text: '3 values, 3.2 % missing', isWarning: false });
  });
});
