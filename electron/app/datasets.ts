/** Datasets and their versions: look, describe, tag, remove. */
import type { ColumnProfile } from '../../shared/domain/columns.ts';
import { Dataset, DatasetVersion, Tag, tagsIn } from '../../shared/domain/datasets.ts';
import type { DatasetId, VersionId } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';
import type { TableFile } from '../jobs/tasks.ts';
import type { Entity, Store } from '../store/store.ts';
import { basedOn } from './based-on.ts';
import type { AppContext } from './context.ts';
import { listOf, mustHaveExisted, oneOf, plain, type Kind } from './entities.ts';

const versionKind: Kind<typeof DatasetVersion> = { type: 'version', word: 'version', schema: DatasetVersion, shape: plain };

export function listDatasets({ store }: AppContext): Dataset[] {
  const versions = byDataset(listOf(store, versionKind));
  return store.list('dataset').flatMap((entity) => {
    const parsed = Dataset.safeParse({ ...plain(entity), tags: tagsIn(entity.sets['tags']), versions: numbered(versions.get(entity.id as DatasetId)) });
    return parsed.success ? [parsed.data] : [];
  });
}

/** @throws AppError store/not-found */
export function getDataset({ store }: AppContext, id: DatasetId): Dataset {
  const entity = store.get('dataset', id);
  const versions = numbered(listOf(store, versionKind).filter((version) => version.datasetId === id));
  const parsed = entity && Dataset.safeParse({ ...plain(entity), tags: tagsIn(entity.sets['tags']), versions });
  if (!parsed?.success) throw fail('store/not-found', { kind: 'dataset', id });
  return parsed.data;
}

/** @throws AppError store/not-found */
export function getVersion(store: Store, id: VersionId): DatasetVersion {
  return oneOf(store, versionKind, id);
}

/** The verified file of a version. @throws AppError store/object-missing, store/object-damaged */
export async function tableOf(store: Store, version: DatasetVersion): Promise<TableFile> {
  return { path: await store.objectPath(version.object), columns: version.columns };
}

export function renameDataset({ store }: AppContext, id: DatasetId, name: string, seen?: string): void {
  mustExist(store, id);
  store.commit('datasets.rename', [{ o: 'set', e: id, f: { name } }], basedOn(store, id, 'name', seen));
}

export function describeDataset({ store }: AppContext, id: DatasetId, description: string, seen?: string): void {
  mustExist(store, id);
  store.commit('datasets.describe', [{ o: 'set', e: id, f: { description } }], basedOn(store, id, 'description', seen));
}

export function removeDataset({ store }: AppContext, id: DatasetId): void {
  mustExist(store, id);
  store.commit('datasets.remove', [{ o: 'set', e: id, f: { deleted: true } }]);
}

export function restoreDataset({ store }: AppContext, id: DatasetId): void {
  mustHaveExisted(store, 'dataset', id);
  store.commit('datasets.restore', [{ o: 'set', e: id, f: { deleted: false } }]);
}

/** Adds a tag to any entity that has tags; a tag that is there already changes nothing. */
export function addTag({ store }: AppContext, type: 'dataset' | 'run', id: string, tag: Tag): void {
  if (mustHold(store, type, id).sets['tags']?.some((held) => isSameTag(held, tag))) return;
  store.commit(`${type}s.tag`, [{ o: 'add', e: id, s: 'tags', x: tag }]);
}

export function removeTag({ store }: AppContext, type: 'dataset' | 'run', id: string, tag: Tag): void {
  const held = mustHold(store, type, id).sets['tags']?.find((each) => isSameTag(each, tag));
  if (held === undefined) return;
  store.commit(`${type}s.untag`, [{ o: 'remove', e: id, s: 'tags', x: held }]);
}

/** Which datasets took part in a change of tags. */
export interface Retagging { readonly ids: readonly DatasetId[]; readonly add: readonly Tag[]; readonly remove: readonly Tag[]; }

/**
 * Changes tags of several datasets as one action. What is so already is left out; returns the datasets that changed, so
 * that taking it back touches no other. @throws AppError store/not-found
 */
export function retagDatasets({ store }: AppContext, { ids, add, remove }: Retagging): DatasetId[] {
  const changes = ids.map((id) => {
    const held = mustHold(store, 'dataset', id).sets['tags'] ?? [];
    const removed = held.filter((each) => remove.some((tag) => isSameTag(each, tag)) && !add.some((tag) => isSameTag(each, tag)));
    const added = add.filter((tag) => !held.some((each) => isSameTag(each, tag)));
    return { id, ops: [...removed.map((x) => ({ o: 'remove' as const, e: id, s: 'tags', x })), ...added.map((x) => ({ o: 'add' as const, e: id, s: 'tags', x }))] };
  }).filter(({ ops }) => ops.length > 0);
  if (changes.length > 0) store.commit('datasets.retag', changes.flatMap(({ ops }) => ops));
  return changes.map(({ id }) => id);
}

/** Profiles of content never change, so each is computed once while the project is open. */
const profiles = new WeakMap<AppContext, Map<string, Promise<ColumnProfile[]>>>();

export async function profileVersion(context: AppContext, id: VersionId): Promise<ColumnProfile[]> {
  const version = getVersion(context.store, id);
  const held = profiles.get(context) ?? new Map<string, Promise<ColumnProfile[]>>();
  profiles.set(context, held);
  const known = held.get(version.object);
  if (known) return known;
  const table = await tableOf(context.store, version);
  const made = context.tables.run('profile', { table });
  held.set(version.object, made);
  made.catch(() => held.delete(version.object));
  return made;
}

function byDataset(versions: DatasetVersion[]): Map<DatasetId, DatasetVersion[]> {
  const groups = new Map<DatasetId, DatasetVersion[]>();
  for (const version of versions) {
    const group = groups.get(version.datasetId);
    if (group) group.push(version);
    else groups.set(version.datasetId, [version]);
  }
  return groups;
}

function isSameTag(held: unknown, tag: Tag): boolean {
  const parsed = Tag.safeParse(held);
  return parsed.success && parsed.data.key === tag.key && parsed.data.value === tag.value;
}

function numbered(versions: DatasetVersion[] | undefined): DatasetVersion[] {
  return (versions ?? []).toSorted((a, b) => a.number - b.number || a.createdAtMs - b.createdAtMs);
}

function mustExist(store: Store, id: DatasetId): void {
  mustHold(store, 'dataset', id);
}

function mustHold(store: Store, type: string, id: string): Entity {
  const entity = store.get(type, id);
  if (!entity) throw fail('store/not-found', { kind: type, id });
  return entity;
}
