/**
 * What this device has seen of the others, as records in its own log: for each session the number and hash of the last
 * record up to which its chain is complete here. With them a deletion cannot go unnoticed: whoever reads them knows what
 * there was. Said again only where something has changed, and at most every ten minutes.
 */
import { z } from 'zod';
import type { Heads } from '../format/heads.ts';
import { parseLine } from '../format/records.ts';
import type { Outbox } from './outbox.ts';

/** One record names at most this many sessions. */
export const seenHeadLimit = 1000;
const pauseMs = 10 * 60_000;

export interface SeenBody {
  readonly heads: Heads;
}

/** What was said so far: when, and the number of the last record of each session. */
const Said = z.object({ atMs: z.number(), numbers: z.record(z.string(), z.number()) });
type Said = z.infer<typeof Said>;

export interface SeenOptions {
  readonly outbox: Outbox;
  readonly clock: () => number;
  /** The complete sessions of other devices. */
  readonly othersHeads: () => Heads;
  /** Appends a record to the session that is open; false when none is. */
  readonly note: (body: SeenBody) => boolean;
}

export interface Seen {
  /**
   * Says what is new to say. It goes along with what a user did and starts no session: else two devices would answer
   * each other's "seen" without end. `isFinal`, as at the end of a session: without the pause. @throws files/*
   */
  tell(isFinal: boolean): void;
}

export function createSeen({ outbox, clock, othersHeads, note }: SeenOptions): Seen {
  let said: Said | null = null;
  return {
    tell(isFinal) {
      said ??= readSaid(outbox);
      const nowMs = clock();
      // A clock that was set back must not silence it.
      if (!isFinal && nowMs >= said.atMs && nowMs - said.atMs < pauseMs) return;
      const numbers = { ...said.numbers };
      const news = Object.entries(othersHeads()).filter(([session, [number]]) => numbers[session] !== number);
      if (news.length === 0) return;
      for (let i = 0; i < news.length; i += seenHeadLimit) {
        const part = news.slice(i, i + seenHeadLimit);
        if (!note({ heads: Object.fromEntries(part) })) return;
        for (const [session, [number]] of part) numbers[session] = number;
      }
      said = { atMs: nowMs, numbers };
      outbox.setMeta('seen', JSON.stringify(said));
    },
  };
}

function readSaid(outbox: Outbox): Said {
  // What cannot be read is said again.
  return Said.safeParse(parseLine(new TextEncoder().encode(outbox.meta('seen') ?? ''))).data ?? { atMs: Number.NEGATIVE_INFINITY, numbers: {} };
}
