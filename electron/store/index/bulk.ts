/**
 * A rebuild from nothing writes faster than a live index may: nothing waits for the drive, and lookups are made at the end.
 * Until then the file carries the version of no index, so that one which a crash cut short is thrown away.
 */
import { createLookups, dropLookups, indexVersion } from './index-schema.ts';
import type { Sqlite } from '../sqlite.ts';

const noVersion = -1;
const cacheKib = 32 * 1024;

/** Runs a rebuild of the empty index. When it fails, what is in the file is of no use: the next open begins anew. */
export async function inBulk<T>(db: Sqlite, rebuild: () => Promise<T>): Promise<T> {
  const { journal_mode: journal, synchronous, cache_size: cache } = {
    journal_mode: String(db.pragma('journal_mode', { simple: true })),
    synchronous: Number(db.pragma('synchronous', { simple: true })),
    cache_size: Number(db.pragma('cache_size', { simple: true })),
  };
  db.pragma(`user_version = ${noVersion}`);
  // Not OFF: SQLite does not heed that where it is set to defend itself. What is new in a transaction is in no journal.
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  db.pragma(`cache_size = ${-cacheKib}`);
  dropLookups(db);
  // In one transaction, so that a page is written when it is full, not with each file that adds to it.
  db.exec('BEGIN');
  const result = await rebuild();
  db.exec('COMMIT');
  createLookups(db);
  // The first commit brings everything to the drive, and only then the second says that it is an index.
  db.pragma('synchronous = FULL');
  db.pragma(`user_version = ${noVersion - 1}`);
  db.pragma(`user_version = ${indexVersion}`);
  db.pragma(`journal_mode = ${journal}`);
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma(`cache_size = ${cache}`);
  return result;
}
