/**
 * A pack: whole sealed segments of one device, one after the other and byte for byte, in one gzip file, so that a folder
 * with thousands of small files becomes one with few. Each segment in it is read and checked as if it lay loose.
 */
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { codeOf } from '../../files/failures.ts';
import { sha256Hex } from '../../files/hashing.ts';

/** A pack holds at most this much; a file that would unpack to more is no pack of ours. */
export const packLimitBytes = 16 << 20;
/** No file of the log is larger: gzip adds at most a few bytes to what it cannot shrink. */
export const packFileLimitBytes = packLimitBytes + (1 << 16);

/** "waiting": it ends too early, as a file that has not arrived completely. "damaged": it can never become a pack by growing. */
export type PackReading =
  | { readonly status: 'whole'; readonly segments: readonly Uint8Array[]; readonly problem: null }
  | { readonly status: 'waiting' | 'damaged'; readonly segments: readonly []; readonly problem: string };

export interface Pack {
  readonly bytes: Uint8Array;
  /** SHA-256 of what is in it, not compressed. */
  readonly sha256: string;
}

/** Whether bytes begin as a gzip file does; decides, whatever the name of a file. */
export function looksLikePack(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The pack of sealed segments; equal segments give equal bytes. @throws RangeError for more than `packLimitBytes` */
export function makePack(segments: readonly Uint8Array[]): Pack {
  const content = Buffer.concat(segments);
  if (content.length > packLimitBytes) throw new RangeError(`a pack of ${content.length} bytes`);
  const bytes = gzipSync(content, { level: constants.Z_BEST_COMPRESSION });
  // zlib writes the time 0, but the operating system it was built for: 255 is "unknown" (RFC 1952).
  bytes[9] = 255;
  return { bytes, sha256: sha256Hex(content) };
}

/** The segments of a pack, each to be read by `readSegment`. Never throws for bad bytes. */
export function splitPack(bytes: Uint8Array): PackReading {
  let content: Buffer;
  try {
    content = gunzipSync(bytes, { maxOutputLength: packLimitBytes });
  } catch (thrown) {
    const code = codeOf(thrown);
    if (code === 'Z_BUF_ERROR') return { status: 'waiting', segments: [], problem: 'it is not complete yet (the pack ends too early)' };
    if (code === 'ERR_BUFFER_TOO_LARGE') return { status: 'damaged', segments: [], problem: `it unpacks to more than ${packLimitBytes} bytes` };
    return { status: 'damaged', segments: [], problem: 'it cannot be unpacked' };
  }
  const segments: Uint8Array[] = [];
  let segmentStart = 0;
  for (let start = 0, end = content.indexOf(0x0a); end >= 0; start = end + 1, end = content.indexOf(0x0a, start)) {
    if (!isSealLine(content, start, end)) continue;
    segments.push(content.subarray(segmentStart, end + 1));
    segmentStart = end + 1;
  }
  // The rest is read as a segment too, so that it is reported for what it is.
  if (segmentStart < content.length) segments.push(content.subarray(segmentStart));
  if (segments.length === 0) return { status: 'damaged', segments: [], problem: 'there is nothing in the pack' };
  return { status: 'whole', segments, problem: null };
}

/** Seals have one exact form, in which "k" follows the session; in records the number does. */
function isSealLine(content: Buffer, start: number, end: number): boolean {
  return end - start > sealHead.length && sealHeadPattern.test(content.toString('latin1', start, start + sealHead.length));
}

const sealHead = `{"v":1,"s":"${'0'.repeat(26)}","k":"seal",`;
const sealHeadPattern = /^\{"v":1,"s":"[0-9a-hjkmnp-tv-z]{26}","k":"seal",$/;

/** `log/<device>/pack-<from>-<to>-<h16>.seg.gz`, relative to the project; days in UTC. */
export function packPath(device: string, fromMs: number, toMs: number, sha256: string): string {
  return `log/${device}/pack-${dayOf(fromMs)}-${dayOf(toMs)}-${sha256.slice(0, 16)}.seg.gz`;
}

/** A day in UTC as "20261123". */
export function dayOf(ms: number): string {
  // Beyond what a date can say there is no day; the name is a hint only.
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().slice(0, 10).replaceAll('-', '').slice(-8) : '00000000';
}
