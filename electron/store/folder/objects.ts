/**
 * Content-addressed objects: obj/<aa>/<62 hex>, named by SHA-256. Written once; hashed before anything reads them,
 * because a flipped bit in a Parquet file can change a number without any error.
 */
import { dirname, join } from 'node:path';
import { fail } from '../../../shared/errors.ts';
import { ObjectHash } from '../../../shared/domain/ids.ts';
import { discard, ensureDirectory, requireFreeSpace, settle, writeTemporary, type Writer } from '../../files/atomic.ts';
import type { Disk, FileState } from '../../files/disk.ts';
import { ioFailure } from '../../files/failures.ts';
import { hashFile, readChunks, sha256Hex } from '../../files/hashing.ts';
import { objectPathOf } from './layout.ts';

export interface PutResult {
  readonly hash: ObjectHash;
  readonly sizeBytes: number;
  /** False when the content was there already. */
  readonly isNew: boolean;
}

export type ObjectSource = { readonly path: string } | { readonly bytes: Uint8Array };

export interface Objects {
  /** Stores content and returns its hash; content that is there already is not stored again. @throws files/* */
  put(source: ObjectSource): Promise<PutResult>;
  /** The path of a verified object. @throws store/object-missing, store/object-damaged */
  pathOf(hash: ObjectHash): Promise<string>;
  has(hash: ObjectHash): Promise<boolean>;
}

/** Objects of the folder. `isGood` results last for the session and for the same size and modification time. */
export function createObjects(writer: Writer, projectDir: string): Objects {
  const { disk } = writer;
  const verified = new Map<string, string>();

  async function check(hash: ObjectHash): Promise<'good' | 'missing' | 'damaged'> {
    const path = join(projectDir, objectPathOf(hash));
    const state = await fileState(disk, path);
    if (state === null) return 'missing';
    if (verified.get(hash) === state) return 'good';
    const { sha256 } = await hashFile(path, disk);
    if (sha256 !== hash) return 'damaged';
    verified.set(hash, state);
    return 'good';
  }

  return {
    async put(source) {
      const directory = join(projectDir, 'obj');
      await ensureDirectory(disk, directory);
      // Twice its size: the log that names it must fit too, and a drive that is full to the brim serves nobody.
      await requireFreeSpace(disk, directory, 2 * ('path' in source ? await sizeOf(disk, source.path) : source.bytes.length));
      const known = 'bytes' in source ? ObjectHash.parse(sha256Hex(source.bytes)) : null;
      if (known && 'bytes' in source && (await check(known)) === 'good') return { hash: known, sizeBytes: source.bytes.length, isNew: false };
      const temporary = await writeTemporary(writer, directory, 'bytes' in source ? source.bytes : readChunks(source.path, disk));
      const hash = ObjectHash.parse(temporary.sha256);
      try {
        if ((await check(hash)) === 'good') {
          await discard(disk, temporary.path);
          return { hash, sizeBytes: temporary.sizeBytes, isNew: false };
        }
        // Also when a damaged file is in its place: the good copy replaces it whole.
        const target = join(projectDir, objectPathOf(hash));
        await ensureDirectory(disk, dirname(target));
        await settle(disk, temporary.path, target);
        const written = await disk.stat(target);
        if (written?.sizeBytes !== temporary.sizeBytes) throw fail('files/io', { path: target, reason: 'the drive did not keep what was written' });
        verified.set(hash, stateOf(written));
      } catch (thrown) {
        await discard(disk, temporary.path);
        throw ioFailure(thrown, temporary.path);
      }
      return { hash, sizeBytes: temporary.sizeBytes, isNew: true };
    },
    async pathOf(hash) {
      const result = await check(hash);
      if (result === 'missing') throw fail('store/object-missing', { hash });
      if (result === 'damaged') throw fail('store/object-damaged', { hash, path: objectPathOf(hash).slice('obj/'.length) });
      return join(projectDir, objectPathOf(hash));
    },
    has: async (hash) => (await fileState(disk, join(projectDir, objectPathOf(hash)))) !== null,
  };
}

/** Size and time of a file as one text, null when it is absent. */
async function fileState(disk: Disk, path: string): Promise<string | null> {
  try {
    const state = await disk.stat(path);
    return state && stateOf(state);
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

function stateOf({ sizeBytes, modifiedAtMs, id }: FileState): string {
  return `${sizeBytes} ${modifiedAtMs} ${id}`;
}

async function sizeOf(disk: Disk, path: string): Promise<number> {
  try {
    const state = await disk.stat(path);
    if (state === null) throw fail('files/not-found', { path });
    if (state.kind === 'directory') throw fail('files/is-directory', { path });
    return state.sizeBytes;
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}
