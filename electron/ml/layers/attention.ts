/** The encoder layer of a transformer. */
import type { Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import { dense, widthOf } from './dense.ts';
import { dropout } from './dropout.ts';
import { layerNormalization } from './normalization.ts';

export interface EncoderSpec {
  readonly steps: number;
  readonly heads: number;
  readonly feedForward: number;
  readonly dropout: number;
  /** As in `attention`. */
  readonly bias: Value | null;
}

/**
 * Self-attention, then a network of one hidden layer for each step; x [batch steps, width]. Normalisation comes before each
 * of them (Xiong et al. 2020), Gelu between the dense layers, and dropout before what they give is added to x.
 */
export function encoderLayer(scope: Scope, name: string, x: Value, spec: EncoderSpec): Value {
  return scope.layer(name, () => {
    const { op } = scope;
    const width = widthOf(scope, x);
    const qkv = dense(scope, 'qkv', layerNormalization(scope, 'norm1', x), 3 * width, 'glorot');
    const seen = dense(scope, 'mix', scope.layer('attention', () => op.attention(qkv, spec)), width, 'glorot');
    const first = op.add(x, dropout(scope, 'dropout1', seen, spec.dropout));
    const hidden = dense(scope, 'expand', layerNormalization(scope, 'norm2', first), spec.feedForward, 'glorot');
    const second = dense(scope, 'reduce', scope.layer('gelu', () => op.gelu(hidden)), width, 'glorot');
    return op.add(first, dropout(scope, 'dropout2', second, spec.dropout));
  });
}

/** Keeps attention away from padding: 0 for words, -1e9 for the rest; float32 mask [batch, steps] to [batch, 1, steps]. */
export function paddingBias(scope: Scope, mask: Value): Value {
  const { op } = scope;
  return op.unsqueeze(op.mul(op.sub(mask, op.scalar('float32', 1)), op.scalar('float32', 1e9)), [1]);
}
