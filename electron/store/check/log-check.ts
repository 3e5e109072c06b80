/**
 * Checks a log as a whole, from the segments that hold on their own: that none is missing, that each session is one chain,
 * and that nothing contradicts what others have signed about it. File names are hints, order and copies do not matter.
 * resources/verify/verify.py does the same in Python; a test holds the two together.
 */
import type { VerifyFinding } from '../../../shared/domain/verify.ts';
import { headsOf, type Heads } from '../format/heads.ts';
import { stampMs } from '../format/hlc.ts';
import { endOf, joinPieces, type Chain, type Piece } from './log-chain.ts';
import { referencedObjects } from '../index/projection.ts';
import { decodeRecord, isBookkeeping, recordVersion, type RecordLine } from '../format/records.ts';
import { findRevocations, type RevocationWrite } from './revocations.ts';
import type { Segment } from '../format/segments.ts';

/** Who says that a session has a record. */
export interface Witness {
  /** As the subject of a sentence: "device 3f... (Ana)", "this computer". */
  readonly name: string;
}

export interface LogCheck {
  /** Takes a segment that holds on its own. */
  add(file: string, segment: Segment): void;
  /** Takes a file that is no sound segment, and what to say about it; it is harmless where a good copy is here. */
  set(file: string, bytes: Uint8Array, finding: VerifyFinding): void;
  /** Takes what somebody knows of sessions. */
  know(witness: Witness, heads: Heads): void;
  finish(): LogResult;
}

export interface LogResult {
  readonly findings: readonly VerifyFinding[];
  readonly eventCount: number;
  /** Whether there are sessions, and all of them are of other projects. */
  readonly isForeign: boolean;
  /** Public keys, in base64. */
  readonly signers: ReadonlySet<string>;
  /** Objects that events name -> the first event that does. */
  readonly objects: ReadonlyMap<string, ObjectUse>;
}

export interface ObjectUse {
  readonly device: string;
  readonly person: string;
}

export interface LogCheckOptions {
  /** Sessions of another project do not belong here; null where the project is not known. */
  readonly projectId: string | null;
  /** "log/" or where the log lies. */
  readonly folder: string;
  readonly nowMs: number;
}

interface Session {
  readonly session: string;
  readonly device: string;
  readonly pieces: Piece[];
  /** First number and head of each piece: the head stands for all records before it. */
  readonly known: Set<string>;
  /** Objects that its events name -> the person. */
  readonly objects: Map<string, string>;
  readonly claims: { readonly witness: Witness; readonly heads: Heads }[];
  readonly revocations: RevocationWrite[];
  readonly clock: VerifyFinding[];
  header: { file: string; project: string; previous: string | null; t: string } | null;
}

interface Claim {
  readonly witness: Witness;
  readonly number: number;
  readonly hash: string;
}

interface BadFile {
  readonly finding: VerifyFinding;
  /** Sessions that its name or its first line speak of. */
  readonly sessions: ReadonlySet<string>;
  readonly device: string;
  /** `<session>-<number>` in its name. */
  readonly hint: string | null;
  /** Its first record, and how many it shows, where that can be read. */
  readonly start: { readonly session: string; readonly number: number; readonly count: number } | null;
}

/** A time this far ahead of the clock of whoever verifies cannot be right. */
const aheadLimitMs = 86_400_000;

export function startLogCheck({ projectId, folder, nowMs }: LogCheckOptions): LogCheck {
  const sessions = new Map<string, Session>();
  const knowledge: { witness: Witness; heads: Heads }[] = [];
  const badFiles: BadFile[] = [];
  const goodHints = new Set<string>();
  /** Head of a piece -> time of its last record. */
  const endTimes = new Map<string, string>();
  const keys = new Map<string, string>();

  return {
    know: (witness, heads) => void knowledge.push({ witness, heads }),
    set: (file, bytes, finding) => void badFiles.push(describeBad(file, bytes, finding)),
    add(file, segment) {
      const { session: id, deviceId: device, records, header, firstNumber: first, parent, head } = segment;
      const hint = hintOf(file);
      if (hint !== null) goodHints.add(hint);
      keys.set(device, segment.publicKey);
      const session = sessions.get(`${device} ${id}`) ?? newSession(id, device);
      sessions.set(`${device} ${id}`, session);
      if (session.known.has(`${first} ${head}`)) return;
      session.known.add(`${first} ${head}`);
      const hashes = Buffer.alloc(records.length * 32);
      const bookkeeping: number[] = [];
      let before: RecordLine | null = null;
      for (const [i, line] of records.entries()) {
        hashes.write(line.hash, i * 32, 'hex');
        if (isBookkeeping(line.record.k)) bookkeeping.push(line.record.n);
        const problem = clockProblem(line, before, nowMs);
        if (problem) session.clock.push({ kind: 'clock', file, what: problem, record: line.record.n, device, person: line.record.a });
        takeRecord(session, line);
        before = line;
      }
      if (header && records[0]) session.header ??= { file, project: header.project, previous: header.previous, t: records[0].record.t };
      endTimes.set(head, before?.record.t ?? '');
      session.pieces.push({ file, first, parent, head, hashes, bookkeeping, person: before?.record.a ?? '' });
    },
    finish() {
      const own = new Map([...sessions].filter(([, { header }]) => !header || projectId === null || header.project === projectId));
      const claims = gatherClaims([...knowledge, ...[...own.values()].flatMap((session) => session.claims)]);
      const chains = new Map([...own].map(([key, { pieces }]) => [key, joinPieces(pieces)]));
      const state: State = { folder, sessions: own, chains, claims, endTimes, badFiles: badFiles.map((bad) => ({ ...bad, isHealed: isHealed(bad, own, goodHints) })) };
      const objects = new Map<string, ObjectUse>();
      for (const { device, objects: named } of own.values()) for (const [object, person] of named) if (!objects.has(object)) objects.set(object, { device, person });
      const foreign = [...sessions].filter(([key]) => !own.has(key)).flatMap(([, { pieces, device }]) => pieces.map(({ file }): VerifyFinding => (
        { kind: 'extra', file, what: 'It belongs to another project.', device })));
      return {
        findings: [
          ...checkBadFiles(state), ...foreign, ...[...own].flatMap(([key, session]) => checkSession(state, session, chains.get(key))),
          ...checkClaims(state), ...checkPrevious(state), ...checkRevocations(state), ...[...own.values()].flatMap(({ clock }) => clock),
        ],
        eventCount: [...chains.values()].reduce((sum, chain) => sum + chain.eventCount, 0),
        isForeign: sessions.size > 0 && own.size === 0,
        signers: new Set([...own.values()].flatMap(({ device }) => keys.get(device) ?? [])),
        objects,
      };
    },
  };
}

function newSession(session: string, device: string): Session {
  return { session, device, pieces: [], known: new Set(), objects: new Map(), claims: [], revocations: [], clock: [], header: null };
}

/** Notes what a record says about objects, other sessions and devices. */
function takeRecord(session: Session, { record, hash }: RecordLine): void {
  const { device } = session;
  for (const object of referencedObjects(record.b)) if (!session.objects.has(object)) session.objects.set(object, record.a);
  if (record.v > recordVersion) return;
  if (record.k === 'seen') session.claims.push({ witness: { name: nameOf(device, record.a) }, heads: headsOf(record.b) });
  for (const { target, value } of revokedFields(record.b)) {
    session.revocations.push({ target, by: device, person: record.a, hash, session: record.s, number: record.n, parents: record.c, value });
  }
}

/** The writes of the field "revoked" of device entities in a body; a look at the ops without checking all of them. */
function revokedFields(body: unknown): { target: string; value: unknown }[] {
  const ops = typeof body === 'object' && body !== null && 'ops' in body ? body.ops : null;
  if (!Array.isArray(ops)) return [];
  return (ops as unknown[]).flatMap((op) => {
    const { o, e, f } = (op ?? {}) as { o?: unknown; e?: unknown; f?: unknown };
    const isDevice = (o === 'set' || o === 'create') && typeof e === 'string' && e.startsWith('device-');
    return isDevice && typeof f === 'object' && f !== null && Object.hasOwn(f, 'revoked') ? [{ target: e.slice('device-'.length), value: (f as Record<string, unknown>)['revoked'] }] : [];
  });
}

function gatherClaims(knowledge: readonly { witness: Witness; heads: Heads }[]): Map<string, Claim[]> {
  const claims = new Map<string, Claim[]>();
  for (const { witness, heads } of knowledge) {
    for (const [session, [number, hash]] of Object.entries(heads)) {
      const known = claims.get(session) ?? [];
      claims.set(session, known);
      if (!known.some((claim) => claim.number === number && claim.hash === hash)) known.push({ witness, number, hash });
    }
  }
  return claims;
}

interface State {
  readonly folder: string;
  /** By device and session; those of this project. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly chains: ReadonlyMap<string, Chain>;
  readonly claims: ReadonlyMap<string, readonly Claim[]>;
  readonly endTimes: ReadonlyMap<string, string>;
  readonly badFiles: readonly (BadFile & { readonly isHealed: boolean })[];
}

/** A damaged file takes nothing away where its records are here in a good one, under whatever name. */
function isHealed({ start, hint }: BadFile, sessions: ReadonlyMap<string, Session>, goodHints: ReadonlySet<string>): boolean {
  if (start === null) return hint !== null && goodHints.has(hint);
  const end = start.number + start.count;
  return [...sessions.values()].some(({ session, pieces }) => (
    session === start.session && pieces.some(({ first }) => first === start.number) && pieces.some((piece) => endOf(piece) >= end)));
}

function checkBadFiles({ badFiles }: State): VerifyFinding[] {
  return badFiles.map(({ finding, isHealed: isHere }) => (
    isHere ? { ...finding, kind: 'extra', what: `${finding.what} A good copy of the same records is here, so nothing is lost.` } : finding));
}

function checkSession(state: State, { session, device, pieces, header }: Session, chain: Chain | undefined): VerifyFinding[] {
  if (!chain) return [];
  const person = pieces.at(-1)?.person ?? '';
  const owner = header ? null : [...state.sessions.values()].find((other) => other.session === session && other.header !== null);
  if (owner) {
    return pieces.map(({ file, first }) => (
      { kind: 'chain', file, what: `Its session belongs to device ${owner.device}, and device ${device} signed it.`, record: first, device, person }));
  }
  const findings: VerifyFinding[] = [];
  for (const { file, first, end } of chain.gaps) {
    if (isSpokenOf(state, session, first, end - 1)) continue;
    findings.push({ kind: 'missing', file, what: `Records ${first} to ${end - 1} of a session of ${nameOf(device, person)}, which come before it, are not here.`, record: first, device, person });
  }
  for (const { file, number } of chain.breaks) {
    findings.push({ kind: 'chain', file, what: `Record ${number} of ${nameOf(device, person)} does not follow from the record before it in its session.`, record: number, device, person });
  }
  for (const { file, number } of chain.forks) {
    findings.push({ kind: 'fork', file, what: `From record ${number} on, ${nameOf(device, person)} wrote this session twice, as a copied computer does; both are here and both count.`, record: number, device, person });
  }
  return findings;
}

/** What others know of a session and what is here must agree, as far as both go. */
function checkClaims(state: State): VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  const owners = ownersOfLast(state);
  for (const [session, claims] of state.claims) {
    const here = [...state.sessions].filter(([, known]) => known.session === session);
    const [key, known] = here.find(([, { header }]) => header !== null) ?? here[0] ?? [];
    const chain = key === undefined ? undefined : state.chains.get(key);
    const end = chain?.end ?? 0;
    const last = claims.reduce((a, b) => (b.number > a.number ? b : a));
    const owner = known ? ownerOf(known) : claims.map(({ hash }) => owners.get(hash)).find((each) => each !== undefined);
    const whose = owner ? `of ${nameOf(owner.device, owner.person)}` : session;
    for (const { witness, number, hash } of claims) {
      const piece = chain?.pieceAt(number);
      if (!piece || here.some(([each]) => state.chains.get(each)?.has(number, hash))) continue;
      findings.push({ kind: 'chain', file: piece.file, what: `Record ${number} of a session ${whose} is not the one that ${witness.name} has seen.`, record: number, ...owner });
    }
    if (last.number < end || isSpokenOf(state, session, end, last.number)) continue;
    const file = `${state.folder}${owner ? `${owner.device}/` : ''}${session}`;
    findings.push({ kind: 'missing', file, what: `Records ${end} to ${last.number} of a session ${whose} are not here, and ${last.witness.name} has seen them.`, record: end, ...owner });
  }
  return findings;
}

/** Whose session ends with which record, as the next session of the same device says: also of sessions that are gone. */
function ownersOfLast({ sessions }: State): Map<string, { device: string; person: string }> {
  return new Map([...sessions.values()].flatMap((session) => (session.header?.previous == null ? [] : [[session.header.previous, ownerOf(session)]])));
}

function ownerOf({ device, pieces }: Session): { device: string; person: string } {
  return { device, person: pieces.at(-1)?.person ?? '' };
}

/** The session of the same device before each must be here; and a clock does not run backwards between them. */
function checkPrevious(state: State): VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  const wanted = new Set([...state.sessions.values()].flatMap(({ header }) => header?.previous ?? []));
  const found = new Set([...wanted].filter((hash) => state.endTimes.has(hash)));
  if (found.size < wanted.size) {
    for (const { pieces } of state.sessions.values()) {
      for (const { hashes } of pieces) {
        for (let at = 0; at < hashes.length; at += 32) {
          const hash = hashes.toString('hex', at, at + 32);
          if (wanted.has(hash)) found.add(hash);
        }
      }
    }
  }
  for (const { device, header, pieces } of state.sessions.values()) {
    if (header?.previous == null) continue;
    const person = pieces.at(-1)?.person ?? '';
    const endedAt = state.endTimes.get(header.previous);
    if (!found.has(header.previous) && !state.badFiles.some((bad) => bad.device === device)) {
      findings.push({ kind: 'missing', file: header.file, what: `The session of ${nameOf(device, person)} before this one is not here, or not whole.`, record: 0, device, person });
    } else if (endedAt !== undefined && header.t < endedAt) {
      findings.push({ kind: 'clock', file: header.file, what: `The clock of ${nameOf(device, person)} went backwards before this session.`, record: 0, device, person });
    }
  }
  return findings;
}

function checkRevocations({ sessions }: State): VerifyFinding[] {
  const findings: VerifyFinding[] = [];
  for (const { target, by, limits } of findRevocations([...sessions.values()].flatMap(({ revocations }) => revocations))) {
    for (const { session, device, pieces } of sessions.values()) {
      const limit = limits.get(session) ?? -1;
      for (const piece of device === target ? pieces : []) {
        if (endOf(piece) - 1 <= limit) continue;
        const { file, person } = piece;
        const record = Math.max(piece.first, limit + 1);
        findings.push({ kind: 'revoked', file, what: `From record ${record} on, ${nameOf(device, person)} signed it after ${by} had taken this device out.`, record, device, person });
      }
    }
  }
  return findings;
}

function describeBad(file: string, bytes: Uint8Array, finding: VerifyFinding): BadFile {
  const hint = hintOf(file);
  const lineEnd = bytes.indexOf(0x0a);
  const line = lineEnd < 0 ? null : decodeRecord(bytes.subarray(0, lineEnd));
  const record = line === null || typeof line === 'string' ? null : line.record;
  const sessions = new Set([...(hint === null ? [] : [hint.slice(0, 26)]), ...(record ? [record.s] : [])]);
  return { finding, sessions, device: file.split('/').at(-2) ?? '', hint, start: record && { session: record.s, number: record.n, count: recordCount(bytes) } };
}

/** Lines that are whole, without the seal. */
function recordCount(bytes: Uint8Array): number {
  const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').split('\n').slice(0, -1);
  return lines.length - (lines.at(-1)?.includes('"k":"seal"') ? 1 : 0);
}

/** `<session>-<number>` in the name of a file. */
function hintOf(file: string): string | null {
  return /(?:^|\/)([0-9a-hjkmnp-tv-z]{26}-\d{6})[^/]*$/.exec(file)?.[1] ?? null;
}

/** Whether a damaged or incomplete file may have these records: that they are missing is then that file's finding, not one more. */
function isSpokenOf({ badFiles }: State, session: string, first: number, last: number): boolean {
  return badFiles.some(({ sessions, start, isHealed: isHere }) => !isHere && sessions.has(session) &&
    (start?.session !== session || (start.number >= first && start.number <= last)));
}

function clockProblem({ record }: RecordLine, before: RecordLine | null, nowMs: number): string | null {
  if (before && record.t < before.record.t) return `The clock went backwards at record ${record.n}.`;
  const isAhead = stampMs(record.t) > nowMs + aheadLimitMs && !(before && stampMs(before.record.t) > nowMs + aheadLimitMs);
  return isAhead ? `Record ${record.n} is dated ${new Date(Math.min(stampMs(record.t), 8.64e15)).toISOString().slice(0, 10)}, which is in the future.` : null;
}

function nameOf(device: string, person: string): string {
  return `device ${device}${person ? ` (${person})` : ''}`;
}
