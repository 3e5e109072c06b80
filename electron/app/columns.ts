/** What people say of the columns of a dataset. One entity per column, with an id that everybody makes alike, so that what two people say merges field by field. */
import { createHash } from 'node:crypto';
import { ColumnNote, type ColumnNoteChange } from '../../shared/domain/column-notes.ts';
import { idFromBytes, type DatasetId } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';
import type { JsonValue, Op, Store } from '../store/store.ts';
import { basedOn } from './based-on.ts';
import type { AppContext } from './context.ts';
import { getDataset } from './datasets.ts';
import { listOf, plain, type Kind } from './entities.ts';

const noteKind: Kind<typeof ColumnNote> = { type: 'column', word: 'column', schema: ColumnNote, shape: plain };

/** Of all columns of which something is said, also those that the latest version has no more. @throws AppError store/not-found */
export function listColumnNotes({ store }: Pick<AppContext, 'store'>, datasetId: DatasetId): ColumnNote[] {
  if (!store.get('dataset', datasetId)) throw fail('store/not-found', { kind: 'dataset', id: datasetId });
  return notesIn(store, datasetId);
}

/**
 * Changes what is said of a column; a part that is so already changes nothing. `seen` is the text that the writer began
 * with, where one text field is changed. @throws AppError store/not-found, data/unknown-column
 */
export function describeColumn(
  context: AppContext, { datasetId, column, change, seen }: { datasetId: DatasetId; column: string; change: ColumnNoteChange; seen?: string | undefined },
): void {
  const { store } = context;
  const { name: dataset, versions } = getDataset(context, datasetId);
  if (!versions.some(({ columns }) => columns.some((each) => each.name === column))) {
    throw fail('data/unknown-column', { column, dataset, columns: (versions.at(-1)?.columns ?? []).map((each) => each.name).slice(0, 20).join(', ') });
  }
  const id = columnEntityId(datasetId, column);
  const known = listColumnNotes(context, datasetId).find((note) => note.id === id);
  const isNew = (field: string, value: unknown): boolean => JSON.stringify(value) !== JSON.stringify(known?.[field as keyof ColumnNote] ?? unsaid[field]);
  const fields = Object.fromEntries(Object.entries(change).flatMap(([name, value]) => (value === undefined || !isNew(name, value) ? [] : [[name, value]])));
  const [field, ...more] = Object.keys(fields);
  if (field === undefined) return;
  const exists = store.find(id) !== null;
  store.commit('datasets.describeColumn', [
    exists ? { o: 'set', e: id, f: fields } : { o: 'create', e: id, t: 'column', f: { ...fields, datasetId, column } },
  ], more.length === 0 && exists ? basedOn(store, id, field, seen) : {});
}

/** What an import says of columns of which nobody has said anything yet, as part of its action. */
export function firstNotes(store: Store, datasetId: DatasetId, notes: readonly { readonly column: string; readonly change: ColumnNoteChange }[]): Op[] {
  return notes.flatMap(({ column, change }): Op[] => {
    const id = columnEntityId(datasetId, column);
    return store.find(id) !== null ? [] : [{ o: 'create', e: id, t: 'column', f: { ...said(change), datasetId, column } }];
  });
}

function said(change: ColumnNoteChange): Record<string, JsonValue> {
  return Object.fromEntries(Object.entries(change).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

const unsaid: Readonly<Record<string, unknown>> = { role: null, unit: '', description: '', categoryOrder: null };

/** The same for everybody: the first 16 bytes of the hash of dataset and name. */
export function columnEntityId(datasetId: DatasetId, column: string): string {
  return idFromBytes(createHash('sha256').update(`${datasetId}\n${column}`).digest().subarray(0, 16));
}

/** Roles that some column of the dataset has, also of one that was removed. */
export function rolesInUse(store: Store, datasetId: DatasetId): string[] {
  return notesIn(store, datasetId).flatMap(({ role }) => role ?? []);
}

function notesIn(store: Store, datasetId: DatasetId): ColumnNote[] {
  return listOf(store, noteKind, { field: 'datasetId', value: datasetId });
}
