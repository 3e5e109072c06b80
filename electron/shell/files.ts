/**
 * Files that the user chose in a dialog or dropped. The window sees a handle, a name and a size;
 * the path goes from the shell to the engine, so a window can only read what a person pointed at.
 */
import { randomBytes } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { basename, isAbsolute } from 'node:path';
import type { ChosenFile } from '../../shared/contract/shell.ts';
import { FileHandle, idFromBytes } from '../../shared/domain/ids.ts';
import { fail } from '../../shared/errors.ts';

/** Tells the engine which path a handle stands for. */
export type Grant = (handle: FileHandle, path: string) => void;

/** As many as may be one table. */
const mostDroppedFiles = 10_000;

/** A file or a folder to be read. */
export async function chooseFile(path: string, grant: Grant): Promise<ChosenFile> {
  const { sizeBytes, isFolder } = await stat(path).then((state) => ({ sizeBytes: state.size, isFolder: state.isDirectory() }), () => ({ sizeBytes: 0, isFolder: false }));
  return { ...named(path, grant), sizeBytes, isFolder };
}

/** A file to be written. */
export function chooseTarget(path: string, grant: Grant): ChosenFile {
  return { ...named(path, grant), sizeBytes: 0, isFolder: false };
}

/** A printed page; only its owner may read it, for it may hold a recovery code. @throws files/no-access */
export async function savePdf(content: Uint8Array, path: string): Promise<void> {
  try {
    await writeFile(path, content, { mode: 0o600 });
  } catch (thrown) {
    throw fail('files/no-access', { path, reason: thrown instanceof Error ? thrown.message : String(thrown) }, thrown);
  }
}

/** Paths of dropped files as the preload reports them; anything else in the message is ignored. */
export function droppedPaths(message: unknown): string[] {
  if (!Array.isArray(message)) return [];
  return message.filter((path): path is string => typeof path === 'string' && isAbsolute(path) && !path.includes('\0')).slice(0, mostDroppedFiles);
}

function named(path: string, grant: Grant): { handle: FileHandle; name: string } {
  const handle = FileHandle.parse(`file-${idFromBytes(randomBytes(16))}`);
  grant(handle, path);
  return { handle, name: basename(path) };
}
