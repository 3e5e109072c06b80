/** Image files: what is read of them, what is refused, and what a folder of them becomes. */
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { deflateSync } from 'node:zlib';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { pictureOf } from '../../../electron/data/image-decode.ts';
import { imageLimits, readImageHead } from '../../../electron/data/image-head.ts';
import { readImages } from '../../../electron/data/image-rows.ts';
import { writePixels } from '../../../electron/data/image-pixels.ts';
import { importSource } from '../../../electron/data/import-parts.ts';
import { areaAverage, toGrey, upright } from '../../../electron/data/picture.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { sniffSource } from '../../../electron/data/sniff-parts.ts';
import { planAsFound, type ImportPlan, type Sniff } from '../../../shared/domain/datasets.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';
import { jpegFile, pngFile } from '../../support/image-files.ts';

const folder = dataFolder();

const whole = (bytes: Uint8Array) => pictureOf(bytes, 'x', (size) => size);

async function reasonFor(bytes: Uint8Array): Promise<string> {
  const failure = await failureFrom(whole(bytes));
  expect(failure.code).toBe('data/bad-image');
  return String(failure.details['reason']);
}

/** Changes bytes of a PNG chunk, and its check sum with them. */
function pngWith(header: { width?: number; height?: number; depth?: number; colour?: number; interlace?: number }, pixels: Uint8Array, more: Uint8Array[] = []): Uint8Array {
  const { width = 1, height = 1, depth = 8, colour = 0, interlace = 0 } = header;
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(width, 0);
  ihdr.writeUInt32BE(height, 4);
  ihdr.set([depth, colour, 0, 0, interlace], 8);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', ihdr), ...more, chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(content.length, 0);
  out.set(body, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

/** CRC-32 as PNG has it (ISO 3309). */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

test('grey, colour and both with alpha become 8 bits a value, and what is transparent is laid on white', async () => {
  expect(await whole(pngFile({ width: 2, height: 1, channels: 1, values: Uint8Array.of(7, 250) }))).toMatchObject({ width: 2, height: 1, channels: 1, values: Uint8Array.of(7, 250) });
  expect((await whole(pngFile({ width: 1, height: 2, channels: 3, values: Uint8Array.of(1, 2, 3, 4, 5, 6) }))).values).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6));
  expect((await whole(pngFile({ width: 3, height: 1, channels: 2, values: Uint8Array.of(100, 255, 100, 0, 100, 51) }))).values).toEqual(Uint8Array.of(100, 255, 224));
  expect((await whole(pngFile({ width: 1, height: 1, channels: 4, values: Uint8Array.of(0, 100, 200, 51) }))).values).toEqual(Uint8Array.of(204, 224, 244));
});

test('16 bits are rounded to 8, fewer are spread over 0 to 255, and a palette is read as its colours', async () => {
  expect((await whole(encode({ width: 2, height: 1, channels: 1, depth: 16, data: Uint16Array.of(65_535, 257 * 100 + 128) }))).values).toEqual(Uint8Array.of(255, 100));
  // Two bits a pixel: 0, 1, 2, 3 and then 3 in a second row that begins a new byte.
  expect((await whole(pngWith({ width: 5, height: 1, depth: 2 }, Uint8Array.of(0, 0b00011011, 0b11000000)))).values).toEqual(Uint8Array.of(0, 85, 170, 255, 255));
  const palette = chunk('PLTE', Uint8Array.of(10, 20, 30, 200, 100, 0));
  expect((await whole(pngWith({ width: 3, height: 1, depth: 1, colour: 3 }, Uint8Array.of(0, 0b10100000), [palette]))).values).toEqual(Uint8Array.of(200, 100, 0, 10, 20, 30, 200, 100, 0));
  const clear = await whole(pngWith({ width: 2, height: 1, depth: 8, colour: 3 }, Uint8Array.of(0, 0, 1), [palette, chunk('tRNS', Uint8Array.of(0))]));
  expect(clear.values).toEqual(Uint8Array.of(255, 255, 255, 200, 100, 0));
  expect(await reasonFor(pngWith({ colour: 3 }, Uint8Array.of(0, 9), [palette]))).toBe('its pixels are damaged');
});

test('a JPEG is turned as its EXIF orientation says', async () => {
  const levels = async (orientation: number) => {
    const { width, height, values } = await whole(jpegFile([[10, 200, 50], [128, 0, 255]], { orientation }));
    return Array.from({ length: height / 8 }, (_, y) => Array.from({ length: width / 8 }, (__, x) => values[(y * 8 + 3) * width + x * 8 + 3]));
  };
  // The eight cases of EXIF 2.32, table 6.
  expect(await levels(1)).toEqual([[10, 200, 50], [128, 0, 255]]);
  expect(await levels(2)).toEqual([[50, 200, 10], [255, 0, 128]]);
  expect(await levels(3)).toEqual([[255, 0, 128], [50, 200, 10]]);
  expect(await levels(4)).toEqual([[128, 0, 255], [10, 200, 50]]);
  expect(await levels(5)).toEqual([[10, 128], [200, 0], [50, 255]]);
  expect(await levels(6)).toEqual([[128, 10], [0, 200], [255, 50]]);
  expect(await levels(7)).toEqual([[255, 50], [0, 200], [128, 10]]);
  expect(await levels(8)).toEqual([[50, 255], [200, 0], [10, 128]]);
});

test('what cannot be read is refused with the reason', async () => {
  const png = pngFile({ width: 2, height: 2, channels: 1, values: Uint8Array.of(1, 2, 3, 4) });
  const jpeg = jpegFile([[1, 2], [3, 4]]);
  expect(await reasonFor(Buffer.from('GIF89a'))).toBe('it is neither a PNG nor a JPEG image');
  expect(await reasonFor(png.subarray(0, png.length - 13))).toBe('it is cut off');
  expect(await reasonFor(jpeg.subarray(0, jpeg.length - 2))).toBe('it is cut off');
  expect(await reasonFor(jpegFile([[1]], { components: 4 }))).toBe('its four channels are those of print (CMYK); save it as RGB');
  expect(await reasonFor(jpegFile([[1]], { precision: 12 }))).toBe('it has 12 bits a value; a JPEG with 8 is read');
  expect(await reasonFor(pngWith({ depth: 4, interlace: 1 }, Uint8Array.of(0, 0)))).toContain('interlaced');
  expect(await reasonFor(pngWith({ width: 2 }, Uint8Array.of(0, 1)))).toBe('it has fewer pixels than its header says');
  expect(await reasonFor(pngWith({ depth: 3 }, Uint8Array.of(0, 1)))).toBe('its header makes no sense');
  expect(await reasonFor(pngWith({ width: 0 }, Uint8Array.of(0)))).toBe('it has no pixels');
  const flipped = Uint8Array.from(png, (byte, at) => (at === png.length - 20 ? byte ^ 0xff : byte));
  expect(await reasonFor(flipped)).toBe('its pixels are damaged');
});

test('an image that would unpack to more than the limits is refused before it is decoded', async () => {
  // 25 MB of zeros behind a header of one pixel: 25 kB of file.
  expect(await reasonFor(pngWith({}, new Uint8Array(25_000_000)))).toBe('it unpacks to more pixels than its header says');
  expect(await reasonFor(pngWith({ width: 30_000, height: 30_000 }, Uint8Array.of(0)))).toContain('30000 × 30000 pixels are more than are read');
  expect(await reasonFor(pngWith({ width: 8192, height: 8192, depth: 16, colour: 6 }, Uint8Array.of(0)))).toContain('256 MB unpacked');
  expect(() => readImageHead(Buffer.concat([pngFile({ width: 1, height: 1, channels: 1, values: Uint8Array.of(1) }), Buffer.alloc(imageLimits.fileBytes)]), 'x')).toThrow('more than 64 MB');
  const scan = jpegFile([[1]]);
  const passes = Buffer.concat([scan.subarray(0, scan.length - 2), ...Array.from({ length: imageLimits.scans }, () => Uint8Array.of(0xff, 0xda, 0, 2))]);
  expect(await reasonFor(Buffer.concat([passes, Uint8Array.of(0xff, 0xd9)]))).toContain('more than 200 passes');
});

test('resizing gives the mean of each area', () => {
  const picture = { width: 3, height: 2, channels: 1 as const, values: Uint8Array.of(0, 30, 60, 90, 120, 150) };
  // Columns of 1.5 pixels: (0 + 30/2) / 1.5 = 10, (30/2 + 60) / 1.5 = 50, and 100, 140 below.
  expect([...areaAverage(picture, { width: 2, height: 2 }).values]).toEqual([10, 50, 100, 140]);
  expect([...areaAverage(picture, { width: 1, height: 1 }).values]).toEqual([75]);
  expect([...areaAverage(picture, { width: 6, height: 2 }).values]).toEqual([0, 0, 30, 30, 60, 60, 90, 90, 120, 120, 150, 150]);
  // 0.299 * 100 + 0.587 * 50 + 0.114 * 200 = 82.05 (ITU-R BT.601).
  expect([...toGrey({ width: 1, height: 1, channels: 3, values: Uint8Array.of(100, 50, 200) }).values]).toEqual([82]);
  expect(upright(picture, 1)).toBe(picture);
});

/** A folder of its own with these files. */
async function imageFolder(name: string, files: Record<string, Uint8Array | string>): Promise<string> {
  const path = join(folder.root, name);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(path, file, '..'), { recursive: true });
    await writeFile(join(path, file), content);
  }
  return path;
}

async function imported(path: string, planOf: (sniff: Sniff) => ImportPlan = planAsFound) {
  const sniff = await sniffSource(folder.duck, path);
  const outPath = join(folder.root, 'images.parquet');
  const result = await importSource(folder.duck, path, { plan: planOf(sniff), outPath, onProgress: () => undefined });
  return { ...result, sniff, outPath, rows: (await readRows(folder.duck, { path: outPath, offset: 0, limit: 100 })).rows };
}

const dot = (level: number) => pngFile({ width: 2, height: 1, channels: 1, values: Uint8Array.of(level, 255 - level) });

test('the class of an image is the folder it lies in, files are in natural order, and what is broken is named and left out', async () => {
  const path = await imageFolder('by-folder', { 'cats/10.png': dot(1), 'cats/9.png': dot(2), 'dogs/big/1.jpg': jpegFile([[5]], { orientation: 1 }), 'top.png': dot(3), 'dogs/broken.png': 'no image', 'notes.md': 'x', '.hidden/1.png': dot(4) });
  await symlink(join(path, 'top.png'), join(path, 'link.png'));
  const { rows, sniff, leftOut, fileCount, columns } = await imported(path);
  expect(sniff).toMatchObject({ format: 'images', tables: ['Folders', 'No labels'], table: 'Folders', warnings: ['dogs/broken.png is left out: it is neither a PNG nor a JPEG image.', expect.stringContaining('notes.md (it does not end like an image)')] });
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['file text', 'label category', 'width integer', 'height integer', 'channels integer', 'image image']);
  expect(rows).toEqual([['cats/9.png', 'cats', 2, 1, 1, 0], ['cats/10.png', 'cats', 2, 1, 1, 1], ['dogs/big/1.jpg', 'dogs/big', 8, 8, 1, 2], ['top.png', null, 2, 1, 1, 3]]);
  expect({ leftOut, fileCount }).toEqual({ fileCount: 5, leftOut: { count: 1, files: [{ name: 'dogs/broken.png', reason: 'it is neither a PNG nor a JPEG image' }] } });
});

test('labels come from a table beside the images, by the column that names them', async () => {
  const path = await imageFolder('by-table', { 'a/1.png': dot(1), 'a/2.png': dot(2), 'b.png': dot(3), 'labels.csv': 'weight,id,species\n1.5,1,cat\n2.5,a\\2.png,dog\n3,zebra.png,horse\n' });
  const { rows, sniff } = await imported(path);
  expect(sniff.tables).toEqual(['labels.csv, column species', 'labels.csv, column weight', 'Folders', 'No labels']);
  expect(sniff.warnings).toEqual(['1 of 3 images are not named in labels.csv; their label is missing.', '1 rows of labels.csv name no image of the folder: zebra.png.', expect.stringContaining('labels.csv')]);
  expect(rows.map(([file, label]) => [file, label])).toEqual([['a/1.png', 'cat'], ['a/2.png', 'dog'], ['b.png', null]]);
  const weights = await sniffSource(folder.duck, path, { table: 'labels.csv, column weight' });
  expect(weights.columns[1]).toMatchObject({ sourceName: 'label', type: 'number' });
  expect((await imported(path, () => planAsFound(weights))).rows.map((row) => row[1])).toEqual([1.5, 2.5, null]);
  const none = await sniffSource(folder.duck, path, { table: 'No labels' });
  expect(none.columns.map(({ sourceName }) => sourceName)).not.toContain('label');
});

test('a label that does not fit its type is named with its image, and an unknown table or column too', async () => {
  const path = await imageFolder('misfit', { 'cats/1.png': dot(1), '7/2.png': dot(2) });
  const asNumbers = (sniff: Sniff): ImportPlan => planAsFound(sniff, new Map([['label', 'integer']]));
  expect(await failureFrom(imported(path, asNumbers))).toMatchObject({ code: 'data/bad-value', details: { file: 'cats/1.png', line: 2, column: 'label', value: 'cats', type: 'integer' } });
  expect((await failureFrom(imported(path, (sniff) => planAsFound(sniff, new Map([['image', 'text']]))))).code).toBe('data/bad-value');
  expect((await failureFrom(sniffSource(folder.duck, path, { table: 'elsewhere' }))).code).toBe('data/unknown-table');
  expect((await failureFrom(imported(path, (sniff) => ({ ...planAsFound(sniff), columns: [{ sourceName: 'colour', name: 'colour', type: 'text' }] })))).code).toBe('data/unknown-column');
  await rm(path, { recursive: true });
  await imageFolder('misfit', { 'a.csv': 'x\n1\n' });
  expect((await failureFrom(importSource(folder.duck, path, { plan: { format: 'images', dialect: null, columns: [{ sourceName: 'file', name: 'file', type: 'text' }] }, outPath: join(folder.root, 'x.parquet'), onProgress: () => undefined }))).code).toBe('data/no-images');
  await imageFolder('all-broken', { 'a.png': 'x', 'b.png': 'y' });
  expect((await failureFrom(imported(join(folder.root, 'all-broken')))).code).toBe('data/no-rows');
});

test('images are shown small and upright, and become columns of pixels with the columns that are kept', async () => {
  const path = await imageFolder('shown', { 'a/1.jpg': jpegFile([[10, 200]], { orientation: 6 }), 'b/2.png': pngFile({ width: 2, height: 2, channels: 3, values: Uint8Array.of(255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255) }) });
  const { outPath } = await imported(path);
  const shown = await readImages(folder.duck, { path: outPath, column: 'image', rows: [1, 0, 5], side: 8 });
  expect(shown).toMatchObject([{ row: 0, width: 8, height: 16, format: 'jpeg', shown: { width: 4, height: 8 } }, { row: 1, width: 2, height: 2, format: 'png', shown: { width: 2, height: 2 } }]);
  const settings = { column: 'image', width: 1, height: 2, colours: 'rgb' as const };
  const pixels = await writePixels(folder.duck, { path: outPath, settings, keep: ['label'], outPath: join(folder.root, 'pixels.parquet') });
  expect(pixels.columns.map(({ name }) => name)).toEqual(['label', 'red_1_1', 'red_2_1', 'green_1_1', 'green_2_1', 'blue_1_1', 'blue_2_1']);
  expect((await readRows(folder.duck, { path: join(folder.root, 'pixels.parquet'), offset: 0, limit: 9 })).rows).toEqual([['a', 10, 200, 10, 200, 10, 200], ['b', 255, 0, 0, 0, 0, 255]]);
  expect((await failureFrom(readImages(folder.duck, { path: outPath, column: 'file', rows: [0], side: 8 }))).code).toBe('data/not-images');
  expect((await failureFrom(writePixels(folder.duck, { path: outPath, settings, keep: ['label', 'label'], outPath: join(folder.root, 'x.parquet') }))).code).toBe('data/duplicate-column');
});
