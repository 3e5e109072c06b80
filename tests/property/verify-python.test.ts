/** verify.py, which an auditor runs without Assay, says the same as the app: of sound folders and of a thousand damaged ones. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectBytes } from '../../electron/archive/sources.ts';
import { verifyEln } from '../../electron/archive/verify.ts';
import { openZip } from '../../electron/archive/zip-read.ts';
import type { VerifyReport } from '../../shared/domain/verify.ts';
import { count } from '../support/counts.ts';
import { sampleContent, writeSample } from '../support/eln.ts';
import { fiftyFiles, strangeFolder, type BuiltFolder } from '../support/log-builder.ts';
import { mutantOf } from '../support/mutants.ts';
import { hasPython, verifyInPython } from '../support/python.ts';
import { createDice } from '../support/sim/dice.ts';
import { createStore, device, filesBelow, temporaryDirectory } from '../support/stores.ts';
import { changed, verifyFiles } from '../support/verify-files.ts';

/** All but the words: both say where and what, each in its own sentences. */
function substance({ findings, ...report }: VerifyReport): unknown {
  return { ...report, findings: findings.map(({ kind, file, record, device, person }) => [kind, file, record ?? null, device ?? null, person ?? null].join(' ')).sort() };
}

const folders: Record<string, Pick<BuiltFolder, 'files' | 'projectId' | 'keys'>> = { fifty: fiftyFiles(), strange: strangeFolder() };
const goldenDir = join(import.meta.dirname, '../fixtures/golden');
for (const name of readdirSync(goldenDir).filter((each) => !each.endsWith('.ts'))) {
  const project = join(goldenDir, name, 'project');
  const files = new Map(filesBelow(project).map((file) => [file.replaceAll('\\', '/'), new Uint8Array(readFileSync(join(project, file)))]));
  const { projectId } = JSON.parse(readFileSync(join(project, 'assay.json'), 'utf8')) as { projectId: string };
  // Whoever damages these has none of their keys.
  folders[name] = { files, projectId, keys: fiftyFiles().keys };
}
const folderOf = (name: string): (typeof folders)[string] => {
  const folder = folders[name];
  if (!folder) throw new Error(`no folder ${name}`);
  return folder;
};
const bases = Object.fromEntries(Object.entries(folders).map(([name, { files }]) => [name, files]));

// Without Python there is nothing to compare with; the app's own verdicts are tested without it.
if (hasPython) describe('verify.py and the app', () => {
  it('say the same of folders that nobody damaged', async () => {
    const names = Object.keys(folders);
    const python = await verifyInPython(temporaryDirectory(), bases, names.map((base) => ({ base })));
    for (const [i, name] of names.entries()) {
      const { files, projectId } = folderOf(name);
      expect(substance(python[i] as VerifyReport), name).toEqual(substance(await verifyFiles(files, projectId)));
    }
  });

  it('say the same of a thousand damaged folders', async () => {
    const only = process.env['ASSAY_SEED'];
    const seeds = only === undefined ? Array.from({ length: count(1000) }, (_, i) => String(i)) : [only];
    const mutants = seeds.map((seed) => {
      const dice = createDice(`mutant ${seed}`);
      // Half of them from the two that are rich, for the sake of what is rare.
      const base = dice.pick(dice.chance(0.5) ? ['fifty', 'strange'] : Object.keys(folders));
      const { files, keys } = folderOf(base);
      return { seed, base, ...mutantOf(files, keys, dice) };
    });
    const python = await verifyInPython(temporaryDirectory(), bases, mutants);
    const differing: unknown[] = [];
    const kinds = new Set<string>();
    for (const [i, { seed, base, name, changes }] of mutants.entries()) {
      const { files, projectId } = folderOf(base);
      const app = await verifyFiles(changed(files, changes), projectId);
      for (const { kind } of app.findings) kinds.add(kind);
      const [ours, theirs] = [substance(app), substance(python[i] as VerifyReport)];
      if (JSON.stringify(ours) !== JSON.stringify(theirs)) differing.push({ replay: `ASSAY_SEED=${seed}`, base, name, ours, theirs });
    }
    expect(differing).toEqual([]);
    if (only === undefined) expect([...kinds].sort()).toEqual(['altered', 'chain', 'clock', 'extra', 'fork', 'missing', 'revoked', 'signature']);
  }, 600_000);

  it('runs in a project as it is, says it in words, and ends with a status for scripts', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    const { hash } = await store.putObject({ bytes: Buffer.from('content') });
    store.commit('datasets.import', [], { objects: [hash] });
    await store.flush();
    const fingerprint = store.deviceFingerprint;
    await store.close();
    expect(runProgram(join(options.projectDir, 'verify/verify.py'))).toMatchObject({ status: 0, output: expect.stringMatching(/^Verified, signer unknown/) as string });
    const trusted = runProgram(join(options.projectDir, 'verify/verify.py'), '--key', fingerprint);
    expect(trusted).toMatchObject({ status: 0, output: expect.stringMatching(new RegExp(`^Verified\n.*\nSigned by ${fingerprint}`)) as string });
    writeFileSync(join(options.projectDir, 'obj', hash.slice(0, 2), hash.slice(2)), 'Content');
    expect(runProgram(join(options.projectDir, 'verify/verify.py'))).toMatchObject({ status: 3, output: expect.stringContaining(`obj/${hash.slice(0, 2)}/${hash.slice(2)} (altered)`) as string });
    expect(runProgram(join(options.projectDir, 'verify/verify.py'), temporaryDirectory()).status).toBe(2);
  });

  it('runs in an archive that was unpacked, and names each file with a changed byte', async () => {
    const directory = temporaryDirectory();
    const { files } = folderOf('fifty');
    const content = sampleContent({
      segments: [...files].filter(([path]) => path.startsWith('log/')).map(([path, bytes]) => ({ path, source: { bytes } })),
      seals: [...files].filter(([path]) => path.startsWith('seal/')).map(([path, bytes]) => ({ name: path.slice('seal/'.length), source: { bytes } })),
    });
    const { path } = await writeSample(directory, 'sample', content);
    const app = await verifyEln(path);
    const archive = await openZip(path);
    const unpacked = new Map<string, Uint8Array>();
    for (const entry of archive.entries.filter(({ isFolder }) => !isFolder)) unpacked.set(entry.name.slice('sample/'.length), await collectBytes(archive.chunks(entry)));
    await archive.close();
    for (const [file, bytes] of unpacked) {
      mkdirSync(dirname(join(directory, 'unpacked', file)), { recursive: true });
      writeFileSync(join(directory, 'unpacked', file), bytes);
    }
    const report = JSON.parse(runProgram(join(directory, 'unpacked/audit/verify.py'), '--json').output) as VerifyReport;
    expect({ ...report, sizeBytes: 0 }).toEqual({ ...app, sizeBytes: 0 });
    const names = [...unpacked.keys()];
    const reports = await verifyInPython(directory, { unpacked }, names.map((name) => {
      const bytes = new Uint8Array(unpacked.get(name) ?? []);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 4;
      return { base: 'unpacked', changes: { [name]: bytes } };
    }));
    for (const [i, name] of names.entries()) {
      expect([reports[i]?.outcome, reports[i]?.findings.some(({ file }) => file === name || name.endsWith('.pub') || name.startsWith('ro-crate'))], name).toEqual(['altered', true]);
    }
  });
});

function runProgram(...args: string[]): { status: number | null; output: string } {
  const { status, stdout } = spawnSync('python3', ['-B', ...args], { encoding: 'utf8' });
  return { status, output: stdout };
}
