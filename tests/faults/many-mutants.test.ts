/**
 * Damaged tables by the thousand: 20,000 CSV files, 5,000 of JSON, Parquet and Excel each. They are imported by the plan of the
 * whole file, as an update from a file does it, in processes that run the worker's loop. No process may die; none may
 * compute for 2 s without the next file; what comes through says what a strict reader says; a refusal is named.
 */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { WorkerReply } from '../../electron/jobs/worker-link.ts';
import { count } from '../support/counts.ts';
import type { MutantFormat } from '../support/mutant-tables.ts';
import type { MutantsOutcome, MutantsTask } from '../support/mutant-worker.ts';

const workerCount = 2;
const mostComputingMs = 2000;
/** A process that neither computes nor answers waits for something that never comes. */
const mostSilenceMs = 120_000;

/** Runs one task in a process of its own, and watches it. */
async function runWatched(task: Omit<MutantsTask, 'folder'>): Promise<MutantsOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-mutants-'));
  const child = fork(fileURLToPath(new URL('../support/mutant-worker.ts', import.meta.url)), [], { serialization: 'advanced', execArgv: ['--no-warnings'] });
  let round = task.from;
  let heard = { atMs: performance.now(), computedMs: 0, isStarted: false };
  const watch = setInterval(() => {
    const isHung = heard.isStarted && computedMs(child.pid) - heard.computedMs > mostComputingMs;
    if (isHung || performance.now() - heard.atMs > mostSilenceMs) child.kill('SIGKILL');
  }, 100);
  try {
    return await new Promise<MutantsOutcome>((resolve, reject) => {
      child.on('message', (reply: WorkerReply) => {
        if (reply.type === 'progress') {
          round = Number(reply.progress);
          heard = { atMs: performance.now(), computedMs: computedMs(child.pid), isStarted: true };
        } else if (reply.type === 'done') resolve(reply.value as MutantsOutcome);
        else reject(new Error(`${task.format} ${round}: ${reply.error.what}`));
      });
      child.on('exit', (code, signal) => reject(new Error(`${task.format} ${round}: the process ended (${signal ?? code})`)));
      child.send({ type: 'run', id: 1, task: 'mutants', input: { ...task, folder } satisfies MutantsTask });
    });
  } finally {
    clearInterval(watch);
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** Processor time of a process so far; 0 where the system does not tell. Fields 14 and 15 of /proc/PID/stat count hundredths of a second. */
function computedMs(pid: number | undefined): number {
  if (process.platform !== 'linux') return 0;
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0; // it has ended, which is told otherwise
  }
}

test.each<[MutantFormat, number]>([
  ['csv', 15_000], ['german csv', 5000], ['json', 5000], ['parquet', 5000], ['xlsx', 2500], ['sheet', 2500],
])('damaged files of the kind %s are imported as they read, or refused by name', async (format, full) => {
  // An import costs 15 ms of processor time even of a few rows: ASSAY_TEST_SCALE=2 makes all of them.
  const total = count(full / 2);
  const ends = Array.from({ length: workerCount + 1 }, (_, index) => Math.round((total * index) / workerCount));
  const outcomes = await Promise.all(ends.slice(1).map((to, index) => runWatched({ format, from: ends[index] ?? 0, to })));
  expect(outcomes.flatMap(({ problems }) => problems)).toEqual([]);
  const outcomesOf = (code: string): number => outcomes.reduce((sum, { counts }) => sum + (counts[code] ?? 0), 0);
  // Most damage is noticed; of many files some are whole all the same.
  expect(outcomesOf('imported')).toBeLessThan(total / 2);
  expect(total < 1000 || outcomesOf('imported') > 0).toBe(true);
}, 1_800_000);
