import { describe, expect, it } from 'vitest';
import { checkDetails, checkedSentence, differenceOf, resourceFacts, speedShares, statusOf } from '../../../../renderer/pages/provider-words.ts';
import type { ProviderMeasurement, ProviderStatus } from '../../../../shared/domain/providers.ts';
import type { ProviderName } from '../../../../shared/domain/train-config.ts';

function aStatus(name: ProviderName, measured: Partial<ProviderMeasurement> | null, rest: Partial<ProviderStatus> = {}): ProviderStatus {
  const measurement: ProviderMeasurement | null = measured && {
    provider: name, differences: { forward: 0, gradient: 0, steps: 0 }, deviceShare: 1, operatorsOnCpu: [], tolerance: 0.001, toleranceReason: '', hasPassed: true, failure: null,
    speeds: { 'small-table': 200, 'large-table': 100, image: null }, measuredAtMs: 1, ...measured,
  };
  return { name, title: name, isAvailable: true, reason: null, fix: null, device: null, version: '1.30.0', measurement, ...rest };
}

describe('a provider', () => {
  it('reads as not available, not checked, passed or failed', () => {
    const words = [aStatus('dml', null, { isAvailable: false, reason: 'No.' }), aStatus('cpu', null), aStatus('cpu', {}), aStatus('cuda', { hasPassed: false, failure: 'It differs.' })].map((status) => statusOf(status).word);
    expect(words).toEqual(['Not available', 'Not checked', 'Passed', 'Failed']);
  });

  it('says how far it is from the CPU, once it has passed', () => {
    expect(differenceOf(aStatus('cpu', {}))).toBe('Repeats itself bit for bit');
    expect(differenceOf(aStatus('webgpu', {}))).toBe('Same bits as the CPU');
    expect(differenceOf(aStatus('webgpu', { differences: { forward: 1e-7, gradient: 2.345e-4, steps: 0 } }))).toMatch(/^Within 0\.00023 of the CPU; up to 0\.001 passes$/);
    expect(differenceOf(aStatus('webgpu', { hasPassed: false, failure: 'It differs.' }))).toBeNull();
  });

  it('says what ran on the CPU in its place', () => {
    const status = aStatus('webgpu', { deviceShare: 0.9, operatorsOnCpu: ['Gather', 'Loop'], toleranceReason: 'Rounding.' });
    expect(differenceOf(status)).toBe('Same bits as the CPU; 10 % of the operators run on the CPU');
    expect(checkDetails(status)).toBe('Rounding. On the CPU in its place: Gather, Loop.');
  });

  it('has bars beside the fastest of each network', () => {
    const [cpu, gpu] = [aStatus('cpu', {}), aStatus('webgpu', { speeds: { 'small-table': 50, 'large-table': 400, image: null } })];
    expect(speedShares([cpu, gpu], cpu).map(({ share }) => share)).toEqual([1, 0.25, 0]);
    expect(speedShares([cpu, gpu], gpu).map(({ share }) => share)).toEqual([0.25, 1, 0]);
  });
});

it('below the list stands when it was checked, or what the check is', () => {
  expect(checkedSentence([aStatus('cpu', null)])).toBe('Not checked yet with ONNX Runtime 1.30.0. The check takes a few seconds for each provider.');
  expect(checkedSentence([aStatus('cpu', { measuredAtMs: 1.7e12 })])).toMatch(/^Checked .*2023.* with ONNX Runtime 1\.30\.0\./);
});

it('what a run took of the computer reads as facts, with the graphics card where one worked', () => {
  expect(resourceFacts(undefined)).toEqual([]);
  const summary = { sampleCount: 3, meanCpuPercent: 97.6, peakMemoryBytes: 312e6, gpu: null, gpuReason: 'It runs on the CPU.' };
  expect(resourceFacts(summary).map(({ term, value }) => `${term}: ${value}`)).toEqual(['Peak memory: 312 MB', 'Processor use: 98 %']);
  expect(resourceFacts({ ...summary, gpu: { device: 'Card', meanUtilisation: 40.2, peakMemoryBytes: 1e9 } }).at(-1)).toMatchObject({ term: 'Graphics card', value: '40 %, 1 GB' });
});
