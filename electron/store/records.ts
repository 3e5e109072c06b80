/**
 * One record is one line of JSON, at most 512 KiB. Its hash is SHA-256 over the exact bytes without the newline,
 * so that no two programs can disagree about it. Each record names the hash of the one before it in its session.
 */
import { z } from 'zod';
import { fail } from '../../shared/errors.ts';
import { sha256Hex } from '../files/hashing.ts';
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

export interface RecordLine {
  readonly record: LogRecord;
  readonly hash: string;
  /** The line without its newline. */
  readonly line: Uint8Array;
}

/** The line of a record. @throws store/record-too-large */
export function encodeRecord(record: LogRecord): RecordLine {
  const { v, s, n, p, t, a, k, c, b } = record;
  const line = new TextEncoder().encode(JSON.stringify({ v, s, n, p, t, a, k, c, b }));
  if (line.length >= recordLimitBytes) {
    throw fail('store/record-too-large', { sizeBytes: line.length, limitBytes: recordLimitBytes });
  }
  return { record, line, hash: sha256Hex(line) };
}

/** The record of a line, or why it is none. */
export function decodeRecord(line: Uint8Array): RecordLine | string {
  if (line.length >= recordLimitBytes) return `a line of ${line.length} bytes`;
  const value = parseLine(line);
  if (value === undefined) return 'a line that is not JSON';
  const parsed = LogRecord.safeParse(value);
  if (!parsed.success) return `a record with a wrong "${parsed.error.issues[0]?.path.join('.') ?? ''}"`;
  return { record: parsed.data, line, hash: sha256Hex(line) };
}

/** The JSON value of a line, or undefined when it is not UTF-8 or not JSON. */
export function parseLine(line: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line)) as unknown;
  } catch {
    return undefined;
  }
}
