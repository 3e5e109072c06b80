import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listDatasets, removeDataset } from '../../../electron/app/datasets.ts';
import { listReports } from '../../../electron/app/drift.ts';
import { listModels } from '../../../electron/app/models.ts';
import { listPages } from '../../../electron/app/pages.ts';
import { listRuns } from '../../../electron/app/runs.ts';
import { isSampleComplete, makeSample } from '../../../electron/app/sample.ts';
import { aProject } from '../../support/project.ts';

const sampleDir = join(import.meta.dirname, '../../../out/sample');

test('a sample project that was cut off is filled on where it stopped, each thing once', async () => {
  expect(existsSync(join(sampleDir, 'flights.parquet'))).toBe(true);
  const project = await aProject();
  await expect(makeSample(project.context, sampleDir, (step) => {
    if (step === 'Predicting') throw new Error('the window was closed');
  })).rejects.toThrow('the window was closed');
  expect(isSampleComplete(project.context)).toBe(false);

  const again = await project.reopen();
  const { context } = again;
  const made = await makeSample(context, sampleDir, () => undefined);

  expect(isSampleComplete(context)).toBe(true);
  expect(listDatasets(context).map(({ name }) => name)).toEqual(['penguins', 'penguins, predicted', 'flights']);
  expect(listRuns(context).map(({ name, status }) => `${name}: ${status}`)).toEqual(['Logistic regression: done', 'MLP 32: done', 'Late or not, MLP 64-64: done']);
  expect([listModels(context).length, listReports(context).length, listPages(context).length]).toEqual([1, 1, 2]);
  removeDataset(context, made.predictions);
  expect(isSampleComplete((await again.reopen()).context)).toBe(true);
});
