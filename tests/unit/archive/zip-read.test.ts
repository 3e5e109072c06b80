import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectBytes } from '../../../electron/archive/sources.ts';
import { openZip } from '../../../electron/archive/zip-read.ts';
import { AppError } from '../../../shared/errors.ts';
import { rawZip, writeRawZip } from '../../support/raw-zip.ts';
import type { RawEnd, RawEntry } from '../../support/raw-zip.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'assay-zip-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Opens the archive and reads all of it, as every user of the reader does. */
async function readAll(path: string): Promise<Map<string, string>> {
  const archive = await openZip(path);
  try {
    const contents = new Map<string, string>();
    for (const entry of archive.entries) contents.set(entry.name, (await collectBytes(archive.chunks(entry))).toString('latin1'));
    return contents;
  } finally {
    await archive.close();
  }
}

async function refusal(entries: readonly RawEntry[], end: RawEnd = {}): Promise<string> {
  return refusalOfFile(writeRawZip(join(directory, 'hostile.zip'), entries, end));
}

async function refusalOfFile(path: string): Promise<string> {
  try {
    await readAll(path);
    return 'accepted';
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    return `${thrown.failure.code}: ${String(thrown.failure.details['reason'] ?? thrown.failure.what)}`;
  }
}

const good: RawEntry = { name: 'r/a.txt', data: 'hello' };
const link = { madeBy: 0x031e, attributes: (0o120777 << 16) >>> 0 };

describe('the strict reader accepts what ordinary programs write', () => {
  test('reads stored, deflated and empty files, and explicit folders', async () => {
    const path = writeRawZip(join(directory, 'good.zip'), [
      { name: 'r/', both: { attributes: ((0o040755 << 16) | 0x10) >>> 0 } }, good, { name: 'r/b.txt', data: 'x'.repeat(5000), deflate: true }, { name: 'r/empty', data: '' },
    ]);
    expect(await readAll(path)).toEqual(new Map([['r/', ''], ['r/a.txt', 'hello'], ['r/b.txt', 'x'.repeat(5000)], ['r/empty', '']]));
  });

  test('reads an entry whose sizes follow its data, with and without the optional signature', async () => {
    const data = Buffer.from('streamed '.repeat(100));
    for (const withSignature of [true, false]) {
      const sound = rawZip([{ name: 'r/a', data, deflate: true }]);
      const crc = sound.readUInt32LE(14);
      const packedBytes = sound.readUInt32LE(18);
      const descriptor = Buffer.alloc(withSignature ? 16 : 12);
      if (withSignature) descriptor.writeUInt32LE(0x08074b50, 0);
      descriptor.writeUInt32LE(crc, descriptor.length - 12);
      descriptor.writeUInt32LE(packedBytes, descriptor.length - 8);
      descriptor.writeUInt32LE(data.length, descriptor.length - 4);
      const path = writeRawZip(join(directory, 'streamed.zip'), [{ name: 'r/a', data, deflate: true, both: { flags: 0x808 }, local: { crc: 0, packedBytes: 0, sizeBytes: 0 }, after: descriptor }]);
      expect((await readAll(path)).get('r/a')).toBe(data.toString());
    }
  });

  test('allows extra fields that differ between the two headers, as Info-ZIP writes them', async () => {
    const extra = (byteCount: number): Uint8Array => Buffer.concat([Buffer.from([0x55, 0x54, byteCount, 0]), Buffer.alloc(byteCount)]);
    const path = writeRawZip(join(directory, 'extra.zip'), [{ ...good, local: { extra: extra(9) }, central: { extra: extra(5) } }]);
    expect((await readAll(path)).get('r/a.txt')).toBe('hello');
  });
});

describe('the strict reader refuses before it unpacks', () => {
  const hostile: readonly (readonly [string, readonly RawEntry[], RawEnd, RegExp])[] = [
    ['a path that leads out', [{ name: 'r/../../etc/passwd' }], {}, /unsafe.*leads out/],
    ['an absolute path', [{ name: '/etc/passwd' }], {}, /unsafe.*absolute/],
    ['a Windows path', [{ name: 'r\\a.txt' }], {}, /unsafe.*character/],
    ['a drive letter', [{ name: 'C:/a.txt' }], {}, /unsafe.*character/],
    ['an alternate data stream', [{ name: 'r/a.txt:hidden' }], {}, /unsafe.*character/],
    ['a NUL in a name', [{ name: 'r/a.txt\0.png' }], {}, /unsafe.*character/],
    ['a reserved device name', [{ name: 'r/CON.txt' }], {}, /unsafe.*reserved/],
    ['a name that ends in a dot', [{ name: 'r/a.' }], {}, /unsafe.*dot or a space/],
    ['a name that ends in a space', [{ name: 'r/a /b' }], {}, /unsafe.*dot or a space/],
    ['a name with an empty part', [{ name: 'r//a' }], {}, /unsafe.*empty part/],
    ['a name that is too long', [{ name: `r/${'x'.repeat(199)}` }], {}, /unsafe.*longer than 200/],
    ['a name that is too deep', [{ name: `r/${'d/'.repeat(12)}f` }], {}, /unsafe.*deeper/],
    ['a name that is not UTF-8', [{ name: Buffer.from([0x72, 0x2f, 0xff, 0xfe]) }], {}, /unsafe.*not UTF-8/],
    ['a name of an unknown code page', [{ name: 'r/é', both: { flags: 0 } }], {}, /unsafe.*not marked/],
    ['one name twice', [good, good], {}, /unsafe.*twice/],
    ['names that differ in case only', [good, { name: 'r/A.TXT' }], {}, /unsafe.*case or accents/],
    ['names that differ in composition only', [{ name: 'r/\u00e9' }, { name: 'r/e\u0301' }], {}, /unsafe.*case or accents/],
    ['folders that differ in case only', [{ name: 'r/d/a' }, { name: 'r/D/b' }], {}, /unsafe.*case or accents/],
    ['a name that is a file and a folder', [{ name: 'r/a' }, { name: 'r/a/b' }], {}, /unsafe.*both a file and a folder/],
    ['a file beside the root folder', [good, { name: 'b.txt' }], {}, /unsafe.*not inside/],
    ['two root folders', [good, { name: 's/b.txt' }], {}, /unsafe.*two root folders/],
    ['a symbolic link', [good, { name: 'r/link', data: '/etc/passwd', both: link }], {}, /unsafe.*link/],
    ['a device', [{ name: 'r/dev', both: { ...link, attributes: (0o060600 << 16) >>> 0 } }], {}, /unsafe.*special file/],
    ['a folder by attributes that is a file by name', [{ ...good, both: { attributes: 0x10 } }], {}, /unsafe.*folder by its attributes/],
    ['a folder that has content', [{ name: 'r/d/', data: 'abc' }], {}, /unsafe.*folder that has content/],
    ['an encrypted file', [{ ...good, both: { flags: 0x801 } }], {}, /unsafe.*encrypted/],
    ['strong encryption', [{ ...good, both: { flags: 0x841 } }], {}, /unsafe.*encrypted/],
    ['hidden headers', [{ ...good, both: { flags: 0x2800 } }], {}, /unsafe.*encrypted/],
    ['an unknown flag', [{ ...good, both: { flags: 0x820 } }], {}, /unsafe.*unknown kind/],
    ['an unknown method', [{ ...good, both: { method: 12 } }], {}, /unsafe.*method 12/],
    ['a newer ZIP version', [{ ...good, both: { version: 63 } }], {}, /unsafe.*newer/],
    ['a file on another disk', [{ ...good, central: { disk: 1 } }], {}, /unsafe.*another part/],
    ['two names for one file', [{ ...good, local: { name: 'r/b.txt' } }], {}, /unsafe.*described differently/],
    ['two methods for one file', [{ ...good, local: { method: 8 } }], {}, /unsafe.*described differently/],
    ['two checksums for one file', [{ ...good, local: { crc: 1 } }], {}, /unsafe.*described differently/],
    ['two sizes for one file', [{ ...good, local: { sizeBytes: 4, packedBytes: 4 } }], {}, /unsafe.*described differently/],
    ['two times for one file', [{ ...good, local: { time: 1 } }], {}, /unsafe.*described differently/],
    ['a stored file with two sizes', [{ ...good, both: { sizeBytes: 4 } }], {}, /unsafe.*two different sizes/],
    ['entries that overlap', [good, { ...good, name: 'r/b.txt', central: { offset: 0 } }], {}, /unsafe.*(lies over|described)/],
    ['data that reach into the next entry', [{ ...good, both: { packedBytes: 9, sizeBytes: 9 } }, { name: 'r/b', data: 'x' }], {}, /unsafe.*lies over/],
    ['a gap between entries', [{ ...good, after: Buffer.from('junk') }, { name: 'r/b', data: 'x' }], {}, /unsafe.*belong to nothing/],
    ['a gap before the directory', [{ ...good, after: Buffer.from('junk') }], {}, /unsafe.*belong to nothing/],
    ['bytes before the first entry', [good], { prefix: Buffer.from('#!/bin/sh\n') }, /unsafe.*belong to nothing/],
    ['bytes after the end', [good], { suffix: Buffer.from('tail') }, /unreadable.*something appended/],
    ['bytes between directory and end', [good], { beforeEnd: Buffer.from('gap') }, /unsafe.*does not reach/],
    ['two end records', [good], { comment: Buffer.concat([rawZip([]), Buffer.alloc(0)]) }, /unsafe.*two end records/],
    ['a wrong count of entries', [good], { entryCount: 2 }, /unsafe.*2 are promised/],
    ['one part of several', [good], { entriesHere: 0 }, /unsafe.*one part of several/],
    ['a ZIP64 mark without its record', [good], { centralOffset: 0xffffffff }, /unsafe.*ZIP64/],
    ['no files at all', [], {}, /unreadable.*no files/],
    ['too many files', [good], { entryCount: 0xfffe }, /unsafe.*65534 are promised/],
    ['a bomb', [{ name: 'r/bomb', data: Buffer.alloc(20_000_000), deflate: true }], {}, /unsafe.*grow more than 100 times/],
    ['many small bombs', Array.from({ length: 40 }, (_, i) => ({ name: `r/${i}`, data: Buffer.alloc(1_000_000), deflate: true })), {}, /unsafe.*grow more than 100 times/],
    ['a wrong descriptor', [{ ...good, both: { flags: 0x808 }, local: { crc: 0, packedBytes: 0, sizeBytes: 0 }, after: Buffer.alloc(16) }], {}, /unsafe.*belong to nothing/],
  ];
  test.each(hostile)('refuses %s', async (_name, entries, end, reason) => {
    expect(await refusal(entries, end)).toMatch(reason);
  });

  const damaged: readonly (readonly [string, RawEntry, RegExp])[] = [
    ['content that does not match its checksum', { ...good, both: { crc: 1 } }, /unreadable.*checksum/],
    ['deflated content that is longer than it says', { name: 'r/a', data: 'abcabcabc'.repeat(10), deflate: true, both: { sizeBytes: 50 } }, /unreadable/],
    ['deflated content that is shorter than it says', { name: 'r/a', data: 'abcabcabc'.repeat(10), deflate: true, both: { sizeBytes: 100 } }, /unreadable.*shorter/],
    ['compressed data that are no deflate stream', { name: 'r/a', packed: Buffer.from([0xff, 0xff, 0xff]), both: { method: 8, sizeBytes: 10 } }, /unreadable.*damaged compressed data/],
    ['compressed data with bytes after them', { name: 'r/a', packed: Buffer.concat([Buffer.from('4b040000', 'hex').subarray(0, 3), Buffer.from('junk')]), both: { method: 8, sizeBytes: 1, crc: 0xe8b7be43 } }, /unreadable/],
  ];
  test.each(damaged)('refuses %s', async (_name, entry, reason) => {
    expect(await refusal([entry])).toMatch(reason);
  });

  test('refuses large content with bytes after its compressed data', async () => {
    const data = Buffer.alloc(3_000_000, 'abcdefghijklmnopqrstuvwxyz0123456789').map((byte, i) => byte ^ ((i * 2654435761) >>> 28));
    const sound = rawZip([{ name: 'r/a', data, deflate: true }]);
    const packedBytes = sound.readUInt32LE(18);
    const packed = Buffer.concat([sound.subarray(33, 33 + packedBytes), Buffer.from('junk')]);
    writeFileSync(join(directory, 'large.zip'), sound);
    expect(await refusalOfFile(join(directory, 'large.zip'))).toBe('accepted');
    expect(await refusal([{ name: 'r/a', data, deflate: true, packed, both: { packedBytes: packed.length } }])).toMatch(/unreadable.*bytes after its compressed data/);
  });

  test('says of a file that is cut off anywhere that it cannot be read', async () => {
    const bytes = rawZip([good, { name: 'r/b.txt', data: 'x'.repeat(300), deflate: true }]);
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(join(directory, 'cut.zip'), bytes.subarray(0, length));
      expect(await refusalOfFile(join(directory, 'cut.zip'))).toMatch(/^archive\/unreadable.*cut off/);
    }
  });

  test('says which file it was asked to open when there is none, or a folder', async () => {
    expect(await refusalOfFile(join(directory, 'none.zip'))).toMatch(/^files\/not-found/);
    expect(await refusalOfFile(directory)).toMatch(/^(archive\/unreadable|files\/is-directory)/);
  });
});
