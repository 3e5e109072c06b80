/**
 * A training program in ONNX Runtime with its state: runs steps, evaluates, gives out and takes back its state.
 * The numbers do not depend on how steps are cut into chunks.
 */
import { initialState } from '../ml/network.ts';
import { writeOnnx } from '../ml/onnx-write.ts';
import { buildEvaluationGraph, buildTrainingGraph, stateTensors } from '../ml/training-graph.ts';
import type { Program, StateTensor } from '../ml/training-graph.ts';
import type { Matrix } from '../ml/training-set.ts';
import { evaluationRowsOf } from './memory.ts';
import { floatTensor, floatsOf, int32Tensor, openSession, Tensor } from './session.ts';
import type { Session, SessionOptions } from './session.ts';

export interface TrainerOptions {
  readonly program: Program;
  readonly session: SessionOptions;
  /** The learning rate of a step; the first is 1. */
  rateAt(step: number): number;
  /** The share of a step's batch in its mixture with its reverse; asked only when the program mixes. */
  mixAt?(step: number): number;
  /** Of the first weights. */
  readonly seed: number;
}

/** Tensors of a network as it is used: all parameters and buffers by name. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** What the evaluation graph gives for each row. */
export interface Evaluation {
  /** [rows, outputs]: probabilities, or values in the target's scale. */
  readonly output: Float32Array;
  readonly rowLosses: Float32Array;
}

export class Trainer {
  /** The bytes of the training graph, which identify the computation. */
  readonly graphBytes: Uint8Array;
  readonly #options: TrainerOptions;
  readonly #training: Session;
  readonly #evaluation: Session;
  readonly #tensors: readonly StateTensor[];
  readonly #evaluationRows: number;
  readonly #frozen: Record<string, Tensor>;
  #state: Record<string, Tensor>;
  #stepCount = 0;

  private constructor(options: TrainerOptions, graphBytes: Uint8Array, training: Session, evaluation: Session) {
    this.graphBytes = graphBytes;
    this.#options = options;
    this.#training = training;
    this.#evaluation = evaluation;
    this.#tensors = stateTensors(options.program);
    this.#evaluationRows = evaluationRowsOf(options.program);
    const start = startOf(options);
    this.#frozen = Object.fromEntries(options.program.network.parameters.flatMap(({ name, shape, isTrained }) =>
      (isTrained ? [] : [[`parameter/${name}`, floatTensor(start.get(name) as Float32Array, shape)]])));
    this.#state = Object.fromEntries(this.#tensors.map(({ name, shape, role, of, start: value = 0 }) => {
      const isOwn = role === 'slot' || role === 'scaler';
      const values = isOwn ? new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill(value) : start.get(of) as Float32Array;
      return [name, floatTensor(values, shape)];
    }));
  }

  /** Compiles the graphs and opens their sessions; `close` releases them. */
  static async open(options: TrainerOptions): Promise<Trainer> {
    const graphBytes = writeOnnx(buildTrainingGraph(options.program));
    const training = await openSession(graphBytes, options.session);
    try {
      const evaluation = await openSession(writeOnnx(buildEvaluationGraph(options.program)), options.session);
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

  /** What the network is used with now: averaged weights where they are kept. The arrays are not to be written to. */
  get weights(): Weights {
    const weights = new Map(this.#options.program.network.parameters.flatMap(({ name, isTrained }) =>
      (isTrained ? [] : [[name, floatsOf(this.#frozen[`parameter/${name}`])] as const])));
    for (const { name, role, of } of this.#tensors) {
      if (role !== 'slot' && role !== 'scaler') weights.set(of, floatsOf(this.#state[name]));
    }
    return weights;
  }

  /** Everything that the next step depends on, by tensor name; the arrays are not to be written to. */
  get state(): ReadonlyMap<string, Float32Array> {
    return new Map(this.#tensors.map(({ name }) => [name, floatsOf(this.#state[name])]));
  }

  /** Goes on from a state that `state` gave after `stepCount` steps. @throws RangeError when a tensor is missing or has another size. */
  restore(state: ReadonlyMap<string, Float32Array>, stepCount: number): void {
    this.#state = Object.fromEntries(this.#tensors.map(({ name, shape }) => {
      const values = state.get(name);
      const size = shape.reduce((product, dim) => product * dim, 1);
      if (values?.length !== size) throw new RangeError(`the state has ${values?.length ?? 'no'} numbers for "${name}", not ${size}`);
      return [name, floatTensor(values, shape)];
    }));
    this.#stepCount = stepCount;
  }

  /** Runs steps of `rowsPerStep` rows each, by `rows` (int32 row numbers of `data`); the loss of each step. */
  async runSteps(data: Matrix, rows: Int32Array, rowsPerStep: number): Promise<Float32Array> {
    const steps = rows.length / rowsPerStep;
    const outputs = await this.#training.run({
      ...dataFeeds(data),
      batches: int32Tensor(rows, [steps, rowsPerStep]),
      ...this.#numbersOf(steps),
      firstStep: int64Scalar(this.#stepCount + 1),
      steps: int64Scalar(steps),
      ...this.#frozen,
      ...this.#state,
    });
    this.#state = Object.fromEntries(this.#tensors.map(({ name }) => [name, outputs[`next/${name}`] as Tensor]));
    this.#stepCount += steps;
    return floatsOf(outputs['losses']);
  }

  /** Evaluates `rows` of `data` with `weights` in slices; `pause` runs between slices. Cost: a forward pass. */
  async evaluate(data: Matrix, rows: Int32Array, weights: Weights, pause: () => Promise<void>): Promise<Evaluation> {
    const { network } = this.#options.program;
    const given = Object.fromEntries([
      ...network.parameters.map(({ name, shape }) => [`parameter/${name}`, floatTensor(weights.get(name) as Float32Array, shape)] as const),
      ...network.buffers.map(({ name, shape }) => [`buffer/${name}`, floatTensor(weights.get(name) as Float32Array, shape)] as const),
    ]);
    let output = new Float32Array(0);
    const rowLosses = new Float32Array(rows.length);
    for (let from = 0; from < rows.length; from += this.#evaluationRows) {
      if (from > 0) await pause();
      const part = rows.subarray(from, from + this.#evaluationRows);
      const outputs = await this.#evaluation.run({ ...dataFeeds(data), rows: int32Tensor(part, [part.length]), ...given });
      const slice = floatsOf(outputs['output']);
      if (from === 0) output = new Float32Array((slice.length / part.length) * rows.length);
      output.set(slice, from * (output.length / rows.length));
      rowLosses.set(floatsOf(outputs['rowLosses']), from);
    }
    return { output, rowLosses };
  }

  async close(): Promise<void> {
    await this.#training.release();
    await this.#evaluation.release();
  }

  /** The numbers of the next steps, computed in float64 and rounded once. */
  #numbersOf(steps: number): Record<string, Tensor> {
    const { program: { optimizer, isMixed }, rateAt, mixAt } = this.#options;
    const columns = [...optimizer.scalars, ...(isMixed ? ['mix'] : [])].map((name) => ({ name, values: new Float32Array(steps) }));
    for (let i = 0; i < steps; i++) {
      const step = this.#stepCount + 1 + i;
      const numbers = optimizer.scalarsAt(step, rateAt(step));
      columns.forEach(({ values }, k) => {
        values[i] = numbers[k] ?? mixAt?.(step) ?? 1;
      });
    }
    return Object.fromEntries(columns.map(({ name, values }) => [`at/${name}`, floatTensor(values, [steps])]));
  }
}

/** The data as inputs of the graphs. */
export function dataFeeds({ rowCount, x, codes, y, w }: Matrix): Record<string, Tensor> {
  return {
    ...(x !== null && { x: floatTensor(x, [rowCount, x.length / rowCount]) }),
    ...(codes !== null && { codes: int32Tensor(codes, [rowCount, codes.length / rowCount]) }),
    y: y instanceof Int32Array ? int32Tensor(y, [rowCount]) : floatTensor(y, [rowCount]),
    ...(w !== null && { w: floatTensor(w, [rowCount]) }),
  };
}

/** Where parameters and buffers start, by name. */
function startOf({ program: { network }, seed }: TrainerOptions): Map<string, Float32Array> {
  const { parameters, buffers } = initialState(network, seed);
  return new Map([
    ...network.parameters.map(({ name }, i) => [name, parameters[i] as Float32Array] as const),
    ...network.buffers.map(({ name }, i) => [name, buffers[i] as Float32Array] as const),
  ]);
}

/** A scalar input of int64. */
export function int64Scalar(value: number): Tensor {
  return new Tensor('int64', BigInt64Array.of(BigInt(value)), []);
}
