/** One pass over the train part, cut into runs of about 80 ms so that progress and cancelling come in time. */
import type { Matrix } from '../ml/training-set.ts';
import type { Trainer } from './trainer.ts';

const chunkMs = 80;
const largestGrowth = 4;

export interface Pacer {
  /** Lets messages in; true when the work shall stop. */
  pause(): Promise<boolean>;
  now(): number;
}

/** A run of steps that is done. */
export interface ChunkReport {
  /** The share of the epoch done with it. */
  readonly share: number;
  /** Mean over its steps. */
  readonly loss: number;
  readonly rowCount: number;
  readonly elapsedMs: number;
}

/** How an epoch ended. */
export type EpochEnd =
  | { readonly kind: 'done'; readonly loss: number }
  | { readonly kind: 'stopped' }
  /** The first loss that is not finite, and its step (1 is the first of the run). */
  | { readonly kind: 'diverged'; readonly value: number; readonly step: number };

export interface EpochOptions {
  readonly trainer: Trainer;
  readonly data: Matrix;
  /** The rows of the data in the order of this epoch. */
  readonly order: Int32Array;
  /** Rows per step; a multiple of the batches that are averaged. */
  readonly rowsPerStep: number;
  /** Batches averaged into a step. */
  readonly accumulate: number;
  readonly pacer: Pacer;
  onChunk(chunk: ChunkReport): void;
}

/** Remembers across epochs how many steps fit into a chunk. */
export class ChunkSize {
  #steps = 8;

  get steps(): number {
    return this.#steps;
  }

  /** Adapts to a chunk of `steps` that took `elapsedMs`. */
  learn(steps: number, elapsedMs: number): void {
    const fitting = (steps * chunkMs) / Math.max(elapsedMs, 0.01);
    this.#steps = Math.max(1, Math.floor(Math.min(fitting, steps * largestGrowth)));
  }
}

/** Trains one epoch: every row once, the last step with what is left (of averaged batches, whole rows each). The epoch's loss is the mean over rows. */
export async function runEpoch(options: EpochOptions, chunk: ChunkSize): Promise<EpochEnd> {
  const { trainer, data, order, rowsPerStep, accumulate, pacer } = options;
  const end = order.length - (order.length % accumulate);
  let lossSum = 0;
  for (let from = 0; from < end;) {
    if (await pacer.pause()) return { kind: 'stopped' };
    const { rows, size } = nextBatches(order.subarray(0, end), from, rowsPerStep, chunk.steps);
    const firstStep = trainer.stepCount + 1;
    const startedAtMs = pacer.now();
    const losses = await trainer.runSteps(data, rows, size);
    const elapsedMs = pacer.now() - startedAtMs;
    if (size === rowsPerStep) chunk.learn(losses.length, elapsedMs);
    const broken = losses.findIndex((loss) => !Number.isFinite(loss));
    if (broken >= 0) return { kind: 'diverged', value: losses[broken] as number, step: firstStep + broken };
    const chunkSum = losses.reduce((sum, loss) => sum + loss, 0);
    lossSum += chunkSum * size;
    from += rows.length;
    options.onChunk({ share: from / end, loss: chunkSum / losses.length, rowCount: rows.length, elapsedMs });
  }
  return { kind: 'done', loss: lossSum / end };
}

/** Up to `steps` whole batches, or the rest as one smaller batch. */
function nextBatches(order: Int32Array, from: number, rowsPerStep: number, steps: number): { rows: Int32Array; size: number } {
  const whole = Math.min(steps, Math.floor((order.length - from) / rowsPerStep));
  if (whole === 0) return { rows: order.subarray(from), size: order.length - from };
  return { rows: order.subarray(from, from + whole * rowsPerStep), size: rowsPerStep };
}
