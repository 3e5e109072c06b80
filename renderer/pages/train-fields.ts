/** The fields of a training configuration that are typed as text: what they are called, and what they do. */

export interface FieldWords {
  readonly label: string;
  readonly hint?: string;
  readonly unit?: string;
  /** A list of numbers; the word is what it is a list of. */
  readonly listOf?: string;
  /** A share that is shown and typed in percent. */
  readonly isPercent?: boolean;
}

const image = {
  height: { label: 'Height', unit: 'px' }, width: { label: 'Width', unit: 'px' }, channels: { label: 'Channels', hint: '1 for grey, 3 for colour' },
  resizeHeight: { label: 'Height seen', unit: 'px' }, resizeWidth: { label: 'Width seen', unit: 'px' },
} as const satisfies Record<string, FieldWords>;

/** By their path in the configuration. */
export const trainFields = {
  'split.validationShare': { label: 'Validation', unit: '%', isPercent: true, hint: 'Decides when to stop' },
  'split.testShare': { label: 'Test', unit: '%', isPercent: true, hint: 'Seen once, at the end' },
  'model.hidden': { label: 'Hidden layers', listOf: 'size of each hidden layer', hint: 'Units per layer, input first' },
  'model.filters': { label: 'Filters', listOf: 'number of filters of each block', hint: 'Per block, first to last' },
  'model.dropout': { label: 'Dropout', hint: 'Share of units left out of each step' },
  'model.image.height': image.height, 'model.image.width': image.width, 'model.image.channels': image.channels,
  'model.image.resizeTo.height': image.resizeHeight, 'model.image.resizeTo.width': image.resizeWidth,
  'model.augmentation.shift': { label: 'Shift by up to', unit: 'px' },
  'model.augmentation.noise': { label: 'Noise', hint: 'Deviation, in scaled pixels' },
  'model.blocksPerStage': { label: 'Blocks per stage', hint: 'Two convolutions each' },
  'model.sequence.steps': { label: 'Steps', hint: 'How far the model looks back' },
  'model.sequence.horizon': { label: 'Horizon', unit: 'rows', hint: 'How far ahead it predicts' },
  'model.sequence.channels': { label: 'Numbers per step', hint: 'Columns are read step by step' },
  'model.sequence.vocabulary': { label: 'Vocabulary', unit: 'words', hint: 'The rest become \u201cother\u201d' },
  'model.units': { label: 'Units', hint: 'Size of its memory' },
  'model.layers': { label: 'Layers' },
  'model.kernel': { label: 'Kernel', unit: 'steps', hint: 'Width of each filter' },
  'model.width': { label: 'Width', hint: 'A multiple of the heads' },
  'model.heads': { label: 'Heads', hint: 'Views that attend side by side' },
  'model.feedForward': { label: 'Feed-forward units' },
  'loss.labelSmoothing': { label: 'Label smoothing', hint: 'Share given to the other classes' },
  'loss.triplet.weight': { label: 'Triplet weight', hint: 'Against the cross-entropy' },
  'loss.triplet.margin': { label: 'Triplet margin', hint: 'Distance asked between classes' },
  'loss.gamma': { label: 'Gamma', hint: 'Higher: harder rows first' },
  'loss.delta': { label: 'Delta', hint: 'In deviations; linear beyond' },
  'loss.levels': { label: 'Levels', listOf: 'levels between 0 and 1', hint: 'Nearest 0.5: the prediction' },
  learningRate: { label: 'Learning rate', hint: 'Its highest value' },
  batchSize: { label: 'Batch size', unit: 'rows' },
  maxEpochs: { label: 'Most epochs', hint: 'Passes over the train part' },
  'optimizer.weightDecay': { label: 'Weight decay', hint: 'Apart from the gradient' },
  'optimizer.momentum': { label: 'Momentum' },
  'optimizer.decay': { label: 'Decay', hint: 'Of the mean of squared gradients' },
  'schedule.everyEpochs': { label: 'Every', unit: 'epochs' },
  'schedule.factor': { label: 'Times', hint: 'What is left of the rate' },
  'schedule.patience': { label: 'After', unit: 'epochs', hint: 'Without a better validation loss' },
  warmupEpochs: { label: 'Warm-up', unit: 'epochs', hint: 'The rate rises from zero' },
  clipNorm: { label: 'Clip the gradient\u2019s norm', hint: 'Longer ones are scaled down to it' },
  clipValue: { label: 'Clip each element', hint: 'At plus and minus this' },
  accumulate: { label: 'Accumulate', unit: 'batches', hint: 'Averaged into one step' },
  averageDecay: { label: 'Average decay', hint: 'Per step; 0.999 looks back some 1,000' },
  patience: { label: 'Patience', unit: 'epochs', hint: 'Without a better loss' },
  l2: { label: 'L2 penalty', hint: 'On weights, not on biases' },
  l1: { label: 'L1 penalty', hint: 'Drives weights to zero' },
  mixup: { label: 'Mixup alpha', hint: 'Mixes pairs of rows, by Beta(alpha, alpha)' },
  maxCategories: { label: 'Categories per column', hint: 'The rest become \u201cother\u201d' },
  seed: { label: 'Seed', hint: 'Same seed, same run' },
  threadCount: { label: 'Threads', hint: 'Recorded: bits can depend on it' },
  checkpointSeconds: { label: 'Checkpoint every', unit: 's', hint: 'Lost at most in a crash' },
} as const satisfies Record<string, FieldWords>;

export type FieldPath = keyof typeof trainFields;

/** Fields that are chosen, not typed, and can still be wrong. */
const chosenLabels: Readonly<Record<string, string>> = {
  target: 'Target', features: 'Features', 'split.kind': 'Split', 'split.timeColumn': 'Ordered by', 'loss.kind': 'Loss', weightColumn: 'Weights', model: 'Model', 'model.solver': 'Solver',
  'model.sequence.from': 'Sequence', precision: 'Precision', provider: 'Provider', 'model.model': 'ONNX file', task: 'Task',
};

export function fieldWords(path: string): FieldWords {
  return (trainFields as Readonly<Record<string, FieldWords>>)[path] ?? { label: chosenLabels[path] ?? path };
}
