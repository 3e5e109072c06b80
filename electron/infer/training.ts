/** The course of a run: epochs, scores, checkpoints, what ends it, and what comes out. */
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { AppError, fail, failureOf, toFailure } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import { stateTensors } from '../ml/training-graph.ts';
import { buildMatrix } from '../ml/training-set.ts';
import type { Matrix, TrainingSet } from '../ml/training-set.ts';
import { configHash, decodeCheckpoint, encodeCheckpoint, sha256 } from './checkpoint.ts';
import type { Identity } from './checkpoint.ts';
import type { Best, Course } from './course.ts';
import { findFault, rewind } from './diagnose.ts';
import { ChunkSize, runEpoch, usableRows } from './epoch.ts';
import type { BrokenChunk, EpochEnd, Pacer } from './epoch.ts';
import { memoryFeed } from './feed.ts';
import type { Feed } from './feed.ts';
import { solveLinear } from './linear.ts';
import { joinFloats } from './join-floats.ts';
import { outcomeOf } from './outcome.ts';
import { ProgressMeter } from './progress.ts';
import { scorePart } from './score.ts';
import type { Score } from './score.ts';
import { isStreamedTable, Shards } from './shards.ts';
import { TraceRecorder } from './trace.ts';
import type { TrainOptions, TrainOutcome } from './train.ts';
import type { Evaluation, Trainer, TrainerOptions, Weights } from './trainer.ts';

/** What is decided before the first step. */
export interface Parts {
  readonly set: TrainingSet;
  readonly course: Course;
  readonly trainer: Trainer;
  readonly trainerOptions: TrainerOptions;
  readonly stepRows: number;
}

/** A checkpoint is due only when training took so many times as long as the last one: a slow disk or a large model must not eat the run. */
const trainingPerSaving = 4;

/** One run from its first rows to its outcome. */
export class Training {
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
  /** What the last checkpoint cost. */
  #saveMs = 0;
  #status: TrainOutcome['status'] = 'done';
  #failure: Failure | null = null;
  readonly #notes: string[] = [];

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
    const { feed, close } = await this.#open();
    try {
      const { model } = this.#config;
      if (model.kind === 'linear' && model.solver === 'exact') await this.#solve(feed);
      else await this.#train(feed);
      const best = this.#course.best ?? await this.#scoreNow(feed);
      const test = await this.#evaluate(feed, 'test', best.weights);
      this.#meter.flush();
      return outcomeOf({
        set: this.#set, config: this.#config, best, test, trace: this.#trace.trace(), graphHash: this.#identity.graph, status: this.#status, failure: this.#failure,
        history: this.#meter.history, epochCount: this.#course.epochCount, batchSize: this.#stepRows / this.#config.accumulate,
        samplesPerSecond: this.#meter.samplesPerSecond, elapsedMs: this.#meter.elapsedMs, notes: this.#notes,
      });
    } finally {
      await close();
    }
  }

  /** Makes the rows ready. */
  async #open(): Promise<{ feed: Feed; close(): Promise<void> }> {
    const { columns, shouldStop } = this.#options;
    const { seed } = this.#config;
    if (!isStreamedTable(columns)) return { feed: memoryFeed(await this.#matrix(), this.#set.split, seed), close: () => Promise.resolve() };
    const shards = await Shards.write({
      set: this.#set, table: columns, seed, stepRows: this.#stepRows,
      rest: async () => {
        if (await this.#pacer.pause() && shouldStop()) throw fail('job/cancelled');
      },
    });
    return { feed: shards, close: () => shards.close() };
  }

  /** Steps of the optimizer, from the last checkpoint on. */
  async #train(feed: Feed): Promise<void> {
    await this.#resume();
    try {
      await this.#runEpochs(feed);
    } catch (thrown) {
      // A device that went away takes nothing with it: the run can go on from here on another.
      if (toFailure(thrown).code === 'provider/lost' && this.#trainer.stepCount > 0) await this.#save();
      throw thrown;
    }
    if (this.#trainer.stepCount === 0) throw fail('job/cancelled');
  }

  /** The optimum of a linear model, which needs no steps: an iteration counts as an epoch. It is quick, so there are no checkpoints. */
  async #solve(feed: Feed): Promise<void> {
    const [piece, ...others] = feed.epoch(1);
    if (piece === undefined || others.length > 0) {
      throw fail('train/bad-config', { field: 'model.solver', value: 'exact', reason: 'the data are too large for it; choose gradient.' });
    }
    const { data } = await piece.load();
    const rows = this.#set.split.train;
    let beganAtMs = this.#pacer.now();
    const fit = await solveLinear({
      program: this.#trainerOptions.program, data, rows, session: this.#trainerOptions.session,
      onIteration: (iteration, loss) => {
        const nowMs = this.#pacer.now();
        this.#trace.steps(Float32Array.of(loss));
        this.#meter.chunk(iteration, iteration, { loss, rowCount: rows.length, elapsedMs: nowMs - beganAtMs });
        beganAtMs = nowMs;
      },
      pause: () => this.#pacer.pause(),
    });
    if (fit.end === 'stopped') this.#status = 'cancelled';
    if (fit.end === 'limit') this.#notes.push(`The solver ended after ${fit.iterations} iterations while the loss still fell, as it does for classes that a plane separates; an L2 penalty gives it an end.`);
    const score = await this.#evaluate(feed, 'validation', fit.weights);
    this.#meter.epoch(fit.iterations, fit.iterations, fit.loss, score);
    this.#course.epochCount = fit.iterations;
    this.#course.best = { epoch: fit.iterations, weights: fit.weights, score };
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
    this.#meter.epoch(this.#course.epochCount + 1, stepCount, loss, score, hasMovingRate(this.#config) ? this.#course.rateAt(stepCount) : null);
    if (Number.isFinite(score.loss)) return this.#course.endEpoch(weights, score);
    const last = this.#chunk.last;
    await this.#diverge(score.loss, last && { ...last, brokenStep: stepCount + 1 }, feed, ', on the validation part, while the weights are finite');
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
      if (pieces.length > 1) this.#chunk.last = null; // lets go of the piece before
      const { data, rows } = await piece.load();
      const end = await runEpoch({
        trainer: this.#trainer, data, order: rows, from: { offset: course.offset - start, lossSum: course.lossSum },
        rowsPerStep: this.#stepRows, accumulate, pacer: this.#pacer,
        onChunk: async (report) => {
          course.offset = start + report.offset;
          course.lossSum = report.lossSum;
          this.#trace.steps(report.losses);
          this.#meter.chunk(course.epochCount + course.offset / total, this.#trainer.stepCount, report);
          const dueMs = Math.max(this.#config.checkpointSeconds * 1000, this.#saveMs * trainingPerSaving);
          if (this.#pacer.now() - this.#savedAtMs >= dueMs) await this.#save();
        },
      }, this.#chunk);
      if (end.kind !== 'done') return end;
    }
    return { kind: 'done', loss: course.lossSum / total };
  }

  /** Ends the run as failed with its last good weights, and says where it began (or `elsewhere`); without any there is nothing to keep. */
  async #diverge(value: number, broken: BrokenChunk | null, feed: Feed, elsewhere = ''): Promise<void> {
    const step = broken?.brokenStep ?? this.#trainer.stepCount;
    const previous = this.#chunk.last !== null && this.#chunk.last.stepCount !== broken?.stepCount ? this.#chunk.last : null;
    const fault = broken && await findFault(this.#trainerOptions, this.#trainer, broken, previous);
    const place = fault === null ? elsewhere : `; it began ${fault.place === 'update' ? 'with the update of the weights' : `in the ${fault.place}`} of layer "${fault.layer}"${fault.step === step ? '' : ` at step ${fault.step}`}`;
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
      const { data, rows } = await piece.load();
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
    const startedAtMs = this.#pacer.now();
    await checkpoints?.save(encodeCheckpoint({
      identity: this.#identity, state, bestWeights: this.#course.best?.weights ?? null, trace: this.#trace.trace(),
      progress: { ...this.#course.decided(), ...this.#meter.kept, stepCount },
    }), stepCount);
    const nowMs = this.#pacer.now();
    [this.#savedAtMs, this.#saveMs] = [nowMs, nowMs - startedAtMs];
  }
}

function joined(evaluations: readonly Evaluation[]): Evaluation {
  if (evaluations.length === 1) return evaluations[0] as Evaluation;
  return {
    output: joinFloats(evaluations.map(({ output }) => output)), rowLosses: joinFloats(evaluations.map(({ rowLosses }) => rowLosses)),
  };
}

/** Whether the learning rate is worth a curve. */
function hasMovingRate({ schedule, warmupEpochs }: TrainConfig): boolean {
  return schedule.kind !== 'constant' || warmupEpochs > 0;
}
