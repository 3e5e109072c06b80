/** Gradient cases of activations. */
import { first, one, pair, second } from './case.ts';
import type { GradientCases } from './case.ts';

export const activationCases: GradientCases = {
  relu: { shapes: one, build: (op, x) => op.relu(first(x)) },
  tanh: { shapes: one, build: (op, x) => op.tanh(first(x)) },
  sigmoid: { shapes: one, build: (op, x) => op.sigmoid(first(x)) },
  softmax: { shapes: one, build: (op, x) => op.softmax(first(x)) },
  'log-softmax': { shapes: one, build: (op, x) => op.logSoftmax(first(x)) },
  'leaky relu': { shapes: one, build: (op, x, coin) => op.square(op.leakyRelu(first(x), coin() ? 0.1 : -0.5)) },
  elu: { shapes: one, build: (op, x, coin) => op.square(op.elu(first(x), coin() ? 1 : 0.25)) },
  softplus: { shapes: one, build: (op, x) => op.softplus(first(x)) },
  gelu: { shapes: one, build: (op, x) => op.square(op.gelu(first(x))) },
  'hard sigmoid': {
    shapes: one, build: (op, x, coin) => op.square(op.hardSigmoid(first(x), coin() ? 0.2 : 0.5003, coin() ? 0.5 : 0.1007)),
  },
  'hard swish, on both sides of its kinks': {
    shapes: one, build: (op, x) => op.hardSwish(op.mul(first(x), op.scalar('float32', 2.5007))),
  },
  'where with broadcasting': {
    shapes: pair,
    build: (op, x) => op.where(op.greater(first(x), op.scalar('float32', 0)), op.square(first(x)), second(x)),
  },
  'dropout by given noise': {
    shapes: (size) => [[3, size()]],
    build: (op, x) => {
      const uniform = op.graph.constant('float32', [3, 1], Float32Array.of(0.1, 0.5, 0.9), 'uniform');
      return op.square(op.dropout(first(x), op.expandLike(uniform, first(x)), 0.4));
    },
  },
};
