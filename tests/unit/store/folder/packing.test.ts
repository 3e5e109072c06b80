import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Store, StoreOptions } from '../../../../electron/store/store.ts';
import { codeThrownBy, createStore, deleteIndex, device, filesBelow, openStore, syncFolders, temporaryDirectory, withStore } from '../../../support/stores.ts';

const addRun = (store: Store, name: string) => store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }]);
const packs = (options: StoreOptions) => filesBelow(join(options.projectDir, 'log')).filter((name) => name.endsWith('.seg.gz'));
const loose = (options: StoreOptions) => filesBelow(join(options.projectDir, 'log')).filter((name) => name.endsWith('.seg'));

/** A project with at least `count` segments of one device. */
async function manySegments(root: string, count = 64): Promise<StoreOptions> {
  const ana = device(root, 'Ana');
  const store = await createStore(ana);
  for (let i = 1; i < count; i++) {
    addRun(store, `${i}`);
    await store.flush();
  }
  await store.close();
  return ana;
}

describe('many small segments', () => {
  it('are put into a pack at close, which alone gives the same state', async () => {
    const ana = await manySegments(temporaryDirectory());
    expect(packs(ana)).toEqual([expect.stringMatching(/\/pack-20260101-20260101-[0-9a-f]{16}\.seg\.gz$/)]);
    const { hash, deviceId } = await withStore(ana, (store) => ({ hash: store.stateHash(), deviceId: store.deviceId }));
    const packed = new Set(await withStore(ana, async (store) => (await store.collectable()).map(({ path }) => path)));
    expect(packed.size).toBe(64);
    for (const path of packed) rmSync(join(ana.projectDir, path));
    expect(readdirSync(join(ana.projectDir, 'log', deviceId)).length).toBeLessThan(5);
    for (const isIndexGone of [false, true]) {
      if (isIndexGone) deleteIndex(ana);
      await withStore(ana, async (store) => {
        expect([store.stateHash(), store.problems(), store.awaited(), store.deviceId]).toEqual([hash, [], [], deviceId]);
        expect((await store.verify()).findings).toEqual([]);
      });
    }
  });

  it('are packed once, and further ones when there are many again', async () => {
    const ana = await manySegments(temporaryDirectory());
    await withStore(ana, (store) => void addRun(store, 'one more'));
    expect(packs(ana)).toHaveLength(1);
    const store = await openStore(ana);
    for (let i = 0; i < 64; i++) {
      addRun(store, `later ${i}`);
      await store.flush();
    }
    await store.close();
    expect(packs(ana)).toHaveLength(2);
    await withStore(ana, (again) => expect([again.list('run').length, again.problems()]).toEqual([128, []]));
  });

  it('of fewer than 64 are left as they are', async () => {
    const ana = await manySegments(temporaryDirectory(), 60);
    expect([packs(ana).length, loose(ana).length]).toEqual([0, 60]);
  });
});

describe('a project that requires something', () => {
  it('says that it has packs, once', async () => {
    const ana = await manySegments(temporaryDirectory());
    await withStore(ana, (store) => {
      expect(store.find(store.projectId)?.sets['requires']).toEqual([{ feature: 'packs', version: '0.0.0' }]);
      expect(store.events({ limit: 200 }).filter(({ kind }) => kind === 'project.require')).toHaveLength(1);
      expect(store.canWrite).toBe(true);
    });
  });

  it('opens for reading only where a feature is unknown, also when that arrives while it is open', async () => {
    const root = temporaryDirectory();
    const [ana, ben] = [device(root, 'Ana'), device(root, 'Ben')];
    const store = await createStore(ana);
    syncFolders(ana.projectDir, ben.projectDir);
    const other = await openStore(ben);
    addRun(other, 'before');
    store.commit('project.require', [{ o: 'add', e: store.projectId, s: 'requires', x: { feature: 'vaults', version: '9.1' } }]);
    await store.flush();
    syncFolders(ana.projectDir, ben.projectDir);
    await other.refresh();
    expect([other.canWrite, other.readOnlyReason]).toEqual([false, 'it needs Assay 9.1 for "vaults"']);
    expect(await codeThrownBy(() => addRun(other, 'after'))).toBe('project/read-only');
    expect(other.list('run')).toHaveLength(1);
  });
});

describe('what is of no use', () => {
  it('is a packed segment only once everybody who is active has seen it', async () => {
    const root = temporaryDirectory();
    const [ana, ben] = [device(root, 'Ana'), device(root, 'Ben')];
    await (await createStore(ana)).close();
    syncFolders(ana.projectDir, ben.projectDir);
    await withStore(ben, (store) => void addRun(store, 'by Ben'));
    syncFolders(ben.projectDir, ana.projectDir);
    const store = await openStore(ana);
    for (let i = 0; i < 64; i++) {
      addRun(store, `${i}`);
      await store.flush();
    }
    await store.close();
    const collectable = () => withStore(ana, async (again) => (await again.collectable()).length);
    // Ben has seen the first of them only.
    expect([packs(ana).length, await collectable()]).toEqual([1, 1]);
    syncFolders(ana.projectDir, ben.projectDir);
    await withStore(ben, (again) => void addRun(again, 'with all of it before him'));
    syncFolders(ben.projectDir, ana.projectDir);
    expect(await collectable()).toBe(65);
  });

  it('is content that nothing names and that is old, and what a write left behind', async () => {
    const ana = device(temporaryDirectory(), 'Ana');
    const store = await createStore(ana);
    const bytes = (text: string) => ({ bytes: new TextEncoder().encode(text) });
    const [named, orphan, fresh] = await Promise.all(['named', 'orphan', 'fresh'].map((text) => store.putObject(bytes(text))));
    store.commit('x.y', [], { objects: [named?.hash ?? ''] });
    const old = new Date(Date.UTC(2025, 10, 1));
    const pathOf = (hash = '') => `obj/${hash.slice(0, 2)}/${hash.slice(2)}`;
    for (const put of [named, orphan]) utimesSync(join(ana.projectDir, pathOf(put?.hash)), old, old);
    utimesSync(join(ana.projectDir, pathOf(fresh?.hash)), new Date(Date.UTC(2025, 11, 20)), new Date(Date.UTC(2025, 11, 20)));
    writeFileSync(join(ana.projectDir, 'obj', '~assay-old.tmp'), 'x');
    utimesSync(join(ana.projectDir, 'obj', '~assay-old.tmp'), old, old);
    expect((await store.collectable()).map(({ path }) => path).sort()).toEqual([pathOf(orphan?.hash), 'obj/~assay-old.tmp'].sort());
  });
});
