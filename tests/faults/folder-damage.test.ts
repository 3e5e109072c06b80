/** Every file of a project cut at many places, removed, replaced and exchanged, and every record of it: nothing goes unnoticed. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { ObjectHash } from '../../shared/domain/ids.ts';
import { readCheckpoint } from '../../electron/store/format/checkpoint-file.ts';
import { deviceKey } from '../../electron/store/format/keys.ts';
import { splitPack } from '../../electron/store/format/packs.ts';
import { encodeRecord, type RecordLine } from '../../electron/store/format/records.ts';
import { readSegment, sealSegment } from '../../electron/store/format/segments.ts';
import { fiftyFiles } from '../support/log-builder.ts';
import { openReader } from '../support/readers.ts';
import { createDice } from '../support/sim/dice.ts';
import { codeThrownBy } from '../support/stores.ts';
import { changed, verifyFiles } from '../support/verify-files.ts';

const { files, projectId, keys } = fiftyFiles();
const paths = [...files.keys()];
const bytesOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array();
const isLog = (path: string): boolean => path.startsWith('log/');

/** Every 1/64 of a file and each of its last 256 bytes. */
function cutsOf({ length }: Uint8Array): number[] {
  const parts = Array.from({ length: 64 }, (_, i) => Math.floor((length * i) / 64));
  const last = Array.from({ length: Math.min(256, length) }, (_, i) => length - 1 - i);
  return [...new Set([...parts, ...last])];
}

describe('a project of fifty files', () => {
  it('is sound, and has more than fifty', async () => {
    expect(files.size).toBeGreaterThan(50);
    expect(await verifyFiles(files, projectId)).toMatchObject({ outcome: 'verified-signer-unknown', findings: [] });
  });

  it('never says anything wrong while one file of its log is cut anywhere, and is whole again when the file is', async () => {
    const whole = await openReader(files, projectId);
    const wholeHash = whole.store.stateHash();
    const { eventCount } = whole.store.stats();
    for (const path of paths.filter(isLog)) {
      const { store, disk, close } = await openReader(changed(files, { [path]: null }), projectId);
      const [without, countWithout] = [store.stateHash(), store.stats().eventCount];
      // One that only tells what was seen has no event.
      expect(countWithout).toBeLessThanOrEqual(eventCount);
      for (const [i, cut] of cutsOf(bytesOf(path)).entries()) {
        disk.put(`/p/${path}`, bytesOf(path).slice(0, cut));
        await store.refresh();
        const place = `${path} cut at ${cut}`;
        expect(store.stats().eventCount, place).toBe(countWithout);
        if (i % 16 === 0) expect(store.stateHash(), place).toBe(without);
        // A part of a gzip file may look like nothing at all; its records are awaited all the same.
        if (cut > 0) expect(store.problems().filter(({ file, kind }) => file === path && (kind === 'waiting' || kind === 'damaged')), place).toHaveLength(1);
      }
      disk.put(`/p/${path}`, bytesOf(path));
      await store.refresh();
      expect([store.stateHash(), store.stats().eventCount, store.problems()], path).toEqual([wholeHash, eventCount, []]);
      await close();
    }
  }, 240_000);

  it('has no file that passes for whole when it is cut anywhere', () => {
    for (const path of paths) {
      for (const cut of cutsOf(bytesOf(path))) expect(isWhole(path, bytesOf(path).slice(0, cut)), `${path} cut at ${cut}`).toBe(false);
      expect(isWhole(path, bytesOf(path)), path).toBe(true);
    }
  });

  it('is never verified while one file is cut, and names the file', async () => {
    const wrong: string[] = [];
    for (const path of paths) {
      // Each verdict reads the whole folder: every 32nd place, in turn.
      for (const cut of cutsOf(bytesOf(path)).filter((_, i) => i % 32 === paths.indexOf(path) % 32)) {
        const report = await verifyFiles(changed(files, { [path]: bytesOf(path).slice(0, cut) }), projectId);
        if (report.outcome.startsWith('verified') || !isNamed(report, path)) wrong.push(`${path} cut at ${cut}: ${report.outcome}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 240_000);

  it('gives out no object that is cut anywhere', async () => {
    const { store, disk } = await openReader(files, projectId);
    for (const path of paths.filter((each) => each.startsWith('obj/'))) {
      const hash = ObjectHash.parse(path.slice(4).replace('/', ''));
      for (const cut of cutsOf(bytesOf(path)).filter((_, i) => i % 8 === 0)) {
        disk.put(`/p/${path}`, bytesOf(path).slice(0, cut));
        expect(await codeThrownBy(() => store.objectPath(hash)), `${path} cut at ${cut}`).toBe('store/object-damaged');
      }
      disk.put(`/p/${path}`, bytesOf(path));
      expect(await codeThrownBy(() => store.objectPath(hash))).toBe('');
    }
  });

  it('names each file that is removed', async () => {
    for (const path of paths) {
      const report = await verifyFiles(changed(files, { [path]: null }), projectId);
      expect([report.outcome, isNamed(report, path)], path).toEqual(['incomplete', true]);
    }
  });

  it('names each file whose content is that of another, and both when they are exchanged', async () => {
    const dice = createDice('replacements');
    for (const path of paths) {
      for (const other of dice.shuffle(paths).slice(0, 3)) {
        // What only moved is still here: names are hints in the log.
        const isMoved = isLog(path) && isLog(other);
        if (other === path) continue;
        const replaced = await verifyFiles(changed(files, { [path]: bytesOf(other) }), projectId);
        expect([replaced.outcome.startsWith('verified'), isNamed(replaced, path)], `${path} replaced by ${other}`).toEqual([false, true]);
        const exchanged = await verifyFiles(changed(files, { [path]: bytesOf(other), [other]: bytesOf(path) }), projectId);
        expect(exchanged.outcome.startsWith('verified'), `${path} and ${other} exchanged`).toBe(isMoved);
        if (!isMoved) expect(isNamed(exchanged, path) || isNamed(exchanged, other)).toBe(true);
      }
    }
  }, 120_000);

  it('names the segment of each record that is removed, exchanged with the next or replaced, however it is framed', async () => {
    const outsider = deviceKey('outsider', new Uint8Array(32).fill(9));
    for (const path of paths.filter((each) => each.endsWith('.seg'))) {
      const { segment } = readSegment(bytesOf(path));
      if (!segment) throw new Error(path);
      const lines = Buffer.from(bytesOf(path)).toString('utf8').split('\n');
      for (const at of segment.records.keys()) {
        const without = lines.filter((_, i) => i !== at);
        const exchanged = lines.map((line, i) => (i === at ? lines[at + 1] ?? line : i === at + 1 ? lines[at] ?? line : line));
        const replaced = lines.map((line, i) => (i === at ? line.replace(/"a":"[^"]*"/, '"a":"Mallory"') : line));
        const framed = [without, exchanged, replaced].map((each) => Buffer.from(each.join('\n')));
        const signedAgain = [
          segment.records.filter((_, i) => i !== at || segment.records.length === 1),
          segment.records.map((line, i) => (i === at ? encodeRecord({ ...line.record, a: 'Mallory' }) : line)),
        ].map((records) => sealSegment(chained(records, segment.firstNumber), outsider));
        for (const [i, bytes] of [...framed, ...signedAgain].entries()) {
          const report = await verifyFiles(changed(files, { [path]: bytes }), projectId);
          // Who keeps a part under the own key has still removed the rest.
          expect([report.outcome.startsWith('verified'), isNamed(report, path)], `${path} record ${at} way ${i}`).toEqual([false, true]);
        }
      }
    }
  }, 240_000);

  it('tells when somebody with the key of a device writes its past anew, because others have seen it', async () => {
    for (const path of paths.filter((each) => each.endsWith('.seg'))) {
      const { segment } = readSegment(bytesOf(path));
      const key = keys.find(({ publicKey }) => publicKey === segment?.publicKey);
      if (!segment || !key) throw new Error(path);
      const records = segment.records.map((line, i) => (i === segment.records.length - 1 ? encodeRecord({ ...line.record, t: '0fffffffffff-0000' }) : line));
      const report = await verifyFiles(changed(files, { [path]: sealSegment(records, key) }), projectId);
      expect([report.outcome, report.findings.some(({ kind, device }) => kind === 'chain' && device === segment.deviceId)], path).toEqual(['altered', true]);
    }
  });
});

/** Whether a report says which file, or which records of which device, are not as they should be. */
function isNamed({ findings }: VerifyReport, path: string): boolean {
  const stem = path.replace(/\.minisig$/, '');
  if (findings.some(({ file, kind }) => kind !== 'clock' && (file === path || file === stem || file === `${path}.minisig`))) return true;
  const segments = path.endsWith('.gz') ? splitPack(bytesOf(path)).segments : [bytesOf(path)];
  const { segment } = isLog(path) && segments[0] ? readSegment(segments[0]) : { segment: null };
  return segment !== null && findings.some(({ kind, file, record, device }) => (
    kind === 'missing' && device === segment.deviceId && file.includes(segment.session) && record === segment.firstNumber));
}

function chained(records: readonly RecordLine[], first: number): RecordLine[] {
  const made: RecordLine[] = [];
  for (const { record } of records) made.push(encodeRecord({ ...record, n: first + made.length, p: made.at(-1)?.hash ?? record.p }));
  return made;
}

/** Whether the bytes can be taken for the whole file, by themselves. */
function isWhole(path: string, bytes: Uint8Array): boolean {
  if (path.endsWith('.seg.gz')) return splitPack(bytes).status === 'whole';
  if (isLog(path)) return readSegment(bytes).status === 'sealed';
  if (path.startsWith('obj/')) return createHash('sha256').update(bytes).digest('hex') === path.slice(4).replace('/', '');
  if (path.endsWith('.minisig')) return readCheckpoint(bytesOf(path.slice(0, -'.minisig'.length)), bytes).problem === null;
  if (path.startsWith('seal/')) return readCheckpoint(bytes, bytesOf(`${path}.minisig`)).problem === null;
  return Buffer.from(bytes).toString('utf8').endsWith('}\n');
}
