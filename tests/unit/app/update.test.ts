/** A dataset that is made again from its file: by the same plan, and as a new version only where the content has changed. */
import { appendFile, mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { getDataset } from '../../../electron/app/datasets.ts';
import { grantedSource, grantSource } from '../../../electron/app/context.ts';
import { commitVersion, keepPasted, keepPiped, sniffFile, startImport, surveyFiles, updateOf, type ImportOutcome } from '../../../electron/app/imports.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { planAsFound, plainDialect, type ImportPlan } from '../../../shared/domain/datasets.ts';
import { codeThrownBy, filesBelow } from '../../support/stores.ts';
import { aProject, type TestProject } from '../../support/project.ts';

const plan: ImportPlan = {
  format: 'csv', dialect: { ...plainDialect, delimiter: ';', decimal: ',', comment: '#', missing: ['-9'] },
  columns: [{ sourceName: 'b', name: 'mass', type: 'number' }, { sourceName: 'a', name: 'day', type: 'date', pattern: '%d/%m/%Y' }],
};

const update = (project: TestProject, id: DatasetId, path: string | null = null): Promise<ImportOutcome> => startImport(project.context, updateOf(project.context, { datasetId: id, path })).finished;

async function imported(project: TestProject): Promise<{ path: string; id: DatasetId }> {
  const path = join(project.folder, 'scale.csv');
  await writeFile(path, '# scale\na;b\n01/02/2024;1,5\n02/02/2024;-9\n');
  const { datasetId } = await startImport(project.context, { path, name: 'Scale', datasetId: null, plan }).finished;
  return { path, id: datasetId };
}

it('repeats the plan of the version before, and makes a version only when the content has changed', async () => {
  const project = await aProject();
  const { path, id } = await imported(project);
  const same = await update(project, id);
  expect([same.isNew, getDataset(project.context, id).versions.length]).toEqual([false, 1]);
  await appendFile(path, '03/02/2024;2,5\n');
  const changed = await update(project, id);
  const { versions } = getDataset(project.context, id);
  expect([changed.isNew, versions.length, versions[1]?.rowCount]).toEqual([true, 2, 3]);
  expect(versions[1]?.columns).toEqual([{ name: 'mass', type: 'number' }, { name: 'day', type: 'date' }]);
  expect(versions[1]?.source).toMatchObject({ kind: 'file', plan });
});

it('takes a file that is named, and remembers it from then on, also after a restart', async () => {
  const project = await aProject();
  const { path, id } = await imported(project);
  const moved = join(project.folder, 'moved.csv');
  await rename(path, moved);
  await expect(update(project, id)).rejects.toMatchObject({ failure: { code: 'files/not-found' } });
  await update(project, id, moved);
  const again = await project.reopen();
  expect((await update(again, id)).isNew).toBe(false);
});

it('writes no path of this computer into the project', async () => {
  const project = await aProject();
  const { id } = await imported(project);
  await project.context.store.flush();
  const { projectDir } = project.context.store;
  for (const file of filesBelow(projectDir)) expect((await readFile(join(projectDir, file))).includes(project.folder)).toBe(false);
  expect(await readdir(join(project.context.userDataDir, 'import-places'))).toEqual([`${id}.json`]);
});

it('says so when this computer does not know the file, or no version came from one', async () => {
  const project = await aProject();
  const { id } = await imported(project);
  await writeFile(join(project.context.userDataDir, 'import-places', `${id}.json`), 'broken');
  await expect(codeThrownBy(() => updateOf(project.context, { datasetId: id, path: null }))).resolves.toBe('data/no-place');
});

it('asks for a new import of a version that does not say how its file was read', async () => {
  const { context } = await aProject();
  const object = await context.store.putObject({ bytes: new TextEncoder().encode('a table of an earlier release') });
  const datasetId = context.store.newId<DatasetId>();
  commitVersion(context, 'datasets.import', {
    datasetId, newDatasetName: 'Old', number: 1, table: { object: object.hash, sizeBytes: 1, rowCount: 1, columns: [] },
    source: { kind: 'file', fileName: 'old.csv', sha256: '', sizeBytes: 1, format: 'csv' },
  });
  expect(await codeThrownBy(() => updateOf(context, { datasetId, path: '/old.csv' }))).toBe('data/no-plan');
});

it('reads a folder again where it lies, with the files that came meanwhile, and chosen files as they were chosen', async () => {
  const project = await aProject();
  const folder = join(project.folder, 'parts');
  await mkdir(folder);
  for (const part of [1, 2]) await writeFile(join(folder, `${part}.csv`), `a,b\n${part},x\n`);
  const found = await surveyFiles(project.context, [grantSource(project.context, folder)]);
  const path = grantedSource(project.context, found.tables[0]!.file);
  expect(path).toBe(folder);
  const { datasetId: whole } = await startImport(project.context, { path, name: 'parts', datasetId: null, plan: null }).finished;
  const { datasetId: chosen } = await startImport(project.context, { path: [join(folder, '1.csv'), join(folder, '2.csv')], name: 'chosen', datasetId: null, plan: null }).finished;
  expect([await update(project, whole), await update(project, chosen)].map(({ isNew }) => isNew)).toEqual([false, false]);
  await writeFile(join(folder, '3.csv'), 'b,a\ny,3\n');
  expect([await update(project, whole), await update(project, chosen)].map(({ isNew, rowCount }) => [isNew, rowCount])).toEqual([[true, 3], [false, 2]]);
  const { versions } = getDataset(project.context, whole);
  expect(versions.map(({ source }) => source)).toMatchObject([{ kind: 'file', fileName: 'parts', fileCount: 2, sizeBytes: 16 }, { fileCount: 3, sizeBytes: 24 }]);
});

it('keeps what was pasted or piped in for its import only, where nobody else can read it', async () => {
  const project = await aProject();
  const { context } = project;
  const file = await keepPasted(context, '| a | b |\n|---|---|\n| 1 | x |\n');
  const path = String(grantedSource(context, file));
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const sniff = await sniffFile(context, file);
  const { datasetId, rowCount } = await startImport(context, { path, name: 'Pasted table', datasetId: null, plan: planAsFound(sniff) }).finished;
  expect([sniff.fileName, rowCount, await readdir(context.store.scratchDir())]).toEqual(['Pasted table', 1, []]);
  expect(await codeThrownBy(() => updateOf(context, { datasetId, path: null }))).toBe('data/no-place');
  const piped = await keepPiped(context, (async function* pieces() { yield Buffer.from('{"a":1}\n'); yield Buffer.from('{"a":2}\n'); })());
  expect(await sniffFile(context, piped)).toMatchObject({ format: 'jsonl', fileName: 'Standard input' });
});
