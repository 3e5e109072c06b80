/**
 * Dynamic scaling of the loss for products in float16, whose smallest number is 6e-8: the loss is multiplied before it is
 * differentiated, and gradients divided after. A step whose gradients overflow is left out and the scale halved; after many
 * good steps it doubles. Source: Micikevicius et al. 2018, with the numbers that PyTorch's GradScaler starts from.
 */
import { gradients } from './autodiff.ts';
import type { Value } from './graph.ts';
import type { Ops } from './ops/index.ts';
import type { StateTensor } from './training-graph.ts';

const start = 2 ** 16;
const stepsToGrow = 2000;
/** Beyond, the product with the loss itself could overflow float32. */
const largest = 2 ** 24;

/** The scale, and the good steps since it changed. */
export const scalerTensors: readonly StateTensor[] = [
  { name: 'scaler/scale', shape: [], role: 'scaler', of: 'scale', start },
  { name: 'scaler/good', shape: [], role: 'scaler', of: 'good', start: 0 },
];

/** The gradients of `loss`, computed from `scale` times it. */
export function scaledGradients(op: Ops, loss: Value, scale: Value, parameters: readonly Value[]): readonly Value[] {
  return gradients(op.graph, op.mul(loss, scale), parameters).map((flow) => op.div(flow, scale));
}

/**
 * The state after the step, with the scaler last: `next`, or where a gradient is not finite `before`.
 * `next` is as long as `before` without the scaler.
 */
export function scaledUpdate(op: Ops, before: readonly Value[], next: readonly Value[], [scale, good]: readonly Value[], flows: readonly Value[]): Value[] {
  return op.graph.inLayer('scaler', () => {
    const number = (value: number): Value => op.scalar('float32', value);
    // Zero times what is not finite is NaN, which equals nothing.
    const probe = flows.map((flow) => op.reduceSum(op.mul(flow, number(0)), null, false)).reduce((a, b) => op.add(a, b));
    const isFinite = op.equal(probe, number(0));
    const counted = op.add(good as Value, number(1));
    const isDue = op.equal(counted, number(stepsToGrow));
    const grown = op.min(op.mul(scale as Value, number(2)), number(largest));
    return [
      ...next.map((value, i) => op.where(isFinite, value, before[i] as Value)),
      op.where(isFinite, op.where(isDue, grown, scale as Value), op.max(op.mul(scale as Value, number(0.5)), number(1))),
      op.where(isFinite, op.where(isDue, number(0), counted), number(0)),
    ];
  });
}
