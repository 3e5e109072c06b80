/**
 * The worker's end: answers requests one after the other, reports progress, hears cancel.
 * It ends itself when the engine goes away, so no worker outlives its engine.
 */
import type { EventEmitter } from 'node:events';
import { toFailure } from '../../shared/errors.ts';
import type { WorkerReply, WorkerRequest } from './worker-link.ts';

export interface TaskContext {
  /** Sends a progress report; at most a few a second are worth sending. */
  report(progress: unknown): void;
  /** Aborted once the engine has asked to stop. */
  readonly signal: AbortSignal;
}

export type TaskHandlers = Readonly<Record<string, (input: never, context: TaskContext) => Promise<unknown>>>;

interface PortLike {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
}

/** Electron puts this on a utility process; plain Node does not have it. */
type UtilityProcess = NodeJS.Process & { parentPort?: EventEmitter };

/** Serves `handlers` on whatever channel started this process. */
export function serveWorker(handlers: TaskHandlers): void {
  const parentPort = (process as UtilityProcess).parentPort;
  if (parentPort) {
    parentPort.once('message', (event: { ports: PortLike[] }) => {
      const port = event.ports[0];
      if (!port) throw new Error('the shell sent no port to the worker');
      const handle = requestHandler(handlers, (reply) => port.postMessage(reply));
      port.on('message', ({ data }) => handle(data as WorkerRequest));
      port.start();
    });
    return;
  }
  const handle = requestHandler(handlers, (reply) => process.send?.(reply));
  process.on('message', (message) => handle(message as WorkerRequest));
  process.on('disconnect', () => process.exit(0));
  // Ctrl+C reaches every process of the terminal; the engine's end decides what becomes of the work.
  process.on('SIGINT', () => undefined);
}

function requestHandler(handlers: TaskHandlers, post: (reply: WorkerReply) => void): (request: WorkerRequest) => void {
  const controllers = new Map<number, AbortController>();
  let tail = Promise.resolve();

  const run = async (request: WorkerRequest & { type: 'run' }): Promise<void> => {
    const { id, task, input } = request;
    const signal = controllers.get(id)?.signal ?? new AbortController().signal;
    try {
      const handler = handlers[task];
      if (!handler) throw new Error(`this worker has no task "${task}"`);
      const value = await handler(input as never, {
        report: (progress) => post({ type: 'progress', id, progress }),
        signal,
      });
      post({ type: 'done', id, value });
    } catch (thrown) {
      if (toFailure(thrown).code === 'internal/unexpected') console.error(thrown);
      post({ type: 'failed', id, error: toFailure(thrown) });
    } finally {
      controllers.delete(id);
    }
  };

  return (request) => {
    if (request.type === 'end') process.exit(0);
    if (request.type === 'cancel') {
      controllers.get(request.id)?.abort();
      return;
    }
    controllers.set(request.id, new AbortController());
    tail = tail.then(() => run(request));
  };
}
