/** What this computer can train on, in Settings: the list with reasons, the check with its progress, the speeds; and what a run records. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type Page } from 'playwright/test';
import { launchApp, type LaunchedApp } from '../support/launch.ts';
import { inspectPage } from '../support/inspect.ts';

let launched: LaunchedApp;
let page: Page;
let folder: string;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-compute-'));
  launched = await launchApp();
  page = launched.window;
  await launched.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, join(folder, 'project'));
  await page.getByRole('button', { name: 'New project' }).click();
  await page.getByLabel('Name of the project').fill('Compute');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Compute, project menu' })).toBeVisible();
});
test.afterAll(async () => {
  await launched.close();
  await rm(folder, { recursive: true, force: true });
});

/** Pictures of what is shown, at two sizes. */
async function inspect(name: string): Promise<void> {
  const window = await launched.app.browserWindow(page);
  for (const [width, height] of [[1280, 800], [1920, 1080]] as const) {
    await window.evaluate((opened, size) => opened.setContentSize(...size), [width, height] as [number, number]);
    await inspectPage(page, `${name}-${width}`);
  }
}

const compute = (): ReturnType<Page['getByRole']> => page.getByRole('region', { name: 'Compute' });

test('Settings lists every provider: the CPU to be checked, and each that is missing with why and what to do', async () => {
  await page.keyboard.press('Control+,');
  const rows = compute().getByRole('rowheader');
  await expect(rows).toHaveText(['CPU', 'CUDA', 'TensorRT', 'DirectML', 'Core ML', 'WebGPU']);
  await expect(compute().getByRole('row', { name: /^CPU/ })).toContainText('Not checked');
  await expect(compute()).toContainText('ONNX Runtime has it for macOS only.');
  await expect(compute()).toContainText('Not checked yet with ONNX Runtime');
  await inspect('compute-unchecked');
});

test('the check shows what it is doing, can be cancelled, and ends with how each provider did and how fast it is', async () => {
  const check = compute().getByRole('button', { name: 'Check providers' });
  await check.click();
  await expect(compute().getByRole('progressbar', { name: 'Check of the providers' })).toBeVisible();
  await compute().getByRole('button', { name: 'Cancel' }).click();
  await expect(compute().getByRole('progressbar')).toBeHidden();
  await expect(compute().getByRole('row', { name: /^CPU/ })).toContainText('Not checked');

  await check.click();
  await expect(compute()).toContainText('CPU: timing');
  await expect(compute().getByRole('row', { name: /^CPU/ })).toContainText(/Passed.*\d{3}/, { timeout: 120_000 });
  await expect(compute()).toContainText('Repeats itself bit for bit');
  await expect(compute()).toContainText(/Checked .* with ONNX Runtime \d/);
  await inspect('compute-checked');
});

test('the page never broke the content policy and logged no error', () => {
  expect(launched.pageErrors).toEqual([]);
});
