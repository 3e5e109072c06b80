/**
 * The researcher's whole job in a real window: a dropped CSV becomes a dataset, a run, a model, predictions,
 * a drift report, a page and an archive, which the command line verifies and Chromium opens from the disk.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { openInChromium } from '../support/chromium.ts';
import { runAssay } from '../support/cli.ts';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';
import { penguinsPath } from '../support/penguins.ts';
import { inspectPage } from '../support/inspect.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;
let archive: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-product-'));
  archive = join(folder, 'penguins.eln');
  const userDataDir = join(folder, 'user');
  const made = await runAssay(['new', join(folder, 'project'), '--name', 'Penguins'], { ASSAY_USER_DATA: userDataDir });
  expect(made.stderr).toBe('');
  launched = await launchApp({ projectDir: join(folder, 'project'), userDataDir });
  page = launched.window;
  await page.getByRole('button', { name: 'Penguins, project menu' }).waitFor();
  await launched.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
  }, archive);
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

async function goTo(screen: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name: new RegExp(`^${screen}`) }).click();
}

test('a dropped CSV becomes a dataset', async () => {
  await dropFiles(page, [penguinsPath]);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('344 rows · 7 columns')).toBeVisible();
});

test('training shows its curves and ends with metrics on rows that the model has not seen', async () => {
  await page.getByRole('button', { name: 'Train on v1' }).click();
  await page.getByRole('main').getByRole('button', { name: 'species', exact: true }).click();
  await expect(page.getByText('learns to predict')).toBeVisible();
  await inspectPage(page, 'train');
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(page.getByRole('region', { name: 'Confusion matrix', exact: true })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('region', { name: 'Metrics' }).getByRole('row', { name: /^Test/ })).toBeVisible();
  await inspectPage(page, 'run');
});

test('the run repeats bit for bit', async () => {
  await page.getByRole('button', { name: 'Run again and verify' }).click();
  await expect(page.getByText(/bitwise equal|Bitwise equal/).first()).toBeVisible({ timeout: 60_000 });
});

test('a variant is trained, and both runs are compared', async () => {
  await page.getByRole('button', { name: 'Train a variant' }).click();
  await page.getByRole('radio', { name: 'Logistic regression' }).click();
  await page.getByRole('button', { name: 'Start training' }).click();
  await expect(page.getByRole('heading', { name: /^R2/ })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Confusion matrix', exact: true })).toBeVisible({ timeout: 60_000 });
  await goTo('Runs');
  const grid = page.getByRole('grid', { name: 'Runs' });
  await expect(grid.getByRole('row', { name: /R1/ })).toBeVisible();
  await grid.getByRole('row', { name: /R1/ }).getByRole('checkbox').check({ force: true });
  await grid.getByRole('row', { name: /R2/ }).getByRole('checkbox').check({ force: true });
  await expect(page.getByRole('region', { name: 'What changed between R1 and R2' })).toBeVisible();
  await inspectPage(page, 'runs');
});

test('a registered model predicts the rows of a file into a new dataset', async () => {
  await page.getByRole('grid', { name: 'Runs' }).getByRole('link', { name: 'MLP 32, species' }).click();
  await page.getByRole('button', { name: 'Register model' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('penguin-species');
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await expect(page.getByRole('heading', { name: /penguin-species/ }).first()).toBeVisible();
  await inspectPage(page, 'model');
  await page.getByRole('button', { name: 'Predict', exact: true }).click();
  await expect(page.getByText('344 rows · 11 columns')).toBeVisible({ timeout: 60_000 });
  await page.getByRole('tab', { name: /Rows/ }).click();
  await expect(page.getByRole('columnheader', { name: /predicted species/ })).toBeVisible();
});

test('a drift report says in words which columns moved', async () => {
  await goTo('Drift');
  await page.getByRole('button', { name: 'Check drift' }).first().click();
  await page.getByRole('radio', { name: 'One dataset over time' }).click();
  await page.getByRole('button', { name: /^Choose a column/ }).click();
  await page.getByRole('option', { name: /island/ }).click();
  await page.getByRole('button', { name: /^Check drift/ }).last().click();
  await expect(page.getByText(/drifted/).first()).toBeVisible({ timeout: 60_000 });
  await inspectPage(page, 'drift');
});

test('a page keeps what is written, without a save button', async () => {
  await page.getByRole('button', { name: 'New page' }).first().click();
  await expect(page.getByRole('article')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Title of the page' })).toBeFocused();
  // Written in one go: no key is lost between the title, the first block and the editor that comes for it.
  await page.keyboard.type('Which is which?\nGentoos are **heavy**: $m > 4000\\,g$.');
  await expect(page.getByRole('textbox', { name: 'Block 1 of 1' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Which is which?');
  await expect(page.getByRole('article').getByText(/^Gentoos are/)).toBeVisible();
  await expect(page.getByRole('article').locator('strong')).toHaveText('heavy');
  await expect(page.getByRole('article').locator('.katex').first()).toBeVisible();
  await page.getByRole('button', { name: /^Block/ }).first().click();
  await page.getByRole('combobox', { name: 'What to add' }).fill('R1');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article').getByText('R1').first()).toBeVisible();
  await inspectPage(page, 'page');
});

test('the history tells who did what', async () => {
  await goTo('History');
  await expect(page.getByText('Registered the model “penguin-species” from run R1')).toBeVisible();
  await inspectPage(page, 'history');
});

test('the exported archive verifies, and opens in Chromium from the disk without an error', async () => {
  await page.keyboard.press('Control+Shift+E');
  await expect.poll(async () => (await runAssay(['verify', archive, '--json'], { ASSAY_USER_DATA: join(folder, 'user') })).stdout, { timeout: 60_000 })
    .toContain('"outcome": "verified"');
  const { errors, text } = await openInChromium(archive, join(folder, 'unpacked'), 'artifacts/screens/archive.png');
  expect(errors).toEqual([]);
  for (const shown of ['Penguins', 'R1', 'penguins']) expect(text).toContain(shown);
});

test('nothing went wrong in the window meanwhile', () => {
  expect(launched.pageErrors).toEqual([]);
});
