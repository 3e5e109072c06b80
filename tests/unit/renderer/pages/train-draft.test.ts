import { describe, expect, it } from 'vitest';
import { carryOver, checkDraft, draftOf, readList, readNumber, textAt, withChoice, withText, type TrainDraft } from '../../../../renderer/pages/train-draft.ts';
import { forecast } from '../../../../renderer/pages/train-forecast.ts';
import { featureHint } from '../../../../renderer/pages/train-hints.ts';
import type { ColumnProfile } from '../../../../shared/domain/columns.ts';
import { DatasetVersion } from '../../../../shared/domain/datasets.ts';
import { ModelSpec, TrainConfig, type TrainConfig as Config } from '../../../../shared/domain/train-config.ts';
import { config } from '../builders.ts';

const version = DatasetVersion.parse({
  id: 'v'.padEnd(26, '0'), datasetId: 'd'.padEnd(26, '0'), number: 1, object: 'e'.padEnd(64, '0'), sizeBytes: 1, rowCount: 344,
  columns: [{ name: 'species', type: 'category' }, { name: 'bill', type: 'number' }, { name: 'mass', type: 'integer' }, { name: 'day', type: 'date' }, { name: 'note', type: 'text' }],
  source: { kind: 'file', fileName: 'a.csv', sha256: '', sizeBytes: 1, format: 'csv' }, createdAtMs: 0, createdBy: 'Ana',
});
const profile = (name: string, part: Partial<ColumnProfile> = {}): ColumnProfile => ({ name, type: 'number', rowCount: 344, missingCount: 0, nonFiniteCount: 0, distinctCount: 100, distinctIsExact: true, numeric: null, topValues: null, ...part });
const profiles = [profile('species', { type: 'category', distinctCount: 3, missingCount: 4 }), profile('bill', { missingCount: 2 }), profile('mass', { type: 'integer' })];

const draftWith = (part: Partial<Config>): TrainDraft => draftOf(TrainConfig.parse({ ...config, ...part }));
const typing = (typed: Readonly<Record<string, string>>, draft: TrainDraft = draftOf(config)): TrainDraft => Object.entries(typed).reduce((before, [path, text]) => withText(before, path, text), draft);
const check = (draft: TrainDraft) => checkDraft(draft, version, profiles);

describe('the training form', () => {
  it('gives back the configuration it was filled from', () => {
    expect(check(draftOf(config)).config).toEqual(config);
    expect(check(draftOf(config)).errors).toEqual({});
  });

  it('shows what was typed, shares in percent and lists with commas', () => {
    const draft = typing({ learningRate: '1e-' });
    expect([textAt(draft, 'learningRate'), textAt(draft, 'split.validationShare'), textAt(draft, 'model.hidden'), textAt(draft, 'patience')]).toEqual(['1e-', '15', '64, 32', '15']);
  });

  it('says for each wrong field what it takes, by the limits of the schema', () => {
    const { config: none, errors } = check(withChoice(typing({ learningRate: '0', batchSize: '3.5', 'model.hidden': '64, none', 'split.testShare': '', seed: '-1', 'model.dropout': '2' }), 'features', []));
    expect(none).toBeNull();
    expect(errors).toEqual({
      features: 'Choose at least one feature.', 'model.hidden': 'Each must be a whole number between 1 and 4,096.', 'split.testShare': 'Enter a number above 0 and below 90.',
      seed: 'Must be between 0 and 4,294,967,295.', batchSize: 'Enter a whole number between 1 and 65,536.', learningRate: 'Must be above 0 and at most 10.', 'model.dropout': 'Must be between 0 and 0.9.',
    });
  });

  it('limits fields of the chosen loss, optimizer and schedule', () => {
    const draft = draftWith({ loss: { kind: 'focal', gamma: 2 }, optimizer: { kind: 'sgd', momentum: 0.9, nesterov: false }, schedule: { kind: 'step', everyEpochs: 10, factor: 0.1 }, clipNorm: 1 });
    expect(check(typing({ 'loss.gamma': '11', 'optimizer.momentum': '1', 'schedule.everyEpochs': '0', clipNorm: '0' }, draft)).errors).toEqual({
      'loss.gamma': 'Must be between 0 and 10.', 'optimizer.momentum': 'Must be at least 0 and below 1.', 'schedule.everyEpochs': 'Must be between 1 and 10,000.', clipNorm: 'Must be above 0.',
    });
  });

  it('forgets what was typed for a choice that was left', () => {
    const draft = withChoice(typing({ 'schedule.factor': 'nonsense' }, draftWith({ schedule: { kind: 'plateau', patience: 3, factor: 0.5 } })), 'schedule', { kind: 'cosine' });
    expect(check(draft).errors).toEqual({});
    expect(check(withChoice(typing({ patience: 'nonsense' }), 'patience', null)).config).toMatchObject({ patience: null });
  });

  it('refuses shares that leave too little to train on, a time split without a column, and strata of numbers', () => {
    expect(check(typing({ 'split.validationShare': '60', 'split.testShare': '40' })).errors['split.testShare']).toContain('too little');
    expect(check(withChoice(draftOf(config), 'split.kind', 'time')).errors['split.timeColumn']).toBe('Choose the column that orders the rows.');
    expect(check(withChoice(draftOf(config), 'task', 'regression')).errors['split.kind']).toContain('needs classes');
    expect(check(withChoice(draftOf(config), 'features', ['species', 'bill'])).errors['features']).toBe('The target cannot be a feature.');
  });

  it('counts pixels, steps and heads', () => {
    const image = draftWith({ model: ModelSpec.parse({ kind: 'cnn', image: { height: 28, width: 28, channels: 1 } }) });
    expect(check(image).errors['model.image.height']).toBe('28 \u00d7 28 is 784 pixels, but 2 features are chosen.');
    const series = draftWith({ model: ModelSpec.parse({ kind: 'recurrent', sequence: { from: 'columns', channels: 2 } }) });
    expect(check(series).errors['model.sequence.channels']).toContain('two whole steps');
    const words = draftWith({ features: ['note'], model: ModelSpec.parse({ kind: 'transformer', sequence: { from: 'words', steps: 8 }, width: 64, heads: 5 }) });
    expect(check(words).errors).toEqual({ 'model.heads': 'The width of 64 cannot be shared equally by 5 heads.' });
    expect(check(withChoice(words, 'features', ['bill'])).errors['features']).toBe('Choose exactly one column of text.');
  });

  it('refuses losses of the other task, two-class losses of three classes, and L1 in an exact solution', () => {
    expect(check(draftWith({ loss: { kind: 'huber', delta: 1 } })).errors['loss.kind']).toContain('for numbers');
    expect(check(draftWith({ loss: { kind: 'binary-cross-entropy' } })).errors['loss.kind']).toBe('It is for two classes, and species has 3.');
    expect(check(draftWith({ model: { kind: 'linear', solver: 'exact' }, l1: 0.1 })).errors['l1']).toContain('no L1 penalty');
    expect(check(draftWith({ weightColumn: 'bill' })).errors['weightColumn']).toContain('as well');
  });

  it('lets the past of the target be a feature of a forecast', () => {
    const draft = draftWith({ task: 'regression', target: 'bill', features: ['bill', 'mass'], split: { ...config.split, kind: 'time', timeColumn: null }, model: ModelSpec.parse({ kind: 'recurrent', sequence: { from: 'rows', steps: 8 } }) });
    expect(check(draft).errors).toEqual({});
  });

  it('warns of rows without target, of huge batches and of a time column that is also a feature', () => {
    const { warnings } = check(draftWith({ batchSize: 300, split: { ...config.split, kind: 'time', timeColumn: 'day', testShare: 0.05 }, features: ['bill', 'day'] }));
    expect(warnings).toHaveLength(4);
    expect(warnings[0]).toBe('4 rows without a value of species will be left out.');
  });

  it('keeps what a person has changed when another kind of model is chosen, but not its columns or sizes', () => {
    const suggested = config;
    const draft = typing({ seed: '7' }, withChoice(withChoice(draftOf(config, 'try'), 'loss', { kind: 'focal', gamma: 2 }), 'model.dropout', 0.5));
    const next = TrainConfig.parse({ ...config, features: ['note'], learningRate: 0.002, model: ModelSpec.parse({ kind: 'transformer', sequence: { from: 'words', steps: 32 } }) });
    const carried = carryOver(draft, suggested, next);
    expect(carried).toMatchObject({ name: 'try', typed: { seed: '7' }, config: { features: ['note'], learningRate: 0.002, loss: { kind: 'focal' }, model: { kind: 'transformer', dropout: 0.1 } } });
  });

  it('forecasts rows, inputs and parameters', () => {
    const plan = forecast(config, version, profiles);
    expect([plan.trainRows, plan.validationRows, plan.testRows]).toEqual([238, 51, 51]);
    // bill has a missing-value indicator: 3 inputs, then 64 and 32 units and 3 classes.
    expect(plan.inputCount).toBe(3);
    expect(plan.parameterCount).toBe(4 * 64 + 65 * 32 + 33 * 3);
  });

  it('reads numbers with grouping and lists with any separator', () => {
    expect([readNumber('12,000'), readNumber(' 1e-3 '), readNumber('')]).toEqual([12000, 0.001, NaN]);
    expect([readList('64, 32'), readList('64-32'), readList('128'), readList('')]).toEqual([[64, 32], [64, 32], [128], []]);
  });

  it('warns of features that cannot help', () => {
    expect(featureHint(profile('a', { missingCount: 344, distinctCount: 0 })).isWarning).toBe(true);
    expect(featureHint(profile('a', { distinctCount: 1 })).text).toBe('one value in every row; it tells nothing');
    expect(featureHint(profile('a', { type: 'integer', distinctCount: 344 })).text).toContain('as an id has');
    expect(featureHint(profile('a', { type: 'category', distinctCount: 3, missingCount: 11 }))).toEqual({ text: '3 values, 3.2 % missing', isWarning: false });
  });
});
