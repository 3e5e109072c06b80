import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createProject, openProject, type Store, type StoreChange } from '../../../electron/store/store.ts';
import { codeThrownBy, createStore, deleteIndex, device, filesBelow, indexFile, fingerprintOfFolder, openStore, temporaryDirectory, withStore } from '../../support/stores.ts';

function addRun(store: Store, name: string): string {
  const id = store.newId<string>();
  store.commit('runs.start', [{ o: 'create', e: id, t: 'run', f: { name, epochs: 3 } }]);
  return id;
}

describe('a new project', () => {
  it('has its name, its folder layout and nothing else', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options, 'Penguins');

    expect(store.list('project').map((project) => [project.id, project.fields])).toEqual([[store.projectId, { name: 'Penguins' }]]);
    const files = filesBelow(options.projectDir);
    expect(files.slice(0, 4)).toEqual(['.gitattributes', '.stignore-assay', 'README-FIRST.txt', 'assay.json']);
    expect(files.slice(5)).toEqual(['verify/verify.py', 'verify/words.txt']);
    expect(files.slice(4, 5)).toEqual([expect.stringMatching(/^log\/[0-9a-z]{16}\/[0-9a-z]{26}-000000\.seg$/)]);
    expect(store.deviceFingerprint).toMatch(/^([a-z]{3,8} ){7}[a-z]{3,8}$/);
  });

  it('is refused in a folder that has files in it, and changes nothing there', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    mkdirSync(options.projectDir);
    writeFileSync(join(options.projectDir, 'thesis.doc'), 'x');
    expect(await codeThrownBy(() => createProject({ ...options, name: 'x' }))).toBe('project/exists');
    expect(readdirSync(options.projectDir)).toEqual(['thesis.doc']);
  });

  it('can be made where an earlier attempt was cut off', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    mkdirSync(join(options.projectDir, 'log'), { recursive: true });
    writeFileSync(join(options.projectDir, 'README-FIRST.txt'), 'half');
    const store = await createStore(options);
    expect(store.list('project')).toHaveLength(1);
  });

  it('keeps its key out of the project folder', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    await createStore(options);
    const { privateKey } = JSON.parse(readFileSync(join(options.userDataDir, 'install', 'device.json'), 'utf8')) as { privateKey: string };
    for (const file of filesBelow(options.projectDir)) expect(readFileSync(join(options.projectDir, file), 'utf8')).not.toContain(privateKey);
  });
});

describe('changing and reading', () => {
  it('shows what was created and changed, by whom and when', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const id = addRun(store, 'first');
    const { atMs } = store.commit('runs.rename', [{ o: 'set', e: id, f: { name: 'better' } }], { why: 'clearer' });

    expect(store.get('run', id)).toMatchObject({ fields: { name: 'better', epochs: 3 }, createdBy: 'Ana', changedBy: 'Ana', changedAtMs: atMs });
    expect(store.get('dataset', id)).toBeNull();
    expect(store.events({ entity: id, limit: 10 }).map(({ kind, why }) => [kind, why])).toEqual([['runs.rename', 'clearer'], ['runs.start', null]]);
  });

  it('hides what is deleted, finds it for the history, and brings it back', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const id = addRun(store, 'first');
    store.commit('runs.delete', [{ o: 'set', e: id, f: { deleted: true } }]);
    expect([store.get('run', id), store.list('run')]).toEqual([null, []]);
    expect(store.find(id)?.fields['name']).toBe('first');
    store.commit('runs.restore', [{ o: 'set', e: id, f: { deleted: false } }]);
    expect(store.list('run').map((run) => run.id)).toEqual([id]);
  });

  it('adds to sets and removes from them, objects compared by content', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const id = addRun(store, 'first');
    store.commit('runs.tag', [{ o: 'add', e: id, s: 'tags', x: { key: 'source', value: 'lab' } }, { o: 'add', e: id, s: 'tags', x: 'pilot' }]);
    store.commit('runs.untag', [{ o: 'remove', e: id, s: 'tags', x: { value: 'lab', key: 'source' } }]);
    expect(store.get('run', id)?.sets).toEqual({ tags: ['pilot'] });
    store.commit('runs.retag', [{ o: 'remove', e: id, s: 'tags', x: 'pilot' }, { o: 'add', e: id, s: 'tags', x: 'pilot' }]);
    expect(store.get('run', id)?.sets).toEqual({ tags: ['pilot'] });
    store.commit('runs.blink', [{ o: 'add', e: id, s: 'tags', x: 'new' }, { o: 'remove', e: id, s: 'tags', x: 'new' }]);
    expect(store.get('run', id)?.sets).toEqual({ tags: ['pilot'] });
  });

  it('counts and finds by value what it would list', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const [first, second, third] = ['a', 'b', 'a'].map((name) => addRun(store, name));
    store.commit('runs.rename', [{ o: 'set', e: first!, f: { name: 'c' } }]);
    store.commit('runs.rename', [{ o: 'set', e: second!, f: { name: 'a' } }]);
    expect(store.list('run', { field: 'name', value: 'a' }).map(({ id }) => id)).toEqual([second, third]);
    store.commit('runs.delete', [{ o: 'set', e: third!, f: { deleted: true } }]);
    expect(store.list('run', { field: 'name', value: 'a' })).toEqual([store.get('run', second!)]);
    expect([store.count('run'), store.count('dataset')]).toEqual([2, 0]);
  });

  it('lists by creation and pages through events', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const ids = ['a', 'b', 'c', 'd', 'e'].map((name) => addRun(store, name));
    expect(store.list('run').map((run) => run.id)).toEqual(ids);

    const first = store.events({ limit: 4 });
    const rest = store.events({ limit: 4, before: first.at(-1)?.seq ?? 0 });
    expect([...first, ...rest].map(({ kind }) => kind)).toEqual([...Array<string>(5).fill('runs.start'), 'project.create']);
  });

  it('tells listeners what changed until they leave', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const seen: StoreChange[] = [];
    const leave = store.onChange((change) => seen.push(change));
    const id = addRun(store, 'first');
    leave();
    addRun(store, 'second');
    expect(seen).toEqual([{ ids: [id], types: ['run'] }]);
  });

  it('keeps a field called __proto__ inert', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const id = store.newId<string>();
    store.commit('x.y', [{ o: 'create', e: id, t: 'run', f: JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') as Record<string, never> }]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(store.get('run', id)?.fields['polluted']).toBeUndefined();
  });

  it.each([
    ['a number that JSON cannot say', { o: 'set', e: 'r', f: { loss: Number.NaN } }],
    ['a value that is too deep', { o: 'set', e: 'r', f: { x: JSON.parse('['.repeat(80) + ']'.repeat(80)) as never } }],
    ['a broken text update', { o: 'text', e: 'r', u: 'AQ==' }],
    ['an unknown op', { o: 'drop', e: 'r' } as never],
    ['a name with spaces', { o: 'set', e: 'r', f: { 'a b': 1 } }],
  ] as const)('refuses %s and leaves no trace', async (_name, op) => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    const before = store.stateHash();
    expect(await codeThrownBy(() => store.commit('x.y', [op]))).toBe('internal/invalid-input');
    expect([store.stateHash(), store.stats().eventCount]).toEqual([before, 1]);
    addRun(store, 'still works');
    expect(store.list('run')).toHaveLength(1);
  });

  it('refuses a change that is too large for one record', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    expect(await codeThrownBy(() => addRun(store, 'x'.repeat(530_000)))).toBe('store/record-too-large');
    expect(store.list('run')).toEqual([]);
  });
});

describe('closing and opening', () => {
  it('gives the same state again, with and without the index', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    const id = addRun(store, 'first');
    store.commit('runs.tag', [{ o: 'add', e: id, s: 'tags', x: 'pilot' }]);
    const before = store.stateHash();
    await store.close();

    expect(await withStore(options, (again) => again.stateHash())).toBe(before);
    deleteIndex(options);
    expect(await withStore(options, (again) => [again.stateHash(), again.stats().eventCount])).toEqual([before, 3]);
  });

  it('writes nothing into the project when it is only looked at', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    await (await createStore(options)).close();
    const before = fingerprintOfFolder(options.projectDir);
    await withStore(options, (store) => store.list('run'));
    expect(fingerprintOfFolder(options.projectDir)).toEqual(before);
  });

  it('starts a new session each time it writes, that names the one before', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    await (await createStore(options)).close();
    await withStore(options, (store) => addRun(store, 'a'));
    const headers = filesBelow(join(options.projectDir, 'log')).map((file) => {
      const [first, second] = readFileSync(join(options.projectDir, 'log', file), 'utf8').split('\n');
      return { header: JSON.parse(first ?? '') as { s: string; b: { previous: string | null } }, second };
    });
    expect(new Set(headers.map(({ header }) => header.s)).size).toBe(2);
    expect(headers.map(({ header }) => header.b.previous === null).sort()).toEqual([false, true]);
  });

  it('replaces an index that has a flipped byte anywhere', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    const id = addRun(store, 'the name of a run');
    const before = store.stateHash();
    await store.close();
    const index = indexFile(options);
    const good = readFileSync(index);
    for (const position of [0, 20, 5000, good.indexOf('the name of a run'), good.length - 1]) {
      const bad = new Uint8Array(good);
      bad[position] = (bad[position] ?? 0) ^ 1;
      writeFileSync(index, bad);
      expect(await withStore(options, (again) => [again.stateHash(), again.get('run', id)?.fields['name']])).toEqual([before, 'the name of a run']);
    }
  });

  it('opens with a damaged outbox, keeps it aside and says so', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    addRun(store, 'published');
    await store.close();
    const local = join(options.userDataDir, 'p');
    const outbox = join(local, filesBelow(local).find((file) => file.endsWith('outbox.db')) ?? '');
    const good = readFileSync(outbox);
    for (const bad of [Buffer.from('not a database, but long enough to look like one'), Buffer.concat([good.subarray(0, 4096), Buffer.alloc(good.length - 4096, 7)])]) {
      writeFileSync(outbox, bad);
      await withStore(options, (again) => {
        expect(again.problems()).toEqual([{ kind: 'local', file: 'outbox.db', device: null, what: expect.stringContaining('may be lost') as string }]);
        expect(again.list('run').map((run) => run.fields['name'])).toEqual(['published']);
      });
    }
    expect(readdirSync(join(outbox, '..')).filter((file) => file.startsWith('outbox-damaged-') && file.endsWith('.db'))).toHaveLength(2);
    await withStore(options, (again) => expect(again.problems()).toEqual([]));
  });

  it('leaves no open file behind after fifty times', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    await (await createStore(options)).close();
    const openFiles = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);
    await withStore(options, (store) => addRun(store, 'warm'));
    const before = openFiles();
    for (let i = 0; i < 50; i++) await withStore(options, (store) => addRun(store, `run ${i}`));
    expect(openFiles()).toBe(before);
  });

  it('can be closed twice', async () => {
    const store = await createStore(device(temporaryDirectory(), 'Ana'));
    await store.close();
    await store.close();
  });

  it('does not let the project be opened twice', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    expect(await codeThrownBy(() => openProject(options))).toBe('project/in-use');
    await store.close();
    await withStore(options, (again) => expect(again.canWrite).toBe(true));
  });

  it('empties the scratch directory', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    writeFileSync(join(store.scratchDir(), 'left.bin'), 'x');
    await store.close();
    await withStore(options, (again) => expect(readdirSync(again.scratchDir())).toEqual([]));
  });

  it('finds unpublished changes again when the folder was renamed after a crash', async () => {
    const root = temporaryDirectory();
    const options = device(root, 'Ana');
    const store = await createStore(options);
    addRun(store, 'not published');
    // A crash: the user data and the folder as they are now, without the store being closed.
    const crashed = { ...options, userDataDir: join(root, 'user-crashed'), projectDir: join(root, 'renamed') };
    cpSync(options.userDataDir, crashed.userDataDir, { recursive: true });
    await store.close();
    renameSync(options.projectDir, crashed.projectDir);
    rmSync(join(crashed.projectDir, 'log'), { recursive: true });
    await withStore(crashed, (again) => {
      expect(again.list('run').map((run) => run.fields['name'])).toEqual(['not published']);
      expect(readdirSync(join(crashed.userDataDir, 'p'))).toHaveLength(1);
    });
  });
});

describe('a folder that cannot be opened', () => {
  it('is refused when it is no project, of a newer format, or damaged', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    expect(await codeThrownBy(() => openProject(options))).toBe('project/not-a-project');
    mkdirSync(options.projectDir);
    expect(await codeThrownBy(() => openProject(options))).toBe('project/not-a-project');
    const write = (content: unknown) => writeFileSync(join(options.projectDir, 'assay.json'), JSON.stringify(content));
    write({ format: 2, minReader: 2, somethingElse: true });
    expect(await codeThrownBy(() => openProject(options))).toBe('project/newer-format');
    write({ format: 1 });
    expect(await codeThrownBy(() => openProject(options))).toBe('project/damaged');
    expect(readdirSync(options.projectDir)).toEqual(['assay.json']);
  });

  it('is opened for reading when a newer version wrote it and allows that', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    await (await createStore(options)).close();
    const path = join(options.projectDir, 'assay.json');
    const project = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...project, format: 2 }));
    const store = await openStore(options);
    expect([store.canWrite, store.list('project').length]).toEqual([false, 1]);
    expect(store.readOnlyReason).toContain('format 2');
    expect(await codeThrownBy(() => addRun(store, 'x'))).toBe('project/read-only');
    expect(await codeThrownBy(() => store.putObject({ bytes: new Uint8Array(1) }))).toBe('project/read-only');
  });
});
