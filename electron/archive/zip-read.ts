/**
 * Strict ZIP reader: an archive that could mean two things, leave its folder or swell without bound is
 * refused before one byte of content is unpacked. Every byte of the file belongs to exactly one record.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { ioFailure } from '../files/failures.ts';
import { refuse } from './refusal.ts';
import { entryChunks } from './zip-contents.ts';
import type { PackedEntry, ReadBytes } from './zip-contents.ts';
import { decodeCentralHeader, decodeLocalHeader, flags, methods, sizes, signatures } from './zip-format.ts';
import type { CentralFields } from './zip-format.ts';
import { readAt, readZipEnd, windowReader } from './zip-end.ts';
import type { ZipEnd } from './zip-end.ts';
import { zipLimits } from './zip-limits.ts';
import { NameSet, nameProblem } from './zip-names.ts';

export interface ZipEntry extends PackedEntry {
  readonly isFolder: boolean;
}

export interface ZipArchive {
  readonly path: string;
  readonly sizeBytes: number;
  readonly end: ZipEnd;
  /** The one folder that everything is in. */
  readonly rootName: string;
  /** In the order of the central directory. */
  readonly entries: readonly ZipEntry[];
  /** The unpacked bytes of `entry`; throws after the last one when size or checksum differ. */
  chunks(entry: ZipEntry): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

const knownFlags = 0x6 | flags.descriptor | flags.utf8;

/**
 * Opens an archive and checks its whole structure; the caller closes it.
 * @throws archive/unsafe, archive/unreadable (details: file, reason, entry), files/*
 */
export async function openZip(path: string): Promise<ZipArchive> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (thrown) {
    throw ioFailure(thrown, path);
  }
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw refuse('unreadable', path, 'it is not a file');
    const end = await readZipEnd(file, stat.size, path);
    const central = await readCentral(file, end, path);
    const rootName = checkNames(central, path);
    checkSizes(central, path);
    const read = windowReader(file);
    const entries = await placeEntries(read, central, end, path);
    return {
      path, sizeBytes: stat.size, end, rootName, entries,
      chunks: (entry) => entryChunks(read, entry, path),
      close: () => file.close(),
    };
  } catch (thrown) {
    await file.close();
    throw ioFailure(thrown, path);
  }
}

interface CentralEntry extends CentralFields {
  readonly name: string;
  readonly isFolder: boolean;
}

async function readCentral(file: FileHandle, end: ZipEnd, path: string): Promise<CentralEntry[]> {
  if (end.entryCount > zipLimits.entries) throw refuse('unsafe', path, `it has ${end.entryCount} files; the limit is ${zipLimits.entries}`);
  if (end.centralBytes > zipLimits.centralBytes) throw refuse('unsafe', path, 'its directory is too large');
  if (end.entryCount === 0) throw refuse('unreadable', path, 'it has no files');
  const bytes = await readAt(file, end.centralOffset, end.centralBytes);
  const entries: CentralEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const fields = decodeCentralHeader(bytes, at);
    if (fields === null) throw refuse('unsafe', path, `entry ${entries.length + 1} of its directory is malformed`);
    const name = decodeName(fields, path);
    entries.push({ ...fields, name, isFolder: name.endsWith('/') });
    checkKind(entries[entries.length - 1] as CentralEntry, path);
    at += fields.recordBytes;
  }
  if (entries.length !== end.entryCount) throw refuse('unsafe', path, `its directory has ${entries.length} entries where ${end.entryCount} are promised`);
  return entries;
}

function decodeName(fields: CentralFields, path: string): string {
  let name: string;
  try {
    name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(fields.nameBytes);
  } catch (thrown) {
    throw refuse('unsafe', path, `a name is not UTF-8: ${fields.nameBytes.toString('latin1')}`, undefined, thrown);
  }
  // Without the flag the name is in an unknown code page; plain ASCII means the same in all of them.
  // eslint-disable-next-line no-control-regex -- the range of ASCII
  if ((fields.flags & flags.utf8) === 0 && !/^[\0-\x7f]*$/.test(name)) throw refuse('unsafe', path, `the name "${name}" is not marked as UTF-8`, name);
  return name;
}

/** Only plain files and folders, neither encrypted nor split, stored or deflated. */
function checkKind(entry: CentralEntry, path: string): void {
  const no = (what: string): Error => refuse('unsafe', path, `"${entry.name}" ${what}`, entry.name);
  if ((entry.flags & (flags.encrypted | flags.strongEncryption | flags.maskedHeaders)) !== 0) throw no('is encrypted');
  if ((entry.flags & ~knownFlags) !== 0) throw no('has flags of an unknown kind');
  if (entry.method !== methods.store && entry.method !== methods.deflate) throw no(`is packed with method ${entry.method}, which is not supported`);
  if (entry.versionNeeded > 45) throw no('needs a newer ZIP version');
  if (entry.diskStart !== 0) throw no('is on another part');
  const fileType = (entry.externalAttributes >>> 16) & 0o170000;
  const madeBy = entry.versionMadeBy >> 8;
  if (fileType !== 0 && (madeBy === 3 || madeBy === 19)) {
    if (fileType !== (entry.isFolder ? 0o040000 : 0o100000)) throw no('is a link, a device or another special file');
  }
  const isDosFolder = (entry.externalAttributes & 0x10) !== 0;
  if (isDosFolder && !entry.isFolder) throw no('is a folder by its attributes and a file by its name');
  if ((entry.externalAttributes & 0x8) !== 0) throw no('is a volume label');
  if (entry.isFolder && (entry.sizeBytes !== 0 || entry.compressedBytes > 2)) throw no('is a folder that has content');
  if (entry.method === methods.store && entry.sizeBytes !== entry.compressedBytes) throw no('has two different sizes');
}

function checkNames(entries: readonly CentralEntry[], path: string): string {
  const names = new NameSet();
  let rootName: string | null = null;
  for (const { name } of entries) {
    const problem = nameProblem(name) ?? names.add(name);
    if (problem !== null) throw refuse('unsafe', path, `the name "${name}" ${problem}`, name);
    const slash = name.indexOf('/');
    if (slash < 0) throw refuse('unsafe', path, `"${name}" is not inside the one root folder`, name);
    const root = name.slice(0, slash);
    rootName ??= root;
    if (root !== rootName) throw refuse('unsafe', path, `it has two root folders, "${rootName}" and "${root}"`, name);
  }
  return rootName ?? '';
}

function checkSizes(entries: readonly CentralEntry[], path: string): void {
  let totalBytes = 0;
  let packedBytes = 0;
  for (const entry of entries) {
    if (isTooDense(entry.sizeBytes, entry.compressedBytes)) throw refuse('unsafe', path, `"${entry.name}" would grow more than ${zipLimits.ratio} times`, entry.name);
    totalBytes += entry.sizeBytes;
    packedBytes += entry.compressedBytes;
  }
  if (totalBytes > zipLimits.totalBytes) throw refuse('unsafe', path, `its files have ${totalBytes} bytes together; the limit is ${zipLimits.totalBytes}`);
  if (isTooDense(totalBytes, packedBytes)) throw refuse('unsafe', path, `it would grow more than ${zipLimits.ratio} times`);
}

function isTooDense(sizeBytes: number, packedBytes: number): boolean {
  return sizeBytes >= zipLimits.ratioFreeBytes && sizeBytes > packedBytes * zipLimits.ratio;
}

/** Reads every local header: equal to its central one, and all records side by side from 0 to the directory. */
async function placeEntries(read: ReadBytes, central: readonly CentralEntry[], end: ZipEnd, path: string): Promise<ZipEntry[]> {
  const order = central.map((entry, index) => ({ entry, index })).sort((a, b) => a.entry.offset - b.entry.offset);
  const placed: ZipEntry[] = new Array<ZipEntry>(central.length);
  let expectedOffset = 0;
  for (const [i, { entry, index }] of order.entries()) {
    const no = (what: string): Error => refuse('unsafe', path, `"${entry.name}" ${what}`, entry.name);
    if (entry.offset !== expectedOffset) throw no(entry.offset < expectedOffset ? 'lies over another entry' : 'has bytes before it that belong to nothing');
    const nextOffset = order[i + 1]?.entry.offset ?? end.centralOffset;
    const header = decodeLocalHeader(await read(entry.offset, Math.min(end.centralOffset - entry.offset, headerReadBytes(entry))));
    if (header === null) throw no('has no readable header before its data');
    const isStreamed = (entry.flags & flags.descriptor) !== 0;
    const isSame = header.nameBytes.equals(entry.nameBytes) && header.flags === entry.flags && header.method === entry.method
      && header.time === entry.time && header.date === entry.date;
    const hasSizes = header.crc32 === entry.crc32 && header.sizeBytes === entry.sizeBytes && header.compressedBytes === entry.compressedBytes;
    const leavesSizesOpen = isStreamed && header.crc32 === 0 && header.sizeBytes === 0 && header.compressedBytes === 0;
    if (!isSame || !(hasSizes || leavesSizesOpen)) throw no('is described differently in the directory and before its data');
    const dataOffset = entry.offset + header.headerBytes;
    const dataEnd = dataOffset + entry.compressedBytes;
    if (dataEnd > nextOffset) throw no('lies over another entry');
    const gap = nextOffset - dataEnd;
    if (isStreamed && gap > 24) throw no('has bytes after it that belong to nothing');
    if (isStreamed ? !isDescriptor(await read(dataEnd, gap), entry) : gap !== 0) throw no('has bytes after it that belong to nothing');
    expectedOffset = nextOffset;
    placed[index] = { ...pick(entry), dataOffset };
  }
  return placed;
}

/** A local header may have longer extra fields than the central one; 1 KiB more than enough for known writers. */
function headerReadBytes(entry: CentralEntry): number {
  return sizes.local + entry.nameBytes.length + entry.extra.length + 1024;
}

function pick(entry: CentralEntry): Omit<ZipEntry, 'dataOffset'> {
  const { name, crc32: crc, compressedBytes, sizeBytes, offset, isFolder } = entry;
  return { name, method: entry.method === methods.store ? 0 : 8, crc32: crc, compressedBytes, sizeBytes, offset, isFolder };
}

/** A data descriptor: an optional signature, the checksum, both sizes in 4 or 8 bytes each. */
function isDescriptor(bytes: Buffer, entry: CentralEntry): boolean {
  const fieldsAt = bytes.length === 16 || bytes.length === 24 ? 4 : 0;
  if (![12, 16, 20, 24].includes(bytes.length)) return false;
  if (fieldsAt === 4 && bytes.readUInt32LE(0) !== signatures.descriptor) return false;
  if (bytes.readUInt32LE(fieldsAt) !== entry.crc32) return false;
  return bytes.length - fieldsAt === 12
    ? bytes.readUInt32LE(fieldsAt + 4) === entry.compressedBytes && bytes.readUInt32LE(fieldsAt + 8) === entry.sizeBytes
    : bytes.readBigUInt64LE(fieldsAt + 4) === BigInt(entry.compressedBytes) && bytes.readBigUInt64LE(fieldsAt + 12) === BigInt(entry.sizeBytes);
}
