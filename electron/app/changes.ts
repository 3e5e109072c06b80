/** What an event changed, value by value: before and after, and whether a person may set it back. */
import type { Changes, ChangedValue } from '../../shared/domain/changes.ts';
import { whyNotRestorable } from '../../shared/domain/written-fields.ts';
import { fail } from '../../shared/errors.ts';
import { canonicalJson, type JsonValue } from '../store/format/canonical.ts';
import { fieldsOf, type StoredOp } from '../store/format/ops.ts';
import type { Store, StoredEvent } from '../store/store.ts';
import type { AppContext } from './context.ts';
import { deviceName } from './device-label.ts';
import { labelOf } from './labels.ts';

/** A sitting of writing: its last event, and its first where it is more than one. */
export interface Span { readonly hash: string; readonly from: string | null; }

/** @throws AppError store/not-found */
export function listChanges({ store }: Pick<AppContext, 'store'>, span: Span): Changes {
  const event = mustFind(store, span.hash);
  const { device } = event;
  return {
    values: changedValues(store, span),
    device: { id: device, name: deviceName(store, device), isThis: device === store.deviceId },
    pages: pagesOf(store, event.ops),
  };
}

/** @throws AppError store/not-found */
export function changedValues(store: Store, { hash, from }: Span): ChangedValue[] {
  const event = mustFind(store, hash);
  const replaced = store.replaced(hash);
  const values = event.ops.flatMap((op): Omit<ChangedValue, 'fixedBecause'>[] => {
    const about = (field: string) => ({ entity: op.e, type: store.find(op.e)?.type ?? 'thing', label: labelOf(store, op.e), field });
    if (op.o === 'text') return [];
    if (op.o === 'add' || op.o === 'remove') {
      const present = isInSet(store, op.e, op.s, op.x);
      return [{ ...about(op.s), kind: 'set' as const, before: op.o === 'add' ? [] : [op.x], after: op.o === 'add' ? op.x : null, isPresent: present === (op.o === 'add') }];
    }
    return fieldsOf(op).map(([field, after]) => {
      const before = distinct((replaced.find((one) => one.entity === op.e && one.field === field)?.values ?? []).map(({ value }) => value));
      return { ...about(field), kind: 'value' as const, before, after, isPresent: isShownAlone(store, op.e, field, after) };
    });
  });
  const texts = textChanges(store, event, from === null ? event : mustFind(store, from));
  // A new thing has fields that say nothing yet.
  const changed = [...values, ...texts].filter(({ before, after, kind }) => kind === 'set' || before.length > 0 || after !== null);
  return changed.map((value) => ({ ...value, fixedBecause: whyNotRestorable(value.type, value.field) }));
}

/** @throws AppError store/not-found */
export function mustFind(store: Store, hash: string): StoredEvent {
  const event = store.event(hash);
  if (!event) throw fail('store/not-found', { kind: 'event', id: hash });
  return event;
}

/** Whether the field shows this value now, and holds no other. */
export function isShownAlone(store: Store, entity: string, field: string, value: JsonValue): boolean {
  const versions = distinct(store.versions(entity, field).map((version) => version.value));
  return versions.length === 1 && canonicalJson(versions[0]) === canonicalJson(value);
}

export function isInSet(store: Store, entity: string, name: string, value: JsonValue): boolean {
  return (store.find(entity)?.sets[name] ?? []).some((held) => canonicalJson(held) === canonicalJson(value));
}

/** Equal values once, in their order. */
export function distinct(values: readonly JsonValue[]): JsonValue[] {
  return [...new Map(values.map((value) => [canonicalJson(value), value])).values()];
}

function textChanges(store: Store, event: StoredEvent, first: StoredEvent): Omit<ChangedValue, 'fixedBecause'>[] {
  const entities = [...new Set(event.ops.flatMap((op) => (op.o === 'text' ? [op.e] : [])))];
  return entities.map((entity) => {
    const [earlier] = store.events({ entity, before: first.seq, limit: 1 });
    const before = earlier ? textAt(store, earlier.hash, entity) : '';
    const after = textAt(store, event.hash, entity);
    return {
      entity, type: store.find(entity)?.type ?? 'thing', label: labelOf(store, entity), field: 'text', kind: 'text' as const,
      before: [before], after, isPresent: store.text(entity).text === after,
    };
  });
}

function textAt(store: Store, hash: string, entity: string): string {
  const past = store.past(hash, [entity]);
  try {
    return past.text(entity).text;
  } finally {
    past.close();
  }
}

function pagesOf(store: Store, ops: readonly StoredOp[]): { id: string; title: string }[] {
  const ids = ops.map(({ e }) => store.find(e)).map((entity) => (entity?.type === 'page' ? entity.id : entity?.type === 'block' ? entity.fields['pageId'] : null));
  return [...new Set(ids)].flatMap((id) => {
    const page = typeof id === 'string' ? store.find(id) : null;
    return page?.type === 'page' ? [{ id: page.id, title: String(page.fields['title'] ?? '') }] : [];
  });
}
