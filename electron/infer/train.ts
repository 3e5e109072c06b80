/**
 * Trains a model on columns in memory: split, encode, run the training program, keep the best weights, score, export.
 * What comes out is a function of configuration, columns and ONNX Runtime alone; the clock decides nothing but when it comes.
 */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { Column } from '../../shared/domain/columns.ts';
import { ObjectHash } from '../../shared/domain/ids.ts';
import type { ConfusionMatrix, MetricPoint, MetricValues } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { AppError, fail, failureOf, toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import { createRandom, gamma } from '../../shared/math/random.ts';
import { parameterCount } from '../ml/network.ts';
import type { ImportedModel } from '../ml/onnx-model.ts';
import { createOptimizer } from '../ml/optimizers/index.ts';
import { stateTensors } from '../ml/training-graph.ts';
import type { Program } from '../ml/training-graph.ts';
import { buildMatrix, prepareTraining } from '../ml/training-set.ts';
import type { Matrix, TrainingSet } from '../ml/training-set.ts';
import { configHash, decodeCheckpoint, encodeCheckpoint, sha256 } from './checkpoint.ts';
import type { Identity } from './checkpoint.ts';
import { Course } from './course.ts';
import type { Best } from './course.ts';
import { findFault, rewind } from './diagnose.ts';
import { ChunkSize, runEpoch, usableRows } from './epoch.ts';
import type { BrokenChunk, EpochEnd, Pacer } from './epoch.ts';
import { exportModel } from './export-model.ts';
import { memoryFeed } from './feed.ts';
import type { Feed, LoadedPiece } from './feed.ts';
import { ProgressMeter } from './progress.ts';
import type { TrainProgress } from './progress.ts';
import { scorePart } from './score.ts';
import type { Score } from './score.ts';
import { encodeTrace, TraceRecorder } from './trace.ts';
import { Trainer } from './trainer.ts';
import type { Evaluation, TrainerOptions, Weights } from './trainer.ts';

export interface TrainOptions {
  readonly config: TrainConfig;
  /** Features, target, weights and the time column of the split; others are ignored. */
  readonly columns: readonly ColumnData[];
  /** The model of a file that is trained on; null or absent for models that start anew. */
  readonly base?: ImportedModel | null;
  onProgress(progress: TrainProgress): void;
  /** Asked at least every 250 ms; after true the run ends with what was reached. */
  shouldStop(): boolean;
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
  /** Where checkpoints go; none are made when absent. */
  readonly checkpoints?: Checkpoints;
}

export interface Checkpoints {
  /** Hash of the table that the columns are of. */
  readonly dataHash: string;
  /** Checkpoints to go on from, newest first; one that is refused is passed over. */
  found(): AsyncIterable<{ readonly bytes: Uint8Array; readonly name: string }>;
  /** Keeps a checkpoint after `step` steps; resolves once it is durable. */
  save(bytes: Uint8Array, step: number): Promise<void>;
  /** Told at the start: the epochs done, with a fraction, from which the run goes on. */
  onResume?(epoch: number): void;
  /** Told of each checkpoint that is passed over, and why. */
  onRefused?(name: string, reason: string): void;
  /** Whether to end with train/bad-checkpoint rather than begin anew where none can be used. */
  readonly isRequired?: boolean;
}

export interface TrainOutcome {
  /** `failed`: the loss diverged after at least one good step, whose weights are here; `failure` says so. */
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly failure: Failure | null;
  /** All parameters in order, float32 little-endian. */
  readonly weights: Uint8Array;
  /** The exported model: raw columns to predictions. */
  readonly modelBytes: Uint8Array;
  /** Loss of each step and hashes of the state at each epoch's end; see trace.ts. */
  readonly traceBytes: Uint8Array;
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
  /** The epoch whose weights these are; 0 when it ended before the first was over. */
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
  /** What the user should know about how it was trained, as sentences. */
  readonly notes: string[];
}

/**
 * Trains as `config` says. The thread is blocked for up to about 100 ms at a time.
 * @throws train/*, data/unknown-column, files/* (checkpoints); train/diverged when nothing good was reached; job/cancelled before the first step.
 */
export async function trainTable(options: TrainOptions): Promise<TrainOutcome> {
  const now = options.now ?? (() => performance.now());
  const startedAtMs = now();
  const { config } = options;
  const set = prepareTraining(config, options.columns, options.base ?? null);
  const stepRows = rowsPerStep(config, set.split.train.length);
  const course = new Course(config, Math.ceil(usableRows(set.split.train.length, config.accumulate) / stepRows));
  const trainerOptions: TrainerOptions = {
    program: programOf(config, set), seed: config.seed,
    session: { threadCount: config.threadCount, provider: config.provider === 'auto' ? 'cpu' : config.provider },
    rateAt: (step) => course.rateAt(step), mixAt: (step) => mixingShare(config, step),
  };
  const trainer = await Trainer.open(trainerOptions);
  try {
    return await new Training(options, { set, course, trainer, trainerOptions, stepRows }, { now, startedAtMs }).run();
  } finally {
    await trainer.close();
  }
}

/** The training program that a configuration asks for. */
function programOf(config: TrainConfig, { network, loss, view, weight }: TrainingSet): Program {
  const { seed, l1, l2, clipNorm, clipValue, accumulate, averageDecay } = config;
  return {
    network, loss, view, optimizer: createOptimizer(config.optimizer), seed, hasWeights: weight !== null,
    l1, l2, clipNorm, clipValue, accumulate, averageDecay, isMixed: config.mixup !== null,
  };
}

interface Parts {
  readonly set: TrainingSet;
  readonly course: Course;
  readonly trainer: Trainer;
  readonly trainerOptions: TrainerOptions;
  readonly stepRows: number;
}

class Training {
  readonly #options: TrainOptions;
  readonly #config: TrainConfig;
  readonly #set: TrainingSet;
  readonly #course: Course;
  readonly #trainer: Trainer;
  readonly #trainerOptions: TrainerOptions;
  readonly #stepRows: number;
  readonly #identity: Identity;
  readonly #meter: ProgressMeter;
  readonly #pacer: Pacer;
  readonly #chunk = new ChunkSize();
  #trace: TraceRecorder;
  #savedAtMs: number;
  #status: TrainOutcome['status'] = 'done';
  #failure: Failure | null = null;

  constructor(options: TrainOptions, { set, course, trainer, trainerOptions, stepRows }: Parts, clock: { now: () => number; startedAtMs: number }) {
    const { config, checkpoints } = options;
    this.#options = options;
    this.#config = config;
    this.#set = set;
    this.#course = course;
    this.#trainer = trainer;
    this.#trainerOptions = trainerOptions;
    this.#stepRows = stepRows;
    this.#identity = { config: configHash(config), graph: sha256(trainer.graphBytes), data: checkpoints?.dataHash ?? '' };
    this.#trace = new TraceRecorder(stateTensors(trainerOptions.program).map(({ name }) => name));
    this.#meter = new ProgressMeter({ ...clock, epochs: config.maxEpochs, report: (progress) => options.onProgress(progress) });
    this.#savedAtMs = clock.now();
    this.#pacer = {
      now: clock.now,
      pause: async () => {
        this.#meter.tick();
        await new Promise((resolve) => setImmediate(resolve));
        return options.shouldStop();
      },
    };
  }

  /** @throws job/cancelled when it was cancelled before the first step: there is nothing to keep. */
  async run(): Promise<TrainOutcome> {
    const feed = memoryFeed(await this.#matrix(), this.#set.split, this.#config.seed);
    await this.#resume();
    try {
      await this.#runEpochs(feed);
    } catch (thrown) {
      // A device that went away takes nothing with it: the run can go on from here on another.
      if (toFailure(thrown).code === 'provider/lost' && this.#trainer.stepCount > 0) await this.#save();
      throw thrown;
    }
    if (this.#trainer.stepCount === 0) throw fail('job/cancelled');
    const best = this.#course.best ?? await this.#scoreNow(feed);
    const test = await this.#evaluate(feed, 'test', best.weights);
    this.#meter.flush();
    return this.#outcome(best, test);
  }

  async #runEpochs(feed: Feed): Promise<void> {
    const course = this.#course;
    while (!course.isOver) {
      const end = await this.#runEpoch(feed.epoch(course.epochCount + 1));
      if (end.kind === 'diverged') return this.#diverge(end.value, end.chunk, feed);
      if (end.kind === 'stopped') {
        this.#status = 'cancelled';
        // Before the last scores: whoever cancels may not wait for them.
        if (this.#trainer.stepCount > 0) await this.#save();
        return;
      }
      await this.#endEpoch(feed, end.loss);
      if (this.#failure !== null) return;
    }
  }

  async #endEpoch(feed: Feed, loss: number): Promise<void> {
    const { stepCount, weights, state } = this.#trainer;
    const score = await this.#evaluate(feed, 'validation', weights);
    this.#trace.epoch(stepCount, state);
    this.#meter.epoch(this.#course.epochCount + 1, stepCount, loss, score);
    if (Number.isFinite(score.loss)) return this.#course.endEpoch(weights, score);
    const last = this.#chunk.last;
    await this.#diverge(score.loss, last && { ...last, brokenStep: stepCount + 1 }, feed);
  }

  /** The rest of an epoch, piece by piece. */
  async #runEpoch(pieces: ReturnType<Feed['epoch']>): Promise<EpochEnd> {
    const course = this.#course;
    const { accumulate } = this.#config;
    const total = pieces.reduce((sum, { rowCount }) => sum + usableRows(rowCount, accumulate), 0);
    let before = 0;
    for (const piece of pieces) {
      const start = before;
      before += usableRows(piece.rowCount, accumulate);
      if (course.offset >= before) continue;
      const { data, rows } = await piece.load();
      const end = await runEpoch({
        trainer: this.#trainer, data, order: rows, from: { offset: course.offset - start, lossSum: course.lossSum },
        rowsPerStep: this.#stepRows, accumulate, pacer: this.#pacer,
        onChunk: async (report) => {
          course.offset = start + report.offset;
          course.lossSum = report.lossSum;
          this.#trace.steps(report.losses);
          this.#meter.chunk(course.epochCount + course.offset / total, this.#trainer.stepCount, report);
          if (this.#pacer.now() - this.#savedAtMs >= this.#config.checkpointSeconds * 1000) await this.#save();
        },
      }, this.#chunk);
      if (end.kind !== 'done') return end;
    }
    return { kind: 'done', loss: course.lossSum / total };
  }

  /** Ends the run as failed with its last good weights, and says where it began; without any there is nothing to keep. */
  async #diverge(value: number, broken: BrokenChunk | null, feed: Feed): Promise<void> {
    const step = broken?.brokenStep ?? this.#trainer.stepCount;
    const previous = this.#chunk.last !== null && this.#chunk.last.stepCount !== broken?.stepCount ? this.#chunk.last : null;
    const fault = broken && await findFault(this.#trainerOptions, this.#trainer, broken, previous);
    const place = fault === null ? '' : `; it began ${fault.place === 'update' ? 'with the update of the weights' : `in the ${fault.place}`} of layer "${fault.layer}"${fault.step === step ? '' : ` at step ${fault.step}`}`;
    this.#failure = failureOf('train/diverged', {
      value: String(value), step, place, layer: fault?.layer ?? null, where: fault?.place ?? null, began: fault?.step ?? null,
    });
    this.#status = 'failed';
    if (this.#course.best !== null) return;
    if (broken !== null && await rewind(this.#trainer, broken, previous)) {
      const best = await this.#scoreNow(feed);
      this.#course.best = Number.isFinite(best.score.loss) ? best : null;
    }
    if (this.#course.best === null) throw new AppError(this.#failure);
  }

  /** Ended within the first epoch: the weights as they are. */
  async #scoreNow(feed: Feed): Promise<Best> {
    const { weights } = this.#trainer;
    return { epoch: 0, weights, score: await this.#evaluate(feed, 'validation', weights) };
  }

  async #evaluate(feed: Feed, part: 'validation' | 'test', weights: Weights): Promise<Score> {
    const rest = async (): Promise<void> => {
      await this.#pacer.pause();
    };
    const evaluations: Evaluation[] = [];
    for (const piece of feed.part(part)) {
      if (evaluations.length > 0) await rest();
      const { data, rows }: LoadedPiece = await piece.load();
      evaluations.push(await this.#trainer.evaluate(data, rows, weights, rest));
    }
    return scorePart(joined(evaluations), { ...this.#set, rows: this.#set.split[part] });
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

  /** Goes on from the newest checkpoint that is of this run and undamaged. */
  async #resume(): Promise<void> {
    const { checkpoints } = this.#options;
    let refusal = 'there is none';
    for await (const { bytes, name } of checkpoints?.found() ?? []) {
      try {
        const { state, progress, bestWeights, trace } = decodeCheckpoint(bytes, this.#identity);
        this.#trainer.restore(state, progress.stepCount);
        this.#course.restore(progress, bestWeights);
        this.#trace = new TraceRecorder(trace.tensors, trace);
        const epoch = progress.epochCount + progress.offset / usableRows(this.#set.split.train.length, this.#config.accumulate);
        this.#meter.restore(progress, epoch, progress.stepCount);
        return checkpoints?.onResume?.(epoch);
      } catch (thrown) {
        refusal = thrown instanceof Error ? thrown.message : String(thrown);
        checkpoints?.onRefused?.(name, refusal);
      }
    }
    if (checkpoints?.isRequired === true) throw fail('train/bad-checkpoint', { reason: refusal });
  }

  async #save(): Promise<void> {
    const { checkpoints } = this.#options;
    const { stepCount, state } = this.#trainer;
    await checkpoints?.save(encodeCheckpoint({
      identity: this.#identity, state, bestWeights: this.#course.best?.weights ?? null, trace: this.#trace.trace(),
      progress: { ...this.#course.decided(), ...this.#meter.kept, stepCount },
    }), stepCount);
    this.#savedAtMs = this.#pacer.now();
  }

  #outcome(best: Best, test: Score): TrainOutcome {
    const { split, output, encoding, network, droppedRowCount } = this.#set;
    const classes = output.task === 'classification' ? [...output.classes] : [];
    const weights = concatenate([...network.parameters, ...network.buffers].map(({ name }) => best.weights.get(name) as Float32Array));
    const trace = this.#trace.trace();
    return {
      status: this.#status, failure: this.#failure,
      weights, weightsHash: ObjectHash.parse(sha256(weights)), graphHash: ObjectHash.parse(this.#identity.graph),
      modelBytes: exportModel(this.#set, best.weights, this.#config.target), traceBytes: encodeTrace(trace),
      history: this.#meter.history,
      validation: best.score.values, test: test.values,
      confusion: test.confusion === null ? null : { classes, counts: test.confusion },
      rowCounts: {
        train: split.train.length, validation: split.validation.length, test: split.test.length, dropped: droppedRowCount,
      },
      parameterCount: parameterCount(network),
      epochCount: this.#course.epochCount, bestEpoch: best.epoch, stepCount: trace.losses.length, batchSize: this.#stepRows / this.#config.accumulate,
      samplesPerSecond: this.#meter.samplesPerSecond, elapsedMs: this.#meter.elapsedMs,
      inputs: encoding.columns.map(({ name, type }) => ({ name, type })),
      classes,
      droppedFeatures: encoding.dropped.map(({ name, reason }) => `${name} ${reason}`),
      notes: notesOf(this.#config, this.#set, this.#stepRows / this.#config.accumulate),
    };
  }
}

/** Rows per step: the configured batches, or for a train part smaller than that its rows. @throws train/bad-config */
function rowsPerStep({ batchSize, accumulate }: TrainConfig, trainRows: number): number {
  const rows = Math.min(batchSize * accumulate, usableRows(trainRows, accumulate));
  if (rows > 0) return rows;
  throw fail('train/bad-config', { field: 'accumulate', value: String(accumulate), reason: `the train part has only ${trainRows} rows.` });
}

function notesOf(config: TrainConfig, { target, split, order }: TrainingSet, batchSize: number): string[] {
  const notes: string[] = [];
  if (batchSize < config.batchSize) notes.push(`A batch is the whole train part of ${batchSize} rows; ${config.batchSize} were asked for.`);
  if (target.task === 'classification') {
    const seen = new Set<number>();
    for (const row of split.train) seen.add(target.codes[order[row] as number] as number);
    const missing = target.classes.filter((_, code) => !seen.has(code));
    if (missing.length > 0) notes.push(`The train part has no row of ${missing.map((name) => `"${name}"`).join(', ')}, so the model cannot learn it.`);
  }
  return notes;
}

/** The share of a batch in its mixture at a step: Beta(alpha, alpha), by two gamma numbers of Marsaglia and Tsang (2000). */
function mixingShare({ seed, mixup }: TrainConfig, step: number): number {
  if (mixup === null) return 1;
  const random = createRandom(seed, `mixup/${step}`);
  const [a, b] = [gamma(mixup, random), gamma(mixup, random)];
  return a + b > 0 ? a / (a + b) : 1;
}

function joined(evaluations: readonly Evaluation[]): Evaluation {
  if (evaluations.length === 1) return evaluations[0] as Evaluation;
  return {
    output: floats(evaluations.map(({ output }) => output)), rowLosses: floats(evaluations.map(({ rowLosses }) => rowLosses)),
  };
}

function concatenate(arrays: readonly Float32Array[]): Uint8Array {
  return new Uint8Array(floats(arrays).buffer);
}

function floats(arrays: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}
