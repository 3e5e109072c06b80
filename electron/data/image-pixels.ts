/**
 * A table of pixels from a table of images: each image at one size, one column for each of its values 0 to 255, beside
 * the columns that are kept. A row without an image has missing pixels. Written in parts, so that memory is bounded.
 */
import { DuckDBDataChunk, UTINYINT } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Column } from '../../shared/domain/columns.ts';
import { pixelColumnNames, type PixelSettings } from '../../shared/domain/images.ts';
import { fail } from '../../shared/errors.ts';
import type { Duck, Session } from './duck.ts';
import { pictureOf } from './image-decode.ts';
import { bytesOf, imageColumn } from './image-rows.ts';
import { joinTables, type WrittenTable } from './join-tables.ts';
import { describeParquet, numbered, parquetOptions, pickColumns, type ParquetTable } from './parquet.ts';
import { toColour, toGrey } from './picture.ts';
import { nameKey } from './records.ts';
import { exactPath, identifier, literal } from './sql.ts';

export interface PixelOptions {
  readonly path: string;
  readonly settings: PixelSettings;
  /** Columns that stand before the pixels. */
  readonly keep: readonly string[];
  /** Appears whole or not at all. */
  readonly outPath: string;
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Values that a part of the table has at most, if that is a row at least. */
const valuesPerPart = 4_000_000;
const mostRowsPerPart = 8192;
/** Rows that are decoded before they are written. */
const chunkRows = 2048;

/** @throws data/unknown-column, data/not-images, data/bad-image, data/duplicate-column, data/malformed, files/*, job/cancelled */
export async function writePixels(duck: Duck, options: PixelOptions): Promise<{ rowCount: number; columns: Column[] }> {
  const { path, settings, keep, outPath, signal } = options;
  const names = pixelColumnNames(settings);
  const scratch = await mkdtemp(join(duck.tempDir, 'pixels-'));
  try {
    const tables: WrittenTable[] = [];
    const { rowCount, columns } = await duck.session({ files: [path] }, async (session) => {
      const table = await describeParquet(session, path);
      imageColumn(table, settings.column);
      const kept = pickColumns(table, keep, 'the version').map(({ name, type }) => ({ name, type }));
      return { rowCount: table.rowCount, columns: [...kept, ...names.map((name): Column => ({ name, type: 'integer' }))] };
    });
    requireFreeNames(columns);
    const rowsPerPart = Math.max(1, Math.min(mostRowsPerPart, Math.floor(valuesPerPart / names.length)));
    for (let start = 0; start < rowCount; start += rowsPerPart) {
      const part = { path: join(scratch, `${tables.length}.parquet`), rowCount: Math.min(rowsPerPart, rowCount - start) };
      await writePart(duck, options, { part, start, names, columns, total: rowCount });
      tables.push(part);
    }
    await joinTables(duck, tables, { outPath, signal, types: columns.map(({ type }) => type) });
    return { rowCount, columns };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

function requireFreeNames(columns: readonly Column[]): void {
  const taken = new Set<string>();
  for (const { name } of columns) {
    if (taken.has(nameKey(name))) throw fail('data/duplicate-column', { file: 'the table of pixels', column: name });
    taken.add(nameKey(name));
  }
}

interface PartToWrite {
  readonly part: WrittenTable;
  /** The first row of the source. */
  readonly start: number;
  readonly names: readonly string[];
  readonly columns: readonly Column[];
  readonly total: number;
}

async function writePart(duck: Duck, options: PixelOptions, { part, start, names, columns, total }: PartToWrite): Promise<void> {
  const { path, keep, signal, onProgress } = options;
  await duck.session({ files: [path, part.path], signal }, async (session) => {
    const table = await describeParquet(session, path);
    const end = start + part.rowCount;
    const kept = pickColumns(table, keep, 'the version');
    await session.run(`CREATE TEMP TABLE kept AS SELECT ${['true AS row', ...kept.map(({ stored }, index) => `${stored} AS k${index}`)].join(', ')} FROM ${numbered(table.from)} WHERE file_row_number >= ${start} AND file_row_number < ${end}`);
    await session.run(`CREATE TEMP TABLE pixels (${names.map((_, index) => `p${index} UTINYINT`).join(', ')})`);
    for (let first = start; first < end; first += chunkRows) {
      await append(session, await decodeRows(session, table, options, { first, last: Math.min(end, first + chunkRows), report: (done) => onProgress?.({ done, total }) }), names.length);
    }
    const selected = [...kept.map(({ name }, index) => `k${index} AS ${identifier(name)}`), ...names.map((name, index) => `CAST(p${index} AS BIGINT) AS ${identifier(name)}`)];
    // Both are in the order of the source: they are laid side by side.
    await session.run(`COPY (SELECT ${selected.join(', ')} FROM kept POSITIONAL JOIN pixels) TO ${literal(part.path)} (${parquetOptions(columns.map(({ type }) => type), part.rowCount)})`);
  });
}

/** The pixels of each row, one channel after the other, row by row; null for a row without an image. */
async function decodeRows(session: Session, table: ParquetTable, { path, settings, signal }: PixelOptions, { first, last, report }: { readonly first: number; readonly last: number; readonly report: (done: number) => void }): Promise<(Uint8Array | null)[]> {
  const { column, width, height, colours } = settings;
  const images = imageColumn(table, column);
  const decoded = Array.from({ length: last - first }, (): Uint8Array | null => null);
  // As many as a row group has: fewer would unpack each group again, and more would hold several.
  const [group] = await session.rows(`SELECT max(row_group_num_rows) FROM parquet_metadata(${literal(exactPath(path))})`);
  const step = Math.max(1, Math.min(chunkRows, Number(group?.[0])));
  for (let at = first; at < last; at += step) {
    const rows = Array.from({ length: Math.min(step, last - at) }, (_, index) => at + index);
    for (const { row, bytes } of await bytesOf(session, table, images, rows)) {
      if (signal?.aborted) throw fail('job/cancelled');
      const picture = await pictureOf(bytes, `row ${row + 1}`, () => ({ width, height }));
      decoded[row - first] = byChannel(colours === 'grey' ? toGrey(picture).values : toColour(picture).values, colours === 'grey' ? 1 : 3);
    }
    report(Math.min(at + step, last));
  }
  return decoded;
}

/** From red, green, blue of each pixel to all red, all green, all blue. */
function byChannel(values: Uint8Array, channels: number): Uint8Array {
  if (channels === 1) return values;
  const count = values.length / channels;
  const out = new Uint8Array(values.length);
  values.forEach((value, at) => { out[(at % channels) * count + Math.floor(at / channels)] = value; });
  return out;
}

async function append(session: Session, rows: readonly (Uint8Array | null)[], width: number): Promise<void> {
  const chunk = DuckDBDataChunk.create(Array.from({ length: width }, () => UTINYINT), rows.length);
  for (let index = 0; index < width; index += 1) chunk.setColumnValues(index, rows.map((values) => values?.[index] ?? null));
  const appender = await session.connection.createAppender('pixels');
  appender.appendDataChunk(chunk);
  appender.closeSync();
}
