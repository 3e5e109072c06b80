/** What happens to a folder before a store can work on it: can it be written, what did a crash or a move leave behind. */
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { discard, exists, temporaryPrefix, writeTemporary, type Writer } from '../files/atomic.ts';
import { nodeDisk } from '../files/disk.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import type { Problem } from './index/ingest.ts';
import { takeLock } from './lock.ts';
import { localRoot, projectFormat, readProjectFile, type LocalPaths, type ProjectFile } from './folder/layout.ts';
import { DamagedOutbox, openOutbox, type Outbox, type OwnSession } from './folder/outbox.ts';

const dayMs = 86_400_000;

/** Why the project can only be read, as a sentence part, or null. Tries to write, because only that tells. */
export async function readOnlyReason(writer: Writer, projectDir: string, project: ProjectFile): Promise<string | null> {
  if (project.format > projectFormat) return `it was written by a newer version of Assay (format ${project.format})`;
  try {
    const probe = await writeTemporary(writer, projectDir, new Uint8Array());
    const { mtimeMs } = await stat(probe.path);
    await discard(writer.disk, probe.path);
    await removeStale(writer, projectDir, mtimeMs);
    return null;
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    // A full disk is no reason to refuse: the outbox lies elsewhere and space may be freed.
    if (thrown.failure.code !== 'files/no-access') return null;
    return String(thrown.failure.details['reason']);
  }
}

/**
 * Opens the outbox and reads all of it once. A damaged one must not lock anybody out of a project: it is kept under
 * another name, a new one takes its place, and the loss is reported. @throws files/*
 */
export function openSoundOutbox(path: string, nowMs: number): { outbox: Outbox; problem: Problem | null } {
  // SQLite takes a read that fails for damage, too: what can be read the second time is sound.
  const outbox = openIfSound(path) ?? openIfSound(path);
  if (outbox) return { outbox, problem: null };
  requireReadable(path);
  const kept = path.replace(/\.db$/, `-damaged-${nowMs}.db`);
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(path + suffix)) renameSync(path + suffix, kept + suffix);
  }
  const what = `it was damaged; changes that were not in the folder yet may be lost; it is kept as ${kept}`;
  return { outbox: openOutbox(path), problem: { kind: 'local', file: basename(path), device: null, what } };
}

/** Null when it is damaged. @throws files/* */
function openIfSound(path: string): Outbox | null {
  let opened: Outbox | null = null;
  try {
    opened = openOutbox(path);
    opened.unpublished();
    return opened;
  } catch (thrown) {
    opened?.close();
    if (!isDamage(thrown)) throw thrown;
    return null;
  }
}

/** What a drive does not hand out is not damaged. @throws files/* */
function requireReadable(path: string): void {
  try {
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) readFileSync(path + suffix);
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

/** Damage, not a full disk or a missing permission: those pass. */
function isDamage(thrown: unknown): boolean {
  const cause = thrown instanceof AppError ? thrown.cause : thrown;
  const code = codeOf(cause) ?? '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || cause instanceof DamagedOutbox;
}

/**
 * Takes over what another outbox of the same project still holds for a folder that is no longer there, as after a crash
 * and a rename of the folder. An outbox whose folder still exists, or that is open, is left alone.
 */
export async function adoptStranded(userDataDir: string, own: LocalPaths, projectId: string, outbox: Outbox): Promise<void> {
  for (const name of await readdir(localRoot(userDataDir))) {
    const root = join(localRoot(userDataDir), name);
    if (!name.startsWith(`${projectId}-`) || root === own.root || !(await exists(nodeDisk, join(root, 'outbox.db')))) continue;
    if (takeOver(root, outbox, await folderIsGone(root, projectId))) await rm(root, { recursive: true, force: true });
  }
}

/**
 * The sessions that this user has written of a project, through whichever folder: each folder has an outbox of its own.
 * One that cannot be read says nothing.
 */
export async function ownSessions(userDataDir: string, own: LocalPaths, projectId: string, outbox: Outbox): Promise<OwnSession[]> {
  const sessions = outbox.sessions();
  for (const name of await readdir(localRoot(userDataDir))) {
    const path = join(localRoot(userDataDir), name, 'outbox.db');
    if (!name.startsWith(`${projectId}-`) || path === own.outbox || !(await exists(nodeDisk, path))) continue;
    try {
      const other = openOutbox(path);
      try {
        sessions.push(...other.sessions());
      } finally {
        other.close();
      }
    } catch (thrown) {
      if (!(thrown instanceof AppError || thrown instanceof DamagedOutbox)) throw thrown;
    }
  }
  return sessions;
}

function takeOver(root: string, outbox: Outbox, isGone: boolean): boolean {
  if (!isGone) return false;
  let release: () => void;
  try {
    release = takeLock(join(root, 'lock.db'));
  } catch (thrown) {
    if (thrown instanceof AppError) return false;
    throw thrown;
  }
  const stranded = openOutbox(join(root, 'outbox.db'));
  try {
    for (const { device, record } of stranded.unpublished()) outbox.append(device, [record]);
    outbox.learnSessions(stranded.sessions());
    return true;
  } finally {
    stranded.close();
    release();
  }
}

async function folderIsGone(root: string, projectId: string): Promise<boolean> {
  let folder: string | null;
  const stranded = openOutbox(join(root, 'outbox.db'));
  try {
    folder = stranded.unpublishedCount() > 0 ? stranded.folder() : null;
  } finally {
    stranded.close();
  }
  if (folder === null) return false;
  try {
    return (await readProjectFile(folder)).projectId !== projectId;
  } catch (thrown) {
    return thrown instanceof AppError && thrown.failure.code === 'project/not-a-project';
  }
}

/** Temporary files of writes that a crash cut short; the folder's own clock tells their age. */
async function removeStale(writer: Writer, projectDir: string, nowMs: number): Promise<void> {
  for (const folder of [projectDir, join(projectDir, 'obj')]) {
    const names = await readdir(folder).catch((thrown: unknown) => {
      if (codeOf(thrown) === 'ENOENT') return [];
      throw thrown;
    });
    for (const name of names.filter((each) => each.startsWith(temporaryPrefix))) {
      const path = join(folder, name);
      const state = await stat(path).catch(() => null);
      if (state && state.mtimeMs < nowMs - dayMs) await discard(writer.disk, path);
    }
  }
}
