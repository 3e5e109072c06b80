/** How the archive reader says no: which file, why, and which of its entries where it is one. */
import { basename } from 'node:path';
import { fail } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';

/** `unsafe`: it contradicts itself or could do harm; `unreadable`: it is cut off, damaged or no archive. */
export function refuse(kind: 'unsafe' | 'unreadable', path: string, reason: string, entry?: string, cause?: unknown): AppError {
  const details = { file: basename(path), reason, ...(entry === undefined ? {} : { entry }) };
  return fail(kind === 'unsafe' ? 'archive/unsafe' : 'archive/unreadable', details, cause);
}
