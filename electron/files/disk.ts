/**
 * The few file operations that writing depends on, as a value, so that tests can make each of them fail.
 * Reading is not in here: a failed read loses nothing.
 */
import { constants } from 'node:fs';
import { link, mkdir, open, rename, unlink } from 'node:fs/promises';

/** A file that is being written. */
export interface DiskFile {
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Returns when the content is on the drive. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  /** Opens a new file for writing; fails when it exists. One that is `isPrivate` is for its owner's eyes only. */
  create(path: string, isPrivate?: boolean): Promise<DiskFile>;
  rename(from: string, to: string): Promise<void>;
  link(existing: string, path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  mkdir(path: string): Promise<void>;
  /** Returns when the names in the directory are on the drive; does nothing on Windows, which has no such call. */
  syncDirectory(path: string): Promise<void>;
}

/** The real disk. Node's fsync is F_FULLFSYNC on macOS (libuv). */
export const nodeDisk: Disk = {
  async create(path, isPrivate = false) {
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, isPrivate ? 0o600 : 0o644);
    return {
      async write(bytes) {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
          done += bytesWritten;
        }
      },
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  rename,
  link,
  unlink,
  async mkdir(path) {
    await mkdir(path);
  },
  async syncDirectory(path) {
    if (process.platform === 'win32') return;
    const directory = await open(path, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  },
};
