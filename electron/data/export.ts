/**
 * Writes a stored table to a file of the user's, whole or not at all. Parquet is our own file byte for byte, so that its
 * SHA-256 is that of the version; the other formats are written anew.
 */
import { createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { metadataNameOf, type ExportOutcome, type ExportSettings } from '../../shared/domain/dataset-export.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { hashFile, readChunks } from '../files/hashing.ts';
import { croissantOf, type DatasetFacts } from './croissant.ts';
import { withProgress, type Duck } from './duck.ts';
import { arrowBytes } from './export-arrow.ts';
import { writeJsonLines, writeText } from './export-text.ts';
import { requireFree, withOutput } from './output.ts';
import { describeParquet, type ParquetTable } from './parquet.ts';

export interface ExportOptions {
  /** A table of ours. */
  readonly path: string;
  readonly outPath: string;
  /** Where the file is written first, beside `outPath`. */
  readonly partPath: string;
  /** Whether a file of that name is replaced. */
  readonly canReplace: boolean;
  readonly settings: ExportSettings;
  /** What the metadata say of the dataset. */
  readonly facts: DatasetFacts;
  readonly onProgress?: ((progress: { done: number; total: number; unit: 'rows' | 'bytes' }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/** @throws files/exists, files/not-found, files/no-access, files/disk-full, data/malformed, job/cancelled */
export async function exportTable(duck: Duck, options: ExportOptions): Promise<ExportOutcome> {
  const { outPath, partPath, canReplace, settings, facts } = options;
  const { format, hasMetadata } = settings;
  const fileName = basename(outPath);
  const metadataPath = hasMetadata ? join(dirname(resolve(outPath)), metadataNameOf(fileName)) : null;
  // Metadata of another table must not vanish because a table of their name is new.
  const replacesMetadata = canReplace && await stat(outPath).then(() => true, () => false);
  if (metadataPath !== null && !replacesMetadata) await requireFree(metadataPath);
  const { table, ...written } = await withOutput(outPath, (path) => write(duck, { ...options, partPath: path }), { partPath, isNew: !canReplace });
  if (metadataPath !== null) {
    const file = { fileName, format, layout: settings.layout, ...written };
    const metadata = `${JSON.stringify(croissantOf(facts, table.columns, file), null, 2)}\n`;
    await withOutput(metadataPath, (path) => writeBytes(path, [Buffer.from(metadata)], options.signal), { partPath: `${partPath}.json`, isNew: !replacesMetadata });
  }
  return { fileName, format, rowCount: table.rowCount, ...written, metadataName: metadataPath === null ? null : basename(metadataPath) };
}

interface Written { readonly sizeBytes: number; readonly sha256: string; readonly guardedCount: number; }

async function write(duck: Duck, options: ExportOptions): Promise<Written & { readonly table: ParquetTable }> {
  const { path, partPath, settings, signal, onProgress } = options;
  const { format, layout } = settings;
  const isMarked = (format === 'csv' || format === 'tsv') && layout.hasByteOrderMark;
  // DuckDB cannot begin a file with the mark: what it writes is copied behind it.
  const body = isMarked ? join(duck.tempDir, basename(partPath)) : partPath;
  try {
    const { table, guardedCount } = await duck.session({ files: [path, body], signal }, async (session) => {
      const described = await describeParquet(session, path);
      const guarded = await withProgress(session, onProgress && ((progress) => onProgress({ ...progress, unit: 'rows' })), async () => {
        if (format === 'csv' || format === 'tsv') return await writeText(session, described, body, settings);
        if (format === 'jsonl') await writeJsonLines(session, described, body);
        if (format === 'arrow') await writeBytes(body, arrowBytes(session, described, (done) => onProgress?.({ done, total: described.rowCount, unit: 'rows' })), signal);
        return 0;
      });
      return { table: described, guardedCount: guarded };
    });
    if (format === 'parquet') await writeBytes(partPath, counted(path, (await stat(path)).size, options), signal);
    if (isMarked) await writeBytes(partPath, behindMark(counted(body, (await stat(body)).size, options)), signal);
    return { table, guardedCount, ...(await settled(partPath, signal)) };
  } finally {
    if (isMarked) await rm(body, { force: true });
  }
}

/** The bytes of a file, with progress. */
async function* counted(path: string, total: number, { onProgress }: ExportOptions): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const chunk of readChunks(path)) {
    yield chunk;
    done += chunk.length;
    onProgress?.({ done, total, unit: 'bytes' });
  }
}

async function* behindMark(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield byteOrderMark;
  yield* bytes;
}

/** @throws job/cancelled */
async function writeBytes(path: string, bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pipeline(bytes, createWriteStream(path), { ...(signal && { signal }) });
  } catch (thrown) {
    if (signal?.aborted && !(thrown instanceof AppError)) throw fail('job/cancelled', {}, thrown);
    throw thrown;
  }
}

/** Hash and size of the finished file, once its bytes are on the drive. */
async function settled(path: string, signal: AbortSignal | undefined): Promise<{ sha256: string; sizeBytes: number }> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  return await hashFile(path, undefined, () => { if (signal?.aborted) throw fail('job/cancelled'); });
}
