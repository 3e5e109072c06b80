/** Exports of a project: what goes out is asked of the policies and stays in the history. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addTag } from '../../../electron/app/datasets.ts';
import { sentenceOf } from '../../../electron/app/history.ts';
import { createPolicy } from '../../../electron/app/policies.ts';
import { startQuery } from '../../../electron/app/queries.ts';
import { exportDataUnderPolicies } from '../../../electron/app/under-policies.ts';
import { startDataExport, type ExportRequest } from '../../../electron/app/exports.ts';
import { plainLayout } from '../../../shared/domain/dataset-export.ts';
import { storedView } from '../../../shared/domain/query.ts';
import { codeThrownBy } from '../../support/stores.ts';
import { aProject, importText } from '../../support/project.ts';

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
