/** Time of a simulation: it stands still until the simulation moves it, and timers run when it does. */
import type { Scheduler } from '../../../electron/files/scheduler.ts';

export interface SimTime {
  /** Milliseconds that have passed since the start. */
  now(): number;
  /** A wall clock that is off by `offset.ms`, which may change. */
  clock(offset: { ms: number }): () => number;
  /** Timers of one process; `end` calls all of them off, as the end of the process does. */
  scheduler(): Scheduler & { end(): void };
  /** Moves on and runs what falls due, in order; each timer's work runs until it waits for nothing but time. */
  advance(elapsedMs: number): Promise<void>;
}

const startMs = Date.UTC(2026, 0, 1);

interface Timer {
  readonly atMs: number;
  readonly work: () => void;
  isOff: boolean;
}

export function createTime(): SimTime {
  let nowMs = 0;
  let timers: Timer[] = [];

  return {
    now: () => nowMs,
    clock: (offset) => () => startMs + nowMs + offset.ms,
    scheduler() {
      const own: Timer[] = [];
      return {
        after(delayMs, work) {
          const timer: Timer = { atMs: nowMs + Math.max(0, delayMs), work, isOff: false };
          timers.push(timer);
          own.push(timer);
          return () => { timer.isOff = true; };
        },
        end() {
          for (const timer of own) timer.isOff = true;
        },
      };
    },
    async advance(elapsedMs) {
      const untilMs = nowMs + elapsedMs;
      for (;;) {
        timers = timers.filter(({ isOff }) => !isOff);
        const due = timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
        if (!due) break;
        due.isOff = true;
        nowMs = Math.max(nowMs, due.atMs);
        due.work();
        await settled();
      }
      nowMs = untilMs;
    },
  };
}

/** Returns when all work that waits for no timer and no file has run: the memory disk answers within the turn. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
