/** A computer of the simulation: a disk, a key, an outbox that survives, an index that may not, a clock that may be wrong. */
import { openCore } from '../../../electron/store/core.ts';
import type { Identity } from '../../../electron/store/identity/identity.ts';
import { deviceKey, type DeviceKey } from '../../../electron/store/format/keys.ts';
import { outboxOn } from '../../../electron/store/folder/outbox.ts';
import type { Sqlite } from '../../../electron/store/sqlite.ts';
import type { Store } from '../../../electron/store/api.ts';
import { copyRows, empty, indexes, outboxes } from './databases.ts';
import { createDice, type Dice } from './dice.ts';
import { createMemoryDisk, type MemoryDisk, type Mount, type OperationHook, type Survival } from './memory-disk.ts';
import type { SimTime } from './time.ts';

export const projectDir = '/project';
const userDataDir = '/user';

export interface SimDevice {
  readonly name: string;
  readonly disk: MemoryDisk;
  readonly key: DeviceKey;
  /** By how much its wall clock is wrong. */
  readonly clockOffset: { ms: number };
  /** Events of its outbox, as they are durable. */
  readonly outboxDb: Sqlite;
  readonly indexDb: Sqlite;
  /** The open store. @throws Error when it is not open */
  store(): Store;
  isOpen(): boolean;
  /** Looks at the disk operations of each process that is started from now on. */
  hook: OperationHook | undefined;
  /** Starts the program. */
  open(): Promise<Store>;
  /** Ends the program in good order. */
  close(): Promise<void>;
  /** A power cut, or only the end of the process when `survival` is 'kept'. */
  crash(survival: Survival): void;
  /** Deletes the index of a program that is not running. */
  dropIndex(): void;
  /** A copy of the user data of a program that is not running, as a backup makes it. */
  backUp(): Promise<UserDataCopy>;
  /** Puts such a copy in place of what is there. */
  restore(copy: UserDataCopy): void;
  /** Frees the databases; the device is of no use afterwards. */
  end(): void;
}

export interface UserDataCopy {
  readonly outboxDb: Sqlite;
  readonly indexDb: Sqlite;
  readonly files: Map<string, Uint8Array>;
  readonly identity: Identity;
  free(): void;
}

export interface SimDeviceOptions {
  readonly name: string;
  readonly projectId: string;
  readonly dice: Dice;
  readonly time: SimTime;
  readonly isCaseFolding?: boolean;
  /** A disk that is there already, and the user data that belong to it: a computer as it was at some moment. */
  readonly from?: { readonly disk: MemoryDisk; readonly copy: UserDataCopy };
  readonly clockOffset?: { ms: number };
}

/** A key is made once for each name, and depends on nothing else: making one costs as much as many operations. */
const keys = new Map<string, DeviceKey>();

function keyOf(name: string): DeviceKey {
  const known = keys.get(name);
  if (known) return known;
  const key = deviceKey(name, createDice(name).bytes(32));
  keys.set(name, key);
  return key;
}

export async function createSimDevice(options: SimDeviceOptions): Promise<SimDevice> {
  const { name, projectId, dice, time, from } = options;
  const clockOffset = options.clockOffset ?? { ms: 0 };
  const clock = time.clock(clockOffset);
  const disk = from?.disk ?? createMemoryDisk({ clock, isCaseFolding: options.isCaseFolding ?? false });
  const outboxDb = await outboxes.take();
  const indexDb = await indexes.take();
  let identity: Identity = from?.copy.identity ?? { key: keyOf(name), formerKeys: [], origin: null };
  let renewalCount = 0;
  let running: { store: Store; mount: Mount; scheduler: { end(): void } } | null = null;
  let starting: { mount: Mount; scheduler: { end(): void } } | null = null;
  if (from) copyUserData(from.copy);

  function copyUserData(copy: UserDataCopy): void {
    copyRows(copy.outboxDb, outboxDb);
    copyRows(copy.indexDb, indexDb);
    identity = copy.identity;
  }

  /** Another key, as one whose user data were copied or set back gets it. */
  async function renew(): Promise<Identity> {
    renewalCount += 1;
    const key = keyOf(`${name} ${renewalCount} ${identity.key.deviceId}`);
    identity = { key, formerKeys: [identity.key, ...identity.formerKeys], origin: { kind: 'restored', replaces: identity.key.deviceId, atMs: clock() } };
    return identity;
  }

  const device: SimDevice = {
    name, disk, clockOffset, outboxDb, indexDb,
    get key() { return identity.key; },
    hook: undefined,
    store() {
      if (!running) throw new Error(`${name} is not running`);
      return running.store;
    },
    isOpen: () => running !== null,
    async open() {
      const mount = disk.mount((operation, path) => device.hook?.(operation, path));
      const scheduler = time.scheduler();
      starting = { mount, scheduler };
      const outbox = outboxOn(outboxDb, 'outbox');
      const store = await openCore({
        projectId, projectDir, clock, scheduler, ...identity, renewal: { ownSessions: outbox.sessions(), renew }, person: name, deviceName: name, appVersion: '0.0.0', readOnlyReason: null,
        writer: { disk: mount.disk, random: dice.bytes },
        outbox, db: indexDb,
        scratchDir: `${userDataDir}/scratch`, problems: [], closers: [],
      });
      running = { store, mount, scheduler };
      starting = null;
      return store;
    },
    async close() {
      const { store, mount, scheduler } = running ?? { store: device.store(), mount: null, scheduler: null };
      await store.close();
      scheduler?.end();
      mount?.end();
      running = null;
    },
    crash(survival) {
      for (const process of [running, starting]) {
        process?.scheduler.end();
        process?.mount.end();
      }
      running = null;
      starting = null;
      // A transaction that was under way is rolled back, as SQLite does at the next open.
      for (const db of [outboxDb, indexDb]) if (db.inTransaction) db.exec('ROLLBACK');
      if (survival !== 'kept') disk.crash(survival);
    },
    dropIndex: () => empty(indexDb),
    async backUp() {
      const copy = { outboxDb: await outboxes.take(), indexDb: await indexes.take() };
      copyRows(outboxDb, copy.outboxDb);
      copyRows(indexDb, copy.indexDb);
      return {
        ...copy, identity, files: disk.files(userDataDir),
        free() {
          outboxes.giveBack(copy.outboxDb);
          indexes.giveBack(copy.indexDb);
        },
      };
    },
    restore(copy) {
      copyUserData(copy);
      for (const path of disk.files(userDataDir).keys()) disk.remove(`${userDataDir}/${path}`);
      for (const [path, bytes] of copy.files) disk.put(`${userDataDir}/${path}`, bytes);
    },
    end() {
      device.crash('kept');
      outboxes.giveBack(outboxDb);
      indexes.giveBack(indexDb);
    },
  };
  return device;
}

/** Runs work of a device and cuts its power before the disk operation after `operationCount` of them, if it gets so far; `crash` says what is left. */
export async function cutPowerDuring(device: SimDevice, operationCount: number, work: () => Promise<unknown>): Promise<void> {
  let left = operationCount;
  let cut: () => void = () => undefined;
  const power = new Promise<void>((resolve) => { cut = resolve; });
  device.hook = () => {
    if (left-- > 0) return null;
    cut();
    return new Promise<null>(() => undefined);
  };
  await Promise.race([work(), power]);
  device.hook = undefined;
}
