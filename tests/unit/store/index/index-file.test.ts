/** An index whose sum a crash has left unwritten: a small one is built anew, a large one is kept if SQLite finds it whole. */
import { closeSync, existsSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { StoreOptions } from '../../../../electron/store/store.ts';
import { openSqlite } from '../../../../electron/store/sqlite.ts';
import { createStore, device, indexFile, temporaryDirectory, withStore } from '../../../support/stores.ts';

/** A closed project whose index has lost its sum and carries a table of ours, which no reader looks at. */
async function crashed(noteLength: number): Promise<{ options: StoreOptions; index: string; hash: string }> {
  const options = device(temporaryDirectory(), 'Ana');
  const store = await createStore(options);
  for (let i = 0; i < 50; i++) store.commit('runs.note', [{ o: 'create', e: `r${i}`, t: 'run', f: { note: 'x'.repeat(noteLength) } }]);
  const hash = store.stateHash();
  await store.close();
  const index = indexFile(options);
  rmSync(`${index}.sha256`);
  const db = openSqlite(index);
  db.exec('CREATE TABLE mark (x)');
  db.close();
  return { options, index, hash };
}

function isSameFile(index: string): boolean {
  const db = openSqlite(index);
  const mark = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'mark'").get();
  db.close();
  return mark !== undefined;
}

describe('an index without its sum', () => {
  it('is built anew while that is a matter of seconds', async () => {
    const { options, index, hash } = await crashed(10);
    expect(await withStore(options, (store) => store.stateHash())).toBe(hash);
    expect(isSameFile(index)).toBe(false);
  });

  it('is kept when it is large and whole', async () => {
    const { options, index, hash } = await crashed(200_000);
    expect(statSync(index).size).toBeGreaterThan(16 << 20);
    expect(await withStore(options, (store) => store.stateHash())).toBe(hash);
    expect(isSameFile(index)).toBe(true);
    expect(existsSync(`${index}.sha256`)).toBe(true);
  });

  it('is built anew when it is large and a page of it is garbage', async () => {
    const { options, index, hash } = await crashed(200_000);
    const file = openSync(index, 'r+');
    writeSync(file, new Uint8Array(4096).fill(7), 0, 4096, 3 * 4096);
    closeSync(file);
    expect(await withStore(options, (store) => store.stateHash())).toBe(hash);
    expect(isSameFile(index)).toBe(false);
  });
});
