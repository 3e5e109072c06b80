/**
 * The file operations that a project folder depends on, as a value: tests make each of them fail, and the simulator
 * puts a whole file system in memory in their place. Errors carry the codes of the operating system ("ENOENT").
 */
import { constants, createReadStream, type Dirent } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, stat, statfs, unlink } from 'node:fs/promises';
import { codeOf } from './failures.ts';

/** A file that is being written. */
export interface DiskFile {
  /** Writes all of `bytes`. */
  write(bytes: Uint8Array): Promise<void>;
  /** Returns when the content is on the drive. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** What a directory has under one name; links are "other", because a project is made of its own files. */
export interface DiskEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'other';
}

export interface FileState {
  readonly kind: DiskEntry['kind'];
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Differs when another file has taken the name; 0 where the file system does not tell. */
  readonly id: number;
}

export interface Disk {
  /** All bytes of a file. */
  read(path: string): Promise<Uint8Array>;
  /** The bytes of a file in chunks of at most 1 MiB. */
  readChunks(path: string): AsyncIterable<Uint8Array>;
  /** Null when nothing has this name; any other failure is thrown. Links are followed. */
  stat(path: string): Promise<FileState | null>;
  /** What a directory has, by name; nothing when there is no such directory. */
  list(path: string): Promise<DiskEntry[]>;
  /** Bytes that may still be written below this directory; null where the drive does not tell. */
  freeBytes(path: string): Promise<number | null>;
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
  read: (path) => readFile(path),
  readChunks: (path) => createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Uint8Array>,
  async stat(path) {
    try {
      const state = await stat(path);
      return { kind: kindOf(state), sizeBytes: state.size, modifiedAtMs: state.mtimeMs, id: state.ino };
    } catch (thrown) {
      if (isAbsence(thrown)) return null;
      throw thrown;
    }
  },
  async list(path) {
    try {
      const entries = await readdir(path, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) })).sort((a, b) => (a.name < b.name ? -1 : 1));
    } catch (thrown) {
      if (isAbsence(thrown)) return [];
      throw thrown;
    }
  },
  async freeBytes(path) {
    const space = await statfs(path).catch(() => null);
    // Some network drives report 0 of 0 blocks.
    return space === null || space.blocks === 0 ? null : space.bavail * space.bsize;
  },
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

function kindOf(state: Pick<Dirent, 'isFile' | 'isDirectory'>): DiskEntry['kind'] {
  return state.isFile() ? 'file' : state.isDirectory() ? 'directory' : 'other';
}

function isAbsence(thrown: unknown): boolean {
  const code = codeOf(thrown);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
