/** One pass over rows, cut into runs of about 110 ms so that progress and cancelling come in time. */
import type { Matrix } from '../ml/training-set.ts';
import type { Trainer } from './trainer.ts';

const chunkMs = 110;
const largestGrowth = 4;

export interface Pacer {
  /** Lets messages in; true when the work shall stop. */
  pause(): Promise<boolean>;
  now(): number;
}

/** A run of steps that is done. */
export interface ChunkReport {
  /** The rows done with it, from the first of this pass. */
  readonly offset: number;
  /** The share of the pass done with it. */
  readonly share: number;
  /** Mean over its steps. */
  readonly loss: number;
  /** Over all rows of the pass so far; the same however steps are cut into chunks. */
  readonly lossSum: number;
  /** Of each step. */
  readonly losses: Float32Array;
  readonly rowCount: number;
  readonly elapsedMs: number;
}

/** How a pass ended. */
export type EpochEnd =
  | { readonly kind: 'done'; readonly loss: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'diverged'; readonly value: number; readonly chunk: BrokenChunk };

/** Steps, with what they started from. */
export interface Chunk {
  readonly data: Matrix;
  /** Of all its steps. */
  readonly rows: Int32Array;
  readonly rowsPerStep: number;
  /** Of the trainer, before the first of its steps. */
  readonly state: ReadonlyMap<string, Float32Array>;
  readonly stepCount: number;
}

export interface BrokenChunk extends Chunk {
  /** The first step whose loss is not finite (1 is the first of the run). */
  readonly brokenStep: number;
}

export interface EpochOptions {
  readonly trainer: Trainer;
  readonly data: Matrix;
  /** The rows of the data in the order of this pass. */
  readonly order: Int32Array;
  /** Where to go on: the rows that were done before, and the sum of their losses; the first row when absent. */
  readonly from?: { readonly offset: number; readonly lossSum: number };
  /** Rows per step; a multiple of the batches that are averaged. */
  readonly rowsPerStep: number;
  /** Batches averaged into a step. */
  readonly accumulate: number;
  readonly pacer: Pacer;
  onChunk(chunk: ChunkReport): void | Promise<void>;
}

/** Remembers across passes how many steps fit into a chunk, and the newest chunk. */
export class ChunkSize {
  /** For who looks into what went wrong after it. */
  last: Chunk | null = null;
  #steps = 1;

  get steps(): number {
    return this.#steps;
  }

  /** Adapts to a chunk of `steps` that took `elapsedMs`. */
  learn(steps: number, elapsedMs: number): void {
    const fitting = (steps * chunkMs) / Math.max(elapsedMs, 0.01);
    this.#steps = Math.max(1, Math.floor(Math.min(fitting, steps * largestGrowth)));
  }
}

/** The rows of `rowCount` that are trained on: all but what averaged batches leave over. */
export function usableRows(rowCount: number, accumulate: number): number {
  return rowCount - (rowCount % accumulate);
}

/** Trains on every row once, the last step with what is left (of averaged batches, whole rows each). The loss is the mean over rows. */
export async function runEpoch(options: EpochOptions, chunk: ChunkSize): Promise<EpochEnd> {
  const { trainer, data, rowsPerStep, accumulate, pacer } = options;
  const order = options.order.subarray(0, usableRows(options.order.length, accumulate));
  let { offset: from, lossSum } = options.from ?? { offset: 0, lossSum: 0 };
  while (from < order.length) {
    if (await pacer.pause()) return { kind: 'stopped' };
    const { rows, size } = nextBatches(order, from, rowsPerStep, chunk.steps);
    const start: Chunk = { data, rows, rowsPerStep: size, state: trainer.state, stepCount: trainer.stepCount };
    const startedAtMs = pacer.now();
    const losses = await trainer.runSteps(data, rows, size);
    const elapsedMs = pacer.now() - startedAtMs;
    if (size === rowsPerStep) chunk.learn(losses.length, elapsedMs);
    const broken = losses.findIndex((loss) => !Number.isFinite(loss));
    if (broken >= 0) return { kind: 'diverged', value: losses[broken] as number, chunk: { ...start, brokenStep: start.stepCount + 1 + broken } };
    chunk.last = start;
    for (const loss of losses) lossSum += loss * size;
    from += rows.length;
    const loss = losses.reduce((sum, each) => sum + each, 0) / losses.length;
    await options.onChunk({ offset: from, share: from / order.length, loss, lossSum, losses, rowCount: rows.length, elapsedMs });
  }
  return { kind: 'done', loss: lossSum / order.length };
}

/** Up to `steps` whole batches, or the rest as one smaller batch. */
function nextBatches(order: Int32Array, from: number, rowsPerStep: number, steps: number): { rows: Int32Array; size: number } {
  const whole = Math.min(steps, Math.floor((order.length - from) / rowsPerStep));
  if (whole === 0) return { rows: order.subarray(from), size: order.length - from };
  return { rows: order.subarray(from, from + whole * rowsPerStep), size: rowsPerStep };
}
