/**
 * The objectives of linear models over a block of rows: sums of loss and gradient, in one pass. Rows run along the last
 * axis wherever there is a choice, as ONNX Runtime is slow over short last axes.
 */
import { Graph } from './graph.ts';
import type { Value } from './graph.ts';
import { ops } from './ops/index.ts';
import type { Ops } from './ops/index.ts';

/** Squared error; log(1 + e^-z) of two classes and one output; cross-entropy of several. */
export type LinearLoss = 'squared' | 'logistic' | 'softmax';

export interface LinearShape {
  readonly loss: LinearLoss;
  readonly featureWidth: number;
  readonly outputWidth: number;
}

/**
 * With z = weight x^T + bias [outputs, rows]. Inputs: `x` float32 [rows, features], `w` float32 [1, rows] (a weight of 0 leaves a
 * row out), `weight` [outputs, features], `bias` [outputs, 1], and `y` [1, rows]: values or 0 and 1 float32, of several classes int32.
 * Outputs: `loss` (scalar), `weightGradient`, `biasGradient`: sums over the rows, each times its weight.
 */
export function buildLinearObjective({ loss, featureWidth, outputWidth }: LinearShape): Graph {
  const graph = new Graph('linear-objective');
  const op = ops(graph);
  const x = graph.input('x', 'float32', ['rows', featureWidth]);
  const y = graph.input('y', loss === 'softmax' ? 'int32' : 'float32', [1, 'rows']);
  const w = graph.input('w', 'float32', [1, 'rows']);
  const weight = graph.input('weight', 'float32', [outputWidth, featureWidth]);
  const bias = graph.input('bias', 'float32', [outputWidth, 1]);
  const z = op.add(op.gemm(weight, x, { transposeB: true }), bias);
  const { losses, slopes } = rowTerms(op, loss, z, y, outputWidth);
  const weighed = op.mul(slopes, w);
  graph.output('loss', op.reduceSum(op.mul(losses, w), null, false));
  graph.output('weightGradient', op.matMul(weighed, x));
  graph.output('biasGradient', op.reduceSum(weighed, [1], true));
  return graph;
}

/** a^T a of rows `a` float32 [rows, width]. */
export function buildGramGraph(width: number): Graph {
  const graph = new Graph('gram');
  const a = graph.input('a', 'float32', ['rows', width]);
  graph.output('gram', ops(graph).gemm(a, a, { transposeA: true }));
  return graph;
}

/** Loss [1, rows] and its derivative by z [outputs, rows]. */
function rowTerms(op: Ops, loss: LinearLoss, z: Value, y: Value, outputWidth: number): { losses: Value; slopes: Value } {
  switch (loss) {
    case 'squared': {
      const error = op.sub(z, y);
      return { losses: op.square(error), slopes: op.add(error, error) };
    }
    case 'logistic': {
      // log(1 + e^z) = max(z, 0) - log sigmoid(|z|): ONNX Runtime's Softplus takes five times as long.
      const softplus = op.sub(op.relu(z), op.log(op.sigmoid(op.abs(z))));
      return { losses: op.sub(softplus, op.mul(z, y)), slopes: op.sub(op.sigmoid(z), y) };
    }
    case 'softmax': {
      const classes = op.graph.constant('int32', [outputWidth, 1], Int32Array.from({ length: outputWidth }, (_, i) => i), 'classes');
      const isTarget = op.cast(op.equal(y, classes), 'float32');
      const shifted = op.sub(z, op.reduceMax(z, [0], true));
      const powers = op.exp(shifted);
      const total = op.reduceSum(powers, [0], true);
      const losses = op.sub(op.log(total), op.reduceSum(op.mul(shifted, isTarget), [0], true));
      return { losses, slopes: op.sub(op.div(powers, total), isTarget) };
    }
  }
}
