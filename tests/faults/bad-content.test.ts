import { appendFile, chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportArchive, verifyArchive } from '../../electron/app/archive.ts';
import { getDataset, getVersion, listDatasets, profileVersion } from '../../electron/app/datasets.ts';
import { readRows } from '../../electron/app/rows.ts';
import { listModels, registerModel, startPrediction } from '../../electron/app/models.ts';
import { getRun, listRuns, readCurves } from '../../electron/app/runs.ts';
import { suggestConfig } from '../../electron/app/suggest.ts';
import { startRerun, startTraining } from '../../electron/app/training.ts';
import { testLauncher } from '../support/launcher.ts';
import { storedView } from '../../shared/domain/query.ts';
import type { ModelId, ObjectHash } from '../../shared/domain/ids.ts';
import { codeThrownBy } from '../support/stores.ts';
import { penguinsPath } from '../support/penguins.ts';
import { aProject, importPath, importText, type TestProject } from '../support/project.ts';

async function trained(project: TestProject): Promise<{ versionId: Awaited<ReturnType<typeof importPath>>['versionId']; runId: ReturnType<typeof startTraining>['runId'] }> {
  const { versionId } = await importPath(project, penguinsPath);
  const config = { ...(await suggestConfig(project.context, versionId, 'species')), maxEpochs: 2 };
  const { runId, finished } = startTraining(project.context, { config, name: '' });
  await finished;
  return { versionId, runId };
}

function objectFile({ folder }: TestProject, hash: string): string {
  return join(folder, 'project/obj', hash.slice(0, 2), hash.slice(2));
}

describe('an object of the folder that has changed', () => {
  it('is never used: rows, profiles, training, curves, predictions and exports say which one', async () => {
    const project = await aProject();
    const { versionId, runId } = await trained(project);
    const { id: modelId } = registerModel(project.context, runId, 'species');
    const { object } = getVersion(project.context.store, versionId);
    const { model, history } = getRun(project.context.store, runId).result!;
    const config = getRun(project.context.store, runId).config;
    for (const hash of [object, model, history]) {
      await chmod(objectFile(project, hash), 0o644);
      await appendFile(objectFile(project, hash), 'x');
    }
    const { context } = await project.reopen();
    const damaged = 'store/object-damaged';
    expect(await codeThrownBy(() => readRows(context, versionId, { view: storedView, offset: 0, limit: 1 }))).toBe(damaged);
    expect(await codeThrownBy(() => profileVersion(context, versionId))).toBe(damaged);
    expect(await codeThrownBy(() => readCurves(context, [runId]))).toBe(damaged);
    expect(await codeThrownBy(() => startRerun(context, runId).finished)).toBe(damaged);
    expect(await codeThrownBy(() => exportArchive(context, join(project.folder, 'x.eln')))).toBe(damaged);
    expect(await readdir(project.folder)).not.toContain('x.eln');
    expect(await codeThrownBy(() => startTraining(context, { config, name: 'again' }).finished)).toBe(damaged);
    expect(listRuns(context).at(-1)).toMatchObject({ status: 'failed', failure: expect.stringContaining('does not match its hash') });
    // Last, because importing the same file again would put the good content back in its place.
    expect(await codeThrownBy(() => startPrediction(context, { modelId, data: { kind: 'path', path: penguinsPath }, name: 'x' }).finished)).toBe(damaged);
  });

  it('or is gone is named, and everything else goes on', async () => {
    const project = await aProject();
    const { versionId, runId } = await trained(project);
    await rm(objectFile(project, getVersion(project.context.store, versionId).object));
    const { context } = await project.reopen();
    expect(await codeThrownBy(() => readRows(context, versionId, { view: storedView, offset: 0, limit: 1 }))).toBe('store/object-missing');
    expect(await codeThrownBy(() => startRerun(context, runId).finished)).toBe('store/object-missing');
    expect(listDatasets(context)).toHaveLength(1);
    expect((await readCurves(context, [runId]))[0]!.points.length).toBeGreaterThan(0);
    expect((await importText({ ...project, context }, 'other.csv', 'x\n1\n')).isNew).toBe(true);
  });
});

describe('a model that somebody else put into the project', () => {
  const hostile: [string, Uint8Array | string, string][] = [
    ['is junk', 'not a model at all', 'model/'],
    ['is empty', new Uint8Array(1), 'model/'],
    ['is a table', 'PAR1PAR1', 'model/'],
  ];
  it.each(hostile)('and that %s is refused in words, and the next prediction works', async (_, content, code) => {
    const project = await aProject();
    const { context } = project;
    const { runId } = await trained(project);
    const good = registerModel(context, runId, 'good').id;
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const { hash } = await context.store.putObject({ bytes });
    const bad = context.store.newId<ModelId>();
    const { id: _id, createdAtMs: _at, createdBy: _by, ...fields } = listModels(context)[0]!;
    context.store.commit('models.register', [{ o: 'create', e: bad, t: 'model', f: { ...fields, object: hash as ObjectHash } }]);
    const data = { kind: 'path', path: penguinsPath } as const;
    expect(await codeThrownBy(() => startPrediction(context, { modelId: bad, data, name: 'x' }).finished)).toMatch(new RegExp(`^${code}`));
    expect(await startPrediction(context, { modelId: good, data, name: 'y' }).finished).toEqual({ rowCount: 344 });
  });
});

describe('entities that another program wrote badly', () => {
  it('are left out, and do not take the good ones with them', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId } = await importText(project, 'a.csv', 'x\n1\n');
    const { store } = context;
    store.commit('datasets.tag', [{ o: 'add', e: datasetId, s: 'tags', x: { key: null, value: 'x'.repeat(500) } }, { o: 'add', e: datasetId, s: 'tags', x: 'just text' }]);
    store.commit('datasets.import', [{ o: 'create', e: store.newId(), t: 'version', f: { datasetId, number: 'two' } }]);
    store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { label: 7 } }]);
    store.commit('drift.report', [{ o: 'create', e: store.newId(), t: 'report', f: {} }]);
    store.commit('pages.create', [{ o: 'create', e: store.newId(), t: 'page', f: {} }]);
    store.commit('no.such-action', [{ o: 'set', e: store.newId(), f: { x: null } }]);
    expect(getDataset(context, datasetId)).toMatchObject({ tags: [], versions: [{ number: 1 }] });
    expect(listDatasets(context)).toHaveLength(1);
    expect(listRuns(context)).toEqual([]);
    const target = join(project.folder, 'a.eln');
    await exportArchive(context, target);
    expect(await verifyArchive(testLauncher(), target, [store.deviceFingerprint])).toMatchObject({ outcome: 'verified' });
  });
});

describe('a file', () => {
  const files: [string, string, string | Uint8Array, RegExp][] = [
    ['is empty', 'a.csv', '', /^files\/empty$/],
    ['has a NUL byte', 'a.csv', 'a,b\n1,\0\n', /^data\/nul-byte$/],
    ['has rows of different lengths', 'a.csv', 'a,b\n1,2\n3\n4,5,6\n', /^data\/ragged-row$/],
    ['has only a header', 'a.csv', 'a,b\n', /^data\/no-rows$/],
    ['is not the Parquet it says', 'a.parquet', 'nonsense', /^data\/malformed$/],
  ];
  it.each(files)('that %s is refused, and nothing of it stays in the project or the scratch folder', async (_, name, content, code) => {
    const project = await aProject();
    const { store } = project.context;
    const before = store.stats();
    expect(await codeThrownBy(() => importText(project, name, content))).toMatch(code);
    expect(store.stats()).toEqual(before);
    expect(await readdir(store.scratchDir())).toEqual([]);
  });

  it('that is a Parquet file cut in half is called so', async () => {
    const project = await aProject();
    const { versionId } = await importPath(project, penguinsPath);
    const whole = await readFile(await project.context.store.objectPath(getVersion(project.context.store, versionId).object));
    await writeFile(join(project.folder, 'half.parquet'), whole.subarray(0, whole.length >> 1));
    expect(await codeThrownBy(() => importPath(project, join(project.folder, 'half.parquet')))).toBe('data/malformed');
  });

  it('that is a folder without tables, or of the project itself, is called so', async () => {
    const project = await aProject();
    await mkdir(join(project.folder, 'notes'));
    expect(await codeThrownBy(() => importPath(project, join(project.folder, 'notes')))).toBe('data/no-files');
    expect(await codeThrownBy(() => importPath(project, project.context.store.projectDir))).toBe('data/project-folder');
  });
});
