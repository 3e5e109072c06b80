/** Checks the log inside an archive: each segment on its own, the chain of each session, and that none is missing. */
import type { VerifyFinding } from '../../shared/domain/verify.ts';
import { readSegment } from '../store/segments.ts';

/** What later checks need of a segment; its records are not kept, so that a long log costs little memory. */
interface Link {
  readonly file: string;
  readonly session: string;
  readonly deviceId: string;
  readonly publicKey: string;
  readonly firstNumber: number;
  readonly recordCount: number;
  readonly parent: string;
  readonly head: string;
  /** Head of the same device's session before this one, in the segment that starts a session. */
  readonly previousHead: string | null;
}

export interface LogCheck {
  /** Takes one segment file; wrong bytes become a finding. */
  add(file: string, bytes: Uint8Array): void;
  /** Takes note that a segment could not be read at all. */
  miss(): void;
  /** What is wrong with the whole: gaps and contradictions between segments, whatever their names. */
  finish(deviceKeys: ReadonlySet<string> | null): { findings: VerifyFinding[]; eventCount: number };
}

export function startLogCheck(): LogCheck {
  const links: Link[] = [];
  const findings: VerifyFinding[] = [];
  let eventCount = 0;
  let isComplete = true;
  return {
    add(file, bytes) {
      const { segment, problem } = readSegment(bytes);
      if (segment === null) {
        isComplete = false;
        findings.push({ kind: 'chain', file, what: `This segment of the log is not valid: ${problem}.` });
        return;
      }
      eventCount += segment.records.filter(({ record }) => record.k !== 'session').length;
      const { session, deviceId, publicKey, firstNumber, parent, head, records, header } = segment;
      links.push({ file, session, deviceId, publicKey, firstNumber, parent, head, recordCount: records.length, previousHead: header?.previous ?? null });
    },
    miss() {
      isComplete = false;
    },
    finish(deviceKeys) {
      const between = [...checkDevices(links, deviceKeys), ...checkSessions(links)];
      // A gap where a segment could not be read is that segment's finding, not one more.
      return { findings: [...findings, ...between.filter(({ kind }) => isComplete || kind !== 'missing')], eventCount };
    },
  };
}

function checkDevices(links: readonly Link[], deviceKeys: ReadonlySet<string> | null): VerifyFinding[] {
  if (deviceKeys === null) return [];
  return links.filter(({ publicKey }) => !deviceKeys.has(publicKey)).map(({ file, deviceId }) => (
    { kind: 'chain', file, what: `It is signed by device ${deviceId}, which is not in the list of devices.` }));
}

function checkSessions(links: readonly Link[]): VerifyFinding[] {
  const sessions = new Map<string, Link[]>();
  for (const link of links) sessions.set(link.session, [...(sessions.get(link.session) ?? []), link]);
  const heads = new Set(links.map(({ head }) => head));
  const findings = [...sessions.values()].flatMap(checkSession);
  for (const { file, previousHead } of links) {
    if (previousHead !== null && !heads.has(previousHead)) findings.push({ kind: 'missing', file, what: 'The session of the same device before this one is not in the archive.' });
  }
  return findings;
}

function checkSession(links: readonly Link[]): VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  let before: Link | null = null;
  for (const link of [...links].sort((a, b) => a.firstNumber - b.firstNumber)) {
    const expected: number = before === null ? 0 : before.firstNumber + before.recordCount;
    if (link.firstNumber > expected) {
      findings.push({ kind: 'missing', file: link.file, what: `Events ${expected + 1} to ${link.firstNumber} of its session, which come before it, are not in the archive.` });
    } else if (link.firstNumber < expected || (before !== null && (link.parent !== before.head || link.publicKey !== before.publicKey))) {
      findings.push({ kind: 'chain', file: link.file, what: 'It does not follow from the segment before it in its session.' });
    }
    before = link;
  }
  return findings;
}
