/** Files for tests of the data layer: a folder of its own per test file, and the way from file to stored table. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openDuck } from '../../electron/data/duck.ts';
import type { Duck } from '../../electron/data/duck.ts';
import { importFile } from '../../electron/data/import.ts';
import type { Imported } from '../../electron/data/import.ts';
import { sniffFile } from '../../electron/data/sniff.ts';
import type { ColumnType } from '../../shared/domain/columns.ts';
import type { ImportPlan, Sniff } from '../../shared/domain/datasets.ts';
import { AppError } from '../../shared/errors.ts';
import type { Failure } from '../../shared/errors.ts';

export interface DataFolder {
  readonly duck: Duck;
  readonly root: string;
  readonly tempDir: string;
  /** Writes a file and returns its path. */
  file(name: string, content: string | Uint8Array): Promise<string>;
  /** A path in the folder. */
  path(name: string): string;
  /** Sniffs and imports a file with the guessed types, or those given by name. */
  store(path: string, types?: Readonly<Record<string, ColumnType>>): Promise<Imported & { path: string; sniff: Sniff }>;
}

/** A folder with a DuckDB beside it, made before and removed after the tests of the calling file. */
export function dataFolder(): DataFolder {
  let root = '';
  let duck: Duck | null = null;
  let count = 0;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'assay-data-'));
    await mkdir(join(root, 'files'));
    duck = await openDuck({ tempDir: join(root, 'temp'), threads: 2 });
  });
  afterAll(async () => {
    await rm(root, { recursive: true, force: true });
  });
  const opened = (): Duck => {
    if (duck === null) throw new Error('the folder is made before the first test, not while tests are collected');
    return duck;
  };
  const path = (name: string) => join(root, 'files', name);
  return {
    get duck() {
      return opened();
    },
    get root() {
      return join(root, 'files');
    },
    get tempDir() {
      return join(root, 'temp');
    },
    path,
    async file(name, content) {
      await writeFile(path(name), content);
      return path(name);
    },
    async store(source, types) {
      const sniff = await sniffFile(opened(), source);
      const outPath = path(`stored-${count++}.parquet`);
      return { ...(await importFile(opened(), { path: source, plan: planOf(sniff, types), outPath })), path: outPath, sniff };
    },
  };
}

/** The plan that takes a sniffed file as it is, but for the types given by name. */
export function planOf(sniff: Sniff, types: Readonly<Record<string, ColumnType>> = {}): ImportPlan {
  return {
    format: sniff.format,
    dialect: sniff.dialect,
    ...(sniff.table === null ? {} : { table: sniff.table }),
    columns: sniff.columns.map(({ sourceName, type }) => ({ sourceName, name: sourceName, type: (Object.hasOwn(types, sourceName) ? types[sourceName] : undefined) ?? type })),
  };
}

/** The failure that `work` ends with. @throws when it succeeds or throws something else */
export async function failureFrom(work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof AppError) return thrown.failure;
    throw thrown;
  }
  throw new Error('it was expected to fail');
}

/** A file of the npm package vega-datasets. */
export function vegaFile(name: string): string {
  return join(process.cwd(), 'node_modules', 'vega-datasets', 'data', name);
}
