/**
 * Adam (Kingma and Ba 2015, algorithm 1) in ten elementwise nodes per parameter. The moments are kept
 * divided by (1 - beta), and everything that depends on the step alone is folded into two numbers per step.
 */
import type { Value } from './graph.ts';
import type { Ops } from './ops/index.ts';

export const adamBeta1 = 0.9;
export const adamBeta2 = 0.999;
export const adamEpsilon = 1e-8;

export interface AdamState {
  readonly parameter: Value;
  /** First moment divided by (1 - beta1); shaped as the parameter, as are all. */
  readonly first: Value;
  /** Second moment divided by (1 - beta2). */
  readonly second: Value;
}

/** One update by `gradient`; `rate` and `epsilon` are the step's numbers of `adamSchedule`. */
export function adamStep(op: Ops, state: AdamState, gradient: Value, rate: Value, epsilon: Value): AdamState {
  const first = op.add(op.mul(state.first, op.scalar('float32', adamBeta1)), gradient);
  const second = op.add(op.mul(state.second, op.scalar('float32', adamBeta2)), op.mul(gradient, gradient));
  const change = op.div(op.mul(first, rate), op.add(op.sqrt(second), epsilon));
  return { parameter: op.sub(state.parameter, change), first, second };
}

/**
 * The per-step numbers for steps firstStep..firstStep+count-1 (the first step ever is 1), in float64 and rounded once:
 * rate = lr sqrt(1-b2^t)/(1-b1^t) (1-b1)/sqrt(1-b2), epsilon = eps sqrt(1-b2^t)/sqrt(1-b2).
 */
export function adamSchedule(learningRate: number, firstStep: number, count: number): { rates: Float32Array; epsilons: Float32Array } {
  const rates = new Float32Array(count);
  const epsilons = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const step = firstStep + i;
    const correction = Math.sqrt(1 - adamBeta2 ** step) / Math.sqrt(1 - adamBeta2);
    rates[i] = (learningRate * correction * (1 - adamBeta1)) / (1 - adamBeta1 ** step);
    epsilons[i] = adamEpsilon * correction;
  }
  return { rates, epsilons };
}
