/** Recurrent layers with their weights. */
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import type { CellWeights, RecurrentResult } from '../ops/recurrent.ts';
import { widthOf } from './dense.ts';

/**
 * A layer of recurrent cells over x [steps, batch, width]. All weights start uniform on +-1/sqrt(units), as in PyTorch.
 * The two biases of a gate are trained apart, so that a step of Adam does what it does there.
 */
export function recurrent(scope: Scope, name: string, x: Value, cell: 'gru' | 'lstm', units: number): RecurrentResult {
  return scope.layer(name, () => {
    const inputWidth = widthOf(scope, x);
    const gates = cell === 'gru' ? 3 : 4;
    const start = { kind: 'uniform', bound: 1 / Math.sqrt(units) } as const;
    const weights: CellWeights = {
      input: scope.parameter('input', [inputWidth, gates * units], start),
      hidden: scope.parameter('hidden', [units, gates * units], start),
      inputBias: scope.parameter('inputBias', [gates * units], start, { isDecayed: false }),
      hiddenBias: scope.parameter('hiddenBias', [gates * units], start, { isDecayed: false }),
    };
    return cell === 'gru' ? scope.op.gru(x, weights) : scope.op.lstm(x, weights);
  });
}
