/** The objective of a linear model over the rows of a matrix: its loss and gradient, by ONNX Runtime. */
import { range } from '../../shared/math/random.ts';
import { buildLinearObjective } from '../ml/linear-graph.ts';
import type { LinearLoss } from '../ml/linear-graph.ts';
import type { Point } from '../ml/linear-solver.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import type { Matrix } from '../ml/training-set.ts';
import { floatTensor, floatsOf, int32Tensor, openSession } from './session.ts';
import type { Session, SessionOptions, Tensor } from './session.ts';

/** What is solved. Parameters are [outputs, features + 1] in float64, the bias last. */
export interface LinearProblem {
  readonly loss: LinearLoss;
  readonly outputWidth: number;
  /** The features, and one for the bias. */
  readonly width: number;
  /** Penalty l2 / 2 times the sum of squares of all but biases, added to the mean loss. */
  readonly l2: number;
  readonly data: Matrix;
  /** The rows to fit. */
  readonly rows: Int32Array;
  /** Of every row of the data, and their sum. */
  readonly weights: Float32Array;
  readonly totalWeight: number;
}

/** Loss and gradient over all rows: sums of float32 within blocks of rows, of float64 over blocks. */
export class LinearObjective {
  readonly #problem: LinearProblem;
  readonly #session: Session;
  readonly #blocks: readonly Record<string, Tensor>[];
  readonly #pause: () => Promise<boolean>;
  #isStopped = false;
  #restedAtMs = performance.now();

  /** `session` runs the graph of `openObjective`; `pause` is asked some ten times a second. */
  constructor(problem: LinearProblem, session: Session, pause: () => Promise<boolean>) {
    this.#problem = problem;
    this.#session = session;
    this.#blocks = blocksOf(problem);
    this.#pause = pause;
  }

  /** Whether `pause` said so. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  async evaluate(at: Float64Array): Promise<Point> {
    const { width, outputWidth, l2, totalWeight } = this.#problem;
    const features = width - 1;
    const weight = new Float32Array(outputWidth * features);
    const bias = new Float32Array(outputWidth);
    for (let k = 0; k < outputWidth; k++) {
      weight.set(at.subarray(k * width, k * width + features), k * features);
      bias[k] = at[k * width + features] as number;
    }
    const given = { weight: floatTensor(weight, [outputWidth, features]), bias: floatTensor(bias, [outputWidth, 1]) };
    const gradient = new Float64Array(at.length);
    let loss = 0;
    for (const block of this.#blocks) {
      await this.#rest();
      const outputs = await this.#session.run({ ...block, ...given });
      loss += floatsOf(outputs['loss'])[0] as number;
      const byWeight = floatsOf(outputs['weightGradient']);
      const byBias = floatsOf(outputs['biasGradient']);
      for (let k = 0; k < outputWidth; k++) {
        for (let i = 0; i < features; i++) gradient[k * width + i]! += byWeight[k * features + i] as number;
        gradient[k * width + features]! += byBias[k] as number;
      }
    }
    loss /= totalWeight;
    for (let i = 0; i < gradient.length; i++) {
      gradient[i]! /= totalWeight;
      if (i % width === features) continue;
      gradient[i]! += l2 * (at[i] as number);
      loss += 0.5 * l2 * (at[i] as number) ** 2;
    }
    return { loss, gradient };
  }

  async #rest(): Promise<void> {
    const nowMs = performance.now();
    if (nowMs - this.#restedAtMs < 100) return;
    this.#restedAtMs = nowMs;
    if (await this.#pause()) this.#isStopped = true;
  }
}

/** The session that objectives of this shape share; the caller releases it. */
export async function openObjective({ loss, width, outputWidth }: LinearProblem, options: SessionOptions): Promise<Session> {
  return openSession(writeOnnx(buildLinearObjective({ loss, featureWidth: width - 1, outputWidth })), options);
}

/** The same problem over `count` of its rows, evenly spread. */
export function sampleProblem(problem: LinearProblem, count: number): LinearProblem {
  const { data, rows, weights, width } = problem;
  const x = new Float32Array(count * (width - 1));
  const picked = Int32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)] as number);
  picked.forEach((row, i) => x.set((data.x as Float32Array).subarray(row * (width - 1), (row + 1) * (width - 1)), i * (width - 1)));
  const own = Float32Array.from(picked, (row) => weights[row] as number);
  const y = data.y instanceof Int32Array ? picked.map((row) => data.y[row] as number) : Float32Array.from(picked, (row) => data.y[row] as number);
  return {
    ...problem, data: { rowCount: count, x, y, codes: null, w: null }, rows: range(count), weights: own, totalWeight: own.reduce((sum, weight) => sum + weight, 0),
  };
}

/** The weights of rows in the loss: 0 for those that are not to be fitted, else theirs times their class's. */
export function rowWeights(
  { rowCount, w, y }: Matrix, rows: Int32Array, classWeights: Float32Array | null,
): Pick<LinearProblem, 'weights' | 'totalWeight'> {
  const weights = new Float32Array(rowCount);
  if (w === null && classWeights === null) {
    for (let i = 0; i < rows.length; i++) weights[rows[i] as number] = 1;
    return { weights, totalWeight: rows.length };
  }
  let totalWeight = 0;
  for (const row of rows) {
    const weight = (w?.[row] ?? 1) * (classWeights?.[y[row] as number] ?? 1);
    weights[row] = weight;
    totalWeight += weight;
  }
  return { weights, totalWeight };
}

/** Views of the data, each of about a million numbers, which keeps what is computed between in the caches. */
function blocksOf({ data: { rowCount, x, y }, loss, width, outputWidth, weights }: LinearProblem): Record<string, Tensor>[] {
  const features = width - 1;
  const blockRows = Math.min(Math.max(Math.floor(2 ** 20 / (width + 4 * outputWidth)), 512), rowCount);
  const values = loss === 'softmax' ? y : fittedTargets(y, weights);
  const blocks: Record<string, Tensor>[] = [];
  for (let from = 0; from < rowCount; from += blockRows) {
    const to = Math.min(from + blockRows, rowCount);
    const own = values.subarray(from, to);
    blocks.push({
      x: floatTensor((x as Float32Array).subarray(from * features, to * features), [to - from, features]),
      y: own instanceof Int32Array ? int32Tensor(own, [1, to - from]) : floatTensor(own, [1, to - from]),
      w: floatTensor(weights.subarray(from, to), [1, to - from]),
    });
  }
  return blocks;
}

/** Targets as numbers; 0 for rows that are left out, as a weight of 0 does not take an infinite loss away. */
function fittedTargets(y: Float32Array | Int32Array, weights: Float32Array): Float32Array {
  const fitted = new Float32Array(y.length);
  for (let row = 0; row < y.length; row++) if (weights[row] !== 0) fitted[row] = y[row] as number;
  return fitted;
}
