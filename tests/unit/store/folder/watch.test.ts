import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeDisk } from '../../../../electron/files/disk.ts';
import type { Scheduler } from '../../../../electron/files/scheduler.ts';
import { nodeWatcher, type Watcher } from '../../../../electron/files/watcher.ts';
import { watchFolder, type FolderWatch } from '../../../../electron/store/folder/watch.ts';
import type { Store, StoreOptions } from '../../../../electron/store/store.ts';
import { createStore, device, filesBelow, openStore, temporaryDirectory, withStore } from '../../../support/stores.ts';

const addRun = (store: Store, name: string) => store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }]);

/** Timers that the test runs: the last one that was set with this delay. */
function heldTimers() {
  const timers = new Map<number, () => void>();
  const scheduler: Scheduler = {
    after(delayMs, work) {
      timers.set(delayMs, work);
      return () => void timers.delete(delayMs);
    },
  };
  return {
    scheduler,
    run(delayMs: number) {
      const work = timers.get(delayMs);
      timers.delete(delayMs);
      work?.();
    },
    isSet: (delayMs: number) => timers.has(delayMs),
  };
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
};

const silent: Watcher = { tells: () => Promise.resolve(true), watch: () => null };

async function watched(options: Partial<Parameters<typeof watchFolder>[0]> = {}): Promise<{ folder: string; timers: ReturnType<typeof heldTimers>; scans: () => number; watch: FolderWatch; poll: () => Promise<void> }> {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, 'log', 'device'), { recursive: true });
  const timers = heldTimers();
  let scans = 0;
  const watch = await watchFolder({
    disk: nodeDisk, scheduler: timers.scheduler, projectDir: folder, watcher: silent, unfinished: () => [],
    scan: () => Promise.resolve(void (scans += 1)), ...options,
  });
  onTestFinished(() => watch.stop());
  const poll = async () => {
    timers.run(2_000);
    while (!timers.isSet(2_000)) await new Promise((resolve) => setImmediate(resolve));
  };
  return { folder, timers, scans: () => scans, watch, poll };
}

describe('looking at a folder every two seconds', () => {
  it('reads nothing while nothing changes, and goes through everything once a minute', async () => {
    const { scans, poll } = await watched();
    expect(scans()).toBe(1);
    for (let i = 0; i < 29; i++) await poll();
    expect(scans()).toBe(1);
    await poll();
    expect(scans()).toBe(2);
  });

  it('takes in a new file of the log or of the seals, also of a new device, and no temporary one', async () => {
    const { folder, scans, poll } = await watched();
    for (const file of ['log/device/a.seg', 'log/other/b.seg', 'seal/c.json']) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), 'x');
      const before = scans();
      await poll();
      expect(scans()).toBe(before + 1);
    }
    writeFileSync(join(folder, 'log/device/~assay-1.tmp'), 'x');
    const before = scans();
    await poll();
    expect(scans()).toBe(before);
  });

  it('looks at a file that is not whole until it has changed', async () => {
    const { folder, scans, poll } = await watched({ unfinished: () => ['log/device/a.seg', 'obj/ab/cd'] });
    writeFileSync(join(folder, 'log/device/a.seg'), 'half');
    await poll();
    await poll();
    expect(scans()).toBe(2);
    appendFileSync(join(folder, 'log/device/a.seg'), ' and half');
    await poll();
    expect(scans()).toBe(3);
    mkdirSync(join(folder, 'obj/ab'), { recursive: true });
    writeFileSync(join(folder, 'obj/ab/cd'), 'content');
    await poll();
    expect(scans()).toBe(4);
  });

  it('asks again while the folder cannot be listed', async () => {
    let isGone = false;
    const disk = { ...nodeDisk, list: (path: string) => (isGone ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) : nodeDisk.list(path)) };
    const { scans, poll } = await watched({ disk });
    isGone = true;
    await poll();
    await poll();
    expect(scans()).toBe(3);
    isGone = false;
    await poll();
    await poll();
    expect(scans()).toBe(4);
  });
});

describe('events of the file system', () => {
  it('are gathered: a burst is one scan, and one that comes during a scan is not lost', async () => {
    const listeners: (() => void)[] = [];
    const watcher: Watcher = { tells: () => Promise.resolve(true), watch: (_directory, onChange) => (listeners.push(onChange), () => undefined) };
    let finish: () => void = () => undefined;
    let scans = 0;
    let running = 0;
    const { folder, timers, poll } = await watched({
      watcher,
      async scan() {
        expect(running++).toBe(0);
        if (++scans > 1) await new Promise<void>((resolve) => { finish = resolve; });
        running -= 1;
      },
    });
    const add = (name: string) => writeFileSync(join(folder, 'log/device', name), 'x');
    add('0.seg');
    const polled = poll();
    await until(() => scans >= 2);
    finish();
    await polled;
    add('1.seg');
    for (let i = 0; i < 20; i++) listeners[0]?.();
    timers.run(100);
    await until(() => scans >= 3);
    add('2.seg');
    listeners[0]?.();
    timers.run(100);
    finish();
    await until(() => scans >= 4);
    finish();
    expect(scans).toBe(4);
  });

  it('are told of where the system has them', async () => {
    const { folder } = await watched();
    writeFileSync(join(folder, 'log/device/a.seg'), 'x');
    const timers = heldTimers();
    const watch = await watchFolder({ disk: nodeDisk, scheduler: timers.scheduler, projectDir: folder, watcher: nodeWatcher, unfinished: () => [], scan: () => Promise.resolve() });
    onTestFinished(() => watch.stop());
    expect(watch.hasFileEvents()).toBe(true);
    const mute = await watchFolder({ disk: nodeDisk, scheduler: timers.scheduler, projectDir: folder, watcher: { ...nodeWatcher, tells: () => Promise.resolve(false) }, unfinished: () => [], scan: () => Promise.resolve() });
    onTestFinished(() => mute.stop());
    expect(mute.hasFileEvents()).toBe(false);
  });
});

describe('an open project', () => {
  /** What another device does, as files: relative path and content. */
  async function filesOfBen(ana: StoreOptions, root: string, work: (store: Store) => unknown): Promise<[string, Buffer][]> {
    const ben = { ...device(root, 'Ben'), projectDir: ana.projectDir };
    const before = new Set(filesBelow(ana.projectDir));
    await withStore(ben, async (store) => {
      await work(store);
    });
    const added = filesBelow(ana.projectDir).filter((file) => !before.has(file));
    const files = added.map((file): [string, Buffer] => [file, readFileSync(join(ana.projectDir, file))]);
    for (const file of added) renameSync(join(ana.projectDir, file), join(root, file.replaceAll('/', '_')));
    return files;
  }

  it('shows what arrives by itself, says when, and tells of it', async () => {
    const root = temporaryDirectory();
    const ana = device(root, 'Ana');
    await (await createStore(ana)).close();
    const files = await filesOfBen(ana, root, (store) => addRun(store, 'by Ben'));
    const store = await openStore(ana);
    let told = 0;
    store.onSync(() => (told += 1));
    expect(await store.watch()).toEqual({ hasFileEvents: true });
    expect(store.lastReceivedAtMs()).toBeNull();
    for (const [file, bytes] of files) {
      mkdirSync(dirname(join(ana.projectDir, file)), { recursive: true });
      writeFileSync(join(ana.projectDir, file), bytes.subarray(0, bytes.length >> 1));
      appendFileSync(join(ana.projectDir, file), bytes.subarray(bytes.length >> 1));
    }
    await until(() => store.list('run').length === 1 && told > 0);
    expect([store.lastReceivedAtMs() !== null, store.problems()]).toEqual([true, []]);
  });

  it('has a content as soon as it arrives, though the log came first', async () => {
    const root = temporaryDirectory();
    const ana = device(root, 'Ana');
    await (await createStore(ana)).close();
    let hash = '';
    const files = await filesOfBen(ana, root, async (store) => {
      const put = await store.putObject({ bytes: new TextEncoder().encode('content') });
      hash = put.hash;
      store.commit('x.y', [{ o: 'create', e: store.newId(), t: 'dataset', f: { object: hash } }], { objects: [hash] });
    });
    const put = ([file, bytes]: [string, Buffer]) => {
      mkdirSync(dirname(join(ana.projectDir, file)), { recursive: true });
      writeFileSync(join(ana.projectDir, file), bytes);
    };
    for (const file of files.filter(([name]) => !name.startsWith('obj/'))) put(file);
    const store = await openStore(ana);
    const changes: string[][] = [];
    store.onChange(({ types }) => changes.push(types));
    expect(await store.hasObject(hash as never)).toBe(false);
    await store.watch();
    for (const file of files.filter(([name]) => name.startsWith('obj/'))) put(file);
    await until(() => changes.some((types) => types.includes('dataset')));
    expect(await store.hasObject(hash as never)).toBe(true);
  });
});
