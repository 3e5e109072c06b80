/** Values that people wrote to one field without knowing of each other: all are kept until somebody settles it. */
import type { Conflict } from '../../shared/domain/changes.ts';
import { fieldWord, isWrittenField, writtenField } from '../../shared/domain/written-fields.ts';
import { fail } from '../../shared/errors.ts';
import { canonicalJson, type JsonValue } from '../store/format/canonical.ts';
import type { Store } from '../store/store.ts';
import type { AppContext } from './context.ts';
import { labelOf } from './labels.ts';
import { mustFit } from './restore.ts';

/** What a person has to look at, the latest first. Where things stand on a page settles itself: the latest move holds. */
export function listConflicts({ store }: Pick<AppContext, 'store'>): Conflict[] {
  // Reading a thing costs; a log may have thousands of concurrent values that nobody has to look at.
  const conflicts = store.conflicts().filter(({ field }) => isWrittenField(field)).flatMap(({ entity, field }) => conflictOf(store, entity, field) ?? []);
  return conflicts.sort((a, b) => (b.versions[0]?.atMs ?? 0) - (a.versions[0]?.atMs ?? 0));
}

/** How many `listConflicts` has. */
export function countConflicts(context: Pick<AppContext, 'store'>): number {
  return listConflicts(context).length;
}

export interface Settlement { readonly entity: string; readonly field: string; readonly seen: readonly string[]; readonly why: string; }

/** One of the versions becomes the value. @throws AppError conflicts/changed, conflicts/none, history/bad-value */
export function chooseVersion({ store }: Pick<AppContext, 'store'>, settlement: Settlement & { readonly hash: string }): void {
  const { entity, field, hash } = settlement;
  const version = mustBeSeen(store, settlement).versions.find((one) => one.hash === hash);
  if (!version) throw fail('conflicts/changed', { thing: labelOf(store, entity) });
  settle(store, 'conflicts.choose', settlement, mustFit(store, entity, field, version.value as JsonValue));
}

/** A value of its own, made of the versions. @throws AppError conflicts/changed, conflicts/none, history/bad-value */
export function writeMerged({ store }: Pick<AppContext, 'store'>, settlement: Settlement & { readonly value: unknown }): void {
  const { entity, field, value } = settlement;
  mustBeSeen(store, settlement);
  settle(store, 'conflicts.write', settlement, mustFit(store, entity, field, value as JsonValue));
}

function conflictOf(store: Store, entity: string, field: string): Conflict | null {
  const thing = store.find(entity);
  const written = thing && writtenField(thing.type, field);
  if (!thing || !written || written.kind !== 'value' || written.isPlace) return null;
  // What is removed has nothing to settle but whether it is.
  if (field !== 'deleted' && !store.get(thing.type, entity)) return null;
  const kept = [...new Map(store.versions(entity, field).toReversed().map((version) => [canonicalJson(version.value), version])).values()].reverse();
  if (kept.length < 2) return null;
  const versions = kept.map(({ hash, atMs, person, value }) => ({ hash, atMs, person, device: store.event(hash)?.device ?? '', value }));
  return { entity, type: thing.type, label: labelOf(store, entity), field, versions };
}

/** A version that came after the user looked must not be lost unseen. */
function mustBeSeen(store: Store, { entity, field, seen }: Settlement): Conflict {
  const conflict = conflictOf(store, entity, field);
  if (!conflict) throw fail('conflicts/none', { field: fieldWord(store.find(entity)?.type ?? '', field), thing: labelOf(store, entity) });
  if (conflict.versions.some(({ hash }) => !seen.includes(hash))) throw fail('conflicts/changed', { thing: conflict.label });
  return conflict;
}

function settle(store: Store, action: string, { entity, field, why }: Settlement, value: JsonValue): void {
  store.commit(action, [{ o: 'set', e: entity, f: { [field]: value } }], why ? { why } : {});
}
