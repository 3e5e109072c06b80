/**
 * DuckDB, hardened: each operation gets an in-memory database of its own that can open the named
 * files and nothing else, loads no extension, and cannot be reconfigured by a statement.
 * (A new database costs about 15 ms; it also keeps no footer of a file that has since changed.)
 */
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { mkdir } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { AppError, fail } from '../../shared/errors.ts';
import { exactPath, literalList } from './sql.ts';

export interface DuckOptions {
  /** Worker threads; DuckDB's own choice (one per core) when absent. */
  readonly threads?: number;
  /** What DuckDB may hold in memory before it spills to `tempDir`; 400 when absent. */
  readonly memoryLimitMb?: number;
  /** Created when missing. Used for spilling and for re-encoded copies of text files. */
  readonly tempDir: string;
}

export type Params = Record<string, DuckDBValue>;

/** One database with its one connection; valid until the work it was given to returns. */
export interface Session {
  readonly connection: DuckDBConnection;
  /** Runs one statement and returns its rows as arrays, in the order of its columns. */
  rows(sql: string, params?: Params): Promise<DuckDBValue[][]>;
  /** Runs one statement and returns the number of rows it wrote. */
  run(sql: string, params?: Params): Promise<number>;
}

export interface Access {
  /** Every file that may be read or written; all else is refused by DuckDB. */
  readonly files: readonly string[];
  /** Interrupts the running statement; the work then fails with job/cancelled. */
  readonly signal?: AbortSignal | undefined;
}

export interface Duck {
  readonly tempDir: string;
  readonly memoryLimitMb: number;
  /** Runs `work` on a fresh database, which is closed afterwards whatever happens. */
  session<T>(access: Access, work: (session: Session) => Promise<T>): Promise<T>;
}

/** Checks the settings once and makes `tempDir`. */
export async function openDuck(options: DuckOptions): Promise<Duck> {
  const tempDir = resolve(options.tempDir);
  const memoryLimitMb = options.memoryLimitMb ?? 400;
  await mkdir(tempDir, { recursive: true });
  const settings: Record<string, string> = {
    memory_limit: `${memoryLimitMb}MB`,
    temp_directory: tempDir,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  };
  return { tempDir, memoryLimitMb, session: (access, work) => runSession(settings, access, work) };
}

/** The first line of what DuckDB said, without the folder of `path`, as a reason for the user. */
export function duckReason(thrown: unknown, path: string): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return (message.split('\n', 1)[0] ?? '').replaceAll(path, basename(path)).slice(0, 300);
}

/**
 * DuckDB names the kind of an error only by the words before the first colon, so this is the one
 * place that reads them.
 */
export function isOutOfMemory(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message.startsWith('Out of Memory Error');
}

async function runSession<T>(settings: Record<string, string>, access: Access, work: (session: Session) => Promise<T>): Promise<T> {
  if (access.signal?.aborted) throw fail('job/cancelled');
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  access.signal?.addEventListener('abort', interrupt);
  try {
    await lock(connection, access.files);
    return await work(sessionOf(connection));
  } catch (thrown) {
    if (access.signal?.aborted && !(thrown instanceof AppError)) throw fail('job/cancelled', {}, thrown);
    throw thrown;
  } finally {
    access.signal?.removeEventListener('abort', interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

async function lock(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  const allowed = new Set(files.flatMap((file) => [file, exactPath(file)]));
  await connection.run(`SET allowed_paths = ${literalList([...allowed])}`);
  // Rows keep the order of the file, which makes equal input give equal Parquet bytes.
  await connection.run('SET preserve_insertion_order = true');
  await connection.run("SET TimeZone = 'UTC'");
  // One session reads one file many times; its footer is parsed once. The database, and the cache with it, ends with the session.
  await connection.run('SET parquet_metadata_cache = true');
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

function sessionOf(connection: DuckDBConnection): Session {
  return {
    connection,
    rows: async (sql, params) => await (await connection.run(sql, params)).getRows(),
    run: async (sql, params) => (await connection.run(sql, params)).rowsChanged,
  };
}
