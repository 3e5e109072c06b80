/** Laws of the archive: what goes in comes out, and no mutation is ever taken for the original. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectBytes, measure } from '../../electron/archive/sources.ts';
import { verifyEln } from '../../electron/archive/verify.ts';
import { openZip } from '../../electron/archive/zip-read.ts';
import { zipBytes } from '../../electron/archive/zip-write.ts';
import { nameProblem } from '../../electron/archive/zip-names.ts';
import { AppError } from '../../shared/errors.ts';
import { testKey, writeSample } from '../support/eln.ts';
import { rawZip } from '../support/raw-zip.ts';
import type { RawEntry, RawHeader } from '../support/raw-zip.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'assay-archive-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function readAll(path: string): Promise<Map<string, Buffer>> {
  const archive = await openZip(path);
  try {
    const contents = new Map<string, Buffer>();
    for (const entry of archive.entries) contents.set(entry.name, await collectBytes(archive.chunks(entry)));
    return contents;
  } finally {
    await archive.close();
  }
}

/** Names of numbered files in numbered folders: unique under every file system. */
const names = fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(30)).map(([folder, file]) => `r/d${folder}/f${file}`), { minLength: 1, maxLength: 12 });
const contents = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }),
  fc.tuple(fc.string({ maxLength: 20 }), fc.nat(2000)).map(([text, times]) => Buffer.from(text.repeat(times))),
  fc.nat(3_000_000).map((byteCount) => Buffer.alloc(byteCount, 'tabular,data\n')),
);

test('every set of files comes back from an archive, and the order they were given in does not matter', async () => {
  const path = join(directory, 'round.zip');
  await fc.assert(fc.asyncProperty(names, fc.infiniteStream(contents), fc.boolean(), async (chosen, stream, compressible) => {
    const files = await Promise.all(chosen.map(async (name) => {
      const bytes = stream.next().value as Uint8Array;
      return { name, source: { bytes }, measured: await measure({ bytes }, compressible, {}) };
    }));
    const packed = await collectBytes(zipBytes(files, null));
    expect((await collectBytes(zipBytes([...files].reverse(), null))).equals(packed)).toBe(true);
    writeFileSync(path, packed);
    const back = await readAll(path);
    expect(back.size).toBe(files.length);
    for (const { name, source } of files) expect(back.get(name)?.equals(source.bytes)).toBe(true);
  }), { numRuns: 60 });
});

test('an archive with bytes changed, cut out, doubled or put in is never verified and never crashes the verifier', async () => {
  const { path, signaturePath } = await writeSample(directory);
  rmSync(signaturePath);
  const original = readFileSync(path);
  const changed = join(directory, 'changed.eln');
  const at = fc.nat(original.length - 1);
  const mutation = fc.oneof(
    fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 8 })).map(([from, bytes]) => (whole: Buffer) => Buffer.concat([whole.subarray(0, from), bytes, whole.subarray(from + bytes.length)])),
    fc.tuple(at, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(([from, bytes]) => (whole: Buffer) => Buffer.concat([whole.subarray(0, from), bytes, whole.subarray(from)])),
    fc.tuple(at, at).map(([from, to]) => (whole: Buffer) => Buffer.concat([whole.subarray(0, Math.min(from, to)), whole.subarray(Math.max(from, to))])),
    fc.tuple(at, at, fc.nat(300)).map(([from, to, byteCount]) => (whole: Buffer) => Buffer.concat([whole.subarray(0, to), whole.subarray(from, from + byteCount), whole.subarray(to)])),
  );
  await fc.assert(fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
    const bytes = mutations.reduce((whole, mutate) => mutate(whole), original);
    fc.pre(!bytes.equals(original));
    writeFileSync(changed, bytes);
    const { outcome, findings } = await verifyEln(changed, { trustedKeys: [testKey.publicKey] });
    expect(['altered', 'unreadable']).toContain(outcome);
    expect(findings.length).toBeGreaterThan(0);
  }), { numRuns: 300 });
});

test('a header with any value in any field is read as it says, or refused with a reason', async () => {
  const path = join(directory, 'fields.zip');
  const edge = fc.oneof(fc.nat(100), fc.constantFrom(0, 1, 0x10, 0xffff, 8, 20, 45, 0x808));
  const edge32 = fc.oneof(edge, fc.nat(0xffffffff), fc.constantFrom(0xffffffff, 0x7fffffff));
  const header: fc.Arbitrary<Partial<RawHeader>> = fc.record({
    madeBy: edge, version: edge, flags: edge, method: edge, time: edge, date: edge, disk: edge, crc: edge32, packedBytes: edge32, sizeBytes: edge32, offset: edge32, attributes: edge32,
    extra: fc.uint8Array({ maxLength: 24 }), name: fc.string({ maxLength: 12 }).map((text) => `r/${text}`),
  }, { requiredKeys: [] });
  const entry: fc.Arbitrary<RawEntry> = fc.record({ name: fc.string({ maxLength: 8 }).map((text) => `r/${text}`), data: fc.string({ maxLength: 60 }), deflate: fc.boolean(), local: header, central: header });
  let acceptedCount = 0;
  await fc.assert(fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 3 }), fc.boolean(), async (entries, areHeadersSound) => {
    writeFileSync(path, rawZip(areHeadersSound ? entries.map(({ name, data, deflate }) => ({ name, ...(data === undefined ? {} : { data }), deflate: deflate === true })) : entries));
    try {
      for (const name of (await readAll(path)).keys()) expect(nameProblem(name)).toBeNull();
      acceptedCount++;
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(AppError);
      expect((thrown as AppError).failure.code).toMatch(/^archive\/(unsafe|unreadable)$/);
      expect(String((thrown as AppError).failure.details['reason']).length).toBeGreaterThan(5);
    }
  }), { numRuns: 500 });
  expect(acceptedCount).toBeGreaterThan(20);
});
