/**
 * When the outbox is published: at 256 KiB, 10 s after the last commit, 60 s after the first, or when asked.
 * One publication at a time. One that fails in the background is reported and tried again.
 */
import { toFailure, type Failure } from '../../../shared/errors.ts';
import type { Scheduler } from '../../files/scheduler.ts';
import type { Problem } from '../index/ingest.ts';
import { sealAtBytes } from '../format/segments.ts';

const idleMs = 10_000;
const longestMs = 60_000;

export interface PublishSchedule {
  /** Notes a commit of this many bytes. */
  committed(sizeBytes: number): void;
  /** Publishes what is committed now; waits for a publication that is under way. `isFinal`: at an end, or for an archive. */
  publishNow(isFinal?: boolean): Promise<void>;
  /** Why the last publication failed, as a sentence; null when it succeeded or there was none. */
  failure(): string | null;
  problems(): Problem[];
  stop(): void;
}

export function createPublishSchedule(publish: (isFinal: boolean) => Promise<void>, clock: () => number, scheduler: Scheduler): PublishSchedule {
  let callOff: (() => void) | null = null;
  let firstAtMs: number | null = null;
  let waitingBytes = 0;
  let tail: Promise<void> = Promise.resolve();
  let failure: Failure | null = null;
  let isStopped = false;

  function arm(delayMs: number): void {
    callOff?.();
    callOff = isStopped ? null : scheduler.after(delayMs, () => void publishNow().catch(() => arm(longestMs)));
  }

  function publishNow(isFinal = false): Promise<void> {
    const run = tail.then(async () => {
      callOff?.();
      callOff = null;
      firstAtMs = null;
      waitingBytes = 0;
      try {
        await publish(isFinal);
        failure = null;
      } catch (thrown) {
        failure = toFailure(thrown);
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
    failure: () => failure?.what ?? null,
    problems: () => (failure ? [{ kind: 'local', file: 'log', device: null, what: `changes are kept on this computer and are not in the folder yet: ${failure.what}` }] : []),
    stop() {
      isStopped = true;
      callOff?.();
      callOff = null;
    },
  };
}
