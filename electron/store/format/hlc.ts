/**
 * Hybrid logical clock (Kulkarni et al. 2014) as a sortable string: 12 hex digits of milliseconds, "-", 4 hex of a counter.
 * Bounded: nothing seen elsewhere, and no earlier mistake of this clock, moves it more than 5 minutes ahead of the wall.
 */

export const driftLimitMs = 5 * 60_000;
const counterLimit = 0xffff;

export const stampPattern = /^[0-9a-f]{12}-[0-9a-f]{4}$/;

export interface HybridClock {
  /** The next stamp, above all that were issued or observed within the bound. */
  next(): string;
  /** Takes note of a stamp of another session. */
  observe(stamp: string): void;
}

/** A clock over the wall clock `nowMs`. */
export function createHybridClock(nowMs: () => number): HybridClock {
  let lastMs = 0;
  let counter = 0;

  function wall(): number {
    const now = Math.max(0, Math.floor(nowMs()));
    if (lastMs > now + driftLimitMs) {
      lastMs = 0;
      counter = 0;
    }
    return now;
  }

  return {
    next() {
      const now = wall();
      if (now > lastMs) {
        lastMs = now;
        counter = 0;
      } else if (counter < counterLimit) {
        counter += 1;
      } else {
        lastMs += 1;
        counter = 0;
      }
      return formatStamp(lastMs, counter);
    },
    observe(stamp) {
      const now = wall();
      const ms = stampMs(stamp);
      if (ms > now + driftLimitMs || ms < lastMs) return;
      const seen = Number.parseInt(stamp.slice(13), 16);
      counter = ms === lastMs ? Math.max(counter, seen) : seen;
      lastMs = ms;
    },
  };
}

/** The milliseconds since 1970 UTC of a stamp. */
export function stampMs(stamp: string): number {
  return Number.parseInt(stamp.slice(0, 12), 16);
}

function formatStamp(ms: number, counter: number): string {
  return `${ms.toString(16).padStart(12, '0')}-${counter.toString(16).padStart(4, '0')}`;
}

/** The latest of these stamps that a clock at `nowMs` may follow; null when all are too far ahead. */
export function latestWithin(stamps: readonly string[], nowMs: number): string | null {
  const limit = formatStamp(Math.max(0, Math.floor(nowMs)) + driftLimitMs, counterLimit);
  let latest: string | null = null;
  for (const stamp of stamps) if (stamp <= limit && (latest === null || stamp > latest)) latest = stamp;
  return latest;
}
