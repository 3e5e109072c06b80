/**
 * Checkpoints of a run in a folder of this computer: STEP-SHA256.checkpoint, the newest two. Each is written whole or not at
 * all, and read only when its content has the hash of its name.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryPrefix, writeOnce } from '../files/atomic.ts';
import { nodeDisk } from '../files/disk.ts';
import { sha256Hex } from '../files/hashing.ts';

const keptCount = 2;
const namePattern = /^(\d{12})-([0-9a-f]{64})\.checkpoint$/;

export interface CheckpointFile {
  readonly name: string;
  readonly path: string;
  readonly step: number;
  /** Null when the content does not have the hash of the name. */
  readonly bytes: Uint8Array | null;
}

/** Keeps a checkpoint after `step` steps, and lets the oldest go. @throws files/* */
export async function saveCheckpoint(folder: string, bytes: Uint8Array, step: number): Promise<void> {
  const writer = { disk: nodeDisk, random: (byteCount: number) => randomBytes(byteCount) };
  await writeOnce(writer, join(folder, `${String(step).padStart(12, '0')}-${sha256Hex(bytes)}.checkpoint`), bytes);
  const names = await namesIn(folder);
  for (const name of names.slice(keptCount)) await rm(join(folder, name), { force: true });
}

/** The checkpoints of a folder, newest first; none when it does not exist. What an ended process left half-written is removed. */
export async function* checkpointsIn(folder: string): AsyncGenerator<CheckpointFile> {
  const all = await readdir(folder).catch(() => []);
  for (const name of all.filter((each) => each.startsWith(temporaryPrefix))) await rm(join(folder, name), { force: true });
  for (const name of await namesIn(folder)) {
    const [, step = '', hash] = namePattern.exec(name) ?? [];
    const path = join(folder, name);
    const bytes = await readFile(path).catch(() => null);
    yield { name, path, step: Number(step), bytes: bytes !== null && sha256Hex(bytes) === hash ? bytes : null };
  }
}

/** The newest checkpoint that is whole, or null. */
export async function newestCheckpoint(folder: string): Promise<{ readonly path: string; readonly step: number } | null> {
  for await (const { path, step, bytes } of checkpointsIn(folder)) if (bytes !== null) return { path, step };
  return null;
}

export async function removeCheckpoints(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Newest first: the step is the front of the name. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => namePattern.test(name)).sort().reverse();
}
