/** Images of some rows of a stored table, decoded and shrunk to be shown. */
import type { ShownImage, UnshownImage } from '../../shared/domain/images.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { DuckDBBlobValue } from '@duckdb/node-api';
import type { Duck, Session } from './duck.ts';
import { pictureOf } from './image-decode.ts';
import { readImageHead } from './image-head.ts';
import { describeParquet, numbered, pickColumns, type ParquetTable } from './parquet.ts';
import { fitInto, toColour, type Picture, type Size } from './picture.ts';

export interface ImageRowsOptions {
  readonly path: string;
  readonly column: string;
  /** Row numbers, from 0; those beyond the table and those without an image are passed over. */
  readonly rows: readonly number[];
  /** The longest side of what is shown, in pixels. */
  readonly side: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rows that lie closer are read by one statement: each reads whole row groups. */
const closeRows = 256;

/** @throws data/unknown-column, data/not-images, data/malformed, job/cancelled */
export async function readImages(duck: Duck, { path, column, rows, side, signal }: ImageRowsOptions): Promise<(ShownImage | UnshownImage)[]> {
  return await duck.session({ files: [path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const images = imageColumn(table, column);
    const shown: (ShownImage | UnshownImage)[] = [];
    for (const group of groupsOf(rows)) {
      for (const { row, bytes } of await bytesOf(session, table, images, group)) {
        if (signal?.aborted) throw fail('job/cancelled');
        shown.push(await show(row, bytes, side));
      }
    }
    return shown;
  });
}

/** @throws data/unknown-column, data/not-images */
export function imageColumn(table: ParquetTable, name: string): ParquetTable['columns'][number] {
  const [column] = pickColumns(table, [name], 'the version');
  if (column?.type !== 'image') throw fail('data/not-images', { column: name });
  return column;
}

/** The bytes of the images in a range of rows; of these rows only, where they are named. */
export async function bytesOf(session: Session, { from }: ParquetTable, { stored }: ParquetTable['columns'][number], rows: readonly number[]): Promise<{ readonly row: number; readonly bytes: Uint8Array }[]> {
  const found = await session.rows(
    `SELECT file_row_number, ${stored} FROM ${numbered(from)} WHERE file_row_number BETWEEN ${Math.min(...rows)} AND ${Math.max(...rows)} AND list_contains([${rows.join(', ')}], file_row_number) AND ${stored} IS NOT NULL`,
  );
  return found.map(([row, value]) => ({ row: Number(row), bytes: value instanceof DuckDBBlobValue ? value.bytes : new Uint8Array() }));
}

async function show(row: number, bytes: Uint8Array, side: number): Promise<ShownImage | UnshownImage> {
  const file = `Row ${row + 1}`;
  try {
    const { format } = readImageHead(bytes, file);
    let size: Size = { width: 0, height: 0 };
    const picture = await pictureOf(bytes, file, (upright) => {
      size = upright;
      return fitInto(upright, side);
    });
    return { row, ...size, format, sizeBytes: bytes.length, shown: { width: picture.width, height: picture.height, pixels: withOpacity(picture) } };
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.failure.code !== 'data/bad-image') throw thrown;
    return { row, problem: String(thrown.failure.details['reason']) };
  }
}

/** Red, green, blue and 255 for each pixel, as a canvas takes them. */
function withOpacity(picture: Picture): Uint8Array {
  const { values } = toColour(picture);
  const out = new Uint8Array((values.length / 3) * 4).fill(255);
  for (let pixel = 0; pixel * 3 < values.length; pixel += 1) out.set(values.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  return out;
}

function groupsOf(rows: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const row of [...new Set(rows)].sort((a, b) => a - b)) {
    const last = groups.at(-1);
    if (last !== undefined && row - (last.at(-1) ?? 0) <= closeRows) last.push(row);
    else groups.push([row]);
  }
  return groups;
}
