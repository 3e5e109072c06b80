/**
 * Moves committed records from the outbox into the folder as sealed segments. It may be stopped anywhere and run again:
 * which records a segment has is fixed beforehand, so the same name gets the same bytes.
 */
import { join } from 'node:path';
import { fail } from '../../../shared/errors.ts';
import { writeAndSee, type Writer } from '../../files/atomic.ts';
import type { Disk, FileState } from '../../files/disk.ts';
import { ioFailure } from '../../files/failures.ts';
import { sha256Hex } from '../../files/hashing.ts';
import type { Ingest } from '../index/ingest.ts';
import type { DeviceKey } from '../format/keys.ts';
import { segmentPath } from './layout.ts';
import type { Outbox, PendingSegment } from './outbox.ts';
import { sealPending, type Sealed } from './sealing.ts';

export interface PublisherOptions {
  readonly writer: Writer;
  readonly projectDir: string;
  readonly outbox: Outbox;
  readonly ingest: Ingest;
  readonly key: DeviceKey;
}

/** So many segments are written before the outbox forgets their records: each such transaction waits for the drive. */
const markAtOnce = 16;

/**
 * Seals everything that the key has in the outbox now; returns whether there was something.
 * @throws files/*, store/not-signed; what was not written stays in the outbox
 */
export async function publish(options: PublisherOptions): Promise<boolean> {
  const { outbox, key } = options;
  let isAnyWritten = false;
  for (let pending = outbox.pendingSegments(key.deviceId); pending.length > 0; pending = outbox.pendingSegments(key.deviceId)) {
    for (let at = 0; at < pending.length; at += markAtOnce) await writeAll(options, pending.slice(at, at + markAtOnce));
    isAnyWritten = true;
  }
  return isAnyWritten;
}

/** Writes segments; those that are durable in the folder leave the outbox, also when a later one fails. */
async function writeAll(options: PublisherOptions, pending: readonly PendingSegment[]): Promise<void> {
  let doneCount = 0;
  try {
    for (const segment of pending) {
      const lines = options.outbox.linesOf(segment);
      if (lines.length > 0) await write(options, sealPending(lines, segment, options.key, options.ingest), segment);
      doneCount += 1;
    }
  } finally {
    if (doneCount > 0) options.outbox.markPublished(pending.slice(0, doneCount));
  }
}

async function write(options: PublisherOptions, { bytes, note, records }: Sealed, { session, number }: PendingSegment): Promise<void> {
  const { writer, projectDir, ingest, key } = options;
  const path = await place(options, segmentPath(key.deviceId, session, number), bytes);
  const written = await stateOf(writer.disk, join(projectDir, path));
  ingest.noteWritten({ path, sizeBytes: bytes.length, modifiedAtMs: written?.modifiedAtMs ?? -1 }, sha256Hex(bytes), note, records);
}

/**
 * Writes a file of the log durably and returns its path. Nothing is ever replaced: where a file with other content has the
 * name (a restored backup, a fork), both are kept, the new one with its hash in the name.
 */
export async function place({ writer, projectDir }: Pick<PublisherOptions, 'writer' | 'projectDir'>, path: string, bytes: Uint8Array): Promise<string> {
  for (const isRetry of [false, true]) {
    const free = isRetry ? path.replace(/(\.seg)(\.gz)?$/, `-${sha256Hex(bytes).slice(0, 16)}$1$2`) : path;
    if (await writeAndSee(writer, join(projectDir, free), bytes)) return free;
  }
  throw fail('files/io', { path, reason: 'a file with this name and other content is in the way' });
}

async function stateOf(disk: Disk, path: string): Promise<FileState | null> {
  try {
    return await disk.stat(path);
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}
