/** The kinds of models: from a specification and the shape of the input to a network. */
import type { ModelSpec } from '../../../shared/domain/train-config.ts';
import { fail } from '../../../shared/errors.ts';
import { defineNetwork } from '../network.ts';
import type { Architecture, Network } from '../network.ts';
import { cnn } from './cnn.ts';
import { cnn1d } from './cnn1d.ts';
import { imported } from './imported.ts';
import type { ImportedSource } from './imported.ts';
import type { InputOf, InputShape } from './input-shape.ts';
import { linear } from './linear.ts';
import { mlp } from './mlp.ts';
import { recurrent } from './recurrent.ts';
import { resnet } from './resnet.ts';
import { transformer } from './transformer.ts';

/** The network of `spec` for rows like `input`; `base` is the model of a file that is trained on. @throws train/bad-config, model/*. */
export function createNetwork(spec: ModelSpec, input: InputShape, outputWidth: number, base: ImportedSource | null = null): Network {
  return defineNetwork(architectureOf(spec, input, outputWidth, base));
}

function architectureOf(spec: ModelSpec, input: InputShape, outputWidth: number, base: ImportedSource | null): Architecture {
  switch (spec.kind) {
    case 'linear': return linear(as(input, ['table'], spec), outputWidth);
    case 'mlp': return mlp(spec, as(input, ['table'], spec), outputWidth);
    case 'cnn': return cnn(spec, as(input, ['image'], spec), outputWidth);
    case 'resnet': return resnet(spec, as(input, ['image'], spec), outputWidth);
    case 'recurrent': return recurrent(spec, as(input, sequences, spec), outputWidth);
    case 'cnn1d': return cnn1d(spec, as(input, sequences, spec), outputWidth);
    case 'transformer': return transformer(spec, as(input, sequences, spec), outputWidth);
    case 'imported':
      if (base === null) throw fail('train/bad-config', { field: 'model.model', value: spec.fileName, reason: 'the file is not at hand.' });
      return imported(spec, base, input, outputWidth);
  }
}

const sequences = ['series', 'words'] as const;

/** @throws train/bad-config when the data has another shape than the model takes. */
function as<K extends InputShape['kind']>(input: InputShape, kinds: readonly K[], spec: ModelSpec): InputOf<K> {
  if ((kinds as readonly string[]).includes(input.kind)) return input as InputOf<K>;
  throw fail('train/bad-config', {
    field: 'model.kind', value: spec.kind, reason: `it takes ${kinds.join(' or ')} input, and the data gives ${input.kind}.`,
  });
}
