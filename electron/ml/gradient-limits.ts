/** What happens to gradients before the optimizer sees them: penalties, then cutting off, then scaling down. */
import type { Value } from './graph.ts';
import type { Network } from './network.ts';
import type { Ops } from './ops/index.ts';
import type { Program } from './training-graph.ts';

interface GradientLimits extends Pick<Program, 'l1' | 'l2' | 'clipNorm' | 'clipValue'> {
  readonly network: Pick<Network, 'parameters'>;
}

/**
 * Adds l2 w + l1 sign(w) to the gradients of decayed weights, cuts elements off at +-clipValue, and scales all of them
 * by min(1, clipNorm / norm) with the Euclidean norm over all parameters (Pascanu et al. 2013). In the order of the parameters.
 */
export function limitGradients(
  op: Ops, { network, l1, l2, clipNorm, clipValue }: GradientLimits, parameters: ReadonlyMap<string, Value>, flows: readonly Value[],
): readonly Value[] {
  const isDecayed = new Map(network.parameters.map((parameter) => [parameter.name, parameter.isDecayed]));
  return op.graph.inLayer('gradient', () => {
    let limited = [...parameters].map(([name, weight], i) => {
      let flow = flows[i] as Value;
      if (l2 > 0 && isDecayed.get(name) === true) flow = op.add(flow, op.mul(weight, op.scalar('float32', l2)));
      if (l1 > 0 && isDecayed.get(name) === true) flow = op.add(flow, op.mul(op.sign(weight), op.scalar('float32', l1)));
      return flow;
    });
    if (clipValue !== null) limited = limited.map((flow) => op.clip(flow, op.scalar('float32', -clipValue), op.scalar('float32', clipValue)));
    if (clipNorm === null) return limited;
    const norm = op.sqrt(limited.map((flow) => op.reduceSum(op.square(flow), null, false)).reduce((a, b) => op.add(a, b)));
    const scale = op.min(op.scalar('float32', 1), op.div(op.scalar('float32', clipNorm), op.add(norm, op.scalar('float32', 1e-6))));
    return limited.map((flow) => op.mul(flow, scale));
  });
}
