/**
 * Trains a model on columns in memory: split, encode, run the training program, keep the best weights, score, export.
 * What comes out is a function of configuration, columns and ONNX Runtime alone; the clock decides nothing but when it comes.
 */
import { createHash } from 'node:crypto';
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { Column } from '../../shared/domain/columns.ts';
import { ObjectHash } from '../../shared/domain/ids.ts';
import type { ConfusionMatrix, MetricPoint, MetricValues } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { AppError, fail, failureOf } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import { createRandom, gamma, shuffle } from '../../shared/math/random.ts';
import { parameterCount } from '../ml/network.ts';
import { createOptimizer } from '../ml/optimizers/index.ts';
import type { Program } from '../ml/training-graph.ts';
import { buildMatrix, prepareTraining } from '../ml/training-set.ts';
import type { Matrix, TrainingSet } from '../ml/training-set.ts';
import { ChunkSize, runEpoch } from './epoch.ts';
import type { Pacer } from './epoch.ts';
import { exportModel } from './export-model.ts';
import { ProgressMeter } from './progress.ts';
import type { TrainProgress } from './progress.ts';
import { scorePart } from './score.ts';
import type { Score } from './score.ts';
import type { SessionOptions } from './session.ts';
import { Trainer } from './trainer.ts';
import type { Weights } from './trainer.ts';

export interface TrainOptions {
  readonly config: TrainConfig;
  /** Features, target and the time column of the split; others are ignored. */
  readonly columns: readonly ColumnData[];
  onProgress(progress: TrainProgress): void;
  /** Asked at least every 250 ms; after true the run ends with what was reached. */
  shouldStop(): boolean;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

export interface TrainOutcome {
  /** `failed`: the loss diverged after at least one good epoch, whose weights are here; `failure` says so. */
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly failure: Failure | null;
  /** All parameters in order, float32 little-endian. */
  readonly weights: Uint8Array;
  /** The exported model: raw columns to predictions. */
  readonly modelBytes: Uint8Array;
  readonly graphHash: ObjectHash;
  readonly weightsHash: ObjectHash;
  /** Per epoch: the loss of both parts and the scores of the validation part. */
  readonly history: MetricPoint[];
  readonly validation: MetricValues;
  readonly test: MetricValues;
  /** Of the test part; null for regression. */
  readonly confusion: ConfusionMatrix | null;
  readonly rowCounts: { train: number; validation: number; test: number; dropped: number };
  readonly parameterCount: number;
  /** Completed epochs. */
  readonly epochCount: number;
  /** The epoch whose weights these are; 0 when cancelled before the first was over. */
  readonly bestEpoch: number;
  readonly stepCount: number;
  /** The batch size used: the configured one, or the train part's rows when these are fewer. */
  readonly batchSize: number;
  /** Of the optimizer steps alone. */
  readonly samplesPerSecond: number;
  readonly elapsedMs: number;
  readonly inputs: Column[];
  readonly classes: string[];
  /** Features that carry nothing in the train part, each with the reason. */
  readonly droppedFeatures: string[];
}

interface Best {
  readonly epoch: number;
  readonly weights: Weights;
  readonly score: Score;
}

/**
 * Trains as `config` says. The thread is blocked for up to about 100 ms at a time.
 * @throws train/*, data/unknown-column; train/diverged when not even one epoch was good; job/cancelled before the first step.
 */
export async function trainTable(options: TrainOptions): Promise<TrainOutcome> {
  const now = options.now ?? (() => performance.now());
  const startedAtMs = now();
  const { config } = options;
  const set = prepareTraining(config, options.columns);
  const trainer = await Trainer.open({
    program: programOf(config, set), session: sessionOf(config), seed: config.seed,
    rateAt: () => config.learningRate, mixAt: (step) => mixingShare(config, step),
  });
  try {
    return await new Training(options, set, trainer, { now, startedAtMs }).run();
  } finally {
    await trainer.close();
  }
}

/** @throws train/bad-config while nobody has decided what "auto" is here. */
function sessionOf({ threadCount, provider }: TrainConfig): SessionOptions {
  if (provider === 'auto') throw fail('train/bad-config', { field: 'provider', value: provider, reason: 'it must be decided before training starts.' });
  return { threadCount, provider };
}

/** The training program that a configuration asks for. */
function programOf(config: TrainConfig, { network, loss, view, weight }: TrainingSet): Program {
  const { seed, l1, l2, clipNorm, clipValue, accumulate, averageDecay } = config;
  return {
    network, loss, view, optimizer: createOptimizer(config.optimizer), seed, hasWeights: weight !== null,
    l1, l2, clipNorm, clipValue, accumulate, averageDecay, isMixed: config.mixup !== null,
  };
}

class Training {
  readonly #config: TrainConfig;
  readonly #set: TrainingSet;
  readonly #trainer: Trainer;
  readonly #meter: ProgressMeter;
  readonly #pacer: Pacer;
  readonly #rowsPerStep: number;
  /** Lets messages in where the work goes on whatever they say. */
  readonly #rest = async (): Promise<void> => {
    await this.#pacer.pause();
  };
  #best: Best | null = null;
  #epochCount = 0;
  #status: TrainOutcome['status'] = 'done';
  #failure: Failure | null = null;

  constructor(options: TrainOptions, set: TrainingSet, trainer: Trainer, clock: { now: () => number; startedAtMs: number }) {
    this.#config = options.config;
    this.#set = set;
    this.#trainer = trainer;
    this.#rowsPerStep = rowsPerStep(options.config, set.split.train.length);
    this.#meter = new ProgressMeter({ ...clock, epochs: options.config.maxEpochs, report: (progress) => options.onProgress(progress) });
    this.#pacer = {
      now: clock.now,
      pause: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return options.shouldStop();
      },
    };
  }

  /** @throws job/cancelled when it was cancelled before the first step: there is nothing to keep. */
  async run(): Promise<TrainOutcome> {
    const data = await this.#matrix();
    await this.#runEpochs(data);
    if (this.#trainer.stepCount === 0) throw fail('job/cancelled');
    const best = this.#best ?? await this.#scoreNow(data);
    const test = await this.#evaluate(data, 'test', best.weights);
    this.#meter.flush();
    return this.#outcome(best, test);
  }

  async #runEpochs(data: Matrix): Promise<void> {
    const { split } = this.#set;
    const chunk = new ChunkSize();
    for (let epoch = 1; epoch <= this.#config.maxEpochs; epoch++) {
      const end = await runEpoch({
        trainer: this.#trainer, data, order: orderOfEpoch(split.train, this.#config.seed, epoch),
        rowsPerStep: this.#rowsPerStep, accumulate: this.#config.accumulate, pacer: this.#pacer,
        onChunk: (report) => this.#meter.chunk(epoch - 1 + report.share, this.#trainer.stepCount, report),
      }, chunk);
      if (end.kind === 'stopped') this.#status = 'cancelled';
      if (end.kind === 'diverged') this.#diverge(end.value, end.step);
      if (end.kind !== 'done') return;
      const weights = this.#trainer.weights;
      const score = await this.#evaluate(data, 'validation', weights);
      this.#epochCount = epoch;
      this.#meter.epoch(epoch, this.#trainer.stepCount, end.loss, score);
      if (!Number.isFinite(score.loss)) return this.#diverge(score.loss, this.#trainer.stepCount);
      if (this.#best === null || score.loss < this.#best.score.loss) this.#best = { epoch, weights, score };
      if (this.#config.patience !== null && epoch - this.#best.epoch >= this.#config.patience) return;
    }
  }

  /** Ends the run as failed with its last good weights; without any there is nothing to keep. */
  #diverge(value: number, step: number): void {
    this.#failure = failureOf('train/diverged', { value: String(value), step });
    this.#status = 'failed';
    if (this.#best === null) throw new AppError(this.#failure);
  }

  /** Cancelled within the first epoch: the weights as they are. */
  async #scoreNow(data: Matrix): Promise<Best> {
    const { weights } = this.#trainer;
    return { epoch: 0, weights, score: await this.#evaluate(data, 'validation', weights) };
  }

  async #evaluate(data: Matrix, part: 'validation' | 'test', weights: Weights): Promise<Score> {
    const rows = this.#set.split[part];
    const evaluation = await this.#trainer.evaluate(data, rows, weights, this.#rest);
    return scorePart(evaluation, { ...this.#set, rows });
  }

  async #matrix(): Promise<Matrix> {
    const steps = buildMatrix(this.#set);
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      const shouldStop = await this.#pacer.pause();
      if (shouldStop && this.#trainer.stepCount === 0) throw fail('job/cancelled');
    }
  }

  #outcome(best: Best, test: Score): TrainOutcome {
    const { split, output, encoding, network, droppedRowCount } = this.#set;
    const classes = output.task === 'classification' ? [...output.classes] : [];
    const weights = concatenate([...network.parameters, ...network.buffers].map(({ name }) => best.weights.get(name) as Float32Array));
    return {
      status: this.#status, failure: this.#failure,
      weights, weightsHash: hashOf(weights), graphHash: hashOf(this.#trainer.graphBytes),
      modelBytes: exportModel(this.#set, best.weights, this.#config.target),
      history: this.#meter.history,
      validation: best.score.values, test: test.values,
      confusion: test.confusion === null ? null : { classes, counts: test.confusion },
      rowCounts: {
        train: split.train.length, validation: split.validation.length, test: split.test.length, dropped: droppedRowCount,
      },
      parameterCount: parameterCount(network),
      epochCount: this.#epochCount, bestEpoch: best.epoch, stepCount: this.#trainer.stepCount, batchSize: this.#rowsPerStep / this.#config.accumulate,
      samplesPerSecond: this.#meter.samplesPerSecond, elapsedMs: this.#meter.elapsedMs,
      inputs: encoding.columns.map(({ name, type }) => ({ name, type })),
      classes,
      droppedFeatures: encoding.dropped.map(({ name, reason }) => `${name} ${reason}`),
    };
  }
}

/** Rows per step: the configured batches, or for a train part smaller than that its rows. @throws train/bad-config */
function rowsPerStep({ batchSize, accumulate }: TrainConfig, trainRows: number): number {
  const rows = Math.min(batchSize * accumulate, trainRows - (trainRows % accumulate));
  if (rows > 0) return rows;
  throw fail('train/bad-config', { field: 'accumulate', value: String(accumulate), reason: `the train part has only ${trainRows} rows.` });
}

/** The train rows in the order of an epoch (1 is the first): a function of seed and epoch alone, so that a run can go on from anywhere. */
function orderOfEpoch(rows: Int32Array, seed: number, epoch: number): Int32Array {
  return shuffle(rows.slice(), createRandom(seed, `shuffle/${epoch}`));
}

/** The share of a batch in its mixture at a step: Beta(alpha, alpha), by two gamma numbers of Marsaglia and Tsang (2000). */
function mixingShare({ seed, mixup }: TrainConfig, step: number): number {
  if (mixup === null) return 1;
  const random = createRandom(seed, `mixup/${step}`);
  const [a, b] = [gamma(mixup, random), gamma(mixup, random)];
  return a + b > 0 ? a / (a + b) : 1;
}

function concatenate(arrays: readonly Float32Array[]): Uint8Array {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return new Uint8Array(all.buffer);
}

function hashOf(bytes: Uint8Array): ObjectHash {
  return ObjectHash.parse(createHash('sha256').update(bytes).digest('hex'));
}
