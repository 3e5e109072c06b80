/** Configurations to start from: for a dataset, a target and, where the user chose one, a kind of model. */
import type { z } from 'zod';
import type { Column, ColumnProfile } from '../../shared/domain/columns.ts';
import type { DatasetVersion } from '../../shared/domain/datasets.ts';
import { pixelColumnNames } from '../../shared/domain/images.ts';
import type { VersionId } from '../../shared/domain/ids.ts';
import { TrainConfig, type ModelKind } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { noteOf, type ColumnNote } from '../../shared/domain/column-notes.ts';
import { listColumnNotes } from './columns.ts';
import type { AppContext } from './context.ts';
import { getVersion, profileVersion } from './datasets.ts';

type Draft = z.input<typeof TrainConfig>;

const maxSuggestedClasses = 50;
/** Fewer numbers than this are no series. */
const fewestSteps = 8;
/** Longer series take hours: a transformer compares every step with every other, the others go through them one by one. */
const mostSteps = { recurrent: 1024, cnn1d: 4096, transformer: 256 } as const;

/** What is known of the data when a kind is fitted to it. */
interface Facts {
  readonly version: DatasetVersion;
  readonly target: string;
  readonly rowCount: number;
  /** What people have said of the columns. */
  readonly notes: readonly ColumnNote[];
  readonly distinctOf: (name: string) => number;
  /** Whether the values of a column are mostly several words. */
  readonly hasWords: (name: string) => boolean;
}

/**
 * The task by the target's type and distinct values, features, split and sizes that suit the data and the kind of model
 * (null: linear for small tables, a perceptron for others).
 * @throws AppError data/unknown-column; train/no-features when the target is the only column; train/kind-unfit with the reason.
 */
export async function suggestConfig(context: AppContext, versionId: VersionId, target: string, kind: ModelKind | null = null): Promise<TrainConfig> {
  const version = getVersion(context.store, versionId);
  const column = version.columns.find(({ name }) => name === target);
  if (!column) throw fail('data/unknown-column', { column: target, dataset: 'the dataset', columns: version.columns.map(({ name }) => name).join(', ') });
  const profile = await profileVersion(context, versionId);
  const profileOf = (name: string): ColumnProfile | undefined => profile.find((each) => each.name === name);
  const distinctOf = (name: string): number => profileOf(name)?.distinctCount ?? 0;
  const hasWords = (name: string): boolean => {
    const values = profileOf(name)?.topValues ?? [];
    return values.filter(({ value }) => /\S\s+\S/.test(value)).length * 2 > values.length;
  };
  const notes = listColumnNotes(context, version.datasetId);
  const facts: Facts = { version, target, rowCount: version.rowCount, notes, distinctOf, hasWords };
  const base = tableDraft(facts, column);
  return TrainConfig.parse({ ...base, ...changesFor(kind, base, facts) });
}

/** What holds for tables, and where other kinds start from. */
function tableDraft({ version, target, rowCount, notes, distinctOf }: Facts, column: Column): Draft {
  const isNumeric = column.type === 'number' || (column.type === 'integer' && distinctOf(target) > maxSuggestedClasses);
  const task = isNumeric ? 'regression' : 'classification';
  const others = version.columns.filter(({ name, type }) => name !== target && type !== 'image');
  const allowed = others.filter(({ name }) => mayBeFeature(notes, name));
  // What people have said of a column goes before what it looks like.
  const usable = allowed.filter((each) => noteOf(notes, each.name)?.role === 'feature' || isUsableFeature(each, distinctOf(each.name), rowCount));
  // Where nothing looks usable, the user still gets a form to correct; training says what is wrong with each column.
  const features = (usable.length > 0 ? usable : allowed).map(({ name }) => name);
  if (features.length === 0) throw fail('train/no-features', { reason: others.length === 0 ? `"${target}" is the only column` : 'every other column has a role that is not feature' });
  return {
    versionId: version.id, task, target, features,
    model: rowCount < 300 ? { kind: 'linear' } : { kind: 'mlp', hidden: rowCount > 20_000 ? [64, 64] : [32] },
    split: { kind: task === 'classification' ? 'stratified' : 'random', timeColumn: null, validationShare: 0.15, testShare: 0.15 },
    seed: 1,
    maxEpochs: rowCount > 200_000 ? 10 : 100,
    batchSize: rowCount > 200_000 ? 512 : rowCount > 20_000 ? 128 : 32,
    learningRate: rowCount > 20_000 ? 0.002 : 0.01,
    l2: 0.0001,
    patience: rowCount > 200_000 ? 3 : 15,
    classWeights: 'none',
    maxCategories: 50,
    weightColumn: others.find(({ name, type }) => noteOf(notes, name)?.role === 'weight' && (type === 'integer' || type === 'number'))?.name ?? null,
    threadCount: 1,
  };
}

function changesFor(kind: ModelKind | null, base: Draft, facts: Facts): Partial<Draft> {
  switch (kind) {
    case null: return {};
    case 'linear': return { model: { kind } };
    case 'mlp': return { model: { kind, hidden: facts.rowCount > 20_000 ? [64, 64] : [32] } };
    case 'cnn': return { ...deep, ...imageDraft(facts, (image) => ({ kind, image })) };
    case 'resnet': return { ...deep, ...imageDraft(facts, (image) => ({ kind, image })) };
    case 'recurrent': return { ...deep, ...sequenceDraft(kind, base, facts) };
    case 'cnn1d': return { ...deep, ...sequenceDraft(kind, base, facts) };
    case 'transformer': return { ...deep, ...sequenceDraft(kind, base, facts) };
    case 'imported': return { learningRate: 0.001, batchSize: 64, l2: 0, maxEpochs: 20, patience: 5 };
  }
}

const deep = { learningRate: 0.002, batchSize: 64, l2: 0, maxEpochs: 20, patience: 5, threadCount: 2 } satisfies Partial<Draft>;

/** All columns but the target that hold numbers, constant ones too: an image has pixels that never change. */
function numericNames({ version, target, notes }: Facts): string[] {
  return version.columns.filter(({ name, type }) => name !== target && (type === 'number' || type === 'integer') && mayBeFeature(notes, name)).map(({ name }) => name);
}

function imageDraft(
  facts: Facts, model: (image: { height: number; width: number; channels: number }) => Draft['model'],
): Partial<Draft> {
  const { source, columns } = facts.version;
  if (source.kind === 'pixels') {
    const names = pixelColumnNames(source.settings);
    if (names.every((name) => columns.some((column) => column.name === name))) return { features: names, model: model({ height: source.settings.height, width: source.settings.width, channels: source.settings.colours === 'rgb' ? 3 : 1 }) };
  }
  const features = numericNames(facts);
  for (const channels of [1, 3]) {
    const side = Math.sqrt(features.length / channels);
    if (Number.isInteger(side) && side >= 4) return { features, model: model({ height: side, width: side, channels }) };
  }
  throw unfit(facts, `images are one numeric column per pixel, such as 784 for 28 x 28, and there are ${features.length} numeric columns`);
}

/** Consecutive rows where the table has a time and a numeric target; else one text column; else a series in the columns. */
function sequenceDraft(kind: 'recurrent' | 'cnn1d' | 'transformer', base: Draft, facts: Facts): Partial<Draft> {
  const { columns } = facts.version;
  const times = columns.filter(({ name, type }) => name !== facts.target && (type === 'date' || type === 'timestamp'));
  const time = times.find(({ name }) => noteOf(facts.notes, name)?.role === 'time') ?? times[0];
  if (time !== undefined && base.task === 'regression') {
    return {
      features: [facts.target, ...base.features.filter((name) => name !== time.name)],
      split: { ...base.split, kind: 'time', timeColumn: time.name },
      model: { kind, sequence: { from: 'rows', steps: 24 } },
    };
  }
  const text = columns.find(({ name, type }) => name !== facts.target && mayBeFeature(facts.notes, name) && (type === 'text' || (type === 'category' && facts.hasWords(name))));
  if (text !== undefined) return { features: [text.name], model: { kind, sequence: { from: 'words', steps: 32 } } };
  const features = numericNames(facts);
  if (features.length > mostSteps[kind]) throw unfit(facts, `a series of ${features.length} steps is too long for it; ${mostSteps[kind]} are the limit`);
  if (features.length >= fewestSteps) return { features, model: { kind, sequence: { from: 'columns' } } };
  throw unfit(facts, `it needs a time column and a numeric target, a text column, or a series in at least ${fewestSteps} numeric columns`);
}

function unfit({ version }: Facts, reason: string): Error {
  return fail('train/kind-unfit', { columns: version.columns.length, reason });
}

/** A column of no role, or of the role feature: ids, weights, splits and what is to be ignored say nothing about other rows. */
function mayBeFeature(notes: readonly ColumnNote[], name: string): boolean {
  const role = noteOf(notes, name)?.role ?? null;
  return role === null || role === 'feature';
}

/** Text, time stamps and columns that name each row are left out of a first suggestion. */
function isUsableFeature({ type }: Column, distinctCount: number, rowCount: number): boolean {
  if (type === 'text' || type === 'timestamp' || type === 'date') return false;
  if (distinctCount <= 1) return false;
  const isIdentifier = (type === 'integer' || type === 'category') && distinctCount === rowCount && rowCount > 20;
  return !isIdentifier;
}
