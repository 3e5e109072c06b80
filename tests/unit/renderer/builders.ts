/** Runs as data for tests of pages and state. */
import type { Run, RunResult } from '../../../shared/domain/runs.ts';
import type { TrainConfig } from '../../../shared/domain/train-config.ts';
import { Run as RunSchema } from '../../../shared/domain/runs.ts';

const id = (seed: string): string => seed.padEnd(26, '0');
const hash = (seed: string): string => seed.padEnd(64, '0');

export const config: TrainConfig = RunSchema.shape.config.parse({
  versionId: id('v'), task: 'classification', target: 'species', features: ['bill', 'mass'], model: { kind: 'mlp', hidden: [64, 32], activation: 'relu' },
  split: { kind: 'stratified', timeColumn: null, validationShare: 0.15, testShare: 0.15 }, seed: 1, maxEpochs: 100, batchSize: 32, learningRate: 0.01, l2: 0.0001,
  patience: 15, classWeights: 'none', maxCategories: 50, threadCount: 1,
});

const result = {
  validation: { logLoss: 0.2, accuracy: 0.95 }, test: { logLoss: 0.25, accuracy: 0.94 }, confusion: null, rowCounts: { train: 240, validation: 51, test: 51, dropped: 2 },
  parameterCount: 2403, epochCount: 60, bestEpoch: 52, stepCount: 480, samplesPerSecond: 90_000, elapsedMs: 1800, graphHash: hash('a'), weightsHash: hash('b'), model: hash('c'),
  modelSizeBytes: 12_000, history: hash('d'), inputs: [{ name: 'bill', type: 'number' as const }], classes: ['Adelie', 'Gentoo'],
};

/** A finished run; `number` is in its label and its id. */
export function runOf(number: number, part: Partial<Omit<Run, 'config' | 'result'>> & { readonly config?: Partial<TrainConfig>; readonly result?: Partial<RunResult> | null } = {}): Run {
  const { config: configPart, result: resultPart, ...rest } = part;
  return RunSchema.parse({
    id: id(`r${number}`), label: `R${number}`, name: `run ${number}`, status: 'done', config: { ...config, ...configPart }, datasetId: id('d'), datasetName: 'penguins', versionNumber: 1, dataHash: hash('e'),
    environment: null, result: resultPart === null ? null : { ...result, ...resultPart }, failure: null, tags: [], note: '', colour: number - 1, startedAtMs: number * 1000, endedAtMs: number * 1000 + 500, createdBy: 'Ana', device: 'a', ...rest,
  });
}
