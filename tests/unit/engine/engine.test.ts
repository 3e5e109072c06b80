import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { penguinsPath } from '../../support/penguins.ts';
import { temporaryDirectory } from '../../support/stores.ts';

const host = join(import.meta.dirname, '../../support/engine-host.ts');

interface Heard {
  readonly code: number;
  readonly first: { event: string; payload: unknown }[];
  readonly second: { event: string; payload: unknown }[];
  readonly project: unknown;
}

it('the engine tells both windows of a project the same, bears junk from them, keeps an early file, and ends cleanly', async () => {
  const folder = temporaryDirectory();
  const args = ['--no-warnings', host, join(folder, 'project'), join(folder, 'user'), penguinsPath];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 });
  const heard = JSON.parse(stdout) as Heard;
  expect(heard).toMatchObject({ code: 0, sniff: true, started: true, pages: true, failed: [] });
  expect(heard.project).toMatchObject({ ok: true, value: { counts: { datasets: 1, pages: 2 } } });
  expect(heard.first.length).toBeGreaterThan(5);
  expect(heard.second).toEqual(heard.first);
});
