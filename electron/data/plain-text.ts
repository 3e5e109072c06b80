/** A text file as DuckDB reads it: unpacked, in UTF-8 and without comments. Copies live in the temporary folder only meanwhile. */
import { createWriteStream } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Dialect } from '../../shared/domain/datasets.ts';
import { needsEdits, writeEdited } from './line-edits.ts';
import type { Encoding, Source } from './source.ts';
import { scanFile, writeAsUtf8 } from './text.ts';
import { unpackedChunks } from './unpack.ts';

export interface PlainText {
  /** The source itself where nothing had to be done. */
  readonly path: string;
  /** Lines of the source that are not in `path`, counted from 1. */
  readonly droppedLines: readonly number[];
}

export interface PlainTextOptions {
  readonly tempDir: string;
  readonly encoding: Encoding;
  /** Null for JSON lines, which have none. */
  readonly dialect: Dialect | null;
  /** Unpack or write again only about so much, up to the end of a line: to look at the beginning. */
  readonly limitBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

let copyCount = 0;

/** Runs `work` on the source as plain text. @throws data/encoding, data/nul-byte, data/malformed, data/too-large, job/cancelled, files/* */
export async function withPlainText<T>(source: Source, options: PlainTextOptions, work: (plain: PlainText) => Promise<T>): Promise<T> {
  const { encoding, dialect, signal } = options;
  const { fileName } = source;
  const copies: string[] = [];
  const next = (): string => {
    const path = join(options.tempDir, `utf8-${process.pid}-${copyCount++}.txt`);
    copies.push(path);
    return path;
  };
  try {
    let { path } = source;
    if (source.packing !== null) {
      const unpacked = next();
      await unpack(source, source.packing, unpacked, options);
      path = unpacked;
      await scanFile(path, { encoding, signal, fileName });
    }
    if (encoding !== 'utf-8') {
      const converted = next();
      await writeAsUtf8(path, encoding, converted, fileName);
      path = converted;
    }
    if (dialect === null || !needsEdits(dialect)) return await work({ path, droppedLines: [] });
    const edited = next();
    const droppedLines = await writeEdited(path, dialect, edited, { fileName, limitBytes: options.limitBytes, signal });
    return await work({ path: edited, droppedLines });
  } finally {
    for (const copy of copies) await rm(copy, { force: true });
  }
}

async function unpack(source: Source, packing: NonNullable<Source['packing']>, outPath: string, { limitBytes = Infinity, signal }: PlainTextOptions): Promise<void> {
  let sizeBytes = 0;
  let lastLineEnd = 0;
  const limited = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of unpackedChunks(source.path, packing, { fileName: source.fileName, signal })) {
      const end = chunk.lastIndexOf(10);
      if (end >= 0) lastLineEnd = sizeBytes + end + 1;
      sizeBytes += chunk.length;
      yield chunk;
      if (sizeBytes > limitBytes) return;
    }
  };
  await pipeline(Readable.from(limited()), createWriteStream(outPath));
  if (sizeBytes > limitBytes && lastLineEnd > 0) await truncate(outPath, lastLineEnd);
}
