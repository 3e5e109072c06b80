/** The parts of a workbook: a ZIP archive from outside, read within limits that are checked before and while it is unpacked. */
import { openPromise } from 'yauzl';
import type { Entry, ZipFile } from 'yauzl';
import { fail } from '../../shared/errors.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import type { Source } from './source.ts';

/** Far above what spreadsheet programs write; a bomb needs more. Sizes in bytes. */
export const workbookLimits = { parts: 10_000, partBytes: 2 * 1024 ** 3, totalBytes: 4 * 1024 ** 3, ratio: 400, ratioFreeBytes: 32 * 1024 ** 2 } as const;

export interface WorkbookZip {
  /** The unpacked bytes of a part; null where there is no such part. */
  part(name: string): AsyncGenerator<Buffer> | null;
  close(): void;
}

/** Opens the archive and checks its directory. @throws data/malformed, data/too-large, files/* */
export async function openWorkbookZip(source: Source): Promise<WorkbookZip> {
  const zip = await openPromise(source.path, { autoClose: false, validateEntrySizes: true, strictFileNames: false }).catch((thrown: unknown) => {
    throw damaged(source, thrown);
  });
  try {
    const entries = await directoryOf(zip, source);
    return {
      part: (name) => {
        const entry = entries.get(name.toLowerCase());
        return entry === undefined ? null : unpacked(zip, entry, source);
      },
      close: () => zip.close(),
    };
  } catch (thrown) {
    zip.close();
    throw damaged(source, thrown);
  }
}

async function directoryOf(zip: ZipFile, source: Source): Promise<Map<string, Entry>> {
  const limit = (found: string, limited: string): Error => fail('data/too-large', { file: source.fileName, found, limit: limited });
  if (zip.entryCount > workbookLimits.parts) throw limit(`${zip.entryCount} parts`, `${workbookLimits.parts} parts`);
  const entries = new Map<string, Entry>();
  let totalBytes = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize, compressedSize } = entry;
    totalBytes += uncompressedSize;
    if (uncompressedSize > workbookLimits.partBytes) throw limit(`a part of ${uncompressedSize} bytes`, `${workbookLimits.partBytes} bytes a part`);
    if (uncompressedSize > workbookLimits.ratioFreeBytes && uncompressedSize > compressedSize * workbookLimits.ratio) {
      throw limit(`a part that grows more than ${workbookLimits.ratio} times`, `${workbookLimits.ratio} times`);
    }
    if (totalBytes > workbookLimits.totalBytes) throw limit('parts that are larger together', `${workbookLimits.totalBytes} bytes`);
    const name = fileName.toLowerCase();
    // With two parts of one name two programs could see two tables.
    if (entries.has(name)) throw fail('data/malformed', { file: source.fileName, reason: `it has the part "${fileName.slice(0, 80)}" twice` });
    entries.set(name, entry);
  }
  return entries;
}

/** yauzl itself stops a part that is longer or shorter than the directory says. */
async function* unpacked(zip: ZipFile, entry: Entry, source: Source): AsyncGenerator<Buffer> {
  try {
    if (entry.isEncrypted()) throw fail('data/malformed', { file: source.fileName, reason: 'it is encrypted' });
    const stream = await zip.openReadStreamPromise(entry);
    try {
      for await (const chunk of stream) yield chunk as Buffer;
    } finally {
      stream.destroy();
    }
  } catch (thrown) {
    throw damaged(source, thrown);
  }
}

function damaged(source: Source, thrown: unknown): unknown {
  const known = codeOf(thrown)?.startsWith('Z_') ? thrown : ioFailure(thrown, source.path);
  if (known !== thrown || !(thrown instanceof Error) || 'failure' in thrown) return known;
  return fail('data/malformed', { file: source.fileName, reason: thrown.message.slice(0, 200) }, thrown);
}
