/** Text files packed with gzip or zstd, unpacked as a stream that never swells beyond its limits. */
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import { fail } from '../../shared/errors.ts';
import { ioFailure } from '../files/failures.ts';

export type Packing = 'gzip' | 'zstd';

/** How far a packed file may grow: so many bytes for each of its own, once it is larger than the free size. */
export const packedLimits = { ratio: 200, ratioFreeBytes: 64 * 1024 * 1024 } as const;

/** The packing that the first bytes of a file tell, or null. */
export function packingOf(head: Buffer): Packing | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : null;
}

/** The unpacked bytes of `path`. @throws data/malformed (damaged, cut off), data/too-large (a bomb), job/cancelled, files/* */
export async function* unpackedChunks(path: string, packing: Packing, { fileName, signal }: { fileName: string; signal?: AbortSignal | undefined }): AsyncGenerator<Buffer> {
  const input = createReadStream(path, { highWaterMark: 1 << 18 });
  let unpackedBytes = 0;
  try {
    for await (const chunk of packing === 'gzip' ? gunzipped(input) : unzstd(input)) {
      if (signal?.aborted) throw fail('job/cancelled');
      unpackedBytes += chunk.length;
      if (unpackedBytes > packedLimits.ratioFreeBytes && unpackedBytes > input.bytesRead * packedLimits.ratio) {
        throw fail('data/too-large', { file: fileName, found: `packed data that grow more than ${packedLimits.ratio} times`, limit: `${packedLimits.ratio} times` });
      }
      yield chunk;
    }
  } catch (thrown) {
    const isPacked = thrown instanceof ZstdError || (thrown as NodeJS.ErrnoException).code?.startsWith('Z_') === true;
    throw isPacked ? fail('data/malformed', { file: fileName, reason: `its ${packing} data are damaged or cut off` }, thrown) : ioFailure(thrown, path);
  } finally {
    input.destroy();
  }
}

async function* gunzipped(input: NodeJS.ReadableStream & { on(event: 'error', listener: (error: Error) => void): unknown }): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  input.on('error', (thrown) => gunzip.destroy(thrown));
  try {
    yield* input.pipe(gunzip) as AsyncIterable<Buffer>;
  } finally {
    gunzip.destroy();
  }
}

class ZstdError extends Error {}

async function* unzstd(input: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let ready: Buffer[] = [];
  let isFinal = false;
  const unpacker = new Decompress((chunk, final) => {
    ready.push(Buffer.from(chunk));
    isFinal = final === true;
  });
  const push = (chunk: Uint8Array, final: boolean): void => {
    try {
      unpacker.push(chunk, final);
    } catch (thrown) {
      throw new ZstdError('zstd', { cause: thrown });
    }
  };
  for await (const chunk of input) {
    push(chunk as Buffer, false);
    yield* ready;
    ready = [];
  }
  push(new Uint8Array(0), true);
  if (!isFinal) throw new ZstdError('zstd ends early');
  yield* ready;
}
