import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeRerun } from '../../../electron/app/rerun-verdict.ts';
import type { TrainerOutput } from '../../../electron/app/train-work.ts';
import { verdictWords } from '../../../shared/domain/rerun-words.ts';
import { RerunVerdict, type RunEnvironment, type RunResult } from '../../../shared/domain/runs.ts';
import { ObjectHash } from '../../../shared/domain/ids.ts';

const hash = (text: string): ObjectHash => ObjectHash.parse(createHash('sha256').update(text).digest('hex'));
const here: RunEnvironment = { appVersion: '1', onnxRuntimeVersion: '1.30.0', nodeVersion: '24', platform: 'linux x64', cpu: 'this', provider: 'cpu' };
const before: RunResult = {
  validation: { logLoss: 0.5 }, test: { logLoss: 0.5, rocAuc: null }, confusion: null, rowCounts: { train: 1, validation: 1, test: 1, dropped: 0 }, parameterCount: 1, epochCount: 1, bestEpoch: 1,
  stepCount: 10, samplesPerSecond: 1, elapsedMs: 1, graphHash: hash('graph'), weightsHash: hash('weights'), model: hash('model'), modelSizeBytes: 5, history: hash('history'), inputs: [], classes: [],
};

async function output(changes: { environment?: Partial<RunEnvironment>; weights?: string; largest?: number; steps?: number }): Promise<TrainerOutput> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-verdict-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const modelPath = join(folder, 'model');
  await writeFile(modelPath, changes.weights === undefined ? 'model' : `model of ${changes.weights}`);
  const { model: _model, modelSizeBytes: _size, history: _history, ...summary } = before;
  return {
    status: 'done', failure: null, onnxRuntimeVersion: '1.30.0', environment: { ...here, ...changes.environment }, modelPath, historyPath: '', tracePath: '', discard: () => Promise.resolve(),
    summary: { ...summary, weightsHash: hash(changes.weights ?? 'weights'), stepCount: changes.steps ?? 10, droppedFeatures: [], notes: [] },
    difference: changes.largest === undefined ? null : { step: { step: 3, before: 0.5, now: 0.5 + changes.largest }, tensor: { epoch: 1, name: 'parameter/output.weight' }, largest: changes.largest },
  };
}

describe('the verdict of a rerun', () => {
  it('is bitwise equal when every bit is', async () => {
    expect(await judgeRerun(before, here, await output({}))).toEqual({ kind: 'bitwise-equal' });
  });

  it('of small differences is within tolerance on other hardware, which is named, and different on the same', async () => {
    const elsewhere = await judgeRerun(before, { ...here, cpu: 'another' }, await output({ weights: 'other', largest: 1e-4 }));
    expect(elsewhere).toMatchObject({ kind: 'within-tolerance', largestDifference: 1e-4, tolerance: 0.01, environment: ['Processor: another before, this now.'] });
    expect(verdictWords(elsewhere)).toEqual({
      title: 'Equal within tolerance',
      sentences: [
        'Losses differ by at most 0.0001, relative to their size; 0.01 is allowed on this provider.', 'Processor: another before, this now.',
        'The first loss that differs is of step 3: 0.5 before, 0.5001 now.', 'The first tensor that differs is parameter/output.weight, at the end of epoch 1.',
      ],
    });
    expect(await judgeRerun(before, here, await output({ weights: 'other', largest: 1e-4 }))).toMatchObject({ kind: 'different', first: { step: { step: 3 } } });
  });

  it('of large differences, or of another number of steps, is different also on other hardware', async () => {
    const gpu = { environment: { provider: 'webgpu' as const }, weights: 'other' };
    expect(await judgeRerun(before, here, await output({ ...gpu, largest: 0.04 }))).toMatchObject({ kind: 'within-tolerance', tolerance: 0.05 });
    expect(await judgeRerun(before, here, await output({ ...gpu, largest: 0.06 }))).toMatchObject({ kind: 'different', differences: ['The weights differ.', 'The exported model differs.', 'Provider: cpu before, webgpu now.'] });
    expect(await judgeRerun(before, here, await output({ ...gpu, largest: 0.01, steps: 11 }))).toMatchObject({ kind: 'different' });
  });

  it('that was recorded before steps were compared is still read', () => {
    expect(RerunVerdict.parse({ kind: 'different', differences: ['The weights differ.'] })).toEqual({ kind: 'different', differences: ['The weights differ.'] });
  });
});
