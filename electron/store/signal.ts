/** Two small rules about calls that come in bursts: told at most so often, and never two at a time. */
import type { Scheduler } from '../files/scheduler.ts';

export interface Signal {
  raise(): void;
  /** Calls `listener` after the signal was raised; returns what ends it. */
  listen(listener: () => void): () => void;
  end(): void;
}

/** Tells its listeners, once for all that was raised within `pauseMs`. */
export function createSignal(scheduler: Scheduler, pauseMs: number): Signal {
  const listeners = new Set<() => void>();
  let callOff: (() => void) | null = null;
  return {
    raise() {
      if (listeners.size === 0) return;
      callOff ??= scheduler.after(pauseMs, () => {
        callOff = null;
        for (const listener of listeners) listener();
      });
    },
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    end() {
      listeners.clear();
      callOff?.();
    },
  };
}

/** `work`, one run at a time: calls during a run share one more run, which begins after they were made. */
export function createOneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;

  function start(): Promise<void> {
    const run = work().finally(() => {
      if (running === run) running = null;
    });
    running = run;
    return run;
  }

  return () => {
    if (!running) return start();
    next ??= running.catch(() => undefined).then(() => {
      next = null;
      return start();
    });
    return next;
  };
}
