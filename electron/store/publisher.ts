/**
 * Moves committed records from the outbox into the folder as sealed segments. It may be stopped anywhere and run again:
 * which records a segment has is fixed beforehand, so the same name gets the same bytes.
 */
import { join } from 'node:path';
import { writeOnce, type Writer } from '../files/atomic.ts';
import type { Disk } from '../files/disk.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { sha256Hex } from '../files/hashing.ts';
import type { Ingest } from './ingest.ts';
import type { DeviceKey } from './keys.ts';
import { segmentPath } from './layout.ts';
import type { Outbox, PendingSegment } from './outbox.ts';
import { readSegment, sealSegment } from './segments.ts';

export interface PublisherOptions {
  readonly writer: Writer;
  readonly projectDir: string;
  readonly highWaterPath: string;
  readonly outbox: Outbox;
  readonly ingest: Ingest;
  readonly key: DeviceKey;
}

/** Seals everything that is in the outbox now. @throws files/*; what was not written stays in the outbox */
export async function publish(options: PublisherOptions): Promise<void> {
  const { outbox, key, ingest, projectDir, writer } = options;
  let last: PendingSegment | null = null;
  for (let next = outbox.nextSegment(key.deviceId); next; next = outbox.nextSegment(key.deviceId)) {
    const bytes = sealSegment(next.records, key);
    const reading = readSegment(bytes);
    if (reading.status !== 'sealed') throw new Error(`a sealed segment does not verify: ${reading.problem}`);
    const path = await place(options, segmentPath(key.deviceId, next.session, next.number), bytes);
    const written = await writer.disk.stat(join(projectDir, path));
    ingest.noteWritten({ path, sizeBytes: bytes.length, modifiedAtMs: written?.modifiedAtMs ?? -1 }, sha256Hex(bytes), reading.segment);
    outbox.markPublished(next);
    last = next;
  }
  const head = last?.records.at(-1);
  if (!head) return;
  const mark = { format: 1, device: key.deviceId, session: head.record.s, head: head.hash, recordCount: head.record.n + 1 };
  await writeOnce(writer, options.highWaterPath, new TextEncoder().encode(`${JSON.stringify(mark)}\n`));
}

/**
 * Writes a segment durably and returns its path. A file with other content under the same name is a fork (a restored
 * backup): both are kept, the new one with its hash in the name.
 */
async function place({ writer, projectDir }: PublisherOptions, path: string, bytes: Uint8Array): Promise<string> {
  const there = await readIfThere(writer.disk, join(projectDir, path));
  if (there !== null && Buffer.from(there).equals(bytes)) return path;
  const free = there === null ? path : path.replace(/\.seg$/, `-${sha256Hex(bytes).slice(0, 16)}.seg`);
  await writeOnce(writer, join(projectDir, free), bytes);
  return free;
}

async function readIfThere(disk: Disk, path: string): Promise<Uint8Array | null> {
  try {
    return await disk.read(path);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw ioFailure(thrown, path);
  }
}
