/** Old and new values of the log, setting a value back, and values that two people wrote at the same time. */
import { describe, expect, it } from 'vitest';
import { listChanges } from '../../../electron/app/changes.ts';
import { chooseVersion, listConflicts, writeMerged } from '../../../electron/app/conflicts.ts';
import { restoreValue } from '../../../electron/app/restore.ts';
import { listHistory, listWriters } from '../../../electron/app/timeline.ts';
import { textUpdateTo } from '../../../electron/app/text-edit.ts';
import { textUpdateOf } from '../../../electron/store/index/text.ts';
import type { Store } from '../../../electron/store/store.ts';
import { codeThrownBy, createStore, device, temporaryDirectory } from '../../support/stores.ts';
import { twoDevices } from '../../support/two-devices.ts';

const aStore = (): Promise<Store> => createStore(device(temporaryDirectory(), 'Ana'));

function aDataset(store: Store, name = 'Penguins'): string {
  const id = store.newId();
  store.commit('datasets.import', [{ o: 'create', e: id, t: 'dataset', f: { name, description: '' } }]);
  return id;
}

function rename(store: Store, id: string, name: string): string {
  return store.commit('datasets.rename', [{ o: 'set', e: id, f: { name } }]).hash;
}

const base64 = (update: Uint8Array | null): string => Buffer.from(update ?? []).toString('base64');
const back = { from: null, index: 0, why: '' } as const;
const nameOf = (store: Store, id: string): unknown => store.find(id)?.fields['name'];

describe('an entry of the history', () => {
  it('says which value it replaced, and whether it is so now', async () => {
    const store = await aStore();
    const id = aDataset(store);
    const first = rename(store, id, 'Pinguins');
    rename(store, id, 'Birds');
    const { values, device: by } = listChanges({ store }, { hash: first, from: null });
    expect(values).toEqual([{ entity: id, type: 'dataset', label: 'dataset “Birds”', field: 'name', kind: 'value', before: ['Penguins'], after: 'Pinguins', fixedBecause: null, isPresent: false }]);
    expect(by).toMatchObject({ id: store.deviceId, isThis: true });
    expect(listHistory({ store }, { entity: id, limit: 2, before: null }).entries.map(({ sentence }) => sentence)).toEqual([
      'Renamed the dataset from “Pinguins” to “Birds”', 'Renamed the dataset from “Penguins” to “Pinguins”',
    ]);
  });

  it('says what was added to and taken out of a set', async () => {
    const store = await aStore();
    const id = aDataset(store);
    const tag = { key: null, value: 'pilot' };
    const added = store.commit('datasets.tag', [{ o: 'add', e: id, s: 'tags', x: tag }]).hash;
    const removed = store.commit('datasets.untag', [{ o: 'remove', e: id, s: 'tags', x: tag }]).hash;
    expect(listChanges({ store }, { hash: added, from: null }).values).toMatchObject([{ kind: 'set', before: [], after: tag, isPresent: false }]);
    expect(listChanges({ store }, { hash: removed, from: null }).values).toMatchObject([{ kind: 'set', before: [tag], after: null, isPresent: true }]);
  });

  it('has the text before and after a sitting of writing', async () => {
    const store = await aStore();
    const id = store.newId();
    store.commit('pages.addBlock', [{ o: 'create', e: id, t: 'block', f: { content: { kind: 'markdown' } } }, { o: 'text', e: id, u: base64(textUpdateOf('One')) }]);
    const edits = ['One two', 'One two three'].map((text) => store.commit('pages.editBlock', [{ o: 'text', e: id, u: base64(textUpdateTo(store.text(id).state, text)) }]).hash);
    const changes = (hash: string, from: string | null) => listChanges({ store }, { hash, from }).values;
    expect(changes(edits[1]!, null)).toMatchObject([{ kind: 'text', field: 'text', before: ['One two'], after: 'One two three', isPresent: true }]);
    expect(changes(edits[1]!, edits[0]!)).toMatchObject([{ before: ['One'], after: 'One two three' }]);
  });

  it('that is not in the log is said not to be there', async () => {
    const store = await aStore();
    expect(await codeThrownBy(() => listChanges({ store }, { hash: 'f'.repeat(64), from: null }))).toBe('store/not-found');
  });
});

describe('the history', () => {
  it('is narrowed by words, across more events than are looked at at once', async () => {
    const store = await aStore();
    const id = aDataset(store);
    rename(store, id, 'Needle');
    for (let i = 0; i < 12; i++) rename(store, id, `Hay ${i}`);
    const first = listHistory({ store }, { entity: null, text: 'penguins needle', limit: 50, before: null }, 10);
    expect(first.entries).toEqual([]);
    const second = listHistory({ store }, { entity: null, text: 'penguins needle', limit: 50, before: first.next }, 10);
    expect(first.next).not.toBeNull();
    expect(second).toMatchObject({ entries: [{ sentence: 'Renamed the dataset from “Penguins” to “Needle”' }], next: null });
  });

  it('is narrowed by area, person and device', async () => {
    const { ana, ben, sync } = await twoDevices();
    const id = aDataset(ana);
    await sync();
    rename(ben, id, 'Birds');
    await sync();
    const kinds = (filter: object) => listHistory({ store: ana }, { entity: null, limit: 50, before: null, ...filter }).entries.map(({ action }) => action);
    expect(kinds({ person: 'Ben' })).toEqual(['datasets.rename']);
    expect(kinds({ device: ben.deviceId })).toEqual(['datasets.rename']);
    expect(kinds({ area: 'datasets' })).toEqual(['datasets.rename', 'datasets.import']);
    expect(listWriters({ store: ana })).toMatchObject([{ person: 'Ana', isThis: true }, { person: 'Ben', device: ben.deviceId, isThis: false, eventCount: 1 }]);
  });
});

describe('setting a value back', () => {
  it('is a new event with its reason', async () => {
    const store = await aStore();
    const id = aDataset(store);
    const hash = rename(store, id, 'Pinguins');
    restoreValue({ store }, { ...back, hash, entity: id, field: 'name', side: 'before', why: 'A typing error' });
    expect(nameOf(store, id)).toBe('Penguins');
    expect(listHistory({ store }, { entity: id, limit: 1, before: null }).entries).toMatchObject([{ action: 'history.restore', why: 'A typing error', sentence: 'Set the name of dataset “Penguins” back to “Penguins”' }]);
    restoreValue({ store }, { ...back, hash, entity: id, field: 'name', side: 'after' });
    expect(nameOf(store, id)).toBe('Pinguins');
  });

  it('takes a tag off and puts it back', async () => {
    const store = await aStore();
    const id = aDataset(store);
    const tag = { key: null, value: 'pilot' };
    const hash = store.commit('datasets.tag', [{ o: 'add', e: id, s: 'tags', x: tag }]).hash;
    const tags = () => store.find(id)?.sets['tags'] ?? [];
    restoreValue({ store }, { ...back, hash, entity: id, field: 'tags', side: 'before' });
    expect(tags()).toEqual([]);
    restoreValue({ store }, { ...back, hash, entity: id, field: 'tags', side: 'after' });
    expect(tags()).toEqual([tag]);
  });

  it('brings a removed thing back, whether or not it was ever removed before', async () => {
    const store = await aStore();
    const id = aDataset(store);
    const hash = store.commit('datasets.remove', [{ o: 'set', e: id, f: { deleted: true } }]).hash;
    restoreValue({ store }, { ...back, hash, entity: id, field: 'deleted', side: 'before' });
    expect(store.get('dataset', id)?.fields['name']).toBe('Penguins');
  });

  it('of a text keeps what somebody else writes into it at the same time', async () => {
    const { ana, ben, sync } = await twoDevices();
    const id = ana.newId();
    ana.commit('pages.addBlock', [{ o: 'create', e: id, t: 'block', f: { content: { kind: 'markdown' } } }, { o: 'text', e: id, u: base64(textUpdateOf('The first line.\nThe second line.\n')) }]);
    const write = (store: Store, text: string) => store.commit('pages.editBlock', [{ o: 'text', e: id, u: base64(textUpdateTo(store.text(id).state, text)) }]).hash;
    const hash = write(ana, 'The worst line.\nThe second line.\n');
    await sync();
    write(ben, 'The worst line.\nThe second line.\nA third line.\n');
    restoreValue({ store: ana }, { ...back, hash, entity: id, field: 'text', side: 'before' });
    await sync();
    expect(ana.text(id).text).toBe('The first line.\nThe second line.\nA third line.\n');
    expect(ben.text(id).text).toBe(ana.text(id).text);
    expect(ben.stateHash()).toBe(ana.stateHash());
  });

  it('is refused for what nobody wrote, says why, and leaves nothing in the log', async () => {
    const store = await aStore();
    const id = store.newId();
    const hash = store.commit('runs.start', [{ o: 'create', e: id, t: 'run', f: { label: 'R1', name: 'First', status: 'running', note: '' } }]).hash;
    const count = store.stats().eventCount;
    expect(await codeThrownBy(() => restoreValue({ store }, { ...back, hash, entity: id, field: 'status', side: 'after' }))).toBe('history/fixed');
    expect(await codeThrownBy(() => restoreValue({ store }, { ...back, hash, entity: id, field: 'name', side: 'before' }))).toBe('history/no-value');
    expect(await codeThrownBy(() => restoreValue({ store }, { ...back, hash, entity: id, field: 'name', side: 'after' }))).toBe('history/unchanged');
    expect(await codeThrownBy(() => restoreValue({ store }, { ...back, hash, entity: id, field: 'colour', side: 'after' }))).toBe('store/not-found');
    expect(store.stats().eventCount).toBe(count);
    const changes = listChanges({ store }, { hash, from: null }).values;
    expect(changes.find(({ field }) => field === 'status')?.fixedBecause).toContain('train again');
    expect(changes.find(({ field }) => field === 'name')?.fixedBecause).toBeNull();
  });

  it('is refused where the old value would make the thing unreadable', async () => {
    const store = await aStore();
    const id = aDataset(store);
    const hash = store.commit('datasets.rename', [{ o: 'set', e: id, f: { name: 7 } }]).hash;
    rename(store, id, 'Birds');
    expect(await codeThrownBy(() => restoreValue({ store }, { ...back, hash, entity: id, field: 'name', side: 'after' }))).toBe('history/bad-value');
  });
});

describe('a value that two people wrote at the same time', () => {
  async function aConflict() {
    const devices = await twoDevices();
    const id = aDataset(devices.ana);
    await devices.sync();
    rename(devices.ana, id, 'Penguins of Palmer');
    rename(devices.ben, id, 'Birds');
    await devices.sync();
    return { ...devices, id };
  }

  it('has both versions with who wrote them where, on both devices', async () => {
    const { ana, ben, id } = await aConflict();
    const [conflict] = listConflicts({ store: ana });
    expect(conflict).toMatchObject({ entity: id, type: 'dataset', field: 'name' });
    expect(new Set(conflict?.versions.map(({ person, device: key, value }) => `${person} ${key} ${String(value)}`))).toEqual(new Set([`Ana ${ana.deviceId} Penguins of Palmer`, `Ben ${ben.deviceId} Birds`]));
    expect(conflict?.versions[0]?.value).toBe(nameOf(ana, id));
    expect(listConflicts({ store: ben })).toEqual(listConflicts({ store: ana }));
  });

  it('is settled by choosing one, for everybody', async () => {
    const { ana, ben, sync, id } = await aConflict();
    const [conflict] = listConflicts({ store: ben });
    const other = conflict!.versions[1]!;
    chooseVersion({ store: ben }, { entity: id, field: 'name', hash: other.hash, seen: conflict!.versions.map(({ hash }) => hash), why: 'The full name' });
    await sync();
    expect([nameOf(ana, id), nameOf(ben, id)]).toEqual([other.value, other.value]);
    expect([listConflicts({ store: ana }), listConflicts({ store: ben })]).toEqual([[], []]);
    const [entry] = listHistory({ store: ana }, { entity: id, limit: 1, before: null }).entries;
    expect(entry).toMatchObject({ action: 'conflicts.choose', why: 'The full name', sentence: `Chose the name of dataset “${String(other.value)}”, of 2 versions: “${String(other.value)}”` });
    expect(listChanges({ store: ana }, { hash: entry!.hash, from: null }).values[0]?.before).toHaveLength(2);
    expect(await codeThrownBy(() => chooseVersion({ store: ana }, { entity: id, field: 'name', hash: other.hash, seen: [other.hash], why: '' }))).toBe('conflicts/none');
  });

  it('is settled by a value made of them, which must fit', async () => {
    const { ana, ben, sync, id } = await aConflict();
    const seen = listConflicts({ store: ana })[0]!.versions.map(({ hash }) => hash);
    expect(await codeThrownBy(() => writeMerged({ store: ana }, { entity: id, field: 'name', value: '', seen, why: '' }))).toBe('history/bad-value');
    expect(await codeThrownBy(() => writeMerged({ store: ana }, { entity: id, field: 'name', value: 7, seen, why: '' }))).toBe('history/bad-value');
    writeMerged({ store: ana }, { entity: id, field: 'name', value: 'Birds of Palmer', seen, why: '' });
    await sync();
    expect([nameOf(ana, id), nameOf(ben, id)]).toEqual(['Birds of Palmer', 'Birds of Palmer']);
    expect(listConflicts({ store: ben })).toEqual([]);
  });

  it('is not settled by somebody who has not seen all of its versions', async () => {
    const { ana, id } = await aConflict();
    const [conflict] = listConflicts({ store: ana });
    const [shown] = conflict!.versions;
    expect(await codeThrownBy(() => chooseVersion({ store: ana }, { entity: id, field: 'name', hash: shown!.hash, seen: [shown!.hash], why: '' }))).toBe('conflicts/changed');
    expect(listConflicts({ store: ana })).toHaveLength(1);
  });

  it('is none where both wrote the same, where it is a place on a page, and where the thing is removed', async () => {
    const { ana, ben, sync } = await twoDevices();
    const id = aDataset(ana);
    const block = ana.newId();
    ana.commit('pages.addBlock', [{ o: 'create', e: block, t: 'block', f: { order: 'a' } }]);
    await sync();
    for (const [store, order] of [[ana, 'b'], [ben, 'c']] as const) {
      rename(store, id, 'Birds');
      store.commit('pages.moveBlock', [{ o: 'set', e: block, f: { order } }]);
    }
    await sync();
    expect(listConflicts({ store: ana })).toEqual([]);
    rename(ana, id, 'A');
    rename(ben, id, 'B');
    await sync();
    expect(listConflicts({ store: ana })).toHaveLength(1);
    ben.commit('datasets.remove', [{ o: 'set', e: id, f: { deleted: true } }]);
    await sync();
    expect(listConflicts({ store: ana })).toEqual([]);
  });
});
