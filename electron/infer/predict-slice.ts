/** One slice of rows through an exported model: columns to tensors, and its outputs to their places in the predictions. */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import { fail } from '../../shared/errors.ts';
import type { ModelCard } from '../ml/model-card.ts';
import { runtimeText } from '../ml/words.ts';
import type { CodedModel, WordTable } from './coded-model.ts';
import type { Predictions } from './predict.ts';
import { int32Tensor, Tensor } from './session.ts';
import type { Session } from './session.ts';

export interface Slice {
  readonly order: Int32Array | null;
  readonly from: number;
  /** Rows at its start that only give what the others look back at. */
  readonly leadIn: number;
  readonly to: number;
}

export interface OpenModel {
  readonly session: Session;
  readonly card: ModelCard;
  readonly columns: readonly RawColumn[];
  /** The class of what the first output gives. */
  readonly codeOf: ReadonlyMap<string | number, number>;
}

/** Predicts the rows of a slice into their places. @throws model/malformed. */
export async function predictSlice({ session, card, columns, codeOf }: OpenModel, { order, from, leadIn, to }: Slice, into: Predictions): Promise<void> {
  const feeds = Object.fromEntries(columns.map((column) => [column.name, rawTensor(column, order, from, to)]));
  const outputs = await asMalformed(() => session.run(feeds));
  const [first, second] = card.outputs.map((name) => outputs[name]?.data);
  const rows: SliceRows = { count: to - from, leadIn, rowOf: order === null ? null : (i) => order[from + i] as number, from };
  if (into.task === 'regression') {
    const width = into.names.length;
    const own = card.window?.horizon ?? 1;
    if (!(first instanceof Float64Array) || first.length !== rows.count * own) throw wrongOutput(card, 0);
    place(first, own, into.values, width, 0, rows);
    if (width === own) return;
    if (!(second instanceof Float64Array) || second.length !== rows.count * (width - own)) throw wrongOutput(card, 1);
    place(second, width - own, into.values, width, own, rows);
    return;
  }
  const width = into.classes.length;
  if (!(Array.isArray(first) || first instanceof Int32Array) || first.length !== rows.count) throw wrongOutput(card, 0);
  if (!(second instanceof Float32Array) || second.length !== rows.count * width) throw wrongOutput(card, 1);
  place(Int32Array.from(first as ArrayLike<string | number>, (label) => codeOf.get(label) ?? -1), 1, into.codes, 1, 0, rows);
  place(second, width, into.probabilities, width, 0, rows);
}

interface SliceRows {
  readonly count: number;
  readonly leadIn: number;
  readonly from: number;
  /** The table's row for one of the slice; null when they follow each other from `from`. */
  readonly rowOf: ((index: number) => number) | null;
}

type Numbers = Int32Array | Float32Array | Float64Array;

/** Writes `own` numbers a row at `offset` into rows of `width`. */
function place(values: Numbers, own: number, into: Numbers, width: number, offset: number, { count, leadIn, rowOf, from }: SliceRows): void {
  if (rowOf === null && own === width) {
    into.set(values.subarray(leadIn * own), (from + leadIn) * width);
    return;
  }
  for (let i = leadIn; i < count; i++) {
    const at = (rowOf === null ? from + i : rowOf(i)) * width + offset;
    for (let k = 0; k < own; k++) into[at + k] = values[i * own + k] as number;
  }
}

export type RawColumn = ColumnData | { readonly kind: 'numbered'; readonly name: string; readonly codes: Int32Array; readonly numbers: Int32Array };

/** A category as the coded model takes it: the number of each label, and last that of what is missing. */
export function numbered(column: ColumnData, { inputs }: CodedModel): RawColumn {
  const table = inputs.get(column.name);
  if (column.kind === 'number' || table === undefined) return column;
  const numberOf = (word: string, { numbers, otherwise }: WordTable): number => numbers.get(word) ?? otherwise;
  return { kind: 'numbered', name: column.name, codes: column.codes, numbers: Int32Array.from([...column.labels, ''], (label) => numberOf(label, table)) };
}

/** The class of each label, or of what stands for it. */
export function classNumbers({ classes, outputs: [label] }: ModelCard, { outputs }: CodedModel): ReadonlyMap<string | number, number> {
  const codes = new Map(classes.map((name, i) => [name, i]));
  const words = outputs.get(label as string);
  if (words === undefined) return codes;
  return new Map([...words].map(([number, word]) => [number, codes.get(word) ?? -1]));
}

/** Rows from..to-1 of the order as the model takes them. */
function rawTensor(column: RawColumn, order: Int32Array | null, from: number, to: number): Tensor {
  const dims = [to - from, 1];
  if (column.kind === 'number') {
    const values = order === null ? column.values.subarray(from, to) : Float64Array.from(order.subarray(from, to), (row) => column.values[row] as number);
    return new Tensor('float64', values, dims);
  }
  const codes = order === null ? column.codes.subarray(from, to) : order.subarray(from, to).map((row) => column.codes[row] as number);
  if (column.kind === 'numbered') {
    const { numbers } = column;
    return int32Tensor(codes.map((code) => numbers[code < 0 ? numbers.length - 1 : code] as number), dims);
  }
  return new Tensor('string', Array.from(codes, (code) => (code < 0 ? '' : runtimeText(column.labels[code] as string))), dims);
}

/** @throws model/malformed with what ONNX Runtime says. */
export async function asMalformed<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw fail('model/malformed', { reason: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

function wrongOutput(card: ModelCard, index: number): Error {
  return fail('model/malformed', { reason: `its output "${card.outputs[index] ?? ''}" is not what its metadata says` });
}
