/** A project in which one byte of a file has changed: it opens, names the file, and the rest works on. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'playwright/test';
import { createProject, openProject, type StoreOptions } from '../../electron/store/store.ts';
import { VerifyReport } from '../../shared/domain/verify.ts';
import { call, engineReady } from '../support/assay.ts';
import { launchApp } from '../support/launch.ts';

let folder = '';
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-damage-'));
});
test.afterEach(() => rm(folder, { recursive: true, force: true }));

/** A project of another device with a pack, loose segments, a checkpoint and an object. */
async function projectWithAllKinds(): Promise<{ projectDir: string; damaged: string[] }> {
  const projectDir = join(folder, 'project');
  const options: StoreOptions = {
    projectDir, userDataDir: join(folder, 'elsewhere'), clock: Date.now, random: (byteCount) => new Uint8Array(randomBytes(byteCount)), person: 'Ana', appVersion: '0.0.0',
  };
  const first = await createProject({ ...options, name: 'Damaged' });
  for (let i = 0; i < 70; i++) {
    first.commit('pages.create', [{ o: 'create', e: first.newId(), t: 'page', f: { title: `Page ${i}` } }]);
    await first.flush();
  }
  await first.close();
  const before = logOf(projectDir);
  const second = await openProject(options);
  const { hash } = await second.putObject({ bytes: new TextEncoder().encode('content '.repeat(100)) });
  second.commit('pages.create', [{ o: 'create', e: second.newId(), t: 'page', f: { title: 'With content' } }], { objects: [hash] });
  await second.close();
  const log = logOf(projectDir);
  const found = [
    'assay.json', 'README-FIRST.txt', 'verify/verify.py', `obj/${hash.slice(0, 2)}/${hash.slice(2)}`,
    log.find((name) => name.endsWith('.seg') && !before.includes(name)), log.find((name) => name.endsWith('.seg.gz')),
    ...(existsSync(join(projectDir, 'seal')) ? readdirSync(join(projectDir, 'seal')).map((name) => `seal/${name}`).filter((name) => name.endsWith('.json')).slice(0, 1) : []),
  ];
  return { projectDir, damaged: found.filter((name) => name !== undefined) };
}

function logOf(projectDir: string): string[] {
  return readdirSync(join(projectDir, 'log'), { recursive: true }).map((name) => `log/${String(name)}`).sort();
}

function flipOneByte(path: string): void {
  const bytes = readFileSync(path);
  const place = Math.floor(bytes.length / 2);
  bytes[place] = (bytes[place] ?? 0) ^ 0x04;
  writeFileSync(path, bytes);
}

test('a changed byte in each kind of file is named, in the window and by the check, and one can go on', async () => {
  const { projectDir, damaged } = await projectWithAllKinds();
  expect(damaged.map((name) => name.split('/')[0])).toEqual(['assay.json', 'README-FIRST.txt', 'verify', 'obj', 'log', 'log', 'seal']);
  for (const name of damaged) flipOneByte(join(projectDir, name));
  const launched = await launchApp({ projectDir });
  const { window } = launched;
  await engineReady(window);
  const project = await call(window, 'project.get', {});
  expect(project).toMatchObject({ ok: true, value: { name: 'Damaged', canWrite: true } });

  // At once: the files that say what the project is and what was done in it.
  const status = await call(window, 'project.diagnose', {});
  if (!status.ok) throw new Error(status.error.what);
  const told = status.value.problems;
  for (const name of damaged.filter((each) => /^(assay.json|log)/.test(each))) {
    expect(told.find(({ file }) => file === name), name).toMatchObject({ kind: 'damaged', what: expect.stringMatching(/./), meaning: expect.stringMatching(/\.$/) });
  }
  await window.getByRole('button', { name: /^Folder: / }).click();
  await expect(window.getByRole('dialog', { name: 'The folder' })).toContainText('assay.json');
  await window.keyboard.press('Escape');

  // The check reads every byte.
  const started = await call(window, 'project.verify', {});
  if (!started.ok) throw new Error(started.error.what);
  await expect.poll(async () => {
    const jobs = await call(window, 'jobs.list', {});
    const report = VerifyReport.safeParse(jobs.ok ? jobs.value.find(({ id }) => id === started.value.jobId)?.outcome : null);
    return damaged.filter((name) => !report.data?.findings.some(({ file }) => file === name));
  }, { timeout: 60_000 }).toEqual([]);

  // And the rest works on.
  const created = await call(window, 'pages.create', { title: 'After the damage' });
  expect(created.ok).toBe(true);
  expect(launched.pageErrors).toEqual([]);
  await launched.close();
});
