/**
 * The two ends of the wire between the engine and a worker process, whatever carries it
 * (a forked Node process, or an Electron utility process brokered by the shell).
 */
import type { Failure } from '../../shared/errors.ts';

export const workerNames = ['data', 'train', 'provider'] as const;
export type WorkerName = (typeof workerNames)[number];

/** Engine to worker. */
export type WorkerRequest =
  | { readonly type: 'run'; readonly id: number; readonly task: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  /** Sent to an idle process: clean up and end. */
  | { readonly type: 'end' };

/** Worker to engine. */
export type WorkerReply =
  | { readonly type: 'done'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly error: Failure }
  | { readonly type: 'progress'; readonly id: number; readonly progress: unknown };

/** A running worker process as the engine sees it. */
export interface WorkerProcess {
  readonly pid: number | null;
  post(request: WorkerRequest): void;
  onReply(listener: (reply: WorkerReply) => void): void;
  /** Called once, with how it ended, for example "signal SIGSEGV" or "exit code 1". */
  onExit(listener: (how: string) => void): void;
  /** Ends it at once; it cannot object. */
  kill(): void;
}

/** Starts a fresh process of the named worker. */
export type WorkerLauncher = (name: WorkerName) => Promise<WorkerProcess>;
