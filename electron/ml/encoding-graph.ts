/** The encoding of raw columns as part of an ONNX graph; gives the same numbers as `encodeRows` and `encodeCodes`, bit for bit. */
import { embeddedNumbers, missingSlot, otherSlot, scaledLimit, slotCount } from './encoding.ts';
import type { CategoryEncoding, Encoding, NumberEncoding } from './encoding.ts';
import type { Value } from './graph.ts';
import type { Batch } from './network.ts';
import type { Ops } from './ops/index.ts';

/**
 * Declares one input [batch, 1] per column under the column's name, float64 for numbers (NaN is missing) and string for
 * categories ("" is missing), and returns the features, float32 [batch, width], and the codes, int32 [batch, codeWidth].
 */
export function encodeInGraph(op: Ops, columns: readonly Encoding[]): Batch {
  const inputs = columns.map(({ name, kind }) => op.graph.input(name, kind === 'number' ? 'float64' : 'string', ['batch', 1]));
  const features: Value[] = [];
  const codes: Value[] = [];
  columns.forEach((column, i) => op.graph.inLayer(`encode/${i + 1}`, () => {
    const input = inputs[i] as Value;
    if (column.kind === 'number') features.push(...encodeNumber(op, column, input));
    else if (column.isEmbedded) codes.push(embedCategory(op, column, input));
    else features.push(encodeCategory(op, column, input));
  }));
  return { features: sideBySide(op, features), codes: sideBySide(op, codes) };
}

function sideBySide(op: Ops, blocks: readonly Value[]): Value | null {
  return blocks.length > 1 ? op.concat(blocks, 1) : (blocks[0] ?? null);
}

function encodeNumber(op: Ops, { mean, deviation, hasMissing }: NumberEncoding, x: Value): Value[] {
  const isMissing = op.or(op.isNaN(x), op.isInf(x));
  const center = op.scalar('float64', mean);
  const scaled = op.div(op.sub(op.where(isMissing, center, x), center), op.scalar('float64', deviation));
  const clipped = op.clip(scaled, op.scalar('float64', -scaledLimit), op.scalar('float64', scaledLimit));
  return [op.cast(clipped, 'float32'), ...(hasMissing ? [op.cast(isMissing, 'float32')] : [])];
}

/** A slot without feature is -1 and equals none of the numbers 0..width-1. */
function encodeCategory(op: Ops, column: CategoryEncoding, x: Value): Value {
  const width = slotCount(column);
  const words = [...column.kept, ''];
  const slot = op.numberWords(x, words, words.map((word, i) => (word === '' ? missingSlot(column) : i)), otherSlot(column));
  return op.cast(op.equal(slot, op.graph.integers([...Array(width).keys()])), 'float32');
}

function embedCategory(op: Ops, column: CategoryEncoding, x: Value): Value {
  const numbers = [...embeddedNumbers(column)];
  return op.cast(op.numberWords(x, numbers.map(([word]) => word), numbers.map(([, number]) => number), 1), 'int32');
}
