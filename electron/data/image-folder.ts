/**
 * A folder of images as a source: which files are images, and where their labels come from - the folders they lie in,
 * or a table beside them with a column that names the files. Nothing is decoded here.
 */
import { basename, extname } from 'node:path';
import type { ColumnType } from '../../shared/domain/columns.ts';
import { AppError, fail } from '../../shared/errors.ts';
import type { Duck } from './duck.ts';
import { isTableName, listParts, pathOf, shownName, type LeftOut, type Part, type PartList, type SourcePath, type Wanted } from './parts.ts';
import { withReader } from './reader.ts';
import { sniffFile } from './sniff.ts';
import { openSource } from './source.ts';

/** Where the label of each image comes from. */
export interface LabelSource {
  /** As the user chooses it. */
  readonly title: string;
  readonly reason: string;
  readonly type: ColumnType;
  /** Null for an image without a label. */
  readonly labelOf: (image: Part) => string | null;
  /** What the user should know of it. */
  readonly warnings: readonly string[];
}

export interface ImageFolder extends PartList {
  readonly sources: readonly LabelSource[];
}

const imageFiles: Wanted = { isNamed: (name) => /\.(png|jpe?g)$/i.test(name), word: 'an image', fileCount: 250_000, entryCount: 500_000 };

/** Tables beside the images that are looked at for labels, and the rows and columns that are read of each. */
const mostTables = 5;
const mostLabelRows = 500_000;
const mostLabelColumns = 50;
/** A column that names files must name at least this share of the images. */
const namedShare = 0.5;

const labelNames = /^(label|labels|class|category|target|y|species|diagnosis|type)$/i;

/** The title of the choice to take no labels. */
const withoutLabels = 'No labels';

/** The images of a folder that has more images than tables; null for every other source. @throws files/*, data/too-many-files, job/cancelled */
export async function listImages(source: SourcePath, signal?: AbortSignal): Promise<PartList | null> {
  try {
    const list = await listParts(source, signal, imageFiles);
    // Files that were chosen one by one are taken whatever their names.
    if (list === null || !list.parts.every(({ name }) => imageFiles.isNamed(name))) return null;
    const tableCount = list.leftOut.filter(isTable).length;
    return list.parts.length > tableCount ? list : null;
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.failure.code === 'data/no-files') return null;
    throw thrown;
  }
}

/** The images of a source that was imported as such before. @throws data/no-images, and what `listImages` throws */
export async function requireImages(source: SourcePath, signal?: AbortSignal): Promise<PartList> {
  const list = await listImages(source, signal);
  if (list === null) throw fail('data/no-images', { folder: shownName(basename(pathOf(source))) });
  return list;
}

/** Where the labels can come from, the likeliest first. */
export async function withLabels(duck: Duck, list: PartList, signal?: AbortSignal): Promise<ImageFolder> {
  const folder = list.parts[0]?.path.slice(0, -(list.parts[0]?.name.length ?? 0)) ?? '';
  const sources: LabelSource[] = [];
  for (const { name } of list.leftOut.filter((left) => isTable(left) && !left.name.includes('/')).slice(0, mostTables)) {
    sources.push(...await sourcesOf(duck, `${folder}${name}`, list.parts, signal));
  }
  if (list.parts.some(({ name }) => name.includes('/'))) sources.push({ title: 'Folders', reason: 'The folder that each image lies in.', type: 'category', labelOf: ({ name }) => folderOf(name), warnings: [] });
  sources.push({ title: withoutLabels, reason: '', type: 'category', labelOf: () => null, warnings: [] });
  return { ...list, sources };
}

/** The source of that title; the likeliest for null. Null where the images are to have no label. @throws data/unknown-table */
export function labelSource({ sources, folder }: ImageFolder, title: string | null): LabelSource | null {
  const found = title === null ? sources[0] : sources.find((source) => source.title === title);
  if (found === undefined) throw fail('data/unknown-table', { file: shownName(folder), table: title ?? '', tables: sources.map((source) => source.title).join(', ') });
  return found.title === withoutLabels ? null : found;
}

function isTable({ name, reason }: LeftOut): boolean {
  return reason === `does not end like ${imageFiles.word}` && isTableName(basename(name));
}

/** The folders between the chosen one and the image; null for an image that lies in it itself. */
function folderOf(name: string): string | null {
  const end = name.lastIndexOf('/');
  return end < 0 ? null : name.slice(0, end);
}

/** A column of texts of a table beside the images. */
interface TextColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly values: readonly (string | null)[];
}

/** One choice for each column beside each column that names images. A file that cannot be read as a table gives none. */
async function sourcesOf(duck: Duck, path: string, images: readonly Part[], signal?: AbortSignal): Promise<LabelSource[]> {
  let columns: TextColumn[];
  try {
    columns = await readColumns(duck, path, signal);
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.failure.code === 'job/cancelled') throw thrown;
    return [];
  }
  const find = finder(images);
  const naming = columns.flatMap((column) => {
    const rows = new Map<Part, number>();
    const strange: string[] = [];
    column.values.forEach((value, row) => {
      const image = value === null ? null : find(value);
      if (image !== null) rows.set(image, row);
      else if (value !== null) strange.push(value);
    });
    return rows.size >= Math.max(1, images.length * namedShare) ? [{ column, rows, strange }] : [];
  }).sort((a, b) => b.rows.size - a.rows.size);
  const file = basename(path);
  return naming.flatMap(({ column: names, rows, strange }) => columns.filter((column) => column !== names).sort(likelierLabel).map((column): LabelSource => ({
    title: `${file}, column ${column.name}${naming.length > 1 ? ` (by ${names.name})` : ''}`,
    reason: `From column "${column.name}" of ${file}, whose column "${names.name}" names the images.`,
    type: labelNames.test(column.name) || column.type === 'text' || column.type === 'boolean' ? 'category' : column.type,
    labelOf: (image) => column.values[rows.get(image) ?? -1] ?? null,
    warnings: [
      ...(rows.size < images.length ? [`${images.length - rows.size} of ${images.length} images are not named in ${file}; their label is missing.`] : []),
      ...(strange.length > 0 ? [`${strange.length} rows of ${file} name no image of the folder: ${strange.slice(0, 3).map(shownName).join(', ')}${strange.length > 3 ? ' …' : ''}.`] : []),
    ],
  })));
}

function likelierLabel(a: TextColumn, b: TextColumn): number {
  const rank = ({ name, type }: TextColumn): number => (labelNames.test(name) ? 0 : type === 'category' ? 1 : 2);
  return rank(a) - rank(b);
}

/** Finds the image that a text names: by its path below the folder, by its name, or by its name without the ending, where only one has it. */
function finder(images: readonly Part[]): (text: string) => Part | null {
  const byText = new Map<string, Part | null>();
  const add = (text: string, image: Part): void => { byText.set(text, byText.has(text) ? null : image); };
  for (const image of images) {
    const name = basename(image.name);
    for (const text of new Set([name, name.slice(0, -extname(name).length), image.name.slice(0, -extname(name).length)])) add(text, image);
  }
  const byPath = new Map(images.map((image) => [image.name, image]));
  return (text) => {
    const path = text.trim().replaceAll('\\', '/').replace(/^\.\//, '');
    return byPath.get(path) ?? byText.get(path) ?? null;
  };
}

async function readColumns(duck: Duck, path: string, signal?: AbortSignal): Promise<TextColumn[]> {
  const { format, dialect, columns } = await sniffFile(duck, path, { signal });
  const source = await openSource(path);
  return await withReader(duck, source, format, { encoding: dialect?.encoding ?? 'utf-8', dialect, signal }, async ({ session, from, fields }) => {
    const taken = fields.slice(0, mostLabelColumns);
    const rows = await session.rows(`SELECT ${taken.map(({ x }) => `nullif(CAST(${x} AS VARCHAR), '')`).join(', ')} FROM ${from} LIMIT ${mostLabelRows}`);
    return taken.map(({ name }, index) => ({ name, type: columns[index]?.type ?? 'text', values: rows.map((row) => (row[index] === null ? null : String(row[index]))) }));
  });
}
