/** Turns what the operating system and SQLite report into the product's own errors. */
import { AppError, fail } from '../../shared/errors.ts';

/** The error code of a Node or SQLite error ("ENOSPC", "SQLITE_FULL"), or null. */
export function codeOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}

/** `thrown` as an AppError about `path`; an AppError stays as it is, an error without a code too. */
export function ioFailure(thrown: unknown, path: string): unknown {
  if (thrown instanceof AppError) return thrown;
  const code = codeOf(thrown);
  if (code === null) return thrown;
  switch (code) {
    case 'ENOSPC': case 'EDQUOT': case 'SQLITE_FULL':
      return fail('files/disk-full', { path }, thrown);
    case 'ENOENT': case 'ENOTDIR':
      return fail('files/not-found', { path }, thrown);
    case 'EISDIR':
      return fail('files/is-directory', { path }, thrown);
    case 'EACCES': case 'EPERM': case 'EROFS': case 'EBUSY': case 'EMFILE': case 'ENFILE':
    case 'SQLITE_READONLY': case 'SQLITE_PERM': case 'SQLITE_CANTOPEN':
      return fail('files/no-access', { path, reason: reasons[code] ?? code }, thrown);
    default:
      if (code.startsWith('E') || code.startsWith('SQLITE_')) return fail('files/io', { path, reason: reasons[code] ?? code }, thrown);
      return thrown;
  }
}

/** The same functions, with what they throw or reject with turned into an AppError about `path`, as `ioFailure` does. */
export function withIoFailures<T extends object>(functions: T, path: string): T {
  const guarded = Object.entries(functions).map(([name, work]) => [name, typeof work !== 'function' ? work : (...args: unknown[]): unknown => {
    try {
      const result: unknown = work(...args);
      return result instanceof Promise ? result.catch((thrown: unknown) => { throw ioFailure(thrown, path); }) : result;
    } catch (thrown) {
      throw ioFailure(thrown, path);
    }
  }]);
  return Object.fromEntries(guarded) as T;
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the drive is read-only',
  EBUSY: 'another program is using it',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files on this computer',
  EIO: 'the drive reported an error',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links form a circle',
  ETIMEDOUT: 'the drive did not answer',
  SQLITE_READONLY: 'the drive is read-only',
  SQLITE_CANTOPEN: 'the file cannot be opened',
  SQLITE_CORRUPT: 'the file is damaged',
  SQLITE_NOTADB: 'the file is damaged',
};
