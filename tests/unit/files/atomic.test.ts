import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureDirectory, requireFreeSpace, writeAndSee, writeIfAbsent, writeOnce, type Writer } from '../../../electron/files/atomic.ts';
import { nodeDisk } from '../../../electron/files/disk.ts';
import { ioFailure } from '../../../electron/files/failures.ts';
import { hashFile, readChunks, sha256Hex } from '../../../electron/files/hashing.ts';
import { faultyDisk, everyFault } from '../../support/faulty-disk.ts';
import { codeThrownBy, filesBelow, seededRandom, temporaryDirectory } from '../../support/stores.ts';

const content = new TextEncoder().encode('content');
const writer: Writer = { disk: nodeDisk, random: seededRandom('writer') };

describe('writing once', () => {
  it('gives the file its content and says its hash', async () => {
    const path = join(temporaryDirectory(), 'a', 'b', 'file');
    const written = await writeOnce(writer, path, content);
    expect(written).toEqual({ path, sha256: sha256Hex(content), sizeBytes: 7 });
    expect(readFileSync(path, 'utf8')).toBe('content');
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  it('streams content that comes in parts', async () => {
    const root = temporaryDirectory();
    writeFileSync(join(root, 'big'), new Uint8Array(3_000_000).fill(5));
    const written = await writeOnce(writer, join(root, 'copy'), readChunks(join(root, 'big')));
    expect(written.sha256).toBe((await hashFile(join(root, 'big'))).sha256);
    expect(written.sizeBytes).toBe(3_000_000);
  });

  it('keeps what is there when asked to write only if absent', async () => {
    const path = join(temporaryDirectory(), 'file');
    expect(await writeIfAbsent(writer, path, content)).toBe(true);
    expect(await writeIfAbsent(writer, path, new Uint8Array())).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('content');
    expect(readdirSync(join(path, '..'))).toEqual(['file']);
  });

  it('looks whether a drive that says yes has kept anything', async () => {
    const path = join(temporaryDirectory(), 'file');
    const liar: Writer = { ...writer, disk: { ...nodeDisk, link: () => Promise.resolve() } };
    expect(await codeThrownBy(() => writeAndSee(liar, path, content))).toBe('files/io');
    expect([await writeAndSee(writer, path, content), await writeAndSee(writer, path, content)]).toEqual([true, true]);
    expect(await writeAndSee(writer, path, new Uint8Array())).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('content');
  });

  it('does without hard links where there are none', async () => {
    const path = join(temporaryDirectory(), 'file');
    const noLinks: Writer = { ...writer, disk: { ...nodeDisk, link: () => Promise.reject(Object.assign(new Error('no links'), { code: 'ENOTSUP' })) } };
    expect(await writeIfAbsent(noLinks, path, content)).toBe(true);
    expect(await writeIfAbsent(noLinks, path, new Uint8Array())).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('content');
  });

  it.each(everyFault)('leaves the old file or the new one, and no other, when $operation fails with $code', async ({ operation, code, error }) => {
    const root = temporaryDirectory();
    const path = join(root, 'file');
    writeFileSync(path, 'old');
    const disk = faultyDisk(operation, code);
    expect(await codeThrownBy(() => writeOnce({ ...writer, disk }, path, content))).toBe(error);
    // After the rename the old file is gone; then nothing may be left that is not known to be durable.
    if (existsSync(path)) expect(readFileSync(path, 'utf8')).toBe('old');
    expect(filesBelow(root).filter((file) => file !== 'file')).toEqual([]);
    expect(disk.syncsAfterFailure()).toBe(0);

    await writeOnce(writer, path, content);
    expect(readFileSync(path, 'utf8')).toBe('content');
  });
});

it('makes missing directories and accepts those that are there', async () => {
  const path = join(temporaryDirectory(), 'a', 'b');
  await ensureDirectory(nodeDisk, path);
  await ensureDirectory(nodeDisk, path);
  expect(readdirSync(join(path, '..'))).toEqual(['b']);
});

it('refuses work that cannot fit on the disk', async () => {
  const root = temporaryDirectory();
  await requireFreeSpace(nodeDisk, root, 1);
  expect(await codeThrownBy(() => requireFreeSpace(nodeDisk, root, Number.MAX_SAFE_INTEGER))).toBe('files/disk-full');
});

it('says what a file is that cannot be hashed', async () => {
  const root = temporaryDirectory();
  mkdirSync(join(root, 'folder'));
  expect(await codeThrownBy(() => hashFile(join(root, 'none')))).toBe('files/not-found');
  expect(await codeThrownBy(() => hashFile(join(root, 'folder')))).toBe('files/is-directory');
});

it('leaves errors alone that are not of the operating system', () => {
  const error = new TypeError('a bug');
  expect(ioFailure(error, 'x')).toBe(error);
});
