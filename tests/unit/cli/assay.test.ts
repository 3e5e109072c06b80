import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAssay, type Ran } from '../../support/cli.ts';
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
    expect(await json('profile', 'penguins@1', ...inProject)).toMatchObject({ version: 1, columns: [{ name: 'species', distinctCount: 3 }, {}, {}, {}, {}, {}, {}] });
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

  it('says what is wrong and what to do, on stderr, with an exit code', async () => {
    expect(await assay('import', join(folder, 'nothing.csv'))).toMatchObject({ code: 1, stderr: expect.stringContaining('is not an Assay project') });
    expect(await assay('dance')).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'dance'") });
    expect(await assay('train', 'penguins')).toMatchObject({ code: 2, stderr: expect.stringContaining("required option '--target <column>'") });
    const failed = await assay('verify', penguinsPath, '--json');
    expect(failed.code).toBe(3);
    expect(JSON.parse(failed.stdout)).toMatchObject({ outcome: 'unreadable' });
  });

  it('has help for every command', async () => {
    const { stdout } = await assay('--help');
    for (const name of ['new', 'import', 'profile', 'tag', 'train', 'predict', 'drift', 'runs', 'page', 'export', 'verify', 'demo']) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });
});
