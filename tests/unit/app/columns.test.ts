import { describe, expect, it } from 'vitest';
import { listConflicts } from '../../../electron/app/conflicts.ts';
import { columnEntityId, describeColumn, listColumnNotes } from '../../../electron/app/columns.ts';
import { suggestRoles } from '../../../electron/app/role-suggestions.ts';
import { suggestConfig } from '../../../electron/app/suggest.ts';
import { readRows } from '../../../electron/app/rows.ts';
import { sentenceOf } from '../../../electron/app/history.ts';
import type { AppContext } from '../../../electron/app/context.ts';
import type { ColumnProfile, ColumnType } from '../../../shared/domain/columns.ts';
import { DatasetId } from '../../../shared/domain/ids.ts';
import { codeThrownBy } from '../../support/stores.ts';
import { aProject, importText } from '../../support/project.ts';
import { twoDevices } from '../../support/two-devices.ts';

describe('notes on columns', () => {
  it('keep what was said, part by part, and write nothing that is so already', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId } = await importText(project, 'a.csv', 'size,level\n1,low\n2,top\n');
    describeColumn(context, { datasetId, column: 'size', change: { role: 'feature', unit: 'cm' } });
    describeColumn(context, { datasetId, column: 'size', change: { description: 'From beak to tail' }, seen: '' });
    describeColumn(context, { datasetId, column: 'level', change: { categoryOrder: ['low', 'top'] } });
    const before = context.store.events({ limit: 100 }).length;
    describeColumn(context, { datasetId, column: 'size', change: { role: 'feature', unit: 'cm' } });
    describeColumn(context, { datasetId, column: 'level', change: { role: null } });
    expect(context.store.events({ limit: 100 })).toHaveLength(before);
    expect(listColumnNotes(context, datasetId)).toEqual(expect.arrayContaining([
      { id: columnEntityId(datasetId, 'size'), column: 'size', role: 'feature', unit: 'cm', description: 'From beak to tail', categoryOrder: null },
      { id: columnEntityId(datasetId, 'level'), column: 'level', role: null, unit: '', description: '', categoryOrder: ['low', 'top'] },
    ]));
    const sentences = context.store.events({ limit: 3 }).map((event) => sentenceOf(context.store, event));
    expect(sentences).toEqual([
      'Said of the column “level” of dataset “data”: the order of categories “low < top”',
      'Said of the column “size” of dataset “data”: the description “From beak to tail”',
      'Said of the column “size” of dataset “data”: the role “feature”, the unit “cm”',
    ]);
    await project.reopen();
  });

  it('say the order of a known scale from the import on, by which rows are sorted', async () => {
    const project = await aProject();
    const { context } = project;
    const { datasetId, versionId } = await importText(project, 'a.csv', 'nr,level\n1,high\n2,low\n3,\n4,medium\n5,low\n');
    expect(listColumnNotes(context, datasetId)).toMatchObject([{ column: 'level', role: null, categoryOrder: ['low', 'medium', 'high'] }]);
    const sorted = async (isDescending: boolean) => (await readRows(context, versionId, { view: { filters: [], sort: { column: 'level', isDescending } }, offset: 0, limit: 9 })).rows.map(([nr]) => nr);
    expect(await sorted(false)).toEqual([2, 5, 4, 1, 3]);
    expect(await sorted(true)).toEqual([1, 4, 2, 5, 3]);
    describeColumn(context, { datasetId, column: 'level', change: { categoryOrder: ['medium', 'low'] } });
    expect(await sorted(false)).toEqual([4, 2, 5, 1, 3]);
    describeColumn(context, { datasetId, column: 'level', change: { categoryOrder: null } });
    expect(await sorted(false)).toEqual([1, 2, 5, 4, 3]);
  });

  it('are refused for a column that no version has', async () => {
    const project = await aProject();
    const { datasetId } = await importText(project, 'a.csv', 'size\n1\n2\n');
    expect(await codeThrownBy(() => describeColumn(project.context, { datasetId, column: 'colour', change: { unit: 'x' } }))).toBe('data/unknown-column');
    expect(await codeThrownBy(() => listColumnNotes(project.context, DatasetId.parse('0'.repeat(26))))).toBe('store/not-found');
  });

  it('of two people who say different things merge; of the same thing both are kept to choose from', async () => {
    const { ana, ben, sync } = await twoDevices();
    const [a, b] = [{ store: ana }, { store: ben }] as AppContext[];
    const datasetId = ana.newId<DatasetId>();
    const columns = [{ name: 'size', type: 'number' }, { name: '__proto__', type: 'text' }];
    ana.commit('datasets.import', [
      { o: 'create', e: datasetId, t: 'dataset', f: { name: 'birds', description: '' } },
      { o: 'create', e: ana.newId(), t: 'version', f: { datasetId, number: 1, object: '0'.repeat(64), sizeBytes: 1, rowCount: 1, columns, source: { kind: 'file', fileName: 'a', sha256: '', sizeBytes: 1, format: 'csv' } } },
    ]);
    await sync();
    describeColumn(a!, { datasetId, column: 'size', change: { role: 'target' } });
    describeColumn(b!, { datasetId, column: 'size', change: { unit: 'cm' } });
    describeColumn(a!, { datasetId, column: '__proto__', change: { role: 'id' } });
    describeColumn(b!, { datasetId, column: '__proto__', change: { role: 'ignore' } });
    await sync();
    for (const context of [a!, b!]) {
      expect(listColumnNotes(context, datasetId).find(({ column }) => column === 'size')).toMatchObject({ role: 'target', unit: 'cm' });
      expect(listConflicts(context).map(({ field, label, versions }) => [field, label, versions.map(({ value }) => value).sort()])).toEqual([
        ['role', 'the column “__proto__” of dataset “birds”', ['id', 'ignore']],
      ]);
    }
    expect(ana.stateHash()).toBe(ben.stateHash());
  });
});

describe('suggested roles', () => {
  const profile = (name: string, type: ColumnType, part: Partial<ColumnProfile> = {}): ColumnProfile => ({
    name, type, rowCount: 100, missingCount: 0, nonFiniteCount: 0, distinctCount: 50, distinctIsExact: true, numeric: null, topValues: null, ...part,
  });
  const roles = (...profiles: ColumnProfile[]) => suggestRoles(profiles.map(({ name, type }) => ({ name, type })), profiles).map(({ column, role }) => `${column}: ${role}`);
  const top = (...values: string[]) => ({ distinctCount: values.length, topValues: values.map((value) => ({ value, count: 10 })) });

  it('are an id that is unique and called so', () => {
    expect(roles(profile('customerId', 'integer', { distinctCount: 100 }), profile('id', 'text', { distinctCount: 100 }), profile('order_id', 'category', { distinctCount: 100 }))).toEqual(['customerId: id', 'id: id', 'order_id: id']);
    expect(roles(profile('id', 'integer'), profile('paid', 'integer', { distinctCount: 100 }), profile('grid', 'integer', { distinctCount: 100 }), profile('id', 'number', { distinctCount: 100 }), profile('id', 'integer', { distinctCount: 99, missingCount: 1 }))).toEqual([]);
    expect(roles(profile('id', 'integer', { distinctCount: 10, rowCount: 10 }))).toEqual([]);
  });

  it('are the only time, never one of two', () => {
    expect(roles(profile('day', 'date'), profile('x', 'number'))).toEqual(['day: time']);
    expect(roles(profile('from', 'date'), profile('to', 'timestamp'))).toEqual([]);
  });

  it('are a split by its values, a weight by its name, a target by its name, and what is constant', () => {
    const numeric = { min: 0, max: 1, mean: 0, standardDeviation: 0, q05: 0, q25: 0, median: 0, q75: 0, q95: 0, histogram: { edges: [0, 1], counts: [1] } };
    expect(roles(profile('part', 'category', top('train', 'Test')), profile('sample_weight', 'number', { numeric }), profile('label', 'category', top('a', 'b')), profile('unit', 'category', top('cm')))).toEqual([
      'part: split', 'sample_weight: weight', 'label: target', 'unit: ignore',
    ]);
    expect(roles(profile('part', 'category', top('train', 'bus')), profile('weight', 'number', { numeric }), profile('sample_weight', 'number', { numeric: { ...numeric, min: -1 } }), profile('y', 'number'), profile('target', 'number'))).toEqual([]);
  });
});

describe('a suggested training', () => {
  it('leaves out what people called id, weight, split or to be ignored, and weighs rows by the weight', async () => {
    const project = await aProject();
    const rows = Array.from({ length: 40 }, (_, i) => [i % 5, i % 3, i % 2, 1 + (i % 4), i % 7, `t${i % 6} and more`, i % 2 ? 'yes' : 'no'].join(','));
    const { datasetId, versionId } = await importText(project, 'a.csv', `a,b,c,w,s,note,y\n${rows.join('\n')}\n`);
    const { context } = project;
    expect((await suggestConfig(context, versionId, 'y')).features).toEqual(expect.arrayContaining(['a', 'b', 'c', 'w', 's']));
    for (const [column, role] of [['a', 'id'], ['b', 'ignore'], ['w', 'weight'], ['s', 'split'], ['note', 'feature']] as const) describeColumn(context, { datasetId, column, change: { role } });
    expect(await suggestConfig(context, versionId, 'y')).toMatchObject({ features: ['c', 'note'], weightColumn: 'w' });
    for (const column of ['c', 'note']) describeColumn(context, { datasetId, column, change: { role: 'ignore' } });
    expect(await codeThrownBy(() => suggestConfig(context, versionId, 'y'))).toBe('train/no-features');
  });
});
