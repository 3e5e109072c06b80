/** Builders for store tests: a folder that is removed at the end, a clock that is set by hand, randomness from a seed. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { createProject, openProject, type Store, type StoreOptions } from '../../electron/store/store.ts';

/** Starts at 2026-01-01 and moves one second with each reading. */
export function tickingClock(startMs = Date.UTC(2026, 0, 1)): () => number {
  let nowMs = startMs;
  return () => (nowMs += 1000);
}

/** Bytes that depend on the seed only: SHA-256 of the seed and a counter. */
export function seededRandom(seed: string): (byteCount: number) => Uint8Array {
  let count = 0;
  return (byteCount) => {
    const blocks: Buffer[] = [];
    for (let i = 0; i * 32 < byteCount; i++) blocks.push(createHash('sha256').update(`${seed} ${count++}`).digest());
    return new Uint8Array(Buffer.concat(blocks).subarray(0, byteCount));
  };
}

/** A directory that is removed when the test has finished. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'assay-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Options of a device called `name` with its own user data; the project lies in `<root>/<folder>`. */
export function device(root: string, name: string, folder = `project-${name}`): StoreOptions {
  return {
    projectDir: join(root, folder), userDataDir: join(root, `user-${name}`), clock: tickingClock(), random: seededRandom(name), person: name, appVersion: '0.0.0',
  };
}

/** Creates a project that is closed when the test has finished. */
export async function createStore(options: StoreOptions, name = 'Penguins'): Promise<Store> {
  const store = await createProject({ ...options, name });
  onTestFinished(() => store.close());
  return store;
}

/** Opens a project that is closed when the test has finished. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const store = await openProject(options);
  onTestFinished(() => store.close());
  return store;
}

/** Runs `work` on an opened project and closes it. */
export async function withStore<T>(options: StoreOptions, work: (store: Store) => T | Promise<T>): Promise<T> {
  const store = await openProject(options);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Copies what a file sync would: files that the other folder does not have. */
export function syncFolders(from: string, to: string): void {
  cpSync(from, to, { recursive: true, force: false, errorOnExist: false });
}

/** All files below a directory, relative and sorted; none when there is no directory. */
export function filesBelow(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)))
    .sort();
}

/** The disposable index of the only project of a device. */
export function indexFile(options: StoreOptions): string {
  const root = join(options.userDataDir, 'p');
  return join(root, filesBelow(root).find((file) => file.endsWith('index.db')) ?? '');
}

/** Removes the disposable index of every project of a device. */
export function deleteIndex(options: StoreOptions): void {
  const root = join(options.userDataDir, 'p');
  for (const file of filesBelow(root)) {
    if (file.includes('index.db')) rmSync(join(root, file));
  }
}

/** Path, size and content hash of every file below a directory, for "nothing was changed". */
export function fingerprintOfFolder(directory: string): string[] {
  return filesBelow(directory).map((file) => {
    const path = join(directory, file);
    return `${file} ${statSync(path).size} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
  });
}

/** The code of the AppError that `work` throws; "" when it throws nothing. */
export async function codeThrownBy(work: () => unknown): Promise<string> {
  try {
    await work();
    return '';
  } catch (thrown) {
    const failure = (thrown as { failure?: { code?: string } }).failure;
    if (!failure?.code) throw thrown;
    return failure.code;
  }
}
