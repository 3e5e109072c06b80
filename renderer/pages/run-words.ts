/** How runs and their settings read. Pure. */
import type { Run } from '../../shared/domain/runs.ts';
import type { ModelSpec, SplitSpec, TaskKind, TrainConfig } from '../../shared/domain/train-config.ts';
import { formatNumber, formatPlural } from '../ui/format.ts';

/** "MLP 64-64, relu"; a linear model is logistic regression where it tells classes apart. */
export function modelName(model: ModelSpec, task?: TaskKind): string {
  if (model.kind === 'mlp') return `MLP ${model.hidden.join('-')}`;
  return task === undefined ? 'Linear' : task === 'classification' ? 'Logistic regression' : 'Linear regression';
}

/** What runs are grouped by: the kind without its sizes. */
export function modelKindName({ model, task }: TrainConfig): string {
  return model.kind === 'mlp' ? 'MLP' : task === 'classification' ? 'Logistic regression' : 'Linear regression';
}

/** The kind in one word, for the axis of a chart. */
export function shortKindName({ model, task }: TrainConfig): string {
  return model.kind === 'mlp' ? 'MLP' : task === 'classification' ? 'Logistic' : 'Linear';
}

/** "70 / 15 / 15 %, stratified": train, validation and test. */
export function splitWords(split: SplitSpec): string {
  const shares = [1 - split.validationShare - split.testShare, split.validationShare, split.testShare].map((share) => formatNumber(Math.round(Math.max(0, share) * 1000) / 10));
  return `${shares.join(' / ')} %, ${split.kind === 'time' ? `by ${split.timeColumn ?? 'time'}` : split.kind}`;
}

export interface Setting {
  readonly key: string;
  readonly term: string;
  readonly value: string;
}

/** Every setting of a run as term and value, in the order people think of them. */
export function settingsOf(config: TrainConfig): readonly Setting[] {
  const { model } = config;
  return [
    { key: 'task', term: 'Task', value: config.task === 'classification' ? 'Classification' : 'Regression' },
    { key: 'target', term: 'Target', value: config.target },
    { key: 'features', term: 'Features', value: formatPlural(config.features.length, 'column') },
    { key: 'model', term: 'Model', value: modelName(model, config.task) },
    { key: 'activation', term: 'Activation', value: model.kind === 'mlp' ? (model.activation === 'relu' ? 'ReLU' : 'tanh') : 'none' },
    { key: 'split', term: 'Split', value: splitWords(config.split) },
    { key: 'learningRate', term: 'Learning rate', value: formatNumber(config.learningRate) },
    { key: 'batchSize', term: 'Batch size', value: formatNumber(config.batchSize) },
    { key: 'maxEpochs', term: 'Most epochs', value: formatNumber(config.maxEpochs) },
    { key: 'patience', term: 'Early stopping', value: config.patience === null ? 'Off' : `After ${formatPlural(config.patience, 'epoch')}` },
    { key: 'l2', term: 'L2 penalty', value: formatNumber(config.l2) },
    { key: 'classWeights', term: 'Class weights', value: config.classWeights === 'balanced' ? 'Balanced' : 'None' },
    { key: 'maxCategories', term: 'Categories', value: formatNumber(config.maxCategories) },
    { key: 'seed', term: 'Seed', value: String(config.seed) },
    { key: 'threadCount', term: 'Threads', value: String(config.threadCount) },
  ];
}

/** How long a run took or has taken so far. */
export function elapsedMsOf(run: Run, nowMs: number): number {
  return run.result?.elapsedMs ?? (run.endedAtMs ?? nowMs) - run.startedAtMs;
}
