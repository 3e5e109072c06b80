import { describe, expect, it } from 'vitest';
import { featuresFor, freezeIndex, sourceWords } from '../../../../renderer/pages/train-import-words.ts';
import { kindFact, kindWords, sequenceChoices, unfitReason, withSequence } from '../../../../renderer/pages/train-kinds.ts';
import { limitsAt } from '../../../../renderer/pages/train-limits.ts';
import { trainFields } from '../../../../renderer/pages/train-fields.ts';
import type { Column } from '../../../../shared/domain/columns.ts';
import { LossChoice, modelKinds, ModelSpec, OptimizerChoice, ScheduleChoice, TrainConfig, type TrainConfig as Config } from '../../../../shared/domain/train-config.ts';
import { failureOf } from '../../../../shared/errors.ts';
import { config } from '../builders.ts';

const columns: Column[] = [{ name: 'day', type: 'date' }, { name: 'load', type: 'number' }, { name: 'wind', type: 'number' }, { name: 'note', type: 'text' }];
const withModel = (model: unknown, part: Partial<Config> = {}): Config => TrainConfig.parse({ ...config, task: 'regression', target: 'load', ...part, model: ModelSpec.parse(model) });
const forecasting = withModel({ kind: 'recurrent', sequence: { from: 'rows', steps: 24 } });

describe('the kinds of models', () => {
  it('names and describes every kind, the linear one by the task', () => {
    expect(kindWords('regression').map(({ kind }) => kind)).toEqual(modelKinds);
    expect(kindWords('classification')[0]?.title).toBe('Logistic regression');
    expect(kindWords('regression')[0]?.title).toBe('Linear regression');
  });

  it('says what a kind makes of the dataset', () => {
    expect(kindFact('cnn', withModel({ kind: 'cnn', image: { height: 32, width: 32, channels: 3 } }))).toBe('32 \u00d7 32 \u00d7 3 pixels');
    expect(kindFact('recurrent', forecasting)).toBe('24 rows of the past');
    expect(kindFact('transformer', withModel({ kind: 'transformer', sequence: { from: 'words', steps: 8 } }, { features: ['note'] }))).toBe('words of note');
    expect(kindFact('imported', config)).toBe('');
  });

  it('gives the reason why a kind does not fit as a sentence', () => {
    expect(unfitReason(failureOf('train/kind-unfit', { columns: 3, reason: 'it needs a text column' }))).toBe('It needs a text column.');
  });

  it('takes the columns that a sequence needs', () => {
    expect(withSequence(forecasting, 'words', columns)).toMatchObject({ features: ['note'], model: { sequence: { from: 'words' } } });
    expect(withSequence(forecasting, 'columns', columns).features).toEqual(['wind']);
    expect(withSequence(forecasting, 'rows', columns)).toMatchObject({ features: ['wind'], split: { kind: 'time', timeColumn: 'day' } });
  });

  it('says which sequences a dataset has', () => {
    const problems = Object.fromEntries(sequenceChoices(columns, forecasting).map(({ from, problem }) => [from, problem]));
    expect(problems).toEqual({ rows: null, columns: 'Needs at least two columns of numbers', words: null });
    expect(sequenceChoices(columns, { ...forecasting, task: 'classification' })[0]?.problem).toBe('Needs a target that is a number');
  });

  it('has limits for every field of every choice', () => {
    const image = { height: 8, width: 8, channels: 1, resizeTo: { height: 4, width: 4 } };
    const models = [
      { kind: 'mlp', hidden: [8] }, { kind: 'cnn', image }, { kind: 'resnet', image }, { kind: 'recurrent', sequence: { from: 'rows', steps: 4 } },
      { kind: 'cnn1d', sequence: { from: 'columns' } }, { kind: 'transformer', sequence: { from: 'words', steps: 4 } },
    ];
    const losses = [{ kind: 'cross-entropy', triplet: { weight: 1, margin: 1 } }, { kind: 'focal' }, { kind: 'huber' }, { kind: 'quantile' }].map((loss) => LossChoice.parse(loss));
    const optimizers = OptimizerChoice.options.map((option) => OptimizerChoice.parse({ kind: option.shape.kind.value }));
    const schedules = [{ kind: 'step', everyEpochs: 1 }, { kind: 'plateau' }].map((schedule) => ScheduleChoice.parse(schedule));
    const configs = [...models.map((model) => withModel(model)), ...losses.map((loss) => ({ ...config, loss })), ...optimizers.map((optimizer) => ({ ...config, optimizer })), ...schedules.map((schedule) => ({ ...config, schedule }))];
    const without = Object.keys(trainFields).filter((path) => !configs.some((each) => limitsAt(each, path) !== null));
    expect(without).toEqual([]);
  });
});

describe('an inspected ONNX file', () => {
  const layers = ['conv1', 'conv2', 'fc'].map((name) => ({ name, operators: [], parameterCount: 1, canTrain: true, reason: null }));

  it('counts the layers that keep their weights', () => {
    expect([freezeIndex(layers, null), freezeIndex(layers, 'conv2'), freezeIndex(layers, 'gone')]).toEqual([0, 2, 0]);
  });

  const port = (name: string) => ({ name, type: 'float32', shape: ['batch', 2] });
  const inspection = { opset: 17, producer: 'pytorch 2.13', isOwn: false, inputs: [port('x')], outputs: [port('y')], layers, parameterCount: 3, featureWidth: 2, outputWidth: 2, headLayer: 'fc', warnings: [], problem: null };

  it('says who wrote it and what it takes, and counts inputs that are many', () => {
    expect(sourceWords(inspection)).toBe('pytorch 2.13, opset 17. Takes x (batch \u00d7 2); gives y (batch \u00d7 2).');
    expect(sourceWords({ ...inspection, inputs: Array.from({ length: 196 }, (_, i) => port(`pixel${i}`)) })).toContain('Takes 196 columns;');
  });

  it('takes its own columns, or all numbers where they are as many as it takes', () => {
    expect(featuresFor(inspection, columns, 'day')).toEqual(['load', 'wind']);
    expect(featuresFor({ ...inspection, featureWidth: 9 }, columns, 'day')).toBeNull();
    expect(featuresFor({ ...inspection, isOwn: true, inputs: [port('wind'), port('note')] }, columns, 'load')).toEqual(['wind', 'note']);
    expect(featuresFor({ ...inspection, isOwn: true, inputs: [port('gone')] }, columns, 'load')).toBeNull();
  });
});
