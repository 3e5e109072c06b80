/** The encoding of raw columns as part of an ONNX graph; gives the same numbers as `encodeRows`, bit for bit. */
import { encodedWidth, missingSlot, otherSlot, scaledLimit } from './encoding.ts';
import type { CategoryEncoding, Encoding, NumberEncoding } from './encoding.ts';
import type { Value } from './graph.ts';
import type { Ops } from './ops/index.ts';

/**
 * Declares one input [batch, 1] per column under the column's name, float64 for numbers (NaN is missing) and string for
 * categories ("" is missing), and returns the features, float32 [batch, width].
 */
export function encodeInGraph(op: Ops, columns: readonly Encoding[]): Value {
  const inputs = columns.map(({ name, kind }) => op.graph.input(name, kind === 'number' ? 'float64' : 'string', ['batch', 1]));
  const blocks = columns.flatMap((column, i) => op.graph.inLayer(`encode/${i + 1}`, () => {
    const input = inputs[i] as Value;
    return column.kind === 'number' ? encodeNumber(op, column, input) : [encodeCategory(op, column, input)];
  }));
  return blocks.length === 1 ? (blocks[0] as Value) : op.concat(blocks, 1);
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
  const width = encodedWidth(column);
  const words = [...column.kept, ''];
  const slot = op.numberWords(x, words, words.map((word, i) => (word === '' ? missingSlot(column) : i)), otherSlot(column));
  return op.cast(op.equal(slot, op.graph.integers([...Array(width).keys()])), 'float32');
}
