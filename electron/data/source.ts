/**
 * A foreign file before any parser sees it: does it exist, is it a file, what does it look like.
 * The format is told by content first and by the ending of the name second.
 */
import { open, stat } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import type { Dialect, FileFormat } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { ioFailure } from '../files/failures.ts';
import { lineBreaksIn } from './text.ts';

export type Encoding = Dialect['encoding'];

export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly format: FileFormat;
  /** The first bytes, at most `headLimitBytes`. */
  readonly head: Buffer;
}

export const headLimitBytes = 512 * 1024;

/** Looks at a file. @throws files/not-found, files/is-directory, files/empty, files/no-access, data/unknown-format, data/nul-byte, data/malformed */
export async function openSource(path: string): Promise<Source> {
  const absolute = resolve(path);
  const { sizeBytes, modifiedAtMs, head } = await readHead(absolute);
  const fileName = basename(absolute);
  return { path: absolute, fileName, sizeBytes, modifiedAtMs, head, format: formatOf(fileName, head) };
}

/** Fails when the file is no longer the one that was opened. @throws data/malformed */
export async function requireUnchanged(source: Source): Promise<void> {
  const now = await stat(source.path).catch((thrown: unknown) => {
    throw ioFailure(thrown, source.path);
  });
  if (now.size === source.sizeBytes && now.mtimeMs === source.modifiedAtMs) return;
  throw fail('data/malformed', { file: source.fileName, reason: 'it was changed by another program while it was read' });
}

/** The encoding that a byte order mark states, or null without one. */
export function markedEncoding(head: Uint8Array): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return 'utf-16';
  return null;
}

async function readHead(path: string): Promise<{ sizeBytes: number; modifiedAtMs: number; head: Buffer }> {
  try {
    // Opening a pipe or a device could wait for ever, so the kind is checked before.
    const kind = await stat(path);
    if (kind.isDirectory()) throw fail('files/is-directory', { path });
    if (!kind.isFile()) throw fail('files/no-access', { path, reason: 'it is a device or a pipe' });
    if (kind.size === 0) throw fail('files/empty', { path });
    const file = await open(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(kind.size, headLimitBytes));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      return { sizeBytes: kind.size, modifiedAtMs: kind.mtimeMs, head: buffer.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

function formatOf(fileName: string, head: Buffer): FileFormat {
  if (head.toString('latin1', 0, 4) === 'PAR1') return 'parquet';
  const foreign = signatures.find(({ bytes }) => head.toString('latin1', 0, bytes.length) === bytes);
  if (foreign) throw fail('data/unknown-format', { file: fileName, reason: `it is ${foreign.name}` });
  const ending = extname(fileName).toLowerCase();
  if (ending === '.parquet') throw fail('data/malformed', { file: fileName, reason: 'it does not begin like a Parquet file' });
  if (markedEncoding(head) !== 'utf-16') requireText(fileName, head);
  if (['.csv', '.txt'].includes(ending)) return 'csv';
  if (['.tsv', '.tab'].includes(ending)) return 'tsv';
  if (['.jsonl', '.ndjson', '.json'].includes(ending)) return 'jsonl';
  return /^\uFEFF?\s*[{[]/.test(head.toString('utf8', 0, 1000)) ? 'jsonl' : 'csv';
}

/** A file with many control characters is no text at all; one with few has a broken line, which is named. */
function requireText(fileName: string, head: Buffer): void {
  let controlCount = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32)) controlCount += 1;
  if (controlCount > Math.max(4, head.length * 0.02)) {
    throw fail('data/unknown-format', { file: fileName, reason: 'it holds binary data, not text' });
  }
  const nul = head.indexOf(0);
  if (nul >= 0) throw fail('data/nul-byte', { file: fileName, line: lineBreaksIn(head.subarray(0, nul)) + 1 });
}

const signatures: readonly { bytes: string; name: string }[] = [
  { bytes: '\x89PNG', name: 'a PNG image' },
  { bytes: '\xff\xd8\xff', name: 'a JPEG image' },
  { bytes: 'GIF8', name: 'a GIF image' },
  { bytes: '%PDF', name: 'a PDF document' },
  { bytes: 'PK\x03\x04', name: 'a ZIP archive (or an Excel workbook)' },
  { bytes: '\xd0\xcf\x11\xe0', name: 'an old Excel or Word document' },
  { bytes: '\x1f\x8b', name: 'compressed with gzip; unpack it first' },
  { bytes: '\x28\xb5\x2f\xfd', name: 'compressed with zstd; unpack it first' },
  { bytes: 'BZh', name: 'compressed with bzip2; unpack it first' },
  { bytes: '\xfd7zXZ', name: 'compressed with xz; unpack it first' },
  { bytes: 'SQLite format 3\0', name: 'an SQLite database' },
  { bytes: 'ARROW1', name: 'an Arrow file' },
  { bytes: '\x89HDF', name: 'an HDF5 file' },
  { bytes: '\x7fELF', name: 'a program' },
  { bytes: 'MZ\x90', name: 'a program' },
];
