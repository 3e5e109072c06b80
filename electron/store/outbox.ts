/**
 * The outbox: records that are committed but not yet sealed into the folder. Until then it is their only durable place,
 * so every write is fsynced (synchronous=FULL). It holds the exact bytes of each line.
 */
import { ioFailure } from '../files/failures.ts';
import { stampMs } from './hlc.ts';
import { decodeRecord, type RecordLine } from './records.ts';
import { sealAtBytes } from './segments.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

export interface PendingSegment {
  readonly session: string;
  readonly number: number;
  readonly records: readonly RecordLine[];
}

/** A session of a key of this user. */
export interface OwnSession {
  readonly device: string;
  readonly session: string;
  readonly lastNumber: number;
}

export interface Outbox {
  /** Appends records in one durable transaction. @throws files/* */
  append(device: string, records: readonly RecordLine[]): void;
  /** All records that are not in the folder yet, in the order they were committed. */
  unpublished(): { readonly device: string; readonly record: RecordLine }[];
  unpublishedCount(): number;
  /**
   * The next segment to write, or null. Which records it has is decided once and durably, so that after a crash the
   * same name gets the same bytes. Sessions of other keys are left alone.
   */
  nextSegment(device: string): PendingSegment | null;
  /** Forgets the records of a segment that is durable in the folder. */
  markPublished(segment: PendingSegment): void;
  /** Puts records of `device` in the place of all that other devices have waiting, in one durable transaction. @throws files/* */
  replace(others: ReadonlySet<string>, device: string, records: readonly RecordLine[]): void;
  /** The head of the device's last session in this folder; null before the first. */
  lastHead(device: string): string | null;
  /** When the oldest record that is not in the folder was made, by its own stamp; null when there is none. */
  oldestAtMs(): number | null;
  /** Every session that was ever written through this outbox, with the number of its last record. */
  sessions(): OwnSession[];
  /** Notes sessions that were written through another outbox of the same user, or as far as the folder tells. */
  learnSessions(sessions: readonly OwnSession[]): void;
  /** Small things that must survive as the outbox does, by name. */
  meta(name: string): string | null;
  setMeta(name: string, value: string): void;
  /** The folder this outbox belongs to, as it was last opened. */
  folder(): string | null;
  setFolder(path: string): void;
  close(): void;
}

/** Opens or creates the outbox at `path`. @throws files/* */
export function openOutbox(path: string): Outbox {
  const db = openSqlite(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    const outbox = outboxOn(db, path);
    const check = db.pragma('quick_check(1)', { simple: true });
    if (check !== 'ok') throw new DamagedOutbox(String(check));
    return outbox;
  } catch (thrown) {
    db.close();
    throw ioFailure(thrown, path);
  }
}

/** The outbox in an open database; `path` names it in errors. Closing it closes the database. */
export function outboxOn(db: Sqlite, path: string): Outbox {
  db.exec(schema);
  const columns = db.prepare<[], string>("SELECT name FROM pragma_table_info('sessions')").pluck().all();
  if (!columns.includes('last_n')) db.exec('ALTER TABLE sessions ADD COLUMN last_n INTEGER NOT NULL DEFAULT -1');
  const insertSession = db.prepare<{ session: string; device: string }>(sql.insertSession);
  const insertRecord = db.prepare<{ session: string; n: number; line: Uint8Array }>(sql.insertRecord);
  const selectAll = db.prepare<[], { device: string; line: Buffer }>(sql.selectAll);
  const count = db.prepare<[], number>(sql.count).pluck();
  const selectNext = db.prepare<{ device: string }, { session: string; segment: number | null; next_segment: number }>(sql.selectNext);
  const selectFree = db.prepare<{ session: string }, { n: number; line: Buffer }>(sql.selectFree);
  const assign = db.prepare<{ session: string; segment: number; last: number }>(sql.assign);
  const raiseNext = db.prepare<{ session: string; next: number }>(sql.raiseNext);
  const selectSegment = db.prepare<{ session: string; segment: number }, Buffer>(sql.selectSegment).pluck();
  const deleteSegment = db.prepare<{ session: string; segment: number }>(sql.deleteSegment);
  const deleteOfDevice = db.prepare<{ device: string }>(sql.deleteOfDevice);
  const raiseLast = db.prepare<{ session: string; last: number }>(sql.raiseLast);
  const selectOldest = db.prepare<[], Buffer>(sql.selectOldest).pluck();
  const selectSessions = db.prepare<[], OwnSession>(sql.selectSessions);
  const setMeta = db.prepare<{ name: string; value: string }>(sql.setMeta);
  const getMeta = db.prepare<{ name: string }, string>(sql.getMeta).pluck();

  const append = db.transaction((device: string, records: readonly RecordLine[]) => {
    for (const { record, line, hash } of records) {
      insertSession.run({ session: record.s, device });
      insertRecord.run({ session: record.s, n: record.n, line });
      raiseLast.run({ session: record.s, last: record.n });
      setMeta.run({ name: `head ${device}`, value: hash });
    }
  });
  const nextSegment = db.transaction((device: string): PendingSegment | null => {
    const next = selectNext.get({ device });
    if (!next) return null;
    let number = next.segment;
    if (number === null) {
      number = next.next_segment;
      let sizeBytes = 0;
      let last = -1;
      for (const { n, line } of selectFree.iterate({ session: next.session })) {
        sizeBytes += line.length + 1;
        last = n;
        if (sizeBytes >= sealAtBytes) break;
      }
      assign.run({ session: next.session, segment: number, last });
      raiseNext.run({ session: next.session, next: number + 1 });
    }
    const lines = selectSegment.all({ session: next.session, segment: number });
    return { session: next.session, number, records: lines.map(mustDecode) };
  });
  const replace = db.transaction((others: ReadonlySet<string>, device: string, records: readonly RecordLine[]) => {
    for (const other of others) deleteOfDevice.run({ device: other });
    append(device, records);
  });
  const learn = db.transaction((sessions: readonly OwnSession[]) => {
    for (const { session, device, lastNumber } of sessions) {
      insertSession.run({ session, device });
      raiseLast.run({ session, last: lastNumber });
    }
  });
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (thrown) {
      throw ioFailure(thrown, path);
    }
  };

  return {
    append: (device, records) => guarded(() => append.immediate(device, records)),
    unpublished: () => guarded(() => selectAll.all().map(({ device, line }) => ({ device, record: mustDecode(line) }))),
    unpublishedCount: () => guarded(() => count.get() ?? 0),
    nextSegment: (device) => guarded(() => nextSegment.immediate(device)),
    markPublished: ({ session, number }) => guarded(() => deleteSegment.run({ session, segment: number })),
    replace: (others, device, records) => guarded(() => replace.immediate(others, device, records)),
    lastHead: (device) => guarded(() => getMeta.get({ name: `head ${device}` }) ?? null),
    oldestAtMs: () => guarded(() => {
      const line = selectOldest.get();
      return line === undefined ? null : stampMs(mustDecode(line).record.t);
    }),
    sessions: () => guarded(() => selectSessions.all()),
    learnSessions: (sessions) => guarded(() => learn.immediate(sessions)),
    meta: (name) => guarded(() => getMeta.get({ name }) ?? null),
    setMeta: (name, value) => guarded(() => setMeta.run({ name, value })),
    folder: () => guarded(() => getMeta.get({ name: 'folder' }) ?? null),
    setFolder: (folder) => guarded(() => setMeta.run({ name: 'folder', value: folder })),
    close: () => db.close(),
  };
}

/** A row of the outbox is not what was written. */
export class DamagedOutbox extends Error {}

/** Our own lines were decoded before they were written; anything else is a damaged outbox. */
function mustDecode(line: Uint8Array): RecordLine {
  const record = decodeRecord(line);
  if (typeof record === 'string') throw new DamagedOutbox(`the outbox holds ${record}`);
  return record;
}

const schema = `
  CREATE TABLE IF NOT EXISTS sessions (
    session TEXT PRIMARY KEY, device TEXT NOT NULL, next_segment INTEGER NOT NULL DEFAULT 0, last_n INTEGER NOT NULL DEFAULT -1
  ) STRICT;
  CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions, n INTEGER NOT NULL,
    segment INTEGER, line BLOB NOT NULL, UNIQUE (session, n)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`;

const sql = {
  insertSession: 'INSERT OR IGNORE INTO sessions (session, device) VALUES (:session, :device)',
  insertRecord: 'INSERT OR IGNORE INTO records (session, n, line) VALUES (:session, :n, :line)',
  selectAll: 'SELECT s.device, r.line FROM records r JOIN sessions s ON s.session = r.session ORDER BY r.id',
  /** The first record of a session says nothing that a user did. */
  count: 'SELECT COUNT(*) FROM records WHERE n > 0',
  raiseLast: 'UPDATE sessions SET last_n = MAX(last_n, :last) WHERE session = :session',
  selectOldest: 'SELECT line FROM records ORDER BY id LIMIT 1',
  selectSessions: 'SELECT device, session, last_n AS lastNumber FROM sessions',
  selectNext: `SELECT s.session, r.segment, s.next_segment FROM records r JOIN sessions s ON s.session = r.session
    WHERE s.device = :device ORDER BY r.id LIMIT 1`,
  selectFree: 'SELECT n, line FROM records WHERE session = :session AND segment IS NULL ORDER BY n',
  assign: 'UPDATE records SET segment = :segment WHERE session = :session AND segment IS NULL AND n <= :last',
  raiseNext: 'UPDATE sessions SET next_segment = :next WHERE session = :session',
  selectSegment: 'SELECT line FROM records WHERE session = :session AND segment = :segment ORDER BY n',
  deleteOfDevice: 'DELETE FROM records WHERE session IN (SELECT session FROM sessions WHERE device = :device)',
  deleteSegment: 'DELETE FROM records WHERE session = :session AND segment = :segment',
  setMeta: 'INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  getMeta: 'SELECT value FROM meta WHERE name = :name',
} as const;
