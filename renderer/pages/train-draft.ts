/** The training form as it is typed: text for numbers, checked as a whole; and the sentence that says what will happen. Pure. */
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { TrainConfig, type SplitSpec, type TaskKind } from '../../shared/domain/train-config.ts';
import { formatCount, formatPlural } from '../ui/format.ts';

/** Numbers as typed; the rest as the config has it. Shares are in percent. */
export interface TrainDraft {
  readonly versionId: TrainConfig['versionId'];
  readonly name: string;
  readonly target: string;
  readonly task: TaskKind;
  readonly features: readonly string[];
  readonly modelKind: 'linear' | 'mlp';
  /** Sizes of the hidden layers, as in "64, 64". */
  readonly hidden: string;
  readonly activation: 'relu' | 'tanh';
  readonly splitKind: SplitSpec['kind'];
  readonly timeColumn: string | null;
  readonly validationPercent: string;
  readonly testPercent: string;
  readonly seed: string;
  readonly maxEpochs: string;
  readonly batchSize: string;
  readonly learningRate: string;
  readonly l2: string;
  readonly stopsEarly: boolean;
  readonly patience: string;
  readonly balancesClasses: boolean;
  readonly maxCategories: string;
  readonly threadCount: string;
}

export type DraftField = keyof TrainDraft;
export type DraftErrors = Partial<Record<DraftField, string>>;

/** The fields that can be wrong, as the form names them. */
export const fieldNames: Partial<Record<DraftField, string>> = {
  target: 'Target', features: 'Features', hidden: 'Hidden layers', splitKind: 'Split', timeColumn: 'Ordered by', validationPercent: 'Validation', testPercent: 'Test', seed: 'Seed',
  maxEpochs: 'Most epochs', batchSize: 'Batch size', learningRate: 'Learning rate', l2: 'L2 penalty', patience: 'Patience', maxCategories: 'Categories per column', threadCount: 'Threads',
};

export function draftOf(config: TrainConfig, name = ''): TrainDraft {
  const { model, split } = config;
  return {
    versionId: config.versionId, name, target: config.target, task: config.task, features: config.features,
    modelKind: model.kind, hidden: model.kind === 'mlp' ? model.hidden.join(', ') : '64, 64', activation: model.kind === 'mlp' ? model.activation : 'relu',
    splitKind: split.kind, timeColumn: split.timeColumn, validationPercent: percentText(split.validationShare), testPercent: percentText(split.testShare),
    seed: String(config.seed), maxEpochs: String(config.maxEpochs), batchSize: String(config.batchSize), learningRate: String(config.learningRate), l2: String(config.l2),
    stopsEarly: config.patience !== null, patience: String(config.patience ?? 10), balancesClasses: config.classWeights === 'balanced',
    maxCategories: String(config.maxCategories), threadCount: String(config.threadCount),
  };
}

export interface CheckedDraft {
  /** Null while something is wrong. */
  readonly config: TrainConfig | null;
  readonly errors: DraftErrors;
  /** What works but deserves a look. */
  readonly warnings: readonly string[];
}

/** Reads the draft into a config; every wrong field has a sentence that says what it takes. */
export function checkDraft(draft: TrainDraft, version: DatasetVersion, profiles: readonly ColumnProfile[] | null): CheckedDraft {
  const errors: DraftErrors = {};
  const number = (field: DraftField & keyof Numbers, rule: NumberRule): number => {
    const value = readNumber(String(draft[field]));
    const problem = numberProblem(value, rule);
    if (problem) errors[field] = problem;
    return value;
  };
  const names = new Set(version.columns.map((column) => column.name));
  if (!names.has(draft.target)) errors.target = 'Choose the column to predict.';
  if (draft.features.length === 0) errors.features = 'Choose at least one feature.';
  else if (draft.features.includes(draft.target)) errors.features = 'The target cannot be a feature.';
  const hidden = draft.modelKind === 'mlp' ? readLayers(draft.hidden) : [];
  if (typeof hidden === 'string') errors.hidden = hidden;
  const validation = number('validationPercent', { min: 1, max: 89 });
  const test = number('testPercent', { min: 1, max: 89 });
  if (!errors.validationPercent && !errors.testPercent && validation + test > 90) errors.testPercent = 'Validation and test together leave too little to train on; keep them at 90 % or less.';
  if (draft.splitKind === 'time' && draft.timeColumn === null) errors.timeColumn = 'Choose the column that orders the rows.';
  if (draft.splitKind === 'stratified' && draft.task === 'regression') errors.splitKind = 'A stratified split needs classes; choose random or by time.';
  const config = {
    versionId: draft.versionId, task: draft.task, target: draft.target, features: [...draft.features],
    model: draft.modelKind === 'linear' ? { kind: 'linear' } : { kind: 'mlp', hidden, activation: draft.activation },
    split: { kind: draft.splitKind, timeColumn: draft.splitKind === 'time' ? draft.timeColumn : null, validationShare: validation / 100, testShare: test / 100 },
    seed: number('seed', { min: 0, max: 0xffffffff, isWhole: true }), maxEpochs: number('maxEpochs', { min: 1, max: 10_000, isWhole: true }),
    batchSize: number('batchSize', { min: 1, max: 65_536, isWhole: true }), learningRate: number('learningRate', { min: 0, max: 10, isAboveMin: true }), l2: number('l2', { min: 0, max: 10 }),
    patience: draft.stopsEarly ? number('patience', { min: 1, max: 10_000, isWhole: true }) : null,
    classWeights: draft.balancesClasses && draft.task === 'classification' ? 'balanced' : 'none',
    maxCategories: number('maxCategories', { min: 2, max: 1000, isWhole: true }), threadCount: number('threadCount', { min: 1, max: 64, isWhole: true }),
  };
  const parsed = Object.keys(errors).length === 0 ? TrainConfig.safeParse(config) : null;
  return { config: parsed?.success ? parsed.data : null, errors, warnings: warningsOf(draft, version, profiles, test) };
}

type Numbers = Pick<TrainDraft, 'validationPercent' | 'testPercent' | 'seed' | 'maxEpochs' | 'batchSize' | 'learningRate' | 'l2' | 'patience' | 'maxCategories' | 'threadCount'>;
interface NumberRule { readonly min: number; readonly max: number; readonly isWhole?: boolean; readonly isAboveMin?: boolean; }

/** A typed number; grouping commas and spaces are allowed, "" is not a number. */
export function readNumber(text: string): number {
  const plain = text.replace(/[\s,_]/g, '').replace('\u2212', '-');
  return plain === '' ? NaN : Number(plain);
}

function numberProblem(value: number, { min, max, isWhole, isAboveMin }: NumberRule): string | null {
  const range = isAboveMin ? `above ${formatCount(min)} and at most ${formatCount(max)}` : `between ${formatCount(min)} and ${formatCount(max)}`;
  if (!Number.isFinite(value)) return `Enter a ${isWhole ? 'whole number' : 'number'} ${range}.`;
  if (isWhole && !Number.isInteger(value)) return `Enter a whole number ${range}.`;
  return value < min || value > max || (isAboveMin && value === min) ? `Must be ${range}.` : null;
}

/** "64, 32" or "64-32" as sizes; a sentence where it is not. */
export function readLayers(text: string): number[] | string {
  const sizes = text.split(/[\s,;x-]+/).filter(Boolean).map(Number);
  if (sizes.length === 0) return 'Enter the size of each hidden layer, as in 64, 64.';
  if (sizes.length > 8) return 'At most 8 hidden layers.';
  return sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 4096) ? sizes : 'Each size must be a whole number between 1 and 4,096.';
}

function warningsOf(draft: TrainDraft, version: DatasetVersion, profiles: readonly ColumnProfile[] | null, testPercent: number): readonly string[] {
  const warnings: string[] = [];
  const target = profiles?.find((profile) => profile.name === draft.target);
  if (target) {
    if (target.missingCount > 0) warnings.push(`${formatPlural(target.missingCount, 'row')} without a value of ${draft.target} will be left out.`);
    if (draft.task === 'classification' && target.distinctCount > 50) warnings.push(`${draft.target} has ${formatCount(target.distinctCount)} different values; is it meant as classes?`);
    if (target.distinctCount < 2) warnings.push(`${draft.target} has only one value; there is nothing to learn.`);
  }
  const batch = readNumber(draft.batchSize);
  if (Number.isFinite(batch) && batch > version.rowCount * 0.5) warnings.push(`A batch of ${formatCount(batch)} is more than half of the rows; a smaller one learns faster.`);
  if (testPercent >= 1 && (version.rowCount * testPercent) / 100 < 30) warnings.push(`The test part will have about ${formatPlural(Math.round((version.rowCount * testPercent) / 100), 'row')}; its metrics will be rough.`);
  if (draft.splitKind === 'time' && draft.timeColumn !== null && draft.features.includes(draft.timeColumn)) warnings.push(`${draft.timeColumn} orders the split and is also a feature: later rows have values never seen in training.`);
  return warnings;
}

export interface Forecast { readonly trainRows: number; readonly validationRows: number; readonly testRows: number; readonly inputCount: number | null; readonly parameterCount: number | null; readonly stepsPerEpoch: number; }

/**
 * What the run will be about: rows of each part, inputs after one-hot coding, and parameters.
 * The counts of inputs are close, not exact: which columns get a missing-value indicator is known only from the train part.
 */
export function forecast(config: TrainConfig, version: DatasetVersion, profiles: readonly ColumnProfile[] | null): Forecast {
  const target = profiles?.find((profile) => profile.name === config.target);
  const rows = version.rowCount - (target?.missingCount ?? 0);
  const testRows = Math.round(rows * config.split.testShare);
  const validationRows = Math.round(rows * config.split.validationShare);
  const trainRows = Math.max(0, rows - testRows - validationRows);
  const inputCount = profiles ? config.features.reduce((sum, name) => sum + widthOf(profiles.find((profile) => profile.name === name), config.maxCategories), 0) : null;
  const outputCount = config.task === 'regression' ? 1 : target?.distinctCount ?? null;
  const sizes = inputCount === null || outputCount === null ? null : [inputCount, ...(config.model.kind === 'mlp' ? config.model.hidden : []), outputCount];
  const parameterCount = sizes?.slice(1).reduce((sum, size, index) => sum + ((sizes[index] ?? 0) + 1) * size, 0) ?? null;
  return { trainRows, validationRows, testRows, inputCount, parameterCount, stepsPerEpoch: Math.max(1, Math.floor(trainRows / config.batchSize)) };
}

function widthOf(profile: ColumnProfile | undefined, maxCategories: number): number {
  if (!profile) return 1;
  const isCategorical = profile.type === 'category' || profile.type === 'text' || profile.type === 'boolean';
  // One input per kept category, one for the others where there are any, one for missing values.
  const width = isCategorical ? Math.min(profile.distinctCount, maxCategories + 1) : 1;
  return width + (profile.missingCount > 0 ? 1 : 0);
}

function percentText(share: number): string {
  return String(Number((share * 100).toFixed(4)));
}
