/**
 * The tables of the index. Things, persons and kinds have small numbers of their own; hashes are 32 bytes.
 * What is dead by definition is not kept: a register has its surviving writes only.
 * No lookup is partial: SQLite compiles a query with parameters anew at each use when one may apply.
 */
import type { Sqlite } from '../sqlite.ts';

/** Raise it with every change of the schema or of the rules of merging: older index files are then rebuilt. */
export const indexVersion = 3;

/** Makes the tables in an empty database. */
export function createIndexSchema(db: Sqlite): void {
  db.exec(`BEGIN; ${tables} ${lookups} PRAGMA user_version = ${indexVersion}; COMMIT;`);
}

/** Takes away the lookups that merging does not need; a rebuild makes them at its end, by sorting once. */
export function dropLookups(db: Sqlite): void {
  db.exec('DROP INDEX events_by_hash; DROP INDEX events_by_time;');
}

export function createLookups(db: Sqlite): void {
  db.exec(lookups);
}

/** Empties an index, but for which sessions are of other projects. */
export function clearIndex(db: Sqlite): void {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'foreign_sessions'").pluck().all();
  db.exec(`BEGIN; ${names.map((name) => `DELETE FROM ${name};`).join(' ')} COMMIT;`);
}

/** The condition that finds an event by its hash, bound as 32 bytes named :hash. */
export const isEventHash = 'substr(hash, 1, 8) = substr(:hash, 1, 8) AND hash = :hash';

const lookups = `
  CREATE INDEX events_by_hash ON events (substr(hash, 1, 8));
  CREATE INDEX events_by_time ON events (t, kind, person, session);`;

const tables = `
  CREATE TABLE files (
    path TEXT PRIMARY KEY, size_bytes INTEGER NOT NULL, modified_at_ms REAL NOT NULL, status TEXT NOT NULL, problem TEXT,
    since_ms REAL NOT NULL, session TEXT, first_n INTEGER, hint TEXT
  ) STRICT;
  CREATE TABLE segments (
    id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, session INTEGER NOT NULL, first_n INTEGER NOT NULL, last_n INTEGER NOT NULL,
    parent BLOB NOT NULL, head BLOB NOT NULL, path TEXT NOT NULL
  ) STRICT;
  CREATE INDEX segments_by_path ON segments (path);
  CREATE INDEX segments_by_place ON segments (session, first_n);
  CREATE INDEX segments_by_head ON segments (head);
  CREATE TABLE file_segments (path TEXT NOT NULL, segment INTEGER NOT NULL, PRIMARY KEY (path, segment)) STRICT, WITHOUT ROWID;
  CREATE INDEX file_segments_by_segment ON file_segments (segment);
  CREATE TABLE sessions (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, session TEXT NOT NULL, key TEXT, previous BLOB, person TEXT,
    event_count INTEGER NOT NULL DEFAULT 0, last_n INTEGER NOT NULL DEFAULT -1, first_t TEXT, last_t TEXT,
    complete_n INTEGER NOT NULL DEFAULT -1, complete_hash BLOB, UNIQUE (device, session)
  ) STRICT;
  CREATE TABLE foreign_sessions (session TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE bookkeeping (session INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (session, n, hash)) STRICT, WITHOUT ROWID;
  CREATE TABLE announced (session TEXT PRIMARY KEY, n INTEGER NOT NULL, hash TEXT NOT NULL, device TEXT) STRICT, WITHOUT ROWID;
  CREATE TABLE seen_by (device TEXT NOT NULL, session TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (device, session)) STRICT, WITHOUT ROWID;
  CREATE TABLE checkpoints_read (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE names (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    seq INTEGER PRIMARY KEY, session INTEGER NOT NULL, n INTEGER NOT NULL, hash BLOB NOT NULL, t TEXT NOT NULL,
    person INTEGER NOT NULL, kind INTEGER NOT NULL, version INTEGER NOT NULL, parents BLOB, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_place ON events (session, n);
  CREATE TABLE parents (parent BLOB NOT NULL, child INTEGER NOT NULL, PRIMARY KEY (parent, child)) STRICT, WITHOUT ROWID;
  CREATE TABLE touches (
    entity INTEGER NOT NULL, at_ms INTEGER NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (entity, at_ms, event)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE entities (
    no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT, created_t TEXT, created_hash BLOB, created_by TEXT,
    changed_t TEXT NOT NULL, changed_hash BLOB NOT NULL, changed_by TEXT NOT NULL, is_deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX entities_by_type ON entities (type, created_t);
  CREATE TABLE registers (
    entity INTEGER NOT NULL, field TEXT NOT NULL, session INTEGER NOT NULL, fork INTEGER NOT NULL, n INTEGER NOT NULL, event INTEGER NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (entity, field, session, fork)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE overwritten (
    entity INTEGER NOT NULL, field TEXT NOT NULL, session INTEGER NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (entity, field, session)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE conflicts (entity INTEGER NOT NULL, field TEXT NOT NULL, PRIMARY KEY (entity, field)) STRICT, WITHOUT ROWID;
  CREATE TABLE set_adds (
    entity INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, tag BLOB NOT NULL, PRIMARY KEY (entity, name, value, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE set_removes (
    entity INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, tag BLOB NOT NULL, PRIMARY KEY (entity, name, value, tag)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE texts (
    entity INTEGER PRIMARY KEY, state BLOB, content TEXT NOT NULL, last_t TEXT NOT NULL, last_hash BLOB NOT NULL, is_behind INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX texts_behind ON texts (is_behind, entity);
  CREATE TABLE object_references (
    object TEXT NOT NULL, event INTEGER NOT NULL, PRIMARY KEY (object, event)
  ) STRICT, WITHOUT ROWID;`;
