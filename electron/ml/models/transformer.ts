/** The transformer encoder for short sequences. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import { fail } from '../../../shared/errors.ts';
import type { Value } from '../graph.ts';
import { encoderLayer, paddingBias } from '../layers/attention.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { layerNormalization } from '../layers/normalization.ts';
import { meanOfSteps, readSequence } from '../layers/sequence.ts';
import type { Architecture, Scope } from '../network.ts';
import { codeWidthOf, featureWidthOf } from './input-shape.ts';
import type { InputOf } from './input-shape.ts';

/** Learned positions (Devlin et al. 2019), encoder layers, normalisation, and a dense layer on the mean over the steps. */
export function transformer(spec: ModelOf<'transformer'>, input: InputOf<'series' | 'words'>, outputWidth: number): Architecture {
  const { width, heads, layers, feedForward } = spec;
  const { steps } = input;
  if (width % heads !== 0) {
    throw fail('train/bad-config', { field: 'model.heads', value: String(heads), reason: `the width ${width} must be a multiple of it.` });
  }
  return {
    featureWidth: featureWidthOf(input), codeWidth: codeWidthOf(input), outputWidth,
    forward(scope, batch) {
      const { op } = scope;
      const { values, mask } = readSequence(scope, input, batch, width);
      const rows = `batch*${steps}`;
      const tokens = input.kind === 'words' ? values : projected(scope, values, rows, width);
      let x = op.reshape(op.add(tokens, scope.parameter('positions', [steps, width], { kind: 'normal', deviation: 0.02 })), [rows, width]);
      x = dropout(scope, 'dropout', x, spec.dropout);
      const bias = mask === null ? null : paddingBias(scope, mask);
      for (let layer = 1; layer <= layers; layer++) {
        x = encoderLayer(scope, `layer${layer}`, x, { steps, heads, feedForward, dropout: spec.dropout, bias });
      }
      const normal = op.reshape(layerNormalization(scope, 'norm', x), ['batch', steps, width]);
      const mean = meanOfSteps(scope, { values: normal, mask });
      scope.mark('embedding', mean);
      return dense(scope, 'output', mean, outputWidth, 'glorot');
    },
    flops(batchSize) {
      const perStep = layers * (4 * width * width + 2 * width * feedForward + 2 * steps * width);
      return 6 * batchSize * (steps * perStep + width * outputWidth);
    },
  };
}

/** Each step's numbers as a vector of `width`. */
function projected(scope: Scope, values: Value, rows: string, width: number): Value {
  const [batch, steps, channels] = values.shape as [string, number, number];
  return scope.op.reshape(dense(scope, 'steps', scope.op.reshape(values, [rows, channels]), width, 'glorot'), [batch, steps, width]);
}
