/** Files that say little of themselves: what the reader found is corrected in the window, and the preview follows. */
import { Float64, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import Database from 'better-sqlite3';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { newProject } from '../support/assay.ts';
import { inspectPage } from '../support/inspect.ts';
import { dropFiles, launchApp, type LaunchedApp } from '../support/launch.ts';
import { styled, workbookOf } from '../support/workbook-file.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-import-'));
  await writeFile(join(folder, 'scale.csv'), `# balance 3\nday;mass;note\n${Array.from({ length: 30 }, (_, row) => `${1 + (row % 12)}.03.2024;1.${String(100 + row)},5;x${row % 3}`).join('\n')}\n`);
  await writeFile(join(folder, 'book.xlsx'), workbookOf([
    { name: 'Notes', rows: [['text'], ['one'], ['two']] },
    { name: 'Values', rows: [['when', 'mass'], [styled('A2', 45_292, 1), 1.5], [styled('A3', 45_293, 1), 2.5]] },
  ]));
  const lab = new Database(join(folder, 'lab.db'));
  lab.exec(`CREATE TABLE runs (id INTEGER, started TEXT); INSERT INTO runs VALUES (1, '2024-02-29'), (2, '2024-03-01'); CREATE TABLE sites (name TEXT)`);
  lab.close();
  await writeFile(join(folder, 'points.arrow'), tableToIPC(new Table({ x: vectorFromArray([0.5, 1.5], new Float64()) }), 'file'));
  launched = await launchApp();
  page = launched.window;
  await newProject(launched, join(folder, 'project'), 'Balance');
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

const preview = () => page.getByRole('region', { name: 'First rows' });

test('the reader says how it understands a file, and a correction is shown at once', async () => {
  await dropFiles(page, [join(folder, 'scale.csv')]);
  await expect(page.getByText('Numbers such as "1.100,5" have a comma before their fraction.')).toBeVisible();
  await expect(page.getByRole('button', { name: /Type of mass/ })).toContainText('Number');
  await inspectPage(page, 'import-dialect');
  await page.getByRole('button', { name: /Names of the columns/ }).click();
  await page.getByRole('option', { name: 'Not in the file' }).click();
  await expect(preview().getByText('column_1')).toBeVisible();
  await expect(preview().getByRole('cell', { name: 'mass', exact: true })).toBeVisible();
  await page.getByRole('button', { name: /Names of the columns/ }).click();
  await page.getByRole('option', { name: 'In the first row' }).click();
  await expect(page.getByRole('button', { name: /Type of mass/ })).toContainText('Number');
});

test('settings that contradict each other are refused with the reason, and can be corrected', async () => {
  await page.getByLabel('Comments begin with').fill(';');
  await page.getByLabel('Comments begin with').press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'must differ from the delimiter' })).toBeVisible();
  await page.getByLabel('Comments begin with').fill('#');
  await page.getByLabel('Comments begin with').press('Enter');
  await expect(page.getByRole('alert').filter({ hasText: 'must differ' })).toBeHidden();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'scale' })).toBeVisible();
});

test('a sheet of a workbook is chosen, and its dates are dates', async () => {
  await dropFiles(page, [join(folder, 'book.xlsx')]);
  await page.getByRole('button', { name: /Sheet/ }).click();
  await page.getByRole('option', { name: 'Values' }).click();
  await expect(page.getByRole('button', { name: /Type of when/ })).toContainText('Date');
  await expect(preview().getByText('2024-01-01')).toBeVisible();
  await inspectPage(page, 'import-sheet');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'book' })).toBeVisible();
});

test('a table of an SQLite database and an Arrow file are read in the app too', async () => {
  await dropFiles(page, [join(folder, 'lab.db')]);
  await expect(page.getByRole('button', { name: /Type of started/ })).toContainText('Date');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'lab' })).toBeVisible();
  await dropFiles(page, [join(folder, 'points.arrow')]);
  await expect(preview().getByRole('cell', { name: '0.5' })).toBeVisible();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'points' })).toBeVisible();
});
