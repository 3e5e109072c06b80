import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAssay, type Ran } from '../../support/cli.ts';
import { assayEntry } from '../../support/launcher.ts';
import { penguinsPath } from '../../support/penguins.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function assay(...args: string[]): Promise<Ran> {
  return runAssay(args, { ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' }, folder);
}

describe('the command line', () => {
  it('does the whole job, each step as JSON', async () => {
    const project = join(folder, 'project');
    const json = async (...args: string[]): Promise<Record<string, never>> => {
      const { code, stdout, stderr } = await assay(...args, '--json');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout) as Record<string, never>;
    };
    expect(await json('new', project, '--name', 'Birds')).toMatchObject({ name: 'Birds', counts: { datasets: 0 } });
    const inProject = ['--project', project];
    expect(await json('import', penguinsPath, ...inProject)).toMatchObject({ rowCount: 344, isNew: true, dataset: { name: 'penguins' } });
    expect(await json('import', penguinsPath, '--into', 'penguins', ...inProject)).toMatchObject({ isNew: false });
    expect(await assay('update', 'penguins', ...inProject)).toMatchObject({ code: 0, stdout: 'The content equals penguins v1; no new version was made\n' });
    expect(await json('profile', 'penguins@1', '--target', 'species', ...inProject)).toMatchObject({
      version: 1, columns: [{ name: 'species', distinctCount: 3 }, {}, {}, {}, {}, {}, {}], relations: { seenRowCount: 344, repeated: { groupCount: 0 } }, target: { target: 'species', balance: { classCount: 3 }, hints: [] },
    });
    const { stdout: profile } = await assay('profile', 'penguins', '--target', 'species', ...inProject);
    expect(profile).toContain('\u201cflipper_length_mm\u201d and \u201cbody_mass_g\u201d rise together strongly: Pearson 0.87, Spearman 0.84 (342 rows)');
    expect(profile).toContain('Repeated: No row is there twice.');
    expect(profile).toContain('Target \u201cspecies\u201d: 3 classes');
    expect(await json('tag', 'penguins', 'source: Palmer', 'pilot', ...inProject)).toMatchObject({ tags: [{ key: 'source', value: 'Palmer' }, { key: null, value: 'pilot' }] });
    expect(await json('train', 'penguins', '--target', 'species', '--model', 'linear', '--epochs', '5', '--seed', '7', ...inProject))
      .toMatchObject({ label: 'R1', status: 'done', config: { seed: 7, maxEpochs: 5, model: { kind: 'linear' } } });
    expect(await json('rerun', 'R1', ...inProject)).toEqual({ kind: 'bitwise-equal' });
    expect(await json('register', 'R1', 'species', ...inProject)).toMatchObject({ name: 'species' });
    expect(await json('predict', 'species', penguinsPath, ...inProject)).toMatchObject({ rowCount: 344, dataset: { name: 'penguins.csv, predicted by species' } });
    expect(await json('drift', 'penguins', '--by', 'island', '--columns', 'body_mass_g', ...inProject)).toMatchObject({ referenceLabel: 'Biscoe', windows: [{ label: 'Dream' }, { label: 'Torgersen' }] });
    await writeFile(join(folder, 'note.md'), '# Finding\n\nGentoos are heavy.\n');
    expect(await json('page', 'Finding', '--from', join(folder, 'note.md'), ...inProject)).toMatchObject({ title: 'Finding' });
    expect(await json('runs', ...inProject)).toMatchObject([{ label: 'R1' }]);
    const archive = join(folder, 'birds.eln');
    expect(await json('export', archive, ...inProject)).toMatchObject({ path: archive });
    expect(await json('verify', archive)).toMatchObject({ outcome: 'verified', findings: [] });
    expect(await json('verify', project)).toMatchObject({ outcome: 'verified', findings: [] });
    expect(await json('status', ...inProject)).toMatchObject({ counts: { datasets: 2, runs: 1, models: 1, reports: 1, pages: 1 }, problems: [] });
  }, 240_000); // seventeen processes, each with its workers

  it('trains as a file says, also on columns that nobody would choose for its kind of model', async () => {
    await writeFile(join(folder, 'reviews.csv'), `review,verdict\n${Array.from({ length: 60 }, (_, i) => `it was ${i % 2 ? 'good' : 'bad'},${i % 2 ? 'up' : 'down'}`).join('\n')}\n`);
    await writeFile(join(folder, 'run.yaml'), 'dataset: reviews\ntarget: verdict\nfeatures: [review]\nmodel: { kind: cnn1d, sequence: { from: words, steps: 4 } }\nmaxEpochs: 2\n');
    const inProject = ['--project', join(folder, 'reviews')];
    await assay('new', join(folder, 'reviews'));
    await assay('import', join(folder, 'reviews.csv'), ...inProject);
    const { stdout } = await assay('train', join(folder, 'run.yaml'), '--seed', '9', '--json', ...inProject);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'done', config: { features: ['review'], maxEpochs: 2, seed: 9 } });
  }, 60_000);

  it('says what is wrong and what to do, on stderr, with an exit code', async () => {
    expect(await assay('import', join(folder, 'nothing.csv'))).toMatchObject({ code: 1, stderr: expect.stringContaining('is not an Assay project') });
    expect(await assay('dance')).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'dance'") });
    expect(await assay('train', 'penguins')).toMatchObject({ code: 2, stderr: expect.stringContaining('Name the column to predict with --target') });
    expect(await assay('train', 'run.yaml', '--model', 'linear')).toMatchObject({ code: 2, stderr: expect.stringContaining('The file says the target and the model') });
    expect(await assay('train', 'penguins', '--target', 'species', '--freeze', 'conv1')).toMatchObject({ code: 2, stderr: expect.stringContaining('need --onnx') });
    const failed = await assay('verify', penguinsPath, '--json');
    expect(failed.code).toBe(3);
    expect(JSON.parse(failed.stdout)).toMatchObject({ outcome: 'unreadable' });
  });

  it('says wrong use as JSON too where JSON was asked for, and prints nothing else', async () => {
    for (const args of [['dance'], ['train', 'penguins'], ['train', 'penguins', '--target', 'x', '--epochs', 'many'], ['tag', 'penguins', 'x'.repeat(200)]]) {
      const { code, stdout, stderr } = await assay(...args, '--json');
      expect(stdout).toBe('');
      expect([code, JSON.parse(stderr)]).toMatchObject([code, { error: { code: expect.any(String), what: expect.any(String), fix: expect.any(String) } }]);
      expect([1, 2]).toContain(code);
    }
    const missing = await assay('verify', join(folder, 'nothing.eln'), '--json');
    expect([missing.code, JSON.parse(missing.stderr)]).toMatchObject([1, { error: { code: 'files/not-found' } }]);
  }, 120_000);

  it('finds a project by a relative path with spaces and other letters, and refuses names that the window would refuse', async () => {
    expect(await assay('new', 'pröj ect/日本', '--name', '🐧'.repeat(61))).toMatchObject({ code: 2, stderr: expect.stringContaining('A name has 1 to 120 characters') });
    expect(await assay('new', 'pröj ect/日本')).toMatchObject({ code: 0, stdout: expect.stringContaining('Made the project "日本"') });
    await writeFile(join(folder, 'one.csv'), 'x\n1\n');
    expect(await assay('import', 'one.csv', '--project', 'pröj ect/日本')).toMatchObject({ code: 0, stdout: 'Imported 1 row as one v1\n' });
    const long = `# Title\n\n${'word '.repeat(60_000)}`;
    await writeFile(join(folder, 'long.md'), long);
    const page = await assay('page', 'Long', '--from', 'long.md', '--project', 'pröj ect/日本', '--json');
    const { blocks } = JSON.parse(page.stdout) as { blocks: { content: { text: string } }[] };
    expect(blocks.map(({ content }) => content.text).join('').replace(/\s/g, '')).toBe(long.replace(/\s/g, ''));
  }, 120_000);

  it('bears a reader that leaves early', async () => {
    await assay('new', 'early');
    const child = spawn(process.execPath, ['--no-warnings', assayEntry, 'datasets', '--json', '--project', 'early'], { cwd: folder, env: { ...process.env, ASSAY_USER_DATA: join(folder, 'user') } });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => { stderr += String(chunk); });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('stops training at Ctrl+C and keeps what it has reached', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `${Math.sin(i)},${Math.cos(i * 1.7)},${i % 3}`).join('\n');
    await writeFile(join(folder, 'many.csv'), `a,b,c\n${rows}\n`);
    const inProject = ['--project', 'stopped'];
    await assay('new', 'stopped');
    await assay('import', 'many.csv', ...inProject);
    // In a process group of its own, as on a terminal: the signal reaches the workers too.
    const args = ['--no-warnings', assayEntry, 'train', 'many', '--target', 'a', '--epochs', '10000', '--rate', '1e-9', ...inProject];
    const child = spawn(process.execPath, args, { cwd: folder, detached: true, env: { ...process.env, ASSAY_USER_DATA: join(folder, 'user') } });
    let stdout = '';
    child.stdout.on('data', (chunk) => { stdout += String(chunk); });
    const ended = new Promise((resolve) => child.on('close', resolve));
    // Starting takes a worker well under a second of processor time; with three it is at work.
    await expect.poll(() => Math.max(0, ...childrenOf(child.pid!).map(processorSeconds)), { timeout: 60_000 }).toBeGreaterThan(3);
    process.kill(-child.pid!, 'SIGINT');
    expect(await ended).toBe(130);
    expect(stdout).toContain('Cancelled; what it had reached is kept:');
    const { stdout: runs } = await assay('runs', '--json', ...inProject);
    expect(JSON.parse(runs)).toMatchObject([{ status: 'cancelled', result: { inputs: [{ name: 'b' }, { name: 'c' }] } }]);
  }, 120_000);

  it('has help for every command', async () => {
    const { stdout } = await assay('--help');
    for (const name of ['new', 'import', 'profile', 'tag', 'train', 'predict', 'drift', 'runs', 'page', 'export', 'verify', 'demo']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });
});

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** Fields 14 and 15 of /proc/PID/stat: user and system time in hundredths of a second. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
