/** What changed between two versions: import, a second version with changed rows, the diff, and which predictions of a model flip. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';
import { newProject } from '../support/assay.ts';
import { inspectPage } from '../support/inspect.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

const rowCount = 1200;
const flipped = [10, 500, 1001];

/** Flights that are late where they left late; the second version corrects three delays, drops two rows and adds three. */
function csv(version: 1 | 2): string {
  const numbers = Array.from({ length: rowCount + 3 }, (_, i) => i).filter((i) => (version === 1 ? i < rowCount : i !== 7 && i !== 700));
  const lines = numbers.map((i) => {
    const wasLate = i % 3 === 0;
    const isLate = version === 2 && flipped.includes(i) ? !wasLate : wasLate;
    return [`F${i}`, ['UA', 'DL', 'B6'][i % 3 === 0 ? 0 : i % 2], (isLate ? 60 : 2) + (i % 11), 200 + ((i * 37) % 2300), wasLate ? 'late' : 'on time'].join(',');
  });
  return `flight,carrier,delay,${version === 1 ? 'distance' : 'miles'},arrival\n${lines.join('\n')}\n`;
}

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-diff-'));
  await writeFile(join(folder, 'flights.csv'), csv(1));
  await writeFile(join(folder, 'corrected.csv'), csv(2));
  launched = await launchApp();
  page = launched.window;
  await launched.app.evaluate(({ dialog }, corrected) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [corrected] });
  }, join(folder, 'corrected.csv'));
  await newProject(launched, join(folder, 'project'), 'Delays');
  await expect(page.getByRole('button', { name: 'Delays, project menu' })).toBeVisible();
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

test('a first version has nothing to be compared with', async () => {
  await dropFiles(page, [join(folder, 'flights.csv')]);
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'flights', level: 1 })).toBeVisible();
  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page.getByRole('grid', { name: 'Versions' })).toContainText('First version');
});

test('a model is trained on the first version', async () => {
  await page.getByRole('button', { name: 'Train on v1' }).click();
  await page.getByRole('button', { name: 'arrival', exact: true }).click();
  await page.getByRole('radio', { name: 'Logistic regression' }).click();
  // Only the delay: the other columns differ by name in the second version, or give the answer away.
  const features = page.getByRole('region', { name: 'Features' });
  await features.getByRole('button', { name: 'None' }).click();
  await features.getByTitle('delay', { exact: true }).click();
  await page.getByLabel('Name', { exact: true }).fill('by delay');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Register model' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('lateness');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'lateness', level: 1 })).toBeVisible();
});

test('a second version says in the list what it changed, and opens the comparison', async () => {
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.getByRole('link', { name: 'flights', exact: true }).click();
  await page.getByRole('button', { name: 'Add version' }).click();
  await page.getByRole('button', { name: 'Import as v2' }).click();
  await expect(page.getByText('1,201 rows \u00b7 5 columns')).toBeVisible();
  await page.getByRole('tab', { name: 'Versions' }).click();
  await expect(page.getByRole('grid', { name: 'Versions' })).toContainText('3 rows added');
  await inspectPage(page, 'versions');
  await page.getByRole('link', { name: '3 rows added, 2 rows removed, 3 rows changed in "delay", column "miles" renamed' }).click();
  await expect(page.getByText('3 rows added, 2 rows removed, 3 rows changed in "delay", column "miles" renamed.')).toBeVisible();
  await expect(page.getByText('Rows are matched by flight, which is unique and never missing in both.')).toBeVisible();
});

test('each changed cell shows the old and the new value', async () => {
  const grid = page.getByRole('grid', { name: 'Rows that differ' });
  await expect(grid.getByRole('row').filter({ hasText: 'F10' }).first()).toContainText(/12\u219270/);
  await expect(grid).toContainText('Removed');
  await inspectPage(page, 'version-diff');
  await page.getByRole('button', { name: '2 rows removed' }).click();
  await expect(grid.getByRole('row')).toHaveCount(3);
  await expect(grid).toContainText('F700');
  await page.getByRole('button', { name: 'delay: 3 cells changed' }).press('Enter');
  await expect(grid.getByRole('row')).toHaveCount(4);
  await page.getByText('Largest change first').click();
  await expect(grid.getByRole('row').nth(1)).toContainText('\u2192');
  await inspectPage(page, 'version-diff-column');
});

test('a key that does not tell rows apart is refused by name, and the way back is offered', async () => {
  await page.getByRole('button', { name: /Rows matched by/ }).click();
  await page.getByRole('option', { name: 'carrier', exact: true }).click();
  await expect(page.getByRole('alert')).toContainText('"carrier" cannot tell rows apart: flights v1 has');
  await inspectPage(page, 'version-diff-refused');
  await page.getByRole('button', { name: 'Let Assay choose the key' }).click();
  await expect(page.getByText('3 rows added, 2 rows removed')).toBeVisible();
});

test('the predictions of a model that flip are counted and listed', async () => {
  await page.getByRole('radio', { name: 'Effect on a model' }).click();
  await page.getByRole('button', { name: 'Predict on both' }).click();
  await expect(page.getByText(/^3 predictions of arrival flip: 0.25 % of the 1,198 rows that both versions have\. Among the \d+ rows that the model was tested on: \d\.$/)).toBeVisible({ timeout: 60_000 });
  const flips = page.getByRole('grid', { name: 'Predictions that change' });
  for (const number of flipped) await expect(flips).toContainText(`F${number}`);
  await inspectPage(page, 'version-diff-effect');
  await page.getByRole('button', { name: '3 rows added' }).click();
  await expect(page.getByRole('grid', { name: 'Rows that differ' })).toContainText('F1202');
  await page.getByRole('button', { name: 'All versions' }).click();
  await page.keyboard.press('c');
  await expect(page.getByRole('grid', { name: 'Rows that differ' })).toBeVisible();
});

test('a file that was moved is chosen, and the next version is made of it', async () => {
  await writeFile(join(folder, 'moved.csv'), `${csv(2)}F9999,UA,5,300,on time\n`);
  await launched.app.evaluate(({ dialog }, moved) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [moved] });
  }, join(folder, 'moved.csv'));
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Update from a file elsewhere' }).click();
  await expect(page.getByRole('tab', { name: 'Versions 3' })).toBeVisible();
});

test('the page never broke the content policy and logged no error', () => {
  expect(launched.pageErrors).toEqual([]);
});
