/** assay import of folders, several files and the standard input. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runAssay, type Ran } from '../../support/cli.ts';
import { assayEntry } from '../../support/launcher.ts';

let folder = '';
const env = () => ({ ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cli-import-'));
  for (const name of ['parts', 'mixed']) await mkdir(join(folder, name));
  for (const part of [1, 2, 10]) await writeFile(join(folder, 'parts', `p-${part}.csv`), `n,k\n${part},x\n`);
  await writeFile(join(folder, 'mixed', 'a.csv'), 'n,k\n1,x\n');
  await writeFile(join(folder, 'mixed', 'b.jsonl'), '{"v":1}\n{"v":2}\n');
  await writeFile(join(folder, 'mixed', 'c.csv'), 'p,q,r\n1,2\n');
  await writeFile(join(folder, 'mixed', 'notes.md'), '# Notes\n');
  await runAssay(['new', join(folder, 'project')], env());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const assay = (...args: string[]): Promise<Ran> => runAssay([...args, '--project', join(folder, 'project')], env(), folder);

it('takes a folder as one dataset, with the paths of its files where they are asked for', async () => {
  const { code, stdout } = await assay('import', 'parts', '--type', 'source_file=text', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ rowCount: 3, isNew: true, dataset: { name: 'parts', versions: [{ columns: [{ name: 'n', type: 'integer' }, { name: 'k' }, { name: 'source_file', type: 'text' }], source: { fileCount: 3 } }] } });
}, 60_000);

it('refuses a folder of several formats, and makes a dataset of each table with --each', async () => {
  const refused = await assay('import', 'mixed');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('"b.jsonl" is jsonl, "a.csv" is csv')]);
  expect(refused.stderr).toContain('--each');
  const { code, stdout, stderr } = await assay('import', 'mixed', '--each', '--json');
  expect([code, JSON.parse(stdout)]).toMatchObject([1, {
    imported: [{ rowCount: 1, dataset: { name: 'a' } }, { rowCount: 2, dataset: { name: 'b' } }],
    failed: [{ name: 'c', error: { code: 'data/ragged-row' } }], refused: [{ name: 'notes.md', reason: 'It does not end like a table.' }],
  }]);
  expect(stderr).toContain('data/ragged-row');
  expect(await assay('import', 'mixed', '--each', '--name', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--name has no meaning') });
}, 60_000);

it('reads the standard input', async () => {
  const ran = await new Promise<string>((resolve, reject) => {
    const child = execFile(process.execPath, ['--no-warnings', assayEntry, 'import', '-', '--name', 'Piped', '--project', join(folder, 'project')], { env: { ...process.env, ...env() } }, (error, stdout) => { if (error) reject(error); else resolve(stdout); });
    child.stdin?.end('a;b\n1,5;x\n2,5;y\n');
  });
  expect(ran).toContain('Imported 2 rows as Piped v1');
}, 60_000);
