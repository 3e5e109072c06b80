import { describe, expect, it } from 'vitest';
import {
  accuracy, classificationMetrics, confusionCounts, logLoss, macroF1, mostProbable, regressionMetrics, rocAuc,
} from '../../../electron/ml/metrics.ts';

/** Reference values: scikit-learn 1.9.1 on the same numbers, probabilities rounded to float32. */
const truth = Int32Array.of(0, 1, 2, 2, 1, 0, 2, 1);
const probabilities = Float32Array.from([
  [0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6], [0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8], [0.25, 0.5, 0.25],
].flat());

describe('classification metrics', () => {
  it('equal scikit-learn on three classes', () => {
    const { values, confusion } = classificationMetrics(truth, probabilities, 3);
    expect(confusion).toEqual([[2, 0, 0], [0, 3, 0], [1, 0, 2]]);
    expect(values.accuracy).toBeCloseTo(0.875, 12);
    expect(values.macroF1).toBeCloseTo(0.8666666666666667, 12);
    expect(values.rocAuc).toBeCloseTo(0.9333333333333332, 12);
    expect(values.logLoss).toBeCloseTo(0.6663963805670303, 12);
  });

  it('share the rank of tied scores in the ROC area, as scikit-learn does', () => {
    const scores = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4];
    const pairs = Float32Array.from(scores.flatMap((score) => [1 - score, score]));
    expect(rocAuc(Int32Array.of(0, 0, 1, 1, 1, 0), pairs, 2)).toBeCloseTo(0.6666666666666667, 12);
  });

  it('leave the ROC area undefined with one class or a NaN', () => {
    expect(rocAuc(Int32Array.of(1, 1), Float32Array.of(0.4, 0.6, 0.2, 0.8), 2)).toBeNull();
    expect(rocAuc(Int32Array.of(0, 1), Float32Array.of(NaN, NaN, NaN, NaN), 2)).toBeNull();
  });

  it('count a class that is never hit as 0, and leave out one that never occurs', () => {
    expect(macroF1([[2, 0], [2, 0]])).toBeCloseTo(0.3333333333333333, 12);
    expect(macroF1([[2, 0, 0], [0, 3, 0], [0, 0, 0]])).toBe(1);
    expect(macroF1([[0]])).toBeNull();
    expect(accuracy([[0]])).toBeNull();
  });

  it('clip a probability of 0 in the log loss at 2^-52', () => {
    expect(logLoss(Int32Array.of(1), Float32Array.of(1, 0), 2)).toBeCloseTo(52 * Math.LN2, 9);
    expect(logLoss(new Int32Array(0), new Float32Array(0), 2)).toBeNull();
  });

  it('let the first class win a tie', () => {
    expect([...mostProbable(Float32Array.of(0.5, 0.5, 0.2, 0.8), 2)]).toEqual([0, 1]);
    expect(confusionCounts(Int32Array.of(0, 1), Int32Array.of(0, 0), 2)).toEqual([[1, 0], [1, 0]]);
  });
});

describe('regression metrics', () => {
  it('equal scikit-learn', () => {
    const values = regressionMetrics(Float64Array.of(3, -0.5, 2, 7, 4.25), Float64Array.of(2.5, 0, 2, 8, 4));
    expect(values.mae).toBeCloseTo(0.45, 12);
    expect(values.rmse).toBeCloseTo(0.5590169943749475, 12);
    expect(values.r2).toBeCloseTo(0.9491042345276873, 12);
  });

  it('leave r2 undefined for constant truth', () => {
    expect(regressionMetrics(Float64Array.of(2, 2), Float64Array.of(1, 2)).r2).toBeNull();
  });

  it('are finite for values whose squares are not', () => {
    const { mae, rmse, r2 } = regressionMetrics(Float64Array.of(0, 2e300), Float64Array.of(1e300, 1e300));
    expect([mae! / 1e300, rmse! / 1e300, r2!]).toEqual([1, 1, 0]);
  });

  it('are undefined where a prediction is not finite', () => {
    expect(regressionMetrics(Float64Array.of(1, 2), Float64Array.of(Infinity, 2))).toEqual({ mae: null, rmse: null, r2: null });
  });
});
