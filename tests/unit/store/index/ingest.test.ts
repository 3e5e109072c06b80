import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePack } from '../../../../electron/store/format/packs.ts';
import type { Store, StoreOptions } from '../../../../electron/store/store.ts';
import { logWriter, put } from '../../../support/log-writer.ts';
import { createStore, deleteIndex, device, temporaryDirectory, withStore } from '../../../support/stores.ts';

/** An open project of Ana whose clock is set by hand. */
async function project(): Promise<{ store: Store; options: StoreOptions; clock: { nowMs: number } }> {
  const clock = { nowMs: Date.UTC(2026, 0, 2) };
  const options = { ...device(temporaryDirectory(), 'Ana'), clock: () => clock.nowMs };
  return { store: await createStore(options), options, clock };
}

const kinds = (store: Store) => store.problems().map(({ kind, file, what }) => [kind, file, what]);
const minuteMs = 60_000;

describe('a file that does not arrive', () => {
  it('waits, and is called damaged after 15 minutes without change when what follows it is here', async () => {
    const { store, options, clock } = await project();
    const ben = logWriter(store.projectId, 'Ben');
    ben.set('r', { x: 1 });
    ben.set('r', { x: 2 });
    put(options.projectDir, ben.path(0), ben.segment(0, 1).subarray(0, -40));
    await store.refresh();
    expect(kinds(store)).toEqual([['waiting', ben.path(0), 'it is not complete yet (no seal)']]);
    clock.nowMs += 20 * minuteMs;
    await store.refresh();
    expect(kinds(store)[0]?.[0]).toBe('waiting');

    put(options.projectDir, ben.path(1), ben.segment(2, 2));
    await store.refresh();
    expect(kinds(store)[0]).toEqual(['damaged', ben.path(0), 'it is not complete, and what follows it is here']);
    expect(store.awaited()).toEqual([{ device: ben.key.deviceId, segmentCount: 1 }]);

    put(options.projectDir, `log/${ben.key.deviceId}/copy of a file.seg`, ben.segment(0, 1));
    await store.refresh();
    expect([kinds(store), store.awaited()]).toEqual([[], []]);
  });

  it('is awaited when the end of a session is named by a later one, by "seen", or by what lies around it', async () => {
    const { store, options } = await project();
    const first = logWriter(store.projectId, 'Ben', 0);
    const lost = first.set('r', { x: 1 });
    const second = logWriter(store.projectId, 'Ben', 1, { previous: lost.hash });
    for (let x = 0; x < 4; x++) second.set('r', { x });
    second.add('seen', { heads: { [`${'0'.repeat(25)}9`]: [7, lost.hash] } });
    put(options.projectDir, second.path(0), second.segment(0, 1));
    put(options.projectDir, second.path(2), second.segment(3, 3));
    put(options.projectDir, second.path(4), second.segment(5, 5));
    await store.refresh();
    // Two gaps in the session and the end of the one before it; whose session "seen" names, nobody knows.
    expect(store.awaited()).toEqual([{ device: '', segmentCount: 1 }, { device: second.key.deviceId, segmentCount: 3 }]);
    expect(store.heads()[second.session]).toEqual([1, expect.any(String)]);

    put(options.projectDir, second.path(1), second.segment(2, 2));
    put(options.projectDir, second.path(3), second.segment(4, 4));
    put(options.projectDir, first.path(0), first.segment(0, 1));
    await store.refresh();
    expect(store.awaited()).toEqual([{ device: '', segmentCount: 1 }]);
    expect([store.heads()[first.session], store.heads()[second.session]?.[0]]).toEqual([[1, lost.hash], 5]);
  });
});

describe('a file that was changed on its way', () => {
  it('is named for what happened to it, and a good copy under another name heals it', async () => {
    const { store, options } = await project();
    const ben = logWriter(store.projectId, 'Ben');
    ben.set('r', { x: 1 });
    const good = ben.segment(0, 1);
    put(options.projectDir, ben.path(0), Buffer.from(Buffer.from(good).toString().replaceAll('\n', '\r\n')));
    await store.refresh();
    expect(kinds(store)).toEqual([['damaged', ben.path(0), 'its line ends were changed, as git or an editor may do']]);
    put(options.projectDir, ben.path(0).replace('.seg', " (Ben's conflicted copy).seg"), good);
    await store.refresh();
    expect([kinds(store), store.find('r')]).toEqual([[], null]);
    expect(store.events({ limit: 1, person: 'Ben' })).toHaveLength(1);
  });

  it('is damaged though the index knows what it said, and what it said stays', async () => {
    const { store, options } = await project();
    const ben = logWriter(store.projectId, 'Ben');
    ben.add('runs.start', { ops: [{ o: 'create', e: 'r', t: 'run', f: { name: 'first' } }] });
    const good = ben.segment(0, 1);
    put(options.projectDir, ben.path(0), good);
    await store.refresh();
    const bad = Buffer.from(good);
    bad[bad.indexOf('first')] = 0x46;
    put(options.projectDir, ben.path(0), Buffer.concat([bad]));
    renameSync(join(options.projectDir, ben.path(0)), join(options.projectDir, `${ben.path(0)}x`));
    renameSync(join(options.projectDir, `${ben.path(0)}x`), join(options.projectDir, ben.path(0).toUpperCase().replace('LOG/', 'log/').replace(ben.key.deviceId.toUpperCase(), ben.key.deviceId)));
    await store.refresh();
    expect(kinds(store)).toEqual([
      ['damaged', expect.any(String), 'its content does not match the hash in its seal'],
      ['missing', ben.path(0), 'it was here before and is gone; what it said is still shown'],
    ]);
    expect(store.get('run', 'r')?.fields['name']).toBe('first');
  });
});

describe('packs', () => {
  it('say what their segments say, together with loose copies of them or without', async () => {
    const { store, options } = await project();
    const ben = logWriter(store.projectId, 'Ben');
    ben.set('r', { x: 1 });
    ben.set('r', { x: 2 });
    put(options.projectDir, ben.path(0), ben.segment(0, 1));
    const pack = makePack([ben.segment(0, 1), ben.segment(2, 2)]);
    put(options.projectDir, `log/${ben.key.deviceId}/pack-20260101-20260101-0000000000000000.seg.gz`, pack.bytes);
    await store.refresh();
    const before = store.stateHash();
    expect([kinds(store), store.heads()[ben.session]?.[0]]).toEqual([[], 2]);
    rmSync(join(options.projectDir, ben.path(0)));
    await store.refresh();
    expect(kinds(store)).toEqual([]);
    await store.close();
    deleteIndex(options);
    await withStore(options, (again) => expect([again.stateHash(), again.problems()]).toEqual([before, []]));
  });

  it('count as far as they are good', async () => {
    const { store, options } = await project();
    const ben = logWriter(store.projectId, 'Ben');
    ben.set('r', { x: 1 });
    ben.set('r', { x: 2 });
    const bad = Buffer.from(ben.segment(2, 2));
    bad[bad.length - 20] = (bad[bad.length - 20] ?? 0) ^ 1;
    put(options.projectDir, `log/${ben.key.deviceId}/p.seg.gz`, makePack([ben.segment(0, 1), bad]).bytes);
    await store.refresh();
    expect(kinds(store)[0]?.slice(0, 2)).toEqual(['damaged', `log/${ben.key.deviceId}/p.seg.gz`]);
    expect(store.heads()[ben.session]?.[0]).toBe(1);
  });
});

describe('files of another project', () => {
  it.each([['in order', false], ['the first file last', true]])('count for nothing, %s', async (_name, isReversed) => {
    const { store, options } = await project();
    const before = store.stateHash();
    const other = logWriter('0'.repeat(26), 'Cleo');
    other.set('r', { x: 1 });
    other.set('r', { x: 2 });
    const files = [[other.path(0), other.segment(0, 1)], [other.path(1), other.segment(2, 2)]] as const;
    for (const [path, bytes] of isReversed ? files.toReversed() : files) {
      put(options.projectDir, path, bytes);
      await store.refresh();
    }
    expect(store.stateHash()).toBe(before);
    expect(store.problems().map(({ kind, what }) => [kind, what])).toEqual(Array.from({ length: 2 }, () => ['foreign', 'it belongs to another project']));
  });
});

describe('a session that two computers went on with', () => {
  it('keeps both branches, in any order of arrival', async () => {
    const hashes: string[] = [];
    for (const isReversed of [false, true]) {
      const { store, options } = await project();
      const id = `${'0'.repeat(25)}7`;
      const [one, two] = [logWriter(id, 'Ben'), logWriter(id, 'Ben')];
      one.set('r', { x: 'one' });
      two.set('r', { x: 'two' });
      const files = [['a.seg', one.segment(1, 1)], ['b.seg', two.segment(1, 1)]] as const;
      for (const [path, bytes] of isReversed ? files.toReversed() : files) {
        put(options.projectDir, `log/${path}`, bytes);
        await store.refresh();
      }
      expect(store.versions('r', 'x').map(({ value }) => value).sort()).toEqual(['one', 'two']);
      expect(store.conflicts()).toEqual([{ entity: 'r', field: 'x' }]);
      hashes.push(JSON.stringify(store.versions('r', 'x')));
    }
    expect(hashes[0]).toBe(hashes[1]);
  });
});

it('tells once when the clock of another computer is far ahead', async () => {
  const { store, options } = await project();
  const ben = logWriter(store.projectId, 'Ben', 0, { startMs: Date.UTC(2026, 0, 5) });
  ben.set('r', { x: 1 });
  put(options.projectDir, ben.path(0), ben.segment(0, 1));
  await store.refresh();
  await store.refresh();
  expect(store.notices().filter(({ kind }) => kind === 'clock').map(({ what }) => what)).toEqual([expect.stringContaining('is 3 days ahead') as string]);
});
