import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store, StoreOptions } from '../../../../electron/store/store.ts';
import { createStore, deleteIndex, device, filesBelow, openStore, seededRandom, syncFolders, temporaryDirectory, withStore } from '../../../support/stores.ts';

const addRun = (store: Store, name: string) => store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }]);
const names = (store: Store) => store.list('run').map((run) => run.fields['name']).sort();
const devices = (store: Store) => store.list('device').map(({ id, fields }) => ({ id, replaces: fields['replaces'] }));
const forks = (store: Store) => store.events({ limit: 100 }).filter(({ kind }) => kind === 'device.fork');

/** A copy of the user data and of the folder, as on another computer or from a backup. */
function copyOf(options: StoreOptions, root: string, name: string): StoreOptions {
  const copy = { ...options, userDataDir: join(root, `user-${name}`), projectDir: join(root, `project-${name}`), random: seededRandom(name) };
  cpSync(options.userDataDir, copy.userDataDir, { recursive: true });
  cpSync(options.projectDir, copy.projectDir, { recursive: true });
  // The user data name the folder by its path; a backup is put back at the same one.
  return copy;
}

function exchange(a: StoreOptions, b: StoreOptions): void {
  syncFolders(a.projectDir, b.projectDir);
  syncFolders(b.projectDir, a.projectDir);
}

async function project(root: string): Promise<StoreOptions> {
  const ana = { ...device(root, 'Ana'), machine: 'desk', deviceName: 'desk' };
  const store = await createStore(ana);
  addRun(store, 'first');
  await store.close();
  return ana;
}

describe('a device', () => {
  it('says who it is with its first event, and not again', async () => {
    const ana = await project(temporaryDirectory());
    await withStore(ana, (store) => {
      addRun(store, 'second');
      expect(store.get('device', `device-${store.deviceId}`)?.fields).toMatchObject({ name: 'desk', person: 'Ana', replaces: null });
      expect(store.events({ entity: `device-${store.deviceId}`, limit: 10 }).map(({ kind }) => kind)).toEqual(['project.create']);
    });
  });

  it('keeps its key when the project folder moves, is copied, or loses its index', async () => {
    const root = temporaryDirectory();
    const ana = await project(root);
    const { deviceId } = await withStore(ana, (store) => store);
    deleteIndex(ana);
    const moved = { ...ana, projectDir: join(root, 'moved') };
    renameSync(ana.projectDir, moved.projectDir);
    await withStore(moved, (store) => addRun(store, 'second'));
    const copied = { ...ana, projectDir: join(root, 'copied') };
    cpSync(moved.projectDir, copied.projectDir, { recursive: true });
    await withStore(copied, (store) => addRun(store, 'third'));
    exchange(moved, copied);
    await withStore(moved, (store) => {
      expect([store.deviceId, names(store), forks(store), store.notices()]).toEqual([deviceId, ['first', 'second', 'third'], [], []]);
    });
  });
});

describe('a copied profile', () => {
  it('gets a key of its own on another computer, tells so once, and nothing of either is lost', async () => {
    const root = temporaryDirectory();
    const ana = await project(root);
    const laptop = { ...copyOf(ana, root, 'laptop'), machine: 'laptop' };
    await withStore(ana, (store) => addRun(store, 'at the desk'));
    const desk = await withStore(ana, (store) => store.deviceId);
    const own = await withStore(laptop, (store) => {
      addRun(store, 'on the laptop');
      expect(store.notices()).toMatchObject([{ kind: 'cloned', what: expect.stringContaining('another computer') as string }]);
      store.dismissNotice(store.notices()[0]?.id ?? '');
      return store.deviceId;
    });
    expect(own).not.toBe(desk);
    exchange(ana, laptop);
    const hashes: string[] = [];
    for (const options of [ana, laptop]) {
      await withStore(options, (store) => {
        expect(names(store)).toEqual(['at the desk', 'first', 'on the laptop']);
        expect(devices(store)).toEqual(expect.arrayContaining([{ id: `device-${own}`, replaces: desk }]));
        expect([forks(store).length, store.notices(), store.problems()]).toEqual([1, [], []]);
        expect(store.deviceId).toBe(options === ana ? desk : own);
        hashes.push(store.stateHash());
      });
    }
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('has one key for each computer when two share a home folder', async () => {
    const ana = await project(temporaryDirectory());
    const ids: string[] = [];
    for (const machine of ['desk', 'laptop', 'desk', 'laptop']) ids.push(await withStore({ ...ana, machine }, (store) => store.deviceId));
    expect([ids[2], ids[3], new Set(ids).size]).toEqual([ids[0], ids[1], 2]);
  });

  it('publishes under the former key what that key had left', async () => {
    const root = temporaryDirectory();
    const ana = await project(root);
    const store = await openStore(ana);
    addRun(store, 'not yet in the folder');
    const copy = copyOf(ana, root, 'laptop');
    await store.close();
    // On the other computer the folder lies at the same place.
    const desk = { ...ana, projectDir: join(root, 'project-desk') };
    renameSync(ana.projectDir, desk.projectDir);
    renameSync(copy.projectDir, ana.projectDir);
    const laptop = { ...copy, projectDir: ana.projectDir, machine: 'laptop' };
    await withStore(laptop, (other) => expect(names(other)).toEqual(['first', 'not yet in the folder']));
    await withStore(laptop, (other) => expect(other.stats().unpublishedCount).toBe(0));
    exchange(desk, laptop);
    for (const options of [desk, laptop]) {
      await withStore(options, (again) => expect([names(again), again.problems()]).toEqual([['first', 'not yet in the folder'], []]));
    }
  });
});

describe('a backup that was put back', () => {
  it('of the user data alone: a new key, both branches, told once', async () => {
    const root = temporaryDirectory();
    const ana = await project(root);
    cpSync(ana.userDataDir, join(root, 'backup'), { recursive: true });
    const before = await withStore(ana, (store) => (addRun(store, 'after the backup'), store.deviceId));
    rmSync(ana.userDataDir, { recursive: true });
    cpSync(join(root, 'backup'), ana.userDataDir, { recursive: true });

    const restored = { ...ana, random: seededRandom('later') };
    await withStore(restored, (store) => {
      addRun(store, 'after the restore');
      expect(store.deviceId).not.toBe(before);
      expect(store.notices().map(({ kind }) => kind)).toEqual(['restored']);
      expect(names(store)).toEqual(['after the backup', 'after the restore', 'first']);
    });
    await withStore(restored, (store) => {
      expect([forks(store).length, store.notices().length, devices(store).at(-1)?.replaces, store.problems()]).toEqual([1, 1, before, []]);
    });
    expect(readdirSync(join(ana.userDataDir, 'install'))).toContain(`device-${before}.json`);
  });

  it('of everything, when a colleague has seen more: a new key before anything is signed twice', async () => {
    const root = temporaryDirectory();
    const ana = await project(root);
    const ben = { ...device(root, 'Ben'), machine: 'ben' };
    const store = await openStore(ana);
    addRun(store, 'one');
    await store.flush();
    const old = copyOf(ana, root, 'old');
    addRun(store, 'two');
    const before = store.deviceId;
    await store.close();
    syncFolders(ana.projectDir, ben.projectDir);
    // What Ben says he has seen arrives without the files that he saw.
    await withStore(ben, (other) => addRun(other, 'by Ben'));
    for (const file of filesBelow(ben.projectDir).filter((each) => each.startsWith('log/') && !each.includes(before))) {
      cpSync(join(ben.projectDir, file), join(old.projectDir, file));
    }
    await withStore(old, (restored) => {
      expect(restored.deviceId).not.toBe(before);
      expect(restored.notices().map(({ kind }) => kind)).toEqual(['restored']);
      addRun(restored, 'three');
    });
    exchange(ben, old);
    await withStore(ben, (other) => expect(names(other)).toEqual(['by Ben', 'first', 'one', 'three', 'two']));
  });
});

describe('a damaged key file', () => {
  it('is kept aside, and work goes on with a new key', async () => {
    const ana = await project(temporaryDirectory());
    const install = join(ana.userDataDir, 'install');
    const before = await withStore(ana, (store) => store.deviceId);
    writeFileSync(join(install, 'device.json'), '{"format":1,"install');
    await withStore(ana, (store) => {
      addRun(store, 'second');
      expect([names(store), store.notices().map(({ kind }) => kind), devices(store).at(-1)?.replaces]).toEqual([['first', 'second'], ['key'], before]);
    });
    expect(readdirSync(install).some((name) => name.startsWith('damaged-') && readFileSync(join(install, name), 'utf8').startsWith('{"format":1,"install'))).toBe(true);
    await withStore(ana, (store) => expect([forks(store).length, store.notices().length]).toEqual([1, 1]));
  });

  it('takes over what was not in the folder yet, in the order and with the meaning it had', async () => {
    const root = temporaryDirectory();
    const ana = await project(root);
    const store = await openStore(ana);
    const id = store.newId<string>();
    store.commit('runs.start', [{ o: 'create', e: id, t: 'run', f: { name: 'unpublished' } }, { o: 'add', e: id, s: 'tags', x: 'pilot' }]);
    store.commit('runs.rename', [{ o: 'set', e: id, f: { name: 'renamed' } }, { o: 'remove', e: id, s: 'tags', x: 'pilot' }]);
    // As after a crash: the user data as they are now, and the folder without what the closing writes.
    const crashed = { ...ana, userDataDir: join(root, 'crashed') };
    cpSync(ana.userDataDir, crashed.userDataDir, { recursive: true });
    cpSync(ana.projectDir, join(root, 'folder'), { recursive: true });
    await store.close();
    rmSync(ana.projectDir, { recursive: true });
    renameSync(join(root, 'folder'), ana.projectDir);
    writeFileSync(join(crashed.userDataDir, 'install', 'device.json'), 'x');
    const hash = await withStore({ ...crashed, random: seededRandom('crashed') }, (again) => {
      expect([names(again), again.get('run', id)?.sets, again.versions(id, 'name').length]).toEqual([['first', 'renamed'], {}, 1]);
      return again.stateHash();
    });
    await withStore({ ...device(root, 'Ben'), projectDir: ana.projectDir }, (ben) => {
      expect([names(ben), ben.stateHash(), ben.problems()]).toEqual([['first', 'renamed'], hash, []]);
    });
  });
});
