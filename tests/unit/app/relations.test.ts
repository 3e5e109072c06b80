import { expect, it } from 'vitest';
import { describeColumn } from '../../../electron/app/columns.ts';
import { reportTarget, startRelations } from '../../../electron/app/relations.ts';
import { VersionId } from '../../../shared/domain/ids.ts';
import { aProject, importText } from '../../support/project.ts';
import { codeThrownBy } from '../../support/stores.ts';

it('columns are compared once for the same content, and the target is the column of that role', async () => {
  const project = await aProject();
  const { context } = project;
  const rows = Array.from({ length: 30 }, (_, index) => `${index % 3},k${index % 3},${index}`).join('\n');
  const { datasetId, versionId } = await importText(project, 'a.csv', `code,kind,row\n${rows}\n`);

  const [first, second] = [startRelations(context, versionId), startRelations(context, versionId)];
  const relations = await first.finished;
  expect(relations).toMatchObject({ rowCount: 30, seenRowCount: 30, compared: ['code', 'kind', 'row'] });
  expect(await second.finished).toBe(relations);
  expect(context.jobs.list().find(({ id }) => id === first.jobId)).toMatchObject({ kind: 'profile', status: 'done', title: 'Profile of data v1', subject: { datasetId, versionId } });

  expect(await reportTarget(context, versionId, null)).toBeNull();
  describeColumn(context, { datasetId, column: 'kind', change: { role: 'target' } });
  const report = await reportTarget(context, versionId, null);
  expect(report).toMatchObject({ target: 'kind', balance: { classCount: 3 } });
  expect(report?.hints.map(({ column, kind }) => `${column} ${kind}`)).toEqual(['code one-to-one', 'row identifier']);
  // What is said of a column counts at once.
  describeColumn(context, { datasetId, column: 'row', change: { role: 'id' } });
  expect((await reportTarget(context, versionId, null))?.hints).toHaveLength(1);

  expect(await codeThrownBy(() => reportTarget(context, versionId, 'colour'))).toBe('data/unknown-column');
  expect(await codeThrownBy(async () => startRelations(context, VersionId.parse('0'.repeat(26))))).toBe('store/not-found');
});

it('a comparison that is cancelled ends so, and can be asked for again', async () => {
  const project = await aProject();
  const { context } = project;
  const { versionId } = await importText(project, 'a.csv', 'a,b\n1,2\n3,4\n');
  const job = startRelations(context, versionId);
  context.jobs.cancel(job.jobId);
  expect(await codeThrownBy(() => job.finished)).toBe('job/cancelled');
  expect(await startRelations(context, versionId).finished).toMatchObject({ rowCount: 2 });
});
