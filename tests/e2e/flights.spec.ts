/** A researcher's day on 3,000,000 flights, all in the window: import, tag, profile, query, a second version, its difference, models of both, flips. */
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { newProject } from '../support/assay.ts';
import { flights, writeFlights } from '../support/flights.ts';
import { inspectPage } from '../support/inspect.ts';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });
// Work on so many rows takes its time beside other tests; what is waited for says how far it is.
const patience = { timeout: 120_000 };

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-flights-'));
  await writeFlights(join(folder, 'flights.csv'), 1);
  await writeFlights(join(folder, 'later.csv'), 2);
  launched = await launchApp();
  page = launched.window;
  await newProject(launched, join(folder, 'project'), 'Delays');
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

async function openDataset(): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: /^Datasets/ }).click();
  await page.getByRole('grid', { name: 'Datasets' }).getByRole('link', { name: 'flights', exact: true }).click();
}

/** Versions this long are compared only when somebody asks. */
async function compare(): Promise<void> {
  await openDataset();
  await page.getByRole('tab', { name: 'Versions' }).click();
  await page.getByRole('link', { name: '100 rows fewer, the same columns' }).click();
}

test('an import of three million rows says how far it is, can be stopped, and then stores nothing', async () => {
  await dropFiles(page, [join(folder, 'flights.csv')]);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('progressbar', { name: 'Import', exact: true })).toHaveAttribute('aria-valuenow', /[1-9]/, patience);
  await page.getByRole('button', { name: 'Cancel the import' }).click();
  await expect(page.getByText('The import was cancelled; nothing was stored.')).toBeVisible();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('3,000,000 rows \u00b7 7 columns')).toBeVisible(patience);
});

test('the dataset is tagged, each column has its profile, and the last row is as near as the first', async () => {
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabel('New tag').fill('Source: BTS on-time');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Remove the tag source: BTS on-time' })).toBeVisible();
  const grid = page.getByRole('grid', { name: 'Columns' });
  await expect(grid.getByRole('row').filter({ hasText: 'departure' })).toContainText('2001', patience);
  await inspectPage(page, 'flights-columns');
  await page.getByRole('tab', { name: 'Rows' }).click();
  const rows = page.getByRole('grid', { name: 'Rows of version 1' });
  await expect(rows).toContainText('LAS');
  await rows.focus();
  await page.keyboard.press('Control+End');
  await expect(rows.getByRole('rowheader', { name: '3,000,000', exact: true })).toBeVisible();
  await expect(rows.getByRole('row').last()).toContainText('2001-07-01');
});

test('a query over all flights becomes a dataset', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'SQL' }).click();
  await page.getByRole('textbox', { name: 'SQL' }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText('SELECT origin, count(*) AS flights, avg(delay) AS delay FROM flights GROUP BY origin ORDER BY origin');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('grid', { name: 'Rows of the query' }).locator('[aria-rowindex="2"]')).toContainText('ABE', patience);
  await page.getByRole('button', { name: 'Save as dataset' }).click();
  await page.getByLabel('Name of the dataset').fill('by origin');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Save by origin: done')).toBeVisible();
});

/** Two epochs of logistic regression over all rows. */
async function train(version: 1 | 2, name: string): Promise<void> {
  await page.getByRole('button', { name: `Train on v${version}` }).click();
  await page.getByRole('button', { name: 'arrival', exact: true }).click();
  await page.getByRole('radio', { name: 'Logistic regression' }).click();
  const features = page.getByRole('region', { name: 'Features' });
  await features.getByRole('button', { name: 'None' }).click();
  for (const feature of ['delay', 'distance']) await features.getByTitle(feature, { exact: true }).click();
  await page.getByLabel('Most epochs', { exact: true }).fill('2');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Done', { exact: true })).toBeVisible(patience);
  await page.getByRole('button', { name: 'Register model' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
}

test('a model is trained on all rows of the first version', async () => {
  await openDataset();
  await train(1, 'first lateness');
});

test('the file has changed: it is read again, and the difference is exact to the cell', async () => {
  await rename(join(folder, 'later.csv'), join(folder, 'flights.csv'));
  await openDataset();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Update from its file' }).click();
  await expect(page.getByText('2,999,900 rows \u00b7 7 columns')).toBeVisible(patience);
  await compare();
  await expect(page.getByRole('progressbar', { name: 'Compare flights v1 and flights v2' }).first()).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByText('The comparison was stopped.')).toBeVisible(patience);
  await page.getByRole('button', { name: 'Compare again' }).click();
  await expect(page.getByText('100 rows removed, 3,000 rows changed in "delay".')).toBeVisible(patience);
  await expect(page.getByText('Rows are matched by flight, which is unique and never missing in both.')).toBeVisible();
  const differing = page.getByRole('grid', { name: 'Rows that differ' });
  await expect(differing).toContainText(/33\u219273/, patience);
  await page.getByRole('button', { name: `${flights.removedCount} rows removed` }).click();
  await expect(differing.getByRole('row')).not.toHaveCount(1);
  await inspectPage(page, 'flights-diff');
});

test('a model of the second version, and the predictions of the first that flip between both', async () => {
  await openDataset();
  await train(2, 'second lateness');
  await compare();
  await page.getByRole('radio', { name: 'Effect on a model' }).click();
  await page.getByRole('button', { name: / Model$/ }).click();
  await page.getByRole('option', { name: /first lateness/ }).click();
  await page.getByRole('button', { name: 'Predict on both' }).click();
  await expect(page.getByText(/^\d,\d{3} predictions of arrival flip: 0\.\d+ % of the 2,999,900 rows that both versions have\./)).toBeVisible(patience);
  await expect(page.getByRole('grid', { name: 'Predictions that change' }).getByRole('row').nth(1)).toContainText('late');
  await inspectPage(page, 'flights-flips');
  expect(launched.pageErrors).toEqual([]);
});
