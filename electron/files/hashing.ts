/** SHA-256 of bytes and of files; files are streamed, never held whole. */
import { createHash, hash } from 'node:crypto';
import { nodeDisk, type Disk } from './disk.ts';
import { ioFailure } from './failures.ts';

/** SHA-256 as 64 lower-case hex characters. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** The bytes of a file in chunks of at most 1 MiB. @throws files/* when it cannot be read */
export async function* readChunks(path: string, disk: Disk = nodeDisk): AsyncGenerator<Uint8Array> {
  try {
    yield* disk.readChunks(path);
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

/** SHA-256 and size of a file; `onBytes` gets the size of each chunk. Costs one pass, about 1 GiB/s. @throws files/* when it cannot be read */
export async function hashFile(path: string, disk: Disk = nodeDisk, onBytes?: (byteCount: number) => void): Promise<{ sha256: string; sizeBytes: number }> {
  const sum = createHash('sha256');
  let sizeBytes = 0;
  for await (const chunk of readChunks(path, disk)) {
    sum.update(chunk);
    sizeBytes += chunk.length;
    onBytes?.(chunk.length);
  }
  return { sha256: sum.digest('hex'), sizeBytes };
}
