import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { containerSeal } from '../../../electron/archive/container-seal.ts';
import type { WrittenEln } from '../../../electron/archive/eln.ts';
import { encodePublicKey, preHashOf, publicKeyLine, signMinisign } from '../../../electron/store/format/minisign.ts';
import type { SigningKey } from '../../../electron/store/format/minisign.ts';
import { collectBytes, measure } from '../../../electron/archive/sources.ts';
import { verifyEln } from '../../../electron/archive/verify.ts';
import { openZip } from '../../../electron/archive/zip-read.ts';
import { zipBytes } from '../../../electron/archive/zip-write.ts';
import { fingerprintOf } from '../../../electron/store/format/keys.ts';
import type { VerifyReport } from '../../../shared/domain/verify.ts';
import { logSegments, otherKey, sampleContent, testKey, writeSample } from '../../support/eln.ts';
import { writeRawZip } from '../../support/raw-zip.ts';
import { createStore, device, openStore } from '../../support/stores.ts';

const root = mkdtempSync(join(tmpdir(), 'assay-verify-'));
let directory = '';
let count = 0;
beforeEach(() => {
  directory = join(root, String(count++));
  mkdirSync(directory);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const summary = (report: VerifyReport): string[] => report.findings.map(({ kind, file }) => `${kind} ${file}`);

async function contentsOf(path: string): Promise<Map<string, Uint8Array>> {
  const archive = await openZip(path);
  const contents = new Map<string, Uint8Array>();
  for (const entry of archive.entries) contents.set(entry.name, await collectBytes(archive.chunks(entry)));
  await archive.close();
  return contents;
}

/** Packs files anew, as someone could who has the archive and any key; without a key there is no seal. */
async function repack(contents: ReadonlyMap<string, Uint8Array>, key: SigningKey | null): Promise<string> {
  const inputs = await Promise.all([...contents].map(async ([name, bytes]) => ({ name, source: { bytes }, measured: await measure({ bytes }, true, {}) })));
  const path = join(directory, 'sample.eln');
  rmSync(`${path}.minisig`, { force: true });
  writeFileSync(path, await collectBytes(zipBytes(inputs, key === null ? null : containerSeal(key))));
  return path;
}

/** Another log in an archive that is otherwise as it should be. */
const withSegments = (segments: ReturnType<typeof logSegments>): Promise<WrittenEln> => writeSample(directory, 'sample', sampleContent({ segments }));

describe('verifying an archive that nobody changed', () => {
  test('says that the signer is unknown until the key is trusted', async () => {
    const { path, sizeBytes } = await writeSample(directory);
    expect(await verifyEln(path)).toEqual({ outcome: 'verified-signer-unknown', fileCount: 16, sizeBytes, eventCount: 12, signer: fingerprintOf(testKey.publicKey), findings: [] });
  });

  test('takes a trusted key as a file, a line, base64, eight words or the older groups', async () => {
    const { path } = await writeSample(directory);
    const { publicKey } = testKey;
    const olderFingerprint = 'zt0j r4qk nd6e db2x ptdc 6mqs 0v5h p4ff';
    for (const key of [encodePublicKey(publicKey), publicKeyLine(publicKey), publicKey, fingerprintOf(publicKey), fingerprintOf(publicKey).toUpperCase().replaceAll(' ', '-'), olderFingerprint]) {
      expect((await verifyEln(path, { trustedKeys: ['nonsense', key] })).outcome).toBe('verified');
    }
    for (const key of ['', publicKeyLine(otherKey.publicKey), fingerprintOf(publicKey).slice(0, 19)]) {
      expect((await verifyEln(path, { trustedKeys: [key] })).outcome).toBe('verified-signer-unknown');
    }
  });

  test('needs nothing but the one file, under any name', async () => {
    const { path } = await writeSample(directory);
    cpSync(path, join(directory, 'renamed.zip'));
    expect((await verifyEln(join(directory, 'renamed.zip'))).outcome).toBe('verified-signer-unknown');
  });

  test('shows progress up to its total, and can be cancelled', async () => {
    const { path } = await writeSample(directory);
    const seen: number[] = [];
    let total = 0;
    await verifyEln(path, { onProgress: (progress) => { seen.push(progress.done); total = progress.total; } });
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect(seen.at(-1)).toBeLessThanOrEqual(total);
    const cancel = new AbortController();
    cancel.abort();
    await expect(verifyEln(path, { signal: cancel.signal })).rejects.toMatchObject({ failure: { code: 'job/cancelled' } });
  });
});

describe('one changed byte', () => {
  test('anywhere in the file is never verified, and a file is named', async () => {
    // Small, because every byte is tried: one bit or the whole byte in turn.
    const content = sampleContent({ entries: sampleContent().entries.slice(0, 1).map((entry) => ({ ...entry, mentions: [] })), segments: logSegments(1, 5) });
    const written = await writeSample(directory, 's', content);
    rmSync(written.signaturePath);
    const bytes = readFileSync(written.path);
    const archive = await openZip(written.path);
    await archive.close();
    const constant = archive.entries.filter(({ name }) => /audit\/(verify\.py|words\.txt)$/.test(name));
    const changed = join(directory, 'changed.eln');
    const wrong: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      // Of the two long texts that every archive has, one byte in 64.
      if (at % 64 !== 0 && constant.some(({ dataOffset, compressedBytes }) => at >= dataOffset && at < dataOffset + compressedBytes)) continue;
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ (at % 2 === 0 ? 0xff : 1 << ((at >> 1) % 8));
      writeFileSync(changed, copy);
      const { outcome, findings } = await verifyEln(changed, { trustedKeys: [testKey.publicKey] });
      const isNamed = findings.length > 0 && findings.every(({ file, what }) => file.length > 0 && what.length > 0);
      if ((outcome !== 'altered' && outcome !== 'unreadable') || !isNamed) wrong.push(`byte ${at}: ${outcome}`);
    }
    expect(wrong).toEqual([]);
  }, 240_000);

  test('in the data of a file names that file', async () => {
    const { path } = await writeSample(directory);
    const bytes = readFileSync(path);
    const archive = await openZip(path);
    await archive.close();
    for (const entry of archive.entries) {
      const copy = Buffer.from(bytes);
      const at = entry.dataOffset + (entry.compressedBytes >> 1);
      copy[at] = (copy[at] ?? 0) ^ 0x10;
      writeFileSync(path, copy);
      const { outcome, findings } = await verifyEln(path);
      expect(outcome).toBe('altered');
      expect(findings.map(({ file }) => file), entry.name).toContain(entry.name.slice('sample/'.length));
    }
  });

  test('in a header names the entry and the place', async () => {
    const { path } = await writeSample(directory);
    const bytes = readFileSync(path);
    const archive = await openZip(path);
    await archive.close();
    const entry = archive.entries[3];
    if (entry === undefined) throw new Error('no entry');
    // The version needed: no reader cares, and yet it is not what was sealed.
    const at = entry.offset + 4;
    bytes[at] = 10;
    writeFileSync(path, bytes);
    const report = await verifyEln(path);
    expect(report.outcome).toBe('altered');
    expect(report.findings[1]).toEqual({ kind: 'altered', file: entry.name.slice('sample/'.length), what: `The header before it was changed, at byte ${at} of the archive.` });
  });

  test('in the signature file beside the archive is told', async () => {
    const { path, signaturePath } = await writeSample(directory);
    writeFileSync(signaturePath, readFileSync(signaturePath, 'utf8').replace('Assay project', 'Assay Project'));
    const report = await verifyEln(path);
    expect([report.outcome, summary(report)]).toEqual(['altered', ['signature sample.eln.minisig']]);
  });
});

describe('an archive that was packed again', () => {
  test('with a changed file is altered, and names the file', async () => {
    const contents = await contentsOf((await writeSample(directory)).path);
    contents.set('sample/pages/p1/page.md', Buffer.from('# Better results\n'));
    const report = await verifyEln(await repack(contents, null));
    expect(report.outcome).toBe('altered');
    expect(summary(report)).toContain('altered pages/p1/page.md');
  });

  test('with another file is altered, and names the extra one', async () => {
    const contents = await contentsOf((await writeSample(directory)).path);
    contents.set('sample/pages/p1/more.md', Buffer.from('more'));
    const report = await verifyEln(await repack(contents, null));
    expect(report.outcome).toBe('altered');
    expect(summary(report)).toContain('extra pages/p1/more.md');
  });

  test('without one of its files is incomplete, and names the missing one', async () => {
    const contents = await contentsOf((await writeSample(directory)).path);
    contents.delete('sample/runs/r1/model.onnx');
    const report = await verifyEln(await repack(contents, null), { trustedKeys: [testKey.publicKey] });
    expect(report.outcome).toBe('incomplete');
    expect(summary(report)).toContain('missing runs/r1/model.onnx');
  });

  test('with all of its files is incomplete, because the seal over the whole is gone', async () => {
    const report = await verifyEln(await repack(await contentsOf((await writeSample(directory)).path), null), { trustedKeys: [testKey.publicKey] });
    expect([report.outcome, summary(report)]).toEqual(['incomplete', ['missing sample.eln']]);
  });

  test('and sealed with another key is altered, even when that key is trusted', async () => {
    const contents = await contentsOf((await writeSample(directory)).path);
    const report = await verifyEln(await repack(contents, otherKey), { trustedKeys: [testKey.publicKey, otherKey.publicKey] });
    expect([report.outcome, summary(report)]).toEqual(['altered', ['signature audit/signing-key.pub']]);
  });

  test('and signed as a whole with another key is never taken for the trusted signer', async () => {
    const contents = await contentsOf((await writeSample(directory)).path);
    const metadata = contents.get('sample/ro-crate-metadata.json') ?? new Uint8Array();
    contents.set('sample/ro-crate-metadata.json.minisig', Buffer.from(signMinisign(otherKey, preHashOf(metadata), 'x')));
    const report = await verifyEln(await repack(contents, otherKey), { trustedKeys: [testKey.publicKey] });
    expect(report.outcome).toBe('altered');
  });

  test('without the signature over its list is incomplete', async () => {
    const contents = await contentsOf((await writeSample(directory)).path);
    contents.delete('sample/ro-crate-metadata.json.minisig');
    const report = await verifyEln(await repack(contents, testKey), { trustedKeys: [testKey.publicKey] });
    expect([report.outcome, summary(report)]).toEqual(['incomplete', ['missing ro-crate-metadata.json.minisig']]);
  });
});

describe('the log in an archive', () => {
  test('that lacks a segment in the middle is incomplete', async () => {
    const report = await verifyEln((await withSegments(logSegments(12, 5).filter((_, i) => i !== 1))).path);
    expect(report.outcome).toBe('incomplete');
    expect(report.findings).toEqual([{
      kind: 'missing', file: expect.stringContaining('-000010.seg') as string, record: 5, device: testKey.deviceId, person: 'Ana',
      what: `Records 5 to 9 of a session of device ${testKey.deviceId} (Ana), which come before it, are not here.`,
    }]);
  });

  test('that has a segment of another device in the middle of a session is altered', async () => {
    const [first] = logSegments(12, 5);
    const fork = logSegments(12, 5, otherKey)[1];
    if (!first || !fork) throw new Error('no segments');
    const report = await verifyEln((await withSegments([first, fork])).path);
    expect([report.outcome, summary(report)]).toEqual(['altered', [`chain audit/log/${fork.path.replace('-000001', '-000005')}`]]);
  });

  test('is the same whatever its files are named, and however many copies there are', async () => {
    const segments = logSegments(12, 5);
    const plain = await withSegments(segments);
    const messy = [...segments, ...segments].reverse().map(({ source }, i) => ({ path: `x/${i} (Ana's conflicted copy).seg`, source }));
    expect((await withSegments(messy)).sha256).toBe(plain.sha256);
    expect(await verifyEln(plain.path)).toMatchObject({ outcome: 'verified-signer-unknown', eventCount: 12 });
  });

  test('is exported without a segment that has not arrived completely, which is told; the gap makes it incomplete', async () => {
    const [first, second, third] = logSegments(12, 5);
    if (!first || !second || !third || !('bytes' in second.source)) throw new Error('no segments');
    const cut = { path: 'half.seg', source: { bytes: second.source.bytes.slice(0, -20) } };
    const written = await withSegments([first, cut, third]);
    expect(written.skippedSegments).toEqual([{ path: 'half.seg', problem: expect.stringContaining('not complete') as string }]);
    expect((await verifyEln(written.path)).outcome).toBe('incomplete');
    expect((await verifyEln((await withSegments([first, second, third, cut])).path)).outcome).toBe('verified-signer-unknown');
  });

  test('of a real project with two sessions verifies, event by event', async () => {
    const options = device(directory, 'Ana');
    const first = await createStore(options);
    const id = first.newId();
    first.commit('pages.create', [{ o: 'create', e: id, t: 'page', f: { title: 'One' } }]);
    await first.close();
    const second = await openStore(options);
    second.commit('pages.rename', [{ o: 'set', e: id, f: { title: 'Two' } }]);
    await second.flush();
    const segments = (await second.segmentFiles()).map(({ path }) => ({ path, source: { path: join(second.projectDir, path) } }));
    const { path } = await writeSample(directory, 'real', sampleContent({ segments }));
    expect(await verifyEln(path, { trustedKeys: [testKey.publicKey] })).toMatchObject({ outcome: 'verified', eventCount: second.stats().eventCount, findings: [] });
    const outcomes: string[] = [];
    for (const left of segments) {
      outcomes.push((await verifyEln((await writeSample(directory, 'less', sampleContent({ segments: segments.filter((one) => one !== left) }))).path)).outcome);
    }
    // Nothing follows the last segment, so nothing in the log itself can miss it.
    expect(outcomes.sort()).toEqual([...segments.slice(1).map(() => 'incomplete'), 'verified-signer-unknown']);
  });
});

describe('files that are no archive of ours', () => {
  test('an archive that is cut off is unreadable, in words', async () => {
    const { path } = await writeSample(directory);
    const bytes = readFileSync(path);
    for (const share of [0, 0.1, 0.5, 0.99]) {
      writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
      const report = await verifyEln(path);
      expect(report.outcome).toBe('unreadable');
      expect(report.findings[0]?.what).toMatch(/cut off/);
    }
  });

  test('a text file is unreadable, a file that is not there is an error', async () => {
    writeFileSync(join(directory, 'a.eln'), 'not an archive');
    expect(await verifyEln(join(directory, 'a.eln'))).toMatchObject({ outcome: 'unreadable', signer: null, fileCount: 0 });
    await expect(verifyEln(join(directory, 'none.eln'))).rejects.toMatchObject({ failure: { code: 'files/not-found' } });
  });

  test('a hostile archive is refused, with the reason', async () => {
    const path = writeRawZip(join(directory, 'a.eln'), [{ name: 'r/ro-crate-metadata.json', data: '{}' }, { name: 'r/../x', data: 'x' }]);
    const report = await verifyEln(path);
    expect(report).toMatchObject({ outcome: 'unreadable', findings: [{ kind: 'unreadable', file: '../x', what: expect.stringContaining('leads out') as string }] });
  });

  const crate = (nodes: readonly object[]): string => JSON.stringify({ '@context': 'x', '@graph': nodes });
  const list = (nodes: readonly object[]): { name: string; data: string } => ({ name: 'r/ro-crate-metadata.json', data: crate(nodes) });
  // SHA-256 of "hello".
  const hello = { '@id': './a%.txt', '@type': 'File', sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824', contentSize: 5 };

  test('an archive of another program that signs nothing is incomplete, its hashes are checked', async () => {
    const path = join(directory, 'a.eln');
    expect(await verifyEln(writeRawZip(path, [list([hello]), { name: 'r/a%.txt', data: 'hello' }]))).toMatchObject({ outcome: 'incomplete', signer: null, findings: [{ kind: 'signature', what: 'The archive is not signed.' }] });
    expect((await verifyEln(writeRawZip(path, [list([hello]), { name: 'r/a%.txt', data: 'hellO' }]))).outcome).toBe('altered');
  });

  test('lists that cannot be used are unreadable, in words', async () => {
    const path = join(directory, 'a.eln');
    for (const data of ['', 'null', '[]', '{}', '{"@graph":[1]}', '{"@graph":[{"@id":"a"}]}', '['.repeat(200_000), crate([hello, hello]), crate([{ ...hello, sha256: 'xyz' }])]) {
      const report = await verifyEln(writeRawZip(path, [{ name: 'r/ro-crate-metadata.json', data, deflate: data.length > 1000 }, { name: 'r/a%.txt', data: 'hello' }]));
      expect(report.outcome, data.slice(0, 40)).toBe('unreadable');
    }
    expect((await verifyEln(writeRawZip(path, [{ name: 'r/a.txt', data: 'hello' }]))).outcome).toBe('unreadable');
  });

  test('names such as __proto__ are names and nothing else', async () => {
    const path = writeRawZip(join(directory, 'a.eln'), [list([{ ...hello, '@id': '__proto__' }]), { name: 'r/__proto__', data: 'hello' }]);
    expect((await verifyEln(path)).findings).toEqual([{ kind: 'signature', file: 'a.eln', what: 'The archive is not signed.' }]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
