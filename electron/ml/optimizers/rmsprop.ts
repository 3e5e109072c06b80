/**
 * RMSprop (Tieleman and Hinton 2012): the gradient over the root of its running mean square. The mean is kept divided by (1 - decay),
 * which folds into the rate and the epsilon.
 */
import type { Value } from '../graph.ts';
import type { Optimizer } from './optimizer.ts';

const epsilon = 1e-8;

export function rmsprop(decay: number): Optimizer {
  const root = Math.sqrt(1 - decay);
  return {
    slots: ['square'],
    decays: false,
    scalars: ['rate'],
    scalarsAt: (_step, rate) => [rate / root],
    update(op, { parameter, slots }, gradient, [rate]) {
      const square = op.add(op.mul(slots[0] as Value, op.scalar('float32', decay)), op.mul(gradient, gradient));
      const change = op.div(op.mul(gradient, rate as Value), op.add(op.sqrt(square), op.scalar('float32', epsilon / root)));
      return { parameter: op.sub(parameter, change), slots: [square] };
    },
  };
}
