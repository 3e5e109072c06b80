import { describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { addTag, getDataset, listDatasets, retagDatasets } from '../../../electron/app/datasets.ts';
import { classifyVersion, suggestTags } from '../../../electron/app/classification.ts';
import { describeColumn } from '../../../electron/app/columns.ts';
import { sentenceOf } from '../../../electron/app/history.ts';
import { listModels, registerModel, setStage } from '../../../electron/app/models.ts';
import { changePolicy, checkPolicies, createPolicy, listPolicies, obeyPolicies, removePolicy, restorePolicy, tryPolicy } from '../../../electron/app/policies.ts';
import { startQuery } from '../../../electron/app/queries.ts';
import { listSearches, removeSearch, restoreSearch, saveSearch } from '../../../electron/app/searches.ts';
import { suggestConfig } from '../../../electron/app/suggest.ts';
import { exportUnderPolicies, importUnderPolicies, saveUnderPolicies, stageUnderPolicies, trainUnderPolicies } from '../../../electron/app/under-policies.ts';
import { listConflicts } from '../../../electron/app/conflicts.ts';
import type { AppContext } from '../../../electron/app/context.ts';
import type { Measured } from '../../../shared/domain/classification.ts';
import type { ColumnProfile } from '../../../shared/domain/columns.ts';
import type { Dataset, DatasetVersion } from '../../../shared/domain/datasets.ts';
import type { PolicyDraft } from '../../../shared/domain/policies.ts';
import { codeThrownBy } from '../../support/stores.ts';
import { penguinsPath } from '../../support/penguins.ts';
import { aProject, importPath, importText } from '../../support/project.ts';
import { twoDevices } from '../../support/two-devices.ts';

const personal = { key: 'sensitivity', value: 'personal' };
const draft = (part: Partial<PolicyDraft>): PolicyDraft => ({
  name: 'Stay here', message: '', effect: 'block', actions: ['export'], conditions: [{ kind: 'tag', tag: personal, has: true }], isActive: true, ...part,
});

describe('policies', () => {
  it('block what they forbid until there is a reason, and the reason is in the history of policy, dataset and model', async () => {
    const project = await aProject();
    const { context, folder } = project;
    const { datasetId, versionId } = await importPath(project, penguinsPath, 'penguins');
    const config = { ...(await suggestConfig(context, versionId, 'species')), maxEpochs: 2 };
    const { runId, finished } = await trainUnderPolicies(context, { config, name: '' }, null);
    await finished;
    const { id: modelId } = registerModel(context, runId, 'birds');
    createPolicy(context, draft({ actions: ['import', 'train', 'export', 'promote'], message: 'Birds are shy.' }));
    addTag(context, 'dataset', datasetId, { key: 'sensitivity', value: 'Personal' });

    const target = join(folder, 'out.eln');
    const sniff = await context.importer.run('sniff', { path: penguinsPath });
    const plan = { format: sniff.format, dialect: sniff.dialect, columns: sniff.columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type })) };
    const asked: readonly [string, (reason: string | null) => Promise<{ warnings: unknown; finished?: Promise<unknown> }>][] = [
      ['import', (reason) => importUnderPolicies(context, { path: penguinsPath, name: '', datasetId, plan }, reason)],
      ['train', (reason) => trainUnderPolicies(context, { config, name: '' }, reason)],
      ['export', (reason) => exportUnderPolicies(context, target, reason)],
      ['promote', (reason) => stageUnderPolicies(context, { id: modelId, stage: 'production', why: '' }, reason)],
    ];
    const words = ['import into', 'train on', 'export', 'promote a model of'];
    for (const [index, [action, work]] of asked.entries()) {
      const before = context.store.events({ limit: 1000 }).length;
      await expect(work(null)).rejects.toThrow('The policy "Stay here" does not allow this for "penguins": Birds are shy.');
      expect(await codeThrownBy(() => work(' x '))).toBe('policy/reason');
      expect(context.store.events({ limit: 1000 })).toHaveLength(before);
      await (await work(`Agreed on, ${action}`)).finished;
      const event = context.store.events({ limit: 1000 }).find(({ kind, why }) => kind === 'policies.override' && why === `Agreed on, ${action}`)!;
      expect([event.person, sentenceOf(context.store, event)]).toEqual(['Ana', `Went against policy “Stay here” to ${words[index]} dataset “penguins”`]);
      for (const entity of [datasetId, listPolicies(context)[0]!.id]) expect(context.store.events({ entity, limit: 100 }).map(({ hash }) => hash)).toContain(event.hash);
    }
    expect(context.store.events({ entity: modelId, limit: 100 }).map(({ kind }) => kind)).toContain('policies.override');
    expect(listModels(context)[0]?.stage).toBe('production');
    setStage(context, modelId, 'retired', '');
    await stageUnderPolicies(context, { id: modelId, stage: 'candidate', why: '' }, null);
  }, 60_000);

  it('about taking data in hold for the rows of a query, too', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId } = await importText(project, 'a.csv', 'a\n1\n2\n');
    addTag(context, 'dataset', datasetId, personal);
    createPolicy(context, draft({ actions: ['import'] }));
    const { resultId } = await startQuery(context, { sql: 'SELECT a + 1 AS a FROM data' }).finished;
    expect(await codeThrownBy(() => saveUnderPolicies(context, { resultId, name: '', datasetId }, null))).toBe('policy/blocked');
    expect(getDataset(context, datasetId).versions).toHaveLength(1);
    await (await saveUnderPolicies(context, { resultId, name: '', datasetId }, 'Agreed on')).finished;
    expect(getDataset(context, datasetId).versions).toHaveLength(2);
  }, 60_000);

  it('that only warn let everything pass and say so', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId } = await importText(project, 'a.csv', 'a\n1\n2\n');
    addTag(context, 'dataset', datasetId, personal);
    createPolicy(context, draft({ effect: 'warn' }));
    expect(await obeyPolicies(context, { action: 'export' }, null)).toMatchObject([{ effect: 'warn', dataset: 'data', message: 'Datasets tagged sensitivity: personal should not be exported; a warning says so.' }]);
    createPolicy(context, draft({ name: 'Second' }));
    expect((await checkPolicies(context, { action: 'export' })).map(({ effect }) => effect)).toEqual(['block', 'warn']);
    expect(await obeyPolicies(context, { action: 'import', datasetId: null }, null)).toEqual([]);
  });

  it('look at measured quality and at roles, and only while they are active and there', async () => {
    const project = await aProject();
    const { context } = project;
    const bad = await importText(project, 'a.csv', `a,b\n${',x\n'.repeat(8)}1,x\n2,x\n`);
    await importText(project, 'b.csv', `a,b\n${Array.from({ length: 10 }, (_, i) => `${i},${i % 3}`).join('\n')}\n`);
    const { id } = createPolicy(context, draft({ actions: ['train'], conditions: [{ kind: 'quality', below: 80 }] }));
    const [, good] = listDatasets(context);
    const codeFor = (versionId: typeof bad.versionId) => codeThrownBy(() => obeyPolicies(context, { action: 'train', versionId }, null));
    expect(await codeFor(bad.versionId)).toBe('policy/blocked');
    expect(await checkPolicies(context, { action: 'train', versionId: good!.versions[0]!.id })).toEqual([]);
    expect((await tryPolicy(context, { conditions: [{ kind: 'quality', below: 80 }] })).datasets).toEqual([{ id: bad.datasetId, name: 'data' }]);

    changePolicy(context, id, { conditions: [{ kind: 'role', role: 'target', has: true }, { kind: 'tag', tag: personal, has: false }] });
    expect(await checkPolicies(context, { action: 'train', versionId: bad.versionId })).toEqual([]);
    describeColumn(context, { datasetId: bad.datasetId, column: 'b', change: { role: 'target' } });
    expect(await codeFor(bad.versionId)).toBe('policy/blocked');
    const events = context.store.events({ limit: 1000 }).length;
    changePolicy(context, id, { isActive: true });
    expect(context.store.events({ limit: 1000 })).toHaveLength(events);
    for (const [off, on] of [[() => changePolicy(context, id, { isActive: false }), () => changePolicy(context, id, { isActive: true })], [() => removePolicy(context, id), () => restorePolicy(context, id)]] as const) {
      off();
      expect(await checkPolicies(context, { action: 'train', versionId: bad.versionId })).toEqual([]);
      on();
      expect(await codeFor(bad.versionId)).toBe('policy/blocked');
    }
  });

  it('hold for a model whose dataset was removed', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId, versionId } = await importPath(project, penguinsPath);
    const { runId, finished } = await trainUnderPolicies(context, { config: { ...(await suggestConfig(context, versionId, 'species')), maxEpochs: 1 }, name: '' }, null);
    await finished;
    const { id } = registerModel(context, runId, 'birds');
    addTag(context, 'dataset', datasetId, personal);
    createPolicy(context, draft({ actions: ['promote'] }));
    context.store.commit('datasets.remove', [{ o: 'set', e: datasetId, f: { deleted: true } }]);
    expect(await codeThrownBy(() => stageUnderPolicies(context, { id, stage: 'production', why: '' }, null))).toBe('policy/blocked');
  });

  it('of two people who change different fields merge, and of one field both are kept', async () => {
    const { ana, ben, sync } = await twoDevices();
    const [a, b] = [{ store: ana }, { store: ben }] as AppContext[];
    const { id } = createPolicy(a!, draft({}));
    await sync();
    changePolicy(a!, id, { effect: 'warn', actions: ['train'] });
    changePolicy(b!, id, { name: 'Stay', actions: ['promote'] });
    await sync();
    expect(listPolicies(a!)).toEqual(listPolicies(b!));
    expect(listPolicies(a!)[0]).toMatchObject({ name: 'Stay', effect: 'warn' });
    expect(listConflicts(b!).map(({ field, versions }) => [field, versions.length])).toEqual([['actions', 2]]);
  });
});

describe('suggested tags', () => {
  it('are one for each dimension that nobody has decided, with the reason, and are not stored', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId, versionId } = await importText(project, 'people.csv', `first_name,email,n\n${Array.from({ length: 30 }, (_, i) => `Ada${i},p${i}@example.com,${i}`).join('\n')}\n`);
    const { tags, detections } = await classifyVersion(context, versionId);
    expect(detections.map(({ detector }) => detector)).toEqual(['name', 'email']);
    expect(tags.map(({ tag: { key, value } }) => `${key}: ${value}`)).toEqual(['source: people.csv', 'type: table', 'quality: 100', 'sensitivity: personal']);
    expect(tags[3]?.reason).toBe('The name of “first_name” says “first name”: names of people. Also: e-mail addresses.');
    expect(getDataset(context, datasetId).tags).toEqual([]);
    for (const tag of [personal, { key: 'quality', value: '90' }, { key: 'type', value: 'survey' }]) addTag(context, 'dataset', datasetId, tag);
    expect((await classifyVersion(context, versionId)).tags.map(({ tag }) => tag.key)).toEqual(['source', 'quality']);
  });

  it('call a table by what makes it special', () => {
    const typeOf = (columns: readonly Partial<ColumnProfile>[], detections: Measured['detections'] = []): string | undefined => {
      const profile = columns.map((part): ColumnProfile => ({ name: 'x', type: 'number', rowCount: 40, missingCount: 0, nonFiniteCount: 0, distinctCount: 40, distinctIsExact: true, numeric: null, topValues: null, ...part }));
      const version = { columns: profile.map(({ name, type }) => ({ name, type })), rowCount: 40, source: { kind: 'file', fileName: 'x.csv' } } as unknown as DatasetVersion;
      const measured = { rowCount: 40, seenRowCount: 40, detections, quality: { score: 100, parts: [] } };
      return suggestTags({ tags: [] } as unknown as Dataset, version, measured, profile).find(({ tag }) => tag.key === 'type')?.tag.value;
    };
    const words = { type: 'text' as const, topValues: [{ value: 'this is a review', count: 1 }] };
    expect(typeOf([{ name: 'day', type: 'date' }, {}])).toBe('time series');
    expect(typeOf([{ name: 'day', type: 'date', distinctCount: 30 }, {}])).toBe('table');
    expect(typeOf([{ name: 'lat' }, { name: 'lon' }], [{ detector: 'coordinates', columns: ['lat', 'lon'], matchShare: null, reason: 'They are.' }])).toBe('geographic');
    expect(typeOf([...Array.from({ length: 64 }, (_, index) => ({ name: `p${index}` })), { name: 'label', type: 'category' as const }])).toBe('images');
    expect(typeOf(Array.from({ length: 64 }, () => ({ name: 'gene' })))).toBe('table');
    expect(typeOf([words, {}])).toBe('text');
    expect(typeOf([{ ...words, topValues: [{ value: 'Ada Lovelace', count: 1 }] }])).toBe('table');
  });

  it('take a prediction for what it is, and say when only a sample was measured', () => {
    const version = { columns: [{ name: 'a', type: 'integer' }], rowCount: 2, source: { kind: 'prediction' } } as unknown as DatasetVersion;
    const measured = { rowCount: 2, seenRowCount: 1, detections: [], quality: { score: 70, parts: [{ part: 'missing' as const, points: 5, maxPoints: 35, share: 0.2, columns: [] }] } };
    const tags = suggestTags({ tags: [] } as unknown as Dataset, version, measured, []);
    expect(tags.map(({ tag, reason }) => `${tag.key}: ${tag.value}. ${reason}`)).toEqual([
      'source: prediction. A model of this project predicted it.', 'type: table. It has columns of several kinds, and none that would make it something else.',
      'quality: 70. Of 100 points, missing values cost 30. Measured on 1 of 2 rows.',
    ]);
  });
});

describe('tags of many datasets', () => {
  it('change as one action, and only where they are not so already', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId: a } = await importText(project, 'a.csv', 'a\n1\n2\n');
    const { datasetId: b } = await importText(project, 'b.csv', 'a\n1\n3\n');
    addTag(context, 'dataset', a, personal);
    expect(retagDatasets(context, { ids: [a, b], add: [personal], remove: [] })).toEqual([b]);
    expect(retagDatasets(context, { ids: [a, b], add: [personal], remove: [] })).toEqual([]);
    expect(retagDatasets(context, { ids: [a, b], add: [{ key: 'quality', value: '90' }], remove: [personal] })).toEqual([a, b]);
    expect(listDatasets(context).map(({ tags }) => tags)).toEqual([[{ key: 'quality', value: '90' }], [{ key: 'quality', value: '90' }]]);
    expect(context.store.events({ limit: 2 }).map((event) => sentenceOf(context.store, event))).toEqual([
      'Tagged 2 datasets with “quality: 90” in place of “sensitivity: personal”', 'Tagged dataset “data” with “sensitivity: personal”',
    ]);
    retagDatasets(context, { ids: [a], add: [], remove: [{ key: 'quality', value: '90' }] });
    expect(context.store.events({ limit: 1 }).map((event) => sentenceOf(context.store, event))).toEqual(['Took the tag “quality: 90” off dataset “data”']);
  });
});

describe('saved searches', () => {
  it('are there for everybody until they are removed, and come back', async () => {
    const { context } = await aProject();
    const { id } = saveSearch(context, { name: 'Poor', query: 'quality<80' });
    expect(listSearches(context)).toEqual([{ id, name: 'Poor', query: 'quality<80' }]);
    removeSearch(context, id);
    expect(listSearches(context)).toEqual([]);
    restoreSearch(context, id);
    expect(context.store.events({ limit: 3 }).map((event) => sentenceOf(context.store, event))).toEqual(['Restored search “Poor”', 'Removed search “Poor”', 'Saved the search “Poor”: quality<80']);
    expect(await codeThrownBy(() => removeSearch(context, '0'.repeat(26) as never))).toBe('store/not-found');
  });
});
