/**
 * A segment is a write-once file of records ended by a seal: count, chain head, SHA-256 of all bytes before it and an
 * Ed25519 signature. It can be checked on its own, without a database. File names are hints and are not looked at.
 */
import { isAscii } from 'node:buffer';
import { z } from 'zod';
import { sha256Hex } from '../../files/hashing.ts';
import { deviceIdOf, isSignedBy, type DeviceKey } from './keys.ts';
import { decodeRecord, decodeRecordText, decodeText, isBookkeeping, noParent, parseLine, recordLimitBytes, recordVersion, SessionHeader, type RecordLine } from './records.ts';

/** A segment is sealed at 256 KiB; with the largest record and the seal it stays below this. */
export const segmentLimitBytes = 1 << 20;
export const sealAtBytes = 256 * 1024;

const SealLine = z.object({
  v: z.literal(recordVersion),
  s: z.string(),
  k: z.literal('seal'),
  b: z.object({ first: z.number(), count: z.number(), head: z.string(), sha256: z.string(), key: z.string(), signature: z.string() }),
});
type SealLine = z.infer<typeof SealLine>;

export interface Segment {
  readonly session: string;
  /** Name of the device that signed it, derived from `publicKey`. */
  readonly deviceId: string;
  readonly publicKey: string;
  /** The first line's parsed body when the segment starts its session. */
  readonly header: SessionHeader | null;
  readonly firstNumber: number;
  /** Hash of the record before the first, and of the last. */
  readonly parent: string;
  readonly head: string;
  readonly records: readonly RecordLine[];
}

/** What the index keeps of a segment besides its events. */
export interface SegmentNote extends Omit<Segment, 'records'> {
  readonly lastNumber: number;
  readonly bookkeeping: readonly RecordLine[];
}

/**
 * What a file is. "waiting": it has no seal, as a file that has not arrived completely.
 * "damaged": it can never become a segment by growing.
 */
export type SegmentReading =
  | { readonly status: 'sealed'; readonly segment: Segment; readonly problem: null }
  | { readonly status: 'waiting'; readonly segment: null; readonly problem: string }
  | { readonly status: 'damaged'; readonly segment: null; readonly problem: string; readonly kind: DamageKind };

export type DamageKind = 'altered' | 'signature' | 'chain';

/** The bytes of a segment of the records, which are of one session and in order. Same records, same bytes. */
export function sealSegment(records: readonly RecordLine[], key: DeviceKey): Uint8Array {
  const first = records[0];
  const last = records.at(-1);
  if (!first || !last) throw new RangeError('a segment needs a record');
  return sealLines(records.map(({ line }) => line), { session: first.record.s, firstNumber: first.record.n, head: last.hash }, key);
}

/** The bytes of a segment of lines that the caller knows: `head` is the hash of the last. The signature is tried once. */
export function sealLines(
  lines: readonly Uint8Array[], { session, firstNumber, head }: Pick<Segment, 'session' | 'firstNumber' | 'head'>, key: DeviceKey,
): Uint8Array {
  const body = Buffer.concat(lines.flatMap((line) => [line, newline]));
  const sha256 = sha256Hex(body);
  const message = signedMessage(sha256);
  const signature = key.sign(message);
  if (!isSignedBy(key.publicKey, message, signature)) throw new Error('the signature that was just made is not valid');
  const b = { first: firstNumber, count: lines.length, head, sha256, key: key.publicKey, signature: Buffer.from(signature).toString('base64') };
  return Buffer.concat([body, encodeSeal({ v: recordVersion, s: session, k: 'seal', b })]);
}

/** Reads and checks a segment: framing, chain, seal, signature. Never throws for bad bytes. */
export function readSegment(bytes: Uint8Array): SegmentReading {
  if (bytes.length > segmentLimitBytes) return damaged(`it is larger than ${segmentLimitBytes} bytes`);
  const records: RecordLine[] = [];
  const ascii = isAscii(bytes) ? decodeText(bytes) : null;
  let start = 0;
  let sealAt = nextSeal(bytes, 0);
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    const line = bytes.subarray(start, end);
    if (sealAt < start) sealAt = nextSeal(bytes, start);
    const mayBeSeal = sealAt + sealMark.length <= end && line.length < recordLimitBytes;
    const seal = mayBeSeal ? SealLine.safeParse(parseLine(line)) : null;
    if (seal?.success) {
      if (end + 1 !== bytes.length) return damaged('there are bytes after its seal');
      return checkSeal(seal.data, records, bytes.subarray(0, start), bytes.subarray(start));
    }
    const record = ascii === null ? decodeRecord(line) : decodeRecordText(line, ascii.slice(start, end));
    if (typeof record === 'string') return damaged(`line ${records.length + 1} is ${record}`);
    const broken = chainProblem(record, records.at(-1));
    if (broken) return damaged(`line ${records.length + 1} ${broken}`, 'chain');
    records.push(record);
    start = end + 1;
  }
  return { status: 'waiting', segment: null, problem: 'it is not complete yet (no seal)' };
}

/** What the index keeps of a segment besides its events. */
export function noteOf({ records, ...segment }: Segment): SegmentNote {
  return { ...segment, lastNumber: segment.firstNumber + records.length - 1, bookkeeping: records.filter(({ record }) => isBookkeeping(record.k)) };
}

/** Whether bytes begin as a segment does; decides about files with a foreign name. */
export function looksLikeSegment(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 5)).toString('latin1') === '{"v":';
}

const newline = Buffer.from('\n');

/** What every seal has in it, and hardly any record. */
const sealMark = Buffer.from('"k":"seal"');

/** Where the next mark begins, at `from` or behind it; Infinity where there is none. */
function nextSeal(bytes: Uint8Array, from: number): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(sealMark, from);
  return at < 0 ? Infinity : at;
}

function chainProblem(line: RecordLine, before: RecordLine | undefined): string | null {
  const { s, n, p, k } = line.record;
  if ((n === 0) !== (k === 'session')) return 'is not the start of a session';
  if (!before) return n === 0 && p !== noParent ? 'starts a session but has a parent' : null;
  if (s !== before.record.s) return 'is of another session';
  if (n !== before.record.n + 1) return `has number ${n} after ${before.record.n}`;
  return p === before.hash ? null : 'does not follow from the line before it';
}

function checkSeal(seal: SealLine, records: readonly RecordLine[], body: Uint8Array, sealBytes: Uint8Array): SegmentReading {
  const first = records[0];
  const last = records.at(-1);
  if (!first || !last) return damaged('it has a seal and no record');
  const { b } = seal;
  // Anything that does not encode to the very same bytes could hide a change in the seal itself.
  if (!Buffer.from(encodeSeal(seal)).equals(sealBytes)) return damaged('its seal is not in the exact form');
  if (b.sha256 !== sha256Hex(body)) return damaged('its content does not match the hash in its seal');
  if (seal.s !== first.record.s || b.first !== first.record.n || b.count !== records.length || b.head !== last.hash) {
    return damaged('its seal does not belong to its records');
  }
  const signature = Buffer.from(b.signature, 'base64');
  if (signature.toString('base64') !== b.signature || Buffer.from(b.key, 'base64').toString('base64') !== b.key) {
    return damaged('its seal is not in the exact form');
  }
  if (!isSignedBy(b.key, signedMessage(b.sha256), signature)) return damaged('its signature is not valid', 'signature');
  const header = first.record.n === 0 ? SessionHeader.safeParse(first.record.b) : null;
  if (header && (!header.success || header.data.key !== b.key || header.data.device !== deviceIdOf(b.key))) {
    return damaged('its session belongs to another key', 'signature');
  }
  const segment: Segment = {
    session: seal.s, deviceId: deviceIdOf(b.key), publicKey: b.key, header: header?.data ?? null,
    firstNumber: first.record.n, parent: first.record.p, head: last.hash, records,
  };
  return { status: 'sealed', segment, problem: null };
}

/** The signature covers a domain tag and the digest, so that it means nothing elsewhere. */
function signedMessage(sha256: string): Uint8Array {
  return Buffer.concat([Buffer.from('assay-seg-v1\n'), Buffer.from(sha256, 'hex')]);
}

function encodeSeal(seal: SealLine): Uint8Array {
  const { first, count, head, sha256, key, signature } = seal.b;
  return Buffer.from(`${JSON.stringify({ v: seal.v, s: seal.s, k: seal.k, b: { first, count, head, sha256, key, signature } })}\n`);
}

function damaged(problem: string, kind: DamageKind = 'altered'): SegmentReading {
  return { status: 'damaged', segment: null, problem, kind };
}
