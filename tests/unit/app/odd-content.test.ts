import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportArchive, verifyArchive } from '../../../electron/app/archive.ts';
import { addTag, getDataset, getVersion, listDatasets, removeDataset, removeTag, restoreDataset } from '../../../electron/app/datasets.ts';
import { readRows } from '../../../electron/app/rows.ts';
import { startDrift } from '../../../electron/app/drift.ts';
import { startImport } from '../../../electron/app/imports.ts';
import { registerModel, startPrediction } from '../../../electron/app/models.ts';
import { addBlock, createPage, editBlock, getPage, removeBlock, removePage, restoreBlock } from '../../../electron/app/pages.ts';
import { listHistory } from '../../../electron/app/timeline.ts';
import { getRun, listRuns, removeRun, restoreRun } from '../../../electron/app/runs.ts';
import { suggestConfig } from '../../../electron/app/suggest.ts';
import { startRerun, startTraining } from '../../../electron/app/training.ts';
import { openZip } from '../../../electron/archive/zip-read.ts';
import { testLauncher } from '../../support/launcher.ts';
import { textUpdateOf } from '../../../electron/store/index/text.ts';
import { storedView } from '../../../shared/domain/query.ts';
import { ArchiveData } from '../../../shared/domain/archive-data.ts';
import { plainDialect } from '../../../shared/domain/datasets.ts';
import type { DatasetId, ModelId, RunId, VersionId } from '../../../shared/domain/ids.ts';
import type { Embed } from '../../../shared/domain/pages.ts';
import { TrainConfig } from '../../../shared/domain/train-config.ts';
import { codeThrownBy } from '../../support/stores.ts';
import { penguinsPath } from '../../support/penguins.ts';
import { aProject, importPath, importText, type TestProject } from '../../support/project.ts';

function csv(head: string, rowCount: number, row: (i: number) => string): string {
  return `${head}\n${Array.from({ length: rowCount }, (_, i) => row(i)).join('\n')}\n`;
}

async function trainedPenguins(project: TestProject): Promise<{ versionId: VersionId; datasetId: DatasetId; runId: RunId; modelId: ModelId }> {
  const { versionId, datasetId } = await importPath(project, penguinsPath);
  const { runId, finished } = startTraining(project.context, { config: { ...(await suggestConfig(project.context, versionId, 'species')), maxEpochs: 3 }, name: '' });
  await finished;
  return { versionId, datasetId, runId, modelId: registerModel(project.context, runId, 'species').id };
}

describe('the first suggestion', () => {
  it('is a config that can be corrected, whatever the table', async () => {
    const project = await aProject();
    const { context } = project;
    const texts = await importText(project, 'texts.csv', csv('a,b', 120, (i) => `a text of its own number ${i},another one ${i} of them`));
    const types = await importText(project, 'types.csv', csv('flag,day,at,x', 120, (i) => `${i % 2 === 0},2026-01-${String(1 + i % 28).padStart(2, '0')},2026-01-01T00:00:${String(i % 60).padStart(2, '0')}Z,${i / 7}`));
    const two = await importText(project, 'two.csv', 'x,y\n1,a\n2,b\n');
    for (const [{ versionId }, targets] of [[texts, ['a']], [types, ['flag', 'day', 'at', 'x']], [two, ['x', 'y']]] as const) {
      for (const target of targets) {
        const config = await suggestConfig(context, versionId, target);
        expect(TrainConfig.safeParse(config).error).toBeUndefined();
        expect(config.features).not.toContain(target);
      }
    }
    expect((await suggestConfig(context, types.versionId, 'flag')).task).toBe('classification');
    expect((await suggestConfig(context, types.versionId, 'x')).task).toBe('regression');
    const one = await importText(project, 'one.csv', 'x\n1\n2\n');
    expect(await codeThrownBy(() => suggestConfig(context, one.versionId, 'x'))).toBe('train/no-features');
    expect(await codeThrownBy(() => suggestConfig(context, one.versionId, 'toString'))).toBe('data/unknown-column');
  });

  it('of 2,000 columns trains, and the run fits the log', async () => {
    const project = await aProject();
    const { context } = project;
    const names = Array.from({ length: 2000 }, (_, i) => `measurement number ${i}`);
    const { versionId } = await importText(project, 'wide.csv', csv(names.join(','), 40, (i) => names.map((_, j) => Math.sin(i * (j + 1)).toFixed(4)).join(',')));
    const config = { ...(await suggestConfig(context, versionId, names[0]!)), maxEpochs: 1 };
    expect(config.features).toHaveLength(1999);
    const { runId, finished } = startTraining(context, { config, name: '' });
    await finished;
    expect(getRun(context.store, runId).result?.inputs).toHaveLength(1999);
    registerModel(context, runId, 'wide');
  }, 120_000);

  it('of a target with 300 classes trains, and leaves the matrix out', async () => {
    const project = await aProject();
    const { versionId } = await importText(project, 'many.csv', csv('x,y', 1200, (i) => `${Math.sin(i)},class ${i % 300}`));
    const config = { ...(await suggestConfig(project.context, versionId, 'y')), task: 'classification' as const, maxEpochs: 1 };
    const { runId, finished } = startTraining(project.context, { config, name: '' });
    await finished;
    expect(getRun(project.context.store, runId)).toMatchObject({ note: 'The confusion matrix is kept for up to 200 classes.', result: { confusion: null } });
  });
});

describe('targets and features that give nothing to learn', () => {
  const tables: [string, string, string, string, string[], string][] = [
    ['a target with one class', csv('x,y', 60, (i) => `${i},a`), 'y', 'classification', ['x'], 'train/one-class'],
    ['a target that is always missing', csv('x,y', 60, (i) => `${i},`), 'y', 'classification', ['x'], 'train/no-target'],
    ['a target of text for a regression', csv('x,y', 60, (i) => `${i},a${i % 3}`), 'y', 'regression', ['x'], 'train/target-not-number'],
    ['a feature that is always missing', csv('x,y', 60, (i) => `,${i % 2}`), 'y', 'classification', ['x'], 'train/no-features'],
    ['two rows', csv('x,y', 2, (i) => `${i},${i}`), 'y', 'classification', ['x'], 'train/too-few-rows'],
  ];
  it.each(tables)('%s is named, and the run says so', async (_, text, target, task, features, code) => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importText(project, 'data.csv', text);
    const config = { ...(await suggestConfig(context, versionId, target)), task: task as 'regression', features };
    expect(await codeThrownBy(() => startTraining(context, { config, name: '' }).finished)).toBe(code);
    expect(listRuns(context)).toMatchObject([{ status: 'failed', result: null }]);
  });

  it('NaN and infinity are missing values, and fewer rows than a batch are one batch', async () => {
    const project = await aProject();
    const { context } = project;
    const { versionId } = await importText(project, 'odd.csv', csv('x,z,y', 60, (i) => `${i % 5 === 0 ? 'NaN' : i % 7 === 0 ? 'inf' : i},${i},${i % 2}`));
    const config = { ...(await suggestConfig(context, versionId, 'y')), task: 'classification' as const, features: ['x', 'z'], batchSize: 4096, maxEpochs: 2 };
    const { runId, finished } = startTraining(context, { config, name: '' });
    await finished;
    expect(getRun(context.store, runId)).toMatchObject({ status: 'done', result: { epochCount: 2, stepCount: 2 } });
  });
});

describe('prediction', () => {
  it('takes files with other columns, in another order, with unseen categories and missing values', async () => {
    const project = await aProject();
    const { context, folder } = project;
    const { modelId } = await trainedPenguins(project);
    const text = 'note,sex,body_mass_g,flipper_length_mm,bill_depth_mm,bill_length_mm,island\nhi,MALE,4000,190,18,39,Torgersen\nho,?,,190,,39,Atlantis\n';
    await importText(project, 'other.csv', text);
    const { datasetId, finished } = startPrediction(context, { modelId, data: { kind: 'path', path: join(folder, 'other.csv') }, name: 'predicted' });
    expect(await finished).toEqual({ rowCount: 2 });
    const { rows, columns } = await readRows(context, getDataset(context, datasetId).versions[0]!.id, { view: storedView, offset: 0, limit: 2 });
    expect(columns[0]!.name).toBe('note');
    expect(rows.every((row) => row.slice(-3).every((share) => typeof share === 'number' && share >= 0 && share <= 1))).toBe(true);
  });

  it('names a column of another type', async () => {
    const project = await aProject();
    const { modelId } = await trainedPenguins(project);
    const text = 'sex,body_mass_g,flipper_length_mm,bill_depth_mm,bill_length_mm,island\nMALE,heavy,190,18,39,Dream\nMALE,light,190,18,39,Dream\n';
    const { versionId } = await importText(project, 'typed.csv', text);
    const predict = startPrediction(project.context, { modelId, data: { kind: 'version', versionId }, name: 'x' }).finished;
    await expect(predict).rejects.toMatchObject({ failure: { code: 'predict/column-type', details: { column: 'body_mass_g' } } });
    const fromFile = startPrediction(project.context, { modelId, data: { kind: 'path', path: join(project.folder, 'typed.csv') }, name: 'x' }).finished;
    await expect(fromFile).rejects.toMatchObject({ failure: { details: { column: 'body_mass_g' } } });
    expect(listDatasets(project.context)).toHaveLength(2);
  });
});

it('a second version is numbered, and the same content makes none', async () => {
  const project = await aProject();
  const { context, folder } = project;
  const { datasetId } = await importText(project, 'a.csv', 'x\n1\n');
  await importText(project, 'b.csv', 'x\n2\n');
  const plan = { format: 'csv' as const, dialect: plainDialect, columns: [{ sourceName: 'x', name: 'x', type: 'integer' as const }] };
  const add = (file: string) => startImport(context, { path: join(folder, file), name: 'ignored', datasetId, plan }).finished;
  expect(await add('a.csv')).toMatchObject({ isNew: false });
  expect(await add('b.csv')).toMatchObject({ isNew: true });
  expect(getDataset(context, datasetId).versions.map(({ number }) => number)).toEqual([1, 2]);
  expect(await codeThrownBy(() => startImport(context, { path: join(folder, 'a.csv'), name: 'x', datasetId: null, plan: { ...plan, columns: [...plan.columns, ...plan.columns] } }))).toBe('data/duplicate-column');
});

describe('removing what other things use', () => {
  it('leaves runs, pages, history and the archive whole', async () => {
    const project = await aProject();
    const { context, folder } = project;
    const { datasetId, versionId, runId, modelId } = await trainedPenguins(project);
    const drift = startDrift(context, { name: 'by island', spec: { kind: 'cut', version: versionId, cutBy: 'island', period: null, referenceWindows: 1, columns: ['body_mass_g'] } });
    await drift.finished;
    const page = createPage(context, 'All of it').id;
    const embeds: Embed[] = [{ kind: 'dataset', datasetId }, { kind: 'run', runId }, { kind: 'drift', reportId: drift.reportId }, { kind: 'metric-chart', runIds: [runId], metric: 'logLoss' }];
    for (const embed of embeds) addBlock(context, page, null, embed);
    const second = startTraining(context, { config: { ...getRun(context.store, runId).config, seed: 9, maxEpochs: 2 }, name: '' });
    await second.finished;
    removeDataset(context, datasetId);
    removeRun(context, runId);

    expect(listDatasets(context)).toEqual([]);
    expect(getVersion(context.store, versionId).rowCount).toBe(344);
    expect(getPage(context, page).blocks).toHaveLength(5);
    expect(await startRerun(context, second.runId).finished).toEqual({ kind: 'bitwise-equal' });
    expect(await startPrediction(context, { modelId, data: { kind: 'path', path: penguinsPath }, name: 'still' }).finished).toEqual({ rowCount: 344 });
    expect(listHistory(context, { entity: null, limit: 1000, before: null }).entries.map(({ sentence }) => sentence)).toContain('Removed run R1');

    const target = join(folder, 'rest.eln');
    await exportArchive(context, target);
    expect(await verifyArchive(testLauncher(), target, [context.store.deviceFingerprint])).toMatchObject({ outcome: 'verified', findings: [] });
    const data = await archiveData(target);
    expect(data.runs.map(({ label }) => label)).toEqual(['R2']);
    expect(data.files[data.models[0]!.object]).toBe(`model-${modelId}/model.onnx`);
  });

  it('can be undone, and what never was cannot be brought back', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId } = await importText(project, 'a.csv', 'x\n1\n');
    removeDataset(context, datasetId);
    expect(await codeThrownBy(() => removeDataset(context, datasetId))).toBe('store/not-found');
    restoreDataset(context, datasetId);
    expect(listDatasets(context)).toHaveLength(1);
    const events = context.store.stats().eventCount;
    expect(await codeThrownBy(() => restoreRun(context, datasetId as string as RunId))).toBe('store/not-found');
    expect(await codeThrownBy(() => restoreDataset(context, context.store.newId<DatasetId>()))).toBe('store/not-found');
    expect(context.store.stats().eventCount).toBe(events);
  });
});

describe('words of every kind', () => {
  it('as tags are kept as they are, once, and can be taken off', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId } = await importText(project, 'a.csv', 'x\n1\n');
    const tags = ['🐧'.repeat(60), 'a: b', '"; DROP TABLE', '\u202eabc', '__proto__', '<script>', '\ud83d'].map((value) => ({ key: null, value }));
    for (const tag of [...tags, ...tags]) addTag(context, 'dataset', datasetId, tag);
    const again = (await project.reopen()).context;
    expect(new Set(getDataset(again, datasetId).tags.map(({ value }) => value))).toEqual(new Set(tags.map(({ value }) => value)));
    for (const tag of tags) removeTag(again, 'dataset', datasetId, tag);
    expect(getDataset(again, datasetId).tags).toEqual([]);
  });

  it('as a page of 200 KB are kept whole, in one edit', async () => {
    const project = await aProject();
    const { id } = createPage(project.context, '🐧'.repeat(100));
    const block = getPage(project.context, id).blocks[0]!.id;
    const text = `# Long\n\n${'Words and more, ünïcödé 🐧. '.repeat(7000)}`;
    expect(Buffer.byteLength(text)).toBeGreaterThan(200_000);
    editBlock(project.context, block, textUpdateOf(text));
    expect(getPage((await project.reopen()).context, id).blocks[0]!.content).toEqual({ kind: 'markdown', text });
  });

  it('that are too many for one edit are refused without losing what was there', async () => {
    const { context } = await aProject();
    const { id } = createPage(context, 'Notes');
    const block = getPage(context, id).blocks[0]!.id;
    editBlock(context, block, textUpdateOf('kept'));
    expect(await codeThrownBy(() => editBlock(context, block, textUpdateOf('x'.repeat(500_000))))).toBe('store/record-too-large');
    expect(getPage(context, id).blocks[0]!.content).toEqual({ kind: 'markdown', text: 'kept' });
  });
});

it('blocks that share a place can still be written between and after', async () => {
  const { context } = await aProject();
  const { id } = createPage(context, 'Notes');
  const gone = addBlock(context, id, null, { kind: 'markdown', text: 'gone' }).id;
  removeBlock(context, gone);
  const kept = addBlock(context, id, null, { kind: 'markdown', text: 'kept' }).id;
  restoreBlock(context, gone);
  for (const after of [gone, kept]) addBlock(context, id, after, { kind: 'markdown', text: `after` });
  expect(getPage(context, id).blocks).toHaveLength(5);
  removePage(context, id);
  expect(await codeThrownBy(() => addBlock(context, id, null, { kind: 'markdown', text: '' }))).toBe('store/not-found');
});

/** What the page inside an archive is given. */
async function archiveData(path: string): Promise<ArchiveData> {
  const archive = await openZip(path);
  const page = archive.entries.find(({ name }) => name.endsWith('preview.html'))!;
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive.chunks(page)) chunks.push(chunk);
  await archive.close();
  const html = Buffer.concat(chunks).toString('utf8');
  const from = html.indexOf('{"format":1,');
  return ArchiveData.parse(JSON.parse(html.slice(from, html.indexOf('</script>', from))));
}
