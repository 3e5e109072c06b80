/** Checks the log inside an archive: each segment on its own, the chain of each session, and that none is missing. */
import type { VerifyFinding } from '../../shared/domain/verify.ts';
import { readSegment } from '../store/segments.ts';
import type { Segment } from '../store/segments.ts';

export interface PlacedSegment {
  readonly file: string;
  readonly segment: Segment;
}

/** One segment, or what is wrong with it. */
export function checkSegment(file: string, bytes: Uint8Array): PlacedSegment | VerifyFinding {
  const reading = readSegment(bytes);
  return reading.segment === null
    ? { kind: 'chain', file, what: `This segment of the log is not valid: ${reading.problem}.` }
    : { file, segment: reading.segment };
}

/** Gaps and contradictions between segments, whatever their names. */
export function checkChains(placed: readonly PlacedSegment[], deviceKeys: ReadonlySet<string> | null): VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  const sessions = new Map<string, PlacedSegment[]>();
  const known = new Set<string>();
  for (const one of placed) {
    sessions.set(one.segment.session, [...(sessions.get(one.segment.session) ?? []), one]);
    for (const record of one.segment.records) known.add(record.hash);
    if (deviceKeys !== null && !deviceKeys.has(one.segment.publicKey)) {
      findings.push({ kind: 'chain', file: one.file, what: `It is signed by device ${one.segment.deviceId}, which is not in the list of devices.` });
    }
  }
  for (const segments of sessions.values()) findings.push(...checkSession(segments));
  for (const { file, segment } of placed) {
    const previous = segment.header?.previous ?? null;
    if (previous !== null && !known.has(previous)) findings.push({ kind: 'missing', file, what: 'The session of the same device before this one is not in the archive.' });
  }
  return findings;
}

function checkSession(segments: readonly PlacedSegment[]): VerifyFinding[] {
  const sorted = [...segments].sort((a, b) => a.segment.firstNumber - b.segment.firstNumber);
  const findings: VerifyFinding[] = [];
  let before: Segment | null = null;
  for (const { file, segment } of sorted) {
    const expected: number = before === null ? 0 : before.firstNumber + before.records.length;
    if (segment.firstNumber > expected) {
      findings.push({ kind: 'missing', file, what: `Events ${expected + 1} to ${segment.firstNumber} of its session, which come before it, are not in the archive.` });
    } else if (segment.firstNumber < expected || (before !== null && (segment.parent !== before.head || segment.publicKey !== before.publicKey))) {
      findings.push({ kind: 'chain', file, what: 'It does not follow from the segment before it in its session.' });
    }
    before = segment;
  }
  return findings;
}
