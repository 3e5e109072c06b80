/** Real data as CSV files for training in the window: an image per row, a row per day, a text per row. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repoDir } from '../../electron/runtime/paths.mjs';
import { digits, pixelNames } from './digits.ts';

/** Handwritten digits, 28 x 28 pixels of 0 to 255, one column each, and "digit". */
export async function writeDigits(path: string, rowCount: number): Promise<void> {
  const { pixels, labels } = digits(rowCount);
  const lines = Array.from(labels, (label, row) => [...Array.from(pixels.subarray(row * 784, (row + 1) * 784), (value) => Math.round(value * 255)), `d${label}`].join(','));
  await writeFile(path, [[...pixelNames, 'digit'].join(','), ...lines].join('\n'));
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
