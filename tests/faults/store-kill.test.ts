/** Real processes that are killed while they write: what was acknowledged is there afterwards, with no repair. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openProject, type StoreOptions } from '../../electron/store/store.ts';
import { codeThrownBy, createStore, deleteIndex, device, filesBelow, temporaryDirectory, withStore } from '../support/stores.ts';

const roundCount = 30;

function startWriter(options: StoreOptions, prefix: string): ChildProcess {
  const script = join(import.meta.dirname, '../support/store-writer.ts');
  return spawn(process.execPath, [script, options.projectDir, options.userDataDir, prefix], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Reads lines until `count` were seen, lets it run for `extraMs` more, kills it, and returns all complete lines. */
function killAfter(child: ChildProcess, count: number, extraMs: number): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    let isDoomed = false;
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (isDoomed || output.split('\n').length <= count) return;
      isDoomed = true;
      setTimeout(() => child.kill('SIGKILL'), extraMs);
    });
    child.on('close', (_code, signal) => {
      if (signal === 'SIGKILL') resolve(output.split('\n').slice(0, -1).filter((line) => line !== 'open'));
      else reject(new Error(`the writer ended by itself: ${errors}`));
    });
  });
}

it(`no acknowledged change is lost when the process is killed, ${roundCount} times in a row`, { timeout: 180_000 }, async () => {
  const options = device(temporaryDirectory(), 'Ana');
  await (await createStore(options)).close();
  const acknowledged: string[] = [];
  for (let round = 0; round < roundCount; round++) {
    acknowledged.push(...(await killAfter(startWriter(options, `${round}`), 1 + (round % 9), (round * 7) % 23)));
  }
  expect(acknowledged.length).toBeGreaterThan(roundCount);

  const hash = await withStore(options, async (store) => {
    const names = new Set(store.list('run').map((run) => run.fields['name']));
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    expect(store.problems()).toEqual([]);
    await store.flush();
    expect(await store.verify()).toMatchObject({ outcome: 'verified', findings: [] });
    return store.stateHash();
  });
  deleteIndex(options);
  expect(await withStore(options, (store) => store.stateHash())).toBe(hash);
  const leftOver = filesBelow(options.projectDir).filter((file) => file.includes('~assay-'));
  expect(leftOver.length).toBeLessThanOrEqual(roundCount);
});

it('a second process is refused while the first has the project open, and not a moment longer', { timeout: 60_000 }, async () => {
  const options = device(temporaryDirectory(), 'Ana');
  await (await createStore(options)).close();
  const child = startWriter(options, 'first');
  await new Promise<void>((resolve) => child.stdout?.once('data', () => resolve()));
  expect(await codeThrownBy(() => openProject(options))).toBe('project/in-use');
  await killAfter(child, 0, 0);
  await withStore(options, (store) => expect(store.canWrite).toBe(true));
});
