/** What the simulator has found, cut down to the least that shows it. */
import { expect, it } from 'vitest';
import { createStore, device, temporaryDirectory, withStore } from '../../support/stores.ts';

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
