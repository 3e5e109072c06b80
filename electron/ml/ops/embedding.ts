/** Rows of a table by their numbers, with a gradient that sums the rows that were taken more than once. */
import type { Value } from '../graph.ts';
import { formatShape, isStatic } from '../shapes.ts';
import type { Ops } from './index.ts';

/** table [size, width] at codes (int32, any shape): the shape of the codes with the width behind it. */
export function embed(op: Ops, table: Value, codes: Value): Value {
  if (table.shape.length !== 2 || !isStatic(table.shape)) {
    throw op.graph.shapeError(`an embedding from "${table.name}" ${formatShape(table.shape)}`);
  }
  return op.gather(table, codes);
}
