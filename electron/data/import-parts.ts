/**
 * Imports several files as one table: each is read by itself, so that what does not fit is named with its
 * file, row and column, and then all are joined in their order. Cost: the rows are written twice.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportPlan } from '../../shared/domain/datasets.ts';
import { fail } from '../../shared/errors.ts';
import { requireAlike, strangeFailure, widthFailure, type Model } from './alike.ts';
import type { Chosen } from './diagnose.ts';
import { withShared, type Duck } from './duck.ts';
import type { Field } from './fields.ts';
import { importImages } from './image-import.ts';
import { requireImages } from './image-folder.ts';
import { copySource, importFile, requireDistinctNames, withPattern, type Imported, type ImportOptions } from './import.ts';
import { withOutput } from './output.ts';
import { parquetOptions } from './parquet.ts';
import { leavesOut, listParts, pathOf, shownName, type LeftOut, type Part, type PartList, type SourcePath } from './parts.ts';
import type { Reader } from './reader.ts';
import { nameKey } from './records.ts';
import { openSource, type Source } from './source.ts';
import { exactPath, literal, literalList } from './sql.ts';

export interface SourceImported extends Imported {
  /** Null of one file. */
  readonly fileCount: number | null;
  /** Files that were to be read and could not, with the first of them; absent where there are none. */
  leftOut?: { count: number; files: LeftOut[] };
}

/** What the files before have told. */
interface Progress {
  readonly folder: string;
  readonly plan: ImportPlan;
  /** The first file; all others must be like it. */
  model: (Model & { readonly width: number }) | null;
  /** Columns of the plan that some file has. */
  readonly found: Set<string>;
  /** How dates are written that the plan does not say, as the first file shows that has some of another form than ISO 8601. */
  readonly patterns: Map<string, string>;
  readonly hash: ReturnType<typeof createHash>;
  readonly paths: string[];
  rowCount: number;
  sizeBytes: number;
}

/** Imports a file, a folder or several files; says what the source is called, too. @throws what `importFile`, `listParts`, `importParts` and `importImages` throw */
export async function importSource(duck: Duck, source: SourcePath, options: Omit<ImportOptions, 'path' | 'onProgress'> & { onProgress: (progress: { done: number; total: number; unit: string }) => void }): Promise<SourceImported & { fileName: string }> {
  const images = options.plan.format === 'images' ? await requireImages(source, options.signal) : null;
  const list = images ?? await listParts(source, options.signal);
  const told = (unit: string) => ({ ...options, onProgress: (progress: { done: number; total: number }) => options.onProgress({ ...progress, unit }) });
  const fileName = list?.folder ?? basename(pathOf(source));
  if (images !== null) return { ...await importImages(duck, images, told('images')), fileName };
  return { ...(list === null ? { ...await importFile(duck, { ...told('rows'), path: pathOf(source) }), fileCount: null } : await importParts(duck, list, told('files'))), fileName };
}

/**
 * Reads the files by `plan` and writes `outPath`. The hash is that of the lines "hash, two blanks, name" of all.
 * @throws data/mixed-formats, data/part-differs, data/no-files, and what `importFile` throws
 */
export async function importParts(duck: Duck, list: PartList, options: Omit<ImportOptions, 'path'>): Promise<SourceImported> {
  const { plan, outPath, signal, onProgress } = options;
  requireDistinctNames({ path: list.folder, plan });
  const scratch = await mkdtemp(join(duck.tempDir, 'parts-'));
  const progress: Progress = { folder: list.folder, plan, model: null, found: new Set(), patterns: new Map(), hash: createHash('sha256'), paths: [], rowCount: 0, sizeBytes: 0 };
  try {
    const outPaths = list.parts.map((_, index) => join(scratch, `${index}.parquet`));
    await withShared(duck, { files: [...list.parts.map(({ path }) => path), ...outPaths], signal }, async (shared) => {
      for (const [index, part] of list.parts.entries()) {
        if (signal?.aborted) throw fail('job/cancelled');
        const total = list.parts.length;
        onProgress?.({ done: index, total });
        // A share of the file: one may be large.
        await copyPart(shared, progress, part, { ...options, outPath: outPaths[index] ?? '', onProgress: (rows) => onProgress?.({ done: index + rows.done / rows.total, total }) });
      }
    });
    if (progress.model === null) throw fail('data/no-files', { folder: shownName(list.folder) });
    for (const { sourceName, origin } of plan.columns) {
      if (origin === undefined && !progress.found.has(sourceName)) throw fail('data/unknown-column', { column: sourceName, dataset: `the files of "${shownName(list.folder)}"`, columns: [...progress.found].slice(0, 20).join(', ') });
    }
    if (progress.rowCount === 0) throw fail('data/no-rows', { file: shownName(list.folder) });
    onProgress?.({ done: list.parts.length, total: list.parts.length });
    await withOutput(outPath, (partPath) => duck.session({ files: [...progress.paths, partPath], signal }, (session) => session.run(
      `COPY (SELECT * FROM read_parquet(${literalList(progress.paths.map(exactPath))})) TO ${literal(partPath)} (${parquetOptions(plan.columns.map(({ type }) => type))})`,
    )));
    return {
      rowCount: progress.rowCount, columns: plan.columns.map(({ name, type }) => ({ name, type })),
      sourceSha256: progress.hash.digest('hex'), sourceSizeBytes: progress.sizeBytes, fileCount: progress.paths.length,
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function copyPart(duck: Duck, progress: Progress, part: Part, options: Omit<ImportOptions, 'path'>): Promise<void> {
  const source = await openPart(part);
  if (source === null) return;
  const { dialect, format } = progress.plan;
  requireAlike(source, progress.model ?? { folder: progress.folder, fileName: 'the version before', format, dialect });
  const { rowCount, sha256 } = await copySource(duck, source, { ...options, path: part.path, partPath: options.outPath }, (reader) => choose(progress, part, reader));
  progress.hash.update(`${sha256}  ${part.name}\n`);
  progress.paths.push(options.outPath);
  progress.rowCount += rowCount;
  progress.sizeBytes += source.sizeBytes;
}

/** Null for what is no table, as when the folder was looked at. */
async function openPart(part: Part): Promise<Source | null> {
  try {
    return await openSource(part.path, part.name);
  } catch (thrown) {
    if (leavesOut(thrown) === null) throw thrown;
    return null;
  }
}

async function choose(progress: Progress, part: Part, reader: Reader): Promise<Chosen[]> {
  const { plan } = progress;
  const model = progress.model ??= { folder: progress.folder, fileName: reader.source.fileName, format: plan.format, dialect: plan.dialect, width: reader.fields.length };
  if (plan.dialect?.hasHeader === false && reader.fields.length !== model.width) throw widthFailure(reader.source, model, reader.fields.length, model.width);
  const fields = new Map(reader.fields.map((field) => [nameKey(field.name), field]));
  const chosen: Chosen[] = [];
  let sharedCount = 0;
  for (const column of plan.columns) {
    const field = column.origin === undefined ? fields.get(nameKey(column.sourceName)) : constantOf(column.sourceName, column.origin === 'path' ? part.name : part.folderValues.get(column.sourceName) ?? null);
    if (field === undefined) {
      chosen.push({ field: constantOf(column.sourceName, null), name: column.name, type: column.type, pattern: null });
      continue;
    }
    if (column.origin === undefined) {
      sharedCount += 1;
      progress.found.add(column.sourceName);
    }
    const known = progress.patterns.get(column.name);
    const one = await withPattern(reader, field, known === undefined || column.pattern !== undefined ? column : { ...column, pattern: known });
    if (one.pattern !== null) progress.patterns.set(column.name, one.pattern);
    chosen.push(one);
  }
  if (sharedCount === 0 && plan.columns.some(({ origin }) => origin === undefined)) throw strangeFailure(reader.source, model);
  return chosen;
}

/** What all rows of a file have in a column that is none of the file's; null for a missing value. */
function constantOf(name: string, value: string | null): Field {
  return { name, x: value === null ? 'CAST(NULL AS VARCHAR)' : literal(value), family: 'csv', sqlType: 'text' };
}
