/** The multilayer perceptron for tables. */
import type { ModelOf } from '../../../shared/domain/train-config.ts';
import type { Value } from '../graph.ts';
import { dense } from '../layers/dense.ts';
import type { Architecture } from '../network.ts';
import type { InputOf } from './input-shape.ts';

/** Dense layers with an activation between them. */
export function mlp(spec: ModelOf<'mlp'>, input: InputOf<'table'>, outputWidth: number): Architecture {
  return {
    featureWidth: input.featureWidth, codeWidth: input.categories.length, outputWidth,
    forward(scope, { features }) {
      let x = features as Value;
      spec.hidden.forEach((units, i) => {
        x = dense(scope, `hidden${i + 1}`, x, units, spec.activation === 'tanh' ? 'glorot' : 'he');
        x = scope.layer(`${spec.activation}${i + 1}`, () => scope.op[spec.activation === 'gelu' ? 'relu' : spec.activation](x));
      });
      scope.mark('embedding', x);
      return dense(scope, 'output', x, outputWidth, 'glorot');
    },
  };
}
