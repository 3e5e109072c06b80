/** Gradient cases of losses, by the output of the network. */
import type { Value } from '../../../electron/ml/graph.ts';
import { meanLoss, rowLosses } from '../../../electron/ml/losses.ts';
import type { LossSpec } from '../../../electron/ml/losses.ts';
import type { Ops } from '../../../electron/ml/ops/index.ts';
import type { GradientCase, GradientCases } from './case.ts';

const rows = 4;
const targets = 2;
const weights = Float32Array.of(0.5, 1, 2);

/** Classes 2, 0, 1, 2, .. of `classCount`. */
const classes = (op: Ops, classCount: number): Value =>
  op.graph.constant('int32', [rows], Int32Array.from({ length: rows }, (_, i) => (i + 2) % classCount), 'target');

function classLoss(loss: LossSpec, width: number, classCount: number): GradientCase {
  return {
    shapes: () => [[rows, width], [rows]], isPositive: false,
    build: (op, [output, sampleWeights]) => meanLoss(op, rowLosses(op, loss, output as Value, classes(op, classCount)), op.square(sampleWeights as Value)),
  };
}

/** The target is an input too: its gradient comes through the same nodes. */
function numberLoss(loss: LossSpec, levels = 1): GradientCase {
  return {
    shapes: () => [[`batch:${rows}`, targets * levels], [`batch:${rows}`, targets]],
    build: (op, [output, target]) => rowLosses(op, loss, output as Value, target as Value).losses,
  };
}

export const lossCases: GradientCases = {
  'cross-entropy': classLoss({ kind: 'cross-entropy', classCount: 3, classWeights: null, labelSmoothing: 0, triplet: null }, 3, 3),
  'cross-entropy with class weights': classLoss({ kind: 'cross-entropy', classCount: 3, classWeights: weights, labelSmoothing: 0, triplet: null }, 3, 3),
  'smoothed cross-entropy': classLoss({ kind: 'cross-entropy', classCount: 3, classWeights: null, labelSmoothing: 0.1, triplet: null }, 3, 3),
  'smoothed cross-entropy with class weights':
    classLoss({ kind: 'cross-entropy', classCount: 3, classWeights: weights, labelSmoothing: 0.2, triplet: null }, 3, 3),
  'focal loss': classLoss({ kind: 'focal', classCount: 3, classWeights: weights, gamma: 2 }, 3, 3),
  'focal loss with gamma 0': classLoss({ kind: 'focal', classCount: 3, classWeights: null, gamma: 0 }, 3, 3),
  'focal loss with gamma below 1': classLoss({ kind: 'focal', classCount: 3, classWeights: null, gamma: 0.5 }, 3, 3),
  'binary cross-entropy': classLoss({ kind: 'binary-cross-entropy', classWeights: null }, 1, 2),
  'binary cross-entropy with class weights': classLoss({ kind: 'binary-cross-entropy', classWeights: Float32Array.of(3, 0.5) }, 1, 2),
  'squared error': numberLoss({ kind: 'squared' }),
  'absolute error': numberLoss({ kind: 'absolute' }),
  'huber, on both sides of its kink': numberLoss({ kind: 'huber', delta: 0.7001 }),
  'quantiles': numberLoss({ kind: 'quantile', levels: [0.1, 0.5, 0.9] }, 3),
  'one quantile': numberLoss({ kind: 'quantile', levels: [0.3] }),
  poisson: numberLoss({ kind: 'poisson' }),
  'the triplet loss with the hardest rows': {
    shapes: () => [[6, 3]],
    build: (op, [embedding]) => {
      const target = op.graph.constant('int32', [6], Int32Array.of(0, 1, 0, 1, 2, 1), 'target');
      const output = op.slice(embedding as Value, 1, 0, 3);
      const loss: LossSpec = { kind: 'cross-entropy', classCount: 3, classWeights: null, labelSmoothing: 0, triplet: { weight: 0.5, margin: 5 } };
      return rowLosses(op, loss, output, target, embedding as Value).losses;
    },
  },
};
