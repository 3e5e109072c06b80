/** A file that DuckDB writes: it appears under its name whole, or not at all. */
import { link, lstat, open, rename, rm, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError, fail } from '../../shared/errors.ts';
import { codeOf, ioFailure } from '../files/failures.ts';

/** Below this a failed write is put down to a full disk. */
const fullBelowBytes = 16 * 1024 * 1024;

export interface OutputOptions {
  /** Where the file is written first, on the same drive; `outPath` with ".part" added when absent. */
  readonly partPath?: string;
  /** True where a file of that name must not be replaced. */
  readonly isNew?: boolean;
}

/** Lets `work` write a file beside `outPath` and then gives it that name. @throws files/exists, files/not-found, files/no-access, files/disk-full */
export async function withOutput<T>(outPath: string, work: (partPath: string) => Promise<T>, { partPath = `${resolve(outPath)}.part`, isNew = false }: OutputOptions = {}): Promise<T> {
  const target = resolve(outPath);
  try {
    if (isNew) await requireFree(target);
    // A folder that is missing or read-only is told before the work.
    await (await open(partPath, 'w')).close();
    const result = await work(partPath);
    if (isNew) await nameNew(partPath, target);
    else await rename(partPath, target);
    return result;
  } catch (thrown) {
    if (!(thrown instanceof AppError) && (await isDiskFull(target))) throw fail('files/disk-full', { path: target }, thrown);
    throw ioFailure(thrown, target);
  } finally {
    await rm(partPath, { force: true }).catch(() => undefined);
  }
}

/** Gives the file a name that nobody has taken while it was written. */
async function nameNew(partPath: string, target: string): Promise<void> {
  try {
    await link(partPath, target);
  } catch (thrown) {
    if (codeOf(thrown) === 'EEXIST') throw fail('files/exists', { path: target }, thrown);
    // Some file systems (exFAT, network shares) have no second names.
    await requireFree(target);
    await rename(partPath, target);
  }
}

/** @throws files/exists */
export async function requireFree(path: string): Promise<void> {
  const isTaken = await lstat(path).then(() => true, (thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return false;
    throw ioFailure(thrown, path);
  });
  if (isTaken) throw fail('files/exists', { path });
}

/** DuckDB reports a failed write without a code, so the free space of the drive tells. */
export async function isDiskFull(path: string): Promise<boolean> {
  const space = await statfs(dirname(path)).catch(() => null);
  // Some network drives report 0 of 0 blocks: they do not tell.
  return space !== null && space.blocks > 0 && space.bavail * space.bsize < fullBelowBytes;
}
