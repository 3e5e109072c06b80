/** The kinds of models as a person chooses among them: what each is, what it makes of this dataset, or why it cannot. Pure. */
import type { Column } from '../../shared/domain/columns.ts';
import { modelKinds, SequenceSpec, type ModelKind, type ModelSpec, type SequenceSpec as Sequence, type TaskKind, type TrainConfig } from '../../shared/domain/train-config.ts';
import type { Failure } from '../../shared/errors.ts';
import { formatCount, formatPlural } from '../ui/format.ts';
import { modelKindName } from './run-words.ts';

export interface KindWords {
  readonly kind: ModelKind;
  readonly title: string;
  /** One plain sentence. */
  readonly what: string;
}

const sentences: Readonly<Record<ModelKind, string>> = {
  linear: 'One weight per input; fast, and explains itself.',
  mlp: 'Layers of units over the columns of a table.',
  cnn: 'Filters slide over an image, one column per pixel.',
  resnet: 'Deeper, with shortcuts between layers; for images.',
  recurrent: 'Reads a series step by step, and remembers.',
  cnn1d: 'Filters slide over the steps of a series.',
  transformer: 'Each step looks at all others; for short texts.',
  imported: 'Goes on from the weights of another model.',
};

export function kindWords(task: TaskKind): readonly KindWords[] {
  return modelKinds.map((kind) => ({ kind, title: kind === 'imported' ? 'Fine-tune an ONNX file' : modelKindName({ kind }, task), what: sentences[kind] }));
}

/** What the kind makes of the dataset: "28 × 28 pixels", "24 rows of the past". */
export function kindFact(kind: ModelKind, { model, features }: TrainConfig): string {
  if (kind === 'imported') return '';
  if ('image' in model) {
    const { height, width, channels } = model.image;
    return `${height} \u00d7 ${width}${channels === 1 ? '' : ` \u00d7 ${channels}`} pixels`;
  }
  if ('sequence' in model) return sequenceFact(model.sequence, features);
  return formatPlural(features.length, 'column');
}

function sequenceFact(sequence: Sequence, features: readonly string[]): string {
  switch (sequence.from) {
    case 'rows': return `${formatCount(sequence.steps)} rows of the past`;
    case 'words': return `words of ${features[0] ?? 'a text'}`;
    case 'columns': return `${formatPlural(Math.floor(features.length / sequence.channels), 'step')} in a row`;
  }
}

/** Why a kind does not fit, as a short sentence. */
export function unfitReason({ code, what, details }: Failure): string {
  const { reason } = details;
  if (code !== 'train/kind-unfit' || typeof reason !== 'string') return what;
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

const numeric: ReadonlySet<Column['type']> = new Set(['integer', 'number', 'boolean']);
const textual: ReadonlySet<Column['type']> = new Set(['text', 'category']);

export interface SequenceChoice {
  readonly from: Sequence['from'];
  readonly label: string;
  readonly what: string;
  /** Why the dataset has no such sequence; null where it has. */
  readonly problem: string | null;
}

/** What the steps of a sequence can be in this dataset. */
export function sequenceChoices(columns: readonly Column[], { target, task }: TrainConfig): readonly SequenceChoice[] {
  const others = columns.filter((column) => column.name !== target);
  return [
    { from: 'rows', label: 'Rows that follow each other', what: 'Predicts the target of rows that come', problem: task === 'regression' ? null : 'Needs a target that is a number' },
    { from: 'columns', label: 'Columns of one row', what: 'Each row is a series of its own', problem: others.filter(({ type }) => numeric.has(type)).length >= 2 ? null : 'Needs at least two columns of numbers' },
    { from: 'words', label: 'Words of one column', what: 'Each row is a text of its own', problem: others.some(({ type }) => textual.has(type)) ? null : 'Needs a column of text' },
  ];
}

/** The configuration with its sequence taken from elsewhere, and the columns that this needs. */
export function withSequence(config: TrainConfig, from: Sequence['from'], columns: readonly Column[]): TrainConfig {
  const { model, target, split } = config;
  if (!('sequence' in model)) return config;
  const others = columns.filter((column) => column.name !== target);
  const sequence = SequenceSpec.parse(from === 'rows' ? { from, steps: 24 } : from === 'words' ? { from, steps: 32 } : { from });
  const next = { ...config, model: { ...model, sequence } as ModelSpec };
  if (from === 'words') {
    const text = others.find(({ type }) => type === 'text') ?? others.find(({ type }) => type === 'category');
    return { ...next, features: text ? [text.name] : [] };
  }
  const numbers = others.filter(({ type }) => numeric.has(type)).map(({ name }) => name);
  if (from === 'columns') return { ...next, features: numbers };
  const time = others.find(({ type }) => type === 'date' || type === 'timestamp');
  return { ...next, features: numbers.filter((name) => name !== time?.name), split: { ...split, kind: 'time', timeColumn: time?.name ?? null } };
}

/** Columns that can be read as words. */
export function textColumns(columns: readonly Column[], target: string): readonly Column[] {
  return columns.filter(({ name, type }) => name !== target && textual.has(type));
}
