/** A metric for the parameters of a linear model that is near the Hessian of its objective. */
import { choleskySteps, solveCholesky } from '../ml/cholesky.ts';
import { buildGramGraph } from '../ml/linear-graph.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import type { LinearProblem } from './linear-objective.ts';
import { floatTensor, floatsOf, openSession } from './session.ts';
import type { SessionOptions } from './session.ts';

/** Wider metrics take too long to factorise; the diagonal has to do. */
const maxMetricWidth = 2048;

/** Overwrites a gradient [outputs, width] with M^-1 g; M is the same for each output. */
type Precondition = (gradient: Float64Array) => void;

/**
 * M = c X^T W X / sum(W) + l2, with X the features and a 1 for the bias, and c the second derivative of the loss at zero:
 * 2 of the square, 1/4 of the logistic loss, 1/C of the cross-entropy as its gradients sum to 0 (Boehning 1992).
 * A share of the mean diagonal is added, so that features that depend on each other, or that a sample of `ofRows` rows does not
 * have, do no harm; as steps from zero stay within the span of the rows, dependent ones share their weight.
 */
export async function openMetric(problem: LinearProblem, ofRows: number, session: SessionOptions, pause: () => Promise<boolean>): Promise<Precondition> {
  const { width, outputWidth, l2, loss, rows, totalWeight } = problem;
  const scale = { squared: 2, logistic: 0.25, softmax: 1 / outputWidth }[loss] / totalWeight;
  const isDiagonal = width > maxMetricWidth;
  const metric = isDiagonal ? diagonalOf(problem) : await gramOf(problem, session, pause);
  const at = (i: number): number => (isDiagonal ? i : i * width + i);
  let trace = 0;
  for (let i = 0; i < metric.length; i++) metric[i]! *= scale;
  for (let i = 0; i < width; i++) trace += metric[at(i)] as number;
  const floor = (trace / width) * (rows.length < ofRows ? 1 / rows.length : 1e-5);
  for (let i = 0; i < width; i++) metric[at(i)]! += floor + (i < width - 1 ? l2 : 0);
  if (isDiagonal) {
    return (gradient) => {
      for (let i = 0; i < gradient.length; i++) gradient[i]! /= metric[i % width] as number;
    };
  }
  for (const _ of choleskySteps(metric, width)) await pause();
  return (gradient) => {
    for (let k = 0; k < outputWidth; k++) solveCholesky(metric, width, gradient.subarray(k * width, (k + 1) * width));
  };
}

/** Sums of products of features over the rows, each with its weight. */
async function gramOf(
  { width, data, rows, weights }: LinearProblem, options: SessionOptions, pause: () => Promise<boolean>,
): Promise<Float64Array> {
  const session = await openSession(writeOnnx(buildGramGraph(width)), options);
  const gram = new Float64Array(width * width);
  try {
    const blockRows = Math.min(Math.max(Math.floor(2 ** 19 / width), 512), rows.length);
    const block = new Float32Array(blockRows * width);
    for (let from = 0; from < rows.length; from += blockRows) {
      const count = Math.min(blockRows, rows.length - from);
      for (let i = 0; i < count; i++) {
        const row = rows[from + i] as number;
        copyRow(data.x as Float32Array, row, Math.sqrt(weights[row] as number), block, i, width);
      }
      const outputs = await session.run({ a: floatTensor(block.subarray(0, count * width), [count, width]) });
      floatsOf(outputs['gram']).forEach((value, i) => {
        gram[i]! += value;
      });
      await pause();
    }
  } finally {
    await session.release();
  }
  return gram;
}

/** Row `at` of `block` [_, width] becomes (x, 1) times `scale`. */
function copyRow(x: Float32Array, row: number, scale: number, block: Float32Array, at: number, width: number): void {
  const features = width - 1;
  for (let i = 0; i < features; i++) block[at * width + i] = (x[row * features + i] as number) * scale;
  block[at * width + features] = scale;
}

function diagonalOf({ data, rows, weights, width }: LinearProblem): Float64Array {
  const copy = new Float32Array(width);
  const diagonal = new Float64Array(width);
  for (const row of rows) {
    copyRow(data.x as Float32Array, row, Math.sqrt(weights[row] as number), copy, 0, width);
    for (let k = 0; k < width; k++) diagonal[k]! += (copy[k] as number) ** 2;
  }
  return diagonal;
}
