/**
 * Looks at several files that are to be one table, as at one file: the first says how they are read,
 * all are checked against it, and the types are guessed from rows of all of them. Columns are joined by
 * name; a file that lacks one has missing values there, and that is said.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnType } from '../../shared/domain/columns.ts';
import type { ColumnOrigin, Sniff, SniffedColumn } from '../../shared/domain/datasets.ts';
import { AppError, fail } from '../../shared/errors.ts';
import { kindOf, requireAlike, strangeFailure, widthFailure, type Model } from './alike.ts';
import { columnLimit, describeCsv } from './csv.ts';
import { withShared, type Duck, type Session } from './duck.ts';
import { fieldsOf } from './fields.ts';
import type { Family, Field } from './fields.ts';
import { guessTypes, type Guess } from './guess.ts';
import { listImages } from './image-folder.ts';
import { sniffImages } from './image-import.ts';
import { ownTypes } from './parquet.ts';
import { leavesOut, listParts, pathOf, shownName, type LeftOut, type Part, type PartList, type SourcePath } from './parts.ts';
import { readFailure, withReader, type Reader } from './reader.ts';
import { nameKey } from './records.ts';
import { categoriesOf, encodingOf, previewOf, shapeWarnings, sniffFile, type SniffOptions } from './sniff.ts';
import { openSource, toldEncoding, type Source } from './source.ts';
import { exactPath, identifier, literal, literalList } from './sql.ts';
import { plainRules } from './text-values.ts';

/** Rows that are looked at in all, as of one file, and the most files that they are taken from, evenly spread. */
const sampleRows = 100_000;
const sampledFiles = 200;

/** The most sentences of one kind that are said. */
const mostSentences = 10;

/** A column of any of the files. */
interface Joined {
  readonly name: string;
  /** Its name in the samples. */
  readonly alias: string;
  readonly origin?: ColumnOrigin;
  readonly families: Set<Family>;
  /** The types that Assay itself stored it as; null for a file that does not say. */
  readonly stored: Set<ColumnType | null>;
  fileCount: number;
}

/** What the first file says of all. */
interface First extends Model {
  readonly source: Source;
  readonly encoding: Awaited<ReturnType<typeof encodingOf>>;
  readonly width: number;
  readonly sniffed: Pick<Sniff, 'reasons' | 'tables' | 'table' | 'warnings'>;
}

interface Look {
  readonly list: PartList;
  readonly options: SniffOptions;
  readonly joined: Map<string, Joined>;
  readonly samplePaths: string[];
  readonly leftOut: LeftOut[];
  first: First | null;
  fileCount: number;
  sizeBytes: number;
}

/** Describes a file, a folder or several files. A folder of more images than tables is one of images. @throws what `sniffFile`, `listParts`, `sniffParts` and `sniffImages` throw */
export async function sniffSource(duck: Duck, source: SourcePath, options: SniffOptions = {}): Promise<Sniff> {
  const images = await listImages(source, options.signal);
  if (images !== null) return await sniffImages(duck, images, options);
  const list = await listParts(source, options.signal);
  return list === null ? await sniffFile(duck, pathOf(source), options) : await sniffParts(duck, list, options);
}

/** Describes the files for the user to correct. @throws data/mixed-formats, data/part-differs, data/no-files, and what `sniffFile` throws */
export async function sniffParts(duck: Duck, list: PartList, options: SniffOptions = {}): Promise<Sniff> {
  const folder = await mkdtemp(join(duck.tempDir, 'parts-'));
  try {
    const look: Look = { list, options, joined: new Map(), samplePaths: [], leftOut: [...list.leftOut], first: null, fileCount: 0, sizeBytes: 0 };
    const every = Math.ceil(list.parts.length / sampledFiles);
    const outPaths = list.parts.map((_, index) => join(folder, `${index}.parquet`));
    await withShared(duck, { files: [...list.parts.map(({ path }) => path), ...outPaths], signal: options.signal }, async (shared) => {
      for (const [index, part] of list.parts.entries()) await lookAt(shared, look, { part, outPath: outPaths[index] ?? '', isSampled: index % every === 0 });
    });
    if (look.first === null) throw fail('data/no-files', { folder: shownName(list.folder) });
    return await describe(duck, look, look.first);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function lookAt(duck: Duck, look: Look, { part, outPath, isSampled }: { part: Part; outPath: string; isSampled: boolean }): Promise<void> {
  const { options, first } = look;
  if (options.signal?.aborted) throw fail('job/cancelled');
  let source: Source;
  try {
    source = await openSource(part.path, part.name);
  } catch (thrown) {
    const reason = leavesOut(thrown);
    if (reason === null) throw thrown;
    look.leftOut.push({ name: part.name, reason });
    return;
  }
  if (first !== null) requireAlike(source, first);
  look.fileCount += 1;
  look.sizeBytes += source.sizeBytes;
  const isText = kindOf(source.format) === 'csv';
  const encoding = first?.encoding ?? (isText ? await encodingOf(source, options.dialect ?? null) : { encoding: toldEncoding(source.head) ?? 'utf-8', reason: '', warning: null });
  const dialect = first?.dialect ?? options.dialect ?? null;
  if (first !== null && isText && !isSampled) {
    // The names of its columns are in its first lines: no statement has to be run where all are known.
    const { names } = describeCsv(source, { encoding: encoding.encoding, dialect });
    if (names.every((name) => look.joined.has(nameKey(name)))) {
      joinColumns(look, first, source, names.map((name) => ({ name, family: 'csv', stored: null })));
      return;
    }
  }
  await withReader(duck, source, source.format, { encoding: encoding.encoding, dialect, table: first?.sniffed.table ?? options.table, isGlance: true, outPath, signal: options.signal }, async (reader) => {
    look.first ??= firstOf(look, reader, encoding);
    const stored = source.format === 'parquet' ? await ownTypes(reader.session, literal(exactPath(source.path))) : null;
    const isOwn = stored?.length === reader.fields.length;
    const hasNews = reader.fields.some(({ name }) => !look.joined.has(nameKey(name)));
    joinColumns(look, look.first, source, reader.fields.map(({ name, family }, index) => ({ name, family, stored: isOwn ? stored[index] ?? null : null })));
    if (!isSampled && !hasNews) return;
    const all = [...columnsOf(look, reader), ...constantsOf(look, part)];
    const rows = Math.floor(sampleRows / Math.min(look.list.parts.length, sampledFiles));
    try {
      await reader.session.run(`COPY (SELECT ${all.map(({ x, alias }) => `${x} AS ${alias}`).join(', ')} FROM ${reader.sampleFrom} LIMIT ${rows}) TO ${literal(outPath)} (FORMAT parquet)`);
    } catch (thrown) {
      throw thrown instanceof AppError || options.signal?.aborted ? thrown : await readFailure(source, source.format, thrown);
    }
    look.samplePaths.push(outPath);
  });
}

function firstOf(look: Look, reader: Reader, encoding: First['encoding']): First {
  const { source, csv, staged } = reader;
  return {
    source, folder: look.list.folder, fileName: source.fileName, encoding, width: reader.fields.length,
    format: csv === null ? source.format : csv.dialect.delimiter === '\t' ? 'tsv' : 'csv',
    dialect: csv?.dialect ?? staged?.dialect ?? null,
    sniffed: {
      reasons: csv === null ? staged?.reasons ?? {} : { ...(look.options.dialect ? {} : { encoding: encoding.reason }), ...csv.reasons },
      tables: [...(staged?.tables ?? [])], table: staged?.table ?? null,
      warnings: [...(encoding.warning === null ? [] : [`${shownName(source.fileName)}: ${encoding.warning}`]), ...(staged?.warnings ?? []), ...shapeWarnings(reader)],
    },
  };
}

/** Takes the columns of a file in. @throws data/part-differs where it has none of those before */
function joinColumns(look: Look, first: First, source: Source, columns: readonly { name: string; family: Family; stored: ColumnType | null }[]): void {
  if (first.dialect?.hasHeader === false && columns.length !== first.width) throw widthFailure(source, first, columns.length, first.width);
  if (look.joined.size > 0 && !columns.some(({ name }) => look.joined.has(nameKey(name)))) throw strangeFailure(source, first);
  for (const { name, family, stored } of columns) {
    const key = nameKey(name);
    const known = look.joined.get(key) ?? { name, alias: `u${look.joined.size}`, families: new Set(), stored: new Set(), fileCount: 0 };
    known.families.add(family);
    known.stored.add(stored);
    known.fileCount += 1;
    look.joined.set(key, known);
  }
  if (look.joined.size > columnLimit) throw fail('data/too-large', { file: shownName(look.list.folder), found: `${look.joined.size} columns`, limit: `${columnLimit} columns` });
}

function columnsOf(look: Look, { fields }: Reader): { x: string; alias: string }[] {
  return fields.map(({ name, x, family }) => {
    const known = look.joined.get(nameKey(name));
    // What Parquet would store as something else is looked at as text, and so is a time that is a number in other files.
    const isText = family === 'huge' || family === 'other' || (known !== undefined && hasTimes(known) && hasNumbers(known));
    return { x: isText ? `CAST(${x} AS VARCHAR)` : x, alias: known?.alias ?? '' };
  });
}

function hasTimes({ families }: Joined): boolean {
  return families.has('date') || families.has('timestamp');
}

function hasNumbers({ families }: Joined): boolean {
  return families.has('integer') || families.has('float') || families.has('boolean');
}

/** The values that are the same for all rows of a file. */
function constantsOf(look: Look, part: Part): { x: string; alias: string }[] {
  const folders = folderKeys(look.list).map((key, index) => {
    const value = part.folderValues.get(key) ?? null;
    return { x: value === null ? 'CAST(NULL AS VARCHAR)' : literal(value), alias: `f${index}` };
  });
  return [...folders, { x: literal(part.name), alias: 'p0' }];
}

/** The keys of all folders like "year=2024", in the order in which they are met. */
function folderKeys({ parts }: PartList): string[] {
  return [...new Set(parts.flatMap(({ folderValues }) => [...folderValues.keys()]))];
}

async function describe(duck: Duck, look: Look, first: First): Promise<Sniff> {
  const { list, samplePaths, fileCount } = look;
  const keys = folderKeys(list);
  const hidden = keys.filter((key) => look.joined.has(nameKey(key)));
  const constants: Joined[] = [
    ...keys.map((name, index) => ({ name, alias: `f${index}`, origin: 'folder' as const, families: new Set<Family>(['csv']), stored: new Set<ColumnType | null>([null]), fileCount })),
    { name: freeName('source_file', new Set([...look.joined.keys(), ...keys.map(nameKey)])), alias: 'p0', origin: 'path', families: new Set<Family>(['string']), stored: new Set<ColumnType | null>([null]), fileCount },
  ];
  const columns = [...look.joined.values(), ...constants.filter(({ name, origin }) => origin === 'path' || !hidden.includes(name))];
  const from = `read_parquet(${literalList(samplePaths.map(exactPath))}, union_by_name = true)`;
  return await duck.session({ files: samplePaths, signal: look.options.signal }, async (session) => {
    const fields = await joinedFields(session, from, columns);
    // Rows of all files stand among the first: a column may be missing in the first file.
    await session.run(`CREATE TEMP TABLE mixed AS SELECT * FROM ${from.replace(/\)$/, ', file_row_number = true)')} ORDER BY file_row_number`);
    const reader: Reader = {
      source: first.source, session, from, sampleFrom: 'mixed', fields,
      leftOut: [], csv: null, textPath: '', rules: first.dialect ?? plainRules, staged: null,
    };
    const guesses = await guessTypes(reader);
    const preview = await previewOf(reader);
    if (preview.length === 0) throw fail('data/no-rows', { file: shownName(list.folder) });
    const sniffed = columns.map((column, index) => sniffedColumn(column, guesses[index]));
    return {
      fileName: list.folder, sizeBytes: look.sizeBytes, format: first.format, dialect: first.dialect, ...first.sniffed,
      columns: sniffed, preview, fileCount,
      warnings: [
        ...some(look.leftOut.map(({ name, reason }) => `"${shownName(name)}" is left out: it ${reason}.`), 'files are left out'),
        ...some(missingSentences(look, fileCount), 'columns are missing in some files'),
        ...hidden.map((key) => `The folders named "${key}=..." give no column, because the files have one of that name.`),
        ...first.sniffed.warnings,
        ...columns.flatMap(({ name }, index) => (guesses[index]?.warning ? [`Column "${name}": ${guesses[index].warning}.`] : [])),
      ],
    };
  });
}

/** The columns as fields of the samples: by the family that all files agree on, else by what holds the values of all. */
async function joinedFields(session: Session, from: string, columns: readonly Joined[]): Promise<Field[]> {
  const found = new Map((await fieldsOf(session, from)).fields.map((field) => [field.name, field]));
  return columns.map(({ name, alias, families }) => {
    const field = found.get(alias);
    const [only] = families;
    const family = families.size !== 1 || only === undefined ? field?.family ?? 'string' : only === 'huge' || only === 'whole' ? 'csv' : only;
    return { name, x: identifier(alias), family, sqlType: field?.sqlType ?? 'text' };
  });
}

function sniffedColumn({ name, origin, families, stored }: Joined, guess: Guess | undefined): SniffedColumn {
  const [own] = stored;
  const type = guess?.type ?? 'text';
  const base = { sourceName: name, type, reason: guess?.reason ?? '', pattern: guess?.pattern ?? null, ...categoriesOf(guess) };
  if (origin === 'path') return { ...base, type: 'category', reason: 'The file that each row comes from.', pattern: null, origin };
  if (origin === 'folder') return { ...base, reason: `From the names of the folders. ${base.reason}`, origin };
  if (stored.size === 1 && own) return { ...base, type: own, reason: `It was stored as ${own}.`, pattern: null };
  return families.size > 1 ? { ...base, reason: `The files store it in different ways; as ${type} all values fit.` } : base;
}

function missingSentences(look: Look, fileCount: number): string[] {
  return [...look.joined.values()].filter((column) => column.fileCount < fileCount).map((column) => {
    const lacking = fileCount - column.fileCount;
    return `${lacking} of ${fileCount} files ${lacking === 1 ? 'has' : 'have'} no column "${column.name}"; its values are missing there.`;
  });
}

/** The first sentences, and how many more there are. */
function some(sentences: readonly string[], what: string): string[] {
  if (sentences.length <= mostSentences) return [...sentences];
  return [...sentences.slice(0, mostSentences), `${sentences.length - mostSentences} more ${what}.`];
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let suffix = 1; ; suffix += 1) {
    const name = suffix === 1 ? wanted : `${wanted}_${suffix}`;
    if (!taken.has(nameKey(name))) return name;
  }
}
