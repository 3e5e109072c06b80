/** Real data as CSV files for training in the window: an image per row, a row per day, a text per row. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repoDir } from '../../electron/runtime/paths.mjs';
import { digits } from './digits.ts';

/** Handwritten digits at half their size, 14 x 14 pixels of 0 to 255, one column each, and "digit". */
export async function writeDigits(path: string, rowCount: number): Promise<void> {
  const { pixels, labels } = digits(rowCount);
  const side = 14;
  const pixelOf = (row: number, place: number): number => {
    const first = row * 784 + Math.floor(place / side) * 56 + (place % side) * 2;
    return Math.round([0, 1, 28, 29].reduce((sum, step) => sum + (pixels[first + step] as number), 0) * (255 / 4));
  };
  const places = Array.from({ length: side * side }, (_, place) => place);
  const lines = Array.from(labels, (label, row) => [...places.map((place) => pixelOf(row, place)), `d${label}`].join(','));
  await writeFile(path, [[...places.map((place) => `pixel${place}`), 'digit'].join(','), ...lines].join('\n'));
}

/** The weather of Seattle, one row per day from 2012 to 2015. */
export async function writeWeather(path: string): Promise<void> {
  await writeFile(path, await readFile(join(repoDir, 'node_modules/vega-datasets/data/seattle-weather.csv')));
}

/** Titles of films with their genre, for three genres. */
export async function writeFilms(path: string): Promise<void> {
  const films = JSON.parse(await readFile(join(repoDir, 'node_modules/vega-datasets/data/movies.json'), 'utf8')) as Record<string, string | number | null>[];
  const genres = new Set(['Horror', 'Comedy', 'Action']);
  const known = films.filter((film) => typeof film['Title'] === 'string' && genres.has(String(film['Major Genre'])));
  const quoted = (text: unknown): string => `"${String(text).replaceAll('"', '""')}"`;
  await writeFile(path, ['title,genre', ...known.map((film) => `${quoted(film['Title'])},${String(film['Major Genre'])}`)].join('\n'));
}
