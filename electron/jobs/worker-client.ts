/**
 * The engine's end of a worker: typed tasks in, results out. A worker that crashes, eats memory or is
 * cancelled ends with a clear error for every task it held, and the next task starts a fresh process.
 */
import { readFileSync } from 'node:fs';
import { AppError, fail } from '../../shared/errors.ts';
import type { DataTasks, TrainTasks } from './tasks.ts';
import type { WorkerLauncher, WorkerName, WorkerProcess } from './worker-link.ts';

interface TasksOf {
  data: DataTasks;
  train: TrainTasks;
}

export interface TaskOptions {
  onProgress?: (progress: unknown) => void;
  signal?: AbortSignal;
}

export interface WorkerLimits {
  /** Resident memory at which the process is killed. */
  readonly memoryMb: number;
}

interface Pending {
  readonly task: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
  readonly onProgress: ((progress: unknown) => void) | undefined;
}

const memoryPollMs = 100;
/** How long a cancelled task may take to stop by itself before its process is killed. */
const cancelGraceMs = 2000;

/** One worker process, started on demand. `close` must be called. */
export class WorkerClient<N extends WorkerName> {
  readonly #name: N;
  readonly #launch: WorkerLauncher;
  readonly #limits: WorkerLimits;
  readonly #pending = new Map<number, Pending>();
  #process: Promise<WorkerProcess> | null = null;
  #watchdog: NodeJS.Timeout | null = null;
  #nextId = 1;
  #isClosed = false;

  constructor(name: N, launch: WorkerLauncher, limits: WorkerLimits) {
    this.#name = name;
    this.#launch = launch;
    this.#limits = limits;
  }

  /** Process id of the running worker, or null; for tests and the diagnostics screen. */
  async pid(): Promise<number | null> {
    return (await this.#process)?.pid ?? null;
  }

  /** Runs one task. @throws AppError its own failure, worker/crashed, worker/memory or job/cancelled. */
  async run<T extends keyof TasksOf[N] & string>(
    task: T,
    input: TasksOf[N][T] extends { input: infer I } ? I : never,
    options: TaskOptions = {},
  ): Promise<TasksOf[N][T] extends { output: infer O } ? O : never> {
    if (this.#isClosed) throw fail('engine/stopped');
    if (options.signal?.aborted) throw fail('job/cancelled');
    const worker = await this.#started();
    const id = this.#nextId++;
    const result = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { task, resolve, reject, onProgress: options.onProgress });
    });
    const cancel = (): void => {
      worker.post({ type: 'cancel', id });
      setTimeout(() => {
        if (!this.#pending.has(id)) return;
        this.#settle(id, (pending) => pending.reject(fail('job/cancelled')));
        worker.kill();
      }, cancelGraceMs).unref();
    };
    options.signal?.addEventListener('abort', cancel, { once: true });
    worker.post({ type: 'run', id, task, input });
    try {
      return (await result) as never;
    } finally {
      options.signal?.removeEventListener('abort', cancel);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopWatchdog();
    const running = this.#process;
    this.#process = null;
    for (const id of this.#pending.keys()) this.#settle(id, (pending) => pending.reject(fail('engine/stopped')));
    (await running)?.kill();
  }

  #started(): Promise<WorkerProcess> {
    this.#process ??= this.#start();
    return this.#process;
  }

  async #start(): Promise<WorkerProcess> {
    const worker = await this.#launch(this.#name);
    worker.onReply((reply) => {
      if (reply.type === 'progress') this.#pending.get(reply.id)?.onProgress?.(reply.progress);
      else if (reply.type === 'done') this.#settle(reply.id, (pending) => pending.resolve(reply.value));
      else this.#settle(reply.id, (pending) => pending.reject(new AppError(reply.error)));
    });
    worker.onExit((how) => this.#ended(how));
    this.#watch(worker);
    return worker;
  }

  #settle(id: number, act: (pending: Pending) => void): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    act(pending);
  }

  #ended(how: string, error?: AppError): void {
    this.#process = null;
    this.#stopWatchdog();
    for (const [id, { task }] of this.#pending) {
      this.#settle(id, (pending) => pending.reject(error ?? fail('worker/crashed', { worker: this.#name, how, task })));
    }
  }

  #watch(worker: WorkerProcess): void {
    this.#stopWatchdog();
    const { pid } = worker;
    if (pid === null || process.platform !== 'linux') return;
    this.#watchdog = setInterval(() => {
      if (residentMb(pid) <= this.#limits.memoryMb) return;
      this.#ended('', fail('worker/memory', { worker: this.#name, limitMb: this.#limits.memoryMb }));
      worker.kill();
    }, memoryPollMs);
    this.#watchdog.unref();
  }

  #stopWatchdog(): void {
    if (this.#watchdog) clearInterval(this.#watchdog);
    this.#watchdog = null;
  }
}

/** Resident memory of a process in MB, 0 when it is gone. Field 2 of /proc/PID/statm counts 4 KiB pages. */
function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096) / 1e6;
  } catch {
    return 0; // the process has ended; onExit reports it
  }
}
