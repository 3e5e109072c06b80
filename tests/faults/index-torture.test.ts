/**
 * The index of a project is damaged in every way that a computer knows, hundreds of times: flipped, cut, swapped, deleted,
 * half rebuilt. Each time the project opens and shows exactly what the log says.
 */
import { copyFileSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Store, StoreOptions } from '../../electron/store/store.ts';
import { count } from '../support/counts.ts';
import { createDice, type Dice } from '../support/sim/dice.ts';
import { createStore, deleteIndex, device, indexFile, temporaryDirectory, withStore } from '../support/stores.ts';
import { endOf, startWriter, type WriterOrder } from '../support/writer-order.ts';

const tortureCount = count(300);
const only = process.env['ASSAY_SEED'];

/** What happens to the files of the index; `other` is the index of another project. */
const tortures: Readonly<Record<string, (index: string, other: string, dice: Dice) => void>> = {
  'one byte is flipped': (index, _other, dice) => flip(index, dice, 1),
  'a whole page is garbage': (index, _other, dice) => flip(index, dice, 4096),
  'one byte is flipped, and nobody knows its sum': (index, _other, dice) => { flip(index, dice, 1); remove(`${index}.sha256`); },
  'it is cut': (index, _other, dice) => truncateSync(index, dice.below(readFileSync(index).length)),
  'it is cut at a page, and nobody knows its sum': (index, _other, dice) => {
    truncateSync(index, 4096 * dice.below(Math.ceil(readFileSync(index).length / 4096)));
    remove(`${index}.sha256`);
  },
  'it is empty': (index) => writeFileSync(index, ''),
  'it is no database': (index, _other, dice) => writeFileSync(index, dice.bytes(10_000)),
  'it is gone': (index) => remove(index),
  'all of it is gone': (index) => { for (const suffix of ['', '-wal', '-shm', '.sha256']) remove(index + suffix); },
  'it is the one of another project': (index, other) => copyFileSync(other, index),
  'it is the one of another project, with its sum': (index, other) => { copyFileSync(other, index); copyFileSync(`${other}.sha256`, `${index}.sha256`); },
  'its sum is the one of another': (index, other) => copyFileSync(`${other}.sha256`, `${index}.sha256`),
  'its sum is garbage': (index, _other, dice) => writeFileSync(`${index}.sha256`, dice.bytes(64)),
  'a log of changes lies beside it that is none': (index, _other, dice) => writeFileSync(`${index}-wal`, dice.bytes(8192)),
  'a journal lies beside it that is none': (index, _other, dice) => { writeFileSync(`${index}-journal`, dice.bytes(2048)); remove(`${index}.sha256`); },
};

it(`whatever happens to the index, the state is the same, ${tortureCount} times`, { timeout: 3_600_000 }, async () => {
  const root = temporaryDirectory();
  const options = device(root, 'Ana');
  const expected = await written(options);
  const index = indexFile(options);
  const otherOptions = device(root, 'Ben');
  await written(otherOptions, 5);
  const other = indexFile(otherOptions);
  const names = Object.keys(tortures);
  for (let i = 0; i < tortureCount; i++) {
    const seed = `${names[i % names.length]} / ${i}`;
    if (only !== undefined && only !== seed) continue;
    tortures[names[i % names.length] ?? '']?.(index, other, createDice(seed));
    const state = await withStore(options, stateOf);
    expect(state, `to run this one alone: ASSAY_SEED="${seed}"`).toEqual(expected);
  }
});

const killCount = count(10);

it(`a process that is killed while it builds the index leaves none that is wrong, ${killCount} times`, { timeout: 3_600_000 }, async () => {
  const options = device(temporaryDirectory(), 'Ana');
  const expected = await written(options, 400);
  const index = indexFile(options);
  for (let i = 0; i < killCount; i++) {
    deleteIndex(options);
    await killedWhileOpening(options, index, i);
    expect(await withStore(options, stateOf), `kill ${i}`).toEqual(expected);
  }
});

/** Makes a project with some of everything; returns its state. */
async function written(options: StoreOptions, runCount = 40): Promise<State> {
  const store = await createStore(options);
  for (let i = 0; i < runCount; i++) {
    const { hash } = await store.putObject({ bytes: new TextEncoder().encode(`${i % 7}`) });
    store.commit('runs.start', [{ o: 'create', e: `r${i}`, t: 'run', f: { name: `run ${i}`, epochs: i } }, { o: 'add', e: `r${i}`, s: 'tags', x: 'pilot' }], { objects: [hash] });
    if (i % 5 === 4) store.commit('runs.untag', [{ o: 'remove', e: `r${i - 1}`, s: 'tags', x: 'pilot' }, { o: 'set', e: `r${i}`, f: { deleted: true } }]);
    if (i % 10 === 9) await store.flush();
  }
  const state = stateOf(store);
  await store.close();
  return state;
}

interface State {
  readonly hash: string;
  readonly runs: unknown[];
  readonly eventCount: number;
  readonly problems: unknown[];
}

function stateOf(store: Store): State {
  return { hash: store.stateHash(), runs: store.list('run'), eventCount: store.stats().eventCount, problems: store.problems() };
}

function flip(path: string, dice: Dice, byteCount: number): void {
  const bytes = readFileSync(path);
  const at = dice.below(bytes.length);
  for (let i = at; i < Math.min(bytes.length, at + byteCount); i++) bytes[i] = (bytes[i] ?? 0) ^ (1 + dice.below(255));
  writeFileSync(path, bytes);
}

function remove(path: string): void {
  if (existsSync(path)) rmSync(path);
}

/** Opens and closes the project in a process of its own and kills it, each time a little later after it began to build. */
async function killedWhileOpening({ projectDir, userDataDir }: StoreOptions, index: string, step: number): Promise<void> {
  const order: WriterOrder = { projectDir, userDataDir, prefix: 'x', isNew: false, actions: [], actionCount: 0, fixed: null, temporaryNames: 1 };
  const child = startWriter([process.execPath, join(import.meta.dirname, '../support/store-writer.ts')], order);
  // The first sign that it builds is the file itself.
  const looking = setInterval(() => {
    if (!existsSync(index)) return;
    clearInterval(looking);
    setTimeout(() => child.kill('SIGKILL'), step * 5);
  }, 1);
  await endOf(child);
  clearInterval(looking);
}
