/**
 * Write-once files: a temporary file beside the target, fsync, rename, fsync of the directory.
 * A reader sees a file whole or not at all; after an error nothing half-written is left.
 * A failed fsync is never tried again on the same file, because the kernel may have dropped the pages.
 */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fail } from '../../shared/errors.ts';
import type { Disk } from './disk.ts';
import { codeOf, ioFailure } from './failures.ts';

/** Readers skip names that start so; Dropbox and OneDrive do not sync "~*.tmp". */
export const temporaryPrefix = '~assay-';

export interface Writer {
  readonly disk: Disk;
  readonly random: (byteCount: number) => Uint8Array;
}

export interface WrittenFile {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

export type Content = Uint8Array | AsyncIterable<Uint8Array>;

/** Writes `content` to `target`, replacing it whole. @throws files/disk-full, files/no-access, files/io */
export async function writeOnce(writer: Writer, target: string, content: Content): Promise<WrittenFile> {
  await ensureDirectory(writer.disk, dirname(target));
  const temporary = await writeTemporary(writer, dirname(target), content);
  await settle(writer.disk, temporary.path, target);
  return { ...temporary, path: target };
}

/** Like `writeOnce`, but never replaces: returns false and writes nothing when `target` exists. */
export async function writeIfAbsent(writer: Writer, target: string, content: Content, { isPrivate = false } = {}): Promise<boolean> {
  await ensureDirectory(writer.disk, dirname(target));
  const temporary = await writeTemporary(writer, dirname(target), content, { isPrivate });
  try {
    if (!(await linkNew(writer.disk, temporary.path, target))) {
      if (await exists(writer.disk, target)) return false;
      // Some file systems (exFAT, network shares) have no hard links: there the rename may replace.
      await settle(writer.disk, temporary.path, target);
      return true;
    }
    try {
      await writer.disk.syncDirectory(dirname(target));
    } catch (thrown) {
      // The name may not survive a power loss. Who wrote it still has the content and writes it anew.
      await discard(writer.disk, target);
      throw ioFailure(thrown, target);
    }
    return true;
  } finally {
    await discard(writer.disk, temporary.path);
  }
}

/**
 * Like `writeIfAbsent`, and then looks: some network drives say yes and do nothing. Returns whether the file has these
 * very bytes, its name durable; false where other content has the name. @throws files/*
 */
export async function writeAndSee(writer: Writer, target: string, bytes: Uint8Array): Promise<boolean> {
  const isNew = await writeIfAbsent(writer, target, bytes);
  try {
    const there = await writer.disk.read(target).catch(unless('ENOENT'));
    if (there && Buffer.from(there).equals(bytes)) {
      // It may be from a process that died before the name was durable.
      if (!isNew) await writer.disk.syncDirectory(dirname(target));
      return true;
    }
  } catch (thrown) {
    throw ioFailure(thrown, target);
  }
  if (isNew) throw fail('files/io', { path: target, reason: 'the drive did not keep what was written' });
  return false;
}

/** Gives a file a second, new name; false where the name is taken or the file system has no second names. */
async function linkNew(disk: Disk, existing: string, target: string): Promise<boolean> {
  try {
    await disk.link(existing, target);
    return true;
  } catch {
    // What is wrong shows in what is tried next.
    return false;
  }
}

/** Writes and syncs a file with a temporary name in `directory`; the caller settles or discards it. */
export async function writeTemporary(writer: Writer, directory: string, content: Content, { isPrivate = false } = {}): Promise<WrittenFile> {
  const path = join(directory, `${temporaryPrefix}${Buffer.from(writer.random(10)).toString('hex')}.tmp`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  let isCreated = false;
  try {
    const file = await writer.disk.create(path, isPrivate);
    isCreated = true;
    try {
      for await (const chunk of content instanceof Uint8Array ? [content] : content) {
        hash.update(chunk);
        sizeBytes += chunk.length;
        await file.write(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (thrown) {
    if (isCreated) await discard(writer.disk, path);
    throw ioFailure(thrown, path);
  }
  return { path, sha256: hash.digest('hex'), sizeBytes };
}

/** Gives a synced temporary file its final name, durably. On an error neither name is left. */
export async function settle(disk: Disk, temporaryPath: string, target: string): Promise<void> {
  try {
    await renameWithRetry(disk, temporaryPath, target);
  } catch (thrown) {
    await discard(disk, temporaryPath);
    throw ioFailure(thrown, target);
  }
  try {
    await disk.syncDirectory(dirname(target));
  } catch (thrown) {
    // The name may not survive a power loss. Who wrote it still has the content and writes it anew.
    await discard(disk, target);
    throw ioFailure(thrown, target);
  }
}

/** Removes a file that may be there; a leftover temporary file is harmless, so errors are dropped. */
export async function discard(disk: Disk, path: string): Promise<void> {
  await disk.unlink(path).catch(() => undefined);
}

/**
 * Creates a directory and its missing parents, each durably. One that is there already may be from a process that died
 * before its name was durable, so the name is synced once by each process that relies on it. @throws files/*
 */
export async function ensureDirectory(disk: Disk, path: string): Promise<void> {
  const isThere = await exists(disk, path);
  const certain = certainDirectories.get(disk) ?? new Set();
  certainDirectories.set(disk, certain);
  if (isThere && certain.has(path)) return;
  const parent = dirname(path);
  if (parent === path) return;
  await ensureDirectory(disk, parent);
  try {
    if (!isThere) await disk.mkdir(path).catch(unless('EEXIST'));
    await disk.syncDirectory(parent).catch(isThere ? unless(...closedFolder) : unless());
    certain.add(path);
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

/** Directories whose names this process has made sure of, per disk. */
const certainDirectories = new WeakMap<Disk, Set<string>>();
/** What a system says of a folder above ours that this user may pass through but not open. */
const closedFolder = ['EACCES', 'EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP', 'ENOSYS'];

/** Lets errors of these codes pass as success. */
function unless(...codes: string[]): (thrown: unknown) => void {
  return (thrown) => {
    if (!codes.includes(codeOf(thrown) ?? '')) throw thrown;
  };
}

/** Refuses work that cannot fit: `sizeBytes` and a reserve must be free at `directory`. @throws files/disk-full */
export async function requireFreeSpace(disk: Disk, directory: string, sizeBytes: number): Promise<void> {
  const freeBytes = await disk.freeBytes(directory);
  // Where the drive does not tell, the write itself must.
  if (freeBytes !== null && freeBytes < sizeBytes) throw fail('files/disk-full', { path: directory });
}

/** Whether something has this name; an error other than absence is thrown. */
export async function exists(disk: Disk, path: string): Promise<boolean> {
  try {
    return (await disk.stat(path)) !== null;
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

/** On Windows a scanner or an indexer may hold a fresh file for a moment: 10 ms growing to 100 ms, up to 60 s. */
async function renameWithRetry(disk: Disk, from: string, to: string): Promise<void> {
  const waitLimitMs = process.platform === 'win32' ? 60_000 : 0;
  for (let waitedMs = 0, delayMs = 10; ; waitedMs += delayMs, delayMs = Math.min(100, delayMs + 10)) {
    try {
      return await disk.rename(from, to);
    } catch (thrown) {
      const isHeld = ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(thrown) ?? '');
      if (!isHeld || waitedMs >= waitLimitMs) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}
