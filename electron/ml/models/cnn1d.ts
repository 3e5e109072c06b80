/** One-dimensional convolutions over series and words. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import type { Value } from '../graph.ts';
import { causalConvolution } from '../layers/causal.ts';
import { dense, widthOf } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { meanOfSteps, readSequence } from '../layers/sequence.ts';
import type { Architecture, Scope } from '../network.ts';
import { codeWidthOf, featureWidthOf } from './input-shape.ts';
import type { InputOf } from './input-shape.ts';

/**
 * Causal convolutions, each looking twice as far back as the one before, with a way around each (Bai, Kolter and Koltun 2018).
 * The output sees the last step of a series beside the mean over all steps; of words the mean.
 */
export function cnn1d(spec: ModelOf<'cnn1d'>, input: InputOf<'series' | 'words'>, outputWidth: number): Architecture {
  const wordWidth = spec.filters[0] as number;
  return {
    featureWidth: featureWidthOf(input), codeWidth: codeWidthOf(input), outputWidth,
    forward(scope, batch) {
      const { op } = scope;
      const { values, mask } = readSequence(scope, input, batch, wordWidth);
      let x = op.transpose(values, [1, 0, 2]);
      spec.filters.forEach((filters, i) => {
        x = block(scope, `block${i + 1}`, x, { filters, kernel: spec.kernel, dilation: dilationOf(i), dropout: spec.dropout });
      });
      const mean = meanOfSteps(scope, { values: op.transpose(x, [1, 0, 2]), mask });
      const seen = mask === null ? op.concat([op.gather(x, op.scalar('int64', input.steps - 1)), mean], 1) : mean;
      scope.mark('embedding', seen);
      return dense(scope, 'output', seen, outputWidth, 'glorot');
    },
    flops(batchSize) {
      const widths = [input.kind === 'series' ? input.channels : wordWidth, ...spec.filters];
      const perStep = spec.filters.reduce((sum, filters, i) => sum + filters * (widths[i] as number) * (spec.kernel + 1), 0);
      return 6 * batchSize * input.steps * perStep;
    },
  };
}

/** 1, 2, 4, .. up to where eight layers reach back a thousand steps. */
function dilationOf(index: number): number {
  return 2 ** index;
}

interface BlockSpec {
  readonly filters: number;
  readonly kernel: number;
  readonly dilation: number;
  readonly dropout: number;
}

function block(scope: Scope, name: string, x: Value, { dropout: share, ...spec }: BlockSpec): Value {
  return scope.layer(name, () => {
    const { op } = scope;
    const y = dropout(scope, 'dropout', op.relu(causalConvolution(scope, 'conv', x, spec)), share);
    const around = widthOf(scope, x) === spec.filters ? x : causalConvolution(scope, 'around', x, { ...spec, kernel: 1 });
    return op.add(y, around);
  });
}
