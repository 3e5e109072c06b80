/**
 * How raw columns become features: decided on the train part alone, then applied to every part here
 * and written into the exported model by `encodeInGraph`. Both follow the same definition:
 * - a number that is NaN or infinite counts as missing; missing becomes the train mean, i.e. 0 after scaling;
 * - scaled = (value - mean) / deviation in float64, clipped to +-1e6, then rounded to float32;
 * - text is numbers of words (words.ts);
 * - a category is one of those kept, "other" when there were others in training, or else zeros;
 * - a "missing" feature exists when the train part has missing values.
 */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { ColumnType } from '../../shared/domain/columns.ts';
import { fail } from '../../shared/errors.ts';
import { range } from '../../shared/math/random.ts';
import { encodeWords } from './words.ts';
import type { WordsEncoding } from './words.ts';

/** Scaled values beyond this are cut off, so that no absurd value overflows float32. */
export const scaledLimit = 1e6;

interface EncodedColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Whether a feature tells that the value is missing; it is the last of the column's. */
  readonly hasMissing: boolean;
}

export interface NumberEncoding extends EncodedColumn {
  readonly kind: 'number';
  readonly mean: number;
  /** Population standard deviation of the train part; 1 when the values are constant but some are missing. */
  readonly deviation: number;
}

export interface CategoryEncoding extends EncodedColumn {
  readonly kind: 'category';
  /** Whether the category is a number for an embedding instead of one feature per category. */
  readonly isEmbedded: boolean;
  /** Most frequent first; ties by code unit. */
  readonly kept: readonly string[];
  readonly hasOther: boolean;
}

export type Encoding = NumberEncoding | CategoryEncoding | WordsEncoding;

export interface FittedEncoding {
  readonly columns: readonly Encoding[];
  /** Name and reason of features that carry nothing, for example "x: constant". */
  readonly dropped: readonly DroppedColumn[];
  /** Numbers per row. */
  readonly width: number;
  /** Category or word numbers per row, for embeddings. */
  readonly codeWidth: number;
}

export interface EncodingChoice {
  /** Categories kept per column, most frequent first. */
  readonly maxCategories: number;
  readonly isEmbedded: boolean;
}

/** Decides the encoding from the rows of the train part. @throws train/no-features when nothing is left. */
export function fitEncoding(features: readonly ColumnData[], train: Int32Array, choice: EncodingChoice): FittedEncoding {
  return joinFitted(features.map((column) => fitColumn(column, train, choice)));
}

/** A feature that carries nothing. */
export interface DroppedColumn {
  readonly name: string;
  readonly reason: string;
}

/** Decides the encoding of one column. */
export function fitColumn(column: ColumnData, train: Int32Array, choice: EncodingChoice): Encoding | DroppedColumn {
  const fitted = column.kind === 'number' ? fitNumber(column, train) : fitCategory(column, train, choice);
  return typeof fitted === 'string' ? { name: column.name, reason: fitted } : fitted;
}

/** The encoding of columns that were decided one by one. @throws train/no-features when nothing is left. */
export function joinFitted(all: readonly (Encoding | DroppedColumn)[]): FittedEncoding {
  const columns = all.filter((each): each is Encoding => 'kind' in each);
  const dropped = all.filter((each): each is DroppedColumn => !('kind' in each));
  if (columns.length === 0) {
    throw fail('train/no-features', { reason: dropped.map(({ name, reason }) => `"${name}" ${reason}`).join(', ') });
  }
  return fitted(columns, dropped);
}

/**
 * The encoding of features that are measured alike - pixels, or the steps of a series: feature i is scaled by the mean and
 * deviation over all features of channel `channelOf(i)`. None is dropped, missing is the mean, and a constant channel is 0.
 * @throws train/bad-config when a feature is not a number; train/no-features when every channel is constant.
 */
export function fitAlike(features: readonly ColumnData[], train: Int32Array, channelOf: (index: number) => number): FittedEncoding {
  const scales = new Map<number, NumberEncoding>();
  const reasons: string[] = [];
  const numeric = features.map((column) => {
    if (column.kind === 'number') return column;
    throw fail('train/bad-config', { field: 'features', value: column.name, reason: 'this kind of model takes numbers only.' });
  });
  for (const channel of new Set(numeric.map((_, i) => channelOf(i)))) {
    const own = numeric.filter((_, i) => channelOf(i) === channel);
    const values = new Float64Array(own.length * train.length);
    own.forEach((column, k) => train.forEach((row, i) => {
      values[k * train.length + i] = column.values[row] as number;
    }));
    const scale = fitNumber({ ...(own[0] as ColumnData & { kind: 'number' }), values }, range(values.length));
    if (typeof scale === 'string') reasons.push(`channel ${channel + 1} ${scale}`);
    scales.set(channel, typeof scale === 'string' ? constantScale(values) : { ...scale, hasMissing: false });
  }
  if (reasons.length === scales.size) throw fail('train/no-features', { reason: reasons.join(', ') });
  return fitted(numeric.map(({ name, type }, i) => ({ ...scales.get(channelOf(i)) as NumberEncoding, name, type })), []);
}

/** The scale of a channel that is one value, or none, in the train part; its name and type are those of each feature. */
function constantScale(values: Float64Array): NumberEncoding {
  const value = values.find(Number.isFinite) ?? 0;
  return { kind: 'number', name: '', type: 'number', mean: value, deviation: Math.max(1, Math.abs(value)), hasMissing: false };
}

/** The encoding of text as numbers of words. */
export function fittedWords(words: WordsEncoding): FittedEncoding {
  return fitted([words], []);
}

function fitted(columns: readonly Encoding[], dropped: FittedEncoding['dropped']): FittedEncoding {
  return {
    columns, dropped,
    width: columns.reduce((sum, column) => sum + encodedWidth(column), 0),
    codeWidth: columns.reduce((sum, column) => sum + codeWidthOf(column), 0),
  };
}

/** How many features a column becomes. */
export function encodedWidth(column: Encoding): number {
  if (column.kind === 'number') return 1 + Number(column.hasMissing);
  return column.kind === 'words' || column.isEmbedded ? 0 : slotCount(column);
}

/** How many codes a column becomes. */
export function codeWidthOf(column: Encoding): number {
  if (column.kind === 'words') return column.steps;
  return column.kind === 'category' && column.isEmbedded ? 1 : 0;
}

/** One feature per kept category, for "other" and for missing. */
export function slotCount(column: CategoryEncoding): number {
  return column.kept.length + Number(column.hasOther) + Number(column.hasMissing);
}

/** How many codes an embedded category has: 0 for missing, 1 for other or unknown, then those kept. */
export function embeddedSize(column: CategoryEncoding): number {
  return column.kept.length + 2;
}

/** Names of the features, in the order of the matrix. */
export function featureNames(columns: readonly Encoding[]): string[] {
  return columns.flatMap((column) => {
    const missing = column.hasMissing ? [`${column.name} missing`] : [];
    if (column.kind === 'number') return [column.name, ...missing];
    if (column.kind === 'words' || column.isEmbedded) return [];
    return [...column.kept.map((word) => `${column.name} = ${word}`), ...(column.hasOther ? [`${column.name} other`] : []), ...missing];
  });
}

/** The features of `rows`: float32 [rows, width], row-major. `data` has every encoded column, matched by name. */
export function encodeRows(encoding: FittedEncoding, data: ReadonlyMap<string, ColumnData>, rows: Int32Array): Float32Array {
  const steps = encodeStepwise(encoding, data, rows);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `encodeRows`, with a rest after each column, where long work lets messages in. */
export function* encodeStepwise(
  encoding: FittedEncoding, data: ReadonlyMap<string, ColumnData>, rows: Int32Array,
): Generator<void, Float32Array> {
  const { width } = encoding;
  const out = new Float32Array(rows.length * width);
  let offset = 0;
  for (const column of encoding.columns) {
    const source = data.get(column.name) as ColumnData;
    if (column.kind === 'number' && source.kind === 'number') encodeNumbers(column, source.values, rows, out, offset, width);
    if (column.kind === 'category' && !column.isEmbedded && source.kind === 'category') encodeCategories(column, source, rows, out, offset, width);
    offset += encodedWidth(column);
    yield;
  }
  return out;
}

/** The codes of `rows`: int32 [rows, codeWidth], row-major; null when no column has any. */
export function encodeCodes(encoding: FittedEncoding, data: ReadonlyMap<string, ColumnData>, rows: Int32Array): Int32Array | null {
  const { codeWidth } = encoding;
  if (codeWidth === 0) return null;
  const out = new Int32Array(rows.length * codeWidth);
  let offset = 0;
  for (const column of encoding.columns) {
    const source = data.get(column.name) as ColumnData;
    if (column.kind === 'words') {
      const { steps } = column;
      const numbers = encodeWords(column, source, rows);
      for (let i = 0; i < rows.length; i++) out.set(numbers.subarray(i * steps, (i + 1) * steps), i * codeWidth + offset);
    }
    if (column.kind === 'category' && column.isEmbedded && source.kind === 'category') {
      const numbers = embeddedNumbers(column);
      const byCode = Int32Array.from(source.labels, (label) => numbers.get(label) ?? 1);
      for (let i = 0; i < rows.length; i++) {
        const code = source.codes[rows[i] as number] as number;
        out[i * codeWidth + offset] = code < 0 ? 0 : (byCode[code] as number);
      }
    }
    offset += codeWidthOf(column);
  }
  return out;
}

/** The code of each word of an embedded category; words that are not here have 1. */
export function embeddedNumbers(column: CategoryEncoding): Map<string, number> {
  return new Map([['', 0], ...column.kept.map((word, i) => [word, i + 2] as const)]);
}

function encodeNumbers(
  { mean, deviation, hasMissing }: NumberEncoding, values: Float64Array, rows: Int32Array, out: Float32Array, offset: number, width: number,
): void {
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i] as number] as number;
    const at = i * width + offset;
    if (Number.isFinite(value)) out[at] = Math.min(Math.max((value - mean) / deviation, -scaledLimit), scaledLimit);
    else if (hasMissing) out[at + 1] = 1;
  }
}

function encodeCategories(
  column: CategoryEncoding, source: ColumnData & { kind: 'category' }, rows: Int32Array, out: Float32Array, offset: number, width: number,
): void {
  const slots = slotsOf(column, source.labels);
  const missing = missingSlot(column);
  for (let i = 0; i < rows.length; i++) {
    const code = source.codes[rows[i] as number] as number;
    const slot = code < 0 ? missing : (slots[code] as number);
    if (slot >= 0) out[i * width + offset + slot] = 1;
  }
}

/** The feature of each label within the column's, -1 for none. */
function slotsOf(column: CategoryEncoding, labels: readonly string[]): Int32Array {
  const kept = new Map(column.kept.map((word, i) => [word, i]));
  const other = otherSlot(column);
  return Int32Array.from(labels, (label) => (label === '' ? missingSlot(column) : (kept.get(label) ?? other)));
}

/** The slot of words that are not kept; -1 when there were none in training. */
export function otherSlot(column: CategoryEncoding): number {
  return column.hasOther ? column.kept.length : -1;
}

/** The slot of missing values; -1 when there were none in training. */
export function missingSlot(column: CategoryEncoding): number {
  return column.hasMissing ? column.kept.length + Number(column.hasOther) : -1;
}

function fitNumber(column: ColumnData & { kind: 'number' }, train: Int32Array): NumberEncoding | string {
  const { values } = column;
  let count = 0;
  let largest = 0;
  for (const row of train) {
    const value = values[row] as number;
    if (!Number.isFinite(value)) continue;
    count += 1;
    largest = Math.max(largest, Math.abs(value));
  }
  if (count === 0) return 'has no value in the train part';
  // Sums of huge values overflow, so they are formed on a smaller scale.
  const scale = largest > 1e100 ? largest : 1;
  const mean = average(train, count, (row) => (values[row] as number) / scale);
  const variance = average(train, count, (row) => ((values[row] as number) / scale - mean) ** 2);
  const deviation = Math.sqrt(variance) * scale;
  const hasMissing = count < train.length;
  // Rounding alone gives a constant column a deviation of this order; ONNX Runtime counts denormals as zero.
  const isConstant = !(deviation > Math.max(Math.abs(mean) * scale * 1e-12, 1e-300));
  if (isConstant && !hasMissing) return 'is constant in the train part';
  const shared = { kind: 'number', name: column.name, type: column.type, mean: mean * scale, hasMissing } as const;
  return { ...shared, deviation: isConstant ? Math.max(1, largest) : deviation };
}

/** Mean of `term` over the rows where it is finite, in two passes' precision by Neumaier's sum. */
function average(rows: Int32Array, count: number, term: (row: number) => number): number {
  let sum = 0;
  let carry = 0;
  for (const row of rows) {
    const value = term(row);
    if (!Number.isFinite(value)) continue;
    const next = sum + value;
    carry += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return (sum + carry) / count;
}

function fitCategory(
  column: ColumnData & { kind: 'category' }, train: Int32Array, { maxCategories, isEmbedded }: EncodingChoice,
): CategoryEncoding | string {
  const counts = new Float64Array(column.labels.length);
  let missing = 0;
  for (const row of train) {
    const code = column.codes[row] as number;
    if (code < 0 || column.labels[code] === '') missing += 1;
    else counts[code]! += 1;
  }
  const present = [...column.labels.keys()].filter((code) => (counts[code] as number) > 0);
  if (present.length === 0) return 'has no value in the train part';
  if (present.length === 1 && missing === 0) return 'is constant in the train part';
  present.sort((a, b) => (counts[b] as number) - (counts[a] as number)
    || ((column.labels[a] as string) < (column.labels[b] as string) ? -1 : 1));
  const kept = present.slice(0, maxCategories).map((code) => column.labels[code] as string);
  return {
    kind: 'category', name: column.name, type: column.type, isEmbedded,
    kept, hasOther: present.length > kept.length, hasMissing: missing > 0,
  };
}
