/**
 * Adam (Kingma and Ba 2015, algorithm 1) in ten elementwise nodes per parameter. The moments are kept
 * divided by (1 - beta), and everything that depends on the step alone is folded into two numbers per step:
 * rate = lr sqrt(1-b2^t)/(1-b1^t) (1-b1)/sqrt(1-b2), epsilon = eps sqrt(1-b2^t)/sqrt(1-b2).
 */
import type { Value } from '../graph.ts';
import type { Optimizer } from './optimizer.ts';

export const adamBeta1 = 0.9;
export const adamBeta2 = 0.999;
export const adamEpsilon = 1e-8;

export const adam: Optimizer = {
  slots: ['first', 'second'],
  decays: false,
  scalars: ['rate', 'epsilon'],
  scalarsAt(step, rate) {
    const correction = Math.sqrt(1 - adamBeta2 ** step) / Math.sqrt(1 - adamBeta2);
    return [(rate * correction * (1 - adamBeta1)) / (1 - adamBeta1 ** step), adamEpsilon * correction];
  },
  update(op, { parameter, slots }, gradient, [rate, epsilon]) {
    const first = op.add(op.mul(slots[0] as Value, op.scalar('float32', adamBeta1)), gradient);
    const second = op.add(op.mul(slots[1] as Value, op.scalar('float32', adamBeta2)), op.mul(gradient, gradient));
    const change = op.div(op.mul(first, rate as Value), op.add(op.sqrt(second), epsilon as Value));
    return { parameter: op.sub(parameter, change), slots: [first, second] };
  },
};
