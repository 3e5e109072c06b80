/** From an empty project to a dataset: create, drop a file, correct it, look at it, tag it, add a version, take back. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';
import { inspectPage } from '../support/inspect.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;
const rowCount = 60_000;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-datasets-'));
  const lines = Array.from({ length: rowCount }, (_, index) => [
    `2024-${String(1 + (index % 12)).padStart(2, '0')}-15`, ['UA', 'DL', 'B6', 'AA'][index % 4], 90 + ((index * 7919) % 2500), ((index * 104_729) % 4000) / 10 - 60, index % 5 === 0,
  ].join(','));
  await writeFile(join(folder, 'flights.csv'), `day,carrier,distance,delay,late\n${lines.join('\n')}\n`);
  await writeFile(join(folder, 'ragged.csv'), 'a,b\n1,2\n3,4,5\n');
  launched = await launchApp();
  page = launched.window;
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

test('a new project starts from a name and a folder', async () => {
  await page.getByRole('button', { name: 'New project' }).waitFor();
  await inspectPage(page, 'start');
  await launched.app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [chosen] });
  }, join(folder, 'project'));
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name of the project').fill('Flight delays');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Flight delays, project menu' })).toBeVisible();
  await expect(page.getByText('Drop a CSV, JSON, Parquet')).toBeVisible();
  await inspectPage(page, 'datasets-empty');
});

test('a broken file is refused with the line and what to do, and nothing is stored', async () => {
  await dropFiles(page, [join(folder, 'ragged.csv')]);
  const start = page.getByRole('button', { name: 'Import', exact: true });
  const refused = page.getByRole('alert').filter({ hasText: 'line 3' });
  await expect(start.or(refused).first()).toBeVisible();
  // The reader may find it at once, or only when it reads every row.
  if (await start.isVisible()) await start.click();
  await expect(refused).toBeVisible();
  await inspectPage(page, 'import-refused');
  await page.getByRole('link', { name: 'Datasets' }).first().click();
  await expect(page.getByText('Drop a CSV, JSON, Parquet')).toBeVisible();
});

test('a dropped file is shown before it is stored, and becomes a dataset', async () => {
  await dropFiles(page, [join(folder, 'flights.csv')]);
  await expect(page.getByLabel('Name of the dataset')).toHaveValue('flights');
  await expect(page.getByRole('region', { name: 'First rows' })).toContainText('UA');
  await inspectPage(page, 'import');
  await page.getByLabel('Name of delay').fill('arr_delay');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'flights', level: 1 })).toBeVisible();
  await expect(page.getByText('60,000 rows \u00b7 5 columns')).toBeVisible();
});

test('the profile of a column opens in the inspector by keyboard', async () => {
  const grid = page.getByRole('grid', { name: 'Columns' });
  await expect(grid).toContainText('arr_delay');
  await grid.focus();
  for (let steps = 0; steps < 4; steps++) await page.keyboard.press('j');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('Std. deviation');
  await inspectPage(page, 'dataset-columns');
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect(inspector).toContainText('carrier');
  await inspector.getByRole('button', { name: 'Close inspector' }).click();
});

test('every row of the file can be reached', async () => {
  await page.getByRole('tab', { name: 'Rows' }).click();
  const grid = page.getByRole('grid', { name: 'Rows of version 1' });
  await expect(grid).toContainText('2024-01-15');
  await grid.focus();
  await page.keyboard.press('Control+End');
  await expect(grid).toContainText('60,000');
  await expect(page.getByText(/Rows 59,9\d\d to 60,000 of 60,000/)).toBeVisible();
  await page.getByLabel('Go to row').fill('30001');
  await page.keyboard.press('Enter');
  await expect(grid.getByRole('rowheader', { name: '30,001', exact: true })).toBeVisible();
  await inspectPage(page, 'dataset-rows');
});

test('the profile compares the columns by itself, and says what gives a target away', async () => {
  await page.getByRole('tab', { name: 'Profile' }).click();
  await page.getByRole('button', { name: /Target/ }).click();
  await page.getByRole('option', { name: 'carrier' }).click();
  await expect(page.getByText('4 classes, even').first()).toBeVisible();
  await expect(page.getByRole('list', { name: 'Columns that may give it away' })).toContainText('Each of its values goes with one value of \u201ccarrier\u201d only');
  const map = page.getByRole('grid', { name: 'Relations between columns' });
  await map.getByRole('gridcell', { selected: true }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(map.getByRole('gridcell', { selected: true })).toBeFocused();
  await expect(page.getByRole('region', { name: 'Relations between columns' })).toContainText('60,000 rows with both values');
  await inspectPage(page, 'dataset-profile');
  await page.getByRole('radio', { name: 'Table' }).click();
  await expect(page.getByRole('grid', { name: 'Pairs of columns' })).toContainText('arr_delay');
  await expect(page.getByText('No value is missing.')).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Outliers' })).toContainText('distance');
});

test('a tag is added and taken away, and taking away can be undone', async () => {
  await page.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.getByLabel('New tag').fill('Source: BTS on-time');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  const remove = page.getByRole('button', { name: 'Remove the tag source: BTS on-time' });
  await remove.click();
  await expect(remove).toBeHidden();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(remove).toBeVisible();
});

test('a removed dataset comes back with Undo', async () => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Remove this dataset' }).click();
  await expect(page.getByText('Removed flights')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('grid', { name: 'Datasets' })).toContainText('flights');
  await inspectPage(page, 'datasets');
});

test('the palette finds the dataset, and G then H goes to the history that lists all this', async () => {
  await page.keyboard.press('Control+k');
  await page.keyboard.type('fligh');
  await expect(page.getByRole('option', { name: /flights/ })).toBeVisible();
  await inspectPage(page, 'palette');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.getByRole('heading', { name: 'History' })).toBeVisible();
  await expect(page.getByText(/Imported|60,000/).first()).toBeVisible();
  await inspectPage(page, 'history');
});

test('the project verifies itself on demand, and says what was checked', async () => {
  await page.keyboard.press('Control+,');
  await page.getByRole('button', { name: 'Verify project now' }).click();
  await expect(page.getByText(/^Verified: \d+ files/)).toBeVisible();
  await inspectPage(page, 'settings');
});

test('the page never broke the content policy and logged no error', () => {
  expect(launched.pageErrors).toEqual([]);
});
