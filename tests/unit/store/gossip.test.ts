import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../../electron/store/format/checkpoint-file.ts';
import { headsOf } from '../../../electron/store/format/heads.ts';
import { decodeRecord, type RecordLine } from '../../../electron/store/format/records.ts';
import type { Store, StoreOptions } from '../../../electron/store/store.ts';
import { createStore, deleteIndex, device, filesBelow, openStore, syncFolders, temporaryDirectory, withStore } from '../../support/stores.ts';

const addRun = (store: Store, name: string) => store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }]);

function exchange(a: StoreOptions, b: StoreOptions): void {
  syncFolders(a.projectDir, b.projectDir);
  syncFolders(b.projectDir, a.projectDir);
}

/** The "seen" records that a device has in a folder, in the order of their files. */
function seenBy(options: StoreOptions, deviceId: string): RecordLine[] {
  const folder = join(options.projectDir, 'log', deviceId);
  return readdirSync(folder).filter((name) => name.endsWith('.seg')).sort()
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => decodeRecord(Buffer.from(line))).filter((line): line is RecordLine => typeof line !== 'string' && line.record.k === 'seen');
}

async function twoPeople(root: string): Promise<{ ana: StoreOptions; ben: StoreOptions }> {
  const [ana, ben] = [device(root, 'Ana'), device(root, 'Ben')];
  const store = await createStore(ana);
  addRun(store, 'by Ana');
  await store.close();
  syncFolders(ana.projectDir, ben.projectDir);
  return { ana, ben };
}

describe('what a device says it has seen', () => {
  it('names the end of each session of others, and is no event of a user', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    const heads = await withStore(ana, (store) => store.heads());
    const benId = await withStore(ben, (store) => {
      addRun(store, 'by Ben');
      return store.deviceId;
    });
    const seen = seenBy(ben, benId);
    expect(seen.map(({ record }) => headsOf(record.b))).toEqual([heads]);
    await withStore(ben, (store) => {
      expect(store.stats().eventCount).toBe(3);
      expect(store.events({ limit: 10 }).map(({ kind }) => kind)).not.toContain('seen');
    });
  });

  it('goes along with what somebody did, at most every ten minutes while they work, and never answers itself', async () => {
    const { ana, ben } = await twoPeople(temporaryDirectory());
    let nowMs = Date.UTC(2026, 0, 1);
    const store = await openStore({ ...ben, clock: () => nowMs });
    const say = async (name: string) => {
      addRun(store, name);
      await store.flush();
    };
    await say('first');
    await withStore(ana, (other) => addRun(other, 'more'));
    exchange(ana, ben);
    await store.refresh();
    await say('nine minutes later');
    expect(seenBy(ben, store.deviceId)).toHaveLength(1);
    nowMs += 10 * 60_000;
    await say('ten minutes later');
    expect(seenBy(ben, store.deviceId)).toHaveLength(2);
    nowMs += 10 * 60_000;
    await say('nothing new');
    expect(seenBy(ben, store.deviceId)).toHaveLength(2);
    await store.close();
    const before = filesBelow(ana.projectDir).length;
    for (let i = 0; i < 3; i++) {
      exchange(ana, ben);
      await withStore(ana, () => undefined);
      await withStore(ben, () => undefined);
    }
    expect(filesBelow(join(ana.projectDir, 'log')).length).toBeGreaterThanOrEqual(3);
    expect(filesBelow(ben.projectDir)).toHaveLength(filesBelow(ana.projectDir).length);
    expect(filesBelow(ana.projectDir).length - before).toBeLessThanOrEqual(5);
  });

  it('makes a deletion known to somebody who never had the file', async () => {
    const root = temporaryDirectory();
    const { ana, ben } = await twoPeople(root);
    await withStore(ben, (store) => addRun(store, 'by Ben'));
    const anaId = await withStore(ana, (store) => store.deviceId);
    for (const file of filesBelow(join(ben.projectDir, 'log', anaId))) rmSync(join(ben.projectDir, 'log', anaId, file));
    rmSync(join(ben.projectDir, 'seal'), { recursive: true, force: true });
    const cleo = device(root, 'Cleo', 'project-Ben');
    await withStore(cleo, (store) => {
      expect(store.awaited().reduce((sum, { segmentCount }) => sum + segmentCount, 0)).toBe(1);
      expect(store.problems().map(({ kind, what }) => [kind, what])).toEqual([['waiting', expect.stringContaining('others have seen')]]);
    });
  });
});

describe('a checkpoint', () => {
  const checkpoints = (options: StoreOptions) => readdirSync(join(options.projectDir, 'seal')).filter((name) => name.endsWith('.json'));
  const read = (options: StoreOptions, name: string) =>
    readCheckpoint(readFileSync(join(options.projectDir, 'seal', name)), readFileSync(join(options.projectDir, 'seal', `${name}.minisig`))).checkpoint;

  it('is signed at the end of a session, at most once a day, and says only what has changed', async () => {
    const ana = device(temporaryDirectory(), 'Ana');
    let nowMs = Date.UTC(2026, 0, 1);
    const options = { ...ana, clock: () => (nowMs += 1000) };
    await (await createStore(options)).close();
    expect(checkpoints(ana)).toHaveLength(1);
    const first = read(ana, checkpoints(ana)[0] ?? '');
    await withStore(options, (store) => void addRun(store, 'same day'));
    await withStore(options, () => undefined);
    expect(checkpoints(ana)).toHaveLength(1);
    nowMs += 86_400_000;
    await withStore(options, () => undefined);
    expect(checkpoints(ana)).toHaveLength(1);
    const heads = await withStore(options, async (store) => {
      addRun(store, 'next day');
      await store.flush();
      return store.heads();
    });
    const second = read(ana, checkpoints(ana).find((name) => name.startsWith('20260102')) ?? '');
    expect(second?.previous).toBe(first?.sha256);
    expect({ ...first?.heads, ...second?.heads }).toEqual(heads);
    expect(Object.keys(second?.heads ?? {})).not.toContain(Object.keys(first?.heads ?? {})[0]);
    expect(second?.eventCount).toBe(3);
    await withStore(options, (store) => expect(store.stateHash()).toBe(second?.stateHash));
  });

  it('is signed for each archive that has something new, and goes on from the folder when the outbox is lost', async () => {
    const ana = device(temporaryDirectory(), 'Ana');
    const store = await createStore(ana);
    await store.flush('archive');
    await store.flush('archive');
    expect(checkpoints(ana)).toHaveLength(1);
    addRun(store, 'new');
    await store.flush('archive');
    expect(checkpoints(ana)).toHaveLength(2);
    await store.close();
    const moved = { ...ana, projectDir: `${ana.projectDir}-moved` };
    syncFolders(ana.projectDir, moved.projectDir);
    await withStore(moved, async (again) => {
      addRun(again, 'newer');
      await again.flush('archive');
    });
    const chain = checkpoints(moved).map((name) => read(moved, name)).sort((a, b) => (a?.atMs ?? 0) - (b?.atMs ?? 0));
    expect(chain.map((each) => each?.previous)).toEqual([null, chain[0]?.sha256, chain[1]?.sha256]);
    await withStore(moved, async (again) => expect((await again.verify()).findings).toEqual([]));
  });

  it('tells a device that never had a file what is missing', async () => {
    const root = temporaryDirectory();
    const { ana } = await twoPeople(root);
    const segments = filesBelow(join(ana.projectDir, 'log'));
    rmSync(join(ana.projectDir, 'log', segments[0] ?? ''));
    deleteIndex(ana);
    await withStore(device(root, 'Cleo', 'project-Ana'), (store) => expect(store.awaited()).toHaveLength(1));
  });
});
