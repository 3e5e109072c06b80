import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAssay, type Ran } from '../../support/cli.ts';
import { filesBelow, fingerprintOfFolder, syncFolders } from '../../support/stores.ts';

let root = '';
const projectOf = (person: string): string => join(root, person, 'birds');

function assay(person: string, ...args: string[]): Promise<Ran> {
  return runAssay(args, { ASSAY_USER_DATA: join(root, person, 'user'), ASSAY_PERSON: person }, root);
}

async function json<T = Record<string, never>>(person: string, ...args: string[]): Promise<T> {
  const { stdout, stderr } = await assay(person, ...args, '--project', projectOf(person), '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as T;
}

interface Finding { severity: string; file: string | null; what: string; advice: string; }

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-cli-folder-'));
  writeFileSync(join(root, 'notes.md'), 'It rained.');
  writeFileSync(join(root, 'birds.csv'), 'species,mass\nadelie,3700\ngentoo,5000\n');
  await assay('Ana', 'new', projectOf('Ana'), '--name', 'Birds');
  await json('Ana', 'page', 'What Ana saw', '--from', join(root, 'notes.md'));
  cpSync(projectOf('Ana'), projectOf('Ben'), { recursive: true });
  await json('Ben', 'import', join(root, 'birds.csv'));
  await json('Ben', 'tag', 'birds', 'pilot');
  syncFolders(projectOf('Ben'), projectOf('Ana'));
}, 60_000);
afterAll(() => rm(root, { recursive: true, force: true }));

describe('the command line on a shared folder', () => {
  it('says in status what is in the folder, who wrote, and the same state on both sides', async () => {
    const ana = await json<{ stateHash: string; sync: { unpublishedCount: number; problems: unknown[]; peers: { person: string; isThis: boolean }[] } }>('Ana', 'status');
    expect(ana.sync).toMatchObject({ unpublishedCount: 0, problems: [], awaited: [], conflictCount: 0 });
    expect(ana.sync.peers.map(({ person, isThis }) => [person, isThis])).toEqual([['Ana', true], ['Ben', false]]);
    expect((await json<{ stateHash: string }>('Ben', 'status')).stateHash).toBe(ana.stateHash);
    const { stdout } = await assay('Ana', 'status', '--project', projectOf('Ana'));
    expect(stdout).toContain('In the folder');
    expect(stdout).toContain('No problem');
    expect(stdout).toMatch(/Ben +\S+ +2 /);
  }, 30_000);

  it('lists in log what was done, also only by a person, of a kind, or about one thing', async () => {
    interface Entry { person: string; kind: string; sentence: string; }
    const all = await json<Entry[]>('Ana', 'log');
    expect(all.map(({ person, kind }) => `${person} ${kind}`)).toEqual(['Ben datasets.tag', 'Ben datasets.import', 'Ana pages.editBlock', 'Ana pages.create', 'Ana project.create']);
    expect((await json<Entry[]>('Ana', 'log', '--person', 'Ben')).map(({ kind }) => kind)).toEqual(['datasets.tag', 'datasets.import']);
    expect((await json<Entry[]>('Ana', 'log', '--kind', 'datasets.', '--limit', '1')).map(({ kind }) => kind)).toEqual(['datasets.tag']);
    expect((await json<Entry[]>('Ana', 'log', '--entity', 'birds')).every(({ person }) => person === 'Ben')).toBe(true);
    expect(await assay('Ana', 'log', '--entity', 'nothing', '--project', projectOf('Ana'))).toMatchObject({ code: 2 });
    expect(await assay('Ana', 'log', '--limit', '0', '--project', projectOf('Ana'))).toMatchObject({ code: 2 });
    const { stdout } = await assay('Ana', 'log', '--project', projectOf('Ana'));
    expect(stdout).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d {2}Ben {2}Tagged dataset “birds” with “pilot”/);
  }, 30_000);

  it('has a doctor that finds nothing in a sound folder', async () => {
    expect(await assay('Ana', 'doctor', '--project', projectOf('Ana'))).toMatchObject({ code: 0, stdout: expect.stringContaining('No problem found') });
  }, 30_000);

  it('has a doctor that names each problem, says what to do, ends with the code for findings, and changes nothing', async () => {
    const object = join(projectOf('Ana'), filesBelow(projectOf('Ana')).find((file) => file.startsWith('obj/'))!);
    const segment = filesBelow(join(projectOf('Ben'), 'log')).find((file) => !filesBelow(join(root, 'Ana-only')).includes(file) && !readFileSync(join(projectOf('Ben'), 'log', file), 'utf8').includes('project.create') && file.endsWith('.seg'))!;
    const copy = join(root, 'Cai', 'birds');
    cpSync(projectOf('Ana'), copy, { recursive: true });
    rmSync(object.replace(projectOf('Ana'), copy));
    const damaged = join(copy, 'log', segment);
    const bytes = readFileSync(damaged);
    bytes[300] = bytes[300]! ^ 1;
    writeFileSync(damaged, bytes);
    const before = fingerprintOfFolder(copy);
    const { code, stdout } = await assay('Cai', 'doctor', '--project', copy, '--json');
    expect(code).toBe(3);
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const about = (file: string): Finding | undefined => findings.find((finding) => finding.file === file);
    expect(about(`log/${segment}`)).toMatchObject({ severity: 'problem', advice: expect.stringContaining('good copy') });
    expect(findings.every(({ what, advice }) => /[.!?]$/.test(what) && /[.!?]$/.test(advice))).toBe(true);
    expect(fingerprintOfFolder(copy)).toEqual(before);
    expect((await assay('Cai', 'doctor', '--project', copy)).stdout).toContain(`log/${segment}`);
    expect(fingerprintOfFolder(copy)).toEqual(before);
  }, 30_000);

  it('names a content that the log has and the folder has not', async () => {
    const copy = join(root, 'Dan', 'birds');
    cpSync(projectOf('Ana'), copy, { recursive: true });
    const [object] = filesBelow(join(copy, 'obj'));
    rmSync(join(copy, 'obj', object!));
    const { code, stdout } = await assay('Dan', 'doctor', '--project', copy, '--json');
    expect(code).toBe(3);
    expect((JSON.parse(stdout) as { findings: Finding[] }).findings).toContainEqual(expect.objectContaining({ file: `obj/${object}`, severity: 'problem' }));
  }, 30_000);

  it('lists with gc --dry-run what is of no use, and refuses to remove', async () => {
    expect(await assay('Ana', 'gc', '--project', projectOf('Ana'))).toMatchObject({ code: 2, stderr: expect.stringContaining('--dry-run') });
    expect(await json('Ana', 'gc', '--dry-run')).toMatchObject({ files: expect.any(Array), sizeBytes: expect.any(Number) });
  }, 30_000);

  it('verifies the folder, trusting a signer that is named by eight words', async () => {
    const first = await json<{ outcome: string; signer: string }>('Ana', 'verify', projectOf('Ana'));
    expect(first.outcome).toBe('verified-signer-unknown');
    const second = await json<{ outcome: string }>('Ana', 'verify', projectOf('Ana'), '--trust', ...first.signer.split(', '));
    expect(second.outcome).toBe('verified');
  }, 30_000);
});
