/**
 * The outbox: records that are committed but not yet sealed into the folder. Until then it is their only durable place,
 * so every write is fsynced (synchronous=FULL). It holds the exact bytes of each line.
 */
import { ioFailure } from '../../files/failures.ts';
import { stampMs } from '../format/hlc.ts';
import { decodeRecord, type RecordLine } from '../format/records.ts';
import { sealAtBytes } from '../format/segments.ts';
import { openSqlite, type Sqlite } from '../sqlite.ts';

/** A segment that is to be written: which records it has is decided. */
export interface PendingSegment {
  readonly session: string;
  readonly number: number;
  readonly firstN: number;
  readonly lastN: number;
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
   * The segments to write now, in order. Which records each has is decided once and durably, so that after a crash the
   * same name gets the same bytes. Sessions of other keys are left alone.
   */
  pendingSegments(device: string): PendingSegment[];
  /** The lines of a segment, in order. */
  linesOf(segment: PendingSegment): Uint8Array[];
  /** Forgets the records of segments that are durable in the folder, in one transaction. */
  markPublished(segments: readonly PendingSegment[]): void;
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
  if (db.prepare(sql.isAssignedByRow).get() !== undefined) db.transaction(() => db.exec(sql.assignByRange)).immediate();
  const insertSession = db.prepare<{ session: string; device: string }>(sql.insertSession);
  const insertRecord = db.prepare<[string, number, Uint8Array]>(sql.insertRecord);
  const selectAll = db.prepare<[], { device: string; line: Buffer }>(sql.selectAll);
  const count = db.prepare<[], number>(sql.count).pluck();
  const selectWaiting = db.prepare<{ device: string }, { session: string; next_segment: number }>(sql.selectWaiting);
  const selectSegments = db.prepare<{ session: string }, { number: number; first_n: number; last_n: number }>(sql.selectSegments);
  const selectSizes = db.prepare<{ session: string }, [n: number, sizeBytes: number]>(sql.selectSizes).raw();
  const insertSegment = db.prepare<[string, number, number, number]>(sql.insertSegment);
  const raiseNext = db.prepare<{ session: string; next: number }>(sql.raiseNext);
  const selectLines = db.prepare<[string, number, number], Buffer>(sql.selectLines).pluck();
  const deleteLines = db.prepare<[string, number, number]>(sql.deleteLines);
  const deleteSegment = db.prepare<[string, number]>(sql.deleteSegment);
  const deleteSegmentsOfDevice = db.prepare<{ device: string }>(sql.deleteSegmentsOfDevice);
  const deleteOfDevice = db.prepare<{ device: string }>(sql.deleteOfDevice);
  const raiseLast = db.prepare<{ session: string; last: number }>(sql.raiseLast);
  const selectOldest = db.prepare<[], Buffer>(sql.selectOldest).pluck();
  const selectSessions = db.prepare<[], OwnSession>(sql.selectSessions);
  const setMeta = db.prepare<{ name: string; value: string }>(sql.setMeta);
  const getMeta = db.prepare<{ name: string }, string>(sql.getMeta).pluck();

  const append = db.transaction((device: string, records: readonly RecordLine[]) => {
    const lastNumbers = new Map(records.map(({ record }) => [record.s, record.n]));
    for (const session of lastNumbers.keys()) insertSession.run({ session, device });
    for (const { record, line } of records) insertRecord.run(record.s, record.n, line);
    for (const [session, last] of lastNumbers) raiseLast.run({ session, last });
    const head = records.at(-1);
    if (head) setMeta.run({ name: `head ${device}`, value: head.hash });
  });
  const pendingSegments = db.transaction((device: string): PendingSegment[] => selectWaiting.all({ device }).flatMap(({ session, next_segment }) => {
    const decided = selectSegments.all({ session }).map(({ number, first_n, last_n }): PendingSegment => ({ session, number, firstN: first_n, lastN: last_n }));
    const lastDecided = Math.max(-1, ...decided.map(({ lastN }) => lastN));
    const isFree = (n: number) => n > lastDecided || !decided.some(({ firstN, lastN }) => firstN <= n && n <= lastN);
    const added = cutInto(selectSizes.all({ session }).filter(([n]) => isFree(n))).map(([firstN, lastN], i) => ({ session, number: next_segment + i, firstN, lastN }));
    for (const { number, firstN, lastN } of added) insertSegment.run(session, number, firstN, lastN);
    if (added.length > 0) raiseNext.run({ session, next: next_segment + added.length });
    return [...decided, ...added];
  }));
  const markPublished = db.transaction((segments: readonly PendingSegment[]) => {
    for (const { session, number, firstN, lastN } of segments) {
      deleteLines.run(session, firstN, lastN);
      deleteSegment.run(session, number);
    }
  });
  const replace = db.transaction((others: ReadonlySet<string>, device: string, records: readonly RecordLine[]) => {
    for (const other of others) {
      deleteSegmentsOfDevice.run({ device: other });
      deleteOfDevice.run({ device: other });
    }
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
    unpublished: () => guarded(() => selectAll.all().map(({ device, line }) => ({ device, record: decodeOwn(line) }))),
    unpublishedCount: () => guarded(() => count.get() ?? 0),
    pendingSegments: (device) => guarded(() => pendingSegments.immediate(device)),
    linesOf: ({ session, firstN, lastN }) => guarded(() => selectLines.all(session, firstN, lastN)),
    markPublished: (segments) => guarded(() => markPublished.immediate(segments)),
    replace: (others, device, records) => guarded(() => replace.immediate(others, device, records)),
    lastHead: (device) => guarded(() => getMeta.get({ name: `head ${device}` }) ?? null),
    oldestAtMs: () => guarded(() => {
      const line = selectOldest.get();
      return line === undefined ? null : stampMs(decodeOwn(line).record.t);
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

/** Cuts records, given by number and size, into ranges of numbers for one segment each. */
function cutInto(records: readonly (readonly [n: number, sizeBytes: number])[]): [firstN: number, lastN: number][] {
  const ranges: [number, number][] = [];
  let sizeBytes = Infinity;
  for (const [n, size] of records) {
    const open = sizeBytes < sealAtBytes ? ranges.at(-1) : undefined;
    if (open && open[1] === n - 1) open[1] = n;
    else {
      ranges.push([n, n]);
      sizeBytes = 0;
    }
    sizeBytes += size + 1;
  }
  return ranges;
}

/** A row of the outbox is not what was written. */
export class DamagedOutbox extends Error {}

/** Reads a line of the outbox: ours were decoded before they were written, so anything else is damage. @throws DamagedOutbox */
export function decodeOwn(line: Uint8Array): RecordLine {
  const record = decodeRecord(line);
  if (typeof record === 'string') throw new DamagedOutbox(`the outbox holds ${record}`);
  return record;
}

/** "records.segment" is of version 0.2, which named the segment in each row; what it left there becomes ranges. */
const schema = `
  CREATE TABLE IF NOT EXISTS sessions (
    session TEXT PRIMARY KEY, device TEXT NOT NULL, next_segment INTEGER NOT NULL DEFAULT 0, last_n INTEGER NOT NULL DEFAULT -1
  ) STRICT;
  CREATE TABLE IF NOT EXISTS records (
    id INTEGER PRIMARY KEY, session TEXT NOT NULL REFERENCES sessions, n INTEGER NOT NULL,
    segment INTEGER, line BLOB NOT NULL, UNIQUE (session, n)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS segments (
    session TEXT NOT NULL REFERENCES sessions, number INTEGER NOT NULL, first_n INTEGER NOT NULL, last_n INTEGER NOT NULL, PRIMARY KEY (session, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`;

const sql = {
  insertSession: 'INSERT OR IGNORE INTO sessions (session, device) VALUES (:session, :device)',
  insertRecord: 'INSERT OR IGNORE INTO records (session, n, line) VALUES (?, ?, ?)',
  selectAll: 'SELECT s.device, r.line FROM records r JOIN sessions s ON s.session = r.session ORDER BY r.id',
  /** The first record of a session says nothing that a user did. */
  count: 'SELECT COUNT(*) FROM records WHERE n > 0',
  raiseLast: 'UPDATE sessions SET last_n = MAX(last_n, :last) WHERE session = :session',
  selectOldest: 'SELECT line FROM records ORDER BY id LIMIT 1',
  selectSessions: 'SELECT device, session, last_n AS lastNumber FROM sessions',
  isAssignedByRow: 'SELECT 1 FROM records WHERE segment IS NOT NULL LIMIT 1',
  assignByRange: `INSERT OR IGNORE INTO segments (session, number, first_n, last_n)
      SELECT session, segment, MIN(n), MAX(n) FROM records WHERE segment IS NOT NULL GROUP BY session, segment;
    UPDATE records SET segment = NULL WHERE segment IS NOT NULL`,
  selectWaiting: `SELECT s.session, s.next_segment FROM records r JOIN sessions s ON s.session = r.session
    WHERE s.device = :device GROUP BY s.session ORDER BY MIN(r.id)`,
  selectSegments: 'SELECT number, first_n, last_n FROM segments WHERE session = :session ORDER BY number',
  selectSizes: 'SELECT n, length(line) FROM records WHERE session = :session ORDER BY n',
  insertSegment: 'INSERT INTO segments (session, number, first_n, last_n) VALUES (?, ?, ?, ?)',
  raiseNext: 'UPDATE sessions SET next_segment = :next WHERE session = :session',
  selectLines: 'SELECT line FROM records WHERE session = ? AND n BETWEEN ? AND ? ORDER BY n',
  deleteLines: 'DELETE FROM records WHERE session = ? AND n BETWEEN ? AND ?',
  deleteSegment: 'DELETE FROM segments WHERE session = ? AND number = ?',
  deleteSegmentsOfDevice: 'DELETE FROM segments WHERE session IN (SELECT session FROM sessions WHERE device = :device)',
  deleteOfDevice: 'DELETE FROM records WHERE session IN (SELECT session FROM sessions WHERE device = :device)',
  setMeta: 'INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  getMeta: 'SELECT value FROM meta WHERE name = :name',
} as const;
