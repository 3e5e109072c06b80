/**
 * One writer per project folder and OS user: an exclusive transaction on a file in user data that lasts as long as the
 * project is open. The kernel releases it when the process dies, so no stale lock can lock anybody out.
 */
import { fail } from '../../shared/errors.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { openSqlite } from './sqlite.ts';

/** Takes the lock and returns what releases it. @throws project/in-use, files/* */
export function takeLock(path: string): () => void {
  const db = openSqlite(path, { timeoutMs: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    db.close();
    if (codeOf(thrown)?.startsWith('SQLITE_BUSY')) throw fail('project/in-use', {}, thrown);
    throw ioFailure(thrown, path);
  }
  return () => db.close();
}
