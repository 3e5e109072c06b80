/** A file that DuckDB writes: it appears under its name whole, or not at all. */
import { open, rename, rm, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { AppError, fail } from '../../shared/errors.ts';
import { ioFailure } from '../files/failures.ts';

/** Below this a failed write is put down to a full disk. */
const fullBelowBytes = 16 * 1024 * 1024;

/** Lets `work` write a file beside `outPath` and then gives it that name. @throws files/not-found, files/no-access, files/disk-full */
export async function withOutput<T>(outPath: string, work: (partPath: string) => Promise<T>): Promise<T> {
  const target = resolve(outPath);
  const partPath = `${target}.part`;
  try {
    // A folder that is missing or read-only is told before the work.
    await (await open(partPath, 'w')).close();
    const result = await work(partPath);
    await rename(partPath, target);
    return result;
  } catch (thrown) {
    if (!(thrown instanceof AppError) && (await isDiskFull(target))) throw fail('files/disk-full', { path: target }, thrown);
    throw ioFailure(thrown, target);
  } finally {
    await rm(partPath, { force: true }).catch(() => undefined);
  }
}

/** DuckDB reports a failed write without a code, so the free space of the drive tells. */
export async function isDiskFull(path: string): Promise<boolean> {
  const space = await statfs(dirname(path)).catch(() => null);
  // Some network drives report 0 of 0 blocks: they do not tell.
  return space !== null && space.blocks > 0 && space.bavail * space.bsize < fullBelowBytes;
}
