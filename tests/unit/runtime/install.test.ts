import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { whyStale } from '../../../electron/runtime/install.mjs';

type Packages = Record<string, { version?: string; optional?: boolean; link?: boolean }>;

let repo = '';
beforeEach(async () => {
  repo = await mkdtemp(join(tmpdir(), 'assay-install-'));
  await mkdir(join(repo, 'node_modules'));
});
afterEach(() => rm(repo, { recursive: true, force: true }));

async function lock(file: string, packages: Packages): Promise<void> {
  await writeFile(join(repo, file), JSON.stringify({ packages }));
}
const stale = (): string | null => whyStale(repo, join(repo, 'node_modules'));

test('packages of the very lockfile need no install', async () => {
  await lock('package-lock.json', { '': { version: '1.0.0' }, 'node_modules/a': { version: '2.0.0' } });
  await lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '2.0.0' } });
  expect(stale()).toBeNull();
});

test('an interrupted install, which has no hidden lockfile, is done again', async () => {
  await lock('package-lock.json', { 'node_modules/a': { version: '2.0.0' } });
  expect(stale()).toContain('missing or incomplete');
});

test('another version or a missing package is named', async () => {
  await lock('package-lock.json', { 'node_modules/a': { version: '2.0.0' }, 'node_modules/b': { version: '1.0.0' } });
  await lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.9.0' }, 'node_modules/b': { version: '1.0.0' } });
  expect(stale()).toBe('node_modules/a is 1.9.0 and package-lock.json wants 2.0.0');
  await lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '2.0.0' } });
  expect(stale()).toBe('node_modules/b is missing and package-lock.json wants 1.0.0');
});

test('a package for another platform may be missing', async () => {
  await lock('package-lock.json', { 'node_modules/a-win': { version: '2.0.0', optional: true } });
  await lock('node_modules/.package-lock.json', {});
  expect(stale()).toBeNull();
});
