/** Which calls of the store's process can fail and how, on the side of the project folder and of user data; and one run with such a fault. */
import { createHash } from 'node:crypto';
import { profile, withFault, type Fault, type Profile } from './strace.ts';
import { endOf, startWriter, type WriterAction, type WriterOrder } from './writer-order.ts';

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

export type Side = 'project' | 'user';

export interface SidedFault extends Fault {
  readonly side: Side;
}

const temporaryNames = 8;

/** Does the same in each run, with the same names of files. */
export function fixedOrder(place: { projectDir: string; userDataDir: string }, isNew: boolean, name: string, startMs: number, actions: WriterAction[]): WriterOrder {
  return {
    projectDir: place.projectDir, userDataDir: place.userDataDir, prefix: name, isNew, actions, actionCount: actions.length, fixed: { seed: name, startMs }, temporaryNames,
  };
}

/** What an undisturbed run calls on each side. */
export function profileOf(script: string, order: WriterOrder): Record<Side, Profile> {
  const folders = { project: order.projectDir, user: order.userDataDir };
  const found = profile([process.execPath, script, JSON.stringify(order)], Object.keys(errorsOf), folders);
  return { project: found['project'] ?? nothing, user: found['user'] ?? nothing };
}

const nothing: Profile = { paths: [], sites: [] };

/** A number from 0 to below `limit` that depends on the names alone. */
export function draw(limit: number, ...names: (string | number)[]): number {
  return createHash('sha256').update(names.join(' ')).digest().readUInt32BE() % limit;
}

/** Every fault there is, kind after kind, in an order that depends on the seed: one of each kind before a second of any. */
export function faultsOf(profiles: Readonly<Record<Side, Profile>>, seed: string): SidedFault[] {
  const kinds: { key: string; faults: SidedFault[] }[] = [];
  for (const side of ['project', 'user'] as const) {
    for (const { call, count } of profiles[side].sites) {
      for (const what of errorsOf[call] ?? []) {
        for (const lasts of what === 'EINTR' ? [false] : [false, true]) {
          // SQLite cannot know that a drive lies about its own files; only the folder's writes are looked at again.
          if (what === 'lie' && side === 'user' && call !== 'fsync') continue;
          const key = [seed, side, call, what, lasts].join(' ');
          const faults = Array.from({ length: count }, (_, i): SidedFault => ({ side, call, what, lasts, n: i + 1 }));
          kinds.push({ key, faults: faults.sort((a, b) => draw(2 ** 32, key, a.n) - draw(2 ** 32, key, b.n)) });
        }
      }
    }
  }
  kinds.sort((a, b) => draw(2 ** 32, a.key) - draw(2 ** 32, b.key));
  const longest = Math.max(0, ...kinds.map(({ faults }) => faults.length));
  return Array.from({ length: longest }, (_, turn) => kinds.flatMap(({ faults }) => faults[turn] ?? [])).flat();
}

/** Runs the writer with the fault. Returns what it printed. @throws Error when it did not end by itself and well, or met an error that has no words */
export async function runWithFault(script: string, order: WriterOrder, fault: SidedFault, profiles: Readonly<Record<Side, Profile>>): Promise<readonly string[]> {
  const child = startWriter([...withFault(fault, pathsOf(profiles[fault.side])), process.execPath, script], order);
  const alarm = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const { lines, errors, exitCode } = await endOf(child);
  clearTimeout(alarm);
  // The writer prints the stack of an error that is not in the table.
  if (exitCode !== 0 || errors !== '' || lines.at(-1) !== 'closed') throw new Error(`it ended with ${exitCode}: ${errors} ${lines.join('; ')}`);
  return lines;
}

/** The paths that were touched, and all temporary names the writer may use in the folders where it used some. */
export function pathsOf({ paths }: Profile): string[] {
  const stems = new Set(paths.filter((path) => path.includes('/~assay-')).map((path) => path.slice(0, -'00.tmp'.length)));
  const temporary = [...stems].flatMap((stem) => Array.from({ length: temporaryNames }, (_, i) => `${stem}0${i}.tmp`));
  return [...new Set([...paths, ...temporary])];
}

/** A fault and what went wrong with it, short enough to read many. */
export function told(fault: SidedFault, thrown: unknown): string {
  const actual = typeof thrown === 'object' && thrown !== null && 'actual' in thrown ? JSON.stringify(thrown.actual).slice(0, 500) : '';
  const what = thrown instanceof Error ? thrown.stack?.split('\n').slice(0, 5).join(' | ') : String(thrown);
  return `${fault.what} in ${fault.call} ${fault.n}${fault.lasts ? '+' : ''} on ${fault.side}: ${what} ${actual}`;
}
