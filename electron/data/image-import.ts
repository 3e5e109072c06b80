/**
 * A folder of images as one table: a row for each image with its path, label, size and the bytes of its file. Each is
 * decoded once, so that a broken one is named now and left out. Rows are written in parts of some megabytes and then
 * joined, so that memory is bounded however many and however large they are.
 */
import { BIGINT, BLOB, DuckDBBlobValue, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnType } from '../../shared/domain/columns.ts';
import type { Sniff, SniffedColumn } from '../../shared/domain/datasets.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { ioFailure } from '../files/failures.ts';
import type { Duck, Session } from './duck.ts';
import { convertField, type Field } from './fields.ts';
import { pictureOf } from './image-decode.ts';
import { labelSource, withLabels, type LabelSource } from './image-folder.ts';
import { imageLimits, readImageHead } from './image-head.ts';
import { requireDistinctNames, type ImportOptions } from './import.ts';
import type { SourceImported } from './import-parts.ts';
import { joinTables, type WrittenTable } from './join-tables.ts';
import { parquetOptions } from './parquet.ts';
import { shownName, type LeftOut, type Part, type PartList } from './parts.ts';
import { uprightSize } from './picture.ts';
import type { SniffOptions } from './sniff.ts';
import { identifier, literal } from './sql.ts';
import { plainRules } from './text-values.ts';

const previewRows = 50;
/** The most files that are named of those left out. */
const namedFiles = 50;

/** A part is written when it has so many bytes or rows; readers later unpack about as much to show one image. */
const partBytes = 16 * 1024 * 1024;
const partRows = 8192;
const chunkRows = 2048;

/** One image as a row. */
interface ImageRow {
  readonly file: string;
  readonly label: string | null;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly bytes: Uint8Array;
}

const fields: readonly Field[] = [
  { name: 'file', x: 'file', family: 'string', sqlType: 'text' },
  { name: 'label', x: 'label', family: 'csv', sqlType: 'text' },
  { name: 'width', x: 'width', family: 'integer', sqlType: 'integer' },
  { name: 'height', x: 'height', family: 'integer', sqlType: 'integer' },
  { name: 'channels', x: 'channels', family: 'integer', sqlType: 'integer' },
  { name: 'image', x: 'image', family: 'blob', sqlType: 'bytes' },
];

/** Describes the folder for the user to correct; `options.table` says where the labels come from. @throws data/unknown-table, data/no-rows, files/*, job/cancelled */
export async function sniffImages(duck: Duck, list: PartList, options: SniffOptions): Promise<Sniff> {
  const folder = await withLabels(duck, list, options.signal);
  const labels = labelSource(folder, options.table ?? null);
  const columns = columnsOf(labels);
  const preview: Sniff['preview'] = [];
  const broken: string[] = [];
  let sizeBytes = 0;
  for (const [index, part] of list.parts.entries()) {
    if (options.signal?.aborted) throw fail('job/cancelled');
    sizeBytes += await stat(part.path).then(({ size }) => size, (thrown: unknown) => { throw ioFailure(thrown, part.path); });
    if (index >= previewRows) continue;
    const row = await glance(part, labels);
    if (typeof row === 'string') broken.push(row);
    else preview.push(columns.map(({ sourceName }) => row[sourceName] ?? null));
  }
  if (preview.length === 0) throw fail('data/no-rows', { file: shownName(list.folder) });
  return {
    fileName: shownName(list.folder), sizeBytes, format: 'images', dialect: null, reasons: {}, fileCount: list.parts.length,
    tables: folder.sources.map(({ title }) => title), table: labels?.title ?? folder.sources.at(-1)?.title ?? null,
    columns, preview, warnings: [...(labels?.warnings ?? []), ...broken, ...strangers(list.leftOut)],
  };
}

/** Reads the images by `plan` and writes `outPath`. The hash is that of the lines "hash, two blanks, name" of all. @throws data/bad-value, data/no-rows, data/unknown-table, files/*, job/cancelled */
export async function importImages(duck: Duck, list: PartList, options: Omit<ImportOptions, 'path'>): Promise<SourceImported> {
  const { plan, outPath, signal, onProgress } = options;
  requireDistinctNames({ path: list.folder, plan });
  const folder = await withLabels(duck, list, signal);
  const labels = labelSource(folder, plan.table ?? null);
  const scratch = await mkdtemp(join(duck.tempDir, 'images-'));
  const hash = createHash('sha256');
  const parts: WrittenTable[] = [];
  const leftOut: LeftOut[] = [];
  let sizeBytes = 0;
  let rows: ImageRow[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    if (rows.length === 0) return;
    const path = join(scratch, `${parts.length}.parquet`);
    await writePart(duck, rows, { ...options, path, before: parts.reduce((sum, { rowCount }) => sum + rowCount, 0) });
    parts.push({ path, rowCount: rows.length });
    rows = [];
    waitingBytes = 0;
  };
  try {
    for (const [index, part] of list.parts.entries()) {
      if (signal?.aborted) throw fail('job/cancelled');
      onProgress?.({ done: index, total: list.parts.length });
      const bytes = await readImage(part);
      hash.update(`${createHash('sha256').update(bytes).digest('hex')}  ${part.name}\n`);
      sizeBytes += bytes.length;
      const row = await rowOf(part, bytes, labels);
      if ('reason' in row) leftOut.push(row);
      else {
        rows.push(row);
        waitingBytes += bytes.length;
      }
      if (waitingBytes >= partBytes || rows.length >= partRows) await flush();
    }
    await flush();
    const [first] = leftOut;
    if (parts.length === 0) throw first === undefined ? fail('data/no-rows', { file: shownName(list.folder) }) : fail('data/bad-image', { file: first.name, reason: first.reason });
    await joinTables(duck, parts, { outPath, signal, types: plan.columns.map(({ type }) => type) });
    return {
      rowCount: parts.reduce((sum, { rowCount }) => sum + rowCount, 0), columns: plan.columns.map(({ name, type }) => ({ name, type })),
      sourceSha256: hash.digest('hex'), sourceSizeBytes: sizeBytes, fileCount: list.parts.length,
      ...(leftOut.length === 0 ? {} : { leftOut: { count: leftOut.length, files: leftOut.slice(0, namedFiles) } }),
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What the header of an image says, as a row of the preview by column; or why it is left out. */
async function glance(part: Part, labels: LabelSource | null): Promise<Readonly<Record<string, string | number | null>> | string> {
  const bytes = await readImage(part);
  try {
    const head = readImageHead(bytes, part.name);
    const { width, height } = uprightSize(head, head.orientation);
    return { file: part.name, label: labels?.labelOf(part) ?? null, width, height, channels: head.channels, image: `${head.format.toUpperCase()}, ${bytes.length} bytes` };
  } catch (thrown) {
    return `${shownName(part.name)} is left out: ${reasonOf(thrown)}.`;
  }
}

async function rowOf(part: Part, bytes: Uint8Array, labels: LabelSource | null): Promise<ImageRow | LeftOut> {
  try {
    const { channels } = readImageHead(bytes, part.name);
    let size = { width: 0, height: 0 };
    await pictureOf(bytes, part.name, (upright) => {
      size = upright;
      return { width: 1, height: 1 };
    });
    return { file: part.name, label: labels?.labelOf(part) ?? null, ...size, channels, bytes };
  } catch (thrown) {
    return { name: part.name, reason: reasonOf(thrown) };
  }
}

/** Why an image is left out; every other failure stops the work. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof AppError && thrown.failure.code === 'data/bad-image') return String(thrown.failure.details['reason']);
  throw thrown;
}

/** The bytes of the file; of one that is too large only as many as tell that. */
async function readImage({ path }: Part): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size <= imageLimits.fileBytes) return await readFile(path);
    const file = await open(path, 'r');
    try {
      return (await file.read(Buffer.alloc(imageLimits.fileBytes + 1), 0, imageLimits.fileBytes + 1, 0)).buffer;
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

interface PartOptions extends Pick<ImportOptions, 'plan' | 'signal'> {
  readonly path: string;
  /** Rows of the parts before. */
  readonly before: number;
}

async function writePart(duck: Duck, rows: readonly ImageRow[], { path, plan, signal, before }: PartOptions): Promise<void> {
  await duck.session({ files: [path], signal }, async (session) => {
    await load(session, rows);
    const chosen = plan.columns.map((column) => {
      const field = fields.find(({ name }) => name === column.sourceName);
      if (field === undefined) throw fail('data/unknown-column', { column: column.sourceName, dataset: 'a folder of images', columns: fields.map(({ name }) => name).join(', ') });
      return { ...column, field, ...convertField(field, column.type, plainRules, column.pattern ?? null) };
    });
    for (const { name, type, field, misfit } of chosen) {
      if (misfit === null) continue;
      const [found] = await session.rows(`SELECT rowid, file, CAST(${field.x} AS VARCHAR) FROM staged WHERE ${misfit} ORDER BY rowid LIMIT 1`);
      if (found) throw fail('data/bad-value', { file: String(found[1]), line: before + Number(found[0]) + 1, column: name, value: String(found[2]).slice(0, 100), type });
    }
    await session.run(`COPY (SELECT ${chosen.map(({ stored, name }) => `${stored} AS ${identifier(name)}`).join(', ')} FROM staged) TO ${literal(path)} (${parquetOptions(plan.columns.map(({ type }) => type))})`);
  });
}

async function load(session: Session, rows: readonly ImageRow[]): Promise<void> {
  await session.run('CREATE TEMP TABLE staged (file VARCHAR, label VARCHAR, width BIGINT, height BIGINT, channels BIGINT, image BLOB)');
  const appender = await session.connection.createAppender('staged');
  for (let start = 0; start < rows.length; start += chunkRows) {
    const some = rows.slice(start, start + chunkRows);
    const chunk = DuckDBDataChunk.create([VARCHAR, VARCHAR, BIGINT, BIGINT, BIGINT, BLOB], some.length);
    chunk.setColumns([
      some.map(({ file }) => file), some.map(({ label }) => label), some.map(({ width }) => BigInt(width)), some.map(({ height }) => BigInt(height)),
      some.map(({ channels }) => BigInt(channels)), some.map(({ bytes }) => new DuckDBBlobValue(bytes)),
    ]);
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

function columnsOf(labels: LabelSource | null): SniffedColumn[] {
  const column = (sourceName: string, type: ColumnType, reason: string, role?: 'id' | 'target'): SniffedColumn => ({ sourceName, type, reason, pattern: null, ...(role ? { role } : {}) });
  return [
    column('file', 'text', 'The path of each image below the folder; it names the row.', 'id'),
    ...(labels === null ? [] : [column('label', labels.type, labels.reason, 'target')]),
    column('width', 'integer', 'Pixels, upright.'), column('height', 'integer', 'Pixels, upright.'),
    column('channels', 'integer', '1 is grey, 3 is colour; 2 and 4 can be transparent.'),
    column('image', 'image', 'The bytes of each file, as they are.'),
  ];
}

/** What else lies in the folder, in one sentence. */
function strangers(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  const named = leftOut.slice(0, 3).map(({ name, reason }) => `${shownName(name)} (it ${reason})`).join(', ');
  return [`${leftOut.length === 1 ? '1 other file is' : `${leftOut.length} other files are`} left out: ${named}${leftOut.length > 3 ? ' …' : ''}.`];
}
