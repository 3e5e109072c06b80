/**
 * Moves committed records from the outbox into the folder as sealed segments. It may be stopped anywhere and run again:
 * which records a segment has is fixed beforehand, so the same name gets the same bytes.
 */
import { dirname, join } from 'node:path';
import { fail } from '../../shared/errors.ts';
import { writeIfAbsent, type Writer } from '../files/atomic.ts';
import type { Disk, FileState } from '../files/disk.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { sha256Hex } from '../files/hashing.ts';
import { stampMs } from './hlc.ts';
import type { Ingest } from './ingest.ts';
import type { DeviceKey } from './keys.ts';
import { segmentPath } from './layout.ts';
import type { Outbox } from './outbox.ts';
import { readSegment, sealSegment, type Segment } from './segments.ts';
import type { RecordLine } from './records.ts';

export interface PublisherOptions {
  readonly writer: Writer;
  readonly projectDir: string;
  readonly outbox: Outbox;
  readonly ingest: Ingest;
  readonly key: DeviceKey;
}

/**
 * Seals everything that the key has in the outbox now; returns whether there was something.
 * @throws files/*, store/not-signed; what was not written stays in the outbox
 */
export async function publish(options: PublisherOptions): Promise<boolean> {
  const { outbox, key, ingest, projectDir, writer } = options;
  let isAnyWritten = false;
  for (let next = outbox.nextSegment(key.deviceId); next; next = outbox.nextSegment(key.deviceId)) {
    const { bytes, segment } = seal(next.records, key);
    const path = await place(options, segmentPath(key.deviceId, next.session, next.number), bytes);
    const written = await stateOf(writer.disk, join(projectDir, path));
    ingest.noteWritten({ path, sizeBytes: bytes.length, modifiedAtMs: written?.modifiedAtMs ?? -1 }, sha256Hex(bytes), segment);
    outbox.markPublished(next);
    isAnyWritten = true;
  }
  return isAnyWritten;
}

/** The sealed bytes of records, read back before anybody relies on them. @throws store/not-signed */
export function seal(records: readonly RecordLine[], key: DeviceKey): { bytes: Uint8Array; segment: Segment } {
  let bytes: Uint8Array;
  try {
    bytes = sealSegment(records, key);
  } catch (thrown) {
    throw fail('store/not-signed', { since: clockTime(stampMs(records[0]?.record.t ?? '')) }, thrown);
  }
  const reading = readSegment(bytes);
  if (reading.status !== 'sealed') throw new Error(`a sealed segment does not verify: ${reading.problem}`);
  return { bytes, segment: reading.segment };
}

/** Local time as "14:02". */
function clockTime(ms: number): string {
  const time = new Date(ms);
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
}

/**
 * Writes a file of the log durably and returns its path. Nothing is ever replaced: where a file with other content has the
 * name (a restored backup, a fork), both are kept, the new one with its hash in the name.
 */
export async function place({ writer, projectDir }: Pick<PublisherOptions, 'writer' | 'projectDir'>, path: string, bytes: Uint8Array): Promise<string> {
  const hash = sha256Hex(bytes).slice(0, 16);
  for (const free of [path, path.replace(/(\.seg)(\.gz)?$/, `-${hash}$1$2`)]) {
    const target = join(projectDir, free);
    const isNew = await writeIfAbsent(writer, target, bytes);
    const there = await readIfThere(writer.disk, target);
    if (there !== null && Buffer.from(there).equals(bytes)) {
      // It may be from a process that died before the name was durable.
      if (!isNew) await syncFolderOf(writer.disk, target);
      return free;
    }
    // Some network drives say yes and do nothing. The outbox forgets what was published, so it must be seen first.
    if (isNew) throw fail('files/io', { path, reason: 'the drive did not keep what was written' });
  }
  throw fail('files/io', { path, reason: 'a file with this name and other content is in the way' });
}

async function syncFolderOf(disk: Disk, path: string): Promise<void> {
  try {
    await disk.syncDirectory(dirname(path));
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

async function stateOf(disk: Disk, path: string): Promise<FileState | null> {
  try {
    return await disk.stat(path);
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

async function readIfThere(disk: Disk, path: string): Promise<Uint8Array | null> {
  try {
    return await disk.read(path);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw ioFailure(thrown, path);
  }
}
