/** Runs the verifier of the app on a folder that exists in memory alone. */
import type { Heads } from '../../electron/store/format/heads.ts';
import { verifyFolder } from '../../electron/store/check/verify.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { createMemoryDisk } from './sim/memory-disk.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** The report on these files; nothing is remembered and no key is known. */
export function verifyFiles(files: Files, projectId: string, { heads = {}, knownKeys = [] }: { heads?: Heads; knownKeys?: readonly string[] } = {}): Promise<VerifyReport> {
  const memory = createMemoryDisk({ clock: () => 0 });
  for (const [path, bytes] of files) memory.put(`/p/${path}`, bytes);
  return verifyFolder({
    disk: memory.mount().disk, projectDir: '/p', projectId, knownKeys, memory: { problems: [], heads }, texts: {}, nowMs: Date.UTC(2026, 6, 1),
  });
}

/** The files with some replaced, and without those that are null. */
export function changed(files: Files, changes: Readonly<Record<string, Uint8Array | null>>): Map<string, Uint8Array> {
  const all = new Map(files);
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === null) all.delete(path);
    else all.set(path, bytes);
  }
  return all;
}
