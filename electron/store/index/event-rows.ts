/** Writes events into the index: their rows, and the small numbers of sessions, persons and kinds. */
import { createRowInserter } from './many-rows.ts';
import type { Sqlite } from '../sqlite.ts';

/** An event on its way into the index; `session` is the index's own number of the session. */
export interface IncomingEvent {
  readonly hash: string;
  readonly session: number;
  readonly n: number;
  readonly t: string;
  readonly person: string;
  readonly kind: string;
  readonly version: number;
  readonly parents: readonly string[];
  readonly body: unknown;
  /** The JSON of the body, where it is known. */
  readonly bodyText?: string;
}

export interface EventRows {
  /** The index's number of a session. */
  sessionNumber(device: string, session: string): number;
  /** Adds an event; null when it is there already. `isLate`: a later event of its session was there before it. */
  insert(event: IncomingEvent): { seq: number; isLate: boolean } | null;
  has(event: Pick<IncomingEvent, 'session' | 'n' | 'hash'>): boolean;
  /** The hash of an event, also of one whose row waits. */
  hashOf(seq: number): string;
  /** The body of an event, also of one whose row waits. */
  contentOf(seq: number): { version: number; body: string } | null;
  /** Stores the rows of events that wait. */
  flushRows(): void;
  /** Stores what the sessions have learned. */
  flush(): void;
  /** Forgets everything: for a transaction that was rolled back. */
  forget(): void;
}

interface SessionState {
  readonly id: number;
  lastN: number;
  eventCount: number;
  firstT: string | null;
  lastT: string | null;
  person: string | null;
  isDirty: boolean;
}

/** Hostile logs may name very many; what is dropped here is read again. */
const cacheLimit = 50_000;

export function createEventRows(db: Sqlite): EventRows {
  const insertSession = db.prepare<[string, string]>(sql.insertSession);
  const selectNumber = db.prepare<[string, string], number>(sql.selectNumber).pluck();
  const selectSession = db.prepare<[number], Omit<SessionState, 'isDirty'>>(sql.selectSession);
  const updateSession = db.prepare<[number, number, string | null, string | null, string | null, number]>(sql.updateSession);
  const insertName = db.prepare<[string]>(sql.insertName);
  const selectName = db.prepare<[string], number>(sql.selectName).pluck();
  const selectLastSeq = db.prepare<[], number>(sql.selectLastSeq).pluck();
  const selectHash = db.prepare<[number], Buffer>(sql.selectHash).pluck();
  const selectContent = db.prepare<[number], { version: number; body: string }>(sql.selectContent);
  const rows = createRowInserter(db, sql.intoEvents, 10);
  const isKnown = db.prepare<[number, number, Uint8Array], number>(sql.isKnown).pluck();
  const numbers = new Map<string, number>();
  const names = new Map<string, number>();
  const sessions = new Map<number, SessionState>();
  let lastSeq: number | null = null;

  function nameNumber(name: string): number {
    let id = names.get(name);
    if (id === undefined) {
      id = selectName.get(name) ?? Number(insertName.run(name).lastInsertRowid);
      if (names.size >= cacheLimit) names.clear();
      names.set(name, id);
    }
    return id;
  }

  function sessionState(id: number): SessionState {
    let state = sessions.get(id);
    if (!state) {
      const row = selectSession.get(id);
      if (!row) throw new Error(`the index has no session ${id}`);
      sessions.set(id, (state = { ...row, isDirty: false }));
    }
    return state;
  }

  function has(session: number, n: number, key: Uint8Array): boolean {
    rows.flush();
    return isKnown.get(session, n, key) !== undefined;
  }

  return {
    sessionNumber(device, session) {
      const key = `${device} ${session}`;
      let id = numbers.get(key);
      if (id === undefined) {
        insertSession.run(device, session);
        id = selectNumber.get(device, session) ?? 0;
        if (numbers.size >= cacheLimit) numbers.clear();
        numbers.set(key, id);
      }
      return id;
    },
    insert({ hash, session, n, t, person, kind, version, parents, body, bodyText }) {
      const state = sessionState(session);
      const key = Buffer.from(hash, 'hex');
      const isLate = n <= state.lastN;
      if (isLate && has(session, n, key)) return null;
      const parentKeys = parents.length > 0 ? Buffer.from(parents.join(''), 'hex') : null;
      const seq = (lastSeq ?? selectLastSeq.get() ?? 0) + 1;
      lastSeq = seq;
      rows.add(seq, session, n, key, t, nameNumber(person), nameNumber(kind), version, parentKeys, bodyText ?? JSON.stringify(body ?? null));
      state.isDirty = true;
      state.eventCount += 1;
      if (n > state.lastN) state.lastN = n;
      if (state.firstT === null || t < state.firstT) state.firstT = t;
      if (state.lastT === null || t >= state.lastT) {
        state.lastT = t;
        state.person = person;
      }
      return { seq, isLate };
    },
    has: ({ session, n, hash }) => has(session, n, Buffer.from(hash, 'hex')),
    hashOf(seq) {
      rows.flush();
      return selectHash.get(seq)?.toString('hex') ?? '';
    },
    contentOf(seq) {
      rows.flush();
      return selectContent.get(seq) ?? null;
    },
    flushRows: rows.flush,
    flush() {
      for (const state of sessions.values()) {
        if (!state.isDirty) continue;
        updateSession.run(state.lastN, state.eventCount, state.firstT, state.lastT, state.person, state.id);
        state.isDirty = false;
      }
      if (sessions.size > cacheLimit) sessions.clear();
    },
    forget() {
      sessions.clear();
      numbers.clear();
      names.clear();
      rows.forget();
      lastSeq = null;
    },
  };
}

const sql = {
  insertSession: 'INSERT OR IGNORE INTO sessions (device, session) VALUES (?, ?)',
  selectNumber: 'SELECT id FROM sessions WHERE device = ? AND session = ?',
  selectSession: `SELECT id, last_n AS lastN, event_count AS eventCount, first_t AS firstT, last_t AS lastT, person FROM sessions WHERE id = ?`,
  updateSession: 'UPDATE sessions SET last_n = ?, event_count = ?, first_t = ?, last_t = ?, person = ? WHERE id = ?',
  insertName: 'INSERT INTO names (name) VALUES (?)',
  selectName: 'SELECT id FROM names WHERE name = ?',
  selectLastSeq: 'SELECT max(seq) FROM events',
  selectHash: 'SELECT hash FROM events WHERE seq = ?',
  selectContent: 'SELECT version, body FROM events WHERE seq = ?',
  intoEvents: 'events (seq, session, n, hash, t, person, kind, version, parents, body)',
  isKnown: 'SELECT 1 FROM events WHERE session = ? AND n = ? AND hash = ?',
} as const;
