/** Comparisons and logic: results are bool, and nothing flows back through them. */
import type { Graph, Value } from '../graph.ts';
import { commonShape } from './elementwise.ts';

/** a > b. */
export function greater(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Greater', [a, b], 'bool', commonShape(graph, 'Greater', a, b));
}

/** a >= b. */
export function greaterOrEqual(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('GreaterOrEqual', [a, b], 'bool', commonShape(graph, 'GreaterOrEqual', a, b));
}

/** a < b. */
export function less(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Less', [a, b], 'bool', commonShape(graph, 'Less', a, b));
}

/** a <= b. */
export function lessOrEqual(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('LessOrEqual', [a, b], 'bool', commonShape(graph, 'LessOrEqual', a, b));
}

/** a = b. */
export function equal(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Equal', [a, b], 'bool', commonShape(graph, 'Equal', a, b));
}

export function or(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Or', [a, b], 'bool', commonShape(graph, 'Or', a, b));
}

export function and(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('And', [a, b], 'bool', commonShape(graph, 'And', a, b));
}

export function not(graph: Graph, x: Value): Value {
  return graph.emitOne('Not', [x], 'bool', x.shape);
}

export function isNaN(graph: Graph, x: Value): Value {
  return graph.emitOne('IsNaN', [x], 'bool', x.shape);
}

/** Whether x is plus or minus infinity. */
export function isInf(graph: Graph, x: Value): Value {
  return graph.emitOne('IsInf', [x], 'bool', x.shape);
}
