/** The log as a list: filtered, in pages, with the sentence of each event. */
import { kindsOfArea, type HistoryEntry, type HistoryQuery, type HistoryWriter } from '../../shared/domain/history.ts';
import type { Entity, Store, StoredEvent } from '../store/store.ts';
import type { AppContext } from './context.ts';
import { deviceName } from './device-label.ts';
import { sentenceOf, subjectsOf } from './history.ts';
import { trustIn } from './trust-here.ts';
import type { Trust } from './trust.ts';

/** Events that one call looks through for words: more would hold up what else is asked. */
const searched = 1000;

export type HistoryFilter = Pick<HistoryQuery, 'entity' | 'limit' | 'before'> & Partial<HistoryQuery>;

/**
 * Newest first; `next` continues after the last event looked at. With words to look for, a page has what was found among
 * the next events looked at, which may be nothing.
 */
export function listHistory({ store }: Pick<AppContext, 'store'>, query: HistoryFilter, searchedAtOnce = searched): { entries: HistoryEntry[]; next: number | null } {
  const { entity, person = null, device = null, area = null, sinceMs = null, untilMs = null, limit, before } = query;
  const words = (query.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const lookedAt = words.length === 0 ? limit : searchedAtOnce;
  const events = store.events({
    limit: lookedAt,
    ...(entity !== null && { entity }), ...(person !== null && { person }), ...(device !== null && { device }),
    ...(area !== null && { kinds: kindsOfArea[area] }),
    ...(sinceMs !== null && { sinceMs }), ...(untilMs !== null && { untilMs }), ...(before !== null && { before }),
  });
  const trust = trustIn(store);
  const reader = remembering(store);
  const entries: HistoryEntry[] = [];
  for (const event of events) {
    const entry = entryOf({ store: reader }, event, trust);
    if (saysAll(entry, words)) entries.push(entry);
    if (entries.length === limit && event !== events.at(-1)) return { entries, next: event.seq };
  }
  return { entries, next: events.length === lookedAt ? (events.at(-1)?.seq ?? null) : null };
}

export function entryOf({ store }: Pick<AppContext, 'store'>, event: StoredEvent, trust: Trust = trustIn(store)): HistoryEntry {
  const { hash, atMs, person, device, kind, why, ops } = event;
  return { hash, atMs, person, device, action: kind, entities: subjectsOf(store, ops), sentence: sentenceOf(store, event), why, flag: trust.isAfterRevocation(event) ? 'after-revocation' : null };
}

/** The store for one answer: each thing is read once, though many events name it. */
function remembering(store: Store): Store {
  const known = new Map<string, Entity | null>();
  return {
    ...store,
    find(id) {
      const found = known.get(id) ?? (known.has(id) ? null : store.find(id));
      known.set(id, found);
      return found;
    },
  };
}

/** Who wrote and on which device, the most active first. */
export function listWriters({ store }: Pick<AppContext, 'store'>): HistoryWriter[] {
  return store.writers()
    .map(({ device, person, eventCount }) => ({ person, device, deviceName: deviceName(store, device), isThis: device === store.deviceId, eventCount }))
    .sort((a, b) => b.eventCount - a.eventCount);
}

function saysAll({ sentence, why, person, hash }: HistoryEntry, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const said = `${sentence} ${why ?? ''} ${person} ${hash}`.toLowerCase();
  return words.every((word) => said.includes(word));
}
