/**
 * Two people and a lost laptop in a real window: Ana sees Ben's computer, compares the eight words and confirms it, makes a
 * recovery sheet, and revokes. The command line is Ben, on a copy of the folder.
 */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { runAssay } from '../support/cli.ts';
import { inspectPage } from '../support/inspect.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;
const passphrase = 'correct horse battery';

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-people-'));
  await run('Ana', 'new', join(folder, 'Ana'), '--name', 'Penguins');
  await sync('Ana', 'Ben');
  await run('Ben', 'people', 'name', 'Ben', '--project', join(folder, 'Ben'));
  await run('Ben', 'people', 'name', 'Lab bench', '--computer', '--project', join(folder, 'Ben'));
  await sync('Ben', 'Ana');
  launched = await launchApp({ projectDir: join(folder, 'Ana'), userDataDir: join(folder, 'user-Ana'), env: { ASSAY_PERSON: 'Ana' } });
  page = launched.window;
  await page.getByRole('button', { name: 'Penguins, project menu' }).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

async function run(person: string, ...args: string[]): Promise<string> {
  const ran = await runAssay(args, { ASSAY_USER_DATA: join(folder, `user-${person}`), ...(person === 'Ana' ? { ASSAY_PERSON: 'Ana' } : {}) });
  expect(ran.stderr).toBe('');
  return ran.stdout;
}

/** What a file sync does: files that are not there yet. */
async function sync(from: string, to: string): Promise<void> {
  await cp(join(folder, from), join(folder, to), { recursive: true, force: false });
}

test('a colleague who has written is there, and nobody has confirmed the computer', async () => {
  await page.getByRole('navigation').getByRole('link', { name: 'People' }).click();
  const grid = page.getByRole('grid', { name: 'Computers' });
  await expect(grid.getByRole('row', { name: /Ben.*Lab bench.*Not confirmed/ })).toBeVisible();
  await expect(page.getByRole('list', { name: 'The eight words of this computer' }).getByRole('listitem')).toHaveCount(8);
  await expect(page.getByText('Nobody has confirmed Ben’s Lab bench yet')).toBeVisible();
  await inspectPage(page, 'people');
});

test('is confirmed after both have read the same eight words', async () => {
  const people = JSON.parse(await run('Ben', 'people', '--json', '--project', join(folder, 'Ben'))) as { devices: { words: string[] }[] };
  await page.getByRole('button', { name: 'Confirm Ben' }).click();
  const dialog = page.getByRole('dialog', { name: 'Confirm Ben' });
  await expect(dialog.getByText('Did you read them to each other?')).toBeVisible();
  const words = await dialog.getByRole('listitem').allInnerTexts();
  expect(words.map((word) => word.replace(/[^a-z]/g, ''))).toEqual(people.devices[0]!.words);
  await inspectPage(page, 'people-confirm');
  await dialog.getByRole('button', { name: 'Yes, all eight words are the same' }).click();
  await expect(page.getByRole('grid', { name: 'Computers' }).getByRole('row', { name: /Ben.*Confirmed by you/ })).toBeVisible();
});

test('is on the keyboard’s path, with the details at the side', async () => {
  await page.getByRole('grid', { name: 'Computers' }).getByRole('row', { name: /Ben/ }).click();
  await expect(page.getByRole('complementary', { name: 'Inspector' }).getByText('You compared the eight words')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await expect(page.getByText('Confirmed the computer “Lab bench” of Ben')).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await expect(page.getByRole('heading', { name: 'People', level: 1 })).toBeVisible();
});

test('who renames themselves is called so everywhere', async () => {
  await page.getByRole('button', { name: /^Name of this computer/ }).click();
  await page.getByRole('textbox', { name: 'Name of this computer' }).fill('Field laptop');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('grid', { name: 'Computers' }).getByRole('row', { name: /Ana.*Field laptop.*This computer/ })).toBeVisible();
});

test('a recovery sheet asks for a good passphrase, and is shown, saved as PDF and gone', async () => {
  await page.getByRole('button', { name: 'Make a recovery sheet' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make a recovery sheet' });
  await dialog.getByLabel('Passphrase').fill('short');
  await dialog.getByRole('button', { name: 'Make the sheet' }).click();
  await expect(dialog.getByText('At least 10 characters; four words are easy to remember.')).toBeVisible();
  await dialog.getByLabel('Passphrase').fill(passphrase);
  await dialog.getByLabel('The same again').fill(passphrase);
  await inspectPage(page, 'people-passphrase');
  await dialog.getByRole('button', { name: 'Make the sheet' }).click();
  const code = page.getByRole('list', { name: 'Code' });
  await expect(code.getByRole('listitem')).toHaveCount(7);
  await inspectPage(page, 'people-sheet');
  await page.emulateMedia({ media: 'print' });
  await page.screenshot({ path: 'artifacts/screens/people-sheet-print.png' });
  await page.emulateMedia({ media: null });
  await writeFile(join(folder, 'code.txt'), (await code.getByRole('listitem').allInnerTexts()).join('\n'));
  const pdf = join(folder, 'sheet.pdf');
  await launched.app.evaluate(({ dialog: system }, chosen) => {
    system.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
  }, pdf);
  await page.getByRole('button', { name: 'Save as PDF' }).click();
  await expect(page.getByText('The sheet is saved.')).toBeVisible();
  const content = await readFile(pdf);
  expect(content.subarray(0, 5).toString()).toBe('%PDF-');
  expect(content.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
  await cp(pdf, 'artifacts/screens/people-sheet.pdf');
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(code).toHaveCount(0);
});

test('a code with a typo names its line', async () => {
  await page.getByRole('button', { name: 'Recover a computer' }).click();
  const dialog = page.getByRole('dialog', { name: 'Recover a computer' });
  const lines = (await readFile(join(folder, 'code.txt'), 'utf8')).split('\n');
  lines[2] = `${lines[2]!.startsWith('7') ? '8' : '7'}${lines[2]!.slice(1)}`;
  await dialog.getByLabel('Code').fill(lines.join('\n'));
  await dialog.getByLabel('Passphrase').fill(passphrase);
  await dialog.getByRole('button', { name: 'Go on as this person' }).click();
  await expect(dialog.getByText(/^Line 3 of the code is not right/)).toBeVisible();
  await inspectPage(page, 'people-recover');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
});

test('the sheet lets another computer go on as the same person', async () => {
  await launched.close();
  await sync('Ana', 'Next');
  await writeFile(join(folder, 'pass.txt'), passphrase);
  expect(await run('Next', 'people', 'recover', join(folder, 'code.txt'), '--passphrase-file', join(folder, 'pass.txt'), '--project', join(folder, 'Next'))).toContain('goes on for Ana');
  await sync('Next', 'Ben');
  await sync('Next', 'Ana');
  launched = await launchApp({ projectDir: join(folder, 'Ana'), userDataDir: join(folder, 'user-Ana'), env: { ASSAY_PERSON: 'Ana' } });
  page = launched.window;
  await page.getByRole('button', { name: 'Penguins, project menu' }).waitFor();
});

test('a lost computer is revoked, and what it signs later is marked', async () => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.getByRole('navigation').getByRole('link', { name: 'People' }).click();
  await page.getByRole('grid', { name: 'Computers' }).getByRole('row', { name: /Ben/ }).click();
  await page.getByRole('button', { name: 'Revoke' }).click();
  const dialog = page.getByRole('dialog', { name: 'Revoke Ben’s Lab bench' });
  await dialog.getByLabel('Reason').fill('Lost on the train');
  await inspectPage(page, 'people-revoke');
  await dialog.getByRole('button', { name: 'Revoke this computer' }).click();
  await expect(page.getByRole('grid', { name: 'Computers' }).getByRole('row', { name: /Ben.*Revoked/ })).toBeVisible();
  await run('Ben', 'people', 'name', 'Thief', '--computer', '--project', join(folder, 'Ben'));
  await sync('Ben', 'Ana');
  await expect(page.getByText(/came after that and is marked in the history/)).toBeVisible({ timeout: 30_000 });
  await inspectPage(page, 'people-revoked');
  expect(launched.pageErrors).toEqual([]);
});
