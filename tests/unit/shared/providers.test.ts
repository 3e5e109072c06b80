import { describe, expect, it } from 'vitest';
import { chooseProvider, workloadFor, type ProviderMeasurement } from '../../../shared/domain/providers.ts';
import { ModelSpec, type ProviderName } from '../../../shared/domain/train-config.ts';

const small = { model: ModelSpec.parse({ kind: 'mlp', hidden: [64, 64] }) };
const large = { model: ModelSpec.parse({ kind: 'mlp', hidden: [512, 512] }) };
const images = { model: ModelSpec.parse({ kind: 'cnn', image: { height: 28, width: 28, channels: 1 } }) };

function measured(provider: ProviderName, speeds: readonly [number, number, number], hasPassed = true): ProviderMeasurement {
  const [smallTable, largeTable, image] = speeds;
  return {
    provider, differences: { forward: 0, gradient: 0, steps: 0 }, deviceShare: 1, operatorsOnCpu: [], tolerance: 1e-3, toleranceReason: '', hasPassed, failure: hasPassed ? null : 'It differs.',
    speeds: { 'small-table': smallTable, 'large-table': largeTable, image }, measuredAtMs: 0,
  };
}

describe('"auto"', () => {
  const cpu = measured('cpu', [200_000, 20_000, 3000]);
  const gpu = measured('webgpu', [9000, 70_000, 60_000]);

  it('takes what trained a similar network fastest: the CPU for a small table, the device for images', () => {
    expect(chooseProvider([cpu, gpu], small).provider).toBe('cpu');
    expect(chooseProvider([cpu, gpu], large).provider).toBe('webgpu');
    expect(chooseProvider([gpu, cpu], images)).toEqual({ provider: 'webgpu', reason: 'WebGPU trained a network like this one 20 times as fast as CPU on this computer.' });
  });

  it('goes by measurement, not by name or order', () => {
    expect(chooseProvider([measured('cuda', [1, 1, 1]), measured('dml', [2, 2, 2])], large).provider).toBe('dml');
  });

  it('never takes what failed its check, however fast', () => {
    expect(chooseProvider([cpu, measured('cuda', [1e9, 1e9, 1e9], false)], images)).toMatchObject({ provider: 'cpu', reason: expect.stringContaining('only provider') });
  });

  it('takes the CPU where nothing was measured', () => {
    expect(chooseProvider([], small)).toMatchObject({ provider: 'cpu', reason: expect.stringContaining('No provider') });
  });
});

it('a model is like the timed network of its kind and size', () => {
  expect([small, large, images].map(workloadFor)).toEqual(['small-table', 'large-table', 'image']);
  expect(workloadFor({ model: ModelSpec.parse({ kind: 'linear' }) })).toBe('small-table');
  expect(workloadFor({ model: ModelSpec.parse({ kind: 'recurrent', sequence: { from: 'columns' } }) })).toBe('large-table');
});
