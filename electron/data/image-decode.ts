/**
 * Image files to pixels: PNG by fast-png, JPEG by libjpeg-turbo as WebAssembly. Only ever in a data worker. One rule for
 * all kinds: 8 bits a value (16 are rounded), grey or red, green, blue; what is transparent is laid on white.
 * Colour profiles and gamma are not applied.
 */
import { decode, type DecodedPng } from 'fast-png';
import { inflateSync } from 'node:zlib';
import { AppError } from '../../shared/errors.ts';
import { pngChunks, pngSignature, readImageHead, refuseImage, type ImageHead } from './image-head.ts';
import { decodeJpeg } from './jpeg.ts';
import { areaAverage, upright, uprightSize, type Picture, type Size } from './picture.ts';

/** The upright picture at a size of the caller's choice. @throws data/bad-image */
export async function pictureOf(bytes: Uint8Array, file: string, sizeOf: (upright: Size) => Size): Promise<Picture> {
  const head = readImageHead(bytes, file);
  const stored = head.format === 'png' ? decodePng(bytes, head, file) : await decodeJpeg(bytes, head, file);
  // Turning is left for the small picture: the mean over an area is the same either way.
  const wanted = sizeOf(uprightSize(stored, head.orientation));
  return upright(areaAverage(stored, uprightSize(wanted, head.orientation)), head.orientation);
}

/** Chunks that the decoder is given: the others say nothing of pixels, and some unpack to anything. */
const neededChunks = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

function decodePng(bytes: Uint8Array, head: ImageHead, file: string): Picture {
  const chunks = pngChunks(bytes, file).filter(({ type }) => neededChunks.has(type));
  requireExactPixels(Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ content }) => content)), chunks[0]?.content ?? new Uint8Array(), file);
  try {
    return onWhite(decode(Buffer.concat([Uint8Array.from(pngSignature), ...chunks.map(({ whole }) => whole)]), { checkCrc: true }), head);
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw refuseImage(file, 'its pixels are damaged', thrown);
  }
}

/** The packed pixels must be as many as the header says: more are not unpacked, and the check sum of the stream must hold. */
function requireExactPixels(packed: Uint8Array, header: Uint8Array, file: string): void {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const [width, height, bitDepth, colourType, interlace] = [view.getUint32(0), view.getUint32(4), view.getUint8(8), view.getUint8(9), view.getUint8(12)];
  const bitsPerPixel = bitDepth * ({ 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType] ?? 1);
  const sizeOf = (columns: number, rows: number): number => (columns === 0 ? 0 : rows * (1 + Math.ceil((columns * bitsPerPixel) / 8)));
  const expected = interlace === 0 ? sizeOf(width, height)
    : adam7.reduce((sum, [x, y, stepX, stepY]) => sum + sizeOf(Math.max(0, Math.ceil((width - x) / stepX)), Math.max(0, Math.ceil((height - y) / stepY))), 0);
  let found: number;
  try {
    found = inflateSync(packed, { maxOutputLength: expected }).length;
  } catch (thrown) {
    const isMore = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE';
    throw refuseImage(file, isMore ? 'it unpacks to more pixels than its header says' : 'its pixels are damaged', thrown);
  }
  if (found !== expected) throw refuseImage(file, 'it has fewer pixels than its header says');
}

/** First column and row, and the steps, of the seven passes of an interlaced PNG (PNG specification, 8.2). */
const adam7 = [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]] as const;

/** Palette, bit depth, alpha and the one transparent colour, brought to grey or red, green, blue on white. */
function onWhite(png: DecodedPng, { channels: shown }: ImageHead): Picture {
  const { width, height, palette } = png;
  const isColour = shown >= 3;
  const channels = isColour ? 3 : 1;
  const values = new Uint8Array(width * height * channels);
  const sample = sampler(png);
  const top = 2 ** png.depth - 1;
  const clear = palette === undefined && png.transparency !== undefined && png.transparency.length === (isColour ? 3 : 1) ? png.transparency : null;
  const stored = palette === undefined ? png.channels : 1;
  const hasAlpha = stored === 2 || stored === 4;
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    const colour = palette?.[sample(pixel, 0)];
    if (palette !== undefined && colour === undefined) throw new RangeError('a pixel is not in the palette');
    let opacity = colour === undefined ? (hasAlpha ? sample(pixel, stored - 1) / top : 1) : (colour[3] ?? 255) / 255;
    if (clear?.every((value, channel) => sample(pixel, channel) === value)) opacity = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      const value = colour === undefined ? (sample(pixel, channel) / top) * 255 : colour[channel] ?? 0;
      values[pixel * channels + channel] = Math.round(value * opacity + 255 * (1 - opacity));
    }
  }
  return { width, height, channels, values };
}

/** The stored value of a channel of a pixel; below 8 bits several values share a byte and each row begins a new one. */
function sampler({ data, width, channels, depth }: DecodedPng): (pixel: number, channel: number) => number {
  if (depth >= 8) return (pixel, channel) => data[pixel * channels + channel] ?? 0;
  const bytesPerRow = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  return (pixel) => {
    const bit = (pixel % width) * depth;
    return ((data[Math.floor(pixel / width) * bytesPerRow + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & mask;
  };
}
