/** Collects the points of a run's curves and reports them a few times a second. */
import type { MetricPoint } from '../../shared/domain/runs.ts';
import type { ChunkReport } from './epoch.ts';
import type { Score } from './score.ts';

export interface TrainProgress {
  /** Epochs done, with a fraction within an epoch. */
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  /** New since the last report: those of `history`, and "batchLoss" of the train part within epochs. */
  readonly points: MetricPoint[];
  readonly samplesPerSecond: number;
}

export interface MeterOptions {
  now(): number;
  readonly startedAtMs: number;
  readonly epochs: number;
  report(progress: TrainProgress): void;
}

/** How far the collecting is. */
export interface MeterState {
  readonly history: MetricPoint[];
  readonly elapsedMs: number;
  readonly trainedRows: number;
  readonly trainedMs: number;
}

const reportEveryMs = 100;

export class ProgressMeter {
  /** One point per epoch, part and metric. */
  readonly history: MetricPoint[] = [];
  #earlierMs = 0;
  readonly #options: MeterOptions;
  #fresh: MetricPoint[] = [];
  #reportedAtMs = -Infinity;
  #epoch = 0;
  #step = 0;
  #trainedRows = 0;
  #trainedMs = 0;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  get elapsedMs(): number {
    return this.#earlierMs + this.#options.now() - this.#options.startedAtMs;
  }

  /** Rows per second of the optimizer steps, without evaluation; 0 before the first chunk. */
  get samplesPerSecond(): number {
    return this.#trainedMs > 0 ? (this.#trainedRows / this.#trainedMs) * 1000 : 0;
  }

  /** What a checkpoint keeps. */
  get kept(): MeterState {
    return { history: this.history, elapsedMs: this.elapsedMs, trainedRows: this.#trainedRows, trainedMs: this.#trainedMs };
  }

  /** Goes on from what `kept` gave, at `epoch` and `step`. */
  restore({ history, elapsedMs, trainedRows, trainedMs }: MeterState, epoch: number, step: number): void {
    this.history.push(...history);
    this.#earlierMs = elapsedMs;
    this.#trainedRows = trainedRows;
    this.#trainedMs = trainedMs;
    this.#move(epoch, step);
  }

  /** Work goes on without anything new to tell: reports that it does, if it is time. */
  tick(): void {
    this.#reportIfDue();
  }

  /** A chunk is done at `epoch` (with its fraction) and `step`. */
  chunk(epoch: number, step: number, { loss, rowCount, elapsedMs }: Pick<ChunkReport, 'loss' | 'rowCount' | 'elapsedMs'>): void {
    this.#trainedMs += elapsedMs;
    this.#trainedRows += rowCount;
    this.#move(epoch, step);
    this.#fresh.push(this.#point('train', 'batchLoss', loss));
    this.#reportIfDue();
  }

  /** An epoch is done and its validation part scored; scores that are not finite make no point. `rate`: of its last step, where that moves. */
  epoch(epoch: number, step: number, trainLoss: number, validation: Score, rate: number | null = null): void {
    this.#move(epoch, step);
    const points = [this.#point('train', 'loss', trainLoss), this.#point('validation', 'loss', validation.loss)];
    if (rate !== null) points.push(this.#point('train', 'rate', rate));
    for (const [metric, value] of Object.entries(validation.values)) {
      if (value !== null && value !== undefined) points.push(this.#point('validation', metric, value));
    }
    const finite = points.filter(({ value }) => Number.isFinite(value));
    this.history.push(...finite);
    this.#fresh.push(...finite);
    this.#reportIfDue();
  }

  /** Reports what is left. */
  flush(): void {
    this.#reportedAtMs = this.#options.now();
    const points = this.#fresh;
    this.#fresh = [];
    this.#options.report({
      epoch: this.#epoch, epochs: this.#options.epochs, step: this.#step, points, samplesPerSecond: this.samplesPerSecond,
    });
  }

  #move(epoch: number, step: number): void {
    this.#epoch = epoch;
    this.#step = step;
  }

  #point(part: MetricPoint['part'], metric: string, value: number): MetricPoint {
    return { epoch: this.#epoch, step: this.#step, elapsedMs: this.elapsedMs, part, metric, value };
  }

  #reportIfDue(): void {
    if (this.#options.now() - this.#reportedAtMs >= reportEveryMs) this.flush();
  }
}
