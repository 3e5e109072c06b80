/**
 * One record is one line of JSON, at most 512 KiB. Its hash is SHA-256 over the exact bytes without the newline,
 * so that no two programs can disagree about it. Each record names the hash of the one before it in its session.
 */
import { isAscii } from 'node:buffer';
import { z } from 'zod';
import { fail } from '../../../shared/errors.ts';
import { sha256Hex } from '../../files/hashing.ts';
import { stampPattern } from './hlc.ts';

/** Records with a larger `v` are kept and re-exported, but take no part in the state. */
export const recordVersion = 1;
/** Holds the columns of the widest table (4,096), with room; a segment seals at 256 KiB, so that one stays below 1 MiB. */
export const recordLimitBytes = 512 * 1024;
/** The parent of the first record of a session. */
export const noParent = '0'.repeat(64);

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'not a hash');
export const sessionPattern = /^[0-9a-hjkmnp-tv-z]{26}$/;

/** The envelope of every line but the seal. */
export const LogRecord = z.object({
  v: z.number().int().min(1),
  /** Session. */
  s: z.string().regex(sessionPattern, 'not a session'),
  /** Number in the session, from 0. */
  n: z.number().int().min(0),
  /** Hash of the record before it. */
  p: hash,
  /** Hybrid logical clock. */
  t: z.string().regex(stampPattern, 'not a time stamp'),
  /** Person. */
  a: z.string().max(200),
  /** Kind: the action of the domain, or "session" for record 0. */
  k: z.string().min(1).max(120),
  /** Causal parents: events of other sessions whose values this one replaces. */
  c: z.array(hash),
  b: z.unknown(),
});
export type LogRecord = z.infer<typeof LogRecord>;

/** The body of record 0 of a session: who signs it and where it came from. */
export const SessionHeader = z.object({
  project: z.string(),
  device: z.string(),
  /** Ed25519 public key, 32 bytes in base64. */
  key: z.string(),
  nonce: z.string(),
  /** Head of the session before it on the same device and folder; null for the first. */
  previous: hash.nullable(),
  app: z.string(),
  os: z.string(),
  clock: z.string(),
});
export type SessionHeader = z.infer<typeof SessionHeader>;

/** Records that say how the log is kept, not what a user did: the start of a session, and what was seen of others. */
export function isBookkeeping(kind: string): boolean {
  return kind === 'session' || kind === 'seen';
}

export interface RecordLine {
  readonly record: LogRecord;
  readonly hash: string;
  /** The line without its newline. */
  readonly line: Uint8Array;
  /** The text of the body. */
  readonly bodyText: string;
}

/** The line of a record. @throws store/record-too-large */
export function encodeRecord(record: LogRecord): RecordLine {
  const { v, s, n, p, t, a, k, c, b } = record;
  const line = new TextEncoder().encode(JSON.stringify({ v, s, n, p, t, a, k, c, b }));
  if (line.length >= recordLimitBytes) {
    throw fail('store/record-too-large', { sizeBytes: line.length, limitBytes: recordLimitBytes });
  }
  return { record, line, hash: sha256Hex(line), bodyText: JSON.stringify(b ?? null) };
}

/** The record of a line, or why it is none. */
export function decodeRecord(line: Uint8Array): RecordLine | string {
  if (line.length >= recordLimitBytes) return `a line of ${line.length} bytes`;
  const text = decodeText(line);
  return text === null ? 'a line that is not JSON' : decodeRecordText(line, text);
}

/**
 * As `decodeRecord`, for a line that is decoded already.
 * Lines in the form of `encodeRecord` take a short way; `LogRecord` is the specification, to which a property test holds both.
 */
export function decodeRecordText(line: Uint8Array, text: string): RecordLine | string {
  if (line.length >= recordLimitBytes) return `a line of ${line.length} bytes`;
  const own = ownForm.exec(text);
  if (own) {
    const bodyText = text.slice(own[0].length, -1);
    // A body that is JSON by itself is the whole rest of the line: there is no second "b" behind it.
    const body = text.endsWith('}') ? parseText(bodyText) : undefined;
    const [, v = '', s = '', n = '', p = '', t = '', a = '', k = '', c = ''] = own;
    const kind = parseText(`"${k}"`);
    const person = parseText(`"${a}"`);
    if (body !== undefined && typeof kind === 'string' && typeof person === 'string' && kind.length > 0 && kind.length <= 120 && person.length <= 200) {
      const parents = c === '' ? [] : c.slice(1, -1).split('","');
      // Before the person all is ASCII: a place in the text is one in the bytes.
      const session = textAt(line, v.length + sessionAt, s.length);
      const stamp = textAt(line, v.length + n.length + stampAt, t.length);
      return { record: { v: Number(v), s: session, n: Number(n), p, t: stamp, a: person, k: kind, c: parents, b: body }, line, hash: sha256Hex(line), bodyText };
    }
  }
  const value = parseText(text);
  if (value === undefined) return 'a line that is not JSON';
  const parsed = LogRecord.safeParse(value);
  if (!parsed.success) return `a record with a wrong "${parsed.error.issues[0]?.path.join('.') ?? ''}"`;
  try {
    return { record: parsed.data, line, hash: sha256Hex(line), bodyText: JSON.stringify(parsed.data.b ?? null) };
  } catch {
    // JSON can be read deeper than it can be written.
    return 'a record with a wrong "b"';
  }
}

/**
 * A string of its own of ASCII bytes. A piece of the line's text would keep all of it in memory for as long as the piece is
 * remembered, and be slow to compare.
 */
function textAt(line: Uint8Array, start: number, length: number): string {
  return Buffer.from(line.buffer, line.byteOffset + start, length).toString('latin1');
}

/** All of a line up to the value of "b", as `encodeRecord` writes it. */
const ownForm = new RegExp(
  String.raw`^\{"v":([1-9][0-9]{0,8}),"s":"([0-9a-hjkmnp-tv-z]{26})","n":(0|[1-9][0-9]{0,14}),"p":"([0-9a-f]{64})","t":"([0-9a-f]{12}-[0-9a-f]{4})",` +
  String.raw`"a":"((?:[^"\\]|\\.)*)","k":"((?:[^"\\]|\\.)*)","c":\[("[0-9a-f]{64}"(?:,"[0-9a-f]{64}")*|)\],"b":`,
);

/** Where session and stamp begin in that form, but for the digits of the numbers before them. */
const sessionAt = '{"v":,"s":"'.length;
const stampAt = `{"v":,"s":"${'0'.repeat(26)}","n":,"p":"${noParent}","t":"`.length;

/** The JSON value of a line, or undefined when it is not UTF-8 or not JSON. */
export function parseLine(line: Uint8Array): unknown {
  const text = decodeText(line);
  return text === null ? undefined : parseText(text);
}

/** The text of bytes, or null when they are not UTF-8. */
export function decodeText(bytes: Uint8Array): string | null {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function parseText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
