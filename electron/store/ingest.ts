/**
 * Takes the segments of the folder into the index. Only verified segments count; any other file is set aside with a
 * reason and looked at again when it changes. A file that disappears is reported, and what it said stays.
 */
import { join } from 'node:path';
import type { FolderProblemKind } from '../../shared/domain/sync.ts';
import type { Disk } from '../files/disk.ts';
import { sha256Hex } from '../files/hashing.ts';
import { listFiles, type FolderFile } from './folder.ts';
import type { HybridClock } from './hlc.ts';
import type { Projection, Touched } from './projection.ts';
import type { RecordLine } from './records.ts';
import { looksLikeSegment, readSegment, segmentLimitBytes, type Segment } from './segments.ts';
import type { Sqlite } from './sqlite.ts';

export interface Problem {
  readonly kind: FolderProblemKind;
  /** Relative to the project. */
  readonly file: string;
  /** The device whose file it is; null where that is not known. */
  readonly device: string | null;
  /** A sentence part. */
  readonly what: string;
}

export interface Ingest {
  /** Reads new and changed files of the log. Costs one directory walk when nothing changed. @throws files/* */
  scan(): Promise<Touched>;
  /** Takes records that are durable in the outbox; for a caller inside a transaction. */
  applyRecords(device: string, records: readonly RecordLine[]): Touched;
  /** Notes a segment that this program has just written itself. */
  noteWritten(file: FolderFile, sha256: string, segment: Segment): void;
  problems(): Problem[];
  /** Size of the log's files in the folder. */
  sizeBytes(): number;
}

export interface IngestOptions {
  readonly disk: Disk;
  readonly db: Sqlite;
  readonly projection: Projection;
  readonly hybridClock: HybridClock;
  readonly projectDir: string;
  readonly projectId: string;
}

interface FileRow {
  path: string; size_bytes: number; modified_at_ms: number; status: string; problem: string | null;
}

export function createIngest({ disk, db, projection, hybridClock, projectDir, projectId }: IngestOptions): Ingest {
  const selectFiles = db.prepare<[], FileRow>(sql.selectFiles);
  const putFile = db.prepare(sql.putFile);
  const insertSegment = db.prepare(sql.insertSegment);
  const markMissing = db.prepare<{ path: string }>(sql.markMissing);
  const selectProblems = db.prepare<[], { kind: FolderProblemKind; file: string; what: string }>(sql.selectProblems);
  const selectGaps = db.prepare<[], { path: string; has_earlier: number }>(sql.selectGaps);

  const sumSizes = db.prepare<[], number>(sql.sumSizes).pluck();

  function applyRecords(device: string, records: readonly RecordLine[]): Touched {
    const first = records[0];
    const session = first ? projection.sessionNumber(device, first.record.s) : 0;
    const events = records.filter(({ record }) => record.k !== 'session');
    return projection.apply(
      events.map(({ hash, record }) => ({
        hash, session, n: record.n, t: record.t, person: record.a, kind: record.k, version: record.v, parents: record.c, body: record.b,
      })),
    );
  }

  function note(file: FolderFile, sha256: string, status: string, problem: string | null): void {
    putFile.run({ path: file.path, sizeBytes: file.sizeBytes, modifiedAtMs: file.modifiedAtMs, sha256, status, problem });
  }

  function noteSegment(file: FolderFile, sha256: string, segment: Segment): void {
    const session = projection.sessionNumber(segment.deviceId, segment.session);
    const { firstNumber, parent, head, records } = segment;
    insertSegment.run({ sha256, session, firstNumber, recordCount: records.length, parent, head });
    note(file, sha256, 'sealed', null);
  }

  const takeFile = db.transaction((file: FolderFile, bytes: Uint8Array): Touched | null => {
    const sha256 = sha256Hex(bytes);
    const reading = readSegment(bytes);
    if (reading.status !== 'sealed') {
      if (!file.path.includes('.seg') && !looksLikeSegment(bytes)) return note(file, sha256, 'foreign', null), null;
      return note(file, sha256, reading.status, reading.problem), null;
    }
    const { segment } = reading;
    if (segment.header && segment.header.project !== projectId) {
      return note(file, sha256, 'damaged', 'it belongs to another project'), null;
    }
    for (const { record } of segment.records) hybridClock.observe(record.t);
    const touched = applyRecords(segment.deviceId, segment.records);
    noteSegment(file, sha256, segment);
    return touched;
  });

  return {
    applyRecords,
    noteWritten: db.transaction(noteSegment),
    async scan() {
      const all: Touched = { ids: new Set(), types: new Set(), refusedTexts: [] };
      const known = new Map(selectFiles.all().map((row) => [row.path, row]));
      for (const file of await listFiles(disk, projectDir, 'log')) {
        const row = known.get(file.path);
        known.delete(file.path);
        if (row && row.status !== 'missing' && row.size_bytes === file.sizeBytes && row.modified_at_ms === file.modifiedAtMs) continue;
        if (file.sizeBytes > segmentLimitBytes) {
          note(file, '', 'damaged', `it is larger than ${segmentLimitBytes} bytes`);
          continue;
        }
        // A file that cannot be read now (a placeholder of a sync, a drive that went away) is not there yet.
        const bytes = await disk.read(join(projectDir, file.path)).catch(() => null);
        if (bytes === null) {
          note({ ...file, modifiedAtMs: -1 }, '', 'waiting', 'it cannot be read now');
          continue;
        }
        const touched = takeFile(file, bytes);
        for (const id of touched?.ids ?? []) all.ids.add(id);
        for (const type of touched?.types ?? []) all.types.add(type);
      }
      for (const path of known.keys()) markMissing.run({ path });
      return all;
    },
    problems() {
      const gaps = selectGaps.all().map(({ path, has_earlier }): Problem => ({
        kind: 'waiting', file: path, device: deviceOfPath(path),
        what: has_earlier ? 'it does not follow from the file before it in its session' : 'an earlier file of its session is not here yet',
      }));
      return [...selectProblems.all().map((row): Problem => ({ ...row, device: deviceOfPath(row.file) })), ...gaps];
    },
    sizeBytes: () => sumSizes.get() ?? 0,
  };
}

/** The device in whose folder a file of the log lies. */
function deviceOfPath(path: string): string | null {
  return /^log\/([0-9a-hjkmnp-tv-z]{16})\//.exec(path)?.[1] ?? null;
}

const sql = {
  selectFiles: 'SELECT path, size_bytes, modified_at_ms, status, problem FROM files',
  putFile: `INSERT INTO files (path, size_bytes, modified_at_ms, sha256, status, problem)
    VALUES (:path, :sizeBytes, :modifiedAtMs, :sha256, :status, :problem)
    ON CONFLICT (path) DO UPDATE SET size_bytes = :sizeBytes, modified_at_ms = :modifiedAtMs, sha256 = :sha256,
      status = :status, problem = :problem`,
  insertSegment: `INSERT OR IGNORE INTO segments (sha256, session, first_n, record_count, parent, head)
    VALUES (:sha256, :session, :firstNumber, :recordCount, :parent, :head)`,
  /** A file that never counted, or whose content is here under another name, is not missed. */
  markMissing: `UPDATE files SET status = CASE
      WHEN status IN ('sealed', 'missing') AND NOT EXISTS (
        SELECT 1 FROM files other WHERE other.sha256 = files.sha256 AND other.path <> files.path AND other.status = 'sealed')
      THEN 'missing' ELSE 'gone' END,
    problem = 'it was here before and is gone; what it said is still shown' WHERE path = :path`,
  selectProblems: `SELECT status AS kind, path AS file, problem AS what FROM files
    WHERE status IN ('waiting', 'damaged', 'missing') ORDER BY path`,
  sumSizes: `SELECT COALESCE(SUM(size_bytes), 0) FROM files WHERE status NOT IN ('missing', 'gone')`,
  selectGaps: `SELECT f.path, EXISTS (
      SELECT 1 FROM segments b WHERE b.session = s.session AND b.first_n + b.record_count = s.first_n) AS has_earlier
    FROM segments s JOIN files f ON f.sha256 = s.sha256 AND f.status = 'sealed'
    WHERE s.first_n > 0 AND NOT EXISTS (
      SELECT 1 FROM segments b WHERE b.session = s.session AND b.first_n + b.record_count = s.first_n AND b.head = s.parent)
    ORDER BY f.path`,
} as const;
