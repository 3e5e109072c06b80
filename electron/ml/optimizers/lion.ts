/**
 * Lion (Chen et al. 2023): steps of one size, in the direction that momentum and gradient agree on by sign.
 * The momentum is kept divided by (1 - beta2), and the sign does not see the factor 1 - beta1.
 */
import type { Value } from '../graph.ts';
import type { Optimizer } from './optimizer.ts';

const beta1 = 0.9;
const beta2 = 0.99;

/** m' = beta2 m + (1 - beta2) g; w' = w - rate (sign(beta1 m + (1 - beta1) g) + weightDecay w). */
export function lion(weightDecay: number): Optimizer {
  return {
    slots: ['momentum'],
    decays: weightDecay > 0,
    scalars: ['rate', 'decay'],
    scalarsAt: (_step, rate) => [rate, rate * weightDecay],
    update(op, { parameter, slots }, gradient, [rate, decay], isDecayed) {
      const momentum = slots[0] as Value;
      const mixed = op.add(op.mul(momentum, op.scalar('float32', (beta1 * (1 - beta2)) / (1 - beta1))), gradient);
      const stepped = op.sub(parameter, op.mul(op.sign(mixed), rate as Value));
      return {
        parameter: isDecayed && weightDecay > 0 ? op.sub(stepped, op.mul(parameter, decay as Value)) : stepped,
        slots: [op.add(op.mul(momentum, op.scalar('float32', beta2)), gradient)],
      };
    },
  };
}
