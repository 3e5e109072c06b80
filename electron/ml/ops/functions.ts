/** Elementwise functions beyond arithmetic, each beside its gradient. */
import type { GradientRule } from '../autodiff.ts';
import type { Graph, Value } from '../graph.ts';
import { commonShape, operands, unary } from './elementwise.ts';

/** a^b, elementwise with broadcasting. */
export function pow(graph: Graph, a: Value, b: Value): Value {
  return graph.emitOne('Pow', [a, b], a.type, commonShape(graph, 'Pow', a, b));
}
/** Zero where the exponent is zero, and where 0^b is 0, as in PyTorch: the formulas alone would give NaN there. */
export const powGradient: GradientRule = (op, node, dy, y) => {
  const [a, b] = operands(node.inputs);
  const [zero, one] = [op.scalar(a.type, 0), op.scalar(a.type, 1)];
  return [
    () => {
      const slope = op.mul(dy, op.mul(b, op.pow(a, op.sub(b, one))));
      return op.unbroadcast(op.where(op.equal(b, zero), zero, slope), a.shape);
    },
    () => {
      const isFlat = op.and(op.equal(a, zero), op.greaterOrEqual(b, zero));
      return op.unbroadcast(op.where(isFlat, zero, op.mul(dy, op.mul(y, op.log(a)))), b.shape);
    },
  ];
};

/** |x|. The gradient at 0 is 0. */
export function abs(graph: Graph, x: Value): Value {
  return unary(graph, 'Abs', x);
}
export const absGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.mul(dy, op.sign(x))];
};

/** The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export function erf(graph: Graph, x: Value): Value {
  return unary(graph, 'Erf', x);
}
export const erfGradient: GradientRule = (op, node, dy) => {
  const [x] = operands(node.inputs);
  return [() => op.mul(dy, op.mul(op.exp(op.neg(op.mul(x, x))), op.scalar(x.type, 2 / Math.sqrt(Math.PI))))];
};

/** -1, 0 or 1. */
export function sign(graph: Graph, x: Value): Value {
  return unary(graph, 'Sign', x);
}

/** The largest whole number not above x. */
export function floor(graph: Graph, x: Value): Value {
  return unary(graph, 'Floor', x);
}

/** Of steps such as Sign and Floor: nothing flows, as they are flat wherever they are differentiable. */
export const flatGradient: GradientRule = (_op, node) => node.inputs.map(() => null);

/** x itself, under another name. */
export function identity(graph: Graph, x: Value): Value {
  return unary(graph, 'Identity', x);
}
export const identityGradient: GradientRule = (_op, _node, dy) => [() => dy];
