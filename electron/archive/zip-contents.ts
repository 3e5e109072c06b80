/** Reads the content of one archive entry, never more of it than its header promises. */
import { Readable } from 'node:stream';
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { ioFailure } from '../files/failures.ts';
import { refuse } from './refusal.ts';
import { methods } from './zip-format.ts';
import type { EntryFacts } from './zip-format.ts';

/** The bytes at a place of the archive file; fewer only where the file ends. */
export type ReadBytes = (offset: number, byteCount: number) => Promise<Buffer>;

export interface PackedEntry extends EntryFacts {
  /** Where its data start. */
  readonly dataOffset: number;
}

const readBytes = 1 << 18;
/** Small entries are inflated in one call. */
const oneCallBytes = 1 << 20;

/**
 * The unpacked bytes of an entry of the archive at `path`, in chunks; size, checksum and the end of the compressed data
 * are checked after the last one. @throws archive/unreadable, files/*
 */
export async function* entryChunks(read: ReadBytes, entry: PackedEntry, path: string): AsyncGenerator<Uint8Array> {
  const damaged = (what: string, cause?: unknown): Error => refuse('unreadable', path, `"${entry.name}" ${what}`, entry.name, cause);
  let crc = 0;
  let sizeBytes = 0;
  try {
    for await (const chunk of entry.method === methods.store ? rawChunks(read, entry) : inflated(read, entry, damaged)) {
      sizeBytes += chunk.length;
      if (sizeBytes > entry.sizeBytes) throw damaged('is larger than it says');
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (thrown) {
    throw isZlibError(thrown) ? damaged('has damaged compressed data', thrown) : ioFailure(thrown, path);
  }
  if (sizeBytes !== entry.sizeBytes) throw damaged('is shorter than it says');
  if (crc !== entry.crc32) throw damaged('does not match its checksum');
}

async function* rawChunks(read: ReadBytes, entry: PackedEntry): AsyncGenerator<Buffer> {
  for (let done = 0; done < entry.compressedBytes; ) {
    const chunk = await read(entry.dataOffset + done, Math.min(readBytes, entry.compressedBytes - done));
    if (chunk.length === 0) return;
    done += chunk.length;
    yield chunk;
  }
}

async function* inflated(read: ReadBytes, entry: PackedEntry, damaged: (what: string) => Error): AsyncGenerator<Uint8Array> {
  if (entry.compressedBytes <= oneCallBytes && entry.sizeBytes <= oneCallBytes) {
    const packed = await read(entry.dataOffset, entry.compressedBytes);
    // With `info` the call also returns its engine, whose bytesWritten counts the input it used.
    const result = inflateRawSync(packed, { maxOutputLength: entry.sizeBytes + 1, info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    if (result.engine.bytesWritten !== packed.length) throw damaged('has bytes after its compressed data');
    yield result.buffer;
    return;
  }
  const input = Readable.from(rawChunks(read, entry), { objectMode: false });
  const inflate = createInflateRaw({ chunkSize: 1 << 16 });
  input.on('error', (thrown) => inflate.destroy(thrown));
  try {
    yield* input.pipe(inflate) as AsyncIterable<Uint8Array>;
    if (inflate.bytesWritten !== entry.compressedBytes) throw damaged('has bytes after its compressed data');
  } finally {
    input.destroy();
    inflate.destroy();
  }
}

function isZlibError(thrown: unknown): boolean {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || typeof thrown.code !== 'string') return false;
  return thrown.code.startsWith('Z_') || thrown.code === 'ERR_BUFFER_TOO_LARGE';
}
