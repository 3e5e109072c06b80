/** What every optimizer is: state tensors per parameter, numbers per step, and one update. */
import type { Value } from '../graph.ts';
import type { Ops } from '../ops/index.ts';

export interface Optimizer {
  /** State tensors per parameter, shaped as it; all start at zero. */
  readonly slots: readonly string[];
  /** Whether decayed parameters are updated in another way than the others. */
  readonly decays: boolean;
  /** Numbers per step that the graph takes as inputs. */
  readonly scalars: readonly string[];
  /** Their values at a step (the first is 1) with its learning rate; float64, in the order of `scalars`. */
  scalarsAt(step: number, rate: number): readonly number[];
  /** One update by `gradient`; `isDecayed` tells whether weight decay applies to this parameter. */
  update(op: Ops, state: OptimizerState, gradient: Value, scalars: readonly Value[], isDecayed: boolean): OptimizerState;
}

export interface OptimizerState {
  readonly parameter: Value;
  /** In the order of the optimizer's slots. */
  readonly slots: readonly Value[];
}
