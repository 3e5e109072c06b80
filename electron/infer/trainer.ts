/**
 * A training program in ONNX Runtime with its state: runs steps, evaluates, gives out the weights.
 * The numbers do not depend on how steps are cut into chunks.
 */
import { adamSchedule } from '../ml/adam.ts';
import type { LossSpec } from '../ml/losses.ts';
import type { Network } from '../ml/network.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import { buildEvaluationGraph, buildTrainingGraph, stateKinds, stateName } from '../ml/training-graph.ts';
import type { Matrix } from '../ml/training-set.ts';
import { floatTensor, floatsOf, int32Tensor, openSession, Tensor } from './session.ts';
import type { Session } from './session.ts';

export interface TrainerOptions {
  readonly network: Network;
  readonly loss: LossSpec;
  readonly l2: number;
  readonly learningRate: number;
  readonly threadCount: number;
  /** One array per parameter of the network. */
  readonly initial: readonly Float32Array[];
}

/** What the evaluation graph gives for each row. */
export interface Evaluation {
  /** [rowCount, outputWidth]: probabilities, or standardised values. */
  readonly output: Float32Array;
  readonly rowLosses: Float32Array;
}

const evaluationRows = 8192;

export class Trainer {
  /** The bytes of the training graph, which identify the computation. */
  readonly graphBytes: Uint8Array;
  readonly #options: TrainerOptions;
  readonly #training: Session;
  readonly #evaluation: Session;
  #state: Record<string, Tensor>;
  #stepCount = 0;

  private constructor(options: TrainerOptions, graphBytes: Uint8Array, training: Session, evaluation: Session) {
    this.graphBytes = graphBytes;
    this.#options = options;
    this.#training = training;
    this.#evaluation = evaluation;
    this.#state = initialState(options.network, options.initial);
  }

  /** Compiles the graphs and opens their sessions; `close` releases them. */
  static async open(options: TrainerOptions): Promise<Trainer> {
    const { network, loss, l2, threadCount } = options;
    const graphBytes = writeOnnx(buildTrainingGraph(network, loss, l2));
    const training = await openSession(graphBytes, { threadCount });
    try {
      const evaluation = await openSession(writeOnnx(buildEvaluationGraph(network, loss)), { threadCount });
      return new Trainer(options, graphBytes, training, evaluation);
    } catch (error) {
      await training.release();
      throw error;
    }
  }

  /** Optimizer steps so far. */
  get stepCount(): number {
    return this.#stepCount;
  }

  /** The current weights, one array per parameter; not to be written to. */
  get weights(): Float32Array[] {
    return this.#options.network.parameters.map(({ name }) => floatsOf(this.#state[stateName('parameter', name)]));
  }

  /** Runs one step per row of `batches` (int32 [steps, batchSize], row numbers of `data`); the loss of each step. */
  async runSteps(data: Matrix, batches: Int32Array, batchSize: number): Promise<Float32Array> {
    const steps = batches.length / batchSize;
    const { rates, epsilons } = adamSchedule(this.#options.learningRate, this.#stepCount + 1, steps);
    const outputs = await this.#training.run({
      ...this.#dataFeeds(data),
      batches: int32Tensor(batches, [steps, batchSize]),
      rates: floatTensor(rates, [steps]),
      epsilons: floatTensor(epsilons, [steps]),
      steps: new Tensor('int64', BigInt64Array.of(BigInt(steps)), []),
      ...this.#state,
    });
    this.#state = Object.fromEntries(Object.keys(this.#state).map((name) => [name, outputs[`next/${name}`] as Tensor]));
    this.#stepCount += steps;
    return floatsOf(outputs['losses']);
  }

  /** Evaluates rows with `weights` in slices; `pause` runs between slices. Cost: a forward pass. */
  async evaluate(data: Matrix, weights: readonly Float32Array[], pause: () => Promise<void>): Promise<Evaluation> {
    const { network } = this.#options;
    const output = new Float32Array(data.rowCount * network.outputWidth);
    const rowLosses = new Float32Array(data.rowCount);
    const parameters = Object.fromEntries(network.parameters.map(({ name, shape }, i) =>
      [stateName('parameter', name), floatTensor(weights[i] as Float32Array, shape)]));
    for (let from = 0; from < data.rowCount; from += evaluationRows) {
      if (from > 0) await pause();
      const to = Math.min(from + evaluationRows, data.rowCount);
      const part = {
        rowCount: to - from,
        x: data.x.subarray(from * network.inputWidth, to * network.inputWidth),
        y: data.y.subarray(from, to),
      };
      const outputs = await this.#evaluation.run({ ...this.#dataFeeds(part), ...parameters });
      output.set(floatsOf(outputs['output']), from * network.outputWidth);
      rowLosses.set(floatsOf(outputs['rowLosses']), from);
    }
    return { output, rowLosses };
  }

  async close(): Promise<void> {
    await this.#training.release();
    await this.#evaluation.release();
  }

  #dataFeeds({ rowCount, x, y }: Matrix): Record<string, Tensor> {
    return {
      x: floatTensor(x, [rowCount, this.#options.network.inputWidth]),
      y: y instanceof Int32Array ? int32Tensor(y, [rowCount]) : floatTensor(y, [rowCount]),
    };
  }
}

function initialState(network: Network, initial: readonly Float32Array[]): Record<string, Tensor> {
  return Object.fromEntries(stateKinds.flatMap((kind) => network.parameters.map(({ name, shape }, i) => {
    const start = initial[i] as Float32Array;
    return [stateName(kind, name), floatTensor(kind === 'parameter' ? start : new Float32Array(start.length), shape)];
  })));
}
