/** Gated recurrent units or long short-term memory for series and words. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { recurrent as cells } from '../layers/recurrent.ts';
import { lastOfSteps, readSequence } from '../layers/sequence.ts';
import type { Architecture } from '../network.ts';
import { codeWidthOf, featureWidthOf } from './input-shape.ts';
import type { InputOf } from './input-shape.ts';

/** Layers of cells, then a dense layer on the state after the last step; of words, after the last one that is no padding. */
export function recurrent(spec: ModelOf<'recurrent'>, input: InputOf<'series' | 'words'>, outputWidth: number): Architecture {
  return {
    featureWidth: featureWidthOf(input), codeWidth: codeWidthOf(input), outputWidth,
    forward(scope, batch) {
      const { values, mask } = readSequence(scope, input, batch, spec.units);
      let x = scope.op.transpose(values, [1, 0, 2]);
      let last = x;
      for (let layer = 1; layer <= spec.layers; layer++) {
        if (layer > 1) x = dropout(scope, `dropout${layer - 1}`, x, spec.dropout);
        const states = cells(scope, `${spec.cell}${layer}`, x, spec.cell, spec.units);
        x = states.all;
        last = states.last;
      }
      if (mask !== null) last = scope.layer('last', () => lastOfSteps(scope, x, mask));
      scope.mark('embedding', last);
      return dense(scope, 'output', dropout(scope, 'dropout', last, spec.dropout), outputWidth, 'glorot');
    },
    flops(batchSize) {
      const gates = spec.cell === 'gru' ? 3 : 4;
      const first = input.kind === 'series' ? input.channels : spec.units;
      const inputs = first + (spec.layers - 1) * spec.units;
      return 6 * batchSize * (input.steps * gates * spec.units * (inputs + spec.layers * spec.units) + spec.units * outputWidth);
    },
  };
}
