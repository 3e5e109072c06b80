/**
 * A process that changes a project until it is killed or has done what it was told. It prints one line for each thing
 * that was acknowledged, and for each that was refused the error's code:
 *   start | open | run NAME | object HASH | page TEXT | mark N | published | failed WHERE CODE | hash STATE | closed
 */
import { createHash, randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { toFailure } from '../../shared/errors.ts';
import { createProject, openProject, type Store, type StoreOptions } from '../../electron/store/store.ts';
import { textUpdateOf } from '../../electron/store/index/text.ts';
import type { WriterOrder } from './writer-order.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as WriterOrder;

/** Whole lines, also where the test is slow to read and the pipe is full. */
function say(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'EAGAIN') throw thrown;
    }
  }
}

/** Names the same temporary files in each run, so that a fault can be aimed at a path; all else is as random as the seed. */
function fixedRandom(seed: string): (byteCount: number) => Uint8Array {
  const mark = createHash('sha256').update(seed).digest();
  let temporaryCount = 0;
  let count = 0;
  return (byteCount) => {
    if (byteCount === 10) return new Uint8Array([...mark.subarray(0, 9), temporaryCount++ % order.temporaryNames]);
    return new Uint8Array(createHash('sha512').update(`${seed} ${count++}`).digest().subarray(0, byteCount));
  };
}

function fixedClock(startMs: number): () => number {
  let nowMs = startMs;
  return () => (nowMs += 1000);
}

const options: StoreOptions = {
  projectDir: order.projectDir, userDataDir: order.userDataDir, person: 'writer', appVersion: '0.0.0',
  clock: order.fixed ? fixedClock(order.fixed.startMs) : Date.now,
  random: order.fixed ? fixedRandom(order.fixed.seed) : (byteCount) => new Uint8Array(randomBytes(byteCount)),
};

/** Runs one step; an error is said and the process goes on, as the app does after it has shown one. */
async function attempt(what: string, step: () => unknown): Promise<void> {
  try {
    await step();
  } catch (thrown) {
    say(`failed ${what} ${toFailure(thrown).code}`);
    if (toFailure(thrown).code.startsWith('internal/')) process.stderr.write(`${thrown instanceof Error ? thrown.stack : thrown}\n`);
  }
}

async function act(store: Store, action: WriterOrder['actions'][number], name: string, n: number): Promise<void> {
  switch (action) {
    case 'run':
      store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }]);
      return say(`run ${name}`);
    case 'object': {
      const { hash } = await store.putObject({ bytes: new TextEncoder().encode(name.repeat(1 + (n % 7) * 300)) });
      store.commit('runs.finish', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }], { objects: [hash] });
      say(`run ${name}`);
      return say(`object ${hash}`);
    }
    case 'page': {
      const id = store.newId<string>();
      store.commit('pages.create', [{ o: 'create', e: id, t: 'page', f: { title: name } }, { o: 'text', e: id, u: Buffer.from(textUpdateOf(name)).toString('base64') }]);
      return say(`page ${name}`);
    }
    case 'mark':
      store.commit('project.note', [{ o: 'set', e: store.projectId, f: { [`mark-${order.prefix}`]: n } }]);
      return say(`mark ${n}`);
    case 'flush':
      await store.flush();
      return say('published');
    case 'refresh':
      return store.refresh();
    case 'reopen':
      return;
  }
}

async function open(): Promise<Store | null> {
  let store: Store | null = null;
  await attempt('open', async () => {
    store = await (order.isNew ? createProject({ ...options, name: 'Killed' }) : openProject(options));
    say('open');
  });
  return store;
}

say('start');
let store = await open();
for (let n = 0; store !== null && n < order.actionCount; n++) {
  const action = order.actions[n % order.actions.length] ?? 'run';
  const current: Store = store;
  if (action === 'reopen') {
    await attempt('close', () => current.close());
    order.isNew = false;
    store = await open();
  } else {
    await attempt(action, () => act(current, action, `${order.prefix}-${n}`, n));
  }
}
if (store) {
  const last: Store = store;
  await attempt('hash', () => say(`hash ${last.stateHash()}`));
  await attempt('close', () => last.close());
}
say('closed');
