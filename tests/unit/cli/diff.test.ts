import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAssay, type Ran } from '../../support/cli.ts';

let folder = '';

function assay(...args: string[]): Promise<Ran> {
  return runAssay([...args, '--project', join(folder, 'project')], { ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' }, folder);
}

/** Sixty rows; the second version moves two of them to the other side and has one more. */
function csv(version: 1 | 2): string {
  const rows = Array.from({ length: version === 1 ? 60 : 61 }, (_, i) => `n${i},${(version === 2 && (i === 4 || i === 9) ? 1 - (i % 2) : i % 2) * 10 + (i % 5)},${i % 2 ? 'large' : 'small'}`);
  return `name,size,kind\n${rows.join('\n')}\n`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-diff-'));
  await writeFile(join(folder, 'birds.csv'), csv(1));
  await writeFile(join(folder, 'more.csv'), csv(2));
  await runAssay(['new', join(folder, 'project')], { ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' }, folder);
  await assay('import', join(folder, 'birds.csv'));
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('assay diff', () => {
  it('says which version there is to compare with, and what is wrong with its options', async () => {
    expect(await assay('diff', 'birds')).toMatchObject({ code: 2, stderr: expect.stringContaining('birds has no version before version 1; choose one with --from.') });
    expect(await assay('diff', 'birds', '--to', '7')).toMatchObject({ code: 2, stderr: expect.stringContaining('birds has no version 7.') });
    expect(await assay('diff', 'birds', 'birds', '--from', '1')).toMatchObject({ code: 2, stderr: expect.stringContaining('NAME@N') });
    expect(await assay('diff', 'birds', '--key', 'name', '--content')).toMatchObject({ code: 2, stderr: expect.stringContaining('either --key or --content') });
    expect(await assay('diff', 'birds', '--rows', '0')).toMatchObject({ code: 2, stderr: expect.stringContaining('from 1 to 200') });
  });

  it('tells what changed and which predictions flip, for people and as JSON', async () => {
    await assay('import', join(folder, 'more.csv'), '--into', 'birds');
    await assay('train', 'birds@1', '--target', 'kind', '--features', 'size', '--model', 'linear', '--seed', '7');
    await assay('register', 'R1', 'kind');
    const { code, stdout } = await assay('diff', 'birds', '--from', '1', '--to', '2', '--key', 'name', '--model', 'kind', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      before: 'birds v1', after: 'birds v2', sentence: '1 row added, 2 rows changed in "size".',
      diff: { match: { kind: 'key', columns: ['name'], isSuggested: false }, rows: { added: 1, removed: 0, changed: 2, unchanged: 58 } },
      rows: [{ change: 'changed', before: ['n4', 4, 'small'], after: ['n4', 14, 'small'], changed: [1] }, { change: 'changed', changed: [1] }, { change: 'added', before: null }],
      effect: { target: 'kind', rowCount: 60, changedCount: 2, rows: [{ key: ['n4'], before: 'small', after: 'large' }, { key: ['n9'], before: 'large', after: 'small' }] },
    });
    expect((await assay('diff', 'birds', '--content')).stdout).toContain('Rows are matched by their content. No key was wanted. 58 of 60 and 61 rows are unchanged.');
    const words = (await assay('diff', 'birds@1', 'birds@2', '--model', 'kind')).stdout;
    expect(words).toContain('birds v1 to birds v2: 1 row added, 2 rows changed in "size".\nRows are matched by name, which is unique in both. 58 of 60 and 61 rows are unchanged.');
    expect(words).toContain('size: 4 -> 14');
    expect(words).toContain('Predictions of kind: 2 of 60 rows that both versions have change.');
  }, 180_000);

  it('refuses a key that repeats, by name', async () => {
    expect(await assay('diff', 'birds', '--key', 'kind')).toMatchObject({ code: 1, stderr: expect.stringContaining('"kind" cannot tell rows apart: birds v1 has 30 rows with') });
  });
});
