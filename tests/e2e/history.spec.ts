/**
 * The history in a real window: old and new values, setting a value and a page back, and a value that a colleague wrote
 * at the same time, who is a second store on a copy of the folder.
 */
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { createPage, addBlock } from '../../electron/app/pages.ts';
import { createProject, openProject, type Store } from '../../electron/store/store.ts';
import { textUpdateOf } from '../../electron/store/index/text.ts';
import type { BlockId, DatasetId, ObjectHash, PageId, RunId, VersionId } from '../../shared/domain/ids.ts';
import { engineReady } from '../support/assay.ts';
import { inspectPage } from '../support/inspect.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';
import { trainConfig } from '../support/train-config.ts';

let root: string;
let ben: Store;
let launched: LaunchedApp;
let page: Page;
let runId: RunId;
let pageId: PageId;

const anaDir = () => join(root, 'ana');
const benDir = () => join(root, 'ben');

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'assay-history-'));
  const options = { projectDir: benDir(), userDataDir: join(root, 'user-ben'), clock: () => Date.now(), random: (count: number) => randomBytes(count), person: 'Ben', appVersion: '0.0.0' };
  const made = await createProject({ ...options, name: 'Birds' });
  runId = aRun(made);
  pageId = aPage(made);
  await made.close();
  await cp(benDir(), anaDir(), { recursive: true });
  ben = await openProject(options);
  launched = await launchApp({ projectDir: anaDir() });
  page = launched.window;
  await page.setViewportSize({ width: 1280, height: 800 });
  await engineReady(page);
});

test.afterAll(async () => {
  await launched.close();
  await ben.close();
  await rm(root, { recursive: true, force: true });
});

test('a run that was renamed twice shows both values of each change, and goes back', async () => {
  await rail('Runs').click();
  await page.getByRole('grid').getByRole('link', { name: 'Baseline' }).click();
  for (const [from, to] of [['Baseline', 'First attempt'], ['First attempt', 'Wide network']] as const) {
    await page.getByRole('button', { name: `Name of the run: ${from}. Edit` }).click();
    await page.getByRole('textbox', { name: 'Name of the run' }).fill(to);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('button', { name: `Name of the run: ${to}. Edit` })).toBeVisible();
  }
  await rail('History').click();
  const grid = page.getByRole('grid', { name: 'History' });
  await expect(grid.getByRole('row', { name: /Renamed run R1 from “First attempt” to “Wide network”/ })).toBeVisible();
  await grid.focus();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  const change = inspector.getByRole('region', { name: 'name of run R1' });
  await expect(change.getByText('First attempt')).toBeVisible();
  await expect(change.getByText('Wide network')).toBeVisible();
  await expect(inspector.getByText(hostname())).toBeVisible();
  await inspectPage(page, 'history-value');
  await page.keyboard.press('ArrowDown');
  await expect(change.getByText('Baseline')).toBeVisible();
  await page.keyboard.press('r');
  const dialog = page.getByRole('dialog', { name: 'Set back the name of run R1' });
  await dialog.getByRole('textbox', { name: 'Why (optional)' }).fill('The first name says more');
  await inspectPage(page, 'history-restore');
  await page.keyboard.press('Enter');
  await expect(grid.getByRole('row', { name: /Set the name of run R1 back to “Baseline”.*The first name says more/ })).toBeVisible();
  await rail('Runs').click();
  await expect(page.getByRole('grid').getByRole('link', { name: 'Baseline' })).toBeVisible();
});

test('what training measured is shown, and says why it cannot be set back', async () => {
  await rail('History').click();
  await page.getByRole('row', { name: /Started run R1/ }).click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector.getByText('a run is not rewritten').first()).toBeVisible();
  await expect(inspector.getByRole('button', { name: /Restore/ })).toHaveCount(0);
  await inspectPage(page, 'history-run');
});

test('a page goes back to before a block was removed and a text was changed', async () => {
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Field notes' }).click();
  const blocks = page.getByRole('list', { name: 'Blocks' });
  await expect(blocks.getByRole('listitem').filter({ hasText: 'Counted on the south shore' })).toBeVisible();
  await page.getByText('Counted on the south shore').click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' Nothing of this is true.');
  await page.keyboard.press('Escape');
  await blocks.locator('[data-block]').nth(1).focus();
  await page.keyboard.press('Delete');
  await expect(blocks.getByText('Second survey')).toHaveCount(0);
  await rail('History').click();
  const before = page.getByRole('row', { name: /Added text to “Field notes”/ }).first();
  await expect(page.getByRole('row', { name: /Removed a block of “Field notes”/ })).toBeVisible();
  await page.getByRole('row', { name: /Edited “Field notes”/ }).first().click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await expect(inspector.locator('ins', { hasText: 'Nothing of this is true.' })).toBeVisible();
  await inspectPage(page, 'history-text');
  await before.click();
  await inspector.getByRole('button', { name: 'Look at the page as it was then' }).click();
  const dialog = page.getByRole('dialog', { name: /^As it was on/ });
  await expect(dialog.getByText('Second survey')).toBeVisible();
  await expect(dialog.getByText('Nothing of this is true.')).toHaveCount(0);
  await inspectPage(page, 'history-page-then');
  await dialog.getByRole('textbox', { name: 'Why' }).fill('Removed by mistake');
  await dialog.getByRole('button', { name: 'Restore the page' }).click();
  await expect(page.getByRole('row', { name: /Set page “Field notes” back to its state of .*Removed by mistake/ })).toBeVisible();
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Field notes' }).click();
  await expect(blocks.getByText('Second survey')).toBeVisible();
  await expect(blocks.getByText('Nothing of this is true.')).toHaveCount(0);
});

test('a note and a title that a colleague wrote at the same time are settled side by side', async () => {
  ben.commit('runs.note', [{ o: 'set', e: runId, f: { note: 'Good on gulls, bad on terns.\nTry more data.' } }]);
  ben.commit('pages.rename', [{ o: 'set', e: pageId, f: { title: 'Notes from the shore' } }]);
  await rail('Runs').click();
  await page.getByRole('grid').getByRole('link', { name: 'Baseline' }).click();
  await page.getByRole('button', { name: 'Note: none. Edit' }).click();
  await page.getByRole('textbox', { name: 'Note' }).fill('Good on gulls, unclear on terns.\nTry other features.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: 'Field notes' }).click();
  await page.getByRole('button', { name: 'Title of the page: Field notes. Edit' }).click();
  await page.getByRole('textbox', { name: 'Title of the page' }).fill('Notes of the field');
  await page.keyboard.press('Enter');
  await ben.flush();
  await cp(benDir(), anaDir(), { recursive: true, force: false });

  await expect(page.getByRole('button', { name: '2 versions of the title: look at them' })).toBeVisible();
  await inspectPage(page, 'conflict-page');
  await page.getByRole('button', { name: '2 versions of the title: look at them' }).click();
  const titles = page.getByRole('dialog', { name: /^2 versions of the title/ });
  await titles.getByRole('listitem', { name: /by Ben/ }).getByRole('button', { name: 'Keep this one' }).click();
  await expect(page.getByRole('heading', { name: 'Notes from the shore' }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /versions of the title/ })).toHaveCount(0);

  await rail('History').click();
  await page.getByRole('button', { name: '1 value with several versions' }).click();
  await expect(page.getByRole('row', { name: /run R1/ })).toBeVisible();
  await inspectPage(page, 'conflicts');
  await page.getByRole('row', { name: /run R1/ }).click();
  const notes = page.getByRole('dialog', { name: '2 versions of the note of run R1' });
  await expect(notes.getByRole('listitem')).toHaveCount(2);
  await inspectPage(page, 'conflict-note');
  await notes.getByRole('textbox', { name: 'Or write one made of them' }).fill('Good on gulls, unclear on terns.\nTry more data and other features.');
  await notes.getByRole('textbox', { name: 'Why (optional)' }).fill('Both are right');
  await inspectPage(page, 'conflict-merge');
  await notes.getByRole('button', { name: 'Save this note' }).click();
  await expect(page.getByText('Nothing was written twice')).toBeVisible();
  await rail('History').click();
  await expect(page.getByRole('row', { name: /Merged the note of run R1, of 2 versions.*Both are right/ })).toBeVisible();
  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.getByRole('row', { name: /Merged the note of run R1/ }).click();
  await inspectPage(page, 'history-wide');
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(launched.pageErrors).toEqual([]);
});

function rail(name: string): ReturnType<Page['getByRole']> {
  return page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name: new RegExp(`^${name}`) });
}

/** A run as one that was cancelled leaves it; its dataset is not needed to talk about it. */
function aRun(store: Store): RunId {
  const id = store.newId<RunId>();
  store.commit('runs.start', [{
    o: 'create', e: id, t: 'run',
    f: {
      label: 'R1', name: 'Baseline', status: 'cancelled', config: trainConfig({ task: 'regression', target: 'wing', features: ['weight'], versionId: store.newId<VersionId>() }) as never,
      datasetId: store.newId<DatasetId>(), datasetName: 'gulls', versionNumber: 1, dataHash: 'a'.repeat(64) as ObjectHash, environment: null, result: null, failure: null, note: '', colour: 0,
      startedAtMs: Date.now() - 60_000, endedAtMs: Date.now(), device: store.deviceId,
    },
  }]);
  return id;
}

function aPage(store: Store): PageId {
  const { id } = createPage({ store }, 'Field notes');
  const first = store.list('block')[0]!.id as BlockId;
  store.commit('pages.editBlock', [{ o: 'text', e: first, u: Buffer.from(textUpdateOf('Counted on the south shore, in the morning.')).toString('base64') }]);
  addBlock({ store }, id, first, { kind: 'markdown', text: '## Second survey\n\nThe same shore, with **41** gulls.' });
  return id;
}
