/** A store that only reads, on a folder in memory: for what a project says when its files are not as they should be. */
import { createHash } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { Store } from '../../electron/store/api.ts';
import { openCore } from '../../electron/store/core.ts';
import { openIndexFile } from '../../electron/store/index/index-file.ts';
import { deviceKey } from '../../electron/store/format/keys.ts';
import { openOutbox } from '../../electron/store/folder/outbox.ts';
import { createMemoryDisk, type MemoryDisk } from './sim/memory-disk.ts';
import type { Files } from './verify-files.ts';

export interface Reader {
  readonly store: Store;
  readonly disk: MemoryDisk;
  /** Lets time pass. */
  wait(elapsedMs: number): void;
  close(): Promise<void>;
}

/** Opens the files with a new index and nothing remembered; the project lies in "/p". */
export async function openReader(files: Files, projectId: string): Promise<Reader> {
  let nowMs = Date.UTC(2026, 6, 1);
  const disk = createMemoryDisk({ clock: () => nowMs });
  for (const [path, bytes] of files) disk.put(`/p/${path}`, bytes);
  const outbox = openOutbox(':memory:');
  const db = await openIndexFile(':memory:');
  const store = await openCore({
    projectId, projectDir: '/p', writer: { disk: disk.mount().disk, random: (byteCount) => new Uint8Array(byteCount) }, clock: () => nowMs,
    scheduler: { after: () => () => undefined }, key: deviceKey('reader', createHash('sha256').update('reader').digest()), person: 'Reader', appVersion: '0.0.0',
    readOnlyReason: 'it is only read', outbox, db, scratchDir: '/scratch', problems: [], closers: [() => outbox.close(), () => void db.close()],
  });
  onTestFinished(() => store.close());
  return { store, disk, wait: (elapsedMs) => void (nowMs += elapsedMs), close: () => store.close() };
}
