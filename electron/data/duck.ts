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
  /** Errors then say where in the statement they are; `duckFailure` reads them. */
  readonly tellsPlace?: boolean;
}

export interface Duck {
  readonly tempDir: string;
  readonly memoryLimitMb: number;
  /** Runs `work` on a fresh database, which is closed afterwards whatever happens. */
  session<T>(access: Access, work: (session: Session) => Promise<T>): Promise<T>;
}

const interruptAgainMs = 50;

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

/**
 * One session for many files: what `work` does with `files` alone runs in it, all else in sessions of its own. Nothing
 * of the one may stay behind that the next would meet.
 */
export async function withShared<T>(duck: Duck, access: Access, work: (shared: Duck, session: Session) => Promise<T>): Promise<T> {
  const files = new Set(access.files);
  return await duck.session(access, async (session) => await work({
    ...duck,
    session: (asked, inside) => (asked.files.length > 0 && asked.files.every((file) => files.has(file)) ? inside(session) : duck.session(asked, inside)),
  }, session));
}

/** An error of a session that tells the place. */
export interface DuckFailure {
  /** DuckDB's kind of error: "Parser", "Binder", "Conversion". */
  readonly kind: string;
  readonly message: string;
  /** Where in the statement; null where DuckDB does not say. */
  readonly position: number | null;
}

/** What DuckDB said in a session that `tellsPlace`; null when it is no error of DuckDB's, or of another session. */
export function duckFailure(thrown: unknown): DuckFailure | null {
  if (!(thrown instanceof Error) || thrown instanceof AppError) return null;
  try {
    // Syntax errors have words before the JSON.
    const said = JSON.parse(thrown.message.slice(Math.max(0, thrown.message.indexOf('{')))) as { exception_type?: string; exception_message?: string; position?: string };
    if (said.exception_type === undefined || said.exception_message === undefined) return null;
    return { kind: said.exception_type, message: said.exception_message, position: said.position === undefined ? null : Number(said.position) };
  } catch {
    return null;
  }
}

const progressEveryMs = 200;

/** Tells while `work` runs statements about how many rows of how many are done. */
export async function withProgress<T>({ connection }: Session, onProgress: ((progress: { done: number; total: number }) => void) | undefined, work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => {
    const { rows_processed: done, total_rows_to_process: total } = connection.progress;
    if (total > 0n) onProgress?.({ done: Number(done < total ? done : total), total: Number(total) });
  }, progressEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** The first line of what DuckDB said, without the folder of `path`, as a reason for the user. */
export function duckReason(thrown: unknown, path: string): string {
  const message = duckFailure(thrown)?.message ?? (thrown instanceof Error ? thrown.message : String(thrown));
  return (message.split('\n', 1)[0] ?? '').replaceAll(path, basename(path)).slice(0, 300);
}

/**
 * DuckDB names the kind of an error only by the words before the first colon, so this is the one
 * place that reads them.
 */
export function isOutOfMemory(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.message.startsWith('Out of Memory Error') || duckFailure(thrown)?.kind === 'Out of Memory');
}

async function runSession<T>(settings: Record<string, string>, access: Access, work: (session: Session) => Promise<T>): Promise<T> {
  if (access.signal?.aborted) throw fail('job/cancelled');
  const instance = await DuckDBInstance.create(':memory:', settings);
  const connection = await instance.connect();
  let again: NodeJS.Timeout | undefined;
  const interrupt = () => {
    connection.interrupt();
    // One that comes between two statements is lost: the next statement would run to its end.
    again = setInterval(() => connection.interrupt(), interruptAgainMs);
  };
  access.signal?.addEventListener('abort', interrupt);
  try {
    // It may have come while the database was made.
    if (access.signal?.aborted) throw fail('job/cancelled');
    await lock(connection, access);
    return await work(sessionOf(connection));
  } catch (thrown) {
    if (access.signal?.aborted && !(thrown instanceof AppError)) throw fail('job/cancelled', {}, thrown);
    throw thrown;
  } finally {
    access.signal?.removeEventListener('abort', interrupt);
    clearInterval(again);
    connection.closeSync();
    instance.closeSync();
  }
}

async function lock(connection: DuckDBConnection, { files, tellsPlace }: Access): Promise<void> {
  const allowed = new Set(files.flatMap((file) => [file, exactPath(file)]));
  await connection.run(`SET allowed_paths = ${literalList([...allowed])}`);
  // Rows keep the order of the file, which makes equal input give equal Parquet bytes.
  await connection.run('SET preserve_insertion_order = true');
  await connection.run("SET TimeZone = 'UTC'");
  // One session reads one file many times; its footer is parsed once. The database, and the cache with it, ends with the session.
  await connection.run('SET parquet_metadata_cache = true');
  await connection.run('SET enable_progress_bar = true');
  await connection.run('SET enable_progress_bar_print = false');
  if (tellsPlace) await connection.run('SET errors_as_json = true');
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}

/** What work is given of a connection. */
export function sessionOf(connection: DuckDBConnection): Session {
  return {
    connection,
    rows: async (sql, params) => await (await connection.run(sql, params)).getRows(),
    run: async (sql, params) => (await connection.run(sql, params)).rowsChanged,
  };
}
