/**
 * Linear and logistic regression to the optimum: loss and gradient in ONNX Runtime, L-BFGS here, started from the Hessian
 * at zero over a sample of rows, which for up to some thousands of rows is Newton's method or the normal equations.
 */
import { fail } from '../../shared/errors.ts';
import type { LinearLoss } from '../ml/linear-graph.ts';
import { minimizeConvex } from '../ml/linear-solver.ts';
import type { ConvexProblem, Minimum } from '../ml/linear-solver.ts';
import type { LossSpec } from '../ml/losses.ts';
import type { Program } from '../ml/training-graph.ts';
import type { Matrix } from '../ml/training-set.ts';
import { openMetric } from './linear-metric.ts';
import { LinearObjective, openObjective, rowWeights, sampleProblem } from './linear-objective.ts';
import type { LinearProblem } from './linear-objective.ts';
import type { SessionOptions } from './session.ts';
import type { Weights } from './trainer.ts';

export interface LinearOptions {
  readonly program: Pick<Program, 'network' | 'loss' | 'view' | 'l1' | 'l2'>;
  readonly data: Matrix;
  /** The rows of `data` to fit. */
  readonly rows: Int32Array;
  readonly session: SessionOptions;
  /** The mean loss with the penalty after an iteration. */
  onIteration(iteration: number, loss: number): void;
  /** Lets messages in, some ten times a second; true ends the search with what was reached. */
  pause(): Promise<boolean>;
}

export interface LinearFit {
  /** By name: `output.weight` [features, outputs] and `output.bias` [outputs]. */
  readonly weights: Weights;
  readonly iterations: number;
  /** The mean loss over the rows plus l2 / 2 times the sum of squared weights. */
  readonly loss: number;
  /** `limit`: still falling after the most iterations, as for classes that a plane separates and no penalty. */
  readonly end: Minimum['end'];
}

const maxIterations = 500;
/** How far above the optimum the loss may end; float32 sums resolve no less. */
const tolerance = 1e-13;
const sampledRows = 8192;

/**
 * Fits a linear network. More rows than a sample has are solved from the sample's optimum, with what its search learnt.
 * @throws train/bad-config for what has no exact solution here.
 */
export async function solveLinear(options: LinearOptions): Promise<LinearFit> {
  checkLinear(options.program);
  const problem = problemOf(options);
  const count = Math.max(sampledRows, 16 * problem.width);
  const sample = problem.rows.length < 2 * count ? null : sampleProblem(problem, count);
  const session = await openObjective(problem, options.session);
  try {
    const precondition = await openMetric(sample ?? problem, problem.rows.length, options.session, options.pause);
    const minimize = (part: LinearProblem, from: Pick<ConvexProblem, 'start' | 'pairs' | 'tolerance' | 'onIteration'>): Promise<Minimum> => {
      const objective = new LinearObjective(part, session, options.pause);
      return minimizeConvex({
        ...from, precondition, maxIterations, evaluate: (at) => objective.evaluate(at),
        onIteration: async (iteration, loss) => await from.onIteration(iteration, loss) || objective.isStopped,
      });
    };
    const zero = { start: new Float64Array(problem.outputWidth * problem.width), pairs: [] };
    // A sample's optimum is about width / 2 rows off; to be much more exact is no use.
    const rough = sample === null ? zero : await minimize(sample, {
      ...zero, tolerance: (1e-3 * problem.width) / count, onIteration: () => Promise.resolve(false),
    });
    const minimum = await minimize(problem, {
      start: 'at' in rough ? rough.at : zero.start, pairs: rough.pairs, tolerance,
      onIteration: async (iteration, loss) => {
        options.onIteration(iteration, loss);
        return options.pause();
      },
    });
    if (!Number.isFinite(minimum.loss)) {
      throw fail('train/diverged', { value: String(minimum.loss), step: minimum.iterations + 1, place: '', layer: null, where: null, began: null });
    }
    return { weights: weightsOf(problem, minimum.at), iterations: minimum.iterations, loss: minimum.loss, end: minimum.end };
  } finally {
    await session.release();
  }
}

/** @throws train/bad-config unless the exact solver can minimise this. */
function checkLinear({ network, loss, view, l1 }: LinearOptions['program']): void {
  const refuse = (field: string, value: string | number, reason: string): Error => fail('train/bad-config', { field, value, reason });
  if (view.kind !== 'rows' || network.codeWidth > 0 || network.parameters.map(({ name }) => name).join() !== 'output.weight,output.bias') {
    throw refuse('model.solver', 'exact', 'it solves linear models of the rows of a table.');
  }
  if (l1 > 0) throw refuse('l1', l1, 'the exact solver has no L1 penalty.');
  if (lossKindOf(loss) === null) throw refuse('loss.kind', loss.kind, 'the exact solver takes the squared error, cross-entropy and binary cross-entropy.');
  if (loss.kind !== 'cross-entropy') return;
  if (loss.labelSmoothing > 0) throw refuse('loss.labelSmoothing', loss.labelSmoothing, 'the exact solver takes classes as they are.');
  if (loss.triplet !== null) throw refuse('loss.triplet', loss.triplet.weight, 'a linear model has no hidden layer.');
}

function lossKindOf(loss: LossSpec): LinearLoss | null {
  if (loss.kind === 'squared') return 'squared';
  if (loss.kind === 'binary-cross-entropy') return 'logistic';
  if (loss.kind === 'cross-entropy') return loss.classCount === 2 ? 'logistic' : 'softmax';
  return null;
}

interface Problem extends LinearProblem {
  /** Two outputs for two classes differ in sign alone, so one is solved for: half of it each, with half of the penalty. */
  readonly isHalved: boolean;
}

function problemOf({ program: { network, loss, l2 }, data, rows }: LinearOptions): Problem {
  const kind = lossKindOf(loss) as LinearLoss;
  const isHalved = kind === 'logistic' && network.outputWidth === 2;
  return {
    loss: kind, width: network.featureWidth + 1, outputWidth: isHalved ? 1 : network.outputWidth, l2: isHalved ? l2 / 2 : l2, isHalved,
    data, rows, ...rowWeights(data, rows, 'classWeights' in loss ? loss.classWeights : null),
  };
}

function weightsOf({ outputWidth, width, isHalved }: Problem, at: Float64Array): Weights {
  const scales = isHalved ? [-0.5, 0.5] : Array.from({ length: outputWidth }, () => 1);
  const source = (output: number): number => (isHalved ? 0 : output * width);
  const weight = new Float32Array((width - 1) * scales.length);
  scales.forEach((scale, output) => {
    for (let i = 0; i < width - 1; i++) weight[i * scales.length + output] = (at[source(output) + i] as number) * scale;
  });
  return new Map([
    ['output.weight', weight],
    ['output.bias', Float32Array.from(scales, (scale, output) => (at[source(output) + width - 1] as number) * scale)],
  ]);
}
