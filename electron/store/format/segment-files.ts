/** Reads one file of the log, whatever its name: a segment, a pack of segments, or something that is none yet or never will be. */
import type { DamageKind, Segment } from './segments.ts';
import { looksLikeSegment, readSegment, segmentLimitBytes } from './segments.ts';
import { sha256Hex } from '../../files/hashing.ts';
import { looksLikePack, packFileLimitBytes, splitPack } from './packs.ts';
import { decodeRecord, sessionPattern } from './records.ts';

/**
 * - sealed: all of it is good
 * - waiting: it ends too early, as a file that has not arrived completely
 * - damaged: it can never become good by growing
 * - foreign: of another project; only the caller knows that
 * - extra: no file of ours
 */
export type FileStatus = 'sealed' | 'waiting' | 'damaged' | 'foreign' | 'extra';

export interface FileReading {
  readonly status: FileStatus;
  /** A sentence part; null unless waiting or damaged. */
  readonly problem: string | null;
  readonly damage: DamageKind | null;
  /** The good segments, also of a pack that is not good as a whole. */
  readonly segments: readonly { readonly sha256: string; readonly segment: Segment }[];
  /** The session and number of its first record, where that can be read. */
  readonly start: { readonly session: string; readonly n: number } | null;
}

/** The largest file of a log; a larger one is not read. */
export const logFileLimitBytes = Math.max(packFileLimitBytes, segmentLimitBytes);

/** Reads the bytes of a file of the log. Never throws for bad bytes. */
export function readLogFile(path: string, bytes: Uint8Array): FileReading {
  if (looksLikePack(bytes)) return readPack(bytes);
  const reading = readSegment(bytes);
  if (reading.status === 'sealed') {
    return { status: 'sealed', problem: null, damage: null, segments: [{ sha256: sha256Hex(bytes), segment: reading.segment }], start: null };
  }
  if (!path.includes('.seg') && !looksLikeSegment(bytes)) return { status: 'extra', problem: null, damage: null, segments: [], start: null };
  const isConverted = reading.status === 'damaged' && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('\r\n');
  return {
    status: reading.status, segments: [], start: startOf(bytes),
    problem: isConverted ? 'its line ends were changed, as git or an editor may do' : reading.problem,
    damage: reading.status === 'damaged' ? reading.kind : null,
  };
}

/** `<session>-<number>` in a file name: what the file was meant to be, or null. */
export function nameHint(path: string): string | null {
  const [, session = '', number = ''] = /([0-9a-z]{26})-(\d{6})[^/]*$/i.exec(path) ?? [];
  return sessionPattern.test(session.toLowerCase()) ? `${session.toLowerCase()}-${number}` : null;
}

function readPack(bytes: Uint8Array): FileReading {
  const pack = splitPack(bytes);
  if (pack.status !== 'whole') return { status: pack.status, problem: pack.problem, damage: pack.status === 'damaged' ? 'altered' : null, segments: [], start: null };
  const segments: { sha256: string; segment: Segment }[] = [];
  let bad: { problem: string; damage: DamageKind } | null = null;
  for (const piece of pack.segments) {
    const reading = readSegment(piece);
    if (reading.status === 'sealed') segments.push({ sha256: sha256Hex(piece), segment: reading.segment });
    // The pack itself is whole, so a piece of it cannot become good by growing.
    else bad ??= { problem: `in this pack, ${reading.problem}`, damage: reading.status === 'damaged' ? reading.kind : 'altered' };
  }
  return { status: bad ? 'damaged' : 'sealed', problem: bad?.problem ?? null, damage: bad?.damage ?? null, segments, start: null };
}

function startOf(bytes: Uint8Array): FileReading['start'] {
  const end = bytes.indexOf(0x0a);
  const first = end > 0 ? decodeRecord(bytes.subarray(0, end)) : null;
  return first === null || typeof first === 'string' ? null : { session: first.record.s, n: first.record.n };
}
