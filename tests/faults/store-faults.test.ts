/** The store on a disk that fails, on a full one and on one that cannot be written. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createProject, openProject, type Store } from '../../electron/store/store.ts';
import { everyFault, faultyDisk } from '../support/faulty-disk.ts';
import { codeThrownBy, createStore, deleteIndex, device, filesBelow, fingerprintOfFolder, openStore, temporaryDirectory, withStore } from '../support/stores.ts';

const addRun = (store: Store, name: string) => store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }]);
const names = (store: Store) => store.list('run').map((run) => run.fields['name']);

describe.each(everyFault)('when $operation fails with $code', ({ operation, code, error }) => {
  it('nothing that was committed is lost and nothing half-written is left', async () => {
    const root = temporaryDirectory();
    const options = device(root, 'Ana');
    await (await createStore(options)).close();
    const before = fingerprintOfFolder(options.projectDir);
    // The first call is the probe that tells whether the folder can be written.
    const disk = faultyDisk(operation, code, operation === 'rename' || operation === 'syncDirectory' ? 0 : 1);
    const store = await openProject({ ...options, disk });
    onTestFinished(() => store.close());
    addRun(store, 'kept');
    for (let i = 0; i < 3; i++) expect(await codeThrownBy(() => store.flush())).toBe(error);
    const thrown = await codeThrownBy(() => store.putObject({ bytes: new Uint8Array(10) }));
    expect(thrown).toBe(error);
    expect(names(store)).toEqual(['kept']);
    expect(disk.syncsAfterFailure()).toBe(0);
    expect(filesBelow(options.projectDir).filter((file) => file.includes('~assay-'))).toEqual([]);

    disk.heal();
    await store.flush();
    expect([store.problems(), store.stats().unpublishedCount]).toEqual([[], 0]);
    const hash = store.stateHash();
    await store.close();
    deleteIndex(options);
    await withStore(options, async (again) => {
      expect([again.stateHash(), names(again)]).toEqual([hash, ['kept']]);
      expect((await again.verify()).outcome).toBe('verified');
    });
    expect(fingerprintOfFolder(options.projectDir)).toEqual(expect.arrayContaining(before));
  });
});

it('a publication that fails is reported, and the changes wait on this computer', async () => {
  const options = device(temporaryDirectory(), 'Ana');
  await (await createStore(options)).close();
  const disk = faultyDisk('sync', 'ENOSPC', 1);
  const store = await openStore({ ...options, disk });
  addRun(store, 'waiting');
  expect(await codeThrownBy(() => store.flush())).toBe('files/disk-full');
  expect(store.problems().map(({ what }) => what)).toEqual([expect.stringContaining('are not in the folder yet: The disk is full')]);
  await store.close();
  await withStore(options, (again) => expect(names(again)).toEqual(['waiting']));
});

it('a project whose creation was cut short before its first change is whole at the next open', async () => {
  const options = device(temporaryDirectory(), 'Ana', 'Penguins 2026');
  await (await createStore(options)).close();
  for (const left of [join(options.projectDir, 'log'), join(options.userDataDir, 'p')]) rmSync(left, { recursive: true });
  await withStore(options, (store) => expect(store.list('project').map(({ fields }) => fields['name'])).toEqual(['Penguins 2026']));
  await withStore(options, (store) => expect(store.stats().eventCount).toBe(1));
  const ben = { ...device(join(options.userDataDir, '..'), 'Ben'), projectDir: options.projectDir };
  rmSync(join(options.projectDir, 'log'), { recursive: true });
  // Whose project has not arrived yet must not begin it.
  await withStore(ben, (store) => expect(store.stats().eventCount).toBe(0));
});

describe.each(['ENOSPC', 'EIO', 'EROFS'])('when what closing writes besides the log fails with %s', (code) => {
  it('closes all the same, and the checkpoint comes another time', async () => {
    const root = temporaryDirectory();
    const ana = device(root, 'Ana');
    await (await createStore(ana)).close();
    rmSync(join(ana.projectDir, 'seal'), { recursive: true });
    const options = { ...device(root, 'Ben'), projectDir: ana.projectDir };
    // The probe, the key and the segment are the first three files.
    const disk = faultyDisk('sync', code, 3);
    const store = await openProject({ ...options, disk });
    addRun(store, 'kept');
    await store.flush();
    await store.close();
    expect(disk.attempts()).toBe(4);
    expect(filesBelow(options.projectDir).filter((file) => file.startsWith('seal/') || file.includes('~assay-'))).toEqual([]);
    await withStore(options, (again) => {
      expect([names(again), again.problems()]).toEqual([['kept'], []]);
      addRun(again, 'later');
    });
    expect(filesBelow(join(options.projectDir, 'seal'))).toHaveLength(2);
  });
});

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && mountWorks();

/** A real file system of 1 MiB, or `size`; unmounted when the test has finished. */
function mountTiny(path: string, size = '1m'): void {
  mkdirSync(path);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]);
  onTestFinished(() => void execFileSync('umount', ['-l', path]));
}

function mountWorks(): boolean {
  const path = `/tmp/assay-mount-${process.pid}`;
  try {
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path], { stdio: 'ignore' });
    execFileSync('umount', [path]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

// Mounting needs root; without it the injected faults above cover the same errors.
if (canMount) describe('on a real file system', () => {
  it('a full disk gives a clear error, keeps the changes, and all is well once there is space', async () => {
    const root = temporaryDirectory();
    mountTiny(join(root, 'drive'));
    const options = { ...device(root, 'Ana'), projectDir: join(root, 'drive', 'project') };
    const store = await createStore(options);
    expect(await codeThrownBy(() => store.putObject({ bytes: new Uint8Array(2_000_000) }))).toBe('files/disk-full');
    writeFileSync(join(root, 'two-megabytes'), new Uint8Array(2_000_000));
    expect(await codeThrownBy(() => store.putObject({ path: join(root, 'two-megabytes') }))).toBe('files/disk-full');
    expect(filesBelow(join(options.projectDir, 'obj'))).toEqual([]);

    const ballast = join(root, 'drive', 'ballast');
    expect(() => writeFileSync(ballast, new Uint8Array(4_000_000))).toThrow('ENOSPC');
    addRun(store, 'while full');
    expect(await codeThrownBy(() => store.flush())).toBe('files/disk-full');
    rmSync(ballast);
    await store.flush();
    expect(store.problems()).toEqual([]);
    const hash = store.stateHash();
    await store.close();
    deleteIndex(options);
    await withStore(options, (again) => expect([again.stateHash(), names(again)]).toEqual([hash, ['while full']]));
  });

  it('a full disk under the user data refuses the change, keeps all earlier ones, and all is well once there is space', async () => {
    const root = temporaryDirectory();
    mountTiny(join(root, 'drive'), '4m');
    const options = { ...device(root, 'Ana'), userDataDir: join(root, 'drive', 'user') };
    const store = await createStore(options);
    const ballast = join(root, 'drive', 'ballast');
    addRun(store, 'before');
    expect(() => writeFileSync(ballast, new Uint8Array(8_000_000))).toThrow('ENOSPC');
    const acknowledged = ['before'];
    let refused = '';
    for (let i = 0; refused === '' && i < 200; i++) {
      refused = await codeThrownBy(() => addRun(store, `${i}`.padEnd(20_000, '.')));
      if (refused === '') acknowledged.push(`${i}`.padEnd(20_000, '.'));
    }
    expect(refused).toBe('files/disk-full');
    expect(names(store)).toEqual(acknowledged);
    rmSync(ballast);
    addRun(store, 'after');
    await store.close();
    await withStore(options, (again) => expect(names(again)).toEqual([...acknowledged, 'after']));
  });

  it('a read-only drive opens for reading, shows what is unpublished and refuses changes', async () => {
    const root = temporaryDirectory();
    const drive = join(root, 'drive');
    mountTiny(drive);
    const options = { ...device(root, 'Ana'), projectDir: join(drive, 'project') };
    const first = await createStore(options);
    addRun(first, 'published');
    await first.close();
    execFileSync('mount', ['-o', 'remount,ro', drive]);
    const before = fingerprintOfFolder(options.projectDir);
    for (const who of [options, { ...options, userDataDir: join(root, 'user-Ben') }]) {
      const store = await openStore(who);
      expect([store.canWrite, store.readOnlyReason, names(store)]).toEqual([false, 'the drive is read-only', ['published']]);
      expect(await codeThrownBy(() => addRun(store, 'x'))).toBe('project/read-only');
      expect((await store.verify()).eventCount).toBe(2);
      await store.close();
    }
    expect(fingerprintOfFolder(options.projectDir)).toEqual(before);
    expect(await codeThrownBy(() => createProject({ ...options, projectDir: join(drive, 'new'), name: 'x' }))).toBe('files/no-access');
  });
});
