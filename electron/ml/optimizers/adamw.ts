/** AdamW (Loshchilov and Hutter 2019): Adam, and beside it a pull of the weights towards zero that no moment sees. */
import type { Value } from '../graph.ts';
import { adam } from './adam.ts';
import type { Optimizer } from './optimizer.ts';

/** Weights lose lr * weightDecay of themselves per step, before the update by the gradient. */
export function adamw(weightDecay: number): Optimizer {
  return {
    slots: adam.slots,
    decays: weightDecay > 0,
    scalars: [...adam.scalars, 'decay'],
    scalarsAt: (step, rate) => [...adam.scalarsAt(step, rate), rate * weightDecay],
    update(op, state, gradient, scalars, isDecayed) {
      const updated = adam.update(op, state, gradient, scalars, isDecayed);
      if (!isDecayed || weightDecay === 0) return updated;
      return { ...updated, parameter: op.sub(updated.parameter, op.mul(state.parameter, scalars[2] as Value)) };
    },
  };
}
