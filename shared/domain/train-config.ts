/**
 * What a training run is asked to do. Everything a run depends on besides code and data is here; the same
 * configuration on the same data gives the same run. Fields that came later have the default that means what runs did before.
 */
import { z } from 'zod';
import { ObjectHash, VersionId } from './ids.ts';

export const taskKinds = ['classification', 'regression'] as const;
export const TaskKind = z.enum(taskKinds);
export type TaskKind = z.infer<typeof TaskKind>;

const units = z.number().int().min(1).max(4096);
const share = z.number().min(0).max(0.9);
const activation = z.enum(['relu', 'tanh', 'gelu']);

/** How features make up the input of a model that sees more than a row of numbers. */
const imageSize = z.object({
  height: z.number().int().min(4).max(512),
  width: z.number().int().min(4).max(512),
  channels: z.number().int().min(1).max(4),
  /** The size the network sees; null takes the images as they are. */
  resizeTo: z.object({ height: z.number().int().min(4).max(512), width: z.number().int().min(4).max(512) }).nullable().default(null),
});

/** Random changes of training images; none of them is in the exported model. */
const Augmentation = z.object({
  /** Mirror left and right with probability 1/2. */
  flip: z.boolean().default(false),
  /** Shift by up to this many pixels each way. */
  shift: z.number().int().min(0).max(32).default(0),
  /** Gaussian-like noise of this standard deviation, in units of the scaled pixels. */
  noise: z.number().min(0).max(1).default(0),
});
export type Augmentation = z.infer<typeof Augmentation>;

/** Where a sequence comes from. */
export const SequenceSpec = z.discriminatedUnion('from', [
  /** The features in order are the steps of one series per row, with `channels` numbers a step, step by step. */
  z.object({ from: z.literal('columns'), channels: z.number().int().min(1).max(256).default(1) }),
  /** Rows follow each other in time; the model sees the last `steps` of them and predicts the target 1..horizon rows ahead. */
  z.object({ from: z.literal('rows'), steps: z.number().int().min(2).max(1024), horizon: z.number().int().min(1).max(256).default(1) }),
  /** One text column, split at white space into at most `steps` words. */
  z.object({
    from: z.literal('words'), steps: z.number().int().min(2).max(512),
    /** Words kept, most frequent first; the rest become "other". */
    vocabulary: z.number().int().min(8).max(50_000).default(5000),
  }),
]);
export type SequenceSpec = z.infer<typeof SequenceSpec>;

export const ModelSpec = z.discriminatedUnion('kind', [
  /** Linear or logistic regression, by the task. "exact" solves to the optimum (normal equations, or Newton's method); it needs l1 = 0. */
  z.object({ kind: z.literal('linear'), solver: z.enum(['gradient', 'exact']).default('gradient') }),
  /** Multilayer perceptron. */
  z.object({
    kind: z.literal('mlp'),
    hidden: z.array(units).min(1).max(8),
    activation: activation.default('relu'),
    dropout: share.default(0),
    /** Trained vectors for categories instead of one feature per category. */
    embeddings: z.boolean().default(false),
    normalization: z.enum(['none', 'batch', 'layer']).default('none'),
  }),
  /** Small convolutional network: blocks of convolution, Relu and pooling, then dense layers. */
  z.object({
    kind: z.literal('cnn'), image: imageSize,
    filters: z.array(z.number().int().min(1).max(512)).min(1).max(5).default([16, 32]),
    hidden: units.default(128), dropout: share.default(0),
    augmentation: Augmentation.prefault({}),
  }),
  /** Residual network: stages of residual blocks with batch normalisation. */
  z.object({
    kind: z.literal('resnet'), image: imageSize,
    filters: z.array(z.number().int().min(1).max(512)).min(1).max(4).default([16, 32, 64]),
    blocksPerStage: z.number().int().min(1).max(4).default(1), dropout: share.default(0),
    augmentation: Augmentation.prefault({}),
  }),
  /** Gated recurrent unit, or long short-term memory. */
  z.object({
    kind: z.literal('recurrent'), sequence: SequenceSpec,
    cell: z.enum(['gru', 'lstm']).default('gru'), units: units.default(64), layers: z.number().int().min(1).max(4).default(1), dropout: share.default(0),
  }),
  /** One-dimensional convolutions with growing dilation. */
  z.object({
    kind: z.literal('cnn1d'), sequence: SequenceSpec,
    filters: z.array(z.number().int().min(1).max(512)).min(1).max(8).default([32, 32, 32]),
    kernel: z.number().int().min(2).max(15).default(3), dropout: share.default(0),
  }),
  /** Transformer encoder with learned positions. */
  z.object({
    kind: z.literal('transformer'), sequence: SequenceSpec,
    width: z.number().int().min(8).max(512).default(64), heads: z.number().int().min(1).max(16).default(4),
    layers: z.number().int().min(1).max(8).default(2), feedForward: units.default(128), dropout: share.default(0.1),
  }),
  /** A model of a file, trained on. */
  z.object({
    kind: z.literal('imported'),
    /** The ONNX file, as an object of the project, and what it was called. */
    model: ObjectHash, fileName: z.string().max(255),
    /** Layers up to and including this one keep their weights; null trains all. */
    freezeUpTo: z.string().nullable(),
    /** A new last layer, for other classes or another target. */
    replaceHead: z.boolean(),
  }),
]);
export type ModelSpec = z.infer<typeof ModelSpec>;
export type ModelKind = ModelSpec['kind'];
export const modelKinds = ['linear', 'mlp', 'cnn', 'resnet', 'recurrent', 'cnn1d', 'transformer', 'imported'] as const satisfies readonly ModelKind[];

/** The specification of one kind of model. */
export type ModelOf<K extends ModelKind> = Extract<ModelSpec, { kind: K }>;

/** What a model is called where its run has no name. */
export function modelName(model: ModelSpec): string {
  switch (model.kind) {
    case 'linear': return 'Linear';
    case 'mlp': return `MLP ${model.hidden.join('-')}`;
    case 'cnn': return `CNN ${model.filters.join('-')}`;
    case 'resnet': return `ResNet ${model.filters.join('-')}`;
    case 'recurrent': return `${model.cell.toUpperCase()} ${model.units}`;
    case 'cnn1d': return `1D CNN ${model.filters.join('-')}`;
    case 'transformer': return `Transformer ${model.width}`;
    case 'imported': return `Fine-tuned ${model.fileName}`;
  }
}

/** Whether a model sees consecutive rows; these have an order even without a time. */
export function isOfRows(model: ModelSpec): boolean {
  return 'sequence' in model && model.sequence.from === 'rows';
}

/** The loss to minimise; "auto" is cross-entropy for classes and the squared error for numbers. */
export const LossChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('auto') }),
  z.object({
    kind: z.literal('cross-entropy'), labelSmoothing: z.number().min(0).max(0.5).default(0),
    /** Also pulls rows of one class together in the last hidden layer, by the triplet loss with this weight and margin. */
    triplet: z.object({ weight: z.number().positive().max(10), margin: z.number().positive().max(10) }).nullable().default(null),
  }),
  /** Two classes and one output. */
  z.object({ kind: z.literal('binary-cross-entropy') }),
  z.object({ kind: z.literal('focal'), gamma: z.number().min(0).max(10).default(2) }),
  z.object({ kind: z.literal('squared') }),
  z.object({ kind: z.literal('absolute') }),
  /** Quadratic up to delta (in standard deviations of the target), linear beyond. */
  z.object({ kind: z.literal('huber'), delta: z.number().positive().max(100).default(1) }),
  /** One output per level; the middle one is the prediction. */
  z.object({ kind: z.literal('quantile'), levels: z.array(z.number().gt(0).lt(1)).min(1).max(9).default([0.1, 0.5, 0.9]) }),
  /** Counts: the model gives the logarithm of their mean. */
  z.object({ kind: z.literal('poisson') }),
]);
export type LossChoice = z.infer<typeof LossChoice>;

export const OptimizerChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('adam') }),
  /** Adam with weight decay apart from the gradient. */
  z.object({ kind: z.literal('adamw'), weightDecay: z.number().min(0).max(10).default(0.01) }),
  z.object({ kind: z.literal('sgd'), momentum: z.number().min(0).lt(1).default(0.9), nesterov: z.boolean().default(false) }),
  z.object({ kind: z.literal('rmsprop'), decay: z.number().gt(0).lt(1).default(0.99) }),
  z.object({ kind: z.literal('lion'), weightDecay: z.number().min(0).max(10).default(0) }),
]);
export type OptimizerChoice = z.infer<typeof OptimizerChoice>;

/** How the learning rate changes; `learningRate` is its highest value. */
export const ScheduleChoice = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('constant') }),
  /** Times `factor` after every `everyEpochs`. */
  z.object({ kind: z.literal('step'), everyEpochs: z.number().int().min(1).max(10_000), factor: z.number().gt(0).lt(1).default(0.1) }),
  /** Half a cosine down to zero at maxEpochs. */
  z.object({ kind: z.literal('cosine') }),
  z.object({ kind: z.literal('one-cycle') }),
  /** Times `factor` when the validation loss has not improved for `patience` epochs. */
  z.object({ kind: z.literal('plateau'), patience: z.number().int().min(1).max(1000).default(3), factor: z.number().gt(0).lt(1).default(0.5) }),
]);
export type ScheduleChoice = z.infer<typeof ScheduleChoice>;

export const SplitSpec = z.object({
  kind: z.enum(['random', 'stratified', 'time']),
  /** The column that orders rows for `time`; null otherwise. */
  timeColumn: z.string().nullable(),
  validationShare: z.number().gt(0).lt(0.9),
  testShare: z.number().gt(0).lt(0.9),
});
export type SplitSpec = z.infer<typeof SplitSpec>;

export const providerNames = ['cpu', 'cuda', 'tensorrt', 'dml', 'coreml', 'webgpu'] as const;
export const ProviderName = z.enum(providerNames);
export type ProviderName = z.infer<typeof ProviderName>;

export const TrainConfig = z.object({
  versionId: VersionId,
  task: TaskKind,
  target: z.string(),
  features: z.array(z.string()).min(1),
  model: ModelSpec,
  split: SplitSpec,
  seed: z.number().int().min(0).max(0xffffffff),
  maxEpochs: z.number().int().min(1).max(10_000),
  batchSize: z.number().int().min(1).max(65_536),
  learningRate: z.number().positive().max(10),
  /** L2 penalty on weights (not biases), added to the gradient. */
  l2: z.number().min(0).max(10),
  /** L1 penalty on weights, added to the gradient. */
  l1: z.number().min(0).max(10).default(0),
  /** Stop after this many epochs without a better validation loss; null trains all epochs. */
  patience: z.number().int().min(1).nullable(),
  classWeights: z.enum(['none', 'balanced']),
  /** Categories kept per column, most frequent first; the rest become "other". */
  maxCategories: z.number().int().min(2).max(1000),
  /** ONNX Runtime intra-op threads; large matrix products depend on it bit for bit, so it is recorded. */
  threadCount: z.number().int().min(1).max(64),
  loss: LossChoice.default({ kind: 'auto' }),
  /** The column that weighs rows in the loss; null weighs all the same. */
  weightColumn: z.string().nullable().default(null),
  optimizer: OptimizerChoice.default({ kind: 'adam' }),
  schedule: ScheduleChoice.default({ kind: 'constant' }),
  /** Epochs over which the learning rate rises from zero. */
  warmupEpochs: z.number().min(0).max(1000).default(0),
  /** The gradient of all parameters is scaled down to this Euclidean norm; null leaves it. */
  clipNorm: z.number().positive().nullable().default(null),
  /** Each element of the gradient is cut off at plus and minus this; null leaves it. */
  clipValue: z.number().positive().nullable().default(null),
  /** Batches whose gradients are averaged into one step. */
  accumulate: z.number().int().min(1).max(64).default(1),
  /** Decay per step of the moving average of weights that is scored and kept; null keeps the weights themselves. */
  averageDecay: z.number().gt(0).lt(1).nullable().default(null),
  /** Mixes pairs of training rows and their targets, by Beta(alpha, alpha); null does not. */
  mixup: z.number().positive().max(10).nullable().default(null),
  /** "mixed" computes products in float16 where the provider gains from it. */
  precision: z.enum(['float32', 'mixed']).default('float32'),
  provider: z.enum([...providerNames, 'auto']).default('cpu'),
  /** Seconds between checkpoints. */
  checkpointSeconds: z.number().min(0.01).max(3600).default(15),
});
export type TrainConfig = z.infer<typeof TrainConfig>;
