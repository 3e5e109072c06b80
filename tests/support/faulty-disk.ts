/** A disk on which one operation fails, once or from then on. All else is the real disk. */
import { nodeDisk, type Disk } from '../../electron/files/disk.ts';

export type Operation = 'create' | 'write' | 'sync' | 'close' | 'rename' | 'syncDirectory';

const operations: readonly Operation[] = ['create', 'write', 'sync', 'rename', 'syncDirectory'];
const codes = { ENOSPC: 'files/disk-full', EIO: 'files/io', EACCES: 'files/no-access', EROFS: 'files/no-access' } as const;

/** Each operation with each error of the operating system, and the error the user gets. */
export const everyFault = operations.flatMap((operation) =>
  Object.entries(codes).map(([code, error]) => ({ operation, code, error })));

export interface FaultyDisk extends Disk {
  /** How often the operation was asked for. */
  attempts(): number;
  /** How often a file was synced again after its sync had failed. */
  syncsAfterFailure(): number;
  /** From now on nothing fails. */
  heal(): void;
}

/** Fails `operation` with `code` from its call number `from` (0 is the first) until healed. */
export function faultyDisk(operation: Operation, code: string, from = 0): FaultyDisk {
  let attempts = 0;
  let syncsAfterFailure = 0;
  let isHealed = false;
  const mayFail = (name: Operation) => {
    if (name !== operation) return;
    attempts += 1;
    if (!isHealed && attempts > from) throw Object.assign(new Error(`${code}: injected`), { code });
  };
  return {
    ...nodeDisk,
    attempts: () => attempts,
    syncsAfterFailure: () => syncsAfterFailure,
    heal: () => { isHealed = true; },
    async create(path, isPrivate) {
      mayFail('create');
      const file = await nodeDisk.create(path, isPrivate);
      let hasSyncFailed = false;
      return {
        async write(bytes) {
          // As a full disk does it: a part of the bytes arrives.
          if (operation === 'write') await file.write(bytes.subarray(0, bytes.length >> 1));
          mayFail('write');
          await file.write(operation === 'write' ? bytes.subarray(bytes.length >> 1) : bytes);
        },
        async sync() {
          if (hasSyncFailed) syncsAfterFailure += 1;
          hasSyncFailed = true;
          mayFail('sync');
          hasSyncFailed = false;
          await file.sync();
        },
        close: () => file.close(),
      };
    },
    // A file gets its name by either.
    async link(existing, path) {
      mayFail('rename');
      await nodeDisk.link(existing, path);
    },
    async rename(from_, to) {
      mayFail('rename');
      await nodeDisk.rename(from_, to);
    },
    async syncDirectory(path) {
      mayFail('syncDirectory');
      await nodeDisk.syncDirectory(path);
    },
  };
}
