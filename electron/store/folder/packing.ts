/**
 * Puts the many small segments of this device into few packs: at close and once an hour, when there are many. The segments
 * stay beside the pack until they are collected, so nothing has to be waited for.
 */
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Writer } from '../../files/atomic.ts';
import type { DiskEntry } from '../../files/disk.ts';
import { stampMs } from '../format/hlc.ts';
import type { Outbox } from './outbox.ts';
import { makePack, packLimitBytes, packPath, splitPack } from '../format/packs.ts';
import { place } from './publisher.ts';
import { parseLine } from '../format/records.ts';
import { readSegment } from '../format/segments.ts';
import { sha256Hex } from '../../files/hashing.ts';

/** So many loose segments are worth a pack. */
export const packFromCount = 64;

export interface PackingOptions {
  readonly writer: Writer;
  readonly projectDir: string;
  readonly device: string;
  readonly outbox: Outbox;
  /** Called once before a pack is written: those who read the project must know packs. @throws files/* */
  readonly beforeFirst: () => Promise<void>;
}

interface Loose {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Packs the loose segments of this device when there are enough; returns how many packs were written. @throws files/* */
export async function packSegments(options: PackingOptions): Promise<number> {
  const { writer, projectDir, device } = options;
  const entries = await entriesOf(options);
  const packed = await packedNames(options, entries);
  const loose = looseNames(entries).filter((name) => !packed.has(name));
  if (loose.length < packFromCount) return 0;
  await options.beforeFirst();
  let packCount = 0;
  let part: Loose[] = [];
  let sizeBytes = 0;
  const write = async (): Promise<void> => {
    if (part.length === 0) return;
    const pack = makePack(part.map(({ bytes }) => bytes));
    const path = packPath(device, Math.min(...part.map(({ fromMs }) => fromMs)), Math.max(...part.map(({ toMs }) => toMs)), pack.sha256);
    await place({ writer, projectDir }, path, pack.bytes);
    for (const { name } of part) packed.add(name);
    remember(options, packed, [...packsOf(entries), basename(path)]);
    packCount += 1;
    [part, sizeBytes] = [[], 0];
  };
  for (const name of loose) {
    const segment = await readLoose(options, name);
    if (segment === null) continue;
    if (sizeBytes + segment.bytes.length > packLimitBytes) await write();
    part.push(segment);
    sizeBytes += segment.bytes.length;
  }
  await write();
  return packCount;
}

/** The names of the loose segments of this device whose very bytes are in one of its packs in the folder. */
export async function packedSegments(options: Omit<PackingOptions, 'beforeFirst'>): Promise<string[]> {
  const entries = await entriesOf(options);
  const packed = await packedNames(options, entries);
  return looseNames(entries).filter((name) => packed.has(name));
}

const Packed = z.object({ packs: z.array(z.string()), names: z.array(z.string()) });

/** Which segments are in packs: remembered as long as the packs of the folder are the same, else read from them. */
async function packedNames(options: Omit<PackingOptions, 'beforeFirst'>, entries: readonly DiskEntry[]): Promise<Set<string>> {
  const packs = packsOf(entries);
  if (packs.length === 0) return new Set();
  const kept = Packed.safeParse(parseLine(new TextEncoder().encode(options.outbox.meta(`packed ${options.device}`) ?? ''))).data;
  if (kept && kept.packs.length === packs.length && packs.every((name) => kept.packs.includes(name))) return new Set(kept.names);
  const hashes = new Set<string>();
  for (const name of packs) {
    const bytes = await options.writer.disk.read(pathOf(options, name)).catch(() => null);
    for (const segment of bytes ? splitPack(bytes).segments : []) hashes.add(sha256Hex(segment));
  }
  const names = new Set<string>();
  for (const name of looseNames(entries)) {
    const segment = await readLoose(options, name);
    if (segment && hashes.has(segment.sha256)) names.add(name);
  }
  remember(options, names, packs);
  return names;
}

function remember({ outbox, device }: Pick<PackingOptions, 'outbox' | 'device'>, names: ReadonlySet<string>, packs: readonly string[]): void {
  outbox.setMeta(`packed ${device}`, JSON.stringify({ packs: [...new Set(packs)], names: [...names] }));
}

/** A segment of this device that is whole and its own; null for anything else, which stays as it is. */
async function readLoose(options: Omit<PackingOptions, 'beforeFirst'>, name: string): Promise<Loose | null> {
  const bytes = await options.writer.disk.read(pathOf(options, name)).catch(() => null);
  const segment = bytes ? readSegment(bytes).segment : null;
  if (!bytes || segment?.deviceId !== options.device) return null;
  const times = [segment.records[0], segment.records.at(-1)].map((line) => stampMs(line?.record.t ?? ''));
  return { name, bytes, sha256: sha256Hex(bytes), fromMs: Math.min(...times), toMs: Math.max(...times) };
}

function entriesOf({ writer, projectDir, device }: Pick<PackingOptions, 'writer' | 'projectDir' | 'device'>): Promise<DiskEntry[]> {
  return writer.disk.list(join(projectDir, 'log', device));
}

function looseNames(entries: readonly DiskEntry[]): string[] {
  return entries.filter(({ name, kind }) => kind === 'file' && name.endsWith('.seg') && !name.startsWith('~')).map(({ name }) => name);
}

function packsOf(entries: readonly DiskEntry[]): string[] {
  return entries.filter(({ name, kind }) => kind === 'file' && /^pack-.*\.seg\.gz$/.test(name)).map(({ name }) => name);
}

function pathOf({ projectDir, device }: Pick<PackingOptions, 'projectDir' | 'device'>, name: string): string {
  return join(projectDir, 'log', device, name);
}
