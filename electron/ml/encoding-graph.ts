/**
 * The encoding of raw columns as part of an ONNX graph; gives the same numbers as `encodeRows` and `encodeCodes`, bit for bit.
 * Columns are laid under each other, [columns, batch], and turned at the end: runtimes are many times slower on [batch, 1].
 */
import { embeddedNumbers, encodedWidth, missingSlot, otherSlot, scaledLimit, slotCount } from './encoding.ts';
import type { CategoryEncoding, Encoding, NumberEncoding } from './encoding.ts';
import type { Value } from './graph.ts';
import type { Batch } from './network.ts';
import type { Ops } from './ops/index.ts';
import { wordsInGraph } from './words.ts';

/**
 * Declares one input [batch, 1] per column under the column's name, float64 for numbers (NaN is missing) and string for
 * categories and text ("" is missing), and returns the features, float32 [batch, width], and the codes, int32 [batch, codeWidth].
 */
export function encodeInGraph(op: Ops, columns: readonly Encoding[]): Batch {
  const inputs = new Map(columns.map((column) =>
    [column, op.graph.input(column.name, column.kind === 'number' ? 'float64' : 'string', ['batch', 1])]));
  const inputOf = (column: Encoding): Value => inputs.get(column) as Value;
  const numbers = columns.filter((column) => column.kind === 'number');
  const categories = columns.filter((column) => column.kind === 'category');
  const [oneHot, embedded] = [categories.filter(({ isEmbedded }) => !isEmbedded), categories.filter(({ isEmbedded }) => isEmbedded)];

  const blocks: Value[] = [];
  if (numbers.length > 0) blocks.push(...op.graph.inLayer('encode/numbers', () => encodeNumbers(op, numbers, stack(op, numbers.map(inputOf)))));
  oneHot.forEach((column, i) => blocks.push(op.graph.inLayer(`encode/category${i + 1}`, () => encodeCategory(op, column, inputOf(column)))));
  // Words come alone.
  const words = columns.find((column) => column.kind === 'words');
  if (words !== undefined) return { features: null, codes: op.graph.inLayer('encode/words', () => wordsInGraph(op, words, inputOf(words))) };
  return op.graph.inLayer('encode', () => ({
    features: blocks.length === 0 ? null : op.transpose(inOrder(op, stackBlocks(op, blocks), featureOrder(columns)), [1, 0]),
    codes: embedded.length === 0 ? null : op.transpose(stack(op, embedded.map((column) => embedCategory(op, column, inputOf(column)))), [1, 0]),
  }));
}

/** Values [batch, 1] under each other: [values, batch]. */
function stack(op: Ops, values: readonly Value[]): Value {
  return stackBlocks(op, values.map((value) => op.transpose(value, [1, 0])));
}

function stackBlocks(op: Ops, blocks: readonly Value[]): Value {
  return blocks.length > 1 ? op.concat(blocks, 0) : blocks[0] as Value;
}

/** Scaled numbers float32 [columns, batch], and below them those that tell what is missing, of the columns that have these. */
function encodeNumbers(op: Ops, columns: readonly NumberEncoding[], x: Value): Value[] {
  const column = (numbers: readonly number[]): Value => op.graph.constant('float64', [numbers.length, 1], Float64Array.from(numbers), 'scales');
  const isMissing = op.or(op.isNaN(x), op.isInf(x));
  const scaled = op.div(op.sub(x, column(columns.map(({ mean }) => mean))), column(columns.map(({ deviation }) => deviation)));
  const clipped = op.clip(scaled, op.scalar('float64', -scaledLimit), op.scalar('float64', scaledLimit));
  const values = op.where(isMissing, op.scalar('float32', 0), op.cast(clipped, 'float32'));
  const marked = columns.flatMap(({ hasMissing }, i) => (hasMissing ? [BigInt(i)] : []));
  if (marked.length === 0) return [values];
  const rows = op.graph.constant('int64', [marked.length], BigInt64Array.from(marked), 'marked');
  return [values, op.gather(op.cast(isMissing, 'float32'), rows, 0)];
}

/** float32 [slots, batch]. A slot without feature is -1 and equals none of the numbers 0..width-1. */
function encodeCategory(op: Ops, column: CategoryEncoding, x: Value): Value {
  const width = slotCount(column);
  const words = [...column.kept, ''];
  const slot = op.numberWords(x, words, words.map((word, i) => (word === '' ? missingSlot(column) : i)), otherSlot(column));
  const slots = op.graph.constant('int64', [width, 1], BigInt64Array.from({ length: width }, (_, i) => BigInt(i)), 'slots');
  return op.cast(op.equal(op.transpose(slot, [1, 0]), slots), 'float32');
}

/** int32 [batch, 1]. */
function embedCategory(op: Ops, column: CategoryEncoding, x: Value): Value {
  const numbers = [...embeddedNumbers(column)];
  return op.cast(op.numberWords(x, numbers.map(([word]) => word), numbers.map(([, number]) => number), 1), 'int32');
}

/** Where each feature lies among numbers, marks of missing numbers, and categories under each other. */
function featureOrder(columns: readonly Encoding[]): number[] {
  const order: number[] = [];
  const numbers = columns.filter((column) => column.kind === 'number');
  const next = { number: 0, mark: numbers.length, slot: numbers.length + numbers.filter(({ hasMissing }) => hasMissing).length };
  for (const column of columns) {
    if (column.kind === 'number') order.push(next.number++, ...(column.hasMissing ? [next.mark++] : []));
    else for (let i = 0; i < encodedWidth(column); i++) order.push(next.slot++);
  }
  return order;
}

function inOrder(op: Ops, x: Value, order: readonly number[]): Value {
  if (order.every((row, i) => row === i)) return x;
  return op.gather(x, op.graph.constant('int64', [order.length], BigInt64Array.from(order, BigInt), 'order'), 0);
}
