/**
 * The jobs of an open project. A job gets its id at once, runs when a place is free, reports its state as
 * data, and ends in done, failed or cancelled. Jobs of the past stay listed until the engine closes.
 */
import type { JobId } from '../../shared/domain/ids.ts';
import type { Job, JobKind } from '../../shared/domain/jobs.ts';
import { fail, toFailure } from '../../shared/errors.ts';

export interface JobContext {
  readonly signal: AbortSignal;
  /** Reports how far it is; `step` says in a few words what it is doing. */
  report(progress: { done: number; total: number | null; unit: string; step: string }): void;
}

export interface JobRequest<T> {
  readonly kind: JobKind;
  readonly title: string;
  /** Ids the job makes or works on, for links in the window. */
  readonly subject: Readonly<Record<string, string>>;
  readonly work: (context: JobContext) => Promise<T>;
  /** Starts at once, however many others run: somebody waits for it. */
  readonly isPrompt?: boolean;
}

export interface JobQueueOptions {
  readonly newId: () => JobId;
  readonly clock: () => number;
  readonly emit: (job: Job) => void;
  /** Jobs that run at the same time, besides those that are prompt; the others wait in order. */
  readonly concurrency: number;
}

/** At most this often a running job's progress is sent on. */
const reportIntervalMs = 100;

export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #jobs = new Map<JobId, Job>();
  readonly #controllers = new Map<JobId, AbortController>();
  readonly #waiting: (() => void)[] = [];
  #runningCount = 0;
  #isClosing = false;

  constructor(options: JobQueueOptions) {
    this.#options = options;
  }

  /** True from the moment `close` was called: what is cancelled then was not cancelled by the user. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  list(): Job[] {
    return [...this.#jobs.values()].reverse();
  }

  /** Starts a job; `finished` settles with its value or its error. @throws AppError engine/stopped once it is closing */
  start<T>(request: JobRequest<T>): { id: JobId; finished: Promise<T> } {
    if (this.#isClosing) throw fail('engine/stopped');
    const { kind, title, subject } = request;
    const id = this.#options.newId();
    const controller = new AbortController();
    this.#controllers.set(id, controller);
    this.#jobs.set(id, {
      id, kind, title, subject: { ...subject }, seq: 0, status: 'queued', done: 0, total: null, unit: '', step: 'Waiting',
      startedAtMs: this.#options.clock(), endedAtMs: null, outcome: null, error: null,
    });
    this.#update(id, {});
    const finished = this.#run(id, request, controller.signal);
    finished.catch(() => undefined); // the job's state carries the failure; a caller may also await it
    return { id, finished };
  }

  /** Asks a job to stop; one that has ended stays as it is. @throws AppError job/not-found */
  cancel(id: JobId): void {
    if (!this.#jobs.has(id)) throw fail('job/not-found', { id });
    this.#controllers.get(id)?.abort();
  }

  /** Cancels everything and waits until all jobs have ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const controller of this.#controllers.values()) controller.abort();
    while (this.#controllers.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  async #run<T>(id: JobId, request: JobRequest<T>, signal: AbortSignal): Promise<T> {
    let lastReportMs = 0;
    const report: JobContext['report'] = (progress) => {
      const nowMs = this.#options.clock();
      if (nowMs - lastReportMs < reportIntervalMs) return;
      lastReportMs = nowMs;
      this.#update(id, progress);
    };
    try {
      if (!request.isPrompt) await this.#turn();
      try {
        if (signal.aborted) throw fail('job/cancelled');
        this.#update(id, { status: 'running', step: 'Starting' });
        const value = await request.work({ signal, report });
        this.#end(id, { status: 'done', outcome: value ?? null, step: 'Done' });
        return value;
      } finally {
        if (!request.isPrompt) {
          this.#runningCount--;
          this.#waiting.shift()?.();
        }
      }
    } catch (thrown) {
      const error = toFailure(thrown);
      if (error.code === 'job/cancelled') this.#end(id, { status: 'cancelled', step: 'Cancelled' });
      else this.#end(id, { status: 'failed', step: 'Failed', error });
      throw thrown;
    }
  }

  async #turn(): Promise<void> {
    if (this.#runningCount >= this.#options.concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#runningCount++;
  }

  #end(id: JobId, change: Partial<Job>): void {
    this.#controllers.delete(id);
    this.#update(id, { ...change, endedAtMs: this.#options.clock() });
  }

  #update(id: JobId, change: Partial<Job>): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    const next = { ...job, ...change, seq: job.seq + 1 };
    this.#jobs.set(id, next);
    this.#options.emit(next);
  }
}
