/** The store beside what it stands on: bare SQLite for one durable change, sha256sum for a full check. */
import Database from 'better-sqlite3';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject, openProject, type Store, type StoreOptions } from '../../electron/store/store.ts';
import { median, type BenchLine } from './line.ts';

const runCount = 5;
const editsPerRun = 500;
const eventCount = 20_000;
const objectMb = 200;

export async function benchStore(): Promise<BenchLine[]> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-bench-store-'));
  try {
    return [...(await measureEdits(folder)), await measureOpen(folder), await measureVerify(folder)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function optionsFor(folder: string, name: string): StoreOptions {
  return {
    projectDir: join(folder, name), userDataDir: join(folder, 'user'), clock: () => Date.now(),
    random: (byteCount) => randomBytes(byteCount), person: 'bench', appVersion: '0.0.0',
  };
}

async function measureEdits(folder: string): Promise<BenchLine[]> {
  const store = await createProject({ ...optionsFor(folder, 'edits'), name: 'edits' });
  const db = new Database(join(folder, 'bare.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE edits (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO edits (body) VALUES (?)');
  const ours: number[] = [];
  const bare: number[] = [];
  const id = store.newId();
  store.commit('bench.create', [{ o: 'create', e: id, t: 'note', f: { text: '' } }]);
  for (let run = 0; run < runCount; run++) {
    ours.push(percentile(timeEach(editsPerRun, (n) => store.commit('bench.edit', [{ o: 'set', e: id, f: { text: `edit ${n}` } }])), 0.99));
    bare.push(percentile(timeEach(editsPerRun, (n) => insert.run(`edit ${n}`)), 0.99));
  }
  db.close();
  await store.close();
  const [value, peerValue] = [median(ours), median(bare)];
  return [{
    name: `Durable edit, 99th percentile of ${editsPerRun}`, value, unit: 'ms', peer: 'one bare SQLite insert, synchronous = FULL', peerValue,
    ratio: peerValue / value, goal: '<= 20 ms', holds: value <= 20, runs: runCount,
  }];
}

async function measureOpen(folder: string): Promise<BenchLine> {
  const options = optionsFor(folder, 'events');
  const filled = await createProject({ ...options, name: 'events' });
  for (let n = 0; n < eventCount; n++) filled.commit('bench.create', [{ o: 'create', e: filled.newId(), t: 'note', f: { text: `note ${n}` } }]);
  await filled.close();
  const warm: number[] = [];
  const rebuilt: number[] = [];
  for (let run = 0; run < runCount; run++) {
    warm.push(await timeOpen(options));
    await removeIndex(join(folder, 'user'));
    rebuilt.push(await timeOpen(options));
  }
  const [value, peerValue] = [median(warm), median(rebuilt)];
  return {
    name: `Open an unchanged project of ${eventCount.toLocaleString('en')} events`, value, unit: 'ms', peer: 'the same with its index rebuilt', peerValue,
    ratio: peerValue / value, goal: null, holds: null, runs: runCount,
  };
}

async function measureVerify(folder: string): Promise<BenchLine> {
  const options = optionsFor(folder, 'objects');
  const store = await createProject({ ...options, name: 'objects' });
  const { hash } = await store.putObject({ bytes: randomBytes(objectMb * 1e6) });
  const object = await store.objectPath(hash);
  store.commit('bench.create', [{ o: 'create', e: store.newId(), t: 'note', f: { object: hash } }], { objects: [hash] });
  await store.flush();
  const ours: number[] = [];
  const peer: number[] = [];
  for (let run = 0; run < runCount; run++) {
    ours.push(await timeAsync(async () => {
      const { outcome } = await store.verify();
      if (outcome !== 'verified') throw new Error(`the project is ${outcome}`);
    }));
    peer.push(await timeAsync(() => Promise.resolve(execFileSync('sha256sum', [object]))));
  }
  await store.close();
  const [value, peerValue] = [median(ours), median(peer)];
  return {
    name: `Verify a project of ${objectMb} MB`, value, unit: 'ms', peer: 'sha256sum of the same bytes', peerValue,
    ratio: peerValue / value, goal: null, holds: null, runs: runCount,
  };
}

async function timeOpen(options: StoreOptions): Promise<number> {
  let store: Store | null = null;
  const elapsedMs = await timeAsync(async () => {
    store = await openProject(options);
  });
  await (store as Store | null)?.close();
  return elapsedMs;
}

/** The index is disposable; the outbox and the key are not. */
async function removeIndex(userDataDir: string): Promise<void> {
  for (const path of await readdir(userDataDir, { recursive: true })) {
    if (/index\.db[^/\\]*$/.test(path)) await rm(join(userDataDir, path), { force: true });
  }
}

function timeEach(count: number, work: (n: number) => unknown): number[] {
  return Array.from({ length: count }, (_, n) => {
    const startedAtMs = performance.now();
    work(n);
    return performance.now() - startedAtMs;
  });
}

async function timeAsync(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return performance.now() - startedAtMs;
}

function percentile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? NaN;
}
