/** Files that say little of themselves: what the reader found is corrected in the window, and the preview follows. */
import { Float64, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import Database from 'better-sqlite3';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { dropOne, newProject } from '../support/assay.ts';
import { inspectPage } from '../support/inspect.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';
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
  for (const name of ['parts', 'mixed']) await mkdir(join(folder, name));
  for (const part of [1, 2, 10]) await writeFile(join(folder, 'parts', `part-${part}.csv`), part === 2 ? 'day,carrier\n2024-01-02,UA\n' : `day,carrier,delay\n2024-01-${String(part).padStart(2, '0')},DL,${part}.5\n`);
  for (const year of [2023, 2024]) await writeFile(join(folder, 'mixed', `sales-${year}.csv`), `shop,amount\n${'north,12\nsouth,7\n'.repeat(40)}`);
  await writeFile(join(folder, 'mixed', 'sites.jsonl'), '{"site":"north","height":12.5}\n{"site":"south","height":3}\n');
  await writeFile(join(folder, 'mixed', 'ragged.csv'), 'a,b,c\n1,2,3\n4,5\n');
  await writeFile(join(folder, 'mixed', 'notes.md'), '# Notes\n');
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
  await dropOne(page, join(folder, 'scale.csv'));
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
  await expect(page.getByRole('heading', { name: 'scale', exact: true })).toBeVisible();
});

test('a sheet of a workbook is chosen, and its dates are dates', async () => {
  await dropOne(page, join(folder, 'book.xlsx'));
  await page.getByRole('button', { name: /Sheet/ }).click();
  await page.getByRole('option', { name: 'Values' }).click();
  await expect(page.getByRole('button', { name: /Type of when/ })).toContainText('Date');
  await expect(preview().getByText('2024-01-01')).toBeVisible();
  await inspectPage(page, 'import-sheet');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'book', exact: true })).toBeVisible();
});

test('a table of an SQLite database and an Arrow file are read in the app too', async () => {
  await dropOne(page, join(folder, 'lab.db'));
  await expect(page.getByRole('button', { name: /Type of started/ })).toContainText('Date');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'lab', exact: true })).toBeVisible();
  await dropOne(page, join(folder, 'points.arrow'));
  await expect(preview().getByRole('cell', { name: '0.5' })).toBeVisible();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'points', exact: true })).toBeVisible();
});

test('a dropped folder of parts is one dataset, and says what some of its files lack', async () => {
  await dropOne(page, join(folder, 'parts'));
  await expect(page.getByText('1 of 3 files has no column "delay"; its values are missing there.')).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Include source_file' })).not.toBeChecked();
  await page.getByRole('checkbox', { name: 'Include source_file' }).check({ force: true });
  await inspectPage(page, 'import-folder');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'parts', exact: true })).toBeVisible();
  await page.getByRole('tab', { name: /Rows/ }).click();
  await expect(page.getByText('part-10.csv')).toBeVisible();
});

test('a folder of several tables is offered as several datasets, and one that fails does not keep the others back', async () => {
  await dropOne(page, join(folder, 'mixed'));
  const tables = page.getByRole('grid', { name: 'Tables found' }).or(page.getByRole('table', { name: 'Tables found' }));
  await expect(tables.getByText('2 files: sales-2023.csv, sales-2024.csv')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Left out' }).getByText('It does not end like a table.')).toBeVisible();
  await inspectPage(page, 'import-many');
  await page.getByRole('button', { name: 'Look at sites' }).click();
  await page.getByLabel('Name of the dataset').fill('Sites');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(tables.getByRole('link', { name: 'Imported' })).toHaveCount(1);
  await page.getByRole('button', { name: 'Import 2 datasets' }).click();
  await expect(tables.getByRole('link', { name: 'Imported' })).toHaveCount(2);
  await expect(page.getByRole('region', { name: 'Not imported' }).getByText('line 3: expected 3 values, found 2')).toBeVisible();
  await inspectPage(page, 'import-many-done');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('link', { name: 'Sites' })).toBeVisible();
});

test('a table is pasted from a spreadsheet where no field has the focus, and a Markdown table in the dialog', async () => {
  await launched.app.evaluate(({ clipboard }) => clipboard.writeText('plot\tyield\nA\t1.5\nB\t2.25\n'));
  await page.keyboard.press('Control+V');
  await expect(page.getByRole('heading', { name: 'Import Pasted table' })).toBeVisible();
  await expect(page.getByRole('button', { name: /Type of yield/ })).toContainText('Number');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Paste a table' }).click();
  await launched.app.evaluate(({ clipboard }) => clipboard.writeText('| plot | yield |\n|------|------:|\n| A | 3 |\n'));
  await inspectPage(page, 'import-paste');
  await page.getByLabel('Table', { exact: true }).press('Control+V');
  await expect(preview().getByRole('cell', { name: '3', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Pasted table', exact: true })).toBeVisible();
});
