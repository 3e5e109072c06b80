/** One publication: what was seen of others, then all that waits, into a folder that is there. */
import { fail } from '../../../shared/errors.ts';
import { join } from 'node:path';
import type { Disk } from '../../files/disk.ts';
import type { DeviceKey } from '../format/keys.ts';
import { projectFileName } from './layout.ts';
import { publish, type PublisherOptions } from './publisher.ts';
import type { Seen } from './seen.ts';

export interface PublicationOptions extends Omit<PublisherOptions, 'key'> {
  /** The key of this device, and those it had before: what they left unpublished is still theirs. */
  readonly keys: readonly DeviceKey[];
  readonly seen: Seen;
  readonly isFolderHere: () => Promise<boolean>;
}

/**
 * Seals and writes everything that is in the outbox; `isFinal` at the end of a session and for an archive. Returns whether
 * something was written. @throws files/*, store/not-signed; what was not written stays in the outbox
 */
export async function publishAll({ keys, seen, isFolderHere, ...options }: PublicationOptions, isFinal: boolean): Promise<boolean> {
  // Below a mount point whose drive has gone lies another folder: what were written there would be lost to all.
  if (!(await isFolderHere())) throw fail('files/not-found', { path: options.projectDir });
  if (isFinal || options.outbox.unpublishedCount() > 0) seen.tell(isFinal);
  let isAnyWritten = false;
  for (const key of keys) if (await publish({ ...options, key })) isAnyWritten = true;
  return isAnyWritten;
}

/** Tells whether the folder that was opened is still there; without either of its two signs at the beginning, always true. */
export async function folderPresence(disk: Disk, projectDir: string): Promise<() => Promise<boolean>> {
  const isHere = async (): Promise<boolean> => {
    for (const name of [projectFileName, 'log']) {
      if ((await disk.stat(join(projectDir, name)).catch(() => null)) !== null) return true;
    }
    return false;
  };
  const wasHere = await isHere();
  return async () => !wasHere || (await isHere());
}
