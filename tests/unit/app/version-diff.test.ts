import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getModel, registerModel } from '../../../electron/app/models.ts';
import { listRuns } from '../../../electron/app/runs.ts';
import { suggestConfig } from '../../../electron/app/suggest.ts';
import { startTraining } from '../../../electron/app/training.ts';
import { diffVersions, readDiffRows, shiftOf, startEffect } from '../../../electron/app/version-diff.ts';
import type { ModelId } from '../../../shared/domain/ids.ts';
import type { DiffSpec } from '../../../shared/domain/version-diff.ts';
import { failureFrom } from '../../support/data-files.ts';
import { importText, openTestProject, type TestProject } from '../../support/project.ts';

/** Rows with a name, a size that tells their kind, and a cost that follows from the size. */
function csv(rowCount: number, sizeOf: (i: number) => number): string {
  return `name,size,kind,cost\n${Array.from({ length: rowCount }, (_, i) => `n${i},${sizeOf(i)},${i % 2 ? 'large' : 'small'},${3 * ((i % 2) * 10 + (i % 9) / 9) + 1}`).join('\n')}\n`;
}
const originalSize = (i: number): number => (i % 2) * 10 + (i % 9) / 9;

let project: TestProject;
let spec: DiffSpec;

beforeAll(async () => {
  project = await openTestProject();
  const before = await importText(project, 'a.csv', csv(200, originalSize));
  // Three rows change sides, one is new.
  const after = await importText(project, 'b.csv', csv(201, (i) => ([20, 40, 61].includes(i) ? 10 - originalSize(i) : originalSize(i))));
  spec = { before: before.versionId, after: after.versionId, key: null };
});
afterAll(async () => {
  await project.close();
  await rm(project.folder, { recursive: true, force: true });
});

async function modelOf({ before }: DiffSpec, target: string): Promise<ModelId> {
  const { context } = project;
  const config = { ...(await suggestConfig(context, before, target, 'linear')), features: ['size'] };
  const { runId, finished } = startTraining(context, { config, name: '' });
  await finished;
  return registerModel(context, runId, target).id;
}

describe('the diff of two versions', () => {
  it('is made once, and its rows are read as they are asked for', async () => {
    const diff = await diffVersions(project.context, spec);
    expect(diff).toMatchObject({ rowCounts: { before: 200, after: 201 }, match: { kind: 'key', columns: ['name'] }, rows: { added: 1, removed: 0, changed: 3, unchanged: 197 }, cellCount: 3 });
    expect(await diffVersions(project.context, spec)).toBe(diff);
    const window = await readDiffRows(project.context, spec, { change: 'changed', column: null, isBySize: false, places: null, offset: 1, limit: 1 });
    expect(window).toMatchObject({ rowCount: 3, offset: 1, rows: [{ change: 'changed', beforeRow: 40, afterRow: 40, changed: [1] }] });
  });

  it('says how the distribution of each column moved, once', async () => {
    const shift = await shiftOf(project.context, spec);
    expect(shift.columns.map(({ column, drifted }) => [column, drifted])).toEqual([['size', false], ['kind', false], ['cost', false]]);
    expect(shift.skipped).toEqual([{ column: 'name', reason: 'is free text, which needs a domain classifier' }]);
    expect(await shiftOf(project.context, spec)).toBe(shift);
  });

  it('follows a column to its new name', async () => {
    const before = await importText(project, 'a.csv', csv(200, originalSize));
    const after = await importText(project, 'b.csv', csv(200, originalSize).replace('size', 'length').replace('cost', 'price'));
    const shift = await shiftOf(project.context, { before: before.versionId, after: after.versionId, key: null });
    expect(shift.columns.map(({ column, drifted }) => [column, drifted])).toEqual([['length', false], ['kind', false], ['price', false]]);
  });

  it('of tables without a common column name has no shift', async () => {
    const before = await importText(project, 'a.csv', 'a\n1\n');
    const after = await importText(project, 'b.csv', 'b\nx\n');
    expect(await shiftOf(project.context, { before: before.versionId, after: after.versionId, key: null })).toEqual({ columns: [], skipped: [] });
  });

  it('is kept for the latest pairs only, and made again when it is asked for', async () => {
    const diff = await diffVersions(project.context, spec);
    // Any columns tell the rows apart, in any order, as long as the name is among them.
    const others = ['size', 'kind', 'cost'].flatMap((first) => ['size', 'kind', 'cost'].filter((each) => each !== first).map((second) => [first, second]));
    for (const [first = '', second = ''] of others) {
      const third = ['size', 'kind', 'cost'].find((each) => each !== first && each !== second) ?? '';
      const rest = [first, second, third];
      for (const at of [0, 1, 2, 3]) await diffVersions(project.context, { ...spec, key: rest.toSpliced(at, 0, 'name') });
      for (const at of [0, 1]) await diffVersions(project.context, { ...spec, key: [first, second].toSpliced(at, 0, 'name') });
    }
    const again = await diffVersions(project.context, spec);
    expect(again).not.toBe(diff);
    expect({ ...again, elapsedMs: 0 }).toEqual({ ...diff, elapsedMs: 0 });
    expect((await readDiffRows(project.context, spec, { change: null, column: null, isBySize: false, places: null, offset: 0, limit: 9 })).rows).toHaveLength(4);
  });

  it('that failed is tried again', async () => {
    const wrong = { ...spec, key: ['kind'] };
    expect(await failureFrom(diffVersions(project.context, wrong))).toMatchObject({ code: 'diff/key-repeated', details: { version: 'data v1', times: 100 } });
    expect(await failureFrom(diffVersions(project.context, wrong))).toMatchObject({ code: 'diff/key-repeated' });
  });
});

describe('the effect on a model', () => {
  it('that classifies is which rows flip, and from where to where', async () => {
    const modelId = await modelOf(spec, 'kind');
    const effect = await startEffect(project.context, { spec, modelId }).finished;
    expect(effect).toMatchObject({ task: 'classification', target: 'kind', rowCount: 200, changedCount: 3, numbers: null, key: ['name'], matrix: { classes: ['large', 'small'], counts: [[99, 1], [2, 98]] } });
    expect(effect.rows).toMatchObject([
      { key: ['n20'], beforeRow: 20, afterRow: 20, before: 'small', after: 'large' },
      { key: ['n40'], beforeRow: 40, afterRow: 40, before: 'small', after: 'large' },
      { key: ['n61'], beforeRow: 61, afterRow: 61, before: 'large', after: 'small' },
    ]);
    const run = listRuns(project.context).find(({ id }) => id === getModel(project.context.store, modelId).runId);
    expect(effect.test).toEqual({ rowCount: run?.result?.rowCounts.test, changedCount: effect.rows.filter(({ isTest }) => isTest).length });
  });

  it('finds the rows that the model was tested on in the version it was trained on, and in no other', async () => {
    const modelId = await modelOf(spec, 'kind');
    const turned = { before: spec.after, after: spec.before, key: null };
    const test = (await startEffect(project.context, { spec, modelId }).finished).test;
    expect((await startEffect(project.context, { spec: turned, modelId }).finished).test).toEqual(test);
    const other = await importText(project, 'c.csv', csv(150, originalSize));
    const elsewhere = await startEffect(project.context, { spec: { before: spec.after, after: other.versionId, key: null }, modelId }).finished;
    expect(elsewhere).toMatchObject({ test: null, rowCount: 150, changedCount: 3, rows: [{ isTest: null }, { isTest: null }, { isTest: null }] });
  });

  it('that predicts numbers is the largest changes first', async () => {
    const modelId = await modelOf(spec, 'cost');
    const { changedCount, matrix, numbers, rows } = await startEffect(project.context, { spec, modelId }).finished;
    expect({ changedCount, matrix, first: rows.map(({ key }) => key[0]).sort() }).toEqual({ changedCount: 3, matrix: null, first: ['n20', 'n40', 'n61'] });
    const changes = rows.map(({ before, after }) => Math.abs(Number(after) - Number(before)));
    expect(changes).toEqual(changes.toSorted((a, b) => b - a));
    expect(numbers?.largestChange).toBeCloseTo(changes[0] ?? NaN, 10);
    expect(numbers?.meanChange).toBeCloseTo(changes.reduce((sum, change) => sum + change, 0) / 200, 10);
  });

  it('needs a key', async () => {
    const rows = (x: number) => `size,kind\n${Array.from({ length: 120 }, (_, i) => `${(i % 2) * 10 + (i % 3) + x * Number(i === 7)},${i % 2 ? 'b' : 'a'}`).join('\n')}\n`;
    const [before, after] = [await importText(project, 'a.csv', rows(0)), await importText(project, 'b.csv', rows(1))];
    const keyless = { before: before.versionId, after: after.versionId, key: null };
    const modelId = await modelOf(keyless, 'kind');
    expect(await failureFrom(startEffect(project.context, { spec: keyless, modelId }).finished)).toMatchObject({ code: 'diff/needs-key' });
  });
});
