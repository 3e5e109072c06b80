/**
 * Checks the seal over the bytes of a whole archive, and finds where the bytes differ from the one form
 * that the writer gives to such contents, so that even a changed header or padding bit is named.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { ioFailure } from '../files/failures.ts';
import { isSealSigned, parseContainerSeal } from './container-seal.ts';
import type { ContainerSeal } from './container-seal.ts';
import type { PreHash } from '../store/format/minisign.ts';
import { deflated, throwIfCancelled } from './sources.ts';
import { readAt, readZipEnd } from './zip-end.ts';
import { encodeCentralHeader, encodeEnd, encodeLocalHeader, methods } from './zip-format.ts';
import type { ZipArchive, ZipEntry } from './zip-read.ts';

export interface ContainerCheck {
  /** The seal, where there is one that can be read. */
  readonly seal: ContainerSeal | null;
  /** A ZIP comment is there that is not a seal: a damaged seal, or another program's comment. */
  readonly hasOtherComment: boolean;
  /** The seal's signature holds and is over exactly these bytes. */
  readonly isIntact: boolean;
}

/** Reads the file once. @throws archive/unreadable, archive/unsafe when it has no sound end, files/*, job/cancelled */
export async function checkContainer(path: string, wholeFile: PreHash | null, onBytes: (byteCount: number) => void, signal: AbortSignal | undefined): Promise<ContainerCheck> {
  const file = await openForReading(path);
  try {
    const { size } = await file.stat();
    const end = await readZipEnd(file, size, path);
    const hash = createHash('sha256');
    for await (const chunk of ranges(file, 0, end.commentOffset)) {
      throwIfCancelled(signal);
      hash.update(chunk);
      wholeFile?.update(chunk);
      onBytes(chunk.length);
    }
    wholeFile?.update(end.comment);
    const seal = parseContainerSeal(end.comment);
    const isIntact = seal !== null && seal.sha256.equals(hash.digest()) && isSealSigned(seal);
    return { seal, hasOtherComment: seal === null && end.comment.length > 0, isIntact };
  } catch (thrown) {
    throw ioFailure(thrown, path);
  } finally {
    await file.close();
  }
}

/** The first place where the file is not what the writer makes of its contents; null where it is the same. */
export async function firstDifference(archive: ZipArchive): Promise<{ entry: string | null; what: string } | null> {
  const file = await openForReading(archive.path);
  try {
    const central: Buffer[] = [];
    for (const entry of archive.entries) {
      const header = encodeLocalHeader(entry);
      const at = difference(header, await readAt(file, entry.offset, entry.dataOffset - entry.offset));
      if (at !== null) return { entry: entry.name, what: `The header before it was changed, at byte ${entry.offset + at} of the archive.` };
      central.push(encodeCentralHeader(entry));
    }
    const { centralOffset, commentOffset, comment, entryCount } = archive.end;
    let offset = centralOffset;
    for (const [i, header] of central.entries()) {
      const at = difference(header, await readAt(file, offset, header.length));
      if (at !== null) return { entry: archive.entries[i]?.name ?? null, what: `Its record in the directory was changed, at byte ${offset + at} of the archive.` };
      offset += header.length;
    }
    const end = encodeEnd({ entryCount, centralOffset, centralBytes: offset - centralOffset, commentBytes: comment.length });
    const at = difference(end, await readAt(file, offset, commentOffset - offset));
    if (at !== null) return { entry: null, what: `The end record was changed, at byte ${offset + at}.` };
    return await differentPacking(file, archive);
  } finally {
    await file.close();
  }
}

/** Compressed data can change (in padding bits, for one) and still unpack to the same: pack each entry again and compare. */
async function differentPacking(file: FileHandle, archive: ZipArchive): Promise<{ entry: string; what: string } | null> {
  const different: ZipEntry[] = [];
  for (const entry of archive.entries) {
    if (entry.method !== methods.deflate) continue;
    const again = createHash('sha256');
    for await (const chunk of deflated(archive.chunks(entry))) again.update(chunk);
    const found = createHash('sha256');
    for await (const chunk of ranges(file, entry.dataOffset, entry.dataOffset + entry.compressedBytes)) found.update(chunk);
    if (!again.digest().equals(found.digest())) different.push(entry);
  }
  // Another version of the compressor makes other bytes for many entries; then this tells nothing.
  const [only, second] = different;
  if (only === undefined || second !== undefined) return null;
  return { entry: only.name, what: 'Its compressed form was changed; what it unpacks to is what was signed.' };
}

function difference(expected: Buffer, found: Buffer): number | null {
  for (let i = 0; i < Math.max(expected.length, found.length); i++) if (expected[i] !== found[i]) return i;
  return null;
}

async function* ranges(file: FileHandle, from: number, to: number): AsyncGenerator<Buffer> {
  for (let at = from; at < to; ) {
    const chunk = await readAt(file, at, Math.min(1 << 20, to - at));
    if (chunk.length === 0) return;
    at += chunk.length;
    yield chunk;
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}
