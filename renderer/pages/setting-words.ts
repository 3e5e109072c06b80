/** How the settings of a run read, each as term and value. Pure. */
import type { LossChoice, ModelSpec, OptimizerChoice, ScheduleChoice, TrainConfig } from '../../shared/domain/train-config.ts';
import { formatNumber, formatPlural } from '../ui/format.ts';
import { isExact, modelName, splitWords } from './run-words.ts';

export const lossNames: Readonly<Record<LossChoice['kind'], string>> = {
  auto: 'Automatic', 'cross-entropy': 'Cross-entropy', 'binary-cross-entropy': 'Binary cross-entropy', focal: 'Focal', squared: 'Squared error', absolute: 'Absolute error', huber: 'Huber', quantile: 'Quantile', poisson: 'Poisson',
};

function lossWords(loss: LossChoice): string {
  const name = lossNames[loss.kind];
  switch (loss.kind) {
    case 'cross-entropy': return [name, ...(loss.labelSmoothing > 0 ? [`smoothing ${formatNumber(loss.labelSmoothing)}`] : []), ...(loss.triplet ? [`triplet ${formatNumber(loss.triplet.weight)}`] : [])].join(', ');
    case 'focal': return `${name}, gamma ${formatNumber(loss.gamma)}`;
    case 'huber': return `${name}, delta ${formatNumber(loss.delta)}`;
    case 'quantile': return `${name} ${loss.levels.map((level) => formatNumber(level)).join(', ')}`;
    default: return name;
  }
}

export const optimizerNames: Readonly<Record<OptimizerChoice['kind'], string>> = { adam: 'Adam', adamw: 'AdamW', sgd: 'SGD', rmsprop: 'RMSprop', lion: 'Lion' };

function optimizerWords(optimizer: OptimizerChoice): string {
  const name = optimizerNames[optimizer.kind];
  switch (optimizer.kind) {
    case 'adam': return name;
    case 'adamw': case 'lion': return optimizer.weightDecay === 0 ? name : `${name}, decay ${formatNumber(optimizer.weightDecay)}`;
    case 'sgd': return `${name}${optimizer.momentum === 0 ? '' : `, momentum ${formatNumber(optimizer.momentum)}`}${optimizer.nesterov ? ', Nesterov' : ''}`;
    case 'rmsprop': return `${name}, decay ${formatNumber(optimizer.decay)}`;
  }
}

export const scheduleNames: Readonly<Record<ScheduleChoice['kind'], string>> = { constant: 'Constant', step: 'In steps', cosine: 'Cosine', 'one-cycle': 'One cycle', plateau: 'On plateau' };

function scheduleWords(schedule: ScheduleChoice, warmupEpochs: number): string {
  const detail = schedule.kind === 'step' ? `, times ${formatNumber(schedule.factor)} every ${formatPlural(schedule.everyEpochs, 'epoch')}`
    : schedule.kind === 'plateau' ? `, times ${formatNumber(schedule.factor)} after ${formatPlural(schedule.patience, 'epoch')}` : '';
  return `${scheduleNames[schedule.kind]}${detail}${warmupEpochs > 0 ? `, warm-up of ${formatPlural(warmupEpochs, 'epoch')}` : ''}`;
}

const optional = (value: number | null): string => (value === null ? 'Off' : formatNumber(value));

export interface Setting {
  readonly key: string;
  readonly term: string;
  readonly value: string;
  /** Left as it is in most runs: shown only where it says something. */
  readonly isUsual?: boolean;
}

/** Every setting of a run as term and value, in the order people think of them; the same keys for all runs. */
export function settingsOf(config: TrainConfig): readonly Setting[] {
  const { model } = config;
  const hasCourse = !isExact(config);
  // What an exact solution has no use for.
  const ofCourse = (value: string): string => (hasCourse ? value : 'none');
  const hasCategories = !('image' in model) && !('sequence' in model && model.sequence.from !== 'rows');
  const activations = { relu: 'ReLU', tanh: 'tanh', gelu: 'GELU' } as const;
  return [
    { key: 'task', term: 'Task', value: config.task === 'classification' ? 'Classification' : 'Regression' },
    { key: 'target', term: 'Target', value: config.target },
    { key: 'features', term: 'Features', value: formatPlural(config.features.length, 'column') },
    { key: 'model', term: 'Model', value: modelName(model, config.task) },
    { key: 'input', term: 'Input', value: inputWords(model), isUsual: !('image' in model || 'sequence' in model) },
    { key: 'details', term: 'Architecture', value: detailWords(model), isUsual: detailWords(model) === 'none' },
    { key: 'activation', term: 'Activation', value: model.kind === 'mlp' ? activations[model.activation] : 'none', isUsual: model.kind !== 'mlp' },
    { key: 'dropout', term: 'Dropout', value: 'dropout' in model ? optional(model.dropout || null) : 'Off', isUsual: !('dropout' in model) || model.dropout === 0 },
    { key: 'split', term: 'Split', value: splitWords(config.split) },
    { key: 'loss', term: 'Loss', value: lossWords(config.loss), isUsual: config.loss.kind === 'auto' },
    { key: 'optimizer', term: 'Optimizer', value: ofCourse(optimizerWords(config.optimizer)), isUsual: !hasCourse },
    { key: 'learningRate', term: 'Learning rate', value: ofCourse(formatNumber(config.learningRate)), isUsual: !hasCourse },
    { key: 'schedule', term: 'Schedule', value: ofCourse(scheduleWords(config.schedule, config.warmupEpochs)), isUsual: !hasCourse || config.schedule.kind === 'constant' && config.warmupEpochs === 0 },
    { key: 'batchSize', term: 'Batch size', value: ofCourse(formatNumber(config.batchSize)), isUsual: !hasCourse },
    { key: 'accumulate', term: 'Accumulation', value: config.accumulate === 1 ? 'Off' : `${config.accumulate} batches a step`, isUsual: config.accumulate === 1 },
    { key: 'maxEpochs', term: 'Most epochs', value: ofCourse(formatNumber(config.maxEpochs)), isUsual: !hasCourse },
    { key: 'patience', term: 'Early stopping', value: config.patience === null ? 'Off' : `After ${formatPlural(config.patience, 'epoch')}`, isUsual: !hasCourse },
    { key: 'l2', term: 'L2 penalty', value: formatNumber(config.l2) },
    { key: 'l1', term: 'L1 penalty', value: formatNumber(config.l1), isUsual: config.l1 === 0 },
    { key: 'clipNorm', term: 'Clipped norm', value: optional(config.clipNorm), isUsual: config.clipNorm === null },
    { key: 'clipValue', term: 'Clipped elements', value: optional(config.clipValue), isUsual: config.clipValue === null },
    { key: 'averageDecay', term: 'Averaged weights', value: optional(config.averageDecay), isUsual: config.averageDecay === null },
    { key: 'mixup', term: 'Mixup', value: optional(config.mixup), isUsual: config.mixup === null },
    { key: 'classWeights', term: 'Class weights', value: config.classWeights === 'balanced' ? 'Balanced' : 'None', isUsual: config.classWeights === 'none' },
    { key: 'weightColumn', term: 'Weights of rows', value: config.weightColumn ?? 'None', isUsual: config.weightColumn === null },
    { key: 'maxCategories', term: 'Categories', value: formatNumber(config.maxCategories), isUsual: !hasCategories },
    { key: 'seed', term: 'Seed', value: String(config.seed) },
    { key: 'threadCount', term: 'Threads', value: String(config.threadCount) },
    { key: 'precision', term: 'Precision', value: config.precision === 'mixed' ? 'Mixed, 16 and 32 bit' : '32 bit', isUsual: config.precision === 'float32' },
    { key: 'provider', term: 'Provider', value: config.provider === 'auto' ? 'Automatic' : config.provider.toUpperCase(), isUsual: config.provider === 'cpu' },
  ];
}

/** What one sample is, for models that see more than a row of numbers. */
function inputWords(model: ModelSpec): string {
  if ('image' in model) {
    const { height, width, channels, resizeTo } = model.image;
    return `${height} \u00d7 ${width}${channels === 1 ? '' : ` \u00d7 ${channels}`} px${resizeTo ? `, seen as ${resizeTo.height} \u00d7 ${resizeTo.width}` : ''}`;
  }
  if (!('sequence' in model)) return 'row';
  const { sequence } = model;
  switch (sequence.from) {
    case 'rows': return `${formatPlural(sequence.steps, 'row')}, ${sequence.horizon} ahead`;
    case 'columns': return `series, ${formatPlural(sequence.channels, 'number')} a step`;
    case 'words': return `${formatPlural(sequence.steps, 'word')} of ${formatNumber(sequence.vocabulary)}`;
  }
}

/** What the name of the model does not say. */
function detailWords(model: ModelSpec): string {
  switch (model.kind) {
    case 'linear': return model.solver === 'exact' ? 'solved exactly' : 'none';
    case 'mlp': return [...(model.embeddings ? ['embeddings'] : []), ...(model.normalization === 'none' ? [] : [`${model.normalization} norm`])].join(', ') || 'none';
    case 'cnn': return [`dense ${model.hidden}`, ...augmentationWords(model)].join(', ');
    case 'resnet': return [formatPlural(model.blocksPerStage, 'block') + ' a stage', ...augmentationWords(model)].join(', ');
    case 'recurrent': return formatPlural(model.layers, 'layer');
    case 'cnn1d': return `kernel ${model.kernel}`;
    case 'transformer': return `${formatPlural(model.layers, 'layer')}, ${formatPlural(model.heads, 'head')}`;
    case 'imported': return [model.freezeUpTo === null ? 'all layers train' : `frozen up to ${model.freezeUpTo}`, ...(model.replaceHead ? ['new last layer'] : [])].join(', ');
  }
}

function augmentationWords({ augmentation }: Extract<ModelSpec, { augmentation: unknown }>): string[] {
  return [
    ...(augmentation.flip ? ['mirrored'] : []), ...(augmentation.shift > 0 ? [`shifted ${augmentation.shift} px`] : []), ...(augmentation.noise > 0 ? [`noise ${formatNumber(augmentation.noise)}`] : []),
  ];
}
