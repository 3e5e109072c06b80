/** Walks a project folder: the files of the log and the objects, with their sizes. Temporary and system files are skipped. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryPrefix } from '../files/atomic.ts';
import { codeOf, ioFailure } from '../files/failures.ts';

export interface FolderFile {
  /** Relative to the project, with "/". */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** Files that systems and file managers leave everywhere. */
const systemFiles = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', '.directory']);

/** All files below `folder` of the project, at most three levels deep, by path. @throws files/* */
export async function listFiles(projectDir: string, folder: string, depth = 3): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  for (const entry of await entriesOf(join(projectDir, folder))) {
    if (entry.name.startsWith(temporaryPrefix) || systemFiles.has(entry.name)) continue;
    const path = `${folder}/${entry.name}`;
    // Links are not followed: a project is made of its own files.
    if (entry.isDirectory() && depth > 1) files.push(...(await listFiles(projectDir, path, depth - 1)));
    if (!entry.isFile()) continue;
    const state = await stat(join(projectDir, path)).catch(() => null);
    if (state) files.push({ path, sizeBytes: state.size, modifiedAtMs: state.mtimeMs });
  }
  return files;
}

async function entriesOf(path: string) {
  try {
    return (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return [];
    throw ioFailure(thrown, path);
  }
}
