/**
 * Trains a model on a table: split, encode, run the training program, keep the best weights, score, export.
 * What comes out is a function of configuration, columns and ONNX Runtime alone; the clock decides nothing but when it comes.
 */
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { Column } from '../../shared/domain/columns.ts';
import type { ObjectHash } from '../../shared/domain/ids.ts';
import type { ConfusionMatrix, MetricPoint, MetricValues } from '../../shared/domain/runs.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { fail } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';
import { createRandom, gamma } from '../../shared/math/random.ts';
import type { ImportedModel } from '../ml/onnx-model.ts';
import { createOptimizer } from '../ml/optimizers/index.ts';
import { prepareStreamed } from '../ml/streamed-set.ts';
import type { Program } from '../ml/training-graph.ts';
import { prepareTraining } from '../ml/training-set.ts';
import type { TrainingSet } from '../ml/training-set.ts';
import { Course } from './course.ts';
import { usableRows } from './epoch.ts';
import { memoryNeeded, requireMemory } from './memory.ts';
import type { TrainProgress } from './progress.ts';
import { isStreamedTable } from './shards.ts';
import type { StreamedTable } from './shards.ts';
import { Trainer } from './trainer.ts';
import type { TrainerOptions } from './trainer.ts';
import { Training } from './training.ts';

export interface TrainOptions {
  readonly config: TrainConfig;
  /** Features, target, weights and the time column of the split (others are ignored), or a table that is read in pieces. */
  readonly columns: readonly ColumnData[] | StreamedTable;
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
  const clock = { now, startedAtMs: now() };
  const { config, columns } = options;
  mustSupport(config);
  const set = isStreamedTable(columns) ? await prepareStreamed(config, columns, () => rest(options)) : prepareTraining(config, columns, options.base ?? null);
  const stepRows = rowsPerStep(config, set.split.train.length);
  const course = new Course(config, Math.ceil(usableRows(set.split.train.length, config.accumulate) / stepRows));
  const trainerOptions: TrainerOptions = {
    program: programOf(config, set), seed: config.seed,
    session: { threadCount: config.threadCount, provider: config.provider === 'auto' ? 'cpu' : config.provider },
    rateAt: (step) => course.rateAt(step), mixAt: (step) => mixingShare(config, step),
  };
  requireMemory(memoryNeeded({ set, program: trainerOptions.program, stepRows, isStreamed: isStreamedTable(columns) }));
  const trainer = await Trainer.open(trainerOptions);
  try {
    return await new Training(options, { set, course, trainer, trainerOptions, stepRows }, clock).run();
  } finally {
    await trainer.close();
  }
}

/** Lets messages in before the first step. @throws job/cancelled */
async function rest({ shouldStop }: TrainOptions): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (shouldStop()) throw fail('job/cancelled');
}

/** @throws train/bad-config for what no provider of this configuration does. */
function mustSupport({ precision, provider }: TrainConfig): void {
  if (precision === 'mixed' && (provider === 'cpu' || provider === 'auto')) {
    throw fail('train/bad-config', { field: 'precision', value: precision, reason: 'the CPU gains nothing from products in float16; choose float32.' });
  }
}

/** The training program that a configuration asks for. */
function programOf(config: TrainConfig, { network, loss, view, weight }: TrainingSet): Program {
  const { seed, l1, l2, clipNorm, clipValue, accumulate, averageDecay } = config;
  return {
    network, loss, view, optimizer: createOptimizer(config.optimizer), seed, hasWeights: weight !== null,
    l1, l2, clipNorm, clipValue, accumulate, averageDecay, isMixed: config.mixup !== null, hasHalfProducts: config.precision === 'mixed',
  };
}

/** Rows per step: the configured batches, or for a train part smaller than that its rows. @throws train/bad-config */
function rowsPerStep({ batchSize, accumulate }: TrainConfig, trainRows: number): number {
  const rows = Math.min(batchSize * accumulate, usableRows(trainRows, accumulate));
  if (rows > 0) return rows;
  throw fail('train/bad-config', { field: 'accumulate', value: String(accumulate), reason: `the train part has only ${trainRows} rows.` });
}

/** The share of a batch in its mixture at a step: Beta(alpha, alpha), by two gamma numbers of Marsaglia and Tsang (2000). */
function mixingShare({ seed, mixup }: TrainConfig, step: number): number {
  if (mixup === null) return 1;
  const random = createRandom(seed, `mixup/${step}`);
  const [a, b] = [gamma(mixup, random), gamma(mixup, random)];
  return a + b > 0 ? a / (a + b) : 1;
}
