/** Finds the end record of a ZIP file, and refuses a file that could be read in two ways. */
import type { FileHandle } from 'node:fs/promises';
import { signatures, sizes } from './zip-format.ts';
import { refuse } from './refusal.ts';

export interface ZipEnd {
  readonly entryCount: number;
  readonly centralOffset: number;
  readonly centralBytes: number;
  readonly comment: Buffer;
  /** Where the comment starts; it reaches to the end of the file. */
  readonly commentOffset: number;
}

const maxCommentBytes = 0xffff;

/** @throws archive/unreadable when there is no end record, archive/unsafe when it contradicts itself or the file */
export async function readZipEnd(file: FileHandle, sizeBytes: number, path: string): Promise<ZipEnd> {
  const tailBytes = Math.min(sizeBytes, sizes.end + maxCommentBytes + sizes.locator64 + sizes.end64);
  const tailOffset = sizeBytes - tailBytes;
  const tail = await readAt(file, tailOffset, tailBytes);
  const at = endPosition(tail, path);
  const end = {
    disk: tail.readUInt16LE(at + 4), centralDisk: tail.readUInt16LE(at + 6),
    entriesHere: tail.readUInt16LE(at + 8), entryCount: tail.readUInt16LE(at + 10),
    centralBytes: tail.readUInt32LE(at + 12), centralOffset: tail.readUInt32LE(at + 16),
  };
  let endOffset = tailOffset + at;
  const large = readEnd64(tail, at, tailOffset, path);
  const is64Needed = end.entryCount === 0xffff || end.centralBytes === 0xffffffff || end.centralOffset === 0xffffffff;
  if (is64Needed && large === null) throw refuse('unsafe', path, 'its end record promises a ZIP64 record that is not there');
  if (end.disk !== 0 || end.centralDisk !== 0 || end.entriesHere !== end.entryCount) throw refuse('unsafe', path, 'it is one part of several');
  let { entryCount, centralBytes, centralOffset } = end;
  if (large !== null) {
    // Each 16- and 32-bit field is either the same number or the mark that points to the ZIP64 record.
    const agree = [[entryCount, large.entryCount, 0xffff], [centralBytes, large.centralBytes, 0xffffffff], [centralOffset, large.centralOffset, 0xffffffff]] as const;
    if (agree.some(([small, full, mark]) => small !== mark && small !== full)) throw refuse('unsafe', path, 'its two end records contradict each other');
    ({ entryCount, centralBytes, centralOffset } = large);
    endOffset = large.at;
  }
  if (centralOffset + centralBytes !== endOffset) throw refuse('unsafe', path, 'its directory does not reach from where it should to its end record');
  return { entryCount, centralBytes, centralOffset, comment: tail.subarray(at + sizes.end), commentOffset: tailOffset + at + sizes.end };
}

/** Exactly `byteCount` bytes at `offset`, fewer only where the file ends. */
export async function readAt(file: FileHandle, offset: number, byteCount: number): Promise<Buffer> {
  const out = Buffer.alloc(byteCount);
  let done = 0;
  while (done < byteCount) {
    const { bytesRead } = await file.read(out, done, byteCount - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return out.subarray(0, done);
}

/** Like `readAt`, for many small neighbouring reads: one read of the disk serves those that follow within 64 KiB. */
export function windowReader(file: FileHandle): (offset: number, byteCount: number) => Promise<Buffer> {
  const windowBytes = 1 << 16;
  let window: { offset: number; bytes: Buffer } = { offset: 0, bytes: Buffer.alloc(0) };
  return async (offset, byteCount) => {
    if (byteCount > windowBytes / 4) return readAt(file, offset, byteCount);
    const isInside = offset >= window.offset && offset + byteCount <= window.offset + window.bytes.length;
    const current = isInside ? window : { offset, bytes: await readAt(file, offset, windowBytes) };
    window = current;
    return current.bytes.subarray(offset - current.offset, offset - current.offset + byteCount);
  };
}

function endPosition(tail: Buffer, path: string): number {
  let found = -1;
  for (let at = 0; at + sizes.end <= tail.length; at++) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== signatures.end) continue;
    if (at + sizes.end + tail.readUInt16LE(at + 20) !== tail.length) continue;
    if (found >= 0) throw refuse('unsafe', path, 'it has two end records');
    found = at;
  }
  if (found < 0) throw refuse('unreadable', path, 'its end record is missing: the file is cut off, has something appended, or is no ZIP file');
  return found;
}

function readEnd64(tail: Buffer, endAt: number, tailOffset: number, path: string): { entryCount: number; centralBytes: number; centralOffset: number; at: number } | null {
  const locatorAt = endAt - sizes.locator64;
  if (locatorAt < 0 || tail.readUInt32LE(locatorAt) !== signatures.locator64) return null;
  const at = locatorAt - sizes.end64;
  const isSound = at >= 0 && tail.readUInt32LE(at) === signatures.end64
    && tail.readBigUInt64LE(locatorAt + 8) === BigInt(tailOffset + at)
    && tail.readUInt32LE(locatorAt + 4) === 0 && tail.readUInt32LE(locatorAt + 16) === 1
    && tail.readBigUInt64LE(at + 4) === BigInt(sizes.end64 - 12)
    && tail.readUInt32LE(at + 16) === 0 && tail.readUInt32LE(at + 20) === 0
    && tail.readBigUInt64LE(at + 24) === tail.readBigUInt64LE(at + 32)
    && [32, 40, 48].every((field) => tail.readBigUInt64LE(at + field) <= BigInt(Number.MAX_SAFE_INTEGER));
  if (!isSound) throw refuse('unsafe', path, 'its ZIP64 end record contradicts itself');
  return {
    entryCount: Number(tail.readBigUInt64LE(at + 32)), centralBytes: Number(tail.readBigUInt64LE(at + 40)),
    centralOffset: Number(tail.readBigUInt64LE(at + 48)), at: tailOffset + at,
  };
}
