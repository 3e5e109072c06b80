/**
 * Faults of the operating system itself, made by strace: the n-th call of a kind on given paths fails, does nothing, or
 * is the last thing the process does. Where strace is absent or may not trace there are none (`canInject`).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether strace is here and may make a call fail. */
export const canInject = process.platform === 'linux' && injectionWorks();

function injectionWorks(): boolean {
  // The directory does exist: only an injected error makes `ls` say otherwise.
  const run = spawnSync('strace', ['-f', '--seccomp-bpf', '-o', '/dev/null', '-P', '/', '-e', 'trace=openat', '-e', 'inject=openat:error=EIO', 'ls', '/'], { stdio: 'ignore' });
  return run.error === undefined && run.status !== 0 && spawnSync('ls', ['/'], { stdio: 'ignore' }).status === 0;
}

/** One call that is disturbed: the n-th of its kind on the paths, counted from 1 in each thread. */
export interface Fault {
  readonly call: string;
  readonly n: number;
  /** From the n-th on, too. */
  readonly lasts: boolean;
  /** What happens: an error's name; "lie" says it was done and does nothing; "kill" ends the process before it. */
  readonly what: string;
}

/** The command that runs what follows it with the fault on these paths. */
export function withFault(fault: Fault, paths: readonly string[]): string[] {
  const effect = fault.what === 'lie' ? 'retval=0' : fault.what === 'kill' ? 'signal=KILL' : `error=${fault.what}`;
  return [
    // A signal cannot be sent where the kernel filters the calls; the filter saves most of the time for all else.
    'strace', '-f', ...(fault.what === 'kill' ? [] : ['--seccomp-bpf']), '-qqq', '-o', '/dev/null', '-e', 'signal=none', '-e', `trace=${fault.call}`,
    ...paths.flatMap((path) => ['-P', path]),
    '-e', `inject=${fault.call}:${effect}:when=${fault.n}${fault.lasts ? '+' : ''}`,
  ];
}

/** A kind of call on one side, with how often a thread made it and where. */
export interface CallSite {
  readonly call: string;
  readonly count: number;
}

export interface Profile {
  /** Every path below the folder that a call named. */
  readonly paths: string[];
  readonly sites: CallSite[];
}

/** Runs a command and returns which of `calls` it makes on paths below each folder. The command must end well. */
export function profile(command: readonly string[], calls: readonly string[], folders: Readonly<Record<string, string>>): Record<string, Profile> {
  const directory = mkdtempSync(join(tmpdir(), 'assay-strace-'));
  try {
    const { status, stdout, stderr } = spawnSync('strace', [
      '-ff', '--seccomp-bpf', '-qqq', '-y', '-s', '500', '-o', join(directory, 'log'), '-e', 'signal=none', '-e', `trace=${calls.join(',')}`, ...command,
    ], { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
    if (status !== 0 || stdout.includes('failed ')) throw new Error(`the undisturbed run failed: ${stdout} ${stderr}`);
    const threads = readdirSync(directory).map((name) => readFileSync(join(directory, name), 'utf8').split('\n'));
    return Object.fromEntries(Object.entries(folders).map(([name, folder]) => [name, profileOf(threads, folder)]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function profileOf(threads: readonly string[][], folder: string): Profile {
  const paths = new Set<string>();
  const most = new Map<string, number>();
  for (const lines of threads) {
    const counts = new Map<string, number>();
    for (const line of lines) {
      const call = /^(\w+)\(/.exec(line)?.[1];
      // Names stand in quotes, open files in angle brackets after their number.
      const named = [...line.matchAll(/["<](\/[^">]*)[">]/g)].flatMap((match) => match[1] ?? []).filter((path) => path === folder || path.startsWith(`${folder}/`));
      if (call === undefined || named.length === 0) continue;
      for (const path of named) paths.add(path.replace(/ \(deleted\)$/, ''));
      counts.set(call, (counts.get(call) ?? 0) + 1);
    }
    for (const [call, count] of counts) most.set(call, Math.max(count, most.get(call) ?? 0));
  }
  return { paths: [...paths].sort(), sites: [...most].map(([call, count]) => ({ call, count })).sort((a, b) => (a.call < b.call ? -1 : 1)) };
}
