/** Sets a value back to what the history says, as a new event: nothing is taken out of the log. */
import { writtenField, whyNotRestorable, fieldWord } from '../../shared/domain/written-fields.ts';
import type { ChangedValue } from '../../shared/domain/changes.ts';
import { fail } from '../../shared/errors.ts';
import type { JsonValue } from '../store/format/canonical.ts';
import type { Op, Store } from '../store/store.ts';
import { changedValues, isInSet, isShownAlone, type Span } from './changes.ts';
import type { AppContext } from './context.ts';
import { labelOf } from './labels.ts';
import { textUpdateTo } from './text-edit.ts';

export interface Restoration extends Span {
  readonly entity: string;
  readonly field: string;
  readonly side: 'before' | 'after';
  /** Which of several values before. */
  readonly index: number;
  readonly why: string;
}

/** @throws AppError store/not-found, history/fixed, history/no-value, history/unchanged, history/bad-value */
export function restoreValue({ store }: Pick<AppContext, 'store'>, { entity, field, side, index, why, ...span }: Restoration): void {
  const changes = changedValues(store, span).filter((value) => value.entity === entity && value.field === field);
  const [first] = changes;
  if (!first) throw fail('store/not-found', { kind: 'change of', id: field });
  if (first.fixedBecause !== null) throw fail('history/fixed', { field: fieldWord(first.type, field), thing: first.label, reason: first.fixedBecause });
  const ops = first.kind === 'set' ? changes.flatMap((change) => setOps(store, change, side))
    : first.kind === 'text' ? textOps(store, entity, textOf(side === 'before' ? first.before[0] : first.after))
      : valueOps(store, entity, field, valueOf(changes.at(-1) ?? first, side, index));
  if (ops.length === 0) throw fail('history/unchanged', { field: fieldWord(first.type, field), thing: first.label });
  store.commit('history.restore', ops, why ? { why } : {});
}

/** Refuses a value that people may not write there. @throws AppError history/fixed, history/bad-value, store/not-found */
export function mustFit(store: Store, entity: string, field: string, value: JsonValue): JsonValue {
  const thing = store.find(entity);
  if (!thing) throw fail('store/not-found', { kind: 'thing', id: entity });
  const place = { field: fieldWord(thing.type, field), thing: labelOf(store, entity) };
  const written = writtenField(thing.type, field);
  if (!written) throw fail('history/fixed', { ...place, reason: whyNotRestorable(thing.type, field) });
  const parsed = written.schema.safeParse(value);
  if (!parsed.success) throw fail('history/bad-value', { ...place, reason: parsed.error.issues[0]?.message ?? 'unknown' });
  if (thing.type === 'run' && field === 'deleted' && value === true && thing.fields['status'] === 'running') {
    throw fail('history/bad-value', { ...place, reason: 'the run is still running; cancel it first' });
  }
  return parsed.data as JsonValue;
}

function valueOf(change: ChangedValue, side: 'before' | 'after', index: number): JsonValue {
  if (side === 'after') return change.after as JsonValue;
  const value = change.before[index] ?? (change.before.length === 0 ? writtenField(change.type, change.field)?.absent : undefined);
  if (value === undefined) throw fail('history/no-value', { field: fieldWord(change.type, change.field), thing: change.label });
  return value as JsonValue;
}

function valueOps(store: Store, entity: string, field: string, value: JsonValue): Op[] {
  const fit = mustFit(store, entity, field, value);
  return isShownAlone(store, entity, field, fit) ? [] : [{ o: 'set', e: entity, f: { [field]: fit } }];
}

/** An add is taken back by a remove, and the other way round. */
function setOps(store: Store, { entity, field, before, after }: ChangedValue, side: 'before' | 'after'): Op[] {
  const isAdd = before.length === 0;
  const value = (isAdd ? after : before[0]) as JsonValue;
  const shouldHold = isAdd === (side === 'after');
  if (isInSet(store, entity, field, value) === shouldHold) return [];
  return shouldHold ? [{ o: 'add', e: entity, s: field, x: mustFit(store, entity, field, value) }] : [{ o: 'remove', e: entity, s: field, x: value }];
}

export function textOps(store: Store, entity: string, text: string): Op[] {
  const update = textUpdateTo(store.text(entity).state, text);
  return update === null ? [] : [{ o: 'text', e: entity, u: Buffer.from(update).toString('base64') }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
