/** libjpeg-turbo, compiled to WebAssembly: it cannot touch memory other than its own, and a broken file costs an exception. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { refuseImage, type ImageHead } from './image-head.ts';
import type { Picture } from './picture.ts';

/** The parts of the library's interface that are used; it comes without types. */
interface Decoder {
  getEncodedBuffer(sizeBytes: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): { readonly width: number; readonly height: number; readonly componentCount: number };
  delete(): void;
}
interface Library { readonly JPEGDecoder: new () => Decoder; }
type LoadLibrary = (settings: { readonly wasmBinary: Uint8Array; readonly print: () => void; readonly printErr: () => void }) => Promise<Library>;

/** What an exception took in the memory of the library is never given back: after so many it is loaded anew. */
const mostFailures = 200;

let loaded: Promise<Library> | null = null;
let failureCount = 0;

/** @throws data/bad-image */
export async function decodeJpeg(bytes: Uint8Array, head: ImageHead, file: string): Promise<Picture> {
  loaded ??= load();
  const { JPEGDecoder } = await loaded;
  const decoder = new JPEGDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decode();
    const { width, height, componentCount } = decoder.getFrameInfo();
    const values = decoder.getDecodedBuffer();
    // The head was read by our own rules; a file that the library reads otherwise is trusted by neither.
    if (width !== head.width || height !== head.height || componentCount !== head.channels || values.length !== width * height * componentCount) throw new RangeError('the decoder found another size');
    return { width, height, channels: componentCount === 1 ? 1 : 3, values: values.slice() };
  } catch (thrown) {
    failureCount += 1;
    if (failureCount % mostFailures === 0) loaded = null;
    throw refuseImage(file, 'its pixels are damaged', thrown instanceof Error ? thrown : undefined);
  } finally {
    decoder.delete();
  }
}

async function load(): Promise<Library> {
  const fromHere = createRequire(import.meta.url);
  const loadLibrary = fromHere('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs') as LoadLibrary;
  const wasmBinary = await readFile(fromHere.resolve('@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasm'));
  const silent = (): void => undefined;
  return await loadLibrary({ wasmBinary, print: silent, printErr: silent });
}
