/** The kinds of models: from a specification and the shape of the input to a network. */
import type { ModelSpec } from '../../../shared/domain/train-config.ts';
import { fail } from '../../../shared/errors.ts';
import { defineNetwork } from '../network.ts';
import type { Architecture, Network } from '../network.ts';
import type { InputOf, InputShape } from './input-shape.ts';
import { linear } from './linear.ts';
import { mlp } from './mlp.ts';

/** The network of `spec` for rows like `input`. @throws train/bad-config, model/shape. */
export function createNetwork(spec: ModelSpec, input: InputShape, outputWidth: number): Network {
  return defineNetwork(architectureOf(spec, input, outputWidth));
}

function architectureOf(spec: ModelSpec, input: InputShape, outputWidth: number): Architecture {
  switch (spec.kind) {
    case 'linear': return linear(as(input, 'table', spec), outputWidth);
    case 'mlp': return mlp(spec, as(input, 'table', spec), outputWidth);
    default: throw fail('train/bad-config', { field: 'model.kind', value: spec.kind, reason: 'this kind is not built yet.' });
  }
}

/** @throws train/bad-config when the data has another shape than the model takes. */
function as<K extends InputShape['kind']>(input: InputShape, kind: K, spec: ModelSpec): InputOf<K> {
  if (input.kind === kind) return input as InputOf<K>;
  throw fail('train/bad-config', { field: 'model.kind', value: spec.kind, reason: `it takes ${kind} input, and the data gives ${input.kind}.` });
}
