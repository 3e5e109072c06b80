/**
 * Folders and files of any kind, before anything is imported: which tables they hold. Files of one format
 * that share at least half of their columns are proposed as one table; what cannot be read is named.
 */
import { stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { isUtf8 } from 'node:buffer';
import { suggestName, type FileFormat, type ProposedTable, type Refused } from '../../shared/domain/datasets.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { kindOf } from './alike.ts';
import { describeCsv } from './csv.ts';
import { withShared, type Duck } from './duck.ts';
import { listImages } from './image-folder.ts';
import { leavesOut, listParts, pathOf, shownName, type Part, type PartList, type SourcePath } from './parts.ts';
import { withReader } from './reader.ts';
import { nameKey } from './records.ts';
import { openSource, toldEncoding, type Source } from './source.ts';
import { exactPath, literal } from './sql.ts';

export interface Survey {
  readonly tables: (ProposedTable & { readonly source: SourcePath })[];
  readonly refused: readonly Refused[];
}

export interface SurveyOptions {
  readonly onProgress?: ((progress: { done: number; total: number }) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What one file is. */
interface Seen {
  readonly part: Part;
  readonly format: FileFormat;
  /** What must be the same in files that are one table. */
  readonly manner: string;
  readonly columns: readonly string[];
  readonly sizeBytes: number;
  /** About; null where only reading all would tell. */
  readonly rowCount: number | null;
}

interface Group {
  readonly files: Seen[];
  /** Of all its files. */
  readonly columns: Set<string>;
}

const mostTables = 500;

/** @throws files/*, data/too-many-files, data/no-files, data/project-folder, job/cancelled */
export async function survey(duck: Duck, source: SourcePath, { onProgress, signal }: SurveyOptions = {}): Promise<Survey> {
  const images = await listImages(source, signal);
  if (images !== null) return { tables: [{ ...await proposedImages(images), source }], refused: [] };
  const list = (await listParts(source, signal)) ?? onlyFile(pathOf(source));
  const refused: Refused[] = list.leftOut.map(({ name, reason }) => ({ name: shownName(name), reason: `It ${reason}.` }));
  const groups: Group[] = [];
  await withShared(duck, { files: list.parts.map(({ path }) => path), signal }, async (shared) => {
    for (const [index, part] of list.parts.entries()) {
      if (signal?.aborted) throw fail('job/cancelled');
      onProgress?.({ done: index, total: list.parts.length });
      try {
        addTo(groups, await look(shared, part, signal));
      } catch (thrown) {
        if (!(thrown instanceof AppError) || thrown.failure.code === 'job/cancelled') throw thrown;
        const reason = leavesOut(thrown);
        refused.push({ name: shownName(part.name), reason: reason === null ? thrown.failure.what : `It ${reason}.` });
      }
    }
  });
  if (groups.length > mostTables) throw fail('data/too-many-tables', { folder: shownName(list.folder), found: groups.length, limit: mostTables });
  const folders = await givenFolders(source);
  return { tables: groups.map((group) => proposed(group, list, sourceOf(group, list, folders))), refused };
}

/** A folder of images is one table, with a row for each. */
async function proposedImages({ folder, parts }: PartList): Promise<ProposedTable> {
  const sizes = await Promise.all(parts.slice(0, 5).map(({ path }) => stat(path).then(({ size }) => size, () => 0)));
  return {
    name: shownName(folder).trim().slice(0, 100) || 'Images', format: 'images', fileCount: parts.length, files: parts.slice(0, 5).map(({ name }) => shownName(name)),
    sizeBytes: Math.round((sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length)) * parts.length), rowCount: parts.length, columnCount: 6, unlikeCount: 0,
  };
}

function onlyFile(path: string): PartList {
  const absolute = resolve(path);
  return { folder: '', parts: [{ path: absolute, name: absolute.split(/[\\/]/).at(-1) ?? '', folderValues: new Map() }], leftOut: [] };
}

async function look(duck: Duck, part: Part, signal: AbortSignal | undefined): Promise<Seen> {
  const source = await openSource(part.path, part.name);
  const { format, sizeBytes } = source;
  const common = { part, sizeBytes, format };
  if (kindOf(format) === 'csv') {
    const encoding = toldEncoding(source.head) ?? (isUtf8(wholeLines(source)) ? 'utf-8' : 'latin-1');
    const { dialect, names } = describeCsv(source, { encoding, dialect: null });
    // A README or a licence is text, too.
    if (names.length === 1 && /(^|\/)[^./]*$|\.txt$/i.test(part.name)) throw fail('data/unknown-format', { file: part.name, reason: 'no delimiter was found in it' });
    const { delimiter, hasHeader } = dialect;
    return { ...common, format: delimiter === '\t' ? 'tsv' : 'csv', manner: JSON.stringify(['csv', delimiter, encoding, hasHeader, hasHeader || names.length]), columns: names, rowCount: guessRows(source, hasHeader) };
  }
  return await withReader(duck, source, format, { encoding: toldEncoding(source.head) ?? 'utf-8', dialect: null, isGlance: true, signal }, async ({ fields, session, staged }) => {
    const [count] = format === 'parquet' ? await session.rows(`SELECT num_rows FROM parquet_file_metadata(${literal(exactPath(source.path))})`) : [];
    return {
      ...common, manner: JSON.stringify([format, staged?.table ?? null]), columns: fields.map(({ name }) => name),
      rowCount: count === undefined ? format === 'jsonl' ? guessRows(source, false) : null : Number(count[0]),
    };
  });
}

/** The beginning up to its last line end, which cuts no character in two. */
function wholeLines({ head, isWhole }: Source): Buffer {
  return isWhole ? head : head.subarray(0, head.lastIndexOf(10) + 1);
}

function guessRows({ head, sizeBytes, packing, isWhole }: Source, hasHeader: boolean): number | null {
  if (packing !== null && !isWhole) return null;
  let lineCount = head.at(-1) === 10 ? 0 : 1;
  for (const byte of head) if (byte === 10) lineCount += 1;
  return Math.max(0, Math.round(isWhole ? lineCount : (lineCount / head.length) * sizeBytes) - Number(hasHeader));
}

/** The first group of the same manner with which the file shares at least half of the columns of either. */
function addTo(groups: Group[], seen: Seen): void {
  const keys = seen.columns.map(nameKey);
  const fitting = groups.find(({ files, columns }) => {
    if (files[0]?.manner !== seen.manner) return false;
    const shared = keys.filter((key) => columns.has(key)).length;
    return shared * 2 >= Math.max(keys.length, columns.size);
  });
  const group = fitting ?? { files: [], columns: new Set<string>() };
  if (fitting === undefined) groups.push(group);
  group.files.push(seen);
  for (const key of keys) group.columns.add(key);
}

function proposed({ files, columns }: Group, list: PartList, source: SourcePath): Survey['tables'][number] {
  const [first] = files;
  const counts = files.map(({ rowCount }) => rowCount);
  const name = files.length === 1 ? suggestName(first?.part.name.split('/').at(-1) ?? '') : typeof source === 'string' ? basename(source) : sharedName(files) ?? list.folder;
  return {
    name: shownName(name).trim().slice(0, 100) || 'Table',
    format: first?.format ?? 'csv', fileCount: files.length, files: files.slice(0, 5).map(({ part }) => shownName(part.name)),
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    rowCount: counts.includes(null) ? null : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    columnCount: columns.size,
    unlikeCount: files.filter((file) => file.columns.length < columns.size).length,
    source,
  };
}

/** What the names of the files begin with, numbers apart; null where that is nothing. */
function sharedName(files: readonly Seen[]): string | null {
  const names = files.map(({ part }) => suggestName(part.name.split('/').at(-1) ?? ''));
  let shared = names[0] ?? '';
  for (const name of names) while (!name.startsWith(shared)) shared = shared.slice(0, -1);
  shared = shared.replace(/[\s._=\d-]+$/, '');
  return shared.length > 1 ? shared : null;
}

/** A folder where the group is all that is in it, so that files that come later belong to it too; else its files. */
function sourceOf({ files }: Group, list: PartList, folders: readonly string[]): SourcePath {
  const [first] = files;
  if (first === undefined || files.length === 1) return first?.part.path ?? '';
  const own = new Set(files.map(({ part }) => part.path));
  const fits = (folder: string) => {
    const below = list.parts.filter(({ path }) => path.startsWith(`${folder}/`) || path.startsWith(`${folder}\\`));
    return below.length === files.length && below.every(({ path }) => own.has(path));
  };
  const candidates = folders.flatMap((folder) => {
    const rest = first.part.path.startsWith(folder) ? first.part.path.slice(folder.length).split(/[\\/]/).slice(1, -1) : null;
    return rest === null ? [] : [folder, ...rest.map((_, index) => [folder, ...rest.slice(0, index + 1)].join('/'))];
  });
  return candidates.find(fits) ?? files.map(({ part }) => part.path);
}

async function givenFolders(source: SourcePath): Promise<string[]> {
  const given = (typeof source === 'string' ? [source] : source).map((path) => resolve(path));
  const kinds = await Promise.all(given.map((path) => stat(path).then((state) => state.isDirectory(), () => false)));
  return given.filter((_, index) => kinds[index]);
}
