/** Dense layers and activations. */
import type { Value } from '../graph.ts';
import type { Initial, Scope } from '../network.ts';

export type Initialization = 'he' | 'glorot' | 'zero';

/**
 * x W + b with x [batch, inputWidth], W [inputWidth, units], b [units].
 * Bounds: He et al. 2015, sqrt(6 / in), for what feeds a Relu; Glorot and Bengio 2010, sqrt(6 / (in + out)), else.
 */
export function dense(scope: Scope, name: string, x: Value, units: number, initialization: Initialization): Value {
  return scope.layer(name, () => {
    const inputWidth = widthOf(scope, x);
    const bounds = { he: Math.sqrt(6 / inputWidth), glorot: Math.sqrt(6 / (inputWidth + units)), zero: 0 };
    const start: Initial = initialization === 'zero'
      ? { kind: 'constant', value: 0 }
      : { kind: 'uniform', bound: bounds[initialization] };
    const weight = scope.parameter('weight', [inputWidth, units], start);
    const bias = scope.parameter('bias', [units], { kind: 'constant', value: 0 }, { isDecayed: false });
    return scope.op.gemm(x, weight, { bias });
  });
}

/** The size of the last axis. @throws model/shape when it is symbolic. */
export function widthOf(scope: Scope, x: Value): number {
  const width = x.shape.at(-1);
  if (typeof width !== 'number') throw scope.op.graph.shapeError(`the last size of "${x.name}" [${x.shape.join(', ')}] must be a number`);
  return width;
}
