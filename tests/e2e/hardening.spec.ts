import { readFile, readdir, rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { contentSecurityPolicy } from '../../electron/shell/security.ts';
import { launchApp, type LaunchedApp } from '../support/launch.ts';

let launched: LaunchedApp;

test.beforeAll(async () => {
  launched = await launchApp();
});
test.afterAll(() => launched.close());

test('every window is isolated and sandboxed, and has no Node', async () => {
  const all = await launched.app.evaluate(({ webContents }) => webContents.getAllWebContents().map((contents) => (contents as unknown as { getLastWebPreferences(): Record<string, unknown> }).getLastWebPreferences()));
  expect(all.length).toBeGreaterThan(0);
  for (const preferences of all) {
    expect(preferences).toMatchObject({
      contextIsolation: true, sandbox: true, webSecurity: true,
      nodeIntegration: false, nodeIntegrationInSubFrames: false,
      allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false,
    });
    // Electron leaves these out when they are off.
    expect(preferences['nodeIntegrationInWorker'] ?? false).toBe(false);
    expect(preferences['enableBlinkFeatures'] ?? '').toBe('');
  }
});

test('the page is served from app://bundle with exactly our policy', async () => {
  expect(await launched.window.evaluate(() => location.href)).toMatch(/^app:\/\/bundle\/(#.*)?$/);
  const policy = await launched.window.evaluate(async () => (await fetch('app://bundle/')).headers.get('content-security-policy'));
  expect(policy).toBe(contentSecurityPolicy);
});

test('inline scripts, eval and pictures from elsewhere are violations', async () => {
  const violations = await launched.window.evaluate(async () => {
    const seen: string[] = [];
    document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective));
    const script = document.createElement('script');
    try {
      script.text = 'globalThis.planted = 1';
      document.head.append(script);
    } catch {
      seen.push('trusted types');
    }
    const picture = new Image();
    picture.src = 'https://example.com/pixel.png';
    // Later, because the driver's own evaluation may eval while it runs.
    setTimeout(() => {
      try {
        Reflect.construct(Function, ['globalThis.planted = 2'])();
      } catch {
        seen.push('eval threw');
      }
    });
    const frame = document.createElement('iframe');
    frame.src = 'https://example.com/';
    document.body.append(frame);
    await new Promise((resolve) => setTimeout(resolve, 500));
    script.remove();
    frame.remove();
    return { seen, planted: (globalThis as { planted?: number }).planted };
  });
  expect(violations.planted).toBeUndefined();
  expect(violations.seen).toEqual(expect.arrayContaining(['trusted types', 'eval threw', 'img-src', 'frame-src']));
});

test('nothing outside the bundle can be fetched', async () => {
  const answers = await launched.window.evaluate(async () => {
    const urls = [
      'app://bundle/../../etc/passwd', 'app://bundle/%2e%2e/%2e%2e/etc/passwd', 'app://bundle/..%2f..%2fetc%2fpasswd', 'app://bundle/..\\..\\etc\\passwd',
      'app://bundle/package.json', 'app://other/index.html', 'file:///etc/passwd', 'https://example.com/', 'http://127.0.0.1:1/',
    ];
    return Promise.all(urls.map((url) => fetch(url).then(({ status }) => status, () => 'refused')));
  });
  expect(answers.every((answer) => answer === 404 || answer === 'refused')).toBe(true);
  expect(answers.slice(0, 5)).toEqual([404, 404, 404, 404, 404]);
});

test('the window stays on its page, whatever asks it to leave', async () => {
  const before = await launched.window.evaluate(() => location.href);
  await launched.window.evaluate(async () => {
    const link = document.createElement('a');
    link.href = 'https://example.com/';
    document.body.append(link);
    link.click();
    link.href = 'file:///etc/passwd';
    link.click();
    link.remove();
    window.open('https://example.com/');
    window.open('app://bundle/');
    location.href = 'https://example.com/';
    const refresh = document.createElement('meta');
    refresh.httpEquiv = 'refresh';
    refresh.content = '0;url=https://example.com/';
    document.head.append(refresh);
    await new Promise((resolve) => setTimeout(resolve, 800));
    refresh.remove();
  });
  expect(await launched.window.evaluate(() => location.href)).toBe(before);
  expect(await launched.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('permissions and devices are denied', async () => {
  const answers = await launched.window.evaluate(async () => {
    const state = async (name: string): Promise<string> => (await navigator.permissions.query({ name: name as PermissionName })).state;
    const failed = (work: () => Promise<unknown>): Promise<string> => work().then(() => 'granted', () => 'denied');
    const { hid } = navigator as unknown as { hid?: { requestDevice(options: object): Promise<unknown[]> } };
    return {
      geolocation: await state('geolocation'),
      notifications: await state('notifications'),
      camera: await state('camera'),
      readClipboard: await failed(() => navigator.clipboard.readText()),
      media: await failed(() => navigator.mediaDevices.getUserMedia({ video: true })),
      hidDevices: hid ? await hid.requestDevice({ filters: [] }).then((devices) => devices.length, () => 0) : 0,
    };
  });
  expect(answers).toEqual({ geolocation: 'denied', notifications: 'denied', camera: 'denied', readClipboard: 'denied', media: 'denied', hidDevices: 0 });
});

test('the page sees call and on, frozen, and nothing of Electron or Node', async () => {
  const surface = await launched.window.evaluate(() => {
    const paths: string[] = [];
    const walk = (value: unknown, path: string): void => {
      paths.push(`${path}: ${typeof value}`);
      if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return;
      for (const key of Object.keys(value)) walk((value as Record<string, unknown>)[key], `${path}.${key}`);
    };
    const { assay } = window as unknown as { assay: object };
    walk(assay, 'assay');
    return { paths: paths.sort(), isFrozen: Object.isFrozen(assay), node: ['require', 'process', 'Buffer', 'module', 'global'].filter((name) => name in window) };
  });
  expect(surface).toEqual({ paths: ['assay.call: function', 'assay.on: function', 'assay: object'], isFrozen: true, node: [] });
});

test('the shell answers only the main frame of its own page', async () => {
  const answer = await launched.app.evaluate(async ({ ipcMain }) => {
    const handlers = (ipcMain as unknown as { _invokeHandlers: Map<string, (event: unknown, ...rest: unknown[]) => Promise<unknown>> })._invokeHandlers;
    const handler = handlers.get('shell');
    const mainFrame = { url: 'https://example.com/' };
    const foreign = await handler?.({ sender: { id: 1, mainFrame }, senderFrame: mainFrame }, 'shell.state', {});
    const subFrame = await handler?.({ sender: { id: 1, mainFrame: { url: 'app://bundle/' } }, senderFrame: { url: 'app://bundle/' } }, 'shell.state', {});
    const gone = await handler?.({ sender: { id: 1, mainFrame }, senderFrame: null }, 'shell.state', {});
    return { foreign, subFrame, gone, channels: [...handlers.keys()] };
  });
  const refused = { ok: false, error: { code: 'internal/not-allowed' } };
  expect(answer).toMatchObject({ foreign: refused, subFrame: refused, gone: refused, channels: ['shell'] });
});

test('a request of the wrong shape is refused with the field named', async () => {
  const answers = await launched.window.evaluate(async () => {
    const { assay } = window as unknown as { assay: { call(channel: unknown, input: unknown): Promise<unknown> } };
    return [
      await assay.call('shell.setTheme', { theme: 'pink' }), await assay.call('shell.nothing', {}), await assay.call('shell.__proto__', {}),
      await assay.call('shell.openProject', { recent: '../../etc' }), await assay.call(7, {}),
    ];
  });
  expect(answers).toMatchObject([
    { ok: false, error: { code: 'internal/invalid-input', details: { field: 'theme' } } },
    { ok: false, error: { code: 'internal/unknown-channel' } },
    { ok: false, error: { code: 'internal/unknown-channel' } },
    { ok: false, error: { code: 'internal/invalid-input', details: { field: 'recent' } } },
    { ok: false, error: { code: 'internal/unknown-channel' } },
  ]);
});

test('the preload runs sandboxed', async () => {
  const sandboxed = await launched.app.evaluate(async ({ webContents }) => {
    const contents = webContents.getAllWebContents()[0];
    // The preload's own world is 999 in Electron; it alone could see `process`.
    return contents?.executeJavaScriptInIsolatedWorld(999, [{ code: 'typeof require + " " + typeof process' }]);
  });
  expect(sandboxed).toBe('undefined undefined');
});

test('a whole session on a project makes no network connection', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-strace-'));
  const traced = await launchApp({ args: ['--sample'], tracePrefix: join(folder, 'trace') });
  try {
    await expect.poll(async () => traced.window.evaluate(async () => {
      const { assay } = window as unknown as { assay: { call(channel: string, input: unknown): Promise<{ ok: boolean; value: { engine: string } }> } };
      return (await assay.call('shell.state', {})).value.engine;
    }), { timeout: 60_000 }).toBe('ready');
    await traced.window.waitForTimeout(3000);
  } finally {
    await traced.close();
  }
  const files = await readdir(folder);
  const lines = (await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))).join('\n').split('\n');
  await rm(folder, { recursive: true, force: true });
  expect(files.length).toBeGreaterThan(3);
  expect(lines.filter((line) => line.includes('connect(')).length).toBeGreaterThan(0);
  expect(lines.filter((line) => /connect\(.*AF_INET/.test(line))).toEqual([]);
});
