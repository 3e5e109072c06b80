/** What becomes of a dataset: exports, which are asked of the policies and stay in the history, its uses, and its notes. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { datasetNotes, writeDatasetNotes } from '../../../electron/app/dataset-notes.ts';
import { addTag } from '../../../electron/app/datasets.ts';
import { startDrift } from '../../../electron/app/drift.ts';
import { sentenceOf } from '../../../electron/app/history.ts';
import { usesOf } from '../../../electron/app/lineage.ts';
import { writePage } from '../../../electron/app/page-writing.ts';
import { createPolicy } from '../../../electron/app/policies.ts';
import { startQuery } from '../../../electron/app/queries.ts';
import { restoreValue } from '../../../electron/app/restore.ts';
import { exportDataUnderPolicies } from '../../../electron/app/under-policies.ts';
import { startDataExport, type ExportRequest } from '../../../electron/app/exports.ts';
import { textUpdateOf } from '../../../electron/store/index/text.ts';
import { plainLayout } from '../../../shared/domain/dataset-export.ts';
import type { DatasetId } from '../../../shared/domain/ids.ts';
import { storedView } from '../../../shared/domain/query.ts';
import { codeThrownBy } from '../../support/stores.ts';
import { aProject, importText } from '../../support/project.ts';
import { twoDevices } from '../../support/two-devices.ts';

test('a version, some of its rows and the rows of a query go out, are recorded, and obey the policies', async () => {
  const project = await aProject();
  const { context, folder } = project;
  const { datasetId, versionId } = await importText(project, 'birds.csv', 'name,mass\nAuk,5\nWren,1\nEmu,40\n');
  const settings = { format: 'csv' as const, layout: plainLayout, hasMetadata: false };
  const version = (name: string): ExportRequest => ({ subject: { kind: 'version', versionId }, view: storedView, path: join(folder, name), canReplace: false, settings });
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const said = (): string[] => context.store.events({ entity: datasetId, limit: 100 }).map((event) => sentenceOf(context.store, event));

  expect(await startDataExport(context, version('all.csv'), null).finished).toMatchObject({ rowCount: 3, fileName: 'all.csv' });
  expect(said()[0]).toBe('Exported version 1 of dataset “data” to “all.csv” (CSV, 3 rows)');

  const view = { filters: [{ kind: 'compare' as const, column: 'mass', operator: '>' as const, value: '1' }], sort: { column: 'mass', isDescending: true } };
  await startDataExport(context, { ...version('some.csv'), view }, null).finished;
  expect(await read('some.csv')).toBe('name,mass\nEmu,40\nAuk,5\n');
  expect(said()[0]).toBe('Exported some rows of version 1 of dataset “data” to “some.csv” (CSV, 2 rows)');

  const query = startQuery(context, { sql: 'SELECT name FROM data ORDER BY mass', rowLimit: 2 });
  await query.finished;
  const rows: ExportRequest = { ...version('query.csv'), subject: { kind: 'result', resultId: query.resultId } };
  expect(await startDataExport(context, { ...rows, settings: { ...settings, hasMetadata: true } }, null).finished).toMatchObject({ rowCount: 3 });
  expect(await read('query.csv')).toBe('name\nWren\nAuk\nEmu\n');
  expect(JSON.parse(await read('query.csv.croissant.json'))).toMatchObject({ description: 'The rows of a query over "data" version 1.', 'prov:wasGeneratedBy': { 'prov:label': 'Query: SELECT name FROM data ORDER BY mass' } });
  expect(said()[0]).toBe('Exported the rows of a query over version 1 of dataset “data” to “query.csv” (CSV, 3 rows)');

  createPolicy(context, { name: 'Stay here', message: '', effect: 'block', actions: ['export'], conditions: [{ kind: 'tag', tag: { key: 'sensitivity', value: 'personal' }, has: true }], isActive: true });
  const other = await importText(project, 'other.csv', 'a\n1\n');
  await (await exportDataUnderPolicies(context, { ...version('free.csv'), subject: { kind: 'version', versionId: other.versionId } }, null)).finished;
  addTag(context, 'dataset', datasetId, { key: 'sensitivity', value: 'personal' });
  for (const request of [version('kept.csv'), { ...rows, path: join(folder, 'kept.csv') }]) expect(await codeThrownBy(() => exportDataUnderPolicies(context, request, null))).toBe('policy/blocked');
  await (await exportDataUnderPolicies(context, version('kept.csv'), 'Asked by the person')).finished;
  expect(context.store.events({ entity: datasetId, limit: 2 }).map(({ kind, why }) => [kind, why])).toEqual([['datasets.export', 'Asked by the person'], ['policies.override', 'Asked by the person']]);

  const before = said().length;
  expect(await codeThrownBy(() => startDataExport(context, version('kept.csv'), null).finished)).toBe('files/exists');
  expect(await codeThrownBy(() => startDataExport(context, { ...version('x.csv'), subject: { kind: 'result', resultId: datasetId as never } }, null).finished)).toBe('store/not-found');
  expect(said()).toHaveLength(before);
  expect((await readdir(folder)).filter((name) => name.startsWith('~assay'))).toEqual([]);
});

test('what uses a dataset is found: pages that show it, drift reports over its versions, of earlier releases too', async () => {
  const project = await aProject();
  const { context } = project;
  const { store } = context;
  const { datasetId, versionId } = await importText(project, 'birds.csv', `mass\n${Array.from({ length: 40 }, (_, index) => index).join('\n')}\n`);
  const other = await importText(project, 'other.csv', 'mass\n1\n');
  const page = writePage(context, 'Findings', [{ kind: 'dataset', datasetId }, { kind: 'dataset', datasetId }, { kind: 'dataset', datasetId: other.datasetId }]);
  writePage(context, 'Elsewhere', [{ kind: 'markdown', text: 'birds' }]);
  const spec = { kind: 'two-versions' as const, reference: versionId, current: versionId, columns: null };
  const { reportId, finished } = startDrift(context, { name: 'Birds', spec });
  await finished;
  expect(store.get('report', reportId)?.fields['versionIds']).toEqual([versionId, versionId]);
  // As releases before this one wrote it.
  const { hash } = await store.putObject({ bytes: await readFile(await store.objectPath(store.get('report', reportId)!.fields['object'] as never)) });
  const earlier = store.newId();
  store.commit('drift.report', [{ o: 'create', e: earlier, t: 'report', f: { name: 'Before', object: hash, windowCount: 1, drifted: false, driftedShare: 0 } }], { objects: [hash] });
  const lost = store.newId();
  store.commit('drift.report', [{ o: 'create', e: lost, t: 'report', f: { name: 'Lost', object: '0'.repeat(64), windowCount: 1, drifted: false, driftedShare: 0 } }]);

  const uses = await usesOf(context, datasetId);
  expect(uses.pages).toEqual([{ id: page, title: 'Findings' }]);
  expect(uses.reports.map(({ name }) => name).sort()).toEqual(['Before', 'Birds']);
  expect((await usesOf(context, other.datasetId)).reports).toEqual([]);
  expect(await codeThrownBy(() => usesOf(context, versionId as never))).toBe('store/not-found');
});

test('two people write in the notes of a dataset at the same time, and both their sentences stay', async () => {
  const { ana, ben, sync } = await twoDevices();
  const id = ana.newId<DatasetId>();
  ana.commit('datasets.import', [{ o: 'create', e: id, t: 'dataset', f: { name: 'birds', description: '' } }]);
  await sync();
  writeDatasetNotes({ store: ana }, id, textUpdateOf('Ana saw it. '));
  writeDatasetNotes({ store: ben }, id, textUpdateOf('Ben too. '));
  await sync();
  const texts = [ana, ben].map((store) => datasetNotes(store, id).text);
  expect(texts[0]).toBe(texts[1]);
  expect(texts[0]!.split('. ').sort()).toEqual(['', 'Ana saw it', 'Ben too']);
  const [event] = ana.events({ entity: id, limit: 1 });
  expect(sentenceOf(ana, event!)).toMatch(/^Wrote in the notes of dataset \u201cbirds\u201d: \u201c(Ana saw it|Ben too)\.\u201d$/);
  restoreValue({ store: ana }, { hash: event!.hash, from: null, entity: id, field: 'text', side: 'before', index: 0, why: '' });
  expect(datasetNotes(ana, id).text).not.toBe(texts[0]);
  expect(await codeThrownBy(() => datasetNotes(ana, ana.newId()))).toBe('store/not-found');
});
