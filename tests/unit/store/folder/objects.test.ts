import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../../../electron/files/hashing.ts';
import { codeThrownBy, createStore, device, filesBelow, temporaryDirectory, withStore } from '../../../support/stores.ts';

const bytes = new TextEncoder().encode('species,mass\nAdelie,3750\n');
const path = (hash: string) => join('obj', hash.slice(0, 2), hash.slice(2));

describe('objects', () => {
  it('are stored once under the SHA-256 of their content, from bytes or from a file', async () => {
    const root = temporaryDirectory();
    const options = device(root, 'Ana');
    const store = await createStore(options);
    writeFileSync(join(root, 'penguins.csv'), bytes);

    const first = await store.putObject({ bytes });
    const second = await store.putObject({ path: join(root, 'penguins.csv') });
    expect(first).toEqual({ hash: sha256Hex(bytes), sizeBytes: bytes.length, isNew: true });
    expect(second).toEqual({ ...first, isNew: false });
    expect(filesBelow(join(options.projectDir, 'obj'))).toEqual([path(first.hash).slice(4)]);
    expect(readFileSync(await store.objectPath(first.hash))).toEqual(Buffer.from(bytes));
    expect(store.stats().objectCount).toBe(1);
  });

  it('are never used when they are damaged or missing, and a good copy heals them', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    const { hash } = await store.putObject({ bytes });
    const file = join(options.projectDir, path(hash));

    writeFileSync(file, 'species,mass\nAdelie,9750\n');
    expect(await codeThrownBy(() => store.objectPath(hash))).toBe('store/object-damaged');
    await store.putObject({ bytes });
    expect(readFileSync(await store.objectPath(hash))).toEqual(Buffer.from(bytes));
    rmSync(file);
    expect([await codeThrownBy(() => store.objectPath(hash)), await store.hasObject(hash)]).toEqual(['store/object-missing', false]);
  });

  it('come from a file that exists', async () => {
    const root = temporaryDirectory();
    const store = await createStore(device(root, 'Ana'));
    expect(await codeThrownBy(() => store.putObject({ path: join(root, 'none') }))).toBe('files/not-found');
    expect(await codeThrownBy(() => store.putObject({ path: root }))).toBe('files/is-directory');
  });
});

describe('verifying a project', () => {
  it('counts what it checked and names the signer', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    const { hash } = await store.putObject({ bytes });
    store.commit('datasets.import', [], { objects: [hash] });
    await store.flush();
    const progress: number[] = [];
    const report = await store.verify((done, total) => progress.push(done / total));
    expect(report).toMatchObject({ outcome: 'verified', fileCount: 3, eventCount: 2, signer: store.deviceFingerprint, findings: [] });
    expect(progress.at(-1)).toBe(1);
    expect(store.referencedObjects()).toEqual([hash]);
  });

  it('names every file that was changed, removed or added', async () => {
    const options = device(temporaryDirectory(), 'Ana');
    const store = await createStore(options);
    const { hash } = await store.putObject({ bytes });
    const gone = await store.putObject({ bytes: new Uint8Array([1]) });
    store.commit('datasets.import', [], { objects: [hash, gone.hash] });
    await store.flush();
    writeFileSync(join(options.projectDir, path(hash)), 'other');
    rmSync(join(options.projectDir, path(gone.hash)));
    writeFileSync(join(options.projectDir, 'obj', 'readme.txt'), 'hello');
    const [segment = ''] = (await store.segmentFiles()).map((file) => file.path);
    const text = readFileSync(join(options.projectDir, segment), 'latin1');
    writeFileSync(join(options.projectDir, segment), text.replace('Penguins', 'penguins'), 'latin1');

    const report = await store.verify();
    expect(report.outcome).toBe('altered');
    expect(report.findings.map(({ kind, file }) => `${kind} ${file}`).sort()).toEqual(
      [`altered ${segment}`, `altered ${path(hash)}`, 'extra obj/readme.txt', `missing ${path(gone.hash)}`].sort(),
    );
  });

  it('says that it does not know another signer', async () => {
    const root = temporaryDirectory();
    const ana = device(root, 'Ana');
    await (await createStore(ana)).close();
    const report = await withStore({ ...ana, userDataDir: join(root, 'user-Ben') }, (store) => store.verify());
    expect(report.outcome).toBe('verified-signer-unknown');
  });
});
