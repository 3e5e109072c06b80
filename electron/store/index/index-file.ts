/**
 * The index database: a disposable picture of the log for fast reads. It may be deleted at any time.
 * At a clean close its SHA-256 is written beside it; at open a file that differs is thrown away and built anew,
 * so a flipped byte in it can never be shown as content. After a crash there is no sum: then an index that is built anew
 * in seconds is, and only of a large one SQLite's own check must do, which sees a broken page but not a changed letter.
 */
import { readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { codeOf, ioFailure } from '../../files/failures.ts';
import { hashFile, sha256Hex } from '../../files/hashing.ts';
import { createIndexSchema, indexVersion } from './index-schema.ts';
import { openSqlite, type Sqlite } from '../sqlite.ts';

/** About 50,000 events. */
const rebuiltWithoutSumBytes = 16 << 20;

/** Opens the index at `path`, empty when there is none or when it cannot be trusted. @throws files/* */
export async function openIndexFile(path: string): Promise<Sqlite> {
  const sumPath = `${path}.sha256`;
  const sum = readSum(sumPath);
  const isTrusted = sum === null ? sizeOf(path) > rebuiltWithoutSumBytes : (await hashFile(path).catch(() => null))?.sha256 === sum;
  removeFile(sumPath);
  if (!isTrusted) removeIndexFile(path);
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

/** A number for the project and the folder that the index is for, as its own folder names them: another's must not be taken for it. */
function ownerOf(path: string): number {
  return Number.parseInt(sha256Hex(basename(dirname(path))).slice(0, 8), 16) | 0;
}

/** The database, or null when it is of another version or damaged. */
function openChecked(path: string, isCheckNeeded: boolean): Sqlite | null {
  const db = openSqlite(path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    const version = db.pragma('user_version', { simple: true });
    if (version === 0) {
      createIndexSchema(db);
      db.pragma(`application_id = ${ownerOf(path)}`);
    } else if (version !== indexVersion || db.pragma('application_id', { simple: true }) !== ownerOf(path) || (isCheckNeeded && db.pragma('integrity_check(1)', { simple: true }) !== 'ok')) {
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

/** With what has not been brought from its log of changes yet; 0 when there is none. */
function sizeOf(path: string): number {
  return [path, `${path}-wal`].reduce((sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0), 0);
}

function readSum(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
