import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '../../../../shared/domain/verify.ts';
import { deviceKey } from '../../../../electron/store/format/keys.ts';
import { makePack } from '../../../../electron/store/format/packs.ts';
import { readSegment, sealSegment } from '../../../../electron/store/format/segments.ts';
import { buildFolder, strangeFolder, type BuiltFolder } from '../../../support/log-builder.ts';
import { changed, verifyFiles } from '../../../support/verify-files.ts';

/** Two people, two sessions of Ana's, an object, what Ben has seen, and his checkpoint. */
function smallFolder(): BuiltFolder & { paths: { first: string; second: string; third: string; ben: string; checkpoint: string } } {
  const folder = buildFolder('small');
  const [ana, ben] = [folder.device('Ana'), folder.device('Ben')];
  ana.event('project.create', { ops: [{ o: 'create', e: folder.projectId, t: 'project', f: { name: 'Small' } }] });
  const first = ana.seal();
  ana.event('datasets.import', { ops: [], objs: [folder.object(Buffer.from('content'))] });
  const second = ana.seal();
  ana.begin();
  ana.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'R' } }] });
  const third = ana.seal();
  ben.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'B' } }] });
  ben.seen();
  const benPath = ben.seal();
  return Object.assign(folder, { paths: { first, second, third, ben: benPath, checkpoint: ben.checkpoint() } });
}

const small = smallFolder();
const { files, projectId, paths } = small;
const [ana, ben] = small.keys.map(({ deviceId }) => deviceId);
const verify = (changes: Readonly<Record<string, Uint8Array | null>>, options = {}) => verifyFiles(changed(files, changes), projectId, options);
const brief = ({ outcome, findings }: VerifyReport): unknown[] => [outcome, ...findings.map(({ kind, file, record, device, person }) => ({ kind, file, record, device, person }))];
const bytesOf = (path: string): Uint8Array => files.get(path) ?? new Uint8Array();

describe('a project folder', () => {
  it('is verified when all who signed are known, and only then', async () => {
    const keys = small.keys.map(({ publicKey }) => publicKey);
    expect(await verify({}, { knownKeys: keys })).toMatchObject({ outcome: 'verified', eventCount: 4, fileCount: 7, findings: [] });
    expect((await verify({}, { knownKeys: keys.slice(1) })).outcome).toBe('verified-signer-unknown');
  });

  it('is never verified with any one byte changed in what is signed or in assay.json', async () => {
    const wrong: string[] = [];
    for (const [path, bytes] of files) {
      for (let at = 0; at < bytes.length; at += 3) {
        const copy = new Uint8Array(bytes);
        copy[at] = (copy[at] ?? 0) ^ (1 << (at % 8));
        const report = await verify({ [path]: copy });
        const isNamed = report.findings.some(({ file }) => file === path || `${file}.minisig` === path);
        if (report.outcome !== 'altered' && !(report.outcome === 'incomplete' && isNamed)) wrong.push(`${path} byte ${at}: ${report.outcome}`);
      }
    }
    expect(wrong).toEqual([]);
  }, 120_000);

  it('names the records that are missing in the middle of a session, and whose they are', async () => {
    expect(brief(await verify({ [paths.first]: null }))).toEqual(['incomplete', { kind: 'missing', file: paths.second, record: 0, device: ana, person: 'Ana' }]);
  });

  it('names the end of a session when somebody has seen it, and the session that the next one names', async () => {
    const { findings } = await verify({ [paths.second]: null });
    expect(findings).toContainEqual({
      kind: 'missing', file: `log/${ana}/${paths.second.slice(-37, -11)}`, record: 2, device: ana, person: 'Ana',
      what: `Records 2 to 2 of a session of device ${ana} (Ana) are not here, and a checkpoint of device ${ben} has seen them.`,
    });
    expect(findings).toContainEqual(expect.objectContaining({ kind: 'missing', file: paths.third, device: ana }));
  });

  it('names a session that is gone as a whole, by what this computer remembers', async () => {
    const folder = buildFolder('alone');
    folder.device('Ana').event('project.create', {});
    folder.device('Ana').seal();
    folder.device('Ben').event('runs.rename', {});
    const path = folder.device('Ben').seal();
    const heads = folder.device('Ana').known(folder.device('Ben'));
    folder.files.delete(path);
    const session = path.slice(-37, -11);
    expect((await verifyFiles(folder.files, folder.projectId)).outcome).toBe('verified-signer-unknown');
    const report = await verifyFiles(folder.files, folder.projectId, { heads });
    expect(report).toMatchObject({ outcome: 'incomplete', findings: [{ kind: 'missing', file: `log/${session}`, record: 0, what: expect.stringContaining('this computer has seen them') as string }] });
  });

  it('takes names for hints: copies under any name, and a damaged file whose good copy is here, take nothing away', async () => {
    const copies = await verify({ [paths.first]: null, 'log/x/first (conflicted copy).seg': bytesOf(paths.first), 'log/y.seg': bytesOf(paths.first) });
    expect(brief(copies)).toEqual(['verified-signer-unknown']);
    const cut = bytesOf(paths.first).slice(0, 400);
    const healed = await verify({ [paths.first]: cut, 'log/x/first (conflicted copy).seg': bytesOf(paths.first) });
    expect([healed.outcome, healed.findings.map(({ kind, file }) => [kind, file])]).toEqual(['verified-signer-unknown', [['extra', paths.first]]]);
  });

  it('reads segments that lie in a pack, and names what is wrong with one of them', async () => {
    const pack = `log/${ana}/pack-20260101-20260101-0000000000000000.seg.gz`;
    const segments = [bytesOf(paths.first), bytesOf(paths.second)];
    const away = { [paths.first]: null, [paths.second]: null };
    expect(brief(await verify({ ...away, [pack]: makePack(segments).bytes }))).toEqual(['verified-signer-unknown']);
    const half = makePack([bytesOf(paths.first), bytesOf(paths.second).slice(0, -5)]).bytes;
    expect((await verify({ ...away, [pack]: half })).findings).toContainEqual(expect.objectContaining({ kind: 'altered', file: pack }));
    expect((await verify({ ...away, [pack]: makePack(segments).bytes.slice(0, -9) })).outcome).toBe('incomplete');
  });

  it('tells of a record that is not the one that others have seen', async () => {
    const forged = buildFolder('small');
    forged.device('Ana').event('project.create', { ops: [] });
    const report = await verify({ [paths.first]: forged.files.get(forged.device('Ana').seal()) ?? null });
    expect(report.outcome).toBe('altered');
    expect(report.findings).toContainEqual(expect.objectContaining({ kind: 'chain', file: paths.second, record: 2, device: ana }));
  });

  it('tells of checkpoints that lack their signature, of signatures that lack their checkpoint, and of one that is gone', async () => {
    const signature = `${paths.checkpoint}.minisig`;
    expect(brief(await verify({ [signature]: null }))).toEqual(['incomplete', expect.objectContaining({ kind: 'missing', file: signature })]);
    expect(brief(await verify({ [paths.checkpoint]: null }))).toEqual(['incomplete', expect.objectContaining({ kind: 'missing', file: paths.checkpoint })]);
    const folder = smallFolder();
    const next = folder.device('Ben').checkpoint();
    folder.files.delete(folder.paths.checkpoint);
    folder.files.delete(`${folder.paths.checkpoint}.minisig`);
    expect(brief(await verifyFiles(folder.files, folder.projectId))).toEqual(['incomplete', expect.objectContaining({ kind: 'missing', file: next, device: ben })]);
  });

  it('tells of forks, of what a device signed after it was taken out, of odd clocks and of foreign sessions, and stands', async () => {
    const strange = strangeFolder();
    const report = await verifyFiles(strange.files, strange.projectId);
    expect([report.outcome, [...new Set(report.findings.map(({ kind }) => kind))].sort()]).toEqual(['verified-signer-unknown', ['clock', 'extra', 'fork', 'revoked']]);
    expect(report.findings.find(({ kind }) => kind === 'revoked')?.what).toMatch(/^From record 2 on, device \w{16} \(Cleo\) signed it after device \w{16} \(Ben\) had taken this device out\.$/);
  });

  it('does not take a session of one device from another', async () => {
    const outsider = deviceKey('outsider', new Uint8Array(32).fill(9));
    const records = readSegment(bytesOf(paths.second)).segment?.records ?? [];
    const report = await verify({ [paths.second]: sealSegment(records, outsider) });
    expect(report).toMatchObject({ outcome: 'altered' });
    expect(report.findings).toContainEqual(expect.objectContaining({ kind: 'chain', file: paths.second, device: outsider.deviceId, what: expect.stringContaining(`belongs to device ${ana}`) as string }));
  });

  it('names content that is missing, and who added it', async () => {
    const object = [...files.keys()].find((path) => path.startsWith('obj/')) ?? '';
    expect(brief(await verify({ [object]: null }))).toEqual(['incomplete', { kind: 'missing', file: object, record: undefined, device: ana, person: 'Ana' }]);
  });
});
