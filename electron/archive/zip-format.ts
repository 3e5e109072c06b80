/**
 * Byte layout of ZIP records (PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3), encoded and decoded.
 * What is encoded here has exactly one legal form for given contents: no times, no free fields.
 * ZIP64 forms are used where, and only where, a number does not fit its 32- or 16-bit field.
 */

export const signatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50, end64: 0x06064b50, locator64: 0x07064b50, descriptor: 0x08074b50 } as const;
export const sizes = { local: 30, central: 46, end: 22, end64: 56, locator64: 20 } as const;
export const methods = { store: 0, deflate: 8 } as const;
export const flags = { encrypted: 0x1, descriptor: 0x8, strongEncryption: 0x40, utf8: 0x800, maskedHeaders: 0x2000 } as const;

const max32 = 0xffffffff;
const max16 = 0xffff;
/** 1980-01-01 00:00, the earliest time ZIP has; every entry gets it, so equal contents give equal bytes. */
const fixedDate = 0x0021;
/** Made on Unix, a regular file that its owner may write (0644). */
const madeByUnix = 3 << 8;
const regularFile = (0o100644 << 16) >>> 0;

/** What the encoded headers of one entry depend on; sizes and offset in bytes. */
export interface EntryFacts {
  readonly name: string;
  readonly method: 0 | 8;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly offset: number;
}

/** The header that stands before the data of an entry. */
export function encodeLocalHeader(entry: EntryFacts): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const is64 = entry.sizeBytes >= max32 || entry.compressedBytes >= max32;
  const extra = is64 ? zip64Extra([entry.sizeBytes, entry.compressedBytes]) : Buffer.alloc(0);
  const out = Buffer.alloc(sizes.local);
  out.writeUInt32LE(signatures.local, 0);
  writeShared(out, 4, entry, is64 ? 45 : 20, is64);
  out.writeUInt16LE(name.length, 26);
  out.writeUInt16LE(extra.length, 28);
  return Buffer.concat([out, name, extra]);
}

/** The header of an entry in the central directory. */
export function encodeCentralHeader(entry: EntryFacts): Buffer {
  const name = Buffer.from(entry.name, 'utf8');
  const isSize64 = entry.sizeBytes >= max32 || entry.compressedBytes >= max32;
  const isOffset64 = entry.offset >= max32;
  const large = [...(isSize64 ? [entry.sizeBytes, entry.compressedBytes] : []), ...(isOffset64 ? [entry.offset] : [])];
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0);
  const out = Buffer.alloc(sizes.central);
  const version = large.length > 0 ? 45 : 20;
  out.writeUInt32LE(signatures.central, 0);
  out.writeUInt16LE(madeByUnix | version, 4);
  writeShared(out, 6, entry, version, isSize64);
  out.writeUInt16LE(name.length, 28);
  out.writeUInt16LE(extra.length, 30);
  out.writeUInt32LE(regularFile, 38);
  out.writeUInt32LE(isOffset64 ? max32 : entry.offset, 42);
  return Buffer.concat([out, name, extra]);
}

/** The end record, with its ZIP64 forms before it where needed; the comment's bytes follow it. */
export function encodeEnd(end: { entryCount: number; centralOffset: number; centralBytes: number; commentBytes: number }): Buffer {
  const is64 = end.entryCount >= max16 || end.centralOffset >= max32 || end.centralBytes >= max32;
  const out = Buffer.alloc(sizes.end);
  out.writeUInt32LE(signatures.end, 0);
  out.writeUInt16LE(Math.min(end.entryCount, max16), 8);
  out.writeUInt16LE(Math.min(end.entryCount, max16), 10);
  out.writeUInt32LE(Math.min(end.centralBytes, max32), 12);
  out.writeUInt32LE(Math.min(end.centralOffset, max32), 16);
  out.writeUInt16LE(end.commentBytes, 20);
  if (!is64) return out;
  const end64 = Buffer.alloc(sizes.end64);
  end64.writeUInt32LE(signatures.end64, 0);
  end64.writeBigUInt64LE(BigInt(sizes.end64 - 12), 4);
  end64.writeUInt16LE(madeByUnix | 45, 12);
  end64.writeUInt16LE(45, 14);
  end64.writeBigUInt64LE(BigInt(end.entryCount), 24);
  end64.writeBigUInt64LE(BigInt(end.entryCount), 32);
  end64.writeBigUInt64LE(BigInt(end.centralBytes), 40);
  end64.writeBigUInt64LE(BigInt(end.centralOffset), 48);
  const locator = Buffer.alloc(sizes.locator64);
  locator.writeUInt32LE(signatures.locator64, 0);
  locator.writeBigUInt64LE(BigInt(end.centralOffset + end.centralBytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, out]);
}

/** Fields that a local and a central header both have; the central one is the local one's promise. */
export interface HeaderFields {
  readonly versionNeeded: number;
  readonly flags: number;
  readonly method: number;
  readonly time: number;
  readonly date: number;
  readonly crc32: number;
  readonly compressedBytes: number;
  readonly sizeBytes: number;
  readonly nameBytes: Buffer;
  readonly extra: Buffer;
}

export interface CentralFields extends HeaderFields {
  readonly versionMadeBy: number;
  readonly diskStart: number;
  readonly externalAttributes: number;
  readonly offset: number;
  /** Bytes of the whole record, the next one starts after them. */
  readonly recordBytes: number;
}

/** Reads a local header at the start of `bytes`; null where it is none or is cut off. */
export function decodeLocalHeader(bytes: Buffer): (HeaderFields & { readonly headerBytes: number }) | null {
  if (bytes.length < sizes.local || bytes.readUInt32LE(0) !== signatures.local) return null;
  const nameLength = bytes.readUInt16LE(26);
  const headerBytes = sizes.local + nameLength + bytes.readUInt16LE(28);
  if (bytes.length < headerBytes) return null;
  const fields = readShared(bytes, 4, bytes.subarray(sizes.local, sizes.local + nameLength), bytes.subarray(sizes.local + nameLength, headerBytes));
  const large = readZip64Extra(fields.extra, [fields.sizeBytes === max32, fields.compressedBytes === max32]);
  if (large === null) return null;
  return { ...fields, sizeBytes: large[0] ?? fields.sizeBytes, compressedBytes: large[1] ?? fields.compressedBytes, headerBytes };
}

/** Reads a central header at `at`; null where it is none or is cut off. */
export function decodeCentralHeader(bytes: Buffer, at: number): CentralFields | null {
  if (bytes.length < at + sizes.central || bytes.readUInt32LE(at) !== signatures.central) return null;
  const nameAt = at + sizes.central;
  const extraAt = nameAt + bytes.readUInt16LE(at + 28);
  const commentAt = extraAt + bytes.readUInt16LE(at + 30);
  const endAt = commentAt + bytes.readUInt16LE(at + 32);
  if (bytes.length < endAt) return null;
  const fields = readShared(bytes, at + 6, bytes.subarray(nameAt, extraAt), bytes.subarray(extraAt, commentAt));
  const offset = bytes.readUInt32LE(at + 42);
  const large = readZip64Extra(fields.extra, [fields.sizeBytes === max32, fields.compressedBytes === max32, offset === max32]);
  if (large === null) return null;
  return {
    ...fields,
    versionMadeBy: bytes.readUInt16LE(at + 4),
    diskStart: bytes.readUInt16LE(at + 34),
    externalAttributes: bytes.readUInt32LE(at + 38),
    sizeBytes: large[0] ?? fields.sizeBytes,
    compressedBytes: large[1] ?? fields.compressedBytes,
    offset: large[2] ?? offset,
    recordBytes: endAt - at,
  };
}

function writeShared(out: Buffer, at: number, entry: EntryFacts, version: number, is64: boolean): void {
  out.writeUInt16LE(version, at);
  out.writeUInt16LE(flags.utf8, at + 2);
  out.writeUInt16LE(entry.method, at + 4);
  out.writeUInt16LE(0, at + 6);
  out.writeUInt16LE(fixedDate, at + 8);
  out.writeUInt32LE(entry.crc32, at + 10);
  out.writeUInt32LE(is64 ? max32 : entry.compressedBytes, at + 14);
  out.writeUInt32LE(is64 ? max32 : entry.sizeBytes, at + 18);
}

function readShared(bytes: Buffer, at: number, nameBytes: Buffer, extra: Buffer): HeaderFields {
  return {
    versionNeeded: bytes.readUInt16LE(at), flags: bytes.readUInt16LE(at + 2), method: bytes.readUInt16LE(at + 4),
    time: bytes.readUInt16LE(at + 6), date: bytes.readUInt16LE(at + 8), crc32: bytes.readUInt32LE(at + 10),
    compressedBytes: bytes.readUInt32LE(at + 14), sizeBytes: bytes.readUInt32LE(at + 18), nameBytes, extra,
  };
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i));
  return extra;
}

/** The ZIP64 values of the fields that are `wanted`, in order; null where the extra field is malformed or lacks one. */
function readZip64Extra(extra: Buffer, wanted: readonly boolean[]): (number | undefined)[] | null {
  let zip64: Buffer | null = null;
  for (let at = 0; at < extra.length; ) {
    if (at + 4 > extra.length) return null;
    const endAt = at + 4 + extra.readUInt16LE(at + 2);
    if (endAt > extra.length) return null;
    if (extra.readUInt16LE(at) === 0x0001) {
      if (zip64 !== null) return null;
      zip64 = extra.subarray(at + 4, endAt);
    }
    at = endAt;
  }
  let used = 0;
  const values: (number | undefined)[] = [];
  for (const isWanted of wanted) {
    if (!isWanted) {
      values.push(undefined);
      continue;
    }
    if (zip64 === null || zip64.length < used + 8) return null;
    const value = zip64.readBigUInt64LE(used);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) return null;
    values.push(Number(value));
    used += 8;
  }
  return values;
}
