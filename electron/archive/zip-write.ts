/**
 * Writes a ZIP file as a stream of bytes: sorted names, one fixed time, UTF-8 flag, nothing optional.
 * Equal contents give equal bytes. Sizes and checksums are known before an entry is written, so that
 * every local header is complete and equal to its central one.
 */
import { createHash } from 'node:crypto';
import { fail } from '../../shared/errors.ts';
import { encodeCentralHeader, encodeEnd, encodeLocalHeader } from './zip-format.ts';
import type { EntryFacts } from './zip-format.ts';
import { NameSet, nameProblem } from './zip-names.ts';
import { placedChunks, throwIfCancelled } from './sources.ts';
import type { ByteSource, Measured, Pass } from './sources.ts';
import { zipLimits } from './zip-limits.ts';

export interface ZipInput {
  readonly name: string;
  readonly source: ByteSource;
  readonly measured: Measured;
}

/** The comment at the end of the file; its size must be known before its text, which may sign all bytes before it. */
export interface ZipComment {
  readonly sizeBytes: number;
  /** @param sha256 of every byte of the file before the comment, the comment's length field included */
  make(sha256: Uint8Array): Uint8Array;
}

/**
 * The bytes of the archive, in order. Memory: one chunk plus the central directory (about 150 bytes an entry).
 * @throws archive/unsafe for a name or a count that our own reader would refuse, files/*, job/cancelled
 */
export function zipBytes(inputs: readonly ZipInput[], comment: ZipComment | null, pass: Pass = {}): AsyncGenerator<Uint8Array> {
  return gathered(zipRecords(inputs, comment, pass));
}

async function* zipRecords(inputs: readonly ZipInput[], comment: ZipComment | null, pass: Pass): AsyncGenerator<Uint8Array> {
  const sorted = [...inputs].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  refuseUnreadable(sorted);
  const hash = createHash('sha256');
  let offset = 0;
  const emit = (chunk: Uint8Array): Uint8Array => {
    hash.update(chunk);
    offset += chunk.length;
    return chunk;
  };
  const facts: EntryFacts[] = [];
  for (const { name, source, measured } of sorted) {
    throwIfCancelled(pass.signal);
    const entry = { name, method: measured.method, crc32: measured.crc32, compressedBytes: measured.compressedBytes, sizeBytes: measured.sizeBytes, offset };
    facts.push(entry);
    yield emit(encodeLocalHeader(entry));
    for await (const chunk of placedChunks(source, measured, pass)) yield emit(chunk);
  }
  const centralOffset = offset;
  for (const entry of facts) yield emit(encodeCentralHeader(entry));
  const commentBytes = comment?.sizeBytes ?? 0;
  yield emit(encodeEnd({ entryCount: facts.length, centralOffset, centralBytes: offset - centralOffset, commentBytes }));
  if (comment === null) return;
  const text = comment.make(hash.digest());
  if (text.length !== commentBytes) throw new RangeError(`a comment of ${text.length} bytes was announced with ${commentBytes}`);
  yield text;
}

function refuseUnreadable(inputs: readonly ZipInput[]): void {
  if (inputs.length > zipLimits.entries) {
    throw fail('archive/unsafe', { reason: `it would have ${inputs.length} files; the limit is ${zipLimits.entries}` });
  }
  const names = new NameSet();
  let totalBytes = 0;
  for (const { name, measured } of inputs) {
    const problem = nameProblem(name) ?? names.add(name);
    if (problem !== null) throw fail('archive/unsafe', { reason: `the name "${name}" ${problem}`, entry: name });
    totalBytes += measured.sizeBytes;
  }
  if (totalBytes > zipLimits.totalBytes) {
    throw fail('archive/unsafe', { reason: `its files have ${totalBytes} bytes together; the limit is ${zipLimits.totalBytes}` });
  }
}

/** Joins neighbouring small chunks, so that a write to the disk is worth its cost. */
async function* gathered(chunks: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    byteCount += chunk.length;
    if (byteCount < 1 << 18) continue;
    yield parts.length === 1 ? chunk : Buffer.concat(parts);
    parts = [];
    byteCount = 0;
  }
  if (byteCount > 0) yield Buffer.concat(parts);
}
