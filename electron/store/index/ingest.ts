/**
 * Takes the segments of the folder into the index. Only verified segments count; any other file is set aside with a
 * reason and looked at again when it changes. A file that disappears is reported, and what it said stays.
 */
import { join } from 'node:path';
import type { Disk } from '../../files/disk.ts';
import type { Scheduler } from '../../files/scheduler.ts';
import { inBulk } from './bulk.ts';
import { listFiles, type FolderFile } from '../folder/folder.ts';
import { createFolderProblems, type Problem } from './folder-problems.ts';
import { headsOf } from '../format/heads.ts';
import { latestWithin, type HybridClock } from '../format/hlc.ts';
import { clearIndex } from './index-schema.ts';
import type { IncomingEvent, Projection, Touched } from './projection.ts';
import { isBookkeeping, type RecordLine } from '../format/records.ts';
import { logFileLimitBytes, nameHint, readLogFile, type FileReading } from '../format/segment-files.ts';
import { noteOf, type Segment, type SegmentNote } from '../format/segments.ts';
import type { Sessions } from './sessions.ts';
import type { Sqlite } from '../sqlite.ts';

export type { Problem } from './folder-problems.ts';

export interface Ingest {
  /** Reads new and changed files of the log. Costs one directory walk when nothing changed. @throws files/* */
  scan(): Promise<Scan>;
  /** Takes records that are durable in the outbox; for a caller inside a transaction. */
  applyRecords(device: string, records: readonly RecordLine[]): Touched;
  /** Whether the index has the event of a session. */
  has(device: string, session: string, n: number, hash: string): boolean;
  /** Notes a segment that this program has just written itself; takes in its records where the index may lack some. */
  noteWritten(file: FolderFile, sha256: string, segment: SegmentNote, records: readonly RecordLine[] | null): void;
  problems(): Problem[];
  /** Files that are not whole, to be looked at again soon. */
  unfinished(): string[];
  /** Size of the log's files in the folder. */
  sizeBytes(): number;
}

export interface Scan extends Touched {
  /** The devices that events came from. */
  readonly devices: Set<string>;
}

export interface IngestOptions {
  readonly disk: Disk;
  readonly db: Sqlite;
  readonly projection: Projection;
  readonly sessions: Sessions;
  readonly hybridClock: HybridClock;
  readonly clock: () => number;
  readonly scheduler: Scheduler;
  readonly projectDir: string;
  readonly projectId: string;
}

/** So much is taken in with one transaction, about 10,000 events. */
const batchBytes = 3 << 20;
/** In a rebuild so much is gathered before it is stored: a thing that changes again meanwhile is written once. */
const bulkBytes = 8 << 20;
/** So many bad files are read again by one scan though size and time are as they were; where there are more, they take turns. */
const lookAgainLimit = 100;
const readAheadCount = 4;
const readLimitMs = 10_000;
/** A placeholder that did not answer is left alone for a while: each try may cost the whole limit. */
const retryAfterMs = 60_000;
/** A first scan of an empty index that has to read so much is a rebuild. */
const bulkFromBytes = 8 << 20;

interface ReadFile {
  readonly file: FolderFile;
  readonly bytes: Uint8Array;
}

interface KnownFile { path: string; size_bytes: number; modified_at_ms: number; since_ms: number; status: string }

export function createIngest({ disk, db, projection, sessions, hybridClock, clock, scheduler, projectDir, projectId }: IngestOptions): Ingest {
  const selectFiles = db.prepare<[], KnownFile>(sql.selectFiles);
  const putFile = db.prepare(sql.putFile);
  const deleteFile = db.prepare<[string]>(sql.deleteFile);
  const clearSegments = db.prepare<[string]>(sql.clearSegments);
  const insertFileSegment = db.prepare<[string, number]>(sql.insertFileSegment);
  const sumSizes = db.prepare<[], number>(sql.sumSizes).pluck();
  const folder = createFolderProblems({ db, sessions, clock });
  const insertForeign = db.prepare<[string]>(sql.insertForeign);
  const isForeign = db.prepare<[string], number>(sql.isForeign).pluck();
  const hasSegments = db.prepare<[string], number>(sql.hasSegments).pluck();
  const isKnownSegment = db.prepare<[string], number>(sql.isKnownSegment).pluck();
  let hasForeignEvents = false;
  const slow = new Map<string, number>();
  let lookedAgainUpTo = '';
  let isFirstScan = true;

  function incoming(device: string, records: readonly RecordLine[]): IncomingEvent[] {
    const first = records[0];
    const session = first ? projection.sessionNumber(device, first.record.s) : 0;
    return records.filter(({ record }) => !isBookkeeping(record.k)).map(({ hash, record, bodyText }) => ({
      hash, session, n: record.n, t: record.t, person: record.a, kind: record.k, version: record.v, parents: record.c, body: record.b, bodyText,
    }));
  }

  function note(file: FolderFile, status: string, problem: string | null, start: FileReading['start'] = null): void {
    putFile.run({
      path: file.path, sizeBytes: file.sizeBytes, modifiedAtMs: file.modifiedAtMs, status, problem, nowMs: clock(),
      session: start?.session ?? null, firstN: start?.n ?? null, hint: nameHint(file.path),
    });
  }

  function noteSegment(path: string, sha256: string, { deviceId, publicKey, header, session, firstNumber, lastNumber, parent, head, bookkeeping }: SegmentNote): void {
    const id = projection.sessionNumber(deviceId, session);
    for (const { hash, record } of bookkeeping) {
      sessions.addBookkeeping(id, record.n, hash);
      if (record.k !== 'seen') continue;
      for (const [other, known] of Object.entries(headsOf(record.b))) {
        sessions.announce(other, known, null);
        sessions.noteSeen(deviceId, other, known[0]);
      }
    }
    sessions.noteSigner(id, publicKey, header?.previous ?? null);
    insertFileSegment.run(path, sessions.addSegment({ sha256, path, session: id, firstN: firstNumber, lastN: lastNumber, parent, head }));
  }

  function inTransaction(work: () => void): void {
    try {
      // A rebuild is one transaction already.
      if (db.inTransaction) work();
      else db.transaction(work).immediate();
    } catch (thrown) {
      projection.forget();
      throw thrown;
    }
  }

  /**
   * Takes in what was read, in one transaction. Records are parsed and applied file by file, so that few are in memory.
   * Only a rebuild may leave what it gathered for a later call: what it began is never rolled back.
   */
  function store(batch: readonly ReadFile[], scan: Scan, isLast = true): void {
    inTransaction(() => {
      for (const { file, bytes } of batch) {
        const reading = ofThisProject(readLogFile(file.path, bytes));
        note(file, reading.status, reading.problem, reading.start);
        clearSegments.run(file.path);
        for (const { sha256, segment } of reading.segments) {
          if (isKnownSegment.get(sha256) === undefined) {
            observe(segment);
            projection.gather(incoming(segment.deviceId, segment.records));
            scan.devices.add(segment.deviceId);
          }
          noteSegment(file.path, sha256, noteOf(segment));
        }
      }
      if (isLast) addTouched(scan, projection.store());
    });
  }

  /**
   * A reading in which segments of another project are no segments. Only the first of a session says whose it is; when it
   * comes after others of the session, they have to be taken out again.
   */
  function ofThisProject(reading: FileReading): FileReading {
    const foreign = reading.segments.filter(({ segment: { header, session } }) =>
      (header !== null && header.project !== projectId) || isForeign.get(session) !== undefined);
    if (foreign.length === 0) return reading;
    for (const { segment } of foreign) {
      insertForeign.run(segment.session);
      hasForeignEvents ||= hasSegments.get(segment.session) !== undefined;
    }
    return { ...reading, status: 'foreign', problem: 'it belongs to another project', segments: [] };
  }

  function observe(segment: Segment): void {
    const stamp = latestWithin(segment.records.map(({ record }) => record.t), clock());
    if (stamp !== null) hybridClock.observe(stamp);
  }

  /** The bytes of a file; null when it is not there now: a placeholder of a sync, a drive that went away. */
  async function read(path: string): Promise<Uint8Array | null> {
    let callOff = (): void => undefined;
    const late = new Promise<null>((resolve) => {
      callOff = scheduler.after(readLimitMs, () => {
        slow.set(path, clock() + retryAfterMs);
        resolve(null);
      });
    });
    try {
      return await Promise.race([disk.read(join(projectDir, path)).catch(() => null), late]);
    } finally {
      callOff();
    }
  }

  async function takeIn(files: readonly FolderFile[], scan: Scan, gatherBytes = batchBytes): Promise<void> {
    let batch: ReadFile[] = [];
    let sizeBytes = 0;
    let gatheredBytes = 0;
    const ahead: Promise<Uint8Array | null>[] = [];
    for (const [i, file] of files.entries()) {
      while (ahead.length < readAheadCount && i + ahead.length < files.length) ahead.push(read(files[i + ahead.length]?.path ?? ''));
      const bytes = await ahead.shift();
      if (!bytes) {
        note({ ...file, modifiedAtMs: -1 }, 'waiting', 'it is not downloaded yet, or it cannot be read now');
        continue;
      }
      slow.delete(file.path);
      batch.push({ file, bytes });
      sizeBytes += bytes.length;
      if (sizeBytes < batchBytes) continue;
      gatheredBytes += sizeBytes;
      // Nothing else runs while a batch is stored: a read that is under way would seem to take as long, and be given up.
      await Promise.all(ahead);
      store(batch, scan, gatheredBytes >= gatherBytes);
      [batch, sizeBytes] = [[], 0];
      if (gatheredBytes >= gatherBytes) gatheredBytes = 0;
    }
    if (batch.length > 0 || gatheredBytes > 0) store(batch, scan);
  }

  /** Those of the bad files that this scan reads again. */
  function nextTurn(bad: readonly string[]): string[] {
    if (bad.length <= lookAgainLimit) return [...bad];
    const sorted = bad.toSorted();
    const start = sorted.findIndex((path) => path > lookedAgainUpTo);
    const turn = (start < 0 ? sorted : [...sorted.slice(start), ...sorted.slice(0, start)]).slice(0, lookAgainLimit);
    lookedAgainUpTo = turn.at(-1) ?? '';
    return turn;
  }

  /** Files to read now; forgets those that are gone, and notes those that are too large. */
  async function changedFiles(): Promise<FolderFile[]> {
    const known = new Map(selectFiles.all().map((row) => [row.path, row]));
    const changed: FolderFile[] = [];
    const lookAgain = new Set(nextTurn([...known.values()].flatMap(({ path, status }) => (status === 'waiting' || status === 'damaged' ? [path] : []))));
    for (const file of await listFiles(disk, projectDir, 'log')) {
      const row = known.get(file.path);
      known.delete(file.path);
      // A sync gives the good copy the size and the time of the bad one that it replaces.
      if (row && !lookAgain.has(file.path) && row.size_bytes === file.sizeBytes && row.modified_at_ms === file.modifiedAtMs) continue;
      if (file.sizeBytes > logFileLimitBytes) note(file, 'damaged', `it is larger than ${logFileLimitBytes} bytes`);
      else if ((slow.get(file.path) ?? -Infinity) <= clock() || !row) changed.push(file);
    }
    for (const path of known.keys()) {
      deleteFile.run(path);
      clearSegments.run(path);
    }
    // In the order of time, where the folder still tells it: what was changed one after the other is then at hand together.
    return changed.sort((a, b) => a.modifiedAtMs - b.modifiedAtMs);
  }

  return {
    applyRecords: (device, records) => projection.apply(incoming(device, records)),
    has: (device, session, n, hash) => projection.has({ session: projection.sessionNumber(device, session), n, hash }),
    noteWritten: (file, sha256, segment, records) => inTransaction(() => {
      // The index may have missed the last ones: a commit is durable even when its index was not written.
      const events = records ? incoming(segment.deviceId, records) : [];
      if (!projection.has(events.at(-1))) projection.apply(events);
      note(file, 'sealed', null);
      noteSegment(file.path, sha256, segment);
    }),
    async scan() {
      const scan: Scan = { ids: new Set(), types: new Set(), refusedTexts: [], devices: new Set() };
      const isEmpty = isFirstScan && selectFiles.get() === undefined;
      isFirstScan = false;
      const changed = await changedFiles();
      const isRebuild = isEmpty && changed.reduce((sum, file) => sum + file.sizeBytes, 0) >= bulkFromBytes;
      await (isRebuild ? inBulk(db, () => takeIn(changed, scan, bulkBytes)) : takeIn(changed, scan));
      // What a rebuild remembers is more than one needs later.
      if (isRebuild) projection.forget();
      if (hasForeignEvents) {
        hasForeignEvents = false;
        clearIndex(db);
        projection.forget();
        await takeIn(await changedFiles(), scan);
      }
      scan.refusedTexts.push(...projection.settleTexts(inTransaction));
      folder.age();
      return scan;
    },
    problems: folder.problems,
    unfinished: folder.unfinished,
    sizeBytes: () => sumSizes.get() ?? 0,
  };
}

function addTouched(all: Touched, more: Touched): void {
  for (const id of more.ids) all.ids.add(id);
  for (const type of more.types) all.types.add(type);
}

const sql = {
  selectFiles: 'SELECT path, size_bytes, modified_at_ms, since_ms, status FROM files',
  /** "since": when the file was first seen with this size and time. */
  putFile: `INSERT INTO files (path, size_bytes, modified_at_ms, status, problem, since_ms, session, first_n, hint)
    VALUES (:path, :sizeBytes, :modifiedAtMs, :status, :problem, :nowMs, :session, :firstN, :hint)
    ON CONFLICT (path) DO UPDATE SET
      since_ms = CASE WHEN size_bytes = :sizeBytes AND modified_at_ms = :modifiedAtMs THEN since_ms ELSE :nowMs END,
      size_bytes = :sizeBytes, modified_at_ms = :modifiedAtMs, status = :status, problem = :problem,
      session = :session, first_n = :firstN, hint = :hint`,
  deleteFile: 'DELETE FROM files WHERE path = ?',
  clearSegments: 'DELETE FROM file_segments WHERE path = ?',
  insertFileSegment: 'INSERT OR IGNORE INTO file_segments (path, segment) VALUES (?, ?)',
  insertForeign: 'INSERT OR IGNORE INTO foreign_sessions (session) VALUES (?)',
  isForeign: 'SELECT 1 FROM foreign_sessions WHERE session = ?',
  hasSegments: 'SELECT 1 FROM sessions s JOIN segments g ON g.session = s.id WHERE s.session = ? LIMIT 1',
  isKnownSegment: 'SELECT 1 FROM segments WHERE sha256 = ?',
  sumSizes: 'SELECT COALESCE(SUM(size_bytes), 0) FROM files',
} as const;
