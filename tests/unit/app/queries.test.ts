/** Queries over a project: which versions they read, what becomes of their rows, and rows seen in other orders. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { getDataset, listDatasets, renameDataset } from '../../../electron/app/datasets.ts';
import { readRows } from '../../../electron/app/rows.ts';
import { listHistory } from '../../../electron/app/timeline.ts';
import { resultTable, startQuery, startSaveResult } from '../../../electron/app/queries.ts';
import { leaveRows, rowsOfTable } from '../../../electron/app/rows.ts';
import { listSavedQueries, removeQuery, renameQuery, restoreQuery, saveQuery, writeQuery } from '../../../electron/app/saved-queries.ts';
import { startImport } from '../../../electron/app/imports.ts';
import type { DatasetId, QueryId, ResultId } from '../../../shared/domain/ids.ts';
import { storedView, type RowView } from '../../../shared/domain/query.ts';
import { failureFrom } from '../../support/data-files.ts';
import { aProject, importText, type TestProject } from '../../support/project.ts';

/** A dataset "data" of two versions. */
async function withVersions(): Promise<TestProject & { datasetId: DatasetId }> {
  const project = await aProject();
  const { datasetId } = await importText(project, 'one.csv', 'g,v\na,1\nb,2\na,3\n');
  const path = join(project.folder, 'two.csv');
  await writeFile(path, 'g,v\nc,10\n');
  const sniff = await project.context.importer.run('sniff', { path });
  const plan = { format: sniff.format, dialect: sniff.dialect, columns: sniff.columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type })) };
  await startImport(project.context, { path, name: 'data', datasetId, plan }).finished;
  return { ...project, datasetId };
}

async function rowsOf({ context }: TestProject, sql: string): Promise<unknown[][]> {
  const { resultId } = await startQuery(context, { sql }).finished;
  return (await rowsOfTable(context, resultTable(context, resultId), { view: storedView, offset: 0, limit: 100 })).rows;
}

test('a name means the latest version, with a number that version, in any case', async () => {
  const project = await withVersions();
  expect(await rowsOf(project, 'SELECT * FROM data')).toEqual([['c', 10]]);
  expect(await rowsOf(project, 'SELECT sum(v) FROM "data@1"')).toEqual([[6]]);
  expect(await rowsOf(project, 'SELECT count(*) FROM (FROM "Data@1" UNION ALL FROM DATA)')).toEqual([[4]]);
});

test('an exact name wins over another case, a dataset named with @ over a version, the newest over an older of that name', async () => {
  const project = await withVersions();
  const { context, datasetId } = project;
  const other = await importText(project, 'other.csv', 'g,v\nz,0\n');
  renameDataset(context, other.datasetId, 'Data');
  expect(await rowsOf(project, 'SELECT g FROM data')).toEqual([['c']]);
  expect(await rowsOf(project, 'SELECT g FROM "Data"')).toEqual([['z']]);
  expect(await failureFrom(startQuery(context, { sql: 'SELECT * FROM data, "Data"' }).finished)).toMatchObject({ code: 'query/ambiguous', details: { name: 'Data', other: 'data' } });
  renameDataset(context, other.datasetId, 'data@1');
  expect(await rowsOf(project, 'SELECT g FROM "data@1"')).toEqual([['z']]);
  renameDataset(context, other.datasetId, 'data');
  expect(await rowsOf(project, 'SELECT g FROM data')).toEqual([['z']]);
  expect(getDataset(context, datasetId).name).toBe('data');
});

test('a dataset that is not there is told with its place and the names there are', async () => {
  const { context } = await withVersions();
  const failure = async (sql: string) => failureFrom(startQuery(context, { sql }).finished);
  expect(await failure('SELECT *\nFROM nope')).toMatchObject({ code: 'query/no-dataset', details: { name: 'nope', line: 2, column: 6, names: '"data"' } });
  expect((await failure('FROM "data@3"')).code).toBe('query/no-dataset');
  expect((await failure('SELECT * FROM information_schema.tables')).code).toBe('query/no-dataset');
  expect((await failure('FORM data')).code).toBe('query/wrong');
});

test('the rows become a dataset that knows its query and its inputs, and a version only if they differ', async () => {
  const { context, datasetId } = await withVersions();
  const first = await startQuery(context, { sql: 'SELECT g, sum(v) AS total FROM "data@1" GROUP BY g ORDER BY g' }).finished;
  const saved = startSaveResult(context, { resultId: first.resultId, name: 'totals', datasetId: null });
  expect(await saved.finished).toMatchObject({ isNew: true });
  const [version] = getDataset(context, saved.datasetId).versions;
  const inputs = [getDataset(context, datasetId).versions[0]!.id];
  expect(version).toMatchObject({ number: 1, rowCount: 2, columns: [{ name: 'g', type: 'category' }, { name: 'total', type: 'integer' }], source: { kind: 'query', sql: first.sql, inputVersionIds: inputs } });
  expect((await readRows(context, version!.id, { view: storedView, offset: 0, limit: 10 })).rows).toEqual([['a', 4], ['b', 2]]);
  expect(await startSaveResult(context, { resultId: first.resultId, name: '', datasetId: saved.datasetId }).finished).toEqual({ versionId: version!.id, isNew: false });
  const second = await startQuery(context, { sql: 'SELECT * FROM data' }).finished;
  expect(await startSaveResult(context, { resultId: second.resultId, name: '', datasetId: saved.datasetId }).finished).toMatchObject({ isNew: true });
  expect(getDataset(context, saved.datasetId).versions.map(({ number }) => number)).toEqual([1, 2]);
  expect(listHistory(context, { entity: null, person: null, device: null, area: 'datasets', text: 'query', sinceMs: null, untilMs: null, limit: 10, before: null }).entries.map(({ sentence }) => sentence)).toContain('Saved the rows of a query as “totals” v1 (2 rows)');
});

test('rows that stopped at the limit are saved to their end, over the versions that were read', async () => {
  const project = await withVersions();
  const { context } = project;
  const result = await startQuery(context, { sql: 'SELECT range AS n FROM range(1000)', rowLimit: 10 }).finished;
  expect(result).toMatchObject({ rowCount: 10, isAtLimit: true });
  const { datasetId, finished } = startSaveResult(context, { resultId: result.resultId, name: 'all', datasetId: null });
  await finished;
  expect(getDataset(context, datasetId).versions[0]).toMatchObject({ rowCount: 1000 });
});

test('no rows are no dataset, and only the latest results are kept', async () => {
  const { context } = await withVersions();
  const none = await startQuery(context, { sql: 'SELECT * FROM data WHERE v > 1000' }).finished;
  expect(() => startSaveResult(context, { resultId: none.resultId, name: 'x', datasetId: null })).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'query/no-rows' }) }));
  for (let n = 0; n < 8; n++) await startQuery(context, { sql: `SELECT ${n}` }).finished;
  expect(() => resultTable(context, none.resultId)).toThrow(expect.objectContaining({ failure: expect.objectContaining({ code: 'store/not-found' }) }));
  expect(() => resultTable(context, '0'.repeat(26) as ResultId)).toThrow();
  expect(listDatasets(context)).toHaveLength(1);
});

test('a query is stopped within a second, and the next one runs at once', async () => {
  const project = await withVersions();
  const { context } = project;
  const { jobId, finished } = startQuery(context, { sql: 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11' });
  finished.catch(() => undefined);
  await expect.poll(() => context.jobs.list()[0]?.status).toBe('running');
  context.jobs.cancel(jobId);
  expect((await failureFrom(finished)).code).toBe('job/cancelled');
  expect(await rowsOf(project, 'SELECT 1')).toEqual([[1]]);
});

test('rows are filtered and sorted anywhere, far beyond the first', async () => {
  const project = await aProject();
  const { context } = project;
  const lines = Array.from({ length: 5000 }, (_, index) => `${index},${(index * 7919) % 5000}`);
  const { versionId } = await importText(project, 'many.csv', `a,b\n${lines.join('\n')}\n`);
  const at = async (view: RowView, offset: number) => readRows(context, versionId, { view, offset, limit: 3 });
  const sorted: RowView = { filters: [{ kind: 'compare', column: 'a', operator: '<', value: '4000' }], sort: { column: 'b', isDescending: true } };
  const expected = lines.map((line) => line.split(',').map(Number)).filter(([a]) => a! < 4000).sort((x, y) => y[1]! - x[1]!);
  for (const offset of [0, 999, 1000, 3998, 3999, 4000]) {
    const window = await at(sorted, offset);
    expect([offset, window.rowCount, window.rows]).toEqual([offset, 4000, expected.slice(offset, offset + 3)]);
  }
  expect((await at(storedView, 4999)).rows).toEqual([[4999, (4999 * 7919) % 5000]]);
  expect((await failureFrom(at({ filters: [], sort: { column: 'nope', isDescending: false } }, 0))).code).toBe('data/unknown-column');
  // Another view of the table stops the work on this one; when it is asked for again, it is begun anew.
  const views = Array.from({ length: 6 }, (_, index): RowView => ({ filters: [{ kind: 'compare', column: 'a', operator: '>=', value: String(index) }], sort: { column: 'b', isDescending: false } }));
  const outcomes = await Promise.allSettled(views.map((view) => at(view, 2000)));
  expect(outcomes.at(-1)?.status).toBe('fulfilled');
  for (const [index, view] of views.entries()) expect((await at(view, 2000)).rowCount).toBe(5000 - index);
  // Whoever leaves the rows stops what is being worked out for them.
  const left = failureFrom(at({ filters: [], sort: { column: 'a', isDescending: true } }, 2000));
  const leaving = setInterval(() => leaveRows(context), 1);
  expect((await left.finally(() => clearInterval(leaving))).code).toBe('job/cancelled');
  expect((await at({ filters: [], sort: { column: 'a', isDescending: true } }, 2000)).rows[0]).toEqual([2999, (2999 * 7919) % 5000]);
});

test('a query with a name is kept, renamed, written, removed and put back', async () => {
  const { context } = await aProject();
  const { id } = saveQuery(context, 'Counts', 'SELECT 1');
  renameQuery(context, id, 'Totals', 'Counts');
  writeQuery(context, id, 'SELECT 2', 'SELECT 1');
  expect(listSavedQueries(context)).toMatchObject([{ id, name: 'Totals', sql: 'SELECT 2', createdBy: 'Ana' }]);
  removeQuery(context, id);
  expect(listSavedQueries(context)).toEqual([]);
  restoreQuery(context, id);
  expect(listSavedQueries(context)).toHaveLength(1);
  expect(() => renameQuery(context, '0'.repeat(26) as QueryId, 'x')).toThrow();
  const sentences = listHistory(context, { entity: null, person: null, device: null, area: 'datasets', text: '', sinceMs: null, untilMs: null, limit: 10, before: null }).entries.map(({ sentence }) => sentence);
  expect(sentences).toEqual(['Restored query “Totals”', 'Removed query “Totals”', 'Changed query “Totals”', 'Renamed the query from “Counts” to “Totals”', 'Saved the query “Counts”']);
});
