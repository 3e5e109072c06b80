/** What the simulator has found, cut down to the least that shows it. */
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logWriter, put } from '../../support/log-writer.ts';
import { createStore, device, filesBelow, openStore, syncFolders, temporaryDirectory, withStore } from '../../support/stores.ts';

it('a change after a restart comes after those before it, though the clock stands still and the index is as it was', async () => {
  const options = { ...device(temporaryDirectory(), 'Ana'), clock: () => Date.UTC(2026, 0, 1) };
  const store = await createStore(options);
  const hashes = [store.commit('runs.start', [{ o: 'create', e: 'e1', t: 'run', f: { epochs: 0 } }]).hash];
  await store.close();
  for (let i = 1; i < 6; i++) {
    hashes.push(await withStore(options, (again) => again.commit('runs.change', [{ o: 'set', e: 'e1', f: { epochs: i } }]).hash));
  }
  expect(await withStore(options, (again) => again.events({ entity: 'e1', limit: 10 }).map(({ hash }) => hash))).toEqual(hashes.reverse());
});

it('a good copy of a file heals a bad one though it has the same size and the same time', async () => {
  const root = temporaryDirectory();
  const [ana, ben] = [device(root, 'Ana'), device(root, 'Ben')];
  await (await createStore(ana)).close();
  syncFolders(ana.projectDir, ben.projectDir);
  const [file = ''] = filesBelow(join(ben.projectDir, 'log'));
  const path = join(ben.projectDir, 'log', file);
  const good = readFileSync(path);
  const write = (bytes: Uint8Array) => {
    writeFileSync(path, bytes);
    utimesSync(path, 1_700_000_000, 1_700_000_000);
  };
  write(good.map((byte, i) => (i === 100 ? byte ^ 1 : byte)));
  const store = await openStore(ben);
  expect(store.problems().map(({ kind }) => kind)).toContain('damaged');
  write(good);
  await store.refresh();
  expect([store.problems(), store.list('project').length]).toEqual([[], 1]);
});

it('bad files are looked at again by turns when there are very many, so that good copies with the same size and time heal all', async () => {
  const options = device(temporaryDirectory(), 'Ana');
  const store = await createStore(options);
  const ben = logWriter(store.projectId, 'Ben');
  const fileCount = 230;
  for (let x = 1; x < fileCount; x++) ben.set('r', { x });
  const numbers = Array.from({ length: fileCount }, (_, n) => n);
  const write = (change: (bytes: Uint8Array) => Uint8Array) => {
    for (const n of numbers) {
      put(options.projectDir, ben.path(n), change(ben.segment(n, n)));
      utimesSync(join(options.projectDir, ben.path(n)), 1_700_000_000, 1_700_000_000);
    }
  };
  const badCount = () => store.problems().filter(({ kind }) => kind === 'damaged').length;
  write((bytes) => bytes.map((byte, i) => (i === 60 ? byte ^ 1 : byte)));
  await store.refresh();
  const counts = [badCount()];
  write((bytes) => bytes);
  for (let scan = 0; scan < 3; scan++) {
    await store.refresh();
    counts.push(badCount());
  }
  expect(counts).toEqual([230, 130, 30, 0]);
  expect(store.versions('r', 'x').map(({ value }) => value)).toEqual([229]);
});
