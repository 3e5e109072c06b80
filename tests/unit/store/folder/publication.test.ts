import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nodeDisk } from '../../../../electron/files/disk.ts';
import { nodeScheduler } from '../../../../electron/files/scheduler.ts';
import { fail } from '../../../../shared/errors.ts';
import { openCore } from '../../../../electron/store/core.ts';
import { openIndexFile } from '../../../../electron/store/index/index-file.ts';
import { deviceKey } from '../../../../electron/store/format/keys.ts';
import { openOutbox } from '../../../../electron/store/folder/outbox.ts';
import { createReserve, withReserve } from '../../../../electron/store/folder/reserve.ts';
import type { Store } from '../../../../electron/store/store.ts';
import { codeThrownBy, createStore, device, filesBelow, openStore, seededRandom, temporaryDirectory, tickingClock, withStore } from '../../../support/stores.ts';

const addRun = (store: Store, name: string) => store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }]);
const names = (store: Store) => store.list('run').map((run) => run.fields['name']);

describe('a drive that goes away while a project is open', () => {
  it('is never mistaken for an empty project, and takes the changes once it is back', async () => {
    const root = temporaryDirectory();
    const ana = device(root, 'Ana');
    const store = await createStore(ana);
    addRun(store, 'before');
    await store.flush();
    // The mount point stays, as an empty folder of another drive.
    renameSync(ana.projectDir, join(root, 'away'));
    mkdirSync(ana.projectDir);
    addRun(store, 'meanwhile');
    expect(await codeThrownBy(() => store.flush())).toBe('files/not-found');
    await store.refresh();
    expect([filesBelow(ana.projectDir), names(store)]).toEqual([[], ['before', 'meanwhile']]);
    expect(store.problems().map(({ kind }) => kind)).toEqual(['local', 'local']);
    expect(store.publishing()).toMatchObject({ unpublishedCount: 1, failure: expect.stringContaining('does not exist') as string });
    rmSync(ana.projectDir, { recursive: true });
    renameSync(join(root, 'away'), ana.projectDir);
    await store.flush();
    await store.refresh();
    expect([store.problems(), store.publishing()]).toEqual([[], { unpublishedCount: 0, sinceMs: null, lastPublishedAtMs: expect.any(Number) as number, failure: null }]);
    await store.close();
    await withStore(ana, (again) => expect(names(again)).toEqual(['before', 'meanwhile']));
  });
});

describe('what is there already', () => {
  it('is never overwritten: a file with the name of a segment and other content stays beside it', async () => {
    const ana = device(temporaryDirectory(), 'Ana');
    const store = await createStore(ana);
    await store.close();
    const again = await openStore(ana);
    addRun(again, 'first');
    await again.flush();
    addRun(again, 'second');
    const [own = ''] = filesBelow(join(ana.projectDir, 'log')).filter((file) => again.heads()[file.slice(17, 43)]?.[0] === 1);
    const inTheWay = join(ana.projectDir, 'log', own.replace('-000000', '-000001'));
    writeFileSync(inTheWay, 'not ours');
    await again.flush();
    expect(readFileSync(inTheWay, 'utf8')).toBe('not ours');
    expect(filesBelow(join(ana.projectDir, 'log')).filter((file) => /-000001-[0-9a-f]{16}\.seg$/.test(file))).toHaveLength(1);
    expect(names(again)).toEqual(['first', 'second']);
  });
});

describe('a key that cannot sign', () => {
  it('stops no work: the changes wait, since when is told, and they are signed later', async () => {
    const root = temporaryDirectory();
    const ana = device(root, 'Ana');
    const created = await createStore(ana);
    const { projectId } = created;
    await created.close();
    const good = deviceKey('other', new Uint8Array(32).fill(5));
    let isLocked = true;
    const key = { ...good, sign: (message: Uint8Array) => { if (isLocked) throw new Error('locked'); return good.sign(message); } };
    const outbox = openOutbox(join(root, 'outbox.db'));
    const db = await openIndexFile(join(root, 'index.db'));
    const store = await openCore({
      projectId, projectDir: ana.projectDir, writer: { disk: nodeDisk, random: seededRandom('core') }, clock: tickingClock(), scheduler: nodeScheduler, key,
      person: 'Ana', appVersion: '0', readOnlyReason: null, outbox, db, scratchDir: root, problems: [], closers: [() => outbox.close(), () => void db.close()],
    });
    addRun(store, 'unsigned');
    expect(await codeThrownBy(() => store.flush())).toBe('store/not-signed');
    expect(store.problems().map(({ what }) => what)).toEqual([expect.stringMatching(/since \d\d:\d\d could not be signed/)]);
    isLocked = false;
    await store.flush();
    expect([store.problems(), store.publishing().unpublishedCount, names(store)]).toEqual([[], 0, ['unsigned']]);
    await store.close();
  });
});

describe('another key of the same user', () => {
  it('signs one session of its own, which is there at once', async () => {
    const ana = device(temporaryDirectory(), 'Ana');
    const store = await createStore(ana);
    addRun(store, 'first');
    const old = deviceKey('old', new Uint8Array(32).fill(9));
    await store.commitAs(old, 'people.recover', [{ o: 'set', e: `device-${old.deviceId}`, f: { successor: store.deviceId } }]);
    expect(store.events({ device: old.deviceId, limit: 5 }).map(({ kind, person }) => [kind, person])).toEqual([['people.recover', 'Ana']]);
    expect(store.versions(`device-${old.deviceId}`, 'successor').map(({ value }) => value)).toEqual([store.deviceId]);
    expect([store.publishing().unpublishedCount, filesBelow(join(ana.projectDir, 'log', old.deviceId)).length]).toEqual([1, 1]);
    const hash = store.stateHash();
    await store.close();
    await withStore(ana, async (again) => {
      expect(again.stateHash()).toBe(hash);
      expect((await again.verify()).outcome).toBe('verified-signer-unknown');
    });
  });
});

it('further events carry the name that was set, earlier ones keep theirs', async () => {
  const store = await createStore(device(temporaryDirectory(), 'Ana'));
  addRun(store, 'first');
  store.setPerson('Ana Lima');
  addRun(store, 'second');
  expect(store.events({ limit: 2 }).map(({ person }) => person)).toEqual(['Ana Lima', 'Ana']);
});

describe('the reserve on a full drive', () => {
  it('is given up for the last changes, told of, and set aside again', () => {
    const root = temporaryDirectory();
    const path = join(root, 'reserve.bin');
    const reserve = createReserve(path, seededRandom('reserve'));
    reserve.fill();
    expect(statSync(path).size).toBe(8 << 20);
    const outbox = openOutbox(join(root, 'outbox.db'));
    let isFull = true;
    const kept: number[] = [];
    const full = withReserve({ ...outbox, append: (_device, records) => {
      if (isFull) throw fail('files/disk-full', { path: 'outbox.db' });
      kept.push(records.length);
    } }, { ...reserve, spend: () => { isFull = false; return reserve.spend(); } });
    full.append('device', []);
    expect([kept, reserve.problems().map(({ kind }) => kind), reserve.spend()]).toEqual([[0], ['local'], false]);
    reserve.fill();
    expect([statSync(path).size, reserve.problems()]).toEqual([8 << 20, []]);
    outbox.close();
  });

  it('refuses a change once it is used up', () => {
    const root = temporaryDirectory();
    const outbox = openOutbox(join(root, 'outbox.db'));
    const full = withReserve({ ...outbox, append: () => { throw fail('files/disk-full', { path: 'outbox.db' }); } }, createReserve(join(root, 'reserve.bin'), seededRandom('reserve')));
    expect(() => full.append('device', [])).toThrow('disk is full');
    outbox.close();
  });
});
