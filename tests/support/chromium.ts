/** A browser that has no network, and the page of an archive in it, opened from the file system as an auditor would. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { _electron, type Page } from 'playwright';
import { openZip } from '../../electron/archive/zip-read.ts';
import { ensureElectron } from '../../electron/runtime/electron.mjs';

/** A bare browser window: Chromium as Electron carries it, with nothing of the app in it. */
const browser = `
  const { app, BrowserWindow } = require('electron');
  app.on('activate', () => new BrowserWindow({ width: 1280, height: 800, webPreferences: { sandbox: true } }).loadURL('about:blank'));
  app.on('window-all-closed', () => app.quit());
`;

/** Unpacks `archive` into `folder` and opens its page; returns what the console complained of and what the page says. */
export async function openInChromium(archive: string, folder: string, picture: string): Promise<{ errors: string[]; text: string }> {
  const pagePath = await unpack(archive, folder);
  return withChromium(folder, async (page) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
    });
    page.on('requestfailed', (request) => errors.push(`${request.url()} failed`));
    await page.goto(pathToFileURL(pagePath).href);
    await page.getByRole('heading').first().waitFor();
    await page.screenshot({ path: picture });
    return { errors, text: await page.locator('body').innerText() };
  });
}

/** Opens an empty page in a browser whose files lie in `folder`, and closes it after `use`. */
export async function withChromium<T>(folder: string, use: (page: Page) => Promise<T>): Promise<T> {
  const browserDir = join(folder, 'browser');
  await mkdir(browserDir, { recursive: true });
  await writeFile(join(browserDir, 'package.json'), '{ "name": "browser", "version": "1.0.0", "main": "main.js" }');
  await writeFile(join(browserDir, 'main.js'), browser);
  const electron = await ensureElectron();
  const app = await _electron.launch({
    executablePath: electron.executable, args: [...electron.args, `--user-data-dir=${join(folder, 'profile')}`, '--host-resolver-rules=MAP * ~NOTFOUND', browserDir],
    chromiumSandbox: electron.args.length === 0,
    // Electron's advice to its developers, which Chromium alone does not give.
    env: { ...(process.env as Record<string, string>), ELECTRON_DISABLE_SECURITY_WARNINGS: 'true' },
  });
  try {
    const firstWindow = app.firstWindow();
    await app.evaluate(({ app: electronApp }) => electronApp.emit('activate'));
    return await use(await firstWindow);
  } finally {
    await app.close();
  }
}

/** Writes every entry below `folder` and returns the path of the page. */
async function unpack(archive: string, folder: string): Promise<string> {
  const zip = await openZip(archive);
  try {
    for (const entry of zip.entries) {
      const target = join(folder, entry.name);
      await mkdir(dirname(target), { recursive: true });
      const chunks: Uint8Array[] = [];
      for await (const chunk of zip.chunks(entry)) chunks.push(chunk);
      await writeFile(target, Buffer.concat(chunks));
    }
    return join(folder, zip.rootName, 'ro-crate-preview.html');
  } finally {
    await zip.close();
  }
}
