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
import { packingOf, unpackedChunks, type Packing } from './unpack.ts';

export type Encoding = Dialect['encoding'];

export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  readonly format: FileFormat;
  /** Only of text files; `head` is unpacked then. */
  readonly packing: Packing | null;
  /** The first bytes, at most `headLimitBytes`. */
  readonly head: Buffer;
  /** Whether `head` is all there is. */
  readonly isWhole: boolean;
}

export const headLimitBytes = 512 * 1024;

/** Looks at a file; `fileName` is what the user is told, and tells the format where the content does not. @throws files/not-found, files/is-directory, files/empty, files/no-access, data/unknown-format, data/nul-byte, data/malformed */
export async function openSource(path: string, fileName: string = basename(resolve(path))): Promise<Source> {
  const absolute = resolve(path);
  const { sizeBytes, modifiedAtMs, head } = await readHead(absolute);
  const packing = packingOf(head);
  if (packing === null) return { path: absolute, fileName, sizeBytes, modifiedAtMs, packing, head, isWhole: head.length === sizeBytes, format: formatOf(fileName, head) };
  const unpacked = await unpackHead(absolute, packing, fileName);
  const format = formatOf(fileName.replace(/\.(gz|gzip|zst|zstd)$/i, ''), unpacked.head);
  if (format !== 'csv' && format !== 'tsv' && format !== 'jsonl') throw fail('data/unknown-format', { file: fileName, reason: `only text files are read when they are packed; unpack this ${format} file first` });
  return { path: absolute, fileName, sizeBytes, modifiedAtMs, packing, ...unpacked, format };
}

/** Fails when the file is no longer the one that was opened. @throws data/malformed */
export async function requireUnchanged(source: Source): Promise<void> {
  const now = await stat(source.path).catch((thrown: unknown) => {
    throw ioFailure(thrown, source.path);
  });
  if (now.size === source.sizeBytes && now.mtimeMs === source.modifiedAtMs) return;
  throw fail('data/malformed', { file: source.fileName, reason: 'it was changed by another program while it was read' });
}

/** The encoding that a byte order mark states, or the zeros of UTF-16 without one; null where nothing tells. */
export function toldEncoding(head: Uint8Array): Encoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const zeros: [number, number] = [0, 0];
  for (let at = 0; at < head.length; at += 1) if (head[at] === 0) zeros[at % 2 === 0 ? 0 : 1] += 1;
  const half = head.length / 2;
  // Letters, digits and marks of Latin scripts have a zero for every other byte; text of UTF-8 has none.
  if (zeros[1] > half * 0.4 && zeros[0] < half * 0.02) return 'utf-16le';
  if (zeros[0] > half * 0.4 && zeros[1] < half * 0.02) return 'utf-16be';
  return null;
}

async function unpackHead(path: string, packing: Packing, fileName: string): Promise<{ head: Buffer; isWhole: boolean }> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of unpackedChunks(path, packing, { fileName })) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > headLimitBytes) break;
  }
  if (sizeBytes === 0) throw fail('files/empty', { path });
  return { head: Buffer.concat(chunks).subarray(0, headLimitBytes), isWhole: sizeBytes <= headLimitBytes };
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
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04') return 'xlsx';
  if (head.toString('latin1', 0, 16) === 'SQLite format 3\0') return 'sqlite';
  if (head.toString('latin1', 0, 6) === 'ARROW1') return 'arrow';
  // A stream of Arrow begins with a marker and the length of its schema.
  if (head.length >= 8 && head.readUInt32LE(0) === 0xffffffff && head.readUInt32LE(4) < head.length) return 'arrow';
  const foreign = signatures.find(({ bytes }) => head.toString('latin1', 0, bytes.length) === bytes);
  if (foreign) throw fail('data/unknown-format', { file: fileName, reason: `it is ${foreign.name}` });
  const ending = extname(fileName).toLowerCase();
  if (ending === '.parquet') throw fail('data/malformed', { file: fileName, reason: 'it does not begin like a Parquet file' });
  if (!toldEncoding(head)?.startsWith('utf-16')) requireText(fileName, head);
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
  { bytes: '\xd0\xcf\x11\xe0', name: 'an Excel workbook with a password or of before 2007, or another old document; save it as .xlsx' },
  { bytes: 'BZh', name: 'compressed with bzip2; unpack it first' },
  { bytes: '\xfd7zXZ', name: 'compressed with xz; unpack it first' },
  { bytes: 'FEA1', name: 'a Feather file of version 1; save it as version 2 or as Parquet' },
  { bytes: '\x89HDF', name: 'an HDF5 file' },
  { bytes: '\x7fELF', name: 'a program' },
  { bytes: 'MZ\x90', name: 'a program' },
];
