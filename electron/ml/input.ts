/** How the features of a configuration become the input of its kind of model: encoding, shape, and view of the rows. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { ModelSpec, SequenceSpec, TrainConfig } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import { embeddedSize, fitAlike, fitEncoding, fittedWords } from './encoding.ts';
import type { FittedEncoding } from './encoding.ts';
import { findCore } from './imported-core.ts';
import { useKept } from './kept-encoding.ts';
import type { InputShape } from './models/input-shape.ts';
import type { ImportedModel } from './onnx-model.ts';
import type { View } from './view.ts';
import { fitWords } from './words.ts';

export interface FittedInput {
  readonly encoding: FittedEncoding;
  readonly input: InputShape;
  readonly view: View;
}

/** The sequence of models that take one. */
export function sequenceOf(model: ModelSpec): SequenceSpec | null {
  return 'sequence' in model ? model.sequence : null;
}

/** How many values per row are predicted. */
export function horizonOf(model: ModelSpec): number {
  const sequence = sequenceOf(model);
  return sequence?.from === 'rows' ? sequence.horizon : 1;
}

/**
 * Decides the encoding from the rows of the train part; `base` is the model that is trained on, for models of a file.
 * @throws train/bad-config, train/no-features; model/import-input when the features do not fill the input of `base`.
 */
export function fitInput(config: TrainConfig, features: readonly ColumnData[], train: Int32Array, base: ImportedModel | null): FittedInput {
  const { model, maxCategories } = config;
  const rows: View = { kind: 'rows' };
  if (base !== null) return { ...fitImported(config, features, train, base), view: rows };
  if ('image' in model) {
    const { channels, height, width } = model.image;
    mustCount(features, channels * height * width, `${channels} x ${height} x ${width} pixels`);
    const encoding = fitAlike(features, train, (i) => Math.floor(i / (height * width)));
    return { encoding, input: { kind: 'image', channels, height, width }, view: rows };
  }
  const sequence = sequenceOf(model);
  if (sequence?.from === 'columns') {
    const { channels } = sequence;
    const steps = Math.floor(features.length / channels);
    if (steps < 2) throw fail('train/bad-config', { field: 'features', value: String(features.length), reason: 'a series needs at least two steps.' });
    mustCount(features, steps * channels, `whole steps of ${channels} numbers`);
    return { encoding: fitAlike(features, train, (i) => i % channels), input: { kind: 'series', steps, channels }, view: rows };
  }
  if (sequence?.from === 'rows') {
    const encoding = fitEncoding(features, train, { maxCategories, isEmbedded: false });
    const { steps, horizon } = sequence;
    return {
      encoding, input: { kind: 'series', steps, channels: encoding.width }, view: { kind: 'window', width: encoding.width, steps, horizon },
    };
  }
  if (sequence?.from === 'words') {
    mustCount(features, 1, 'one column of text');
    const words = fitWords(features[0] as ColumnData, train, sequence);
    return { encoding: fittedWords(words), input: { kind: 'words', steps: words.steps, vocabulary: words.size }, view: rows };
  }
  const encoding = fitEncoding(features, train, { maxCategories, isEmbedded: model.kind === 'mlp' && model.embeddings });
  const categories = encoding.columns.flatMap((column) => (column.kind === 'category' && column.isEmbedded ? [embeddedSize(column)] : []));
  return { encoding, input: { kind: 'table', featureWidth: encoding.width, categories }, view: rows };
}

/**
 * A model of a file says what it takes: one that Assay wrote its encoding; images and series are measured alike, a row of numbers is encoded as a table's. The
 * features of a model that Assay wrote are flat; where a table's encoding does not give their number, they were measured alike.
 */
function fitImported(
  { task, maxCategories }: TrainConfig, features: readonly ColumnData[], train: Int32Array, base: ImportedModel,
): Pick<FittedInput, 'encoding' | 'input'> {
  const { port, encoding: kept } = findCore(base, task === 'classification');
  if (kept !== null) {
    const encoding = useKept(kept, features);
    return { encoding, input: { kind: 'table', featureWidth: encoding.width, categories: [] } };
  }
  const sizes = (port.shape ?? []).slice(1);
  const [a, b, c] = sizes;
  if (typeof a === 'number' && typeof b === 'number' && typeof c === 'number') {
    // The axis of colours is the small one: first or last.
    const [channels, height, width] = a <= 4 || c > 4 ? [a, b, c] : [c, a, b];
    return { encoding: fitAlike(features, train, (i) => Math.floor(i / (height * width))), input: { kind: 'image', channels, height, width } };
  }
  if (typeof a === 'number' && typeof b === 'number') {
    return { encoding: fitAlike(features, train, (i) => i % b), input: { kind: 'series', steps: a, channels: b } };
  }
  const asTable = fitEncoding(features, train, { maxCategories, isEmbedded: false });
  const isFlat = typeof a === 'number' && asTable.width !== a && features.length === a && features.every(({ kind }) => kind === 'number');
  const encoding = isFlat ? fitAlike(features, train, () => 0) : asTable;
  return { encoding, input: { kind: 'table', featureWidth: encoding.width, categories: [] } };
}

function mustCount(features: readonly ColumnData[], count: number, what: string): void {
  if (features.length === count) return;
  throw fail('train/bad-config', { field: 'features', value: String(features.length), reason: `the model takes ${count} of them: ${what}.` });
}
