/**
 * Writes checkpoints: what this device knows of all sessions, signed, at most once a day and for each archive. Each names
 * the one before it and only what has changed since, so that together they witness all that ever was in the folder.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { writeAndSee, type Writer } from '../../files/atomic.ts';
import { sha256Hex } from '../../files/hashing.ts';
import { readCheckpoint, type Checkpoint } from '../format/checkpoint-file.ts';
import type { Heads } from '../format/heads.ts';
import { fingerprintOf, type DeviceKey } from '../format/keys.ts';
import { preHashOf, signMinisign } from '../format/minisign.ts';
import type { Outbox } from './outbox.ts';
import { dayOf } from '../format/packs.ts';
import { parseLine } from '../format/records.ts';

const dayMs = 86_400_000;

/** The last checkpoint of this device: its hash, when, and the number of the last record of each session said so far. */
const Last = z.object({ device: z.string(), sha256: z.string(), atMs: z.number(), numbers: z.record(z.string(), z.number()) });
type Last = z.infer<typeof Last>;

/** A checkpoint from before its first byte is in the folder until both its files are. */
const UnderWay = z.object({ path: z.string(), text: z.string(), minisig: z.string() });
type UnderWay = z.infer<typeof UnderWay>;

export interface CheckpointOptions {
  readonly writer: Writer;
  readonly projectDir: string;
  readonly projectId: string;
  readonly key: DeviceKey;
  readonly outbox: Outbox;
  readonly clock: () => number;
  /** What is in the folder without a gap, of all devices. */
  readonly heads: () => Heads;
  readonly eventCount: () => number;
  readonly stateHash: () => string;
}

/**
 * Writes a checkpoint when something has changed since the last; `isDue` false: only when that is a day old.
 * Returns the file's path, null when none was written. @throws files/*
 */
export async function writeCheckpoint(options: CheckpointOptions, isDue: boolean): Promise<string | null> {
  const { key, outbox, clock } = options;
  await finishCheckpoint(options);
  const nowMs = clock();
  const last = (lastFromOutbox(outbox, key)) ?? (await lastFromFolder(options));
  if (last && !isDue && nowMs - last.atMs < dayMs && nowMs >= last.atMs) return null;
  const heads = Object.entries(options.heads()).filter(([session, [number]]) => last?.numbers[session] !== number);
  if (heads.length === 0) return null;
  const bytes = new TextEncoder().encode(`${JSON.stringify({
    format: 1, projectId: options.projectId, device: key.deviceId, key: key.publicKey, atMs: nowMs, previous: last?.sha256 ?? null,
    heads: Object.fromEntries(heads), eventCount: options.eventCount(), stateHash: options.stateHash(),
  })}\n`);
  const sha256 = sha256Hex(bytes);
  const path = `seal/${dayOf(nowMs)}-${sha256.slice(0, 16)}.json`;
  const minisig = signMinisign(key, preHashOf(bytes), `project ${options.projectId} checkpoint by ${fingerprintOf(key.publicKey)}`);
  outbox.setMeta('checkpoint under way', JSON.stringify({ path, text: new TextDecoder().decode(bytes), minisig } satisfies UnderWay));
  const numbers = { ...last?.numbers, ...Object.fromEntries(heads.map(([session, [number]]) => [session, number])) };
  outbox.setMeta('checkpoint', JSON.stringify({ device: key.deviceId, sha256, atMs: nowMs, numbers } satisfies Last));
  await finishCheckpoint(options);
  return path;
}

/** Writes what is missing of a checkpoint that a crash cut short: one of its two files alone would count as a loss of the other. @throws files/* */
export async function finishCheckpoint({ writer, projectDir, outbox }: Pick<CheckpointOptions, 'writer' | 'projectDir' | 'outbox'>): Promise<void> {
  const underWay = UnderWay.safeParse(parseLine(new TextEncoder().encode(outbox.meta('checkpoint under way') ?? ''))).data;
  if (!underWay) return;
  // The signature comes first: a checkpoint that is here can be checked.
  await writeAndSee(writer, join(projectDir, `${underWay.path}.minisig`), new TextEncoder().encode(underWay.minisig));
  await writeAndSee(writer, join(projectDir, underWay.path), new TextEncoder().encode(underWay.text));
  outbox.setMeta('checkpoint under way', '');
}

/** The checkpoints of a folder whose signature holds, with their paths; what is none, or cannot be read now, is left out. */
export async function readCheckpoints({ disk }: Pick<Writer, 'disk'>, projectDir: string, paths: readonly string[]): Promise<{ path: string; checkpoint: Checkpoint }[]> {
  const found: { path: string; checkpoint: Checkpoint }[] = [];
  for (const path of paths) {
    const [bytes, minisig] = await Promise.all([path, `${path}.minisig`].map((each) => disk.read(join(projectDir, each)).catch(() => null)));
    const checkpoint = bytes && minisig ? readCheckpoint(bytes, minisig).checkpoint : null;
    if (checkpoint) found.push({ path, checkpoint });
  }
  return found;
}

function lastFromOutbox(outbox: Outbox, key: DeviceKey): Last | null {
  const last = Last.safeParse(parseLine(new TextEncoder().encode(outbox.meta('checkpoint') ?? ''))).data ?? null;
  return last?.device === key.deviceId ? last : null;
}

/** When the outbox is new, as after a move to another folder: the end of this device's checkpoints in the folder. */
async function lastFromFolder({ writer, projectDir, projectId, key }: CheckpointOptions): Promise<Last | null> {
  const entries = await writer.disk.list(join(projectDir, 'seal')).catch(() => []);
  const paths = entries.filter(({ name }) => name.endsWith('.json')).map(({ name }) => `seal/${name}`);
  const own = (await readCheckpoints(writer, projectDir, paths)).map(({ checkpoint }) => checkpoint)
    .filter((checkpoint) => checkpoint.device === key.deviceId && checkpoint.projectId === projectId).sort((a, b) => a.atMs - b.atMs);
  const latest = own.at(-1);
  if (!latest) return null;
  const numbers = Object.fromEntries(own.flatMap(({ heads }) => Object.entries(heads).map(([session, [number]]) => [session, number] as const)));
  return { device: key.deviceId, sha256: latest.sha256, atMs: latest.atMs, numbers };
}
