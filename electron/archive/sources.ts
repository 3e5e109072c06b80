/** Where the bytes of an archive file come from, and what one pass over them tells. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { constants, crc32, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { ioFailure } from '../files/failures.ts';
import { readChunks } from '../files/hashing.ts';
import { fail } from '../../shared/errors.ts';
import { methods } from './zip-format.ts';
import { zipLimits } from './zip-limits.ts';

export type ByteSource = { readonly path: string } | { readonly bytes: Uint8Array };

export interface Measured {
  readonly sha256: string;
  readonly crc32: number;
  readonly sizeBytes: number;
  readonly method: 0 | 8;
  readonly compressedBytes: number;
}

export interface Pass {
  readonly signal?: AbortSignal | undefined;
  /** Called with the count of source bytes read since the last call. */
  readonly onBytes?: ((byteCount: number) => void) | undefined;
}

/** Up to this size a content is deflated in one call, which is much cheaper than a stream per file. */
const oneCallBytes = 1 << 20;



/**
 * Reads `source` once: hashes, sizes and the method to store it with. Deflated only when `compressible`
 * and when that makes it smaller. @throws files/* when it cannot be read, job/cancelled
 */
export async function measure(source: ByteSource, compressible: boolean, pass: Pass): Promise<Measured> {
  const sha256 = createHash('sha256');
  let crc = 0;
  let sizeBytes = 0;
  async function* observed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of sourceChunks(source, pass)) {
      sha256.update(chunk);
      crc = crc32(chunk, crc);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  let deflatedBytes = 0;
  for await (const chunk of compressible ? deflated(observed()) : observed()) deflatedBytes += chunk.length;
  // A reader refuses what shrinks more than the limit (it may be a bomb), so that is stored.
  const isDeflated = compressible && deflatedBytes < sizeBytes && deflatedBytes * zipLimits.ratio >= sizeBytes;
  return {
    sha256: sha256.digest('hex'), crc32: crc, sizeBytes,
    method: isDeflated ? methods.deflate : methods.store,
    compressedBytes: isDeflated ? deflatedBytes : sizeBytes,
  };
}

/** The bytes to place in the archive for `source`. @throws files/io when it is no longer what was measured */
export async function* placedChunks(source: ByteSource, measured: Measured, pass: Pass): AsyncGenerator<Uint8Array> {
  let crc = 0;
  let sizeBytes = 0;
  let placedBytes = 0;
  async function* observed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of sourceChunks(source, pass)) {
      crc = crc32(chunk, crc);
      sizeBytes += chunk.length;
      yield chunk;
    }
  }
  for await (const chunk of measured.method === methods.deflate ? deflated(observed()) : observed()) {
    placedBytes += chunk.length;
    yield chunk;
  }
  if (crc !== measured.crc32 || sizeBytes !== measured.sizeBytes || placedBytes !== measured.compressedBytes) {
    throw fail('files/io', { path: 'path' in source ? source.path : '', reason: 'it changed while it was read' });
  }
}

/** The bytes of a source in chunks of at most 1 MiB. @throws files/*, job/cancelled */
async function* sourceChunks(source: ByteSource, pass: Pass): AsyncGenerator<Uint8Array> {
  for await (const chunk of 'path' in source ? readChunks(source.path) : slices(source.bytes)) {
    throwIfCancelled(pass.signal);
    pass.onBytes?.(chunk.length);
    yield chunk;
  }
}

/** Size of a source in bytes. @throws files/* */
export async function sourceSize(source: ByteSource): Promise<number> {
  if ('bytes' in source) return source.bytes.length;
  try {
    return (await stat(source.path)).size;
  } catch (thrown) {
    throw ioFailure(thrown, source.path);
  }
}

/** All bytes of a source that is known to be small. @throws files/* */
export async function allBytes(source: ByteSource): Promise<Uint8Array> {
  if ('bytes' in source) return source.bytes;
  return collectBytes(readChunks(source.path));
}

export async function collectBytes(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

/** Whether contents of a media type are text, which deflate makes smaller; Parquet, ONNX and images are packed already. */
export function isText(mediaType: string): boolean {
  return /^text\/|^application\/(?:json|x-ndjson|javascript|xml)\b|\+(?:json|xml)\b/.test(mediaType);
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw fail('job/cancelled');
}

function* slices(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += oneCallBytes) yield bytes.subarray(at, at + oneCallBytes);
}

/** Raw deflate at the strongest level; the same bytes for the same chunks. */
export async function* deflated(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const options = { level: constants.Z_BEST_COMPRESSION };
  const first = await chunks.next();
  if (first.done === true) return;
  const second = await chunks.next();
  if (second.done === true) {
    yield deflateRawSync(first.value, options);
    return;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first.value;
    yield second.value;
    yield* chunks;
  }
  const input = Readable.from(all(), { objectMode: false });
  const deflate = createDeflateRaw({ ...options, chunkSize: 1 << 16 });
  input.on('error', (thrown) => deflate.destroy(thrown));
  yield* input.pipe(deflate) as AsyncIterable<Uint8Array>;
}
