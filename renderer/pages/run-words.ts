/** How runs and their models read. Pure. */
import type { Run } from '../../shared/domain/runs.ts';
import { modelName as specName, type ModelKind, type ModelSpec, type SplitSpec, type TaskKind } from '../../shared/domain/train-config.ts';
import { formatNumber } from '../ui/format.ts';

/** "MLP 64-64"; a linear model is logistic regression where it tells classes apart. */
export function modelName(model: ModelSpec, task?: TaskKind): string {
  if (model.kind !== 'linear' || task === undefined) return specName(model);
  return modelKindName(model, task);
}

/** What runs are grouped by: the kind without its sizes. */
export function modelKindName({ kind }: { readonly kind: ModelKind }, task: TaskKind): string {
  switch (kind) {
    case 'linear': return task === 'classification' ? 'Logistic regression' : 'Linear regression';
    case 'mlp': return 'Multilayer perceptron';
    case 'cnn': return 'Convolutional network';
    case 'resnet': return 'Residual network';
    case 'recurrent': return 'GRU or LSTM';
    case 'cnn1d': return '1D convolutional network';
    case 'transformer': return 'Transformer encoder';
    case 'imported': return 'Fine-tuned';
  }
}

const shortNames: Readonly<Record<ModelKind, string>> = {
  linear: 'Linear', mlp: 'MLP', cnn: 'CNN', resnet: 'ResNet', recurrent: 'RNN', cnn1d: '1D CNN', transformer: 'Transformer', imported: 'Fine-tuned',
};

/** Solved to the optimum in one go: batches, epochs, optimizer and schedule mean nothing. */
export function isExact({ model }: { readonly model: ModelSpec }): boolean {
  return model.kind === 'linear' && model.solver === 'exact';
}

/** The kind in one word, for filters and the axis of a chart. */
export function shortKindName(kind: ModelKind): string {
  return shortNames[kind];
}

/** "70 / 15 / 15 %, stratified": train, validation and test. */
export function splitWords(split: SplitSpec): string {
  const shares = [1 - split.validationShare - split.testShare, split.validationShare, split.testShare].map((share) => formatNumber(Math.round(Math.max(0, share) * 1000) / 10));
  return `${shares.join(' / ')} %, ${split.kind === 'time' ? `by ${split.timeColumn ?? 'the order of rows'}` : split.kind}`;
}

/** How long a run took or has taken so far. */
export function elapsedMsOf(run: Run, nowMs: number): number {
  return run.result?.elapsedMs ?? (run.endedAtMs ?? nowMs) - run.startedAtMs;
}
