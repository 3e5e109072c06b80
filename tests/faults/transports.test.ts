/** What carries a project from computer to computer, as it is: rsync, git and Syncthing, each where it is installed. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Store, StoreOptions } from '../../electron/store/store.ts';
import { count } from '../support/counts.ts';
import { createStore, device, filesBelow, fingerprintOfFolder, openStore, temporaryDirectory, withStore } from '../support/stores.ts';
import { startPeers } from '../support/syncthing.ts';

const has = (program: string) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
const names = (store: Store) => store.list('run').map((run) => String(run.fields['name'])).sort();

/** A device with the computer's own clock and a folder of its own. */
function person(root: string, name: string): StoreOptions {
  return { ...device(root, name), clock: Date.now };
}

/** Commits runs named after `prefix`, one of them with content of `sizeBytes`, and publishes them. */
async function work(store: Store, prefix: string, sizeBytes = 1000): Promise<string[]> {
  const { hash } = await store.putObject({ bytes: new TextEncoder().encode(prefix.padEnd(sizeBytes, `${prefix} `)) });
  const made = ['a', 'b', 'c'].map((part) => `${prefix}-${part}`);
  for (const name of made) {
    store.commit('runs.start', [{ o: 'create', e: store.newId(), t: 'run', f: { name } }, { o: 'set', e: store.projectId, f: { note: name } }], { objects: [hash] });
    await store.flush();
  }
  return made;
}

/** All see the same, nobody misses anything, and each copy verifies. */
async function expectSettled(people: readonly StoreOptions[], expected: readonly string[]): Promise<void> {
  const hashes: string[] = [];
  for (const options of people) {
    await withStore(options, async (store) => {
      expect(names(store)).toEqual([...expected].sort());
      expect(store.problems()).toEqual([]);
      expect((await store.verify()).findings.filter(({ kind }) => kind !== 'clock')).toEqual([]);
      hashes.push(store.stateHash());
    });
  }
  expect(new Set(hashes).size).toBe(1);
}

if (has('rsync')) describe('rsync', () => {
  const copy = (from: StoreOptions, to: StoreOptions, ...options: string[]) => execFileSync('rsync', ['-r', ...options, `${from.projectDir}/`, `${to.projectDir}/`]);

  it.each([['--inplace'], ['--partial'], ['--partial-dir=.rsync-partial']])('%s, stopped again and again, shows no half of anything and is whole in the end', async (option) => {
    const root = temporaryDirectory();
    const [ana, ben] = [person(root, 'Ana'), person(root, 'Ben')];
    const store = await createStore(ana);
    const made = await work(store, 'ana', 3_000_000);
    await store.close();
    mkdirSync(ben.projectDir);
    // What makes a folder a project is small and comes in one piece.
    execFileSync('rsync', [join(ana.projectDir, 'assay.json'), ben.projectDir]);
    for (let round = 0; round < count(6); round++) {
      const child = spawn('rsync', ['-r', '--bwlimit=2000', option, `${ana.projectDir}/`, `${ben.projectDir}/`], { stdio: 'ignore' });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      await new Promise((resolve) => setTimeout(resolve, 40 + round * 60));
      child.kill('SIGKILL');
      await ended;
      await withStore(ben, (arriving) => {
        expect(made).toEqual(expect.arrayContaining(names(arriving)));
        expect(arriving.problems().filter(({ kind }) => kind !== 'waiting' && kind !== 'missing' && kind !== 'local')).toEqual([]);
      });
    }
    copy(ana, ben, option);
    const [again, other] = [await openStore(ana), await openStore(ben)];
    made.push(...(await work(again, 'ana-2')), ...(await work(other, 'ben')));
    await Promise.all([again.close(), other.close()]);
    copy(ana, ben);
    copy(ben, ana);
    await expectSettled([ana, ben], made);
  });
});

if (has('git')) describe('git', () => {
  function git({ projectDir }: StoreOptions, ...args: string[]): string {
    return execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'commit.gpgsign=false', ...args], {
      cwd: projectDir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    });
  }

  function commitAll(options: StoreOptions): void {
    git(options, 'add', '-A');
    git(options, 'commit', '-qm', 'more');
  }

  /** A project of Ana's in git, and what is in it. */
  async function project(root: string): Promise<{ ana: StoreOptions; made: string[] }> {
    const ana = person(root, 'Ana');
    const store = await createStore(ana);
    const made = await work(store, 'ana');
    await store.close();
    git(ana, 'init', '-q', '-b', 'main');
    commitAll(ana);
    return { ana, made };
  }

  function clone(from: StoreOptions, to: StoreOptions, ...options: string[]): void {
    mkdirSync(to.projectDir);
    git(to, 'clone', '-q', ...options, from.projectDir, '.');
  }

  it('merges what two people did, also where line ends are converted', async () => {
    const root = temporaryDirectory();
    const { ana, made } = await project(root);
    const ben = person(root, 'Ben');
    clone(ana, ben, '-c', 'core.autocrlf=true');
    const inProject = (options: StoreOptions) => fingerprintOfFolder(options.projectDir).filter((line) => !line.startsWith('.git/'));
    expect(inProject(ben)).toEqual(inProject(ana));
    const [one, other] = [await openStore(ana), await openStore(ben)];
    made.push(...(await work(one, 'ana-2')), ...(await work(other, 'ben')));
    await Promise.all([one.close(), other.close()]);
    commitAll(ana);
    commitAll(ben);
    git(ben, 'pull', '-q', '--no-rebase', '--no-edit', 'origin', 'main');
    git(ana, 'pull', '-q', '--no-rebase', '--no-edit', ben.projectDir, 'main');
    await expectSettled([ana, ben], made);
    expect(inProject(ben)).toEqual(inProject(ana));
  });

  it('that is told to convert everything is found out, file by file, and hurts nobody else', async () => {
    const root = temporaryDirectory();
    const { ana, made } = await project(root);
    const ben = person(root, 'Ben');
    clone(ana, ben, '--no-checkout');
    // These attributes outrank the project's own.
    mkdirSync(join(ben.projectDir, '.git/info'), { recursive: true });
    writeFileSync(join(ben.projectDir, '.git/info/attributes'), '* text eol=crlf\n');
    git(ben, 'checkout', '-q', 'main');
    const segments = filesBelow(join(ben.projectDir, 'log')).map((file) => `log/${file}`);
    const store = await openStore(ben);
    expect(names(store)).toEqual([]);
    expect(store.problems().map(({ kind, file }) => `${kind} ${file}`).sort()).toEqual(['assay.json', ...segments].map((file) => `damaged ${file}`));
    const { outcome, findings } = await store.verify();
    expect(outcome).not.toBe('verified');
    expect(segments.filter((file) => !findings.some((finding) => finding.file === file))).toEqual([]);

    // Another copy of the same repository is not touched by it, and a good copy of the files heals this one.
    const cem = person(root, 'Cem');
    clone(ben, cem);
    await expectSettled([cem], made);
    writeFileSync(join(ben.projectDir, '.git/info/attributes'), '');
    git(ben, 'rm', '-q', '-r', '--cached', '.');
    git(ben, 'reset', '-q', '--hard');
    await store.close();
    await expectSettled([ben, ana], made);
  });
});

if (has('syncthing')) describe('Syncthing', () => {
  it('brings two people who work at the same time to the same state', { timeout: 120_000 }, async () => {
    const root = temporaryDirectory();
    const [ana, ben] = [person(root, 'Ana'), person(root, 'Ben')];
    const first = await createStore(ana);
    const peers = await startPeers(root, [ana.projectDir, ben.projectDir]);
    onTestFinished(async () => { await Promise.all(peers.map((peer) => peer.stop())); });
    await until(() => existsSync(join(ben.projectDir, 'assay.json')));
    const second = await openStore(ben);
    await Promise.all([first.watch(), second.watch()]);
    const made: string[] = [];
    for (let round = 0; round < count(5); round++) {
      made.push(...(await work(first, `ana-${round}`)), ...(await work(second, `ben-${round}`)));
    }
    await until(() => [first, second].every((store) => store.list('run').length === made.length) && first.stateHash() === second.stateHash());
    await Promise.all([first.close(), second.close()]);
    // What was written while closing travels, too.
    await until(() => filesBelow(join(ana.projectDir, 'log')).join() === filesBelow(join(ben.projectDir, 'log')).join());
    await Promise.all(peers.map((peer) => peer.stop()));
    await expectSettled([ana, ben], made);
  });
});

/** Waits for what other processes bring about. @throws Error after 90 s */
async function until(isTrue: () => boolean): Promise<void> {
  const giveUpAtMs = Date.now() + 90_000;
  while (!isTrue()) {
    if (Date.now() > giveUpAtMs) throw new Error('it has not come about in 90 s');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
