/** Image files made by the tests: PNG by fast-png, JPEG by hand of constant blocks, and folders of digits. */
import { encode } from 'fast-png';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digits } from './digits.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly values: Uint8Array;
}

export function pngFile({ width, height, channels, values }: Pixels): Uint8Array {
  return encode({ width, height, channels, data: values });
}

/** Folders 0 to 9 with digits of MNIST as grey PNG files of 28 x 28 pixels. */
export async function digitFolder(folder: string, count: number): Promise<void> {
  const { pixels, labels } = digits(count);
  for (let row = 0; row < count; row += 1) {
    await mkdir(join(folder, String(labels[row])), { recursive: true });
    const values = Uint8Array.from(pixels.subarray(row * 784, (row + 1) * 784), (value) => Math.round(value * 255));
    await writeFile(join(folder, String(labels[row]), `${row}.png`), pngFile({ width: 28, height: 28, channels: 1, values }));
  }
}

/** Segments of a JPEG file: a marker and its content. */
function segment(marker: number, content: readonly number[]): number[] {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...content];
}

/**
 * A baseline JPEG of 8 x 8 blocks, each of one level: a grey block `blocks[row][column]` from 0 to 255 in steps of 1.
 * All quantisation is 1, so that a level survives exactly. Codes by the tables below: ITU-T T.81, annex F.
 */
export function jpegFile(blocks: readonly (readonly number[])[], { orientation = 1, components = 1, precision = 8 }: { orientation?: number; components?: number; precision?: number } = {}): Uint8Array {
  const [rows, columns] = [blocks.length, blocks[0]?.length ?? 0];
  const bits: string[] = [];
  let before = 0;
  for (const level of blocks.flat()) {
    // The first coefficient of a block of one level is eight times its distance from 128.
    const difference = (level - 128) * 8 - before;
    before += difference;
    const size = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
    // Codes of the first coefficient have four bits: the number of bits that follow.
    bits.push(size.toString(2).padStart(4, '0'));
    if (size > 0) bits.push((difference > 0 ? difference : difference + 2 ** size - 1).toString(2).padStart(size, '0'));
    bits.push('0'); // the end of the block
  }
  const all = bits.join('');
  const padded = all.padEnd(Math.ceil(all.length / 8) * 8, '1');
  const data = (padded.match(/.{8}/g) ?? []).flatMap((byte) => (byte === '11111111' ? [255, 0] : [parseInt(byte, 2)]));
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([
    0xff, 0xd8,
    ...segment(0xe1, [...Buffer.from('Exif\0\0', 'latin1'), ...tiff]),
    ...segment(0xdb, [0, ...Array.from({ length: 64 }, () => 1)]),
    ...segment(0xc0, [precision, 0, rows * 8, 0, columns * 8, components, ...Array.from({ length: components }, (_, index) => [index + 1, 0x11, 0]).flat()]),
    // Twelve codes of four bits for the sizes 0 to 11; one code of one bit for the end of a block.
    ...segment(0xc4, [0x00, 0, 0, 0, 12, ...Array.from({ length: 12 }, () => 0), ...Array.from({ length: 12 }, (_, size) => size)]),
    ...segment(0xc4, [0x10, 1, ...Array.from({ length: 15 }, () => 0), 0]),
    ...segment(0xda, [1, 1, 0x00, 0, 63, 0]),
    ...data,
    0xff, 0xd9,
  ]);
}
