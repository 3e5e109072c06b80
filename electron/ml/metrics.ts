/**
 * Scores of predictions, in float64. Classes are compared as numbers; probabilities are row-major [rows, classes].
 * Definitions follow scikit-learn 1.7; what it leaves undefined is stated here.
 */
import type { MetricValues } from '../../shared/domain/runs.ts';

/** Probabilities are clipped to [clip, 1 - clip] before the logarithm; scikit-learn clips at float64's epsilon. */
export const probabilityClip = 2 ** -52;

/** counts[i][j]: rows of class i predicted as class j. */
export function confusionCounts(truth: Int32Array, predicted: Int32Array, classCount: number): number[][] {
  const counts = Array.from({ length: classCount }, () => new Array<number>(classCount).fill(0));
  for (let i = 0; i < truth.length; i++) {
    const row = counts[truth[i] as number] as number[];
    row[predicted[i] as number]! += 1;
  }
  return counts;
}

/** The most probable class of each row; the first one wins a tie, as in ONNX ArgMax. */
export function mostProbable(probabilities: Float32Array, classCount: number): Int32Array {
  const result = new Int32Array(probabilities.length / classCount);
  for (let i = 0; i < result.length; i++) {
    let best = 0;
    for (let c = 1; c < classCount; c++) {
      if ((probabilities[i * classCount + c] as number) > (probabilities[i * classCount + best] as number)) best = c;
    }
    result[i] = best;
  }
  return result;
}

/** Share of rows on the diagonal; null without rows. */
export function accuracy(confusion: readonly (readonly number[])[]): number | null {
  let right = 0;
  let total = 0;
  confusion.forEach((row, i) => row.forEach((count, j) => {
    total += count;
    if (i === j) right += count;
  }));
  return total === 0 ? null : right / total;
}

/** Mean over classes that occur, as truth or prediction, of F1 = 2 tp / (2 tp + fp + fn). A class never hit counts 0. */
export function macroF1(confusion: readonly (readonly number[])[]): number | null {
  const scores: number[] = [];
  confusion.forEach((row, c) => {
    const actual = row.reduce((sum, count) => sum + count, 0);
    const predicted = confusion.reduce((sum, other) => sum + (other[c] as number), 0);
    if (actual + predicted > 0) scores.push((2 * (row[c] as number)) / (actual + predicted));
  });
  return scores.length === 0 ? null : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** Mean of -log of the probability given to the true class; null without rows. */
export function logLoss(truth: Int32Array, probabilities: Float32Array, classCount: number): number | null {
  if (truth.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    const given = probabilities[i * classCount + (truth[i] as number)] as number;
    sum -= Math.log(Math.min(Math.max(given, probabilityClip), 1 - probabilityClip));
  }
  return sum / truth.length;
}

/**
 * Area under the ROC curve: with two classes that of class 1, with more the mean over classes against the rest,
 * leaving out classes that are absent or alone; null when none is left or a score is NaN. Cost O(classes n log n).
 */
export function rocAuc(truth: Int32Array, probabilities: Float32Array, classCount: number): number | null {
  const scores = new Float32Array(truth.length);
  const areas: number[] = [];
  for (let c = classCount === 2 ? 1 : 0; c < classCount; c++) {
    for (let i = 0; i < truth.length; i++) scores[i] = probabilities[i * classCount + c] as number;
    const area = binaryArea(truth, scores, c);
    if (area !== null) areas.push(area);
  }
  return areas.length === 0 ? null : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/**
 * The Mann-Whitney form of the area: the share of pairs of a positive and a negative row in which the positive
 * scores higher, ties counting half. One merge of both sorted sides.
 */
function binaryArea(truth: Int32Array, scores: Float32Array, positive: number): number | null {
  const positives = scores.filter((_, i) => truth[i] === positive).sort();
  const negatives = scores.filter((_, i) => truth[i] !== positive).sort();
  const pairCount = positives.length * negatives.length;
  // Typed arrays sort NaN to the end.
  if (pairCount === 0 || Number.isNaN(positives.at(-1)) || Number.isNaN(negatives.at(-1))) return null;
  let below = 0;
  let upTo = 0;
  let halves = 0;
  for (const score of positives) {
    while (below < negatives.length && (negatives[below] as number) < score) below += 1;
    while (upTo < negatives.length && (negatives[upTo] as number) <= score) upTo += 1;
    halves += below + upTo;
  }
  return halves / 2 / pairCount;
}

/**
 * Mean absolute error, root mean squared error and coefficient of determination (null for constant truth); all null when
 * a prediction is not finite.
 */
export function regressionMetrics(truth: Float64Array, predicted: Float64Array): MetricValues {
  const count = truth.length;
  if (count === 0 || !predicted.every(Number.isFinite)) return { mae: null, rmse: null, r2: null };
  const mean = truth.reduce((sum, value) => sum + value / count, 0);
  // Squares of huge values overflow, so they are formed on a smaller scale.
  const largest = Math.max(largestOf(truth), largestOf(predicted));
  const scale = largest > 1e100 ? largest : 1;
  let absolute = 0;
  let squared = 0;
  let spread = 0;
  for (let i = 0; i < count; i++) {
    const error = (predicted[i] as number) / scale - (truth[i] as number) / scale;
    absolute += Math.abs(error);
    squared += error * error;
    spread += ((truth[i] as number) / scale - mean / scale) ** 2;
  }
  const r2 = spread === 0 ? null : 1 - squared / spread;
  return { mae: (absolute / count) * scale, rmse: Math.sqrt(squared / count) * scale, r2: Number.isFinite(r2) ? r2 : null };
}

function largestOf(values: Float64Array): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** All scores of a classification, with its confusion counts. */
export function classificationMetrics(
  truth: Int32Array, probabilities: Float32Array, classCount: number,
): { values: MetricValues; confusion: number[][] } {
  const confusion = confusionCounts(truth, mostProbable(probabilities, classCount), classCount);
  return {
    confusion,
    values: {
      logLoss: logLoss(truth, probabilities, classCount),
      accuracy: accuracy(confusion),
      macroF1: macroF1(confusion),
      rocAuc: rocAuc(truth, probabilities, classCount),
    },
  };
}
