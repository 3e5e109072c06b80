/**
 * The index database: a disposable picture of the log for fast reads. It may be deleted at any time.
 * At a clean close its SHA-256 is written beside it; at open a file that differs is thrown away and built anew,
 * so a flipped byte in it can never be shown as content.
 */
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { codeOf, ioFailure } from '../files/failures.ts';
import { hashFile } from '../files/hashing.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';

/** Raise it with every change of the schema or of the rules of merging: older index files are then rebuilt. */
const indexVersion = 1;

/** Opens the index at `path`, empty when there is none or when it cannot be trusted. @throws files/* */
export async function openIndexFile(path: string): Promise<Sqlite> {
  const sumPath = `${path}.sha256`;
  const sum = readSum(sumPath);
  const isDamaged = sum !== null && (await hashFile(path).catch(() => null))?.sha256 !== sum;
  removeFile(sumPath);
  if (isDamaged) removeIndexFile(path);
  return openChecked(path, sum === null) ?? openChecked(removeIndexFile(path), false) ?? rethrow(path);
}

/** Closes the index and records its hash for the next open. */
export async function closeIndexFile(db: Sqlite, path: string): Promise<void> {
  try {
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const { sha256 } = await hashFile(path);
    writeFileSync(`${path}.sha256.tmp`, sha256);
    renameSync(`${path}.sha256.tmp`, `${path}.sha256`);
  } catch {
    // Without its hash the index is checked at the next open, and built anew where it is not whole: nothing is lost.
    db.close();
  }
}

/** Deletes the index; returns its path. */
export function removeIndexFile(path: string): string {
  for (const suffix of ['', '-wal', '-shm', '-journal', '.sha256']) removeFile(path + suffix);
  return path;
}

/** Removes a file that may be there. Node's rmSync does not say in its errors what was wrong. @throws files/* */
function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw ioFailure(thrown, path);
  }
}

/** The database, or null when it is of another version or damaged. */
function openChecked(path: string, isCheckNeeded: boolean): Sqlite | null {
  const db = openSqlite(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    const version = db.pragma('user_version', { simple: true });
    if (version === 0) {
      db.exec(`BEGIN; ${schema} PRAGMA user_version = ${indexVersion}; COMMIT;`);
    } else if (version !== indexVersion || (isCheckNeeded && db.pragma('integrity_check(1)', { simple: true }) !== 'ok')) {
      db.close();
      return null;
    }
    return db;
  } catch {
    db.close();
    return null;
  }
}

function rethrow(path: string): never {
  // The file was fresh and still failed: what is wrong is the place, not the content.
  const db = openSqlite(path);
  try {
    db.exec('CREATE TABLE IF NOT EXISTS probe (x)');
    throw new Error('the index cannot be created');
  } catch (thrown) {
    throw ioFailure(thrown, path);
  } finally {
    db.close();
  }
}

function readSum(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/**
 * `event` and `session` columns are row numbers, local to this file; what leaves it are hashes.
 * No index is partial: SQLite compiles a query with parameters anew at each use when one may apply.
 */
const schema = `
  CREATE TABLE files (
    path TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, modified_at_ms REAL NOT NULL,
    sha256 TEXT NOT NULL, status TEXT NOT NULL, problem TEXT
  ) STRICT;
  CREATE TABLE segments (
    sha256 TEXT PRIMARY KEY, session INTEGER NOT NULL, first_n INTEGER NOT NULL, record_count INTEGER NOT NULL,
    parent TEXT NOT NULL, head TEXT NOT NULL
  ) STRICT;
  CREATE INDEX segments_by_session ON segments (session, first_n);
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, session TEXT NOT NULL, UNIQUE (device, session)
  ) STRICT;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, session INTEGER NOT NULL, n INTEGER NOT NULL,
    t TEXT NOT NULL, person TEXT NOT NULL, kind TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_time ON events (t, hash);
  CREATE TABLE parents (parent TEXT NOT NULL, child INTEGER NOT NULL, PRIMARY KEY (parent, child)) STRICT, WITHOUT ROWID;
  CREATE TABLE touches (
    entity TEXT NOT NULL, t TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (entity, t, event)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entities (
    id TEXT PRIMARY KEY, type TEXT, created_t TEXT, created_hash TEXT, created_by TEXT,
    changed_t TEXT NOT NULL, changed_hash TEXT NOT NULL, changed_by TEXT NOT NULL, is_deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX entities_by_type ON entities (type, created_t, id);
  CREATE TABLE registers (
    entity TEXT NOT NULL, field TEXT NOT NULL, session INTEGER NOT NULL, n INTEGER NOT NULL, event INTEGER NOT NULL,
    value TEXT, is_alive INTEGER NOT NULL, PRIMARY KEY (entity, field, session, n, event)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX registers_alive ON registers (entity, is_alive, field);
  CREATE TABLE set_adds (
    entity TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, event INTEGER NOT NULL, is_alive INTEGER NOT NULL,
    PRIMARY KEY (entity, name, value, event)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE set_removes (
    entity TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, tag TEXT NOT NULL,
    PRIMARY KEY (entity, name, value, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE texts (
    entity TEXT PRIMARY KEY, state BLOB NOT NULL, content TEXT NOT NULL, last_t TEXT NOT NULL, last_hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE object_references (
    object TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (object, event)
  ) STRICT, WITHOUT ROWID;`;
