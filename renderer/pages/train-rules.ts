/** What a training configuration has to fulfil beyond the limits of its numbers, and what is worth a warning. Pure. */
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { isOfRows, type LossChoice, type TaskKind, type TrainConfig } from '../../shared/domain/train-config.ts';
import { formatCount, formatPlural } from '../ui/format.ts';
import { isExact } from './run-words.ts';

type Profiles = readonly ColumnProfile[] | null;
type Problem = readonly [path: string, sentence: string];

/** By path of the field: what does not fit, as a sentence. */
export function ruleProblems(config: TrainConfig, version: DatasetVersion, profiles: Profiles): Readonly<Record<string, string>> {
  return Object.fromEntries([...columnProblems(config, version), ...splitProblems(config), ...modelProblems(config, version), ...lossProblems(config, profiles)].reverse());
}

function columnProblems({ target, features, model }: TrainConfig, version: DatasetVersion): Problem[] {
  const names = new Set(version.columns.map((column) => column.name));
  const unknown = features.find((name) => !names.has(name));
  return [
    ...(names.has(target) ? [] : [['target', 'Choose the column to predict.'] as const]),
    // The past of the target may well be what a forecast is made from.
    ...(features.includes(target) && !isOfRows(model) ? [['features', 'The target cannot be a feature.'] as const] : []),
    ...(unknown === undefined ? [] : [['features', `This version has no column ${unknown}.`] as const]),
  ];
}

function splitProblems({ split, task, model }: TrainConfig): Problem[] {
  const problems: Problem[] = [];
  if (split.validationShare + split.testShare > 0.9) problems.push(['split.testShare', 'Validation and test together leave too little to train on; keep them at 90 % or less.']);
  if (split.kind === 'time' && split.timeColumn === null && !isOfRows(model)) problems.push(['split.timeColumn', 'Choose the column that orders the rows.']);
  if (split.kind === 'stratified' && task === 'regression') problems.push(['split.kind', 'A stratified split needs classes; choose random or by time.']);
  return problems;
}

function modelProblems({ model, features, l1, loss }: TrainConfig, version: DatasetVersion): Problem[] {
  const types = new Map(version.columns.map((column) => [column.name, column.type]));
  const isNumeric = (name: string): boolean => ['integer', 'number', 'boolean'].includes(types.get(name) ?? '');
  const needsNumbers = (): Problem[] => {
    const odd = features.find((name) => !isNumeric(name));
    return odd === undefined ? [] : [['features', `${odd} has no numbers; every column must be one number of the input.`]];
  };
  if ('image' in model) {
    const { height, width, channels } = model.image;
    const count = height * width * channels;
    const sum = `${height} \u00d7 ${width}${channels === 1 ? '' : ` \u00d7 ${channels}`} is ${formatCount(count)} pixels`;
    return [...needsNumbers(), ...(count === features.length ? [] : [['model.image.height', `${sum}, but ${formatPlural(features.length, 'feature is', 'features are')} chosen.`] as const])];
  }
  if ('sequence' in model) {
    const { sequence } = model;
    const problems: Problem[] = [];
    if (sequence.from === 'columns') {
      const steps = features.length / sequence.channels;
      problems.push(...needsNumbers());
      if (!Number.isInteger(steps) || steps < 2) problems.push(['model.sequence.channels', `${formatPlural(features.length, 'feature does', 'features do')} not make at least two whole steps of ${formatCount(sequence.channels)}.`]);
    }
    if (sequence.from === 'words' && (features.length !== 1 || !['text', 'category'].includes(types.get(features[0] ?? '') ?? ''))) problems.push(['features', 'Choose exactly one column of text.']);
    if (model.kind === 'transformer' && model.width % model.heads !== 0) problems.push(['model.heads', `The width of ${formatCount(model.width)} cannot be shared equally by ${formatPlural(model.heads, 'head')}.`]);
    return problems;
  }
  if (model.kind === 'linear' && model.solver === 'exact') {
    return [
      ...(l1 > 0 ? [['l1', 'The exact solution has no L1 penalty; set it to 0, or solve step by step.'] as const] : []),
      ...(loss.kind === 'auto' || loss.kind === 'squared' || (loss.kind === 'cross-entropy' && loss.labelSmoothing === 0) ? [] : [['loss.kind', 'The exact solution is for the squared error or the cross-entropy; choose automatic, or solve step by step.'] as const]),
    ];
  }
  return [];
}

const classLosses: ReadonlySet<LossChoice['kind']> = new Set(['cross-entropy', 'binary-cross-entropy', 'focal']);

/** Whether a loss is for the task. */
export function suitsTask(loss: LossChoice['kind'], task: TaskKind): boolean {
  return loss === 'auto' || classLosses.has(loss) === (task === 'classification');
}

function lossProblems({ loss, task, target, features, weightColumn }: TrainConfig, profiles: Profiles): Problem[] {
  const profile = profiles?.find((each) => each.name === target);
  const problems: Problem[] = [];
  if (!suitsTask(loss.kind, task)) problems.push(['loss.kind', task === 'classification' ? 'This loss is for numbers, and the target is a class.' : 'This loss is for classes, and the target is a number.']);
  else if (loss.kind === 'binary-cross-entropy' && profile && profile.distinctCount !== 2) problems.push(['loss.kind', `It is for two classes, and ${target} has ${formatCount(profile.distinctCount)}.`]);
  else if (loss.kind === 'poisson' && profile?.numeric && profile.numeric.min < 0) problems.push(['loss.kind', `It is for counts, and ${target} has negative values.`]);
  if (weightColumn !== null && (weightColumn === target || features.includes(weightColumn))) problems.push(['weightColumn', 'A column of weights cannot be the target or a feature as well.']);
  return problems;
}

/** What works but deserves a look. */
export function warningsOf(config: TrainConfig, version: DatasetVersion, profiles: Profiles): readonly string[] {
  const { target, task, split, batchSize, features } = config;
  const warnings: string[] = [];
  const profile = profiles?.find((each) => each.name === target);
  if (profile) {
    if (profile.missingCount > 0) warnings.push(`${formatPlural(profile.missingCount, 'row')} without a value of ${target} will be left out.`);
    if (task === 'classification' && profile.distinctCount > 50) warnings.push(`${target} has ${formatCount(profile.distinctCount)} different values; is it meant as classes?`);
    if (profile.distinctCount < 2) warnings.push(`${target} has only one value; there is nothing to learn.`);
  }
  if (batchSize > version.rowCount * 0.5 && !isExact(config)) warnings.push(`A batch of ${formatCount(batchSize)} is more than half of the rows; a smaller one learns faster.`);
  const testRows = Math.round(version.rowCount * split.testShare);
  if (testRows < 30) warnings.push(`The test part will have about ${formatPlural(testRows, 'row')}; its metrics will be rough.`);
  if (split.kind === 'time' && split.timeColumn !== null && features.includes(split.timeColumn)) warnings.push(`${split.timeColumn} orders the split and is also a feature: later rows have values never seen in training.`);
  return warnings;
}
