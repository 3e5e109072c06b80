/** What a writing process is told to do, and how a test starts one and reads what it acknowledged. */
import { spawn, type ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import { ObjectHash } from '../../shared/domain/ids.ts';
import type { Store, StoreOptions } from '../../electron/store/store.ts';
import { createEntityReader } from '../../electron/store/index/entities.ts';
import { openSqlite } from '../../electron/store/sqlite.ts';
import { deleteIndex, indexFile, withStore } from './stores.ts';

export type WriterAction = 'run' | 'object' | 'page' | 'mark' | 'flush' | 'refresh' | 'reopen';

export interface WriterOrder {
  projectDir: string;
  userDataDir: string;
  /** Starts every name it writes. */
  prefix: string;
  /** Creates the project first. */
  isNew: boolean;
  /** Done in turn, again and again. */
  actions: WriterAction[];
  actionCount: number;
  /** The same bytes in each run; else the real clock and real randomness. */
  fixed: { seed: string; startMs: number } | null;
  /** How many names of temporary files there are in a fixed run. */
  temporaryNames: number;
}

export interface WriterEnd {
  readonly lines: readonly string[];
  readonly errors: string;
  readonly signal: NodeJS.Signals | null;
  readonly exitCode: number | null;
}

/** Starts `command` with the order as its last argument. */
export function startWriter(command: readonly string[], order: WriterOrder): ChildProcess {
  const [program = '', ...rest] = command;
  // One thread for files, so that the calls of a fixed run have one order.
  return spawn(program, [...rest, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
}

/** All lines it printed whole, once it has ended. `onLine` sees each chunk's last line as it comes. */
export function endOf(child: ChildProcess, onOutput: (output: string) => void = () => undefined): Promise<WriterEnd> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      onOutput(output);
    });
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ lines: output.split('\n').slice(0, -1), errors, signal, exitCode }));
  });
}

/** What was acknowledged, by what kind of thing it is. */
export class Acknowledged {
  readonly runs = new Set<string>();
  readonly pages = new Set<string>();
  readonly objects = new Set<string>();
  readonly marks = new Map<string, number>();

  add(prefix: string, lines: readonly string[]): void {
    for (const line of lines) {
      const [kind = '', value = ''] = line.split(' ');
      if (kind === 'run') this.runs.add(value);
      if (kind === 'page') this.pages.add(value);
      if (kind === 'object') this.objects.add(value);
      if (kind === 'mark') this.marks.set(`mark-${prefix}`, Number(value));
    }
  }

  get count(): number {
    return this.runs.size + this.pages.size + this.objects.size + this.marks.size;
  }

  /** What the store lacks of it, in words; empty when all is there. */
  async missingFrom(store: Store): Promise<string[]> {
    const runs = new Set(store.list('run').map((run) => run.fields['name']));
    const pages = new Map(store.list('page').map((page) => [page.fields['title'], page.id]));
    const project = store.find(store.projectId);
    const missing = [...this.runs].filter((name) => !runs.has(name)).map((name) => `run ${name}`);
    for (const name of this.pages) {
      const id = pages.get(name);
      if (id === undefined || store.text(id).text !== name) missing.push(`page ${name}`);
    }
    for (const hash of this.objects) {
      if (!(await store.hasObject(ObjectHash.parse(hash)))) missing.push(`object ${hash}`);
    }
    // A later mark may have been durable before the process could say so.
    for (const [field, n] of this.marks) {
      if (!(Number(project?.fields[field]) >= n)) missing.push(`${field} ${n}`);
    }
    return missing;
  }
}

/** Opens the project as the next start of the app would: all acknowledged is there, nothing is wrong, and a new index says the same. */
export async function expectSound(options: StoreOptions, acknowledged: Acknowledged): Promise<string> {
  await withStore(options, async (store) => {
    expect(await acknowledged.missingFrom(store)).toEqual([]);
    await store.flush();
    expect(store.problems()).toEqual([]);
    expect(store.stats().unpublishedCount).toBe(0);
    const { outcome, findings } = await store.verify();
    expect({ outcome, findings }).toEqual({ outcome: 'verified', findings: [] });
  });
  // Closing may have written: the first pack of a project says that it needs packs to be known.
  const hash = hashOfIndex(indexFile(options));
  deleteIndex(options);
  expect(await withStore(options, (store) => store.stateHash())).toBe(hash);
  return hash;
}

function hashOfIndex(path: string): string {
  const db = openSqlite(path);
  try {
    return createEntityReader(db).stateHash();
  } finally {
    db.close();
  }
}
