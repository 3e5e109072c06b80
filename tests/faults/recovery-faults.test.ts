/**
 * Faults while a store recovers from a crash: a process is killed at a call of its own, the next one meets a failing
 * drive while it picks up the pieces, and the one after that finds everything that either had acknowledged.
 */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type StoreOptions } from '../../electron/store/store.ts';
import { bundleScript, type Bundle } from '../support/bundle.ts';
import { count } from '../support/counts.ts';
import { device, temporaryDirectory, tickingClock } from '../support/stores.ts';
import { canInject, withFault, type Profile } from '../support/strace.ts';
import { draw, faultsOf, fixedOrder, pathsOf, profileOf, runWithFault, told, type Side } from '../support/system-faults.ts';
import { Acknowledged, endOf, expectSound, startWriter, type WriterOrder } from '../support/writer-order.ts';

const faultCount = count(200);
/** Faults tried on what one crash left. */
const faultsPerCrash = 10;
const laneCount = 2;
const seed = process.env['ASSAY_SEED'] ?? 'recovery-1';
/** The calls that a crash comes before; each of them changes something. */
const changingCalls = ['pwrite64', 'write', 'fsync', 'rename', 'link', 'mkdir', 'unlink', 'ftruncate'];

interface Lane {
  readonly root: string;
  readonly work: string;
  readonly options: StoreOptions;
  readonly first: WriterOrder;
  readonly second: WriterOrder;
  readonly profiles: Readonly<Record<Side, Profile>>;
}

function prepareLane(root: string, script: string): Lane {
  const work = join(root, 'work');
  mkdirSync(work, { recursive: true });
  const options = { ...device(work, 'Ana', 'project'), userDataDir: join(work, 'user'), clock: tickingClock(Date.UTC(2026, 0, 3)) };
  const first = fixedOrder(options, true, 'crashed', Date.UTC(2026, 0, 1), ['run', 'object', 'page', 'flush', 'mark', 'reopen', 'run', 'object', 'flush', 'page', 'mark']);
  const second = fixedOrder(options, false, 'recovering', Date.UTC(2026, 0, 2), ['flush', 'run', 'page', 'reopen', 'object']);
  return { root, work, options, first, second, profiles: profileOf(script, first) };
}

/** Kills the first writer at a call that is drawn; what it leaves is kept under `<root>/left`. Returns what it had acknowledged. */
async function crash({ root, work, first, profiles, options }: Lane, script: string, round: number): Promise<{ lines: readonly string[]; where: string }> {
  const sites = (['project', 'user'] as const).flatMap((side) => profiles[side].sites.filter(({ call }) => changingCalls.includes(call)).map((site) => ({ side, ...site })));
  const site = sites[draw(sites.length, seed, round, 'site')]!;
  // Not in the first tenth, where there is nothing to recover from yet.
  const n = Math.ceil(site.count / 10) + draw(Math.max(1, Math.floor(site.count * 0.9)), seed, round, 'n');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  const { lines } = await endOf(startWriter([...withFault({ call: site.call, n, lasts: false, what: 'kill' }, pathsOf(profiles[site.side])), process.execPath, script], first));
  if (lines.at(-1) === 'closed') throw new Error(`the process outlived ${site.call} ${n} of ${site.count} on ${site.side}`);
  if (!existsSync(join(options.projectDir, 'assay.json'))) {
    await (await createProject({ ...options, clock: tickingClock(Date.UTC(2026, 0, 1, 12)), name: 'again' })).close();
  }
  rmSync(join(root, 'left'), { recursive: true, force: true });
  cpSync(work, join(root, 'left'), { recursive: true });
  return { lines, where: `${site.call} ${n} on ${site.side}` };
}

async function faultsAfterCrash(lane: Lane, script: string, round: number, wanted: number): Promise<string[]> {
  const { root, work, options, first, second } = lane;
  const { lines, where } = await crash(lane, script, round);
  const profiles = profileOf(script, second);
  const failures: string[] = [];
  for (const fault of faultsOf(profiles, `${seed} ${round}`).slice(0, wanted)) {
    rmSync(work, { recursive: true, force: true });
    cpSync(join(root, 'left'), work, { recursive: true });
    try {
      const acknowledged = new Acknowledged();
      acknowledged.add(first.prefix, lines);
      acknowledged.add(second.prefix, await runWithFault(script, second, fault, profiles));
      await expectSound(options, acknowledged);
    } catch (thrown) {
      failures.push(`killed at ${where}, then ${told(fault, thrown)}`);
    }
  }
  return failures;
}

// As in syscall-faults.test.ts: where nothing can be traced there is nothing to disturb.
if (canInject) describe('faults during the recovery from a crash', () => {
  let bundle: Bundle;
  beforeAll(async () => { bundle = await bundleScript('store-writer'); });
  afterAll(() => bundle.remove());

  it(`lose nothing that was acknowledged before or after it, ${faultCount} of them (ASSAY_SEED=${seed})`, { timeout: 120_000 + faultCount * 2000 }, async () => {
    const folder = temporaryDirectory();
    const lanes = Array.from({ length: laneCount }, (_, i) => prepareLane(join(folder, `${i}`), bundle.path));
    const crashCount = Math.ceil(faultCount / faultsPerCrash);
    const failures: string[] = [];
    let next = 0;
    await Promise.all(lanes.map(async (lane) => {
      for (let round = next++; round < crashCount; round = next++) {
        failures.push(...(await faultsAfterCrash(lane, bundle.path, round, Math.min(faultsPerCrash, faultCount - round * faultsPerCrash))));
      }
    }));
    expect(failures).toEqual([]);
  });
});
