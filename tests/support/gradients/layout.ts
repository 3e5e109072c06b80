/** Gradient cases of operators that move or select elements. */
import type { Value } from '../../../electron/ml/graph.ts';
import type { Ops } from '../../../electron/ml/ops/index.ts';
import { first, second } from './case.ts';
import type { GradientCases } from './case.ts';

/** Indices in 0..2 that the graph does not know when it is built: they depend on a sign. */
function runtimeIndices(op: Ops, x: Value, shape: readonly number[]): Value {
  const count = shape.reduce((product, dim) => product * dim, 1);
  const signs = op.cast(op.greater(op.reduceMax(op.slice(x, 0, 0, 1), null, false), op.scalar('float32', 0)), 'int32');
  const places = op.graph.constant('int32', shape, Int32Array.from({ length: count }, (_, i) => i % 2), 'places');
  return op.add(places, signs);
}

const integers = (op: Ops, shape: readonly number[], numbers: readonly number[]): Value =>
  op.graph.constant('int64', shape, BigInt64Array.from(numbers, BigInt), 'indices');

export const layoutCases: GradientCases = {
  'reshape, transpose and unsqueeze': {
    shapes: (size) => [[2, size(), size()]],
    build: (op, x) => {
      const [a, b, c] = first(x).shape as [number, number, number];
      const turned = op.transpose(first(x), [2, 0, 1]);
      return op.square(op.unsqueeze(op.reshape(turned, [a * c, b]), [1]));
    },
  },
  'squeeze and unsqueeze around two symbolic sizes': {
    shapes: (size) => [[`batch:${size()}`, 1, `steps:${size()}`]],
    build: (op, x) => op.square(op.unsqueeze(op.squeeze(first(x), [1]), [0, -1])),
  },
  'expand by broadcasting': {
    shapes: (size) => {
      const n = size();
      return [[n, 1], [size(), n, size()]];
    },
    build: (op, x) => op.mul(op.expandLike(first(x), second(x)), second(x)),
  },
  'concat along each axis': {
    shapes: (size) => {
      const [n, m] = [size(), size()];
      return [[n, m], [n, m], [n, m]];
    },
    build: (op, x, coin) => op.square(op.concat(x, coin() ? 0 : 1)),
  },
  'slices that overlap': {
    shapes: (size) => [[`batch:${size()}`, 5, size()]],
    build: (op, x) => op.mul(op.slice(first(x), 1, 1, 4), op.slice(first(x), -2, -3, 5)),
  },
  'rows in reverse order': { shapes: (size) => [[`batch:${size()}`, size()]], build: (op, x) => op.square(op.reverseRows(first(x))) },
  'split of which one part is not used': {
    shapes: (size) => [[`batch:${size()}`, 6]],
    build: (op, x) => {
      const [a, , c] = op.split(first(x), 1, [2, 1, 3]) as [Value, Value, Value];
      return op.concat([op.square(a), op.exp(c)], 1);
    },
  },
  'pad on some sides': {
    shapes: (size) => [[`batch:${size()}`, size(), size()]],
    build: (op, x, coin) => op.square(op.pad(first(x), [0, 1, 0], [0, 0, 2], coin() ? 0 : 0.5)),
  },
  'gather of rows, some more than once': {
    shapes: (size) => [[3, size()]],
    build: (op, x) => op.square(op.gather(first(x), integers(op, [4], [2, 0, 2, 2]))),
  },
  'gather of one row': { shapes: (size) => [[3, size()]], build: (op, x) => op.square(op.gather(first(x), integers(op, [], [-2]))) },
  'gather that permutes an axis': {
    shapes: (size) => [[`batch:${size()}`, 4, size()]],
    build: (op, x) => op.square(op.gather(first(x), integers(op, [4], [3, 1, 0, 2]), 1)),
  },
  'gather by a matrix of indices along the last axis': {
    shapes: (size) => [[`batch:${size()}`, 4]],
    build: (op, x) => op.square(op.gather(first(x), integers(op, [3, 2], [0, 1, 1, 2, 2, 1]), -1)),
  },
  'gather mostly of one element, which an inverse index would blow up': {
    shapes: (size) => [[8, size()]],
    build: (op, x) => op.square(op.gather(first(x), integers(op, [9], [5, 5, 5, 5, 5, 5, 5, 0, 5]))),
  },
  'gather by indices that the graph computes': {
    shapes: (size) => [[3, size(), 2]],
    build: (op, x) => op.square(op.gather(first(x), runtimeIndices(op, first(x), [5]))),
  },
  'gather by a matrix of computed indices along the middle axis': {
    shapes: (size) => [[`batch:${size()}`, 3, size()]],
    build: (op, x) => op.square(op.gather(first(x), runtimeIndices(op, first(x), [2, 3]), 1)),
  },
  'gather of rows of a small table by a matrix of computed indices': {
    shapes: (size) => [[3, size()]],
    build: (op, x) => op.square(op.gather(first(x), op.sub(runtimeIndices(op, first(x), [2, 2]), op.scalar('int32', 1)))),
  },
  'gather of rows of a large table by computed indices': {
    shapes: () => [[65, 1]],
    build: (op, x) => op.square(op.gather(first(x), runtimeIndices(op, first(x), [7]))),
  },
  'gather by one computed index': {
    shapes: (size) => [[3, size()]], build: (op, x) => op.square(op.gather(first(x), runtimeIndices(op, first(x), []))),
  },
};
