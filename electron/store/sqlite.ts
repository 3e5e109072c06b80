/** Opens SQLite files: the one place that knows the binding and the settings all our databases share. */
import Database from 'better-sqlite3';
import { ioFailure } from '../files/failures.ts';

export type Sqlite = Database.Database;

/**
 * Opens or creates a database.
 * `ASSAY_SQLITE_BINDING` names another native binding; older Electron runtimes need one built for them.
 * @throws files/*
 */
export function openSqlite(path: string, options: { readonly timeoutMs?: number } = {}): Sqlite {
  const nativeBinding = process.env['ASSAY_SQLITE_BINDING'];
  try {
    return new Database(path, { timeout: options.timeoutMs ?? 5_000, ...(nativeBinding ? { nativeBinding } : {}) });
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}
