/**
 * What an image file says of itself before a decoder sees it: format, size, channels, orientation. The whole
 * structure is walked, so that a file that is cut off, or that would unpack to too much, is refused unread.
 */
import { fail } from '../../shared/errors.ts';

export interface ImageHead {
  readonly format: 'png' | 'jpeg';
  /** Pixels as they lie in the file, before it is turned. */
  readonly width: number;
  readonly height: number;
  /** Values per pixel: 1 grey, 2 grey with alpha, 3 colour, 4 colour with alpha. A palette counts as its colours. */
  readonly channels: number;
  readonly bitDepth: number;
  /** As EXIF numbers it: 1 upright ... 8; from 5 on width and height are exchanged when it is shown. */
  readonly orientation: number;
}

/** Bounds that hold before anything is decoded. */
export const imageLimits = { fileBytes: 64 * 1024 * 1024, pixels: 8192 * 8192, side: 32_768, decodedBytes: 256 * 1024 * 1024, scans: 200 } as const;

/** A piece of a PNG file: what its decoder needs, and nothing that it could trip over. */
export interface PngChunk {
  readonly type: string;
  /** With length, type and check sum. */
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** Refuses an image with a reason that goes on after its name. */
export function refuseImage(file: string, reason: string, cause?: unknown): Error {
  return fail('data/bad-image', { file, reason }, cause);
}

/** The format that the first bytes show; null for what is neither PNG nor JPEG. */
export function imageFormatOf(bytes: Uint8Array): ImageHead['format'] | null {
  if (pngSignature.every((byte, index) => bytes[index] === byte)) return 'png';
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff ? 'jpeg' : null;
}

/** @throws data/bad-image */
export function readImageHead(bytes: Uint8Array, file: string): ImageHead {
  const format = imageFormatOf(bytes);
  if (format === null) throw refuseImage(file, 'it is neither a PNG nor a JPEG image');
  if (bytes.length > imageLimits.fileBytes) throw refuseImage(file, `it has more than ${imageLimits.fileBytes / 1024 / 1024} MB`);
  const head = format === 'png' ? pngHead(bytes, file) : jpegHead(bytes, file);
  const { width, height, channels, bitDepth } = head;
  if (width === 0 || height === 0) throw refuseImage(file, 'it has no pixels');
  const isTooLarge = width > imageLimits.side || height > imageLimits.side || width * height > imageLimits.pixels || (width * height * channels * bitDepth) / 8 > imageLimits.decodedBytes;
  if (isTooLarge) throw refuseImage(file, `its ${width} × ${height} pixels are more than are read; the limit is ${imageLimits.pixels / 2 ** 20} million pixels and ${imageLimits.decodedBytes / 2 ** 20} MB unpacked`);
  return head;
}

/** The chunks of a PNG file up to its end. @throws data/bad-image */
export function pngChunks(bytes: Uint8Array, file: string): PngChunk[] {
  const view = viewOf(bytes);
  const chunks: PngChunk[] = [];
  for (let at = pngSignature.length; ;) {
    if (at + 12 > bytes.length) throw refuseImage(file, 'it is cut off');
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw refuseImage(file, 'it is cut off');
    const type = textAt(bytes, at + 4, 4);
    chunks.push({ type, whole: bytes.subarray(at, end), content: bytes.subarray(at + 8, end - 4) });
    if (type === 'IEND') return chunks;
    at = end;
  }
}

export const pngSignature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Values per pixel by the colour type of a PNG file (PNG specification, table 11.1); 3 is a palette. */
const pngChannels: Readonly<Record<number, { readonly channels: number; readonly depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] }, 2: { channels: 3, depths: [8, 16] }, 3: { channels: 1, depths: [1, 2, 4, 8] }, 4: { channels: 2, depths: [8, 16] }, 6: { channels: 4, depths: [8, 16] },
};

function pngHead(bytes: Uint8Array, file: string): ImageHead {
  const chunks = pngChunks(bytes, file);
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.content.length !== 13) throw refuseImage(file, 'it does not begin as a PNG image does');
  const view = viewOf(first.content);
  const [bitDepth, colourType, interlace] = [view.getUint8(8), view.getUint8(9), view.getUint8(12)];
  const kind = pngChannels[colourType];
  if (kind === undefined || !kind.depths.includes(bitDepth) || interlace > 1) throw refuseImage(file, 'its header makes no sense');
  if (interlace === 1 && bitDepth < 8) throw refuseImage(file, 'it is interlaced with fewer than 8 bits a value, which is not read; save it without interlacing');
  const hasPalette = chunks.some(({ type }) => type === 'PLTE');
  const isIndexed = colourType === 3;
  if (isIndexed && !hasPalette) throw refuseImage(file, 'its palette is missing');
  if (!chunks.some(({ type }) => type === 'IDAT')) throw refuseImage(file, 'its pixels are missing');
  const exif = chunks.find(({ type }) => type === 'eXIf');
  return {
    format: 'png', width: view.getUint32(0), height: view.getUint32(4), bitDepth,
    channels: isIndexed ? (chunks.some(({ type }) => type === 'tRNS') ? 4 : 3) : kind.channels,
    orientation: exif === undefined ? 1 : orientationOf(exif.content),
  };
}

/** Frames that carry no length: fill bytes, restarts, and the marks of beginning and end. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7);
}

/** Walks the segments of a JPEG file to its end (ITU-T T.81, annex B). */
function jpegHead(bytes: Uint8Array, file: string): ImageHead {
  const view = viewOf(bytes);
  let frame: Omit<ImageHead, 'orientation'> | null = null;
  let orientation = 1;
  let scanCount = 0;
  let at = 2;
  for (;;) {
    if (at + 2 > bytes.length) throw refuseImage(file, 'it is cut off');
    if (bytes[at] !== 0xff) throw refuseImage(file, 'its parts do not follow each other');
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) { at += 1; continue; }
    if (marker === 0xd9) break;
    if (standsAlone(marker)) { at += 2; continue; }
    if (at + 4 > bytes.length) throw refuseImage(file, 'it is cut off');
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length || end < at + 4) throw refuseImage(file, 'it is cut off');
    const content = bytes.subarray(at + 4, end);
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      if (frame !== null) throw refuseImage(file, 'it holds more than one picture');
      frame = frameOf(marker, content, file);
    }
    if (marker === 0xe1 && textAt(content, 0, 6) === 'Exif\0\0') orientation = orientationOf(content.subarray(6));
    at = end;
    if (marker !== 0xda) continue;
    if (frame === null) throw refuseImage(file, 'its pixels come before its size');
    scanCount += 1;
    // A small file can ask for thousands of passes over a large picture.
    if (scanCount > imageLimits.scans) throw refuseImage(file, `it is built of more than ${imageLimits.scans} passes`);
    at = endOfScan(bytes, at);
  }
  if (frame === null || scanCount === 0) throw refuseImage(file, 'its pixels are missing');
  return { ...frame, orientation };
}

/** In compressed data a byte of 255 is followed by 0 or by a restart mark; anything else begins the next part. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1] ?? 0xd9;
    if (next !== 0 && next !== 0xff && !standsAlone(next)) return at;
    if (next === 0xff) at -= 1;
  }
  return bytes.length;
}

function frameOf(marker: number, content: Uint8Array, file: string): Omit<ImageHead, 'orientation'> {
  if (content.length < 6) throw refuseImage(file, 'its header makes no sense');
  if (marker > 0xc2) throw refuseImage(file, 'it is a lossless, arithmetic or hierarchical JPEG, which is not read; save it as an ordinary one');
  const view = viewOf(content);
  const [bitDepth, height, width, channels] = [view.getUint8(0), view.getUint16(1), view.getUint16(3), view.getUint8(5)];
  if (bitDepth !== 8) throw refuseImage(file, `it has ${bitDepth} bits a value; a JPEG with 8 is read`);
  if (channels === 4) throw refuseImage(file, 'its four channels are those of print (CMYK); save it as RGB');
  if (channels !== 1 && channels !== 3) throw refuseImage(file, `it has ${channels} channels; a JPEG with 1 or 3 is read`);
  return { format: 'jpeg', width, height, channels, bitDepth };
}

/** Tag 0x0112 of the first directory of a TIFF structure (EXIF 2.32, 4.6.4); 1 where nothing valid is said. */
function orientationOf(tiff: Uint8Array): number {
  const order = textAt(tiff, 0, 2);
  if (tiff.length < 8 || (order !== 'II' && order !== 'MM')) return 1;
  const view = viewOf(tiff);
  const isLittle = order === 'II';
  const directory = view.getUint32(4, isLittle);
  if (directory + 2 > tiff.length) return 1;
  const count = view.getUint16(directory, isLittle);
  for (let entry = directory + 2; entry < directory + 2 + count * 12 && entry + 12 <= tiff.length; entry += 12) {
    if (view.getUint16(entry, isLittle) !== 0x0112) continue;
    const value = view.getUint16(entry + 8, isLittle);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function textAt(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
