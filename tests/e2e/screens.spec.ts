/**
 * Opens the app as `npm start` does, on the sample project, which makes itself in the window; then takes
 * pictures of every screen in light and dark at two sizes, for people to look at.
 */
import { mkdir } from 'node:fs/promises';
import { expect, test, type Page } from 'playwright/test';
import { launchApp, type LaunchedApp } from '../support/launch.ts';

const sizes = [[1280, 800], [1920, 1080]] as const;
const themes = ['light', 'dark'] as const;

let launched: LaunchedApp;
let page: Page;

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  await mkdir('artifacts/screens', { recursive: true });
  launched = await launchApp({ args: ['--sample'] });
  page = launched.window;
});
test.afterAll(() => launched.close());

function rail(name: RegExp): ReturnType<Page['getByRole']> {
  return page.getByRole('navigation', { name: 'Project' }).getByRole('link', { name });
}

/** Opens the thing that a row of a list names. */
async function openRow(name: string): Promise<void> {
  await page.getByRole('grid').getByRole('link', { name, exact: true }).click();
}

/** Each screen by name: how one gets there, and what tells that it is drawn. */
const screens: readonly (readonly [name: string, go: () => Promise<void>])[] = [
  ['sample-page', async () => {
    await rail(/^Which penguin/).click();
    await expect(page.getByRole('figure').first()).toBeVisible();
  }],
  ['sample-page-drift', async () => {
    await rail(/^Do delays drift/).click();
    await expect(page.getByRole('figure').first()).toBeVisible();
  }],
  ['sample-datasets', async () => {
    await rail(/^Datasets/).click();
    await expect(page.getByRole('row', { name: /^(Select )?flights/ })).toBeVisible();
  }],
  ['sample-dataset', async () => {
    await openRow('flights');
    await expect(page.getByText('20.9 % true')).toBeVisible();
  }],
  ['sample-rows', async () => {
    await page.getByRole('tab', { name: 'Rows' }).click();
    await expect(page.getByRole('gridcell', { name: /2001-01-01/ }).first()).toBeVisible();
  }],
  ['sample-runs', async () => {
    await rail(/^Runs/).click();
    const grid = page.getByRole('grid', { name: 'Runs' });
    for (const label of ['R1', 'R2']) {
      const box = grid.getByRole('row', { name: new RegExp(label) }).getByRole('checkbox');
      if (!(await box.isChecked())) await box.check({ force: true });
    }
    await expect(page.getByRole('region', { name: 'What changed between R1 and R2' })).toBeVisible();
  }],
  ['sample-run', async () => {
    await page.getByRole('link', { name: 'Late or not, MLP 64-64' }).click();
    await expect(page.getByRole('region', { name: 'Confusion matrix', exact: true })).toBeVisible();
  }],
  ['sample-models', async () => {
    await rail(/^Models/).click();
    await expect(page.getByText('penguin-species').first()).toBeVisible();
  }],
  ['sample-model', async () => {
    await openRow('penguin-species');
    await expect(page.getByRole('region', { name: 'Predict', exact: true })).toBeVisible();
  }],
  ['sample-drift-list', async () => {
    await rail(/^Drift/).click();
    await expect(page.getByText('Flights by month against January').first()).toBeVisible();
  }],
  ['sample-drift', async () => {
    await openRow('Flights by month against January');
    await expect(page.getByText('Drift over time')).toBeVisible();
  }],
  ['sample-history', async () => {
    await rail(/^History/).click();
    await expect(page.getByText('Created the page “Do delays drift?”')).toBeVisible();
  }],
  ['sample-palette', async () => {
    await page.keyboard.press('Control+K');
    await expect(page.getByRole('dialog')).toBeVisible();
  }],
];

test('the sample project makes itself while the window is in use', async () => {
  test.setTimeout(300_000);
  await expect(rail(/^Do delays drift/)).toBeVisible({ timeout: 240_000 });
  await expect(rail(/^Runs/)).toContainText('3');
});

test('every screen is drawn in both themes and sizes', async () => {
  test.setTimeout(300_000);
  for (const [name, go] of screens) {
    await go();
    await page.mouse.move(0, 0); // what lies under the pointer dims the rest
    for (const [width, height] of sizes) {
      await launched.app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size[0], size[1]), [width, height] as const);
      for (const theme of themes) {
        await launched.app.evaluate(({ nativeTheme }, chosen) => {
          nativeTheme.themeSource = chosen;
        }, theme);
        await expect.poll(() => page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme);
        await page.waitForTimeout(250); // charts draw again for the new size and theme
        await page.screenshot({ path: `artifacts/screens/${name}-${width}-${theme}.png` });
      }
    }
  }
  expect(launched.pageErrors).toEqual([]);
});
