/** Walks a project folder: the files of the log and the objects, with their sizes. Temporary and system files are skipped. */
import { join } from 'node:path';
import { temporaryPrefix } from '../../files/atomic.ts';
import type { Disk, DiskEntry } from '../../files/disk.ts';
import { ioFailure } from '../../files/failures.ts';

export interface FolderFile {
  /** Relative to the project, with "/". */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** Files that systems and file managers leave everywhere. */
const systemFiles = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '.directory']);

/** All files below `folder` of the project, at most three levels deep, by path. @throws files/* */
export async function listFiles(disk: Disk, projectDir: string, folder: string, depth = 3): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  for (const entry of await entriesOf(disk, join(projectDir, folder))) {
    if (entry.name.startsWith(temporaryPrefix) || systemFiles.has(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    // Links are not followed: a project is made of its own files.
    if (entry.kind === 'directory' && depth > 1) files.push(...(await listFiles(disk, projectDir, path, depth - 1)));
    if (entry.kind !== 'file') continue;
    const state = await disk.stat(join(projectDir, path)).catch(() => null);
    if (state) files.push({ path, sizeBytes: state.sizeBytes, modifiedAtMs: state.modifiedAtMs });
  }
  return files;
}

async function entriesOf(disk: Disk, path: string): Promise<DiskEntry[]> {
  try {
    return await disk.list(path);
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}
