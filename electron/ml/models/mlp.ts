/** The multilayer perceptron for tables. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import type { Value } from '../graph.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { embedding, embeddingWidth } from '../layers/embedding.ts';
import { batchNormalization, layerNormalization } from '../layers/normalization.ts';
import type { Architecture, Batch, Scope } from '../network.ts';
import type { InputOf } from './input-shape.ts';

/** Dense layers; behind each, in this order, a normalisation, the activation and dropout. */
export function mlp(spec: ModelOf<'mlp'>, input: InputOf<'table'>, outputWidth: number): Architecture {
  return {
    featureWidth: input.featureWidth, codeWidth: input.categories.length, outputWidth,
    forward(scope, batch) {
      let x = withEmbeddings(scope, batch, input.categories);
      spec.hidden.forEach((units, i) => {
        x = dense(scope, `hidden${i + 1}`, x, units, spec.activation === 'tanh' ? 'glorot' : 'he');
        x = normalized(scope, `norm${i + 1}`, x, spec.normalization);
        x = scope.layer(`${spec.activation}${i + 1}`, () => scope.op[spec.activation](x));
        x = dropout(scope, `dropout${i + 1}`, x, spec.dropout);
      });
      scope.mark('embedding', x);
      return dense(scope, 'output', x, outputWidth, 'glorot');
    },
    flops(batchSize) {
      const inputs = input.categories.reduce((sum, size) => sum + embeddingWidth(size), input.featureWidth);
      const widths = [inputs, ...spec.hidden, outputWidth];
      return 6 * batchSize * widths.slice(1).reduce((sum, width, i) => sum + width * (widths[i] as number), 0);
    },
  };
}

/** The features beside the vectors of the categories, one table for each column. */
function withEmbeddings(scope: Scope, { features, codes }: Batch, categories: readonly number[]): Value {
  const vectors = categories.map((size, i) => {
    const column = scope.op.gather(codes as Value, scope.op.scalar('int64', i), 1);
    return embedding(scope, `category${i + 1}`, column, { size, width: embeddingWidth(size) });
  });
  const all = features === null ? vectors : [features, ...vectors];
  return all.length === 1 ? (all[0] as Value) : scope.op.concat(all, 1);
}

function normalized(scope: Scope, name: string, x: Value, kind: ModelOf<'mlp'>['normalization']): Value {
  switch (kind) {
    case 'none': return x;
    case 'batch': return batchNormalization(scope, name, x);
    case 'layer': return layerNormalization(scope, name, x);
  }
}
