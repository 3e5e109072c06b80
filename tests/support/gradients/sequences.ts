/** Gradient cases of recurrent cells, attention and embeddings. */
import type { Value } from '../../../electron/ml/graph.ts';
import type { Ops } from '../../../electron/ml/ops/index.ts';
import type { GradientCase, GradientCases } from './case.ts';

/** A cell of `gates` gates over a few steps; what is differentiated is the last state, all of them, or both. */
function cellCase(cell: 'gru' | 'lstm', gates: number): GradientCase {
  return {
    shapes: (size) => {
      const [inputWidth, units] = [size(), 1 + (size() % 3)];
      const wide = gates * units;
      return [[1 + (size() % 3), `batch:${size()}`, inputWidth], [inputWidth, wide], [units, wide], [wide], [wide]];
    },
    build: (op, [x, input, hidden, inputBias, hiddenBias], coin) => {
      const weights = { input, hidden, inputBias, hiddenBias } as Record<string, Value>;
      const { all, last } = op[cell](x as Value, weights as unknown as Parameters<Ops['gru']>[1]);
      const one = op.square(last);
      if (coin()) return one;
      const every = op.square(op.reduceSum(all, [0], false));
      return coin() ? op.add(one, every) : every;
    },
  };
}

function attentionCase(hasBias: boolean): GradientCase {
  return {
    shapes: (size) => {
      const [batch, steps] = [size(), size()];
      const qkv = [batch * steps, 3 * 4];
      return hasBias ? [qkv, [batch, 1, steps]] : [qkv, [batch, steps]];
    },
    build: (op, [qkv, shape], coin) => {
      const steps = (shape as Value).shape.at(-1) as number;
      const bias = hasBias ? op.greater(shape as Value, op.scalar('float32', 0)) : null;
      return op.add(
        op.square(op.attention(qkv as Value, { steps, heads: coin() ? 2 : 1, bias: bias === null ? null : op.mul(op.cast(bias, 'float32'), op.scalar('float32', 3)) })),
        op.mul(op.reduceSum(shape as Value, null, false), op.scalar('float32', 1)),
      );
    },
  };
}

/** Rows of a table by codes of which several are equal. */
function embeddingCase(codes: readonly number[], steps: number, size: number): GradientCase {
  return {
    shapes: (width) => [[size, width()]],
    build: (op, [table]) => {
      const given = op.graph.constant('int32', [codes.length / steps, steps], Int32Array.from(codes), 'codes');
      return op.square(op.embed(table as Value, given));
    },
  };
}

export const sequenceCases: GradientCases = {
  'gated recurrent units': cellCase('gru', 3),
  'long short-term memory': cellCase('lstm', 4),
  'attention with several heads': attentionCase(false),
  'attention with some keys weighed more': attentionCase(true),
  'an embedding of few words': embeddingCase([2, 0, 2, 2, 1, 2], 3, 4),
  'an embedding of many words': embeddingCase([70, 3, 70, 3, 70, 70, 2, 70], 2, 71),
};
