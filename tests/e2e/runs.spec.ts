/** From a dataset to a registered model: train, follow, verify, train a variant, compare, register, predict; and what goes wrong. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { repoDir } from '../../electron/runtime/paths.mjs';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';
import { inspectPage } from '../support/inspect.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-runs-'));
  await writeFile(join(folder, 'penguins.csv'), await penguinsCsv());
  await writeFile(join(folder, 'other.csv'), 'island,mass\nBiscoe,3500\n');
  launched = await launchApp();
  page = launched.window;
  await launched.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, join(folder, 'project'));
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name of the project').fill('Penguins');
  await page.keyboard.press('Enter');
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

/** The penguins of vega-datasets with plain column names; a missing value is an empty cell. */
async function penguinsCsv(): Promise<string> {
  const file = join(repoDir, 'node_modules/vega-datasets/data/penguins.json');
  const rows = JSON.parse(await readFile(file, 'utf8')) as Record<string, string | number | null>[];
  const names = Object.keys(rows[0] ?? {});
  const plain = names.map((name) => name.toLowerCase().replace(/ \(.*\)/, '').replaceAll(' ', '_'));
  return [plain.join(','), ...rows.map((row) => names.map((name) => row[name] ?? '').join(','))].join('\n');
}

async function goTo(keys: string): Promise<void> {
  await page.keyboard.press('Escape');
  for (const key of keys.split(' ')) await page.keyboard.press(key);
}

test('without runs the page says what a run is and offers to start one', async () => {
  await expect(page.getByText('Drop a CSV, JSON, Parquet')).toBeVisible();
  await goTo('g r');
  await expect(page.getByText('A run trains a model on a dataset')).toBeVisible();
  await inspectPage(page, 'runs-empty');
  await goTo('g m');
  await expect(page.getByText('predicts on other data')).toBeVisible();
  await inspectPage(page, 'models-empty');
});

test('the form suggests everything once the target is chosen, and says what is wrong', async () => {
  await dropFiles(page, [join(folder, 'penguins.csv')]);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'penguins', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Train on v1' }).click();
  await inspectPage(page, 'train-target');
  await page.getByRole('button', { name: 'species', exact: true }).click();
  const summary = page.getByRole('complementary', { name: 'What will happen' });
  await expect(summary).toContainText('learns to predict species');
  await expect(summary).toContainText('about');
  await page.getByLabel('Learning rate', { exact: true }).fill('fast');
  await expect(summary).toContainText('Learning rate: Enter a number above 0 and at most 10.');
  await inspectPage(page, 'train-error');
  await page.getByLabel('Learning rate', { exact: true }).fill('0.01');
  await expect(summary).not.toContainText('to correct');
  await inspectPage(page, 'train');
});

test('a run is trained and shows its curves, metrics and confusion matrix', async () => {
  await page.getByLabel('Name', { exact: true }).fill('first try');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'R1 first try' })).toBeVisible();
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'Metrics' })).toContainText('Macro F1');
  await expect(page.getByRole('region', { name: 'Confusion matrix', exact: true })).toContainText('rows are right');
  const accuracy = Number(await page.getByRole('region', { name: 'Metrics' }).getByRole('row', { name: /^Test/ }).getByRole('cell').nth(1).textContent());
  expect(accuracy).toBeGreaterThan(0.9);
  await inspectPage(page, 'run');
});

test('the crosshair of the curves moves with the arrow keys', async () => {
  const chart = page.getByRole('region', { name: 'Learning curves' }).getByRole('img', { name: /^Loss/ });
  const legend = page.getByRole('region', { name: 'Learning curves' }).getByText(/^train/).first();
  const atEnd = await legend.textContent();
  await chart.focus();
  await page.keyboard.press('Home');
  await expect(legend).not.toHaveText(atEnd ?? '');
  await page.keyboard.press('Escape');
  await expect(legend).toHaveText(atEnd ?? '');
});

test('the same run again is bitwise equal', async () => {
  await page.getByRole('button', { name: 'Run again and verify' }).click();
  await expect(page.getByRole('heading', { name: 'Bitwise equal' })).toBeVisible({ timeout: 60_000 });
  await inspectPage(page, 'run-verified');
});

test('a variant starts from the settings of a run, and both are compared', async () => {
  await page.getByRole('button', { name: 'Train a variant' }).click();
  await page.getByRole('radio', { name: 'Logistic regression' }).click();
  await page.getByLabel('Name', { exact: true }).fill('plain');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('heading', { name: 'R2 plain' })).toBeVisible();
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 });
  await goTo('g r');
  const grid = page.getByRole('grid', { name: 'Runs' });
  await expect(grid).toContainText('first try');
  await grid.focus();
  for (const key of ['j', 'x', 'j', 'x']) await page.keyboard.press(key);
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await expect(comparison).toContainText('Comparing 2 runs');
  await expect(comparison.getByRole('row', { name: /^Model MLP/ })).toContainText('Logistic regression');
  await inspectPage(page, 'runs-compare');
  await comparison.getByRole('button', { name: 'View as tables' }).click();
  await expect(comparison.getByRole('region', { name: /^Validation log loss/ })).toBeVisible();
  await inspectPage(page, 'runs-compare-tables');
});

test('runs are filtered by words and by a typed comparison', async () => {
  await page.keyboard.press('/');
  await page.keyboard.type('first');
  const grid = page.getByRole('grid', { name: 'Runs' });
  await expect(grid).not.toContainText('plain');
  await page.getByLabel('Filter runs').fill('accuracy > 2');
  await page.keyboard.press('Enter');
  await expect(page.getByText('No run passes the filters.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(grid).toContainText('plain');
});

test('a run is removed, and brought back', async () => {
  await page.getByRole('link', { name: 'plain', exact: true }).click();
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Remove' }).click();
  const grid = page.getByRole('grid', { name: 'Runs' });
  await expect(grid).not.toContainText('plain');
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(grid).toContainText('plain');
});

test('a registered model changes its stage with a reason', async () => {
  await page.getByRole('link', { name: 'first try', exact: true }).click();
  await page.getByRole('button', { name: 'Register model' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('penguin species');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'penguin species', level: 1 })).toBeVisible();
  await page.getByRole('button', { name: 'Candidate' }).click();
  await page.getByRole('menuitem', { name: /^Production/ }).click();
  await page.getByLabel('Reason').fill('best of two');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Production' })).toBeVisible();
  await inspectPage(page, 'model');
  await goTo('g m');
  await expect(page.getByRole('grid', { name: 'Models' })).toContainText('Production');
  await inspectPage(page, 'models');
});

test('a file without the columns is refused by name; the dataset it was trained on is predicted', async () => {
  await page.getByRole('grid', { name: 'Models' }).getByText('penguin species').click();
  await launched.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, join(folder, 'other.csv'));
  await page.getByRole('radio', { name: 'File' }).click();
  await page.getByRole('button', { name: 'Choose a file' }).click();
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'which the model needs, is not in' })).toBeVisible({ timeout: 60_000 });
  await inspectPage(page, 'model-refused');
  await page.getByRole('radio', { name: 'Dataset' }).click();
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'penguins, predicted by R1', level: 1 })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('grid', { name: 'Columns' })).toContainText('predicted species');
});

test('nothing of it was an error of the page', () => {
  expect(launched.pageErrors).toEqual([]);
});
