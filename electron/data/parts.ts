/**
 * Several files that are one table: which files of a folder count, under which names, in which order.
 * Links are not followed, so that nothing outside the folder is read and no loop is walked; hidden
 * files are passed over; what else is no table is named with the reason.
 */
import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AppError, fail } from '../../shared/errors.ts';
import { codeOf, ioFailure } from '../files/failures.ts';

/** What is imported: a file, a folder, or several of them that are one table. */
export type SourcePath = string | readonly string[];

export interface Part {
  /** Absolute. */
  readonly path: string;
  /** Below the folder that all share, with "/" between folders. */
  readonly name: string;
  /** The values that folders named like "year=2024" give; null for their word for missing. */
  readonly folderValues: ReadonlyMap<string, string | null>;
}

export interface LeftOut {
  readonly name: string;
  /** As it goes on after "it": "is a link". */
  readonly reason: string;
}

export interface PartList {
  /** Name of the folder that all share. */
  readonly folder: string;
  /** In the natural order of their names: "part-2" before "part-10". */
  readonly parts: readonly Part[];
  readonly leftOut: readonly LeftOut[];
}

/** Which files of a folder count, by their names alone, and how many there may be. */
export interface Wanted {
  readonly isNamed: (name: string) => boolean;
  /** As it goes on after "does not end like". */
  readonly word: string;
  readonly fileCount: number;
  readonly entryCount: number;
}

export const partLimits = { fileCount: 10_000, entryCount: 100_000, depth: 32 } as const;

const tableFiles: Wanted = { isNamed: isTableName, word: 'a table', fileCount: partLimits.fileCount, entryCount: partLimits.entryCount };

/** The files of `source`; null where it is one file. @throws files/*, data/too-many-files, data/no-files, data/project-folder, job/cancelled */
export async function listParts(source: SourcePath, signal?: AbortSignal, wanted = tableFiles): Promise<PartList | null> {
  const given = (typeof source === 'string' ? [source] : source).map((path) => resolve(path));
  const [only] = given;
  if (only === undefined) throw fail('data/no-files', { folder: '' });
  if (given.length === 1 && !(await isFolder(only))) return null;
  const walk: Walk = { root: given.length === 1 ? only : commonFolder(given), paths: [], leftOut: [], entryCount: 0, signal, wanted };
  for (const path of given) {
    if (await isFolder(path)) await walkFolder(walk, await ownFolder(path));
    else walk.paths.push(path);
  }
  const folder = basename(walk.root);
  if (walk.paths.length === 0) throw fail('data/no-files', { folder });
  requireFew(walk);
  const parts = [...new Set(walk.paths)].map((path) => partOf(walk.root, path)).sort((a, b) => inNaturalOrder(a.name, b.name));
  return { folder, parts, leftOut: walk.leftOut.toSorted((a, b) => inNaturalOrder(a.name, b.name)) };
}

/** The path of a source that is one file. */
export function pathOf(source: SourcePath): string {
  return typeof source === 'string' ? source : source[0] ?? '';
}

/** Numbers within names count as numbers; folder by folder. The same everywhere, whatever the language of the system. */
export function inNaturalOrder(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const order = collator.compare(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length || (a < b ? -1 : Number(a > b));
}

const collator = new Intl.Collator('en', { numeric: true });

/** A name for a sentence: on one line, and not longer than a line. */
export function shownName(name: string): string {
  const plain = name.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
  return plain.length > 120 ? `${plain.slice(0, 60)}…${plain.slice(-55)}` : plain;
}

/** Whether a failure says that a file is no table at all, so that it is left out of its folder and named; all others stop the work. */
export function leavesOut(thrown: unknown): string | null {
  if (!(thrown instanceof AppError)) return null;
  const { code, details } = thrown.failure;
  if (code === 'files/empty') return 'is empty';
  return code === 'data/unknown-format' ? `is no table: ${String(details['reason'])}` : null;
}

interface Walk {
  readonly root: string;
  readonly paths: string[];
  readonly leftOut: LeftOut[];
  entryCount: number;
  readonly signal: AbortSignal | undefined;
  readonly wanted: Wanted;
}

async function walkFolder(walk: Walk, folder: string, depth = 0): Promise<void> {
  const leave = (path: string, reason: string) => walk.leftOut.push({ name: nameBelow(walk.root, path), reason });
  if (depth > partLimits.depth) return void leave(folder, `lies more than ${partLimits.depth} folders deep`);
  if (depth > 0 && (await isProject(folder))) return void leave(folder, 'is an Assay project');
  try {
    for await (const entry of await opendir(folder)) {
      if (walk.signal?.aborted) throw fail('job/cancelled');
      walk.entryCount += 1;
      requireFew(walk);
      const path = join(folder, entry.name);
      if (isHidden(entry.name)) continue;
      if (entry.name.includes('\uFFFD')) leave(path, 'has a name that is no valid Unicode');
      else if (entry.isSymbolicLink()) leave(path, 'is a link');
      else if (entry.isDirectory()) await walkFolder(walk, path, depth + 1);
      else if (!entry.isFile()) leave(path, 'is a device or a pipe');
      else if (!walk.wanted.isNamed(entry.name)) leave(path, `does not end like ${walk.wanted.word}`);
      else walk.paths.push(path);
    }
  } catch (thrown) {
    // A folder within that may not be opened is named, as a file that cannot be read is; the one that was chosen must open.
    if (depth === 0 || (codeOf(thrown) !== 'EACCES' && codeOf(thrown) !== 'EPERM')) throw ioFailure(thrown, folder);
    leave(folder, 'may not be opened');
  }
}

function requireFew({ root, paths, entryCount, wanted }: Walk): void {
  if (paths.length > wanted.fileCount || entryCount > wanted.entryCount) {
    throw fail('data/too-many-files', { folder: shownName(basename(root)), limit: paths.length > wanted.fileCount ? wanted.fileCount : wanted.entryCount });
  }
}

/** What systems and programs put beside files: hidden ones, locks, marks of a finished job. */
function isHidden(name: string): boolean {
  return /^(\.|~\$)/.test(name) || /^(Thumbs\.db|desktop\.ini|__MACOSX|_SUCCESS|_metadata|_common_metadata|_delta_log|_(committed|started)_.*)$/i.test(name);
}

/** By their names alone, as a README is text too; parts of a larger job ("part-00000") often have no ending. */
export function isTableName(name: string): boolean {
  return /\.(csv|tsv|tab|txt|dat|json|jsonl|ndjson|parquet|arrow|feather|ipc|xlsx|sqlite3?|db)(\.(gz|gzip|zst|zstd))?$/i.test(name) || /^part[-_]?\d[^.]*$/i.test(name);
}

function partOf(root: string, path: string): Part {
  const name = nameBelow(root, path);
  const folderValues = new Map(name.split('/').slice(0, -1).flatMap((segment) => {
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(segment) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value === '' || value === '__HIVE_DEFAULT_PARTITION__' ? null : unescaped(value)] as const];
  }));
  return { path, name, folderValues };
}

/** Folders of this kind write signs that a name may not have as %2F. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign that stands for itself.
    return text;
  }
}

function nameBelow(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0] ?? '');
  while (!paths.every((path) => path.startsWith(folder.endsWith(sep) ? folder : folder + sep))) folder = dirname(folder);
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
}

/** The folder itself where a link to it was chosen. @throws data/project-folder for one that Assay keeps a project in */
async function ownFolder(path: string): Promise<string> {
  const folder = await realpath(path);
  for (let above = folder; ; above = dirname(above)) {
    if (await isProject(above)) {
      const [first = ''] = relative(above, folder).split(sep);
      // A folder that the user made inside of the project is theirs.
      if (['', 'log', 'obj', 'seal'].includes(first)) throw fail('data/project-folder', { folder: shownName(basename(folder)) });
      break;
    }
    if (above === dirname(above)) break;
  }
  return path;
}

async function isProject(folder: string): Promise<boolean> {
  return await stat(join(folder, 'assay.json')).then(() => true, () => false);
}
