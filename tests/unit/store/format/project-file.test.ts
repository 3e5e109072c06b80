/** A folder says which project it is in assay.json; where that is damaged or gone, its log does. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { StoreOptions } from '../../../../electron/store/store.ts';
import { codeThrownBy, createStore, device, openStore, temporaryDirectory, withStore } from '../../../support/stores.ts';

const file = ({ projectDir }: StoreOptions) => join(projectDir, 'assay.json');

/** A project with one run, and its state. */
async function project(): Promise<{ options: StoreOptions; hash: string; bytes: Buffer }> {
  const options = device(temporaryDirectory(), 'Ana');
  const store = await createStore(options);
  store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name: 'kept' } }]);
  const hash = store.stateHash();
  await store.close();
  return { options, hash, bytes: readFileSync(file(options)) };
}

it('each byte of assay.json that is changed is noticed, and the project opens as before', async () => {
  const { options, hash, bytes } = await project();
  const ben = { ...device(join(options.userDataDir, '..'), 'Ben'), projectDir: options.projectDir };
  for (let place = 0; place < bytes.length; place += 5) {
    const changed = Buffer.from(bytes);
    changed[place] = (changed[place] ?? 0) ^ 0x01;
    writeFileSync(file(options), changed);
    for (const who of [options, ben]) {
      await withStore(who, (store) => {
        expect({ place, hash: store.stateHash() }).toEqual({ place, hash });
        expect(store.problems().map(({ kind, file: name }) => [kind, name])).toEqual([['damaged', 'assay.json']]);
      });
    }
  }
  writeFileSync(file(options), bytes);
  await withStore(options, (store) => expect(store.problems()).toEqual([]));
});

it('a project without assay.json is told by its log, and says what is missing', async () => {
  const { options, hash } = await project();
  rmSync(file(options));
  const store = await openStore(options);
  expect(store.stateHash()).toBe(hash);
  expect(store.problems()).toMatchObject([{ kind: 'missing', file: 'assay.json' }]);
  expect((await store.verify()).findings).toMatchObject([{ kind: 'missing', file: 'assay.json' }]);
});

it('a folder whose assay.json is damaged and which has no log is refused', async () => {
  const { options } = await project();
  writeFileSync(file(options), '{');
  rmSync(join(options.projectDir, 'log'), { recursive: true });
  expect(await codeThrownBy(() => openStore(options))).toBe('project/damaged');
});
