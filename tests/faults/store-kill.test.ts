/** Real processes that are killed while they write: what was acknowledged is there afterwards, with no repair. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openProject, type StoreOptions } from '../../electron/store/store.ts';
import { bundleScript, type Bundle } from '../support/bundle.ts';
import { count } from '../support/counts.ts';
import { codeThrownBy, device, syncFolders, temporaryDirectory, withStore } from '../support/stores.ts';
import { Acknowledged, endOf, expectSound, startWriter, type WriterAction, type WriterOrder } from '../support/writer-order.ts';

/** Processes at once, each on a project of its own. */
const laneCount = 3;
const killCount = count(1000);
/** After so many kills a lane looks at its project. */
const batchSize = 25;
/** After so many batches it begins a new one, so that creation is killed too and a check stays short. */
const batchesPerProject = 3;
const seed = process.env['ASSAY_SEED'] ?? 'kill-1';

/** What a writer does differs from round to round: small and large changes, few and many publications, reopening. */
const routines: readonly WriterAction[][] = [
  ['run', 'run', 'page', 'mark'],
  ['object', 'run', 'flush'],
  ['run', 'flush', 'mark', 'flush', 'page', 'flush'],
  ['page', 'object', 'reopen', 'run', 'refresh'],
  ['mark', 'flush', 'reopen'],
];

let bundle: Bundle;
beforeAll(async () => { bundle = await bundleScript('store-writer'); });
afterAll(() => bundle.remove());

/** A number from 0 to below `limit` that depends on the seed and the names alone. */
function draw(limit: number, ...names: (string | number)[]): number {
  return createHash('sha256').update([seed, ...names].join(' ')).digest().readUInt32BE() % limit;
}

/** When a writer dies: so long after so many lines, of which the first is printed before anything is opened. */
interface Death {
  readonly lineCount: number;
  readonly afterMs: number;
}

/** Kills a writer and returns what it printed whole. */
async function killAfter(order: WriterOrder, { lineCount, afterMs }: Death): Promise<readonly string[]> {
  const child = startWriter([process.execPath, bundle.path], order);
  let isDoomed = false;
  const { lines, signal, errors } = await endOf(child, (output) => {
    if (isDoomed || output.split('\n').length <= lineCount) return;
    isDoomed = true;
    if (afterMs === 0) child.kill('SIGKILL');
    else setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${errors} ${lines.join('; ')}`);
  expect({ failed: lines.filter((line) => line.startsWith('failed')), errors }).toEqual({ failed: [], errors: '' });
  return lines;
}

/** A third die while they open or create the project, the others at work. */
function deathOf(prefix: string): Death {
  if (draw(3, prefix, 'when') === 0) return { lineCount: 1, afterMs: draw(70, prefix, 'life') };
  return { lineCount: 2 + draw(16, prefix, 'lines'), afterMs: draw(12, prefix, 'life') };
}

function orderFor(options: StoreOptions, prefix: string, actions: WriterAction[]): WriterOrder {
  return {
    projectDir: options.projectDir, userDataDir: options.userDataDir, prefix, isNew: !existsSync(join(options.projectDir, 'assay.json')),
    actions, actionCount: 1e9, fixed: null, temporaryNames: 0,
  };
}

/** Kills writers on projects of its own, `kills` times in all; returns how much they had acknowledged. */
async function lane(root: string, name: string, kills: number): Promise<number> {
  let acknowledgedCount = 0;
  for (let done = 0, project = 0; done < kills; project++) {
    const options = { ...device(join(root, `${name}-${project}`), 'Ana'), clock: Date.now };
    const acknowledged = new Acknowledged();
    let hash = '';
    for (let batch = 0; batch < batchesPerProject && done < kills; batch++) {
      for (let round = 0; round < batchSize && done < kills; round++, done++) {
        const prefix = `${name}-${project}-${batch}-${round}`;
        const order = orderFor(options, prefix, routines[draw(routines.length, prefix, 'routine')] ?? []);
        acknowledged.add(prefix, await killAfter(order, deathOf(prefix)));
      }
      if (existsSync(join(options.projectDir, 'assay.json'))) hash = await expectSound(options, acknowledged);
    }
    acknowledgedCount += acknowledged.count;
    if (hash !== '') await expectCopyAgrees(options, hash);
  }
  return acknowledgedCount;
}

/** A colleague who gets a copy of the folder sees the same. */
async function expectCopyAgrees(options: StoreOptions, hash: string): Promise<void> {
  const root = join(options.userDataDir, '..');
  const ben = { ...device(root, 'Ben'), clock: Date.now };
  syncFolders(options.projectDir, ben.projectDir);
  expect(await withStore(ben, (store) => store.stateHash())).toBe(hash);
}

it(`no acknowledged change is lost when the process is killed, ${killCount} times (ASSAY_SEED=${seed})`, { timeout: 60_000 + killCount * 1000 }, async () => {
  const root = temporaryDirectory();
  const perLane = Math.ceil(killCount / laneCount);
  const counts = await Promise.all(Array.from({ length: laneCount }, (_, i) => lane(root, `lane${i}`, Math.min(perLane, Math.max(0, killCount - i * perLane)))));
  expect(counts.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(killCount);
});

it('a second process is refused while the first has the project open, and not a moment longer', { timeout: 60_000 }, async () => {
  const options = { ...device(temporaryDirectory(), 'Ana'), clock: Date.now };
  const child = startWriter([process.execPath, bundle.path], orderFor(options, 'first', ['run']));
  let ended = Promise.resolve<unknown>(null);
  await new Promise<void>((resolve, reject) => {
    ended = endOf(child, (output) => { if (output.includes('run first-0')) resolve(); });
    void ended.then(() => reject(new Error('the writer ended by itself')));
  });
  expect(await codeThrownBy(() => openProject(options))).toBe('project/in-use');
  child.kill('SIGKILL');
  await ended;
  await withStore(options, (store) => expect(store.canWrite).toBe(true));
});
