/**
 * What is known of each session: who signs it, which of its records are here without a gap, and up to where it exists as
 * others say. From that follows what is awaited. A session is a chain of records; its segments are pieces of it.
 */
import { isEventHash } from './index-schema.ts';
import type { Sqlite } from '../sqlite.ts';

/** A record of a session: its number and hash. */
export type Head = [n: number, hash: string];

/** A device that wrote into the project. */
export interface WriterOfLog {
  device: string;
  /** Ed25519 public key, 32 bytes in base64. */
  key: string;
  /** The name of its latest event. */
  person: string;
  eventCount: number;
  firstAtMs: number;
  lastAtMs: number;
  sessions: string[];
}

/** A piece of a session, as a sealed segment says it. */
export interface SegmentPlace {
  readonly sha256: string;
  /** The file it is in. */
  readonly path: string;
  /** The index's number. */
  readonly session: number;
  readonly firstN: number;
  readonly lastN: number;
  readonly parent: string;
  readonly head: string;
}

export interface Sessions {
  /** Notes a sealed segment; returns its number in the index. */
  addSegment(place: SegmentPlace): number;
  /** Notes who signs a session and, when its first record is here, the head of the session before it. */
  noteSigner(session: number, key: string, previous: string | null): void;
  /** Notes a record that is no event. */
  addBookkeeping(session: number, n: number, hash: string): void;
  /** Notes that a session exists up to a record, as somebody says; `device` where it is known. */
  announce(session: string, head: Head, device: string | null): void;
  /** Notes that a device has all records of a session up to `n`. */
  noteSeen(device: string, session: string, n: number): void;
  /** Session -> number of the last record up to which a device has said it has all. */
  seenBy(device: string): ReadonlyMap<string, number>;
  /** One per device, by name. */
  writers(): WriterOfLog[];
  /** Of each session (of a device) the last record up to which all are here. */
  heads(device?: string): Record<string, Head>;
  /** Segments that must exist and are not here, by device; "" where nobody knows whose they are. */
  awaited(): { device: string; segmentCount: number }[];
  /** What others name and is not here at all, per session. */
  lost(): { device: string; session: string; what: string }[];
  /** Up to where the sessions of a device go, as others say. */
  announcedOf(device: string): { session: string; n: number }[];
  /** Numbers of segments that do not follow from anything that is here. */
  unrooted(): number[];
  /** The latest stamp of each device. */
  lastStamps(): { device: string; t: string }[];
}

interface Piece { id: number; first_n: number; last_n: number; parent: Buffer; head: Buffer }

export function createSessions(db: Sqlite): Sessions {
  const insertSegment = db.prepare<[string, number, number, number, Uint8Array, Uint8Array, string]>(sql.insertSegment);
  const setPath = db.prepare<[string, number]>(sql.setPath);
  const selectSegment = db.prepare<[string], number>(sql.selectSegment).pluck();
  const setSigner = db.prepare<[string, number]>(sql.setSigner);
  const setPrevious = db.prepare<[Uint8Array, number]>(sql.setPrevious);
  const insertBookkeeping = db.prepare<[number, number, Uint8Array]>(sql.insertBookkeeping);
  const putAnnounced = db.prepare<[string, number, string, string | null]>(sql.putAnnounced);
  const putSeen = db.prepare<[string, string, number]>(sql.putSeen);
  const selectSeen = db.prepare<[string], { session: string; n: number }>(sql.selectSeen);
  const selectComplete = db.prepare<[number], { complete_n: number }>(sql.selectComplete);
  const selectNext = db.prepare<[number, number, number], Piece>(sql.selectNext);
  const isRecord = db.prepare<{ session: number; n: number; hash: Uint8Array }, number>(sql.isRecord).pluck();
  const setComplete = db.prepare<[number, Uint8Array, number]>(sql.setComplete);
  const selectAnnouncedOf = db.prepare<{ device: string }, { session: string; n: number }>(sql.selectAnnouncedOf);
  const selectWriters = db.prepare<[], WriterRow>(sql.selectWriters);
  const selectHeads = db.prepare<[], { device: string; session: string; n: number; hash: string }>(sql.selectHeads);
  const selectOpenEnded = db.prepare<[], { id: number; device: string; session: string; complete_n: number }>(sql.selectOpenEnded);
  const selectPieces = db.prepare<[number], Piece>(sql.selectPieces);
  const selectAnnounced = db.prepare<[], { device: string; session: string; n: number; last_n: number | null }>(sql.selectAnnounced);
  const selectLostPrevious = db.prepare<[], { device: string; session: string; previous: Buffer }>(sql.selectLostPrevious);
  const isEvent = db.prepare<{ hash: Uint8Array }, number>(sql.isEvent).pluck();
  const selectLast = db.prepare<[], { device: string; t: string }>(sql.selectLast);

  function follows({ first_n, parent }: Pick<Piece, 'first_n' | 'parent'>, session: number): boolean {
    return first_n === 0 || isRecord.get({ session, n: first_n - 1, hash: parent }) !== undefined;
  }

  /** Moves the complete part forward over all pieces that follow from it. */
  function extend(session: number): void {
    const known = selectComplete.get(session)?.complete_n ?? -1;
    let end: { n: number; head: Buffer } | null = null;
    for (;;) {
      const at: number = end?.n ?? known;
      const next = selectNext.all(session, at + 1, at).find((piece) => follows(piece, session));
      if (!next) break;
      end = { n: next.last_n, head: next.head };
    }
    if (end) setComplete.run(end.n, end.head, session);
  }

  function lost(): { device: string; session: string; what: string }[] {
    const announced = selectAnnounced.all().filter(({ n, last_n }) => n > (last_n ?? -1))
      .map(({ device, session, n }) => ({ device, session, what: `others have seen its records up to ${n}, and they are not here yet` }));
    const named = new Set(announced.map(({ session }) => session));
    const before = selectLostPrevious.all().filter(({ session, previous }) => !named.has(session) && isEvent.get({ hash: previous }) === undefined)
      .map(({ device, session }) => ({ device, session, what: 'the end of the session before it is not here yet' }));
    return [...announced, ...before];
  }

  return {
    addSegment({ sha256, path, session, firstN, lastN, parent, head }) {
      const known = selectSegment.get(sha256);
      if (known !== undefined) {
        setPath.run(path, known);
        return known;
      }
      const { lastInsertRowid } = insertSegment.run(sha256, session, firstN, lastN, Buffer.from(parent, 'hex'), Buffer.from(head, 'hex'), path);
      if (firstN <= (selectComplete.get(session)?.complete_n ?? -1) + 1) extend(session);
      return Number(lastInsertRowid);
    },
    noteSigner(session, key, previous) {
      setSigner.run(key, session);
      if (previous !== null) setPrevious.run(Buffer.from(previous, 'hex'), session);
    },
    addBookkeeping: (session, n, hash) => void insertBookkeeping.run(session, n, Buffer.from(hash, 'hex')),
    announce: (session, [n, hash], device) => void putAnnounced.run(session, n, hash, device),
    noteSeen: (device, session, n) => void putSeen.run(device, session, n),
    seenBy: (device) => new Map(selectSeen.all(device).map(({ session, n }) => [session, n])),
    writers: () => writersOf(selectWriters.all()),
    heads(device) {
      const rows = selectHeads.all().filter((row) => device === undefined || row.device === device);
      return Object.fromEntries(rows.map(({ session, n, hash }): [string, Head] => [session, [n, hash]]));
    },
    awaited() {
      const counts = new Map<string, number>();
      const add = (device: string, count: number) => void (count > 0 && counts.set(device, (counts.get(device) ?? 0) + count));
      for (const { id, device, complete_n } of selectOpenEnded.all()) add(device, gapCount(selectPieces.all(id), complete_n));
      for (const { device } of lost()) add(device, 1);
      return [...counts].map(([device, segmentCount]) => ({ device, segmentCount })).sort((a, b) => (a.device < b.device ? -1 : 1));
    },
    lost,
    announcedOf: (device) => selectAnnouncedOf.all({ device }),
    unrooted: () => selectOpenEnded.all().flatMap(({ id }) => selectPieces.all(id).filter((piece) => !follows(piece, id)).map((piece) => piece.id)),
    lastStamps: () => selectLast.all(),
  };
}

/** Gaps between the pieces of a session behind its complete part. */
function gapCount(pieces: readonly Piece[], completeN: number): number {
  let end = completeN;
  let count = 0;
  for (const { first_n, last_n } of pieces) {
    if (last_n <= end) continue;
    if (first_n > end + 1) count += 1;
    end = last_n;
  }
  return count;
}

interface WriterRow { device: string; key: string | null; session: string; person: string | null; event_count: number; first_t: string | null; last_t: string | null }

function writersOf(rows: readonly WriterRow[]): WriterOfLog[] {
  const writers = new Map<string, WriterOfLog & { lastT: string }>();
  for (const { device, key, session, person, event_count, first_t, last_t } of rows) {
    const first = first_t === null ? null : Number.parseInt(first_t.slice(0, 12), 16);
    const writer = writers.get(device) ?? { device, key: '', person: '', eventCount: 0, firstAtMs: Infinity, lastAtMs: 0, sessions: [], lastT: '' };
    writers.set(device, writer);
    writer.sessions.push(session);
    writer.eventCount += event_count;
    if (key !== null) writer.key = key;
    if (first !== null) writer.firstAtMs = Math.min(writer.firstAtMs, first);
    if (last_t !== null && last_t >= writer.lastT) {
      Object.assign(writer, { lastT: last_t, lastAtMs: Number.parseInt(last_t.slice(0, 12), 16), person: person ?? '' });
    }
  }
  return [...writers.values()].filter(({ eventCount }) => eventCount > 0).map(({ lastT: _, ...writer }) => writer);
}

const sql = {
  insertSegment: 'INSERT INTO segments (sha256, session, first_n, last_n, parent, head, path) VALUES (?, ?, ?, ?, ?, ?, ?)',
  setPath: 'UPDATE segments SET path = ? WHERE id = ?',
  selectSegment: 'SELECT id FROM segments WHERE sha256 = ?',
  setSigner: 'UPDATE sessions SET key = ? WHERE id = ?',
  setPrevious: 'UPDATE sessions SET previous = ? WHERE id = ?',
  insertBookkeeping: 'INSERT OR IGNORE INTO bookkeeping (session, n, hash) VALUES (?, ?, ?)',
  putAnnounced: `INSERT INTO announced (session, n, hash, device) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET n = excluded.n, hash = excluded.hash, device = coalesce(excluded.device, device) WHERE excluded.n > n`,
  putSeen: 'INSERT INTO seen_by (device, session, n) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET n = max(n, excluded.n)',
  selectSeen: 'SELECT session, n FROM seen_by WHERE device = ?',
  selectComplete: 'SELECT complete_n FROM sessions WHERE id = ?',
  selectNext: `SELECT id, first_n, last_n, parent, head FROM segments WHERE session = ? AND first_n <= ? AND last_n > ?
    ORDER BY first_n DESC, last_n DESC, head LIMIT 8`,
  isRecord: `SELECT 1 FROM events WHERE session = :session AND n = :n AND hash = :hash
    UNION ALL SELECT 1 FROM bookkeeping WHERE session = :session AND n = :n AND hash = :hash LIMIT 1`,
  setComplete: 'UPDATE sessions SET complete_n = ?, complete_hash = ? WHERE id = ?',
  selectWriters: 'SELECT device, key, session, person, event_count, first_t, last_t FROM sessions ORDER BY device, id',
  selectHeads: `SELECT device, session, complete_n AS n, lower(hex(complete_hash)) AS hash FROM sessions WHERE complete_n >= 0 ORDER BY session`,
  selectAnnouncedOf: `SELECT a.session, a.n FROM announced a LEFT JOIN sessions s ON s.session = a.session
    WHERE s.device = :device OR a.device = :device`,
  /** Sessions with a piece beyond their complete part. */
  selectOpenEnded: `SELECT s.id, s.device, s.session, s.complete_n FROM sessions s
    WHERE EXISTS (SELECT 1 FROM segments p WHERE p.session = s.id AND p.first_n > s.complete_n)`,
  selectPieces: 'SELECT id, first_n, last_n, parent, head FROM segments WHERE session = ? ORDER BY first_n, last_n',
  selectAnnounced: `SELECT coalesce(s.device, a.device, '') AS device, a.session, a.n, max(p.last_n) AS last_n FROM announced a
    LEFT JOIN sessions s ON s.session = a.session LEFT JOIN segments p ON p.session = s.id GROUP BY a.session`,
  selectLostPrevious: `SELECT s.device, s.session, s.previous FROM sessions s WHERE s.previous IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM segments p WHERE p.head = s.previous)
    AND NOT EXISTS (SELECT 1 FROM bookkeeping b WHERE b.hash = s.previous)`,
  isEvent: `SELECT 1 FROM events WHERE ${isEventHash}`,
  selectLast: 'SELECT device, max(last_t) AS t FROM sessions WHERE last_t IS NOT NULL GROUP BY device',
} as const;
