/**
 * Content-addressed objects: obj/<aa>/<62 hex>, named by SHA-256. Written once; hashed before anything reads them,
 * because a flipped bit in a Parquet file can change a number without any error.
 */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../shared/errors.ts';
import { ObjectHash } from '../../shared/domain/ids.ts';
import { discard, ensureDirectory, requireFreeSpace, settle, writeTemporary, type Writer } from '../files/atomic.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { hashFile, readChunks, sha256Hex } from '../files/hashing.ts';
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
  const verified = new Map<string, string>();

  async function check(hash: ObjectHash): Promise<'good' | 'missing' | 'damaged'> {
    const path = join(projectDir, objectPathOf(hash));
    const state = await fileState(path);
    if (state === null) return 'missing';
    if (verified.get(hash) === state) return 'good';
    const { sha256 } = await hashFile(path);
    if (sha256 !== hash) return 'damaged';
    verified.set(hash, state);
    return 'good';
  }

  return {
    async put(source) {
      const directory = join(projectDir, 'obj');
      await ensureDirectory(writer.disk, directory);
      if ('path' in source) await requireFreeSpace(directory, await sizeOf(source.path));
      const known = 'bytes' in source ? ObjectHash.parse(sha256Hex(source.bytes)) : null;
      if (known && 'bytes' in source && (await check(known)) === 'good') return { hash: known, sizeBytes: source.bytes.length, isNew: false };
      const temporary = await writeTemporary(writer, directory, 'bytes' in source ? source.bytes : readChunks(source.path));
      const hash = ObjectHash.parse(temporary.sha256);
      try {
        if ((await check(hash)) === 'good') {
          await discard(writer.disk, temporary.path);
          return { hash, sizeBytes: temporary.sizeBytes, isNew: false };
        }
        // Also when a damaged file is in its place: the good copy replaces it whole.
        const target = join(projectDir, objectPathOf(hash));
        await ensureDirectory(writer.disk, dirname(target));
        await settle(writer.disk, temporary.path, target);
        const state = await fileState(target);
        if (state !== null) verified.set(hash, state);
      } catch (thrown) {
        await discard(writer.disk, temporary.path);
        throw thrown;
      }
      return { hash, sizeBytes: temporary.sizeBytes, isNew: true };
    },
    async pathOf(hash) {
      const result = await check(hash);
      if (result === 'missing') throw fail('store/object-missing', { hash });
      if (result === 'damaged') throw fail('store/object-damaged', { hash, path: objectPathOf(hash).slice('obj/'.length) });
      return join(projectDir, objectPathOf(hash));
    },
    has: async (hash) => (await fileState(join(projectDir, objectPathOf(hash)))) !== null,
  };
}

/** Size and time of a file as one text, null when it is absent. */
async function fileState(path: string): Promise<string | null> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR') return null;
    throw ioFailure(thrown, path);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const state = await stat(path);
    if (state.isDirectory()) throw fail('files/is-directory', { path });
    return state.size;
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}
