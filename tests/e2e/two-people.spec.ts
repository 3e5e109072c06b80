/**
 * Two real windows with two user-data folders work on two copies of a project that a bad file sync carries: both type on
 * one page at once, put the same tag on the same run, and rename it without knowing of each other. Nothing is lost, both
 * end with the same state, and what contradicts itself is shown and settled.
 */
import { cpSync } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import type { BlockId, PageId, RunId } from '../../shared/domain/ids.ts';
import { startFolderSync, type FolderSync } from '../support/folder-sync.ts';
import { runAssay } from '../support/cli.ts';
import { inspectPage } from '../support/inspect.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';
import { penguinsPath } from '../support/penguins.ts';
import { call, engineReady } from '../support/assay.ts';
import { filesBelow } from '../support/stores.ts';

const seed = process.env['ASSAY_SEED'] ?? 'two people';
const people = ['Ana', 'Ben'] as const;
const sizes = [[1280, 800], [1920, 1080]] as const;
const opened: Record<string, LaunchedApp> = {};
let root: string;
let sync: FolderSync;
let ana: Page;
let ben: Page;

test.describe.configure({ mode: 'serial' });

const projectOf = (person: string): string => join(root, person, 'birds');

test.beforeAll(async () => {
  test.setTimeout(180_000);
  root = await mkdtemp(join(tmpdir(), 'assay-two-'));
  const assay = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await runAssay([...args, '--project', projectOf('Ana')], { ASSAY_USER_DATA: join(root, 'Ana', 'user'), ASSAY_PERSON: 'Ana' }, root);
    expect([args[0], code, stderr]).toEqual([args[0], 0, expect.any(String)]);
  };
  await runAssay(['new', projectOf('Ana'), '--name', 'Birds'], { ASSAY_USER_DATA: join(root, 'Ana', 'user'), ASSAY_PERSON: 'Ana' }, root);
  await assay('import', penguinsPath);
  await assay('train', 'penguins', '--target', 'species', '--epochs', '2');
  await writeFile(join(root, 'notes.md'), 'Ben writes here: \n\nAna writes here: ');
  await assay('page', 'Field notes', '--from', join(root, 'notes.md'));
  cpSync(projectOf('Ana'), projectOf('Ben'), { recursive: true });
  for (const person of people) {
    opened[person] = await launchApp({ projectDir: projectOf(person), userDataDir: join(root, person, 'user'), env: { ASSAY_PERSON: person } });
    await engineReady(opened[person].window);
  }
  [ana, ben] = [opened['Ana']!.window, opened['Ben']!.window];
  sync = startFolderSync(projectOf('Ana'), projectOf('Ben'), { seed });
});
test.afterAll(async () => {
  await sync?.stop();
  for (const app of Object.values(opened)) await app.close();
  await rm(root, { recursive: true, force: true });
});

async function value<T>(answer: Promise<{ ok: true; value: T } | { ok: false; error: { what: string } }>): Promise<T> {
  const result = await answer;
  if (!result.ok) throw new Error(result.error.what);
  return result.value;
}

const textOf = (page: Page, id: PageId): Promise<string> =>
  value(call(page, 'pages.get', { id })).then(({ blocks }) => blocks.map(({ content }) => (content.kind === 'markdown' ? content.text : '')).join('\n'));

async function stateOf(page: Page): Promise<string> {
  return (await value(call(page, 'project.diagnose', {}))).stateHash;
}

/** Both have everything that either has: the folders are equal, and so are the states. */
async function settled(): Promise<void> {
  await expect.poll(async () => {
    const [a, b] = await Promise.all([ana, ben].map(async (page) => ({ state: await stateOf(page), status: await value(call(page, 'sync.status', {})) })));
    return a!.state === b!.state && a!.status.unpublishedCount === 0 && b!.status.unpublishedCount === 0 && a!.status.awaited.length + b!.status.awaited.length === 0;
  }, { timeout: 60_000, intervals: [500], message: `seed ${seed}` }).toBe(true);
}

const sentences = (person: string): string[] => Array.from({ length: 6 }, (_, i) => `${person} counted ${i + 3} nests at the ${['cove', 'cliff', 'beach', 'ridge'][i % 4]}.`);

test('both type in the same text at once, below and above each other, and every sentence is there', async () => {
  test.setTimeout(180_000);
  const [page] = await value(call(ana, 'pages.list', {}));
  const id = page!.id;
  const first = await value(call(ana, 'pages.get', { id }));
  const block = first.blocks[0]!.id as BlockId;
  for (const window of [ana, ben]) {
    await window.evaluate((hash) => { location.hash = hash; }, `#/pages/${id}`);
    await expect(window.getByRole('textbox', { name: /Block 1/ }).or(window.locator(`[data-block="${block}"]`))).toBeVisible();
  }
  const open = async (window: Page): Promise<void> => {
    await window.locator(`[data-block="${block}"]`).focus();
    await window.keyboard.press('Enter');
    await expect(window.locator(`[data-block="${block}"] [data-editor]`)).toBeVisible();
  };
  await open(ana);
  await open(ben);
  await ben.keyboard.press('Control+Home');
  await ben.keyboard.press('End');

  const [byAna, byBen] = [sentences('Ana'), sentences('Ben')];
  const type = async (window: Page, lines: readonly string[]): Promise<void> => {
    for (const line of lines) {
      await window.keyboard.type(`${line} `, { delay: 15 });
      await window.waitForTimeout(900);
    }
  };
  await Promise.all([
    type(ana, byAna), type(ben, byBen),
    // Meanwhile the page changes around the text: a block comes above it, and goes below it.
    (async () => {
      await ben.waitForTimeout(2000);
      const added = await value(call(ben, 'pages.addBlock', { pageId: id, after: null, content: { kind: 'markdown', text: 'Weather: fog.' } }));
      await expect.poll(() => textOf(ana, id), { timeout: 60_000 }).toContain('Weather: fog.');
      await value(call(ben, 'pages.moveBlock', { id: added.id, pageId: id, after: block }));
    })(),
  ]);
  // Nobody clicked again: what is typed now still goes where each was writing.
  await ana.keyboard.type('Ana is done.');
  await ben.keyboard.type('Ben is done.');
  await settled();
  const text = await textOf(ana, id);
  expect(await textOf(ben, id)).toBe(text);
  for (const sentence of [...byAna, ...byBen, 'Ana is done.', 'Ben is done.', 'Weather: fog.']) expect(text).toContain(sentence);
  const [above, below] = text.split('\n\n');
  expect(above).toContain(`Ben writes here: ${byBen.join(' ')} Ben is done.`);
  expect(below).toContain(`Ana writes here: ${byAna.join(' ')} Ana is done.`);
  for (const window of [ana, ben]) await expect(window.locator(`[data-block="${block}"]`)).toContainText('Ben is done.');
  await ana.keyboard.press('Escape');
  await ben.keyboard.press('Escape');
});

test('the same tag by both is one tag, and a name and a note that both wrote are kept in two versions', async () => {
  test.setTimeout(180_000);
  const run = (await value(call(ana, 'runs.list', {})))[0]!;
  for (const window of [ana, ben]) {
    await window.evaluate((hash) => { location.hash = hash; }, `#/runs/${run.id}`);
    await expect(window.getByRole('button', { name: new RegExp(`^Name of the run: `) })).toBeVisible();
  }
  await Promise.all([ana, ben].map(async (window) => value(call(window, 'runs.tag', { id: run.id as RunId, tag: { key: null, value: 'pilot' } }))));
  await Promise.all([value(call(ana, 'runs.note', { id: run.id, note: 'Too few epochs.' })), value(call(ben, 'runs.note', { id: run.id, note: 'Try more layers.' }))]);
  // Ana has the name open for writing while another name comes in from Ben: what she types stays, and his is not lost.
  await ana.getByRole('button', { name: /^Name of the run: / }).click();
  const field = ana.getByRole('textbox', { name: 'Name of the run' });
  await field.fill('Ana\'s baseline');
  await value(call(ben, 'runs.rename', { id: run.id, name: 'Ben\'s baseline' }));
  await expect.poll(async () => (await value(call(ana, 'runs.list', {})))[0]!.name, { timeout: 60_000 }).toBe('Ben\'s baseline');
  await expect(field).toHaveValue('Ana\'s baseline');
  await expect(field).toBeFocused();
  await field.press('Enter');
  await settled();

  for (const window of [ana, ben]) {
    const now = (await value(call(window, 'runs.list', {})))[0]!;
    expect(now.tags).toEqual([{ key: null, value: 'pilot' }]);
    const conflicts = await value(call(window, 'conflicts.list', {}));
    expect(conflicts.map(({ field: name, versions }) => [name, versions.map((version) => version.value).sort()]).sort()).toEqual([
      ['name', ['Ana\'s baseline', 'Ben\'s baseline']], ['note', ['Too few epochs.', 'Try more layers.']],
    ]);
    await expect(window.getByRole('button', { name: /^Folder: .*2 versions of 2 values/ })).toBeVisible();
  }
});

test('the panel says what is known of the folder, and leads to the versions', async () => {
  await ana.getByRole('button', { name: /^Folder: / }).click();
  const panel = ana.getByRole('dialog', { name: 'The folder' });
  await expect(panel.getByText('Everything is in the folder')).toBeVisible();
  await expect(panel.getByRole('listitem').filter({ hasText: 'Ben' })).toContainText('last change');
  await inspectPage(ana, 'sync-panel', '[role=dialog]');
  await panel.getByRole('button', { name: 'Look at both' }).click();
  await expect(ana.getByRole('heading', { name: 'Several versions' })).toBeVisible();
});

test('a choice made in one window ends the versions in the other', async () => {
  test.setTimeout(180_000);
  for (const { entity, field, versions } of await value(call(ana, 'conflicts.list', {}))) {
    const chosen = versions.find(({ person }) => person === 'Ana')!;
    await value(call(ana, 'conflicts.choose', { entity, field, hash: chosen.hash, seen: versions.map(({ hash }) => hash), why: 'We talked about it.' }));
  }
  await settled();
  for (const window of [ana, ben]) {
    expect(await value(call(window, 'conflicts.list', {}))).toEqual([]);
    expect((await value(call(window, 'runs.list', {})))[0]).toMatchObject({ name: 'Ana\'s baseline', note: 'Too few epochs.' });
    await expect(window.getByRole('button', { name: /^Folder: In the folder, \d\d:\d\d$/ })).toBeVisible({ timeout: 60_000 });
  }
  await expect(ben.getByRole('button', { name: 'Name of the run: Ana\'s baseline. Edit' })).toBeVisible();
});

test('both windows show the same eight characters in the diagnostics, and both folders verify', async () => {
  test.setTimeout(180_000);
  await sync.finish();
  const shown: string[] = [];
  for (const window of [ana, ben]) {
    await window.getByRole('button', { name: /^Folder: / }).click();
    await window.getByRole('dialog', { name: 'The folder' }).getByRole('button', { name: 'Diagnostics' }).click();
    const section = window.getByRole('region', { name: 'Diagnostics' });
    await expect(section.getByText(/^[0-9a-f]{4} [0-9a-f]{4}$/)).toBeInViewport();
    shown.push((await section.getByText(/^[0-9a-f]{4} [0-9a-f]{4}$/).textContent()) ?? '');
    await section.getByRole('button', { name: 'Verify project now' }).click();
    await expect(section.getByText(/^(Verified|Nothing was altered)/)).toBeVisible({ timeout: 60_000 });
  }
  expect(shown[0]).toBe(shown[1]);
  await inspectPage(ana, 'diagnostics');
  expect(sync.counts.partial).toBeGreaterThan(0);
});

test('a file that was changed on the way is told with what it means, and heals when a good copy comes', async () => {
  const folder = join('log', (await value(call(ana, 'sync.status', {}))).peers.find(({ isThis }) => isThis)!.device);
  const before = new Set(filesBelow(join(projectOf('Ana'), folder)));
  for (const title of ['Tides', 'Nests']) {
    await value(call(ana, 'pages.create', { title }));
    await value(call(ana, 'sync.now', {}));
  }
  const [first, second] = filesBelow(join(projectOf('Ana'), folder)).filter((file) => !before.has(file)).map((file) => join(folder, file));
  const bytes = await readFile(join(projectOf('Ana'), first!));
  const bad = Buffer.from(bytes);
  bad[bad.length - 20] = bad[bad.length - 20]! ^ 1;
  await writeFile(join(projectOf('Ben'), first!), bad);
  await copyFile(join(projectOf('Ana'), second!), join(projectOf('Ben'), second!));
  const item = ben.getByRole('button', { name: /^Folder: .*1 damaged file/ });
  await item.click();
  const panel = ben.getByRole('dialog', { name: 'The folder' });
  await expect(panel.getByText(first!)).toBeVisible();
  await expect(panel.getByText(/until a good copy comes: ask Ana for it/)).toBeVisible();
  await expect(ben.getByRole('link', { name: 'Nests' })).toBeVisible();
  for (const [width, height] of sizes) {
    await opened['Ben']!.app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size[0], size[1]), [width, height] as const);
    await ben.waitForTimeout(300);
    await inspectPage(ben, `sync-damaged-${width}`, '[role=dialog]');
  }
  await writeFile(join(projectOf('Ben'), first!), bytes);
  await expect(ben.getByRole('button', { name: /^Folder: In the folder, \d\d:\d\d$/ })).toBeVisible({ timeout: 30_000 });
  await expect(ben.getByRole('link', { name: 'Tides' })).toBeVisible();
  expect(await stateOf(ben)).toBe(await stateOf(ana));
});

test('a computer that was put back from a backup is told so once, and goes on without losing anything', async () => {
  test.setTimeout(180_000);
  const before = await stateOf(ana);
  await opened['Ben']!.close();
  await rm(join(root, 'Ben', 'user', 'p'), { recursive: true });
  opened['Ben'] = await launchApp({ projectDir: projectOf('Ben'), userDataDir: join(root, 'Ben', 'user'), env: { ASSAY_PERSON: 'Ben' } });
  ben = opened['Ben'].window;
  await engineReady(ben);
  const notices = ben.getByRole('region', { name: 'Notices' });
  await expect(notices.getByText(/backup/)).toBeVisible();
  await inspectPage(ben, 'sync-notice');
  await value(call(ben, 'pages.create', { title: 'After the backup' }));
  await notices.getByRole('button', { name: 'Dismiss' }).first().click();
  await expect(notices.getByText(/backup/)).toBeHidden();
  await value(call(ben, 'sync.now', {}));
  await startFolderSync(projectOf('Ana'), projectOf('Ben'), { seed }).finish();
  await settled();
  await expect(ana.getByRole('link', { name: 'After the backup' })).toBeVisible();
  expect(await stateOf(ana)).not.toBe(before);
  for (const person of people) expect(opened[person]!.pageErrors).toEqual([]);
});
