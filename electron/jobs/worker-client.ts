/**
 * The engine's end of a worker: typed tasks in, results out, one at a time in the order they came. A worker that
 * crashes, eats memory or does not stop when told ends with a clear error for the task it worked on; the tasks
 * that wait are not touched by it, because the next one starts a fresh process.
 */
import { readFileSync } from 'node:fs';
import { AppError, fail } from '../../shared/errors.ts';
import type { DataTasks, ProviderTasks, TrainTasks } from './tasks.ts';
import type { WorkerLauncher, WorkerName, WorkerProcess, WorkerReply } from './worker-link.ts';

interface TasksOf {
  data: DataTasks;
  train: TrainTasks;
  provider: ProviderTasks;
}

export interface TaskOptions {
  onProgress?: (progress: unknown) => void;
  signal?: AbortSignal;
}

export interface WorkerLimits {
  /** Resident memory at which the process is killed. */
  readonly memoryMb: number;
  /** Resident memory above which a process that has nothing to do is replaced: native code does not give back all it took. */
  readonly recycleAboveMb?: number;
}

interface Task {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  readonly onProgress: ((progress: unknown) => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/** A process in use; after it is let go, what it still says is not heard. */
interface Live {
  readonly worker: WorkerProcess;
  readonly watchdog: NodeJS.Timeout | null;
  readonly exited: Promise<void>;
}

const memoryPollMs = 100;
/** How long a cancelled task, or an idle process that was told to end, may take before it is killed. */
const graceMs = 2000;

/** One worker process, started on demand. `close` must be called. */
export class WorkerClient<N extends WorkerName> {
  readonly #name: N;
  readonly #launch: WorkerLauncher;
  readonly #limits: WorkerLimits;
  readonly #waiting: Task[] = [];
  #active: Task | null = null;
  #live: Live | null = null;
  #starting: Promise<Live> | null = null;
  readonly #ending = new Set<Promise<void>>();
  #nextId = 1;
  #isClosed = false;

  constructor(name: N, launch: WorkerLauncher, limits: WorkerLimits) {
    this.#name = name;
    this.#launch = launch;
    this.#limits = limits;
  }

  /** Process id of the running worker, or null; for tests and the diagnostics screen. */
  async pid(): Promise<number | null> {
    return (this.#live ?? (await this.#starting))?.worker.pid ?? null;
  }

  /** Runs one task. @throws AppError its own failure, worker/crashed, worker/memory, engine/stopped or job/cancelled. */
  async run<T extends keyof TasksOf[N] & string>(
    name: T,
    input: TasksOf[N][T] extends { input: infer I } ? I : never,
    { onProgress, signal }: TaskOptions = {},
  ): Promise<TasksOf[N][T] extends { output: infer O } ? O : never> {
    if (this.#isClosed) throw fail('engine/stopped');
    if (signal?.aborted) throw fail('job/cancelled');
    let task: Task | null = null;
    const result = new Promise<unknown>((resolve, reject) => {
      task = { id: this.#nextId++, name, input, onProgress, resolve, reject };
      this.#waiting.push(task);
    });
    const cancel = (): void => {
      if (task) this.#cancel(task);
    };
    signal?.addEventListener('abort', cancel, { once: true });
    void this.#next();
    try {
      return (await result) as never;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends the process and whatever it worked on; resolves when it is gone. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting.splice(0)) task.reject(fail('engine/stopped'));
    const isIdle = this.#active === null;
    this.#active?.reject(fail('engine/stopped'));
    this.#active = null;
    await this.#starting?.catch(() => undefined);
    this.#letGo(isIdle ? 'end' : 'kill');
    await Promise.all(this.#ending);
  }

  async #next(): Promise<void> {
    if (this.#active || this.#isClosed) return;
    const task = this.#waiting.shift();
    if (!task) return;
    this.#active = task;
    try {
      const { worker } = this.#live ?? (await this.#start());
      if (this.#active === task) worker.post({ type: 'run', id: task.id, task: task.name, input: task.input });
    } catch (thrown) {
      const how = thrown instanceof Error ? thrown.message : String(thrown);
      this.#settle(task, () => task.reject(fail('worker/crashed', { worker: this.#name, how, task: task.name }, thrown)));
    }
  }

  #settle(task: Task, act: () => void): void {
    if (this.#active !== task) return;
    this.#active = null;
    act();
    if (this.#live && this.#isWorn(this.#live)) this.#letGo('end');
    void this.#next();
  }

  #cancel(task: Task): void {
    if (this.#active !== task) {
      const index = this.#waiting.indexOf(task);
      if (index >= 0) this.#waiting.splice(index, 1);
      task.reject(fail('job/cancelled'));
      return;
    }
    this.#live?.worker.post({ type: 'cancel', id: task.id });
    setTimeout(() => {
      if (this.#active !== task) return;
      this.#letGo('kill');
      this.#settle(task, () => task.reject(fail('job/cancelled')));
    }, graceMs).unref();
  }

  #start(): Promise<Live> {
    this.#starting ??= this.#launched().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #launched(): Promise<Live> {
    const worker = await this.#launch(this.#name);
    let tellExit: () => void = () => undefined;
    const live: Live = {
      worker, watchdog: this.#watch(worker), exited: new Promise((resolve) => { tellExit = resolve; }),
    };
    this.#live = live;
    worker.onReply((reply) => {
      if (this.#live === live) this.#heard(reply);
    });
    worker.onExit((how) => {
      tellExit();
      if (this.#live === live) this.#lost((task) => fail('worker/crashed', { worker: this.#name, how, task }));
    });
    return live;
  }

  #heard(reply: WorkerReply): void {
    const task = this.#active;
    if (!task || task.id !== reply.id) return;
    if (reply.type === 'progress') task.onProgress?.(reply.progress);
    else this.#settle(task, () => (reply.type === 'done' ? task.resolve(reply.value) : task.reject(new AppError(reply.error))));
  }

  /** The process is gone or must go: the task it worked on fails. */
  #lost(errorFor: (task: string) => AppError): void {
    this.#letGo('kill');
    const task = this.#active;
    if (task) this.#settle(task, () => task.reject(errorFor(task.name)));
  }

  /** Stops listening to the process and ends it: an idle one by itself, so that it cleans up, another one at once. */
  #letGo(how: 'end' | 'kill'): void {
    const live = this.#live;
    if (!live) return;
    this.#live = null;
    if (live.watchdog) clearInterval(live.watchdog);
    if (how === 'end') live.worker.post({ type: 'end' });
    else live.worker.kill();
    const ended = this.#gone(live).finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  /** Resolves when the process has exited; one that takes too long is killed and no longer waited for. */
  async #gone({ worker, exited }: Live): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([exited, new Promise((resolve) => { timer = setTimeout(resolve, graceMs); })]);
    clearTimeout(timer);
    worker.kill();
  }

  #isWorn({ worker }: Live): boolean {
    const { recycleAboveMb } = this.#limits;
    return recycleAboveMb !== undefined && residentMb(worker.pid) > recycleAboveMb;
  }

  #watch(worker: WorkerProcess): NodeJS.Timeout | null {
    if (worker.pid === null || process.platform !== 'linux') return null;
    const { memoryMb } = this.#limits;
    const watchdog = setInterval(() => {
      if (this.#live?.worker !== worker || residentMb(worker.pid) <= memoryMb) return;
      this.#lost(() => fail('worker/memory', { worker: this.#name, limitMb: memoryMb }));
    }, memoryPollMs);
    watchdog.unref();
    return watchdog;
  }
}

/** Resident memory of a process in MB; 0 when it is gone or the system does not tell. Field 2 of /proc/PID/statm counts 4 KiB pages. */
function residentMb(pid: number | null): number {
  if (pid === null || process.platform !== 'linux') return 0;
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096) / 1e6;
  } catch {
    return 0; // the process has ended; onExit reports it
  }
}
