import { randomBytes } from 'node:crypto';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSheet, nameDevice } from '../../electron/app/people.ts';
import { openProject } from '../../electron/store/store.ts';
import { textUpdateOf } from '../../electron/store/index/text.ts';
import { handlers } from '../../electron/ipc/handlers.ts';
import { serve, type Server } from '../../electron/ipc/serve.ts';
import { engineChannels, type EngineChannelName, type Input, type Output } from '../../shared/contract/index.ts';
import type { BlockId, FileHandle, JobId } from '../../shared/domain/ids.ts';
import type { DeviceId } from '../../shared/domain/people.ts';
import type { Job } from '../../shared/domain/jobs.ts';
import { plainLayout } from '../../shared/domain/dataset-export.ts';
import { storedView } from '../../shared/domain/query.ts';
import type { Result } from '../../shared/errors.ts';
import { digitFolder } from '../support/image-files.ts';
import { penguinsPath } from '../support/penguins.ts';
import { aProject, openTestProject, type TestProject } from '../support/project.ts';
import { planAsFound } from '../../shared/domain/datasets.ts';
import { Relations } from '../../shared/domain/relations.ts';

const names = Object.keys(engineChannels) as EngineChannelName[];
const unexpected: unknown[] = [];
const called = new Set<string>();

function serverOf(project: TestProject): Server {
  return serve(project.context, handlers, (thrown) => unexpected.push(thrown));
}

async function ask<N extends EngineChannelName>(server: Server, channel: N, input: Input<N>): Promise<Output<N>> {
  called.add(channel);
  const result = await server.call(channel, input) as Result<Output<N>>;
  if (!result.ok) throw new Error(`${channel}: ${result.error.what}`);
  // Across a process only what clones arrives; an output that loses something there is a defect.
  expect(structuredClone(result.value)).toEqual(result.value);
  return engineChannels[channel].output.parse(result.value) as Output<N>;
}

async function ended(server: Server, id: JobId): Promise<Job> {
  for (;;) {
    const job = (await ask(server, 'jobs.list', {})).find((each) => each.id === id)!;
    if (job.endedAtMs !== null) return job;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function finished(server: Server, id: JobId): Promise<Job> {
  const job = await ended(server, id);
  expect(job.error?.what ?? '').toBe('');
  return job;
}

function grant({ context }: TestProject, path: string): FileHandle {
  const handle = `file-${context.store.newId()}` as FileHandle;
  context.grants.set(handle, path);
  return handle;
}

it('has a handler for every channel of the engine, and no other', () => {
  expect(Object.keys(handlers).sort()).toEqual([...names].sort());
});

describe('bad input', () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await openTestProject();
  });
  afterAll(async () => {
    await project.close();
    await rm(project.folder, { recursive: true, force: true });
  });

  const withInput = names.filter((name) => Object.keys(fieldsOf(name)).length > 0);

  it.each(names)('of %s is refused when it is no object at all', async (name) => {
    for (const input of [undefined, null, 7, 'x', []]) {
      expect(await serverOf(project).call(name, input)).toMatchObject({ ok: false, error: { code: 'internal/invalid-input' } });
    }
  });

  it.each(withInput)('of %s names each field that is wrong', async (name) => {
    for (const field of Object.keys(fieldsOf(name))) {
      const result = await serverOf(project).call(name, { ...validInput(name) as object, [field]: [{}] });
      expect(result).toMatchObject({ ok: false, error: { code: 'internal/invalid-input', details: { field: expect.stringMatching(new RegExp(`^${field}\\b`)) } } });
    }
  });

  it('cannot reach what is not a channel', async () => {
    for (const channel of ['no.such', '', 'constructor', '__proto__', 'toString', 'shell.state']) {
      expect(await serverOf(project).call(channel, {})).toMatchObject({ ok: false, error: { code: 'internal/unknown-channel' } });
    }
  });

  it('naming things that do not exist gets an answer in words, never an unexpected failure', async () => {
    const server = serverOf(project);
    for (const name of names) {
      const result = await server.call(name, validInput(name));
      if (!Object.keys(fieldsOf(name)).some((field) => /id$|^ids$|file|target|spec|config/i.test(field))) continue;
      expect([name, result.ok ? 'ok' : result.error.code]).toEqual([name, expect.stringMatching(/^(store\/not-found|files\/bad-handle|job\/not-found)$/)]);
    }
  });
});

it('refuses every channel that writes, and answers those that read, on a project that cannot be written', async () => {
  const project = await aProject();
  await project.close();
  const file = join(project.folder, 'project/assay.json');
  await writeFile(file, (await readFile(file, 'utf8')).replace('"format": 1', '"format": 2'));
  const reader = await project.reopen();
  const before = await readFile(file);
  const server = serverOf(reader);
  expect((await ask(server, 'project.get', {})).readOnlyReason).toContain('newer version');
  expect(await ask(server, 'datasets.list', {})).toEqual([]);
  for (const name of names.filter((each) => engineChannels[each].writes)) {
    expect([name, await server.call(name, validInput(name))]).toMatchObject([name, { ok: false, error: { code: 'project/read-only' } }]);
  }
  expect(await readFile(file)).toEqual(before);
});

it('answers every channel with what its schema promises, on a project with content', async () => {
  const project = await aProject();
  const server = serverOf(project);
  const tag = { key: 'source', value: 'Palmer' };

  const file = grant(project, penguinsPath);
  const sniff = await ask(server, 'imports.sniff', { file });
  const plan = planAsFound(sniff);
  expect(await ask(server, 'imports.survey', { files: [file] })).toMatchObject({ tables: [{ name: 'penguins', rowCount: 344 }], refused: [] });
  expect((await ask(server, 'imports.sniff', { file: (await ask(server, 'imports.paste', { text: 'a\tb\n1\t2\n' })).file })).format).toBe('tsv');
  const { jobId } = await ask(server, 'imports.start', { file, name: 'Penguins 🐧', datasetId: null, plan });
  await finished(server, jobId);
  await finished(server, (await ask(server, 'imports.update', { id: (await ask(server, 'datasets.list', {}))[0]!.id, file: null })).jobId);
  const [dataset] = await ask(server, 'datasets.list', {});
  const { id } = dataset!;
  const versionId = dataset!.versions[0]!.id;
  await ask(server, 'datasets.rename', { id, name: '🐧'.repeat(60) });
  await ask(server, 'datasets.describe', { id, description: 'Birds' });
  await ask(server, 'datasets.tag', { id, tag });
  expect((await ask(server, 'datasets.get', { id })).tags).toEqual([tag]);
  await ask(server, 'datasets.untag', { id, tag });
  expect((await ask(server, 'datasets.rows', { versionId, view: storedView, offset: 340, limit: 1000 })).rows).toHaveLength(4);
  await ask(server, 'datasets.leaveRows', {});
  await ask(server, 'datasets.profile', { versionId });
  const related = await finished(server, (await ask(server, 'relations.start', { versionId })).jobId);
  expect(Relations.parse(related.outcome).pairs.length).toBeGreaterThan(10);
  expect(await ask(server, 'relations.target', { versionId, targetColumn: null })).toBeNull();
  expect(await ask(server, 'relations.target', { versionId, targetColumn: 'species' })).toMatchObject({ balance: { classCount: 3 } });

  const photos = grant(project, join(project.folder, 'photos'));
  await digitFolder(join(project.folder, 'photos'), 4);
  await finished(server, (await ask(server, 'imports.start', { file: photos, name: 'Photos', datasetId: null, plan: null })).jobId);
  const images = (await ask(server, 'datasets.list', {})).find(({ name }) => name === 'Photos')!;
  expect(await ask(server, 'images.show', { versionId: images.versions[0]!.id, column: 'image', rows: [0, 3, 9], side: 14 })).toMatchObject([{ row: 0, width: 28, shown: { width: 14 } }, { row: 3 }]);
  const pixels = await ask(server, 'images.makePixels', { versionId: images.versions[0]!.id, name: 'Pixels', settings: { column: 'image', width: 4, height: 4, colours: 'grey' }, keep: null });
  await finished(server, pixels.jobId);
  expect((await ask(server, 'datasets.get', { id: pixels.datasetId })).versions[0]!.columns).toHaveLength(18);
  for (const made of [images.id, pixels.datasetId]) await ask(server, 'datasets.remove', { id: made });

  const settings = { format: 'csv' as const, layout: plainLayout, hasMetadata: true };
  const exported = await ask(server, 'datasets.export', { rows: { kind: 'version', versionId }, view: storedView, target: grant(project, join(project.folder, 'out.csv')), settings });
  expect((await finished(server, exported.jobId)).outcome).toMatchObject({ rowCount: 344, guardedCount: 0, metadataName: 'out.csv.croissant.json' });
  expect(await ask(server, 'datasets.uses', { id })).toMatchObject({ reports: [], pages: [], exports: [{ versionId, fileName: 'out.csv', format: 'csv', rowCount: 344, by: 'Ana' }] });
  await ask(server, 'datasets.writeNotes', { id, update: textUpdateOf('Shy **birds**') });
  expect(await ask(server, 'datasets.notes', { id })).toMatchObject({ text: 'Shy **birds**' });

  await ask(server, 'columns.describe', { datasetId: id, column: 'sex', change: { role: 'ignore', unit: 'a' } });
  expect(await ask(server, 'columns.list', { datasetId: id })).toMatchObject([{ column: 'sex', role: 'ignore', unit: 'a', description: '', categoryOrder: null }]);
  const classification = await ask(server, 'datasets.classify', { versionId });
  expect(classification.tags.map(({ tag: { key } }) => key)).toEqual(['source', 'type', 'quality']);
  expect(await ask(server, 'datasets.retag', { ids: [id], add: [tag], remove: [] })).toEqual({ ids: [id] });
  expect(await ask(server, 'datasets.retag', { ids: [id], add: [], remove: [tag] })).toEqual({ ids: [id] });
  const search = await ask(server, 'searches.save', { name: 'Birds', query: 'source:palmer' });
  await ask(server, 'searches.remove', search);
  await ask(server, 'searches.restore', search);
  expect(await ask(server, 'searches.list', {})).toEqual([{ ...search, name: 'Birds', query: 'source:palmer' }]);
  const draft = { name: 'No training', message: '', effect: 'block' as const, actions: ['train' as const], conditions: [{ kind: 'role' as const, role: 'ignore' as const, has: true }], isActive: true };
  const policy = await ask(server, 'policies.create', { draft });
  expect(await ask(server, 'policies.try', { conditions: draft.conditions })).toEqual({ datasets: [{ id, name: '🐧'.repeat(60) }] });
  expect(await ask(server, 'policies.check', { subject: { action: 'train', versionId } })).toMatchObject([{ policyId: policy.id, effect: 'block', datasetId: id }]);
  await ask(server, 'policies.remove', policy);
  await ask(server, 'policies.restore', policy);
  await ask(server, 'policies.change', { id: policy.id, change: { isActive: false } });
  expect(await ask(server, 'policies.list', {})).toMatchObject([{ name: 'No training', isActive: false }]);
  const query = await ask(server, 'queries.run', { sql: `SELECT species, count(*) AS n FROM "${'🐧'.repeat(60)}" GROUP BY species`, rowLimit: 100 });
  expect((await finished(server, query.jobId)).outcome).toMatchObject({ resultId: query.resultId, rowCount: 3, inputs: [{ versionId }] });
  const view = { filters: [{ kind: 'compare' as const, column: 'n', operator: '>' as const, value: '100' }], sort: { column: 'n', isDescending: true } };
  expect((await ask(server, 'queries.rows', { resultId: query.resultId, view, offset: 0, limit: 10 })).rows).toEqual([['Adelie', 152], ['Gentoo', 124]]);
  await finished(server, (await ask(server, 'queries.saveAs', { resultId: query.resultId, name: 'counts', datasetId: id })).jobId);
  expect(await ask(server, 'queries.functions', {})).toContain('count');
  const saved = await ask(server, 'queries.save', { name: 'By species', sql: 'SELECT 1' });
  await ask(server, 'queries.rename', { id: saved.id, name: 'Species' });
  await ask(server, 'queries.write', { id: saved.id, sql: 'SELECT 2' });
  await ask(server, 'queries.remove', { id: saved.id });
  await ask(server, 'queries.restore', { id: saved.id });
  expect(await ask(server, 'queries.list', {})).toMatchObject([{ name: 'Species', sql: 'SELECT 2' }]);

  const config = await ask(server, 'runs.suggest', { versionId, target: 'species' });
  expect((await ask(server, 'runs.asFile', { config })).text).toContain('target: species');
  const run = await ask(server, 'runs.train', { config: { ...config, maxEpochs: 3 }, name: '' });
  await ask(server, 'runs.curves', { ids: [run.runId] });
  await finished(server, run.jobId);
  expect((await ask(server, 'runs.curves', { ids: [run.runId] }))[0]!.points.length).toBeGreaterThan(0);
  await ask(server, 'runs.rename', { id: run.runId, name: 'first' });
  await ask(server, 'runs.note', { id: run.runId, note: 'good' });
  await ask(server, 'runs.tag', { id: run.runId, tag });
  expect(await ask(server, 'runs.get', { id: run.runId })).toMatchObject({ status: 'done', name: 'first', tags: [tag] });
  await ask(server, 'runs.untag', { id: run.runId, tag });
  const verdict = await finished(server, (await ask(server, 'runs.verify', { id: run.runId })).jobId);
  expect(verdict.outcome).toEqual({ kind: 'bitwise-equal' });
  const long = await ask(server, 'runs.train', { config: { ...config, maxEpochs: 10_000, patience: null, checkpointSeconds: 0.05 }, name: 'long' });
  const isCheckpointed = async (): Promise<boolean> => (await ask(server, 'runs.curves', { ids: [long.runId] }))[0]!.points.some(({ epoch }) => epoch > 5);
  await expect.poll(isCheckpointed, { timeout: 30_000 }).toBe(true);
  await ask(server, 'jobs.cancel', { id: long.jobId });
  await expect.poll(async () => (await ask(server, 'runs.get', { id: long.runId })).checkpoint, { timeout: 30_000 }).toEqual(expect.any(String));
  const resumed = await ask(server, 'runs.resume', { id: long.runId });
  await ask(server, 'jobs.cancel', { id: resumed.jobId });
  await expect.poll(async () => (await ask(server, 'runs.get', { id: long.runId })).status, { timeout: 30_000 }).toBe('cancelled');

  const model = await ask(server, 'models.register', { runId: run.runId, name: 'species' });
  await ask(server, 'models.setStage', { id: model.id, stage: 'production', why: 'best' });
  await ask(server, 'models.note', { id: model.id, note: 'for birds' });
  expect(await ask(server, 'models.list', {})).toMatchObject([{ stage: 'production', note: 'for birds' }]);
  const onnx = fileURLToPath(new URL('../fixtures/onnx/mlp.onnx', import.meta.url));
  const imported = await ask(server, 'models.importFile', { file: grant(project, onnx) });
  expect(await ask(server, 'models.inspect', { object: imported.object })).toEqual(imported.inspection);
  const prediction = await ask(server, 'models.predict', { modelId: model.id, data: { kind: 'file', file }, name: 'predicted' });
  await finished(server, prediction.jobId);

  const drift = await ask(server, 'drift.start', { name: 'by island', spec: { kind: 'cut', version: versionId, cutBy: 'island', period: null, referenceWindows: 1, columns: null } });
  await finished(server, drift.jobId);
  expect(await ask(server, 'drift.list', {})).toHaveLength(1);
  await ask(server, 'drift.get', { id: drift.reportId });

  const predicted = (await ask(server, 'datasets.list', {})).at(-1)!.versions[0]!.id;
  const spec = { before: versionId, after: predicted, key: null };
  expect(await ask(server, 'versions.diff', { spec })).toMatchObject({ match: { kind: 'content' }, rows: { unchanged: 344 } });
  expect(await ask(server, 'versions.diffRows', { spec, view: { change: null, column: null, isBySize: false, places: null, offset: 0, limit: 200 } })).toEqual({ rowCount: 0, offset: 0, rows: [] });
  expect((await ask(server, 'versions.shift', { spec })).columns).not.toEqual([]);
  expect((await ended(server, (await ask(server, 'versions.effect', { spec, modelId: model.id })).jobId)).error).toMatchObject({ code: 'diff/needs-key' });

  const page = await ask(server, 'pages.create', { title: 'Finding' });
  const block = await ask(server, 'pages.addBlock', { pageId: page.id, after: null, content: { kind: 'run', runId: run.runId } });
  const first = (await ask(server, 'pages.get', { id: page.id })).blocks.find(({ content }) => content.kind === 'markdown')!.id as BlockId;
  await ask(server, 'pages.editBlock', { id: first, update: textUpdateOf('Hello') });
  expect((await ask(server, 'pages.blockState', { id: first })).state).toBeInstanceOf(Uint8Array);
  await ask(server, 'pages.moveBlock', { id: block.id, pageId: page.id, after: first });
  await ask(server, 'pages.removeBlock', { id: block.id });
  await ask(server, 'pages.restoreBlock', { id: block.id });
  await ask(server, 'pages.rename', { id: page.id, title: 'Findings' });
  await ask(server, 'pages.remove', { id: page.id });
  await ask(server, 'pages.restore', { id: page.id });
  expect(await ask(server, 'pages.list', {})).toMatchObject([{ title: 'Findings' }]);

  const target = join(project.folder, 'all.eln');
  await finished(server, (await ask(server, 'archive.export', { target: grant(project, target) })).jobId);
  const checked = await finished(server, (await ask(server, 'archive.verify', { file: grant(project, target) })).jobId);
  expect(checked.outcome).toMatchObject({ outcome: 'verified' });

  expect(await ask(server, 'providers.list', {})).toContainEqual(expect.objectContaining({ name: 'cpu', isAvailable: true, measurement: null }));
  await finished(server, (await ask(server, 'providers.check', {})).jobId);
  expect(await ask(server, 'providers.list', {})).toContainEqual(expect.objectContaining({ name: 'cpu', measurement: expect.objectContaining({ hasPassed: true }) }));

  await ask(server, 'project.rename', { name: 'Birds' });
  expect(await ask(server, 'project.get', {})).toMatchObject({ name: 'Birds', counts: { datasets: 2, runs: 2, models: 1, reports: 1, pages: 1 } });
  expect((await ask(server, 'project.diagnose', {})).problems).toEqual([]);
  expect((await finished(server, (await ask(server, 'project.verify', {})).jobId)).outcome).toMatchObject({ outcome: 'verified' });
  await ask(server, 'project.heads', {});
  await ask(server, 'sync.now', {});
  expect(await ask(server, 'sync.status', {})).toMatchObject({ unpublishedCount: 0, conflictCount: 0, awaited: [], notices: [] });
  expect(await server.call('sync.dismiss', { id: 'none' })).toMatchObject({ ok: false, error: { code: 'store/not-found' } });
  called.add('sync.dismiss');
  expect((await ask(server, 'history.list', { entity: null, limit: 1000, before: null })).entries.length).toBeGreaterThan(20);
  expect(await ask(server, 'history.people', {})).toContainEqual(expect.objectContaining({ isThis: true }));
  const [renamed] = (await ask(server, 'history.list', { entity: null, text: 'renamed the dataset', limit: 10, before: null })).entries;
  const change = { hash: renamed!.hash, from: null };
  const { values } = await ask(server, 'history.changes', change);
  expect(values).toMatchObject([{ entity: id, field: 'name', fixedBecause: null }]);
  await ask(server, 'history.restore', { ...change, entity: id, field: 'name', side: 'before', index: 0, why: 'To see' });
  const [written] = (await ask(server, 'history.list', { entity: page.id, area: 'pages', limit: 10, before: null })).entries.slice(-1);
  const then = { id: page.id, hash: written!.hash };
  expect((await ask(server, 'pages.at', then)).blocks.length).toBeGreaterThan(0);
  await ask(server, 'pages.restoreTo', { ...then, why: '' });
  expect(await ask(server, 'conflicts.list', {})).toEqual([]);
  for (const [name, more] of [['conflicts.choose', { hash: renamed!.hash }], ['conflicts.write', { value: 'x' }]] as const) {
    called.add(name);
    expect(await server.call(name, { entity: id, field: 'name', seen: [], why: '', ...more })).toMatchObject({ ok: false, error: { code: 'conflicts/none' } });
  }
  await ask(server, 'jobs.cancel', { id: jobId });
  await ask(server, 'drift.remove', { id: drift.reportId });
  await ask(server, 'runs.remove', { id: run.runId });
  await ask(server, 'runs.restore', { id: run.runId });
  expect(await ask(server, 'runs.list', {})).toHaveLength(2);
  await ask(server, 'datasets.remove', { id });
  await ask(server, 'datasets.restore', { id });

  const colleague = await aColleague(project);
  await ask(server, 'sync.now', {});
  await ask(server, 'people.confirm', { device: colleague.device });
  expect(await ask(server, 'people.get', {})).toMatchObject({ person: 'Ana', devices: [{ trust: 'this' }, { id: colleague.device, person: 'Ben', trust: 'confirmed' }] });
  await ask(server, 'people.unconfirm', { device: colleague.device });
  expect((await ask(server, 'people.sheet', { passphrase: 'four words and more' })).lines).toHaveLength(7);
  await ask(server, 'people.recover', colleague.sheet);
  await ask(server, 'people.revoke', { device: colleague.device, reason: 'left' });
  await ask(server, 'people.rename', { name: 'Anna' });
  await ask(server, 'people.nameDevice', { name: 'lab' });
  expect(await ask(server, 'people.get', {})).toMatchObject({ person: 'Anna', devices: [{ name: 'lab', replaces: colleague.device }, { trust: 'revoked', revoked: { reason: 'left' } }] });
  expect((await finished(server, (await ask(server, 'project.verify', {})).jobId)).outcome).toMatchObject({ outcome: 'verified' });

  expect([...called].sort()).toEqual([...names].sort());
  expect(unexpected).toEqual([]);
}, 120_000);

/** Somebody else, who wrote in a copy of the project that a file sync then brought together with ours. */
async function aColleague({ context, folder }: TestProject): Promise<{ device: DeviceId; sheet: { code: string; passphrase: string } }> {
  await context.store.flush();
  const [projectDir, userDataDir, passphrase] = [join(folder, 'copy'), join(folder, 'other user'), 'another four words'];
  await cp(context.store.projectDir, projectDir, { recursive: true });
  const store = await openProject({ projectDir, userDataDir, clock: () => Date.now(), random: (byteCount) => randomBytes(byteCount), person: 'Ben', appVersion: '0.0.0' });
  nameDevice({ store }, 'bench');
  const sheet = await makeSheet({ store, userDataDir, person: 'Ben', clock: () => 0 }, passphrase);
  await store.close();
  await cp(join(projectDir, 'log'), join(context.store.projectDir, 'log'), { recursive: true, force: false });
  return { device: sheet.device, sheet: { code: sheet.lines.join('\n'), passphrase } };
}

/** The fields of a channel's input. */
function fieldsOf(name: EngineChannelName): Record<string, unknown> {
  return engineChannels[name].input.shape;
}

/** An input that parses and names nothing that exists. */
function validInput(name: EngineChannelName): unknown {
  const id = '0'.repeat(26);
  const file = `file-${id}`;
  const tag = { key: null, value: 'x' };
  const config = {
    versionId: id, task: 'regression', target: 'x', features: ['y'], model: { kind: 'linear' }, split: { kind: 'random', timeColumn: null, validationShare: 0.1, testShare: 0.1 },
    seed: 1, maxEpochs: 1, batchSize: 1, learningRate: 0.1, l2: 0, patience: null, classWeights: 'none', maxCategories: 2, threadCount: 1,
  };
  const all: Record<string, unknown> = {
    id, resultId: id, sql: 'SELECT 1', rowLimit: 1, object: '0'.repeat(64), versionId: id, ids: [id], file, files: [file], target: file, tag, offset: 0, limit: 1, entity: id, before: null, name: 'x', title: 'x', description: '', note: '', why: '', stage: 'retired', runId: id, modelId: id, pageId: id, after: null, datasetId: id, config,
    plan: { format: 'csv', dialect: null, columns: [{ sourceName: 'a', name: 'a', type: 'text' }] }, data: { kind: 'version', versionId: id },
    override: null, column: 'x', targetColumn: null, change: { name: 'x', unit: 'x' }, add: [tag], remove: [], query: 'x', subject: { action: 'train', versionId: id },
    conditions: [{ kind: 'quality', below: 50 }], draft: { name: 'x', message: '', effect: 'warn', actions: ['train'], conditions: [{ kind: 'quality', below: 50 }], isActive: true },
    person: null, device: name.startsWith('people.') ? '0'.repeat(16) : null, reason: 'x', code: 'x', passphrase: 'x', area: null, text: name === 'imports.paste' ? 'x' : '', sinceMs: null, untilMs: null, hash: '0'.repeat(64), from: null, field: 'name', side: 'before', index: 0, seen: [], value: 'x',
    rows: { kind: 'version', versionId: id }, settings: { format: 'csv', layout: plainLayout, hasMetadata: false },
    basedOn: 'w', spec: name.startsWith('versions.') ? { before: id, after: id, key: null } : { kind: 'two-versions', reference: id, current: id, columns: null },
    view: { change: null, column: null, isBySize: false, places: null, offset: 0, limit: 1 }, content: { kind: 'markdown', text: '' }, update: new Uint8Array(),
  };
  if (name.startsWith('images.')) Object.assign(all, { rows: [0], side: 8, keep: null, settings: { column: 'x', width: 1, height: 1, colours: 'grey' } });
  const input = Object.fromEntries(Object.keys(fieldsOf(name)).map((field) => [field, field === 'view' && (name.endsWith('.rows') || name === 'datasets.export') ? storedView : all[field]]));
  expect([name, engineChannels[name].input.safeParse(input).error]).toEqual([name, undefined]);
  return input;
}
