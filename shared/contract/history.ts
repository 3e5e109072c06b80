/** The log: reading it, going back to what it says, and settling what people wrote at the same time. */
import { z } from 'zod';
import { Changes, Conflict } from '../domain/changes.ts';
import { HistoryEntry, HistoryQuery, HistoryWriter } from '../domain/history.ts';
import { PageId } from '../domain/ids.ts';
import { Page } from '../domain/pages.ts';
import { channel } from './channel.ts';

const nothing = z.object({});
const EventHash = z.string().regex(/^[0-9a-f]{64}$/, 'not the hash of an event');
const Why = z.string().max(1000);
const Place = { entity: z.string().min(1).max(80), field: z.string().min(1).max(80) };
/** The events whose values the user had before them; a value that came since is not overwritten. */
const Seen = z.array(EventHash).max(1000);

export const historyChannels = {
  'history.list': channel({
    input: HistoryQuery,
    /** With a text to look for, an answer may have few entries or none and still say where to go on. */
    output: z.object({ entries: z.array(HistoryEntry), next: z.number().int().nullable() }),
    writes: false,
  }),
  'history.people': channel({ input: nothing, output: z.array(HistoryWriter), writes: false }),
  'history.changes': channel({
    /** `from`: the first event of a sitting of writing that ends with `hash`; null for the one event. */
    input: z.object({ hash: EventHash, from: EventHash.nullable() }),
    output: Changes,
    writes: false,
  }),
  'history.restore': channel({
    input: z.object({
      hash: EventHash, from: EventHash.nullable(), ...Place,
      side: z.enum(['before', 'after']),
      /** Which of several values before. */
      index: z.number().int().min(0),
      why: Why,
    }),
    output: nothing,
    writes: true,
  }),
  /** The page as it was just after an event. */
  'pages.at': channel({ input: z.object({ id: PageId, hash: EventHash }), output: Page, writes: false }),
  'pages.restoreTo': channel({ input: z.object({ id: PageId, hash: EventHash, why: Why }), output: nothing, writes: true }),
  'conflicts.list': channel({ input: nothing, output: z.array(Conflict), writes: false }),
  'conflicts.choose': channel({ input: z.object({ ...Place, hash: EventHash, seen: Seen, why: Why }), output: nothing, writes: true }),
  'conflicts.write': channel({ input: z.object({ ...Place, value: z.union([z.string(), z.boolean()]), seen: Seen, why: Why }), output: nothing, writes: true }),
};
