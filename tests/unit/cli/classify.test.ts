import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAssay, type Ran } from '../../support/cli.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-classify-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function assay(...args: string[]): Promise<Ran> {
  return runAssay([...args, '--project', join(folder, 'project')], { ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' }, folder);
}

async function json(...args: string[]): Promise<Record<string, never>> {
  const { code, stdout, stderr } = await assay(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Record<string, never>;
}

describe('the command line', () => {
  it('classifies a dataset, describes its columns, and holds it to policies', async () => {
    await runAssay(['new', join(folder, 'project')], { ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' }, folder);
    await writeFile(join(folder, 'people.csv'), `email,size\n${Array.from({ length: 30 }, (_, i) => `p${i}@example.com,${i}`).join('\n')}\n`);
    await json('import', join(folder, 'people.csv'));
    expect(await json('classify', 'people')).toMatchObject({ quality: { score: 100 }, detections: [{ detector: 'email', columns: ['email'] }] });
    expect((await assay('classify', 'people', '--accept')).stdout).toContain('Tagged sensitivity: personal. 100 % of the values');
    expect(await json('find', 'sensitivity:personal', 'quality>=80', '--save', 'Personal')).toMatchObject([{ name: 'people' }]);
    expect(await json('find', 'zebra -people', '--saved', 'Personal')).toEqual([]);
    expect(await json('find')).toMatchObject([{ name: 'Personal', query: 'sensitivity:personal quality>=80' }]);
    expect(await json('column', 'people', 'size', '--role', 'target', '--unit', 'cm')).toMatchObject({ column: 'size', role: 'target', unit: 'cm' });
    expect(await json('columns', 'people')).toMatchObject({ columns: [{ name: 'email', role: null }, { name: 'size', role: 'target', unit: 'cm' }] });

    expect(await json('policy', 'add', 'Stay here', '--when', 'tag=sensitivity:personal', '--forbid', 'export,train')).toMatchObject({ effect: 'block', actions: ['export', 'train'] });
    expect((await assay('policy', 'try', 'Stay here')).stdout).toContain('Today that is 1 dataset: people');
    const refused = await assay('export', join(folder, 'out.eln'));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('Datasets tagged sensitivity: personal must not train a model or be exported.');
    expect(await json('export', join(folder, 'out.eln'), '--override', 'Agreed with the office')).toMatchObject({ fileCount: expect.any(Number) });
    await json('policy', 'off', 'Stay here');
    await json('policy', 'add', 'Look twice', '--when', 'role=target', '--forbid', 'export', '--warn');
    expect(await assay('export', join(folder, 'two.eln'))).toMatchObject({ code: 0, stderr: expect.stringContaining('policy "Look twice", people: Datasets with a column of the role target should not be exported') });
    expect(await json('policy', 'remove', 'Look twice')).toMatchObject([{ name: 'Stay here', isActive: false }]);
  }, 240_000); // nearly twenty processes, some with workers

  it('says what is wrong with a condition, a role, a policy or a search', async () => {
    const usage = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await assay(...args);
      expect([args, code]).toEqual([args, 2]);
      return stderr;
    };
    expect(await usage('policy', 'add', 'x', '--when', 'colour=red', '--forbid', 'export')).toContain('is no condition');
    expect(await usage('policy', 'add', 'x', '--when', 'quality<200', '--forbid', 'export')).toContain('conditions.0.below');
    expect(await usage('policy', 'add', 'x', '--when', 'quality<20', '--forbid', 'sell')).toContain('actions.0');
    expect(await usage('policy', 'try', 'nothing')).toContain('There is no policy "nothing"');
    expect(await usage('column', 'people', 'size', '--role', 'king')).toContain('--role');
    expect(await usage('column', 'people', 'size')).toContain('Give --role');
    expect(await usage('find', '--saved', 'nothing')).toContain('There is no saved search "nothing"');
  }, 120_000);
});
