/** Knowing and guarding data: suggestions are confirmed, a policy blocks an export, a reason lets it pass and stays in the history. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { runAssay } from '../support/cli.ts';
import { inspectPage } from '../support/inspect.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-policies-'));
  const rows = Array.from({ length: 60 }, (_, i) => `${1000 + i},person${i}@example.com,${['low', 'high', 'middle'][i % 3]},${(i * 37) % 50}`);
  await writeFile(join(folder, 'people.csv'), `customer_id,mail,level,age\n${rows.join('\n')}\n`);
  await writeFile(join(folder, 'birds.csv'), `size,kind\n${rows.map((_, i) => `${i},k${i % 4}`).join('\n')}\n`);
  const assay = (...args: string[]) => runAssay(args, { ASSAY_USER_DATA: join(folder, 'user'), ASSAY_PERSON: 'Ana' }, folder);
  await assay('new', join(folder, 'project'), '--name', 'Survey');
  for (const name of ['people', 'birds']) await assay('import', join(folder, `${name}.csv`), '--project', join(folder, 'project'));
  launched = await launchApp({ projectDir: join(folder, 'project') });
  page = launched.window;
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

function rail(name: string): ReturnType<Page['getByRole']> {
  return page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name });
}

test('what is found in a dataset is suggested with its reason, and confirmed by a person', async () => {
  await rail('Datasets').click();
  await page.getByRole('grid').getByRole('link', { name: 'people', exact: true }).click();
  await page.getByRole('button', { name: /suggestions?$/ }).click();
  await expect(page.getByText('100 % of the values of “mail” have the form of e-mail addresses').first()).toBeVisible();
  await expect(page.getByText('Its name says so, and it is another one in every row.')).toBeVisible();
  await inspectPage(page, 'dataset-quality');
  await page.getByRole('button', { name: 'Confirm sensitivity: personal' }).click();
  await expect(page.getByRole('button', { name: 'Remove the tag sensitivity: personal' })).toBeVisible();
  await page.getByRole('button', { name: 'Confirm that customer_id has the role id' }).click();
  await expect(page.getByRole('button', { name: 'Confirm that customer_id has the role id' })).toHaveCount(0);
});

test('a column is given its unit, its role and the order of its categories', async () => {
  await page.getByRole('tab', { name: /^Columns/ }).click();
  const grid = page.getByRole('grid', { name: 'Columns' });
  await expect(grid.getByRole('row', { name: /customer_id/ })).toContainText('Id');
  await grid.getByText('age', { exact: true }).click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await inspector.getByRole('button', { name: /^Unit/ }).click();
  await page.keyboard.type('years');
  await page.keyboard.press('Enter');
  await inspector.getByRole('button', { name: /Role of age/ }).click();
  await page.getByRole('option', { name: /^Target/ }).click();
  await expect(grid.getByRole('row', { name: /age/ })).toContainText('Target');
  await expect(grid.getByRole('row', { name: /age/ })).toContainText('years');
  await grid.getByText('level', { exact: true }).click();
  await inspector.getByRole('button', { name: 'Put the categories in order' }).click();
  await inspector.getByRole('button', { name: 'Move high up the order' }).click();
  await expect(inspector.getByRole('listitem').first()).toContainText('low');
  await inspectPage(page, 'column-meaning');
});

test('a search finds datasets by their tags, is saved, and those found are tagged at once', async () => {
  await rail('Datasets').click();
  const filter = page.getByRole('textbox', { name: 'Filter datasets' }).or(page.getByRole('searchbox', { name: 'Filter datasets' }));
  await filter.fill('-sensitivity:personal');
  await expect(page.getByText('1 of 2 datasets')).toBeVisible();
  await filter.fill('rows>=60');
  await page.getByRole('button', { name: 'Searches' }).click();
  await page.getByRole('menuitem', { name: 'Save this search' }).click();
  await page.getByLabel('Name of the search').fill('Large ones');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Large ones' })).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select all' }).check({ force: true });
  const group = page.getByRole('group', { name: 'Selected datasets' });
  await inspectPage(page, 'datasets-selected');
  await group.getByRole('button', { name: 'Tag', exact: true }).click();
  await page.keyboard.type('pilot');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(page.getByText('Tagged 2 datasets: pilot')).toBeVisible();
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByRole('grid').getByText('pilot')).toHaveCount(0);
  await group.getByRole('button', { name: 'Clear' }).click();
  await filter.fill('');
});

test('a policy reads as a sentence, says what it would block today, and is made', async () => {
  await rail('Policies').click();
  await expect(page.getByText('No policy holds in this project.')).toBeVisible();
  await inspectPage(page, 'policies-empty');
  await page.getByRole('button', { name: 'Look at the proposal Personal data stay here' }).click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector).toContainText('Datasets tagged sensitivity: personal must not be exported.');
  await expect(inspector).toContainText('Today this would block: 1 dataset (people).');
  await inspectPage(page, 'policy-editor');
  await inspector.getByRole('button', { name: 'Make the policy' }).click();
  await expect(page.getByRole('grid', { name: 'Policies' })).toContainText('Personal data stay here');
  await inspector.getByRole('radio', { name: 'Warns' }).click();
  await inspector.getByRole('button', { name: 'Keep' }).click();
  await expect(page.getByRole('grid', { name: 'Policies' })).toContainText('should not be exported');
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).last().click();
  await expect(page.getByRole('grid', { name: 'Policies' })).toContainText('must not be exported');
});

test('an export is blocked until there is a reason, and the reason is found in the history', async () => {
  const target = join(folder, 'survey.eln');
  await launched.app.evaluate(({ dialog }, chosen) => { dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen }); }, target);
  const ask = page.getByRole('dialog');
  await page.keyboard.press('Control+Shift+E');
  await expect(ask).toContainText('Personal data must not leave this project.');
  await inspectPage(page, 'policy-question', '[role=dialog]');
  await ask.getByRole('button', { name: 'Let it be' }).click();
  await expect(ask).toHaveCount(0);
  expect(existsSync(target)).toBe(false);

  await page.keyboard.press('Control+Shift+E');
  await expect(ask.getByRole('button', { name: 'Go on all the same' })).toBeDisabled();
  await ask.getByLabel('Reason to go on').fill('Agreed with the office');
  await ask.getByRole('button', { name: 'Go on all the same' }).click();
  await expect(page.getByText('Export survey.eln: done').first()).toBeAttached();
  expect(existsSync(target)).toBe(true);
  await rail('History').click();
  await expect(page.getByText('Went against policy “Personal data stay here” to export dataset “people”')).toBeVisible();
  await expect(page.getByText('Agreed with the office').first()).toBeVisible();
  expect(launched.pageErrors).toEqual([]);
});

test('a dataset goes out as a file once there is a reason, and its lineage says where to', async () => {
  const target = join(folder, 'answers.csv');
  await launched.app.evaluate(({ dialog }, chosen) => { dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen }); }, target);
  await rail('Datasets').click();
  await page.getByRole('grid').getByRole('link', { name: 'people', exact: true }).click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Export v1 to a file' }).click();
  const ask = page.getByRole('dialog', { name: 'Export people v1' });
  await ask.getByRole('button', { name: /Between values/ }).click();
  await page.getByRole('option', { name: /Semicolon/ }).click();
  await ask.getByText('Describe the data in a second file').click();
  await inspectPage(page, 'dataset-export', '[role=dialog]');
  await ask.getByRole('button', { name: 'Choose a file' }).click();
  const question = page.getByRole('dialog', { name: 'A policy does not allow this' });
  await question.getByLabel('Reason to go on').fill('Asked for by the person');
  await question.getByRole('button', { name: 'Go on all the same' }).click();
  await expect(page.getByText('60 rows written to answers.csv, described in answers.csv.croissant.json.').first()).toBeVisible();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(await readFile(target, 'utf8')).toMatch(/^customer_id;mail;level;age\n1000;person0@example\.com;low;0\n/);
  expect(JSON.parse(await readFile(`${target}.croissant.json`, 'utf8'))).toMatchObject({ name: 'people', keywords: ['sensitivity: personal'] });

  await page.getByRole('tab', { name: 'Lineage' }).click();
  const row = page.getByRole('table', { name: /^Lineage of people/ }).getByRole('row', { name: /v1/ });
  await expect(row).toContainText('people.csv');
  await expect(row).toContainText(/answers\.csv\s*CSV, .* by \S/);
  await inspectPage(page, 'dataset-lineage');
});

test('the notes of a dataset are saved as they are typed', async () => {
  await page.getByRole('tab', { name: 'Notes' }).click();
  await page.getByRole('button', { name: 'Write', exact: true }).click();
  await page.keyboard.type('## Consent\nAsked by post, **all** answered.');
  await expect(page.getByText(/^Saved /)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'Consent' })).toBeVisible();
  await inspectPage(page, 'dataset-notes');
  await rail('History').click();
  await expect(page.getByText(/^Wrote in the notes of dataset “people”/).first()).toBeVisible();
  expect(launched.pageErrors).toEqual([]);
});
