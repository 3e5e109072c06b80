/**
 * What devices have said about devices, read from the log. Who signed an event decides whose word it is: a body that
 * claims another is no word at all. Words stay words when somebody else deletes or overwrites what they wrote.
 */
import { z } from 'zod';
import type { Store, StoredEvent, StoredOp } from '../store/store.ts';

/** Session -> the last record of it that was known, by number and hash. */
export type Heads = Readonly<Record<string, readonly [n: number, hash: string]>>;

export type Saying =
  | { readonly says: 'confirm' }
  /** Takes back confirmations by `of`: those with these hashes. */
  | { readonly says: 'unconfirm'; readonly of: string; readonly hashes: readonly string[] }
  | { readonly says: 'revoke'; readonly reason: string; readonly heads: Heads }
  /** Takes back a revocation. */
  | { readonly says: 'lift' }
  /** The signer is followed by the device `by`. */
  | { readonly says: 'succeeded'; readonly by: string }
  /** The signer goes on for the device `of`, and wrote these of its sessions itself; null when it says nothing about them. */
  | { readonly says: 'replaces'; readonly of: string; readonly own: Heads | null };

/** One saying, by whom, about which device. `succeeded` and `replaces` are about the signer itself. */
export type Word = Saying & {
  readonly signer: string;
  readonly about: string;
  readonly person: string;
  readonly hash: string;
  readonly session: string;
  readonly n: number;
  readonly atMs: number;
  /** Its place among the words about the same device, by (clock, hash). */
  readonly order: number;
};

const DeviceId = z.string().regex(/^[0-9a-hjkmnp-tv-z]{16}$/);
const Confirmed = z.object({ by: DeviceId });
const KnownHeads = z.record(z.string(), z.tuple([z.number(), z.string()]));
const Revoked = z.object({ by: DeviceId, reason: z.string().catch(''), heads: KnownHeads });

const pageSize = 1000;

/** The id of the entity that stands for a device. */
export function deviceEntity(device: string): string {
  return `device-${device}`;
}

/** All words about a device, oldest first. */
export function wordsAbout(store: Pick<Store, 'events'>, device: string): Word[] {
  return eventsAbout(store, device).flatMap((event, order) => event.ops
    .flatMap((op) => (op.e === deviceEntity(device) ? sayingsIn(op, event.device, device) : []))
    .map((saying) => ({
      ...saying, signer: event.device, about: device, person: event.person, hash: event.hash, session: event.session, n: event.n, atMs: event.atMs, order,
    })));
}

/** What a device says of itself: the last value that it signed itself, or null. */
export function ownWord(events: readonly StoredEvent[], device: string, field: string): string | null {
  for (const event of events.toReversed()) {
    if (event.device !== device) continue;
    for (const op of event.ops.toReversed()) {
      if (op.e !== deviceEntity(device) || (op.o !== 'create' && op.o !== 'set')) continue;
      const value = Object.hasOwn(op.f, field) ? op.f[field] : undefined;
      if (typeof value === 'string') return value;
    }
  }
  return null;
}

/** Oldest first. */
export function eventsAbout(store: Pick<Store, 'events'>, device: string): StoredEvent[] {
  const all: StoredEvent[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = store.events({ entity: deviceEntity(device), limit: pageSize, ...(last && { before: last.seq }) });
    all.push(...page);
    if (page.length < pageSize) return all.reverse();
  }
}

function sayingsIn(op: StoredOp, signer: string, about: string): Saying[] {
  if (op.o === 'add' && op.s === 'confirmed') {
    const value = Confirmed.safeParse(op.x);
    return value.success && value.data.by === signer && signer !== about ? [{ says: 'confirm' }] : [];
  }
  if (op.o === 'remove' && op.s === 'confirmed') {
    const value = Confirmed.safeParse(op.x);
    return value.success ? [{ says: 'unconfirm', of: value.data.by, hashes: op.r }] : [];
  }
  if (op.o !== 'set' && op.o !== 'create') return [];
  return signer === about ? ownSayings(op.f) : revocation(op.f, signer);
}

/** Nobody takes himself out: a lost key would do so for its thief. */
function revocation(fields: Readonly<Record<string, unknown>>, signer: string): Saying[] {
  if (!Object.hasOwn(fields, 'revoked')) return [];
  if (fields['revoked'] === null) return [{ says: 'lift' }];
  const value = Revoked.safeParse(fields['revoked']);
  return value.success && value.data.by === signer ? [{ says: 'revoke', reason: value.data.reason, heads: value.data.heads }] : [];
}

function ownSayings(fields: Readonly<Record<string, unknown>>): Saying[] {
  const device = (field: string): string | null => {
    const value = DeviceId.safeParse(Object.hasOwn(fields, field) ? fields[field] : undefined);
    return value.success ? value.data : null;
  };
  const [by, of] = [device('successor'), device('replaces')];
  return [...(by === null ? [] : [{ says: 'succeeded', by } as const]), ...(of === null ? [] : [{ says: 'replaces', of, own: KnownHeads.nullable().catch(null).parse(fields['replacedHeads'] ?? null) } as const])];
}
