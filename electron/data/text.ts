/**
 * Whole text files as streams of bytes: their hash, their encoding, and the numbers of their lines.
 * Lines count from 1 and end with LF, CR LF or CR, as an editor counts them.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fail } from '../../shared/errors.ts';
import { ioFailure } from '../files/failures.ts';
import type { Encoding } from './source.ts';

export interface ScanOptions {
  /** What the bytes must be; null checks nothing (Parquet). */
  readonly encoding: Encoding | null;
  readonly signal?: AbortSignal | undefined;
  readonly limitBytes?: number;
  /** Where to begin; 0 when absent. */
  readonly startBytes?: number;
  /** The name for errors, where `path` is a copy. */
  readonly fileName?: string;
}

/** The longest line that is read, in bytes. */
export const lineLimitBytes = 2_000_000;

const lf = 10;
const cr = 13;

/** Reads a file once. Returns its SHA-256 in hex. @throws data/nul-byte, data/encoding, files/* */
export async function scanFile(path: string, options: ScanOptions): Promise<string> {
  const hash = createHash('sha256');
  const fileName = options.fileName ?? basename(path);
  let offset = 0;
  let carry: Buffer = Buffer.alloc(0);
  for await (const chunk of chunksOf(path, options)) {
    hash.update(chunk);
    if (options.encoding === 'utf-8' || options.encoding === 'latin-1') {
      const nul = chunk.indexOf(0);
      if (nul >= 0) throw fail('data/nul-byte', { file: fileName, line: await lineAt(path, offset + nul) });
    }
    if (options.encoding === 'utf-8') {
      const bytes = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
      const end = bytes.length - incompleteTail(bytes);
      if (!isUtf8(bytes.subarray(0, end))) throw await encodingFailure(path, fileName, offset - carry.length, bytes);
      carry = bytes.subarray(end);
    }
    offset += chunk.length;
  }
  if (carry.length > 0 && options.limitBytes === undefined) throw await encodingFailure(path, fileName, offset - carry.length, carry);
  return hash.digest('hex');
}

/** Writes a UTF-16 or Latin-1 file again as UTF-8. Latin-1 is read as Windows-1252, its superset. @throws data/encoding, files/* */
export async function writeAsUtf8(path: string, encoding: Encoding, outPath: string, fileName: string): Promise<void> {
  const decoded = encoding === 'latin-1' ? latin1Text(path) : utf16Text(path, encoding === 'utf-16be', fileName);
  await pipeline(Readable.from(decoded), createWriteStream(outPath));
}

/** The line of the first byte from `offset` on that ends no line. */
export async function lineOfText(path: string, offset: number): Promise<number> {
  let at = offset;
  for await (const chunk of chunksOf(path, { encoding: null, startBytes: offset })) {
    const index = chunk.findIndex((byte) => byte !== lf && byte !== cr);
    at += index < 0 ? chunk.length : index;
    if (index >= 0) break;
  }
  return await lineAt(path, at);
}

/** The line of the byte at `offset`. */
async function lineAt(path: string, offset: number): Promise<number> {
  if (offset <= 0) return 1;
  let line = 1;
  let last = 0;
  for await (const chunk of chunksOf(path, { encoding: null, limitBytes: offset })) {
    line += lineBreaksIn(chunk, last);
    last = chunk[chunk.length - 1] ?? 0;
  }
  return line;
}

/** The number of line ends in `bytes`; `previous` is the byte before them (so that CR LF counts once). */
export function lineBreaksIn(bytes: Uint8Array, previous = 0): number {
  let count = 0;
  let before = previous;
  for (const byte of bytes) {
    if (byte === cr || (byte === lf && before !== cr)) count += 1;
    before = byte;
  }
  return count;
}

export interface RecordShape {
  /** One character, or empty when the file has no quotes. */
  readonly quote: string;
  /** What stands before a quote inside quotes. */
  readonly escape: string;
  /** Lines before the first record that are none. */
  readonly skipLines: number;
  /** DuckDB skips empty lines unless the table has one column, where they are rows. */
  readonly skipsEmptyLines: boolean;
  /** Empty lines before the first record, which are always skipped. */
  readonly leadingEmptyLines: number;
}

/** The line on which the record `index` begins (0 is the first, the header where there is one). */
export async function lineOfRecord(path: string, index: number, shape: RecordShape): Promise<number> {
  const quote = shape.quote === '' ? -1 : shape.quote.charCodeAt(0);
  // An escape that is the quote itself comes twice, which leaves the count of quotes even.
  const escape = shape.escape === '' || shape.escape === shape.quote ? -1 : shape.escape.charCodeAt(0);
  let isEscaped = false;
  let line = 1;
  let record = -1;
  let isQuoted = false;
  let isLineStart = true;
  let before = 0;
  for await (const chunk of chunksOf(path, { encoding: null })) {
    for (const byte of chunk) {
      const isSecondOfPair = byte === lf && before === cr;
      const isBreak = byte === lf || byte === cr;
      const isSkipped = line <= shape.skipLines;
      if (isLineStart && !isSecondOfPair && !isQuoted && !isSkipped) {
        const isRecord = !isBreak || (!shape.skipsEmptyLines && line > shape.skipLines + shape.leadingEmptyLines);
        if (isRecord) record += 1;
        if (record === index) return line;
      }
      if (byte === quote && !isEscaped && !isSkipped) isQuoted = !isQuoted;
      isEscaped = isQuoted && byte === escape && !isEscaped;
      if (isBreak && !isSecondOfPair) line += 1;
      isLineStart = isBreak && !isQuoted;
      before = byte;
    }
  }
  return line;
}

/** The bytes of a file, in pieces of at most a megabyte. @throws job/cancelled, files/* */
export async function* chunksOf(path: string, options: ScanOptions): AsyncGenerator<Buffer> {
  const end = options.limitBytes === undefined ? {} : { end: options.limitBytes - 1 };
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, start: options.startBytes ?? 0, ...end })) {
      if (options.signal?.aborted) throw fail('job/cancelled');
      yield chunk as Buffer;
    }
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

/** How many bytes at the end begin a UTF-8 sequence that the next chunk must finish (0 to 3). */
function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? back : 0;
    }
  }
  return 0;
}

async function encodingFailure(path: string, fileName: string, offset: number, bytes: Uint8Array): Promise<Error> {
  let start = 0;
  for (let end = bytes.indexOf(lf); end >= 0; end = bytes.indexOf(lf, start)) {
    if (!isUtf8(bytes.subarray(start, end))) break;
    start = end + 1;
  }
  return fail('data/encoding', { file: fileName, encoding: 'UTF-8', line: await lineAt(path, offset + start) });
}

async function* utf16Text(path: string, isBigEndian: boolean, fileName: string): AsyncGenerator<string> {
  let carry: Buffer = Buffer.alloc(0);
  let offset = 0;
  let line = 1;
  for await (const chunk of chunksOf(path, { encoding: null })) {
    const bytes = Buffer.concat([carry, chunk]);
    let end = bytes.length - (bytes.length % 2);
    // A high surrogate at the end waits for its other half in the next chunk.
    if (end >= 2 && ((bytes[isBigEndian ? end - 2 : end - 1] ?? 0) & 0xfc) === 0xd8) end -= 2;
    const units = Buffer.from(bytes.subarray(0, end));
    const text = (isBigEndian ? units.swap16() : units).toString('utf16le').replace(offset === 0 ? /^\uFEFF/ : /(?!)/, '');
    const isText = !/[\uD800-\uDFFF\0]/u.test(text);
    if (!isText) throw fail('data/encoding', { file: fileName, encoding: 'UTF-16', line });
    line += text.split('\n').length - 1;
    carry = bytes.subarray(end);
    offset += chunk.length;
    yield text;
  }
  if (carry.length > 0) throw fail('data/encoding', { file: fileName, encoding: 'UTF-16', line });
}

async function* latin1Text(path: string): AsyncGenerator<string> {
  for await (const chunk of chunksOf(path, { encoding: 'latin-1' })) yield windows1252(chunk);
}

/** Decodes Windows-1252; its five undefined bytes become the control characters of Latin-1. */
export function windows1252(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\x80-\x9f]/g, (character) => upperHalf[character.charCodeAt(0) - 0x80] ?? character);
}

const upperHalf = [...'€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'];
