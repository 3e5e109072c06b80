/** Whole numbers and their bits; nothing flows back through them. */
import type { Graph, Value } from '../graph.ts';
import type { Dim } from '../shapes.ts';
import { commonShape } from './elementwise.ts';

/** 0, 1, .. up to but without `limit`, an integer scalar: [length], of its type. */
export function range(graph: Graph, limit: Value, length: Dim): Value {
  if (limit.type !== 'int64' && limit.type !== 'int32') throw graph.shapeError(`Range up to "${limit.name}" (${limit.type})`);
  return graph.emitOne('Range', [graph.scalar(limit.type, 0), limit, graph.scalar(limit.type, 1)], limit.type, [length]);
}

/** The remainder of a / b with the sign of b, for integers. */
export function mod(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Mod', [a, b], a.type, commonShape(graph, 'Mod', a, b));
}

/** x >> bits for uint32, filled with zeros. */
export function shiftRight(graph: Graph, x: Value, bits: number): Value {
  if (x.type !== 'uint32') throw graph.shapeError(`BitShift of "${x.name}" (${x.type})`);
  return graph.emitOne('BitShift', [x, graph.scalar('uint32', bits)], 'uint32', x.shape, { direction: { text: 'RIGHT' } });
}

/** Bits that differ. */
export function xor(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('BitwiseXor', [a, b], a.type, commonShape(graph, 'BitwiseXor', a, b));
}
