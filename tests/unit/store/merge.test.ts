import { cpSync, readdirSync, renameSync, writeFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Store, StoreOptions } from '../../../electron/store/store.ts';
import { createStore, deleteIndex, device, filesBelow, openStore, syncFolders, temporaryDirectory, tickingClock, withStore } from '../../support/stores.ts';

/** Two people with copies of one project that has one run named "first". */
async function twoPeople(): Promise<{ ana: StoreOptions; ben: StoreOptions; run: string }> {
  const root = temporaryDirectory();
  const ana = device(root, 'Ana');
  const ben = device(root, 'Ben');
  const store = await createStore(ana);
  const run = store.newId<string>();
  store.commit('runs.start', [{ o: 'create', e: run, t: 'run', f: { name: 'first' } }]);
  await store.close();
  cpSync(ana.projectDir, ben.projectDir, { recursive: true });
  return { ana, ben, run };
}

function exchange(a: StoreOptions, b: StoreOptions): void {
  syncFolders(a.projectDir, b.projectDir);
  syncFolders(b.projectDir, a.projectDir);
}

const rename = (run: string, name: string) => (store: Store) => store.commit('runs.rename', [{ o: 'set', e: run, f: { name } }]);
const nameOf = (run: string) => (store: Store) => store.get('run', run)?.fields['name'];
const hashOf = (store: Store) => store.stateHash();

describe('two people who worked apart', () => {
  it('see the same after they exchanged files, with both values of a field that both changed', async () => {
    const { ana, ben, run } = await twoPeople();
    await withStore(ana, rename(run, 'by Ana'));
    await withStore(ben, rename(run, 'by Ben'));
    exchange(ana, ben);

    const [ofAna, ofBen] = [await withStore(ana, hashOf), await withStore(ben, hashOf)];
    expect(ofAna).toBe(ofBen);
    const versions = await withStore(ana, (store) => store.versions(run, 'name'));
    expect(versions.map(({ value }) => value).sort()).toEqual(['by Ana', 'by Ben']);
    expect(await withStore(ben, nameOf(run))).toBe(versions[0]?.value);
    const foundBy = (name: unknown) => withStore(ben, (store) => store.list('run', { field: 'name', value: name as string }).length);
    expect(await foundBy(versions[0]?.value)).toBe(1);
    expect(await foundBy(versions[1]?.value)).toBe(0);
    expect(await withStore(ben, (store) => store.list('run').map(({ fields }) => fields['name']))).toEqual([versions[0]?.value]);
    deleteIndex(ben);
    expect(await withStore(ben, hashOf)).toBe(ofAna);
  });

  it('end with one value when one of them has seen the other, whatever the clocks say', async () => {
    const { ana, ben, run } = await twoPeople();
    const fast = { ...ana, clock: tickingClock(Date.UTC(2099, 0, 1)) };
    await withStore(fast, rename(run, 'from the future'));
    exchange(ana, ben);
    await withStore(ben, rename(run, 'by Ben, who saw it'));
    exchange(ana, ben);
    expect(await withStore(ana, (store) => store.versions(run, 'name').map(({ value }) => value))).toEqual(['by Ben, who saw it']);
    expect(await withStore(ana, hashOf)).toBe(await withStore(ben, hashOf));
  });

  it('settle a conflict by choosing, once for everybody', async () => {
    const { ana, ben, run } = await twoPeople();
    await withStore(ana, rename(run, 'by Ana'));
    await withStore(ben, rename(run, 'by Ben'));
    exchange(ana, ben);
    await withStore(ana, rename(run, 'agreed'));
    exchange(ana, ben);
    expect(await withStore(ben, (store) => store.versions(run, 'name').map(({ value }) => value))).toEqual(['agreed']);
  });

  it('keep a tag that one removed and the other added again without knowing', async () => {
    const { ana, ben, run } = await twoPeople();
    await withStore(ana, (store) => store.commit('runs.tag', [{ o: 'add', e: run, s: 'tags', x: 'pilot' }]));
    exchange(ana, ben);
    await withStore(ana, (store) => store.commit('runs.untag', [{ o: 'remove', e: run, s: 'tags', x: 'pilot' }]));
    await withStore(ben, (store) => store.commit('runs.tag', [{ o: 'add', e: run, s: 'tags', x: 'pilot' }]));
    exchange(ana, ben);
    expect(await withStore(ana, (store) => store.get('run', run)?.sets)).toEqual({ tags: ['pilot'] });
    expect(await withStore(ana, hashOf)).toBe(await withStore(ben, hashOf));
  });

  it('have both their sentences in a text that both wrote in', async () => {
    const { ana, ben, run } = await twoPeople();
    const write = (sentence: string) => (store: Store) => {
      const doc = new Y.Doc();
      Y.applyUpdate(doc, store.text(run).state);
      const before = Y.encodeStateVector(doc);
      doc.getText('text').insert(0, sentence);
      store.commit('pages.write', [{ o: 'text', e: run, u: Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64') }]);
    };
    await withStore(ana, write('Start. '));
    exchange(ana, ben);
    await withStore(ana, write('Ana was here. '));
    await withStore(ben, write('Ben was here. '));
    exchange(ana, ben);
    const [ofAna, ofBen] = [await withStore(ana, (store) => store.text(run).text), await withStore(ben, (store) => store.text(run).text)];
    expect(ofAna).toBe(ofBen);
    expect(ofAna).toContain('Ana was here. ');
    expect(ofAna).toContain('Ben was here. ');
    expect(ofAna.endsWith('Start. ')).toBe(true);
  });

  it('see each other while the project is open', async () => {
    const { ana, ben, run } = await twoPeople();
    const store = await openStore(ana);
    const seen: string[][] = [];
    store.onChange(({ ids }) => seen.push(ids));
    await withStore(ben, rename(run, 'by Ben'));
    exchange(ana, ben);
    await store.refresh();
    // Ben's device says who it is with its first event.
    expect([nameOf(run)(store), seen]).toEqual(['by Ben', [[run, expect.stringMatching(/^device-/)]]]);
  });
});

describe('a file sync', () => {
  it('may rename, copy and reorder the files of the log', async () => {
    const { ana, ben, run } = await twoPeople();
    for (const name of ['a', 'b', 'c']) await withStore(ana, rename(run, name));
    const before = await withStore(ana, hashOf);
    const log = join(ana.projectDir, 'log');
    for (const [i, file] of filesBelow(log).entries()) {
      cpSync(join(log, file), join(log, `${i} (Ana's conflicted copy).seg`));
      cpSync(join(log, file), join(log, file.replace('.seg', '.sync-conflict-20260101-000000.seg')));
      if (i % 2) rmSync(join(log, file));
    }
    syncFolders(ana.projectDir, ben.projectDir);
    for (const options of [ana, ben]) {
      deleteIndex(options);
      expect(await withStore(options, (store) => [store.stateHash(), store.problems()])).toEqual([before, []]);
    }
  });

  it('may bring the files in any order, and incomplete at first', async () => {
    const { ana, ben, run } = await twoPeople();
    const store = await openStore(ana);
    for (const name of ['a', 'b', 'c']) {
      rename(run, name)(store);
      await store.flush();
    }
    const log = join(ana.projectDir, 'log');
    const missing = filesBelow(log).filter((file) => !filesBelow(join(ben.projectDir, 'log')).includes(file));
    expect(missing).toHaveLength(3);
    const other = await openStore(ben);
    const [first = '', second = '', third = ''] = missing.map((file) => join('log', file));
    const bring = (file: string, share = 1) => {
      const bytes = readFileSync(join(ana.projectDir, file));
      writeFileSync(join(ben.projectDir, file), bytes.subarray(0, Math.floor(bytes.length * share)));
    };

    bring(third);
    bring(first, 0.5);
    await other.refresh();
    expect(nameOf(run)(other)).toBe('c');
    expect(other.problems()).toEqual([
      { kind: 'waiting', file: first, device: expect.any(String) as string, what: 'it is not complete yet (no seal)' },
      { kind: 'waiting', file: third, device: expect.any(String) as string, what: 'an earlier file of its session is not here yet' },
    ]);

    bring(second);
    bring(first);
    await other.refresh();
    expect([other.problems(), other.stateHash()]).toEqual([[], store.stateHash()]);
  });

  it('may restore an old backup of one computer: both ways of going on are kept', async () => {
    const { ana, run } = await twoPeople();
    const crashed = { ...ana, userDataDir: `${ana.userDataDir}-backup` };
    const store = await openStore(ana);
    rename(run, 'before the backup')(store);
    cpSync(ana.userDataDir, crashed.userDataDir, { recursive: true });
    rename(run, 'after the backup')(store);
    await store.close();
    await withStore(crashed, (again) => {
      again.commit('runs.note', [{ o: 'set', e: run, f: { note: 'after the restore' } }]);
      expect(again.get('run', run)?.fields).toEqual({ name: 'after the backup', note: 'after the restore' });
    });
    deleteIndex(ana);
    expect(await withStore(ana, (again) => again.get('run', run)?.fields)).toEqual({ name: 'after the backup', note: 'after the restore' });
  });
});

describe('a file of the log that is not good', () => {
  it('is named and set aside, and the rest works', async () => {
    const { ana, run } = await twoPeople();
    await withStore(ana, rename(run, 'second'));
    const log = join(ana.projectDir, 'log');
    const file = filesBelow(log).find((each) => readFileSync(join(log, each), 'utf8').includes('"second"')) ?? '';
    const bytes = readFileSync(join(log, file));
    bytes[bytes.indexOf('"second"') + 1] = 'S'.charCodeAt(0);
    writeFileSync(join(log, file), bytes);
    deleteIndex(ana);
    await withStore(ana, (store) => {
      expect(nameOf(run)(store)).toBe('first');
      expect(store.problems()).toEqual([{ kind: 'damaged', file: `log/${file}`, device: file.slice(0, 16), what: 'its content does not match the hash in its seal' }]);
      rename(run, 'third')(store);
      expect(nameOf(run)(store)).toBe('third');
    });
  });

  it('is of another project: it is not taken in', async () => {
    const { ana, ben } = await twoPeople();
    const other = device(temporaryDirectory(), 'Cleo');
    await (await createStore(other, 'Other')).close();
    cpSync(join(other.projectDir, 'log'), join(ana.projectDir, 'log'), { recursive: true });
    await withStore(ana, (store) => {
      expect(store.problems().map(({ what }) => what)).toEqual(['it belongs to another project']);
      expect(store.list('project')).toHaveLength(1);
    });
    expect(ben).toBeDefined();
  });

  it('is missed when it disappears, and what it said stays', async () => {
    const { ana, run } = await twoPeople();
    const log = join(ana.projectDir, 'log');
    const [file = ''] = filesBelow(log);
    renameSync(join(log, file), join(ana.projectDir, '..', 'stolen'));
    await withStore(ana, (store) => {
      expect(nameOf(run)(store)).toBe('first');
      expect(store.problems()).toEqual([{ kind: 'missing', file: `log/${file}`, device: file.slice(0, 16), what: 'it was here before and is gone; what it said is still shown' }]);
    });
    renameSync(join(ana.projectDir, '..', 'stolen'), join(log, file));
    await withStore(ana, (store) => expect(store.problems()).toEqual([]));
  });

  it('is no file of ours: systems may leave theirs', async () => {
    const { ana } = await twoPeople();
    const [folder = ''] = readdirSync(join(ana.projectDir, 'log'));
    writeFileSync(join(ana.projectDir, 'log', '.DS_Store'), 'x');
    writeFileSync(join(ana.projectDir, 'log', folder, 'notes.txt'), 'x');
    writeFileSync(join(ana.projectDir, 'log', folder, '~assay-1234.tmp'), 'half');
    await withStore(ana, (store) => expect(store.problems()).toEqual([]));
  });
});

it('keeps events that this version does not know, and their files, as they are', async () => {
  const { ana, ben, run } = await twoPeople();
  await withStore(ana, (store) => store.commit('later.invention', [{ o: 'set', e: run, f: { name: 'x' } }], { why: 'new' }));
  exchange(ana, ben);
  await withStore(ben, (store) => expect(store.events({ limit: 1 })[0]).toMatchObject({ kind: 'later.invention', person: 'Ana', why: 'new' }));
});
