/** A look at a screen: pictures for people in both themes, and no finding of axe. */
import { mkdir } from 'node:fs/promises';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright';
import { expect } from 'playwright/test';

/** @param within only this part is asked of axe: what floats over the page stands outside its landmarks */
export async function inspectPage(page: Page, name: string, within?: string): Promise<void> {
  await mkdir('artifacts/screens', { recursive: true });
  await page.mouse.move(0, 0); // what lies under the pointer dims the rest
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((chosen) => { document.documentElement.dataset['theme'] = chosen; }, theme);
    await page.screenshot({ path: `artifacts/screens/${name}-${theme}.png` });
    // React Aria announces a pending button by its id, and keeps the words for seconds after the button has gone.
    const builder = new AxeBuilder({ page }).setLegacyMode(true).exclude('[data-live-announcer]');
    const { violations } = await (within === undefined ? builder : builder.include(within)).analyze();
    expect(violations.map(({ id, nodes }) => `${theme} ${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`)).toEqual([]);
  }
  await page.evaluate(() => { document.documentElement.dataset['theme'] = 'light'; });
}
