import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../../../renderer/pages/setting-words.ts';
import { ModelSpec, TrainConfig } from '../../../../shared/domain/train-config.ts';
import { config } from '../builders.ts';

const words = (part: object): Record<string, string> => Object.fromEntries(settingsOf(TrainConfig.parse({ ...config, ...part })).map(({ term, value }) => [term, value]));

describe('the settings of a run', () => {
  it('have the same terms for every kind of model, so that two runs can be compared line by line', () => {
    const models = [{ kind: 'linear' }, { kind: 'cnn', image: { height: 8, width: 8, channels: 1 } }, { kind: 'transformer', sequence: { from: 'words', steps: 8 } }].map((model) => ModelSpec.parse(model));
    const terms = models.map((model) => settingsOf({ ...config, model }).map(({ key }) => key));
    expect(terms[1]).toEqual(terms[0]);
    expect(terms[2]).toEqual(terms[0]);
  });

  it('leave out what is as in most runs', () => {
    const shown = settingsOf(config).filter((setting) => !setting.isUsual).map(({ term }) => term);
    expect(shown).not.toContain('Mixup');
    expect(shown).not.toContain('Schedule');
    expect(shown).toContain('Optimizer');
  });

  it('say what a model sees and how it is trained', () => {
    expect(words({ model: ModelSpec.parse({ kind: 'recurrent', sequence: { from: 'rows', steps: 24, horizon: 3 } }) })).toMatchObject({ Model: 'GRU 64', Input: '24 rows, 3 ahead', Architecture: '1 layer' });
    expect(words({ loss: { kind: 'quantile' }, optimizer: { kind: 'sgd', nesterov: true }, schedule: { kind: 'step', everyEpochs: 5 }, warmupEpochs: 2 })).toMatchObject({
      Loss: 'Quantile 0.1, 0.5, 0.9', Optimizer: 'SGD, momentum 0.9, Nesterov', Schedule: 'In steps, times 0.1 every 5 epochs, warm-up of 2 epochs',
    });
  });
});
