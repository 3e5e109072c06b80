/**
 * Builds ZIP files field by field, sound or not, without the product's writer: what it makes is what
 * another program, or an attacker, could make. Every field of a header can be given its own value.
 */
import { writeFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

export interface RawHeader {
  madeBy: number;
  version: number;
  flags: number;
  method: number;
  time: number;
  date: number;
  crc: number;
  packedBytes: number;
  sizeBytes: number;
  name: string | Uint8Array;
  extra: Uint8Array;
  attributes: number;
  disk: number;
  offset: number;
}

export interface RawEntry {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array | string;
  readonly deflate?: boolean;
  /** Replaces the packed bytes. */
  readonly packed?: Uint8Array;
  readonly local?: Partial<RawHeader>;
  readonly central?: Partial<RawHeader>;
  /** In both headers. */
  readonly both?: Partial<RawHeader>;
  /** Bytes between the data of this entry and what follows. */
  readonly after?: Uint8Array;
}

export interface RawEnd {
  entryCount?: number;
  entriesHere?: number;
  centralBytes?: number;
  centralOffset?: number;
  comment?: Uint8Array;
  commentBytes?: number;
  prefix?: Uint8Array;
  suffix?: Uint8Array;
  beforeEnd?: Uint8Array;
}

export function rawZip(entries: readonly RawEntry[], end: RawEnd = {}): Buffer {
  const parts: Uint8Array[] = [end.prefix ?? new Uint8Array()];
  const central: Buffer[] = [];
  let at = parts[0]?.length ?? 0;
  for (const entry of entries) {
    const data = typeof entry.data === 'string' ? Buffer.from(entry.data) : (entry.data ?? new Uint8Array());
    const packed = entry.packed ?? (entry.deflate === true ? deflateRawSync(data) : data);
    const header: RawHeader = {
      madeBy: 0x031e, version: 20, flags: 0x800, method: entry.deflate === true ? 8 : 0, time: 0, date: 0x21, crc: crc32(data),
      packedBytes: packed.length, sizeBytes: data.length, name: entry.name, extra: new Uint8Array(), attributes: 0, disk: 0, offset: at, ...entry.both,
    };
    const pieces = [local({ ...header, ...entry.local }), packed, entry.after ?? new Uint8Array()];
    parts.push(...pieces);
    at += pieces.reduce((sum, piece) => sum + piece.length, 0);
    central.push(centralRecord({ ...header, ...entry.central }));
  }
  const directory = Buffer.concat(central);
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(end.entriesHere ?? end.entryCount ?? entries.length, 8);
  record.writeUInt16LE(end.entryCount ?? entries.length, 10);
  record.writeUInt32LE(end.centralBytes ?? directory.length, 12);
  record.writeUInt32LE(end.centralOffset ?? at, 16);
  record.writeUInt16LE(end.commentBytes ?? end.comment?.length ?? 0, 20);
  return Buffer.concat([...parts, directory, end.beforeEnd ?? new Uint8Array(), record, end.comment ?? new Uint8Array(), end.suffix ?? new Uint8Array()]);
}

export function writeRawZip(path: string, entries: readonly RawEntry[], end: RawEnd = {}): string {
  writeFileSync(path, rawZip(entries, end));
  return path;
}

function nameBytes(name: string | Uint8Array): Uint8Array {
  return typeof name === 'string' ? Buffer.from(name) : name;
}

function shared(out: Buffer, at: number, header: RawHeader): void {
  out.writeUInt16LE(header.version, at);
  out.writeUInt16LE(header.flags, at + 2);
  out.writeUInt16LE(header.method, at + 4);
  out.writeUInt16LE(header.time, at + 6);
  out.writeUInt16LE(header.date, at + 8);
  out.writeUInt32LE(header.crc, at + 10);
  out.writeUInt32LE(header.packedBytes, at + 14);
  out.writeUInt32LE(header.sizeBytes, at + 18);
  out.writeUInt16LE(nameBytes(header.name).length, at + 22);
  out.writeUInt16LE(header.extra.length, at + 24);
}

function local(header: RawHeader): Buffer {
  const out = Buffer.alloc(30);
  out.writeUInt32LE(0x04034b50, 0);
  shared(out, 4, header);
  return Buffer.concat([out, nameBytes(header.name), header.extra]);
}

function centralRecord(header: RawHeader): Buffer {
  const out = Buffer.alloc(46);
  out.writeUInt32LE(0x02014b50, 0);
  out.writeUInt16LE(header.madeBy, 4);
  shared(out, 6, header);
  out.writeUInt16LE(header.disk, 34);
  out.writeUInt32LE(header.attributes, 38);
  out.writeUInt32LE(header.offset, 42);
  return Buffer.concat([out, nameBytes(header.name), header.extra]);
}
