/** From rows to a question and back: filter and sort in place, ask in SQL, keep the answer as a dataset and in the notebook. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { newProject, startImport } from '../support/assay.ts';
import { inspectPage } from '../support/inspect.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

/** Replaces what is in the editor as a person does: all of it is taken out, then the query is put in. */
async function write(sql: string): Promise<void> {
  await page.getByRole('textbox', { name: 'SQL' }).focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(sql);
}

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-sql-'));
  const lines = Array.from({ length: 5000 }, (_, index) => [['UA', 'DL', 'B6', 'AA'][index % 4], (index * 7919) % 5000, index % 7 === 0 ? '' : (index % 300) - 50].join(','));
  await writeFile(join(folder, 'flights.csv'), `carrier,distance,delay\n${lines.join('\n')}\n`);
  launched = await launchApp();
  page = launched.window;
  await newProject(launched, join(folder, 'project'), 'Flights');
  await startImport(page, join(folder, 'flights.csv'), 'flights');
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

test('the rows of a dataset are sorted by a click and filtered in place, and the address keeps it', async () => {
  await page.getByRole('navigation').getByRole('link', { name: /Datasets/ }).click();
  await page.getByRole('link', { name: 'flights', exact: true }).click();
  await page.getByRole('tab', { name: 'Rows' }).click();
  const grid = page.getByRole('grid', { name: 'Rows of version 1' });
  const first = grid.locator('[aria-rowindex="2"]');
  await expect(first).toContainText('UA');
  await grid.getByRole('button', { name: 'distance' }).click();
  await grid.getByRole('button', { name: 'distance' }).click();
  await expect(grid.getByRole('columnheader', { name: 'distance' })).toHaveAttribute('aria-sort', 'descending');
  await expect(first).toContainText('4999');
  await page.getByRole('button', { name: /Column to filter/ }).click();
  await page.getByRole('option', { name: 'carrier' }).click();
  await page.getByLabel('Value to filter by').fill('ua');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: '1,250 of 5,000 rows' })).toBeVisible();
  await expect(first).toContainText('UA');
  await grid.focus();
  await page.keyboard.press('Control+End');
  await expect(grid.getByRole('rowheader', { name: '1,250', exact: true })).toBeVisible();
  expect(await page.evaluate(() => decodeURIComponent(location.hash))).toContain('"contains"');
  await inspectPage(page, 'rows-filtered');
  await page.getByRole('button', { name: 'Remove the filter carrier contains ua' }).click();
  await expect(page.getByText(/of 5,000$/)).toBeVisible();
});

test('an error of a query names its line, and the cursor goes there', async () => {
  await page.keyboard.press('Escape');
  await page.getByRole('navigation').getByRole('link', { name: 'SQL' }).click();
  const editor = page.getByRole('textbox', { name: 'SQL' });
  await write('SELECT carrier, avg(dely) AS delay\nFROM flights\nGROUP BY carrier');
  await page.keyboard.press('Control+Enter');
  const alert = page.getByRole('alert').filter({ hasText: 'Line 1, column 21' });
  await expect(alert).toContainText('dely');
  await inspectPage(page, 'sql-error');
  await alert.getByRole('button', { name: 'Go to line 1' }).click();
  await page.keyboard.type('X');
  await expect(editor).toContainText('avg(Xdely)');
});

test('a query is run from the keyboard, sorted by a click, and drawn', async () => {
  await write('SELECT carrier, count(*) AS flights, round(avg(delay), 2) AS delay\nFROM flights\nGROUP BY carrier\nORDER BY carrier');
  await page.keyboard.press('Control+Enter');
  const grid = page.getByRole('grid', { name: 'Rows of the query' });
  await expect(grid.locator('[aria-rowindex="2"]')).toContainText('AA');
  await expect(page.getByText(/4 rows · .* · flights v1/)).toBeVisible();
  await grid.getByRole('button', { name: 'carrier' }).click();
  await grid.getByRole('button', { name: 'carrier' }).click();
  await expect(grid.locator('[aria-rowindex="2"]')).toContainText('UA');
  await inspectPage(page, 'sql-rows');
  await page.getByRole('tab', { name: 'Chart' }).click();
  await expect(page.getByRole('img', { name: /by carrier, 4 rows/ })).toBeVisible();
  await inspectPage(page, 'sql-chart');
});

test('the rows become a dataset that names its query, and stand in the notebook', async () => {
  await page.getByRole('button', { name: 'Put into notebook' }).click();
  await page.getByRole('menuitem', { name: 'A new page' }).click();
  await expect(page.getByText('Put into the notebook')).toBeVisible();
  await page.getByRole('button', { name: 'Save as dataset' }).click();
  await page.getByLabel('Name of the dataset').fill('by carrier');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Save by carrier: done')).toBeVisible();
  await page.getByRole('navigation').getByRole('link', { name: /Datasets/ }).click();
  await page.getByRole('link', { name: 'by carrier', exact: true }).click();
  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page.getByRole('grid', { name: 'Versions' })).toContainText('Query: SELECT carrier, count(*) AS flights');
  await page.getByRole('navigation').getByRole('link', { name: 'Query', exact: true }).click();
  await expect(page.getByRole('cell', { name: 'UA' })).toBeVisible();
});

test('a query is kept under a name, and what was run before is there again', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'SQL' }).click();
  await page.getByRole('button', { name: 'Saved queries' }).click();
  await page.getByRole('menuitem', { name: 'Save this query' }).click();
  await page.getByLabel('Name of the query').fill('Delay by carrier');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Delay by carrier' })).toBeVisible();
  await page.getByRole('button', { name: 'Run before' }).click();
  await page.getByRole('menuitem', { name: /avg\(dely\)/ }).click();
  await expect(page.getByRole('textbox', { name: 'SQL' })).toContainText('avg(dely)');
  expect(launched.pageErrors).toEqual([]);
});
