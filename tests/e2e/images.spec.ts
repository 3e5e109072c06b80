/** A folder of images in the window: labels, thumbnails, a larger view, a table of pixels, and a network trained on it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { dropOne, newProject } from '../support/assay.ts';
import { digitFolder } from '../support/image-files.ts';
import { inspectPage } from '../support/inspect.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-images-'));
  await digitFolder(join(folder, 'digits'), 200);
  await writeFile(join(folder, 'digits', '7', 'torn.png'), 'no image');
  await writeFile(join(folder, 'survey.csv'), `person,mood,size\n${Array.from({ length: 60 }, (_, row) => `${1000 + row},${['agree', 'neutral', 'disagree'][row % 3]},${['small', 'large', 'odd'][row % 3]}`).join('\n')}\n`);
  launched = await launchApp();
  page = launched.window;
  await newProject(launched, join(folder, 'project'), 'Digits');
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

test('a folder of images is labelled by its folders, and what is broken is left out and said', async () => {
  await dropOne(page, join(folder, 'digits'));
  await expect(page.getByRole('button', { name: /Type of image/ })).toContainText('Image');
  await expect(page.getByRole('button', { name: /Type of file/ })).toContainText('Id');
  await expect(page.getByRole('button', { name: /Labels/ })).toContainText('Folders');
  await inspectPage(page, 'images-import');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'digits', exact: true })).toBeVisible({ timeout: 60_000 });
  await page.getByRole('tab', { name: /Versions/ }).click();
  await expect(page.getByText('1 broken image left out')).toBeVisible();
});

test('images are seen small in the rows, large beside them, and counted in the profile', async () => {
  await page.getByRole('tab', { name: /Rows/ }).click();
  const rows = page.getByRole('grid', { name: 'Rows of version 1' });
  await expect(rows.getByRole('img', { name: 'image, row 1', exact: true })).toBeVisible();
  await rows.getByRole('columnheader', { name: 'label' }).getByRole('button').click();
  await rows.getByRole('columnheader', { name: 'label' }).getByRole('button').click();
  await expect(rows.getByRole('gridcell', { name: '9', exact: true }).first()).toBeVisible();
  await rows.getByRole('button', { name: /^Open image/ }).first().click();
  const inspector = page.getByRole('complementary').last();
  await expect(inspector.getByText('28 × 28 pixels')).toBeVisible();
  await expect(inspector.getByRole('img', { name: /^Image in column image of row/ })).toBeVisible();
  await inspectPage(page, 'images-rows');
  await page.getByRole('tab', { name: /Columns/ }).click();
  await page.getByRole('row', { name: /image/ }).last().click();
  await expect(page.getByText('200 PNG')).toBeVisible();
  await inspectPage(page, 'images-profile');
});

test('a table of pixels is made of them, remembers where it came from, and a network learns from it', async () => {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Make a table of pixels' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a table of pixels' });
  await dialog.getByLabel('Width').fill('80');
  await dialog.getByLabel('Height').fill('80');
  await expect(dialog.getByText('6,400 columns are too many')).toBeVisible();
  await dialog.getByLabel('Width').fill('14');
  await dialog.getByLabel('Height').fill('14');
  await inspectPage(page, 'images-pixels', '[role=dialog]');
  await dialog.getByRole('button', { name: 'Make the table' }).click();
  await page.getByRole('button', { name: 'Open' }).click({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'digits pixels', exact: true })).toBeVisible();
  await page.getByRole('tab', { name: /Lineage/ }).click();
  await expect(page.getByText('14 × 14 grey pixels of the column image')).toBeVisible();
  await page.getByRole('button', { name: 'Train on v1' }).click();
  await page.getByRole('radio', { name: 'Convolutional network', exact: true }).click();
  await expect(page.getByLabel('Height', { exact: true })).toHaveValue('14');
  await page.getByLabel('Most epochs', { exact: true }).fill('8');
  await page.getByLabel('Name', { exact: true }).fill('digits of images');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Done', { exact: true })).toBeVisible({ timeout: 30_000 });
  const metrics = await page.getByRole('region', { name: 'Metrics' }).getByRole('row', { name: /^Test/ }).getByRole('cell').allTextContents();
  expect(Number(metrics[1])).toBeGreaterThan(0.2);
});

test('a well-known scale is an ordered category: it sorts by its levels, and another type can be chosen', async () => {
  await dropOne(page, join(folder, 'survey.csv'));
  await expect(page.getByRole('button', { name: /Type of mood/ })).toContainText('Ordered category');
  await expect(page.getByText('They are degrees of agreement: disagree < neutral < agree.')).toBeVisible();
  await page.getByRole('button', { name: /Type of person/ }).click();
  await page.getByRole('option', { name: 'Id', exact: true }).click();
  await page.getByRole('button', { name: /Type of size/ }).click();
  await page.getByRole('option', { name: 'Ordered category' }).click();
  await inspectPage(page, 'import-ordered');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'survey', exact: true })).toBeVisible();
  await expect(page.getByRole('cell', { name: 'Ordered category' }).or(page.getByRole('gridcell', { name: 'Ordered category' }))).toHaveCount(2);
  await page.getByText('person', { exact: true }).first().click();
  await expect(page.getByText('unique: another one in every row')).toBeVisible();
  await page.getByRole('tab', { name: /Rows/ }).click();
  const rows = page.getByRole('grid', { name: 'Rows of version 1' });
  await rows.getByRole('columnheader', { name: 'mood' }).getByRole('button').click();
  await expect(rows.getByRole('row').nth(1)).toContainText('disagree');
});
