/** Dropout as a layer. */
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';

/** In training a share of x's elements is 0 and the others grow by 1 / (1 - share) (Srivastava et al. 2014); else x. */
export function dropout(scope: Scope, name: string, x: Value, share: number): Value {
  if (share === 0 || !scope.isTraining) return x;
  return scope.layer(name, () => scope.op.dropout(x, scope.uniform(x.shape, x), share));
}
