/** Stochastic gradient descent with momentum (Polyak 1964), as Sutskever et al. 2013 write Nesterov's form. */
import type { Value } from '../graph.ts';
import type { Optimizer } from './optimizer.ts';

/** v' = momentum v + g; w' = w - rate v', or w - rate (g + momentum v') with `nesterov`. */
export function sgd(momentum: number, nesterov: boolean): Optimizer {
  if (momentum === 0) {
    return {
      slots: [], decays: false, scalars: ['rate'], scalarsAt: (_step, rate) => [rate],
      update: (op, { parameter }, gradient, [rate]) => ({ parameter: op.sub(parameter, op.mul(gradient, rate as Value)), slots: [] }),
    };
  }
  return {
    slots: ['velocity'],
    decays: false,
    scalars: ['rate'],
    scalarsAt: (_step, rate) => [rate],
    update(op, { parameter, slots }, gradient, [rate]) {
      const share = op.scalar('float32', momentum);
      const velocity = op.add(op.mul(slots[0] as Value, share), gradient);
      const direction = nesterov ? op.add(gradient, op.mul(velocity, share)) : velocity;
      return { parameter: op.sub(parameter, op.mul(direction, rate as Value)), slots: [velocity] };
    },
  };
}
