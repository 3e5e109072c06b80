/** Images of a dataset: shown small or large, and made into columns of pixels. */
import { z } from 'zod';

/** The most rows whose images are shown in one answer, and the longest side of one; several are small. */
export const shownRowLimit = 64;
export const shownSideLimit = 1024;
export const thumbnailSideLimit = 128;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'not bytes');

/** The image of a row, shrunk and upright. */
export const ShownImage = z.object({
  /** The row of the version, from 0. */
  row: z.number().int(),
  /** Of the image itself, upright. */
  width: z.number().int(),
  height: z.number().int(),
  format: z.enum(['png', 'jpeg']),
  sizeBytes: z.number().int(),
  /** What is shown: red, green, blue and opacity of each pixel, rows from the top. */
  shown: z.object({ width: z.number().int(), height: z.number().int(), pixels: bytes }),
});
export type ShownImage = z.infer<typeof ShownImage>;

/** An image that could not be shown, and why. */
export const UnshownImage = z.object({ row: z.number().int(), problem: z.string() });
export type UnshownImage = z.infer<typeof UnshownImage>;

/** The most pixel columns of a table: 64 x 64 grey, or 36 x 36 in colour. */
export const pixelColumnLimit = 4096;

const side = z.number().int().min(1).max(512);

const Pixels = z.object({ column: z.string().min(1), width: side, height: side, colours: z.enum(['grey', 'rgb']) });

/** How images become columns. */
export const PixelSettings = Pixels.refine((settings) => pixelColumnCount(settings) <= pixelColumnLimit, `a table of pixels has at most ${pixelColumnLimit} pixel columns`);
export type PixelSettings = z.infer<typeof Pixels>;

type PixelShape = Omit<PixelSettings, 'column'>;

/** One column for each pixel, or three. */
export function pixelColumnCount({ width, height, colours }: PixelShape): number {
  return width * height * (colours === 'rgb' ? 3 : 1);
}

/** Names of the pixel columns: all of one channel, row by row, then the next, as networks for images take them. */
export function pixelColumnNames({ width, height, colours }: PixelShape): string[] {
  const channels = colours === 'rgb' ? ['red', 'green', 'blue'] : ['pixel'];
  return channels.flatMap((channel) => Array.from({ length: width * height }, (_, at) => `${channel}_${Math.floor(at / width) + 1}_${(at % width) + 1}`));
}

/** "28 × 28 grey pixels of the column image". */
export function describePixels({ column, width, height, colours }: PixelSettings): string {
  return `${width} × ${height} ${colours === 'grey' ? 'grey' : 'colour'} pixels of the column ${column}`;
}
