/** Linear and logistic regression. */
import type { Value } from '../graph.ts';
import { dense } from '../layers/dense.ts';
import type { Architecture } from '../network.ts';
import type { InputOf } from './input-shape.ts';

/** One dense layer. A convex problem has no symmetry to break, so it starts at zero. */
export function linear(input: InputOf<'table'>, outputWidth: number): Architecture {
  return {
    featureWidth: input.featureWidth, codeWidth: 0, outputWidth,
    forward: (scope, { features }) => dense(scope, 'output', features as Value, outputWidth, 'zero'),
  };
}
