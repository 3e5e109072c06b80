/** Pieces of work of one device whose every disk operation is a place where the power may go. */
import * as Y from 'yjs';
import type { Op } from '../../../electron/store/format/ops.ts';
import type { CommitOptions } from '../../../electron/store/commits.ts';
import type { SimDevice } from './device.ts';
import type { Dice } from './dice.ts';
import type { SimTime } from './time.ts';

export interface Bench {
  readonly device: SimDevice;
  readonly time: SimTime;
  readonly dice: Dice;
  /** Commits and notes that it was acknowledged. */
  commit(ops: readonly Op[], options?: CommitOptions): string;
  /** Stores an object and notes that it was acknowledged. */
  putObject(bytes: Uint8Array): Promise<string>;
  /** Brings what another device has written. */
  receive(fileCount: number): void;
  /** Work during which the power stays on. */
  safely(work: () => Promise<void>): Promise<void>;
  /** From now on the disk fails so, until called with null. */
  fail(error: { operation: string; code: string } | null): void;
}

export type Workload = (bench: Bench) => Promise<void>;

const bytesOf = (text: string) => new TextEncoder().encode(text);
const set = (value: number, e = 'e1'): Op => ({ o: 'set', e, f: { epochs: value } });
const create = (e: string): Op => ({ o: 'create', e, t: 'run', f: { name: e } });

export const workloads: Readonly<Record<string, Workload>> = {
  async 'single changes that are published one by one'({ device, commit }) {
    commit([create('e1')]);
    await device.store().flush();
    for (let i = 0; i < 4; i++) {
      commit([set(i)]);
      await device.store().flush();
    }
  },

  async 'many changes that are published together, some while that is under way'({ device, commit, time }) {
    for (let i = 0; i < 20; i++) commit([create(`e${i}`), set(i, `e${i}`)]);
    const publishing = device.store().flush();
    for (let i = 0; i < 5; i++) commit([set(i + 100)]);
    await publishing;
    commit([set(200)]);
    await time.advance(15_000);
  },

  async 'records that fill several segments'({ device, commit, dice }) {
    for (let i = 0; i < 3; i++) {
      commit([{ o: 'create', e: `e${i}`, t: 'run', f: { log: Buffer.from(dice.bytes(100_000)).toString('base64') } }]);
    }
    await device.store().flush();
  },

  async 'a file and the change that names it'({ device, commit, putObject }) {
    for (let i = 0; i < 3; i++) {
      const hash = await putObject(bytesOf(`data ${i}`));
      commit([create(`e${i}`)], { objects: [hash] });
    }
    await device.store().flush();
  },

  async 'the same file stored again and again'({ device, commit, putObject }) {
    for (let i = 0; i < 3; i++) {
      const hash = await putObject(bytesOf('the same'));
      commit([set(i)], { objects: [hash] });
      await device.store().flush();
    }
  },

  async 'typing in a text'({ commit, time, dice }) {
    commit([create('page')]);
    const doc = new Y.Doc({ guid: 'page' });
    doc.clientID = 1 + dice.below(1e9);
    for (let i = 0; i < 12; i++) {
      const before = Y.encodeStateVector(doc);
      const text = doc.getText('text');
      text.insert(dice.below(text.length + 1), `word${i} `);
      commit([{ o: 'text', e: 'page', u: Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64') }]);
      await time.advance(i % 4 === 3 ? 11_000 : 500);
    }
  },

  async 'an import of many files'({ device, commit, putObject }) {
    const objects: string[] = [];
    for (let i = 0; i < 8; i++) objects.push(await putObject(bytesOf(`column ${i}`)));
    commit([create('dataset')], { objects, why: 'imported' });
    await device.store().flush();
  },

  async 'a publication that fails and is tried again'({ device, commit, fail, time }) {
    commit([create('e1')]);
    await device.store().flush();
    for (const operation of ['create', 'write', 'sync', 'rename', 'syncDirectory']) {
      commit([set(operation.length)]);
      fail({ operation, code: 'EIO' });
      await device.store().flush().catch(() => undefined);
      fail(null);
      await time.advance(61_000);
    }
  },

  async 'a program that is started and ended several times'({ device, commit }) {
    for (let i = 0; i < 3; i++) {
      commit([i === 0 ? create('e1') : set(i)]);
      await device.close();
      await device.open();
    }
  },

  async 'a publication while changes of others come in'({ device, commit, receive }) {
    for (let i = 0; i < 3; i++) {
      commit([create(`own${i}`), set(i, 'shared')]);
      receive(2);
      await Promise.all([device.store().flush(), device.store().refresh()]);
    }
  },

  async 'a hundred small files of the log that become a pack'({ device, commit, time, safely }) {
    await safely(async () => {
      for (let i = 0; i < 64; i++) {
        commit([set(i)]);
        await device.store().flush();
      }
    });
    await time.advance(2 * 3_600_000);
    await device.close();
    await device.open();
    commit([set(100)]);
    await device.store().flush();
  },

  async 'the signed checkpoint at the end of a day'({ device, commit, receive, time }) {
    for (let day = 0; day < 2; day++) {
      commit([set(day)]);
      receive(1);
      await device.store().refresh();
      await time.advance(25 * 3_600_000);
      await device.close();
      await device.open();
    }
  },
};
