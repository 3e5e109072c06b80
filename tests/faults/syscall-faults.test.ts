/**
 * Every call to the operating system that the store makes, failing: once or from then on, on the side of the project
 * folder or of user data. What was acknowledged is there, an error was shown in words, and index and log agree.
 */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type StoreOptions } from '../../electron/store/store.ts';
import { bundleScript, type Bundle } from '../support/bundle.ts';
import { count } from '../support/counts.ts';
import { device, temporaryDirectory, tickingClock } from '../support/stores.ts';
import { canInject, profile, withFault, type Fault, type Profile } from '../support/strace.ts';
import { Acknowledged, endOf, expectSound, startWriter, type WriterOrder } from '../support/writer-order.ts';

const faultCount = count(600);
const laneCount = 2;
const seed = process.env['ASSAY_SEED'] ?? 'calls-1';

/**
 * What may go wrong with each call. "lie" says it was done and does nothing, as some drives do; EINTR comes once only,
 * because a call that is always interrupted is one that everybody repeats for ever.
 */
const errorsOf: Readonly<Record<string, readonly string[]>> = {
  openat: ['EIO', 'EACCES', 'EMFILE', 'ENOSPC', 'EROFS', 'EINTR'],
  read: ['EIO', 'EINTR'],
  pread64: ['EIO', 'EINTR'],
  write: ['EIO', 'ENOSPC', 'EINTR'],
  pwrite64: ['EIO', 'ENOSPC', 'EINTR'],
  fsync: ['EIO', 'ENOSPC', 'EINTR', 'lie'],
  rename: ['EIO', 'ENOSPC', 'EACCES', 'EROFS', 'lie'],
  link: ['EIO', 'EPERM', 'EROFS', 'lie'],
  mkdir: ['EIO', 'ENOSPC', 'EACCES', 'EROFS', 'lie'],
  unlink: ['EIO', 'EACCES', 'EROFS', 'lie'],
  ftruncate: ['EIO', 'ENOSPC', 'EINTR'],
  statx: ['EIO', 'EACCES', 'EINTR'],
  newfstatat: ['EIO', 'EACCES'],
  getdents64: ['EIO', 'EINTR'],
};

type Beginning = 'a new project' | 'an old project';
type Side = 'project' | 'user';

interface Case extends Fault {
  readonly beginning: Beginning;
  readonly side: Side;
}

/** A folder whose path stays the same, so that a call can be aimed at a file by name; one case at a time. */
interface Lane {
  readonly options: StoreOptions;
  readonly orders: Readonly<Record<Beginning, WriterOrder>>;
  readonly profiles: Readonly<Record<Beginning, Readonly<Record<Side, Profile>>>>;
  /** Puts the files back to how they were at the beginning. */
  reset(beginning: Beginning): void;
}

async function prepareLane(root: string, bundle: Bundle): Promise<Lane> {
  const work = join(root, 'work');
  // Who looks afterwards lives after all that was written.
  const options = { ...device(work, 'Ana', 'project'), userDataDir: join(work, 'user'), clock: tickingClock(Date.UTC(2026, 0, 3)) };
  const order = (isNew: boolean, name: string, startMs: number): WriterOrder => ({
    projectDir: options.projectDir, userDataDir: options.userDataDir, prefix: name, isNew,
    actions: ['run', 'object', 'page', 'flush', 'mark', 'refresh', 'reopen', 'object', 'run', 'flush', 'page'], actionCount: 11,
    fixed: { seed: name, startMs }, temporaryNames: 8,
  });
  const orders = { 'a new project': order(true, 'new', Date.UTC(2026, 0, 1)), 'an old project': order(false, 'again', Date.UTC(2026, 0, 2)) };
  const reset = (beginning: Beginning) => {
    rmSync(work, { recursive: true, force: true });
    if (beginning === 'a new project') mkdirSync(work, { recursive: true });
    else cpSync(join(root, 'old'), work, { recursive: true });
  };
  const profileOf = (beginning: Beginning) => {
    reset(beginning);
    return profile([process.execPath, bundle.path, JSON.stringify(orders[beginning])], Object.keys(errorsOf), { project: options.projectDir, user: options.userDataDir }) as Record<Side, Profile>;
  };
  const profiles = { 'a new project': profileOf('a new project'), 'an old project': { project: { paths: [], sites: [] }, user: { paths: [], sites: [] } } as Record<Side, Profile> };
  cpSync(work, join(root, 'old'), { recursive: true });
  profiles['an old project'] = profileOf('an old project');
  return { options, orders, profiles, reset };
}

/** What went wrong with a case, short enough to read many. */
function told(thrown: unknown): string {
  const actual = typeof thrown === 'object' && thrown !== null && 'actual' in thrown ? JSON.stringify(thrown.actual).slice(0, 500) : '';
  return `${thrown instanceof Error ? thrown.stack?.split('\n').slice(0, 5).join(' | ') : String(thrown)} ${actual}`;
}

function draw(limit: number, ...names: (string | number)[]): number {
  return createHash('sha256').update([seed, ...names].join(' ')).digest().readUInt32BE() % limit;
}

/** So many cases, spread over all kinds of calls and errors; within a kind, which call is drawn. */
function casesOf({ profiles }: Lane, wanted: number): Case[] {
  const kinds: { key: string; cases: Case[] }[] = [];
  for (const [beginning, sides] of Object.entries(profiles) as [Beginning, Record<Side, Profile>][]) {
    for (const [side, { sites }] of Object.entries(sides) as [Side, Profile][]) {
      for (const { call, count: callCount } of sites) {
        for (const what of errorsOf[call] ?? []) {
          for (const lasts of what === 'EINTR' ? [false] : [false, true]) {
            // SQLite cannot know that a drive lies about its own files; only the folder's writes are looked at again.
            if (what === 'lie' && side === 'user' && call !== 'fsync') continue;
            const key = [beginning, side, call, what, lasts].join(' ');
            const cases = Array.from({ length: callCount }, (_, i): Case => ({ beginning, side, call, what, lasts, n: i + 1 }));
            kinds.push({ key, cases: cases.sort((a, b) => draw(2 ** 32, key, a.n) - draw(2 ** 32, key, b.n)) });
          }
        }
      }
    }
  }
  kinds.sort((a, b) => draw(2 ** 32, a.key) - draw(2 ** 32, b.key));
  const chosen: Case[] = [];
  for (let turn = 0; chosen.length < wanted; turn++) {
    const before = chosen.length;
    for (const { cases } of kinds) if (chosen.length < wanted && cases[turn]) chosen.push(cases[turn]);
    if (chosen.length === before) break;
  }
  return chosen;
}

/** All temporary names the writer may use in the folders where it used some. */
function pathsOf({ paths }: Profile): string[] {
  const temporary = paths.filter((path) => path.includes('/~assay-'));
  const stems = new Set(temporary.map((path) => path.slice(0, -'00.tmp'.length)));
  return [...new Set([...paths, ...[...stems].flatMap((stem) => Array.from({ length: 8 }, (_, i) => `${stem}0${i}.tmp`))])];
}

/** Runs one case and looks at what is left, with nothing disturbed. Returns the codes that were shown. */
async function run(lane: Lane, bundle: Bundle, fault: Case): Promise<string[]> {
  lane.reset(fault.beginning);
  const order = lane.orders[fault.beginning];
  const child = startWriter([...withFault(fault, pathsOf(lane.profiles[fault.beginning][fault.side])), process.execPath, bundle.path], order);
  const alarm = setTimeout(() => child.kill('SIGKILL'), 30_000);
  const { lines, errors, exitCode } = await endOf(child);
  clearTimeout(alarm);
  // The writer prints the stack of an error that is not in the table.
  if (exitCode !== 0 || errors !== '' || lines.at(-1) !== 'closed') throw new Error(`it ended with ${exitCode}: ${errors} ${lines.join('; ')}`);
  const codes = lines.flatMap((line) => /^failed \S+ (.*)$/.exec(line)?.[1] ?? []);

  const acknowledged = new Acknowledged();
  acknowledged.add(order.prefix, lines);
  const { options } = lane;
  mkdirSync(dirname(options.projectDir), { recursive: true });
  if (!existsSync(join(options.projectDir, 'assay.json'))) {
    expect(acknowledged.count).toBe(0);
    await (await createProject({ ...options, name: 'again' })).close();
  }
  const hash = await expectSound(options, acknowledged);
  const seen = lines.find((line) => line.startsWith('hash '))?.slice(5);
  // Of a change that was refused because its fsync failed nobody can know whether it has reached the drive all the same.
  const isAnyRefused = lines.some((line) => /^failed (run|object|page|mark) /.test(line));
  if (seen !== undefined && !isAnyRefused) expect(seen).toBe(hash);
  return codes;
}

// Tracing needs strace and the permission to trace; where a container has neither, the faulty disk stands for it.
if (canInject) describe('calls to the operating system that fail', () => {
  let bundle: Bundle;
  beforeAll(async () => { bundle = await bundleScript('store-writer'); });
  afterAll(() => bundle.remove());

  it(`lose nothing and are told, ${faultCount} of them (ASSAY_SEED=${seed})`, { timeout: 120_000 + faultCount * 2000 }, async () => {
    const root = temporaryDirectory();
    const lanes = await Promise.all(Array.from({ length: laneCount }, (_, i) => prepareLane(join(root, `${i}`), bundle)));
    const cases = casesOf(lanes[0]!, faultCount);
    const failures: string[] = [];
    let toldCount = 0;
    let next = 0;
    await Promise.all(lanes.map(async (lane) => {
      for (let fault = cases[next++]; fault; fault = cases[next++]) {
        try {
          if ((await run(lane, bundle, fault)).length > 0) toldCount += 1;
        } catch (thrown) {
          failures.push(`${fault.what} in ${fault.call} ${fault.n}${fault.lasts ? '+' : ''} on ${fault.side}, ${fault.beginning}: ${told(thrown)}`);
        }
      }
    }));
    expect(failures).toEqual([]);
    // Some calls are optional or are tried again; most faults must reach the user.
    expect(toldCount).toBeGreaterThan(cases.length / 4);
  });
});
