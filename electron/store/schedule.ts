/**
 * When the outbox is published: at 256 KiB, 10 s after the last commit, 60 s after the first, or when asked.
 * One publication at a time. One that fails in the background is reported and tried again.
 */
import { toFailure } from '../../shared/errors.ts';
import type { Problem } from './ingest.ts';
import { sealAtBytes } from './segments.ts';

const idleMs = 10_000;
const longestMs = 60_000;

export interface PublishSchedule {
  /** Notes a commit of this many bytes. */
  committed(sizeBytes: number): void;
  /** Publishes what is committed now; waits for a publication that is under way. */
  publishNow(): Promise<void>;
  problems(): Problem[];
  stop(): void;
}

/** Timers do not keep the process alive: who ends it closes the store, and that publishes. */
export function createPublishSchedule(publish: () => Promise<void>, clock: () => number): PublishSchedule {
  let timer: NodeJS.Timeout | null = null;
  let firstAtMs: number | null = null;
  let waitingBytes = 0;
  let tail: Promise<void> = Promise.resolve();
  let problem: Problem | null = null;
  let isStopped = false;

  function arm(delayMs: number): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (isStopped) return;
    timer = setTimeout(() => void publishNow().catch(() => arm(longestMs)), delayMs);
    timer.unref();
  }

  function publishNow(): Promise<void> {
    const run = tail.then(async () => {
      if (timer) clearTimeout(timer);
      timer = null;
      firstAtMs = null;
      waitingBytes = 0;
      try {
        await publish();
        problem = null;
      } catch (thrown) {
        const { what } = toFailure(thrown);
        problem = { file: 'log', what: `changes are kept on this computer and are not in the folder yet: ${what}` };
        throw thrown;
      }
    });
    tail = run.catch(() => undefined);
    return run;
  }

  return {
    committed(sizeBytes) {
      const now = clock();
      firstAtMs ??= now;
      waitingBytes += sizeBytes;
      const leftMs = Math.max(0, firstAtMs + longestMs - now);
      arm(waitingBytes >= sealAtBytes ? 0 : Math.min(idleMs, leftMs));
    },
    publishNow,
    problems: () => (problem ? [problem] : []),
    stop() {
      isStopped = true;
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
