/** Comparisons and logic: results are bool, and nothing flows back through them. */
import type { Graph, Value } from '../graph.ts';
import { commonShape } from './elementwise.ts';

/** a > b. */
export function greater(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Greater', [a, b], 'bool', commonShape(graph, 'Greater', a, b));
}

/** a = b. */
export function equal(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Equal', [a, b], 'bool', commonShape(graph, 'Equal', a, b));
}

export function or(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Or', [a, b], 'bool', commonShape(graph, 'Or', a, b));
}

export function isNaN(graph: Graph, x: Value): Value {
  return graph.emitOne('IsNaN', [x], 'bool', x.shape);
}

/** Whether x is plus or minus infinity. */
export function isInf(graph: Graph, x: Value): Value {
  return graph.emitOne('IsInf', [x], 'bool', x.shape);
}
