/**
 * Every call to the operating system that the store makes, failing: once or from then on, on the side of the project
 * folder or of user data. What was acknowledged is there, an error was shown in words, and index and log agree.
 */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type StoreOptions } from '../../electron/store/store.ts';
import { bundleScript, type Bundle } from '../support/bundle.ts';
import { count } from '../support/counts.ts';
import { device, temporaryDirectory, tickingClock } from '../support/stores.ts';
import { canInject, type Profile } from '../support/strace.ts';
import { faultsOf, fixedOrder, profileOf, runWithFault, told, type Side, type SidedFault } from '../support/system-faults.ts';
import { Acknowledged, expectSound, type WriterAction, type WriterOrder } from '../support/writer-order.ts';

const faultCount = count(600);
const laneCount = 2;
const seed = process.env['ASSAY_SEED'] ?? 'calls-1';
const actions: WriterAction[] = ['run', 'object', 'page', 'flush', 'mark', 'refresh', 'reopen', 'object', 'run', 'flush', 'page'];

/** Where a writer begins: with a folder to create, or with the project that another left. */
interface Beginning {
  readonly name: string;
  readonly order: WriterOrder;
  readonly profiles: Readonly<Record<Side, Profile>>;
  /** Puts the files back to how they were. */
  reset(): void;
}

/** A folder whose path stays the same, so that a call can be aimed at a file by name; one case at a time. */
interface Lane {
  readonly options: StoreOptions;
  readonly beginnings: readonly Beginning[];
}

function prepareLane(root: string, script: string): Lane {
  const work = join(root, 'work');
  // Who looks afterwards lives after all that was written.
  const options = { ...device(work, 'Ana', 'project'), userDataDir: join(work, 'user'), clock: tickingClock(Date.UTC(2026, 0, 3)) };
  const begin = (name: string, order: WriterOrder, from: string | null): Beginning => {
    const reset = () => {
      rmSync(work, { recursive: true, force: true });
      if (from === null) mkdirSync(work, { recursive: true });
      else cpSync(from, work, { recursive: true });
    };
    reset();
    return { name, order, profiles: profileOf(script, order), reset };
  };
  const first = begin('a new project', fixedOrder(options, true, 'new', Date.UTC(2026, 0, 1), actions), null);
  cpSync(work, join(root, 'old'), { recursive: true });
  return { options, beginnings: [first, begin('an old project', fixedOrder(options, false, 'again', Date.UTC(2026, 0, 2), actions), join(root, 'old'))] };
}

/** Runs one case and looks at what is left, with nothing disturbed. Returns whether an error was shown. */
async function run({ options }: Lane, script: string, { order, profiles, reset }: Beginning, fault: SidedFault): Promise<boolean> {
  reset();
  const lines = await runWithFault(script, order, fault, profiles);
  const acknowledged = new Acknowledged();
  acknowledged.add(order.prefix, lines);
  if (!existsSync(join(options.projectDir, 'assay.json'))) {
    expect(acknowledged.count).toBe(0);
    await (await createProject({ ...options, name: 'again' })).close();
  }
  const hash = await expectSound(options, acknowledged);
  const seen = lines.find((line) => line.startsWith('hash '))?.slice('hash '.length);
  // Of a change that was refused because its fsync failed nobody can know whether it has reached the drive all the same.
  const isAnyRefused = lines.some((line) => /^failed (run|object|page|mark) /.test(line));
  if (seen !== undefined && !isAnyRefused) expect(seen).toBe(hash);
  return lines.some((line) => line.startsWith('failed '));
}

// Tracing needs strace and the permission to trace; where a container has neither, the faulty disk stands for it.
if (canInject) describe('calls to the operating system that fail', () => {
  let bundle: Bundle;
  beforeAll(async () => { bundle = await bundleScript('store-writer'); });
  afterAll(() => bundle.remove());

  it(`lose nothing and are told, ${faultCount} of them (ASSAY_SEED=${seed})`, { timeout: 120_000 + faultCount * 2000 }, async () => {
    const root = temporaryDirectory();
    const lanes = Array.from({ length: laneCount }, (_, i) => prepareLane(join(root, `${i}`), bundle.path));
    const all = lanes[0]!.beginnings.map(({ profiles }, beginning) => faultsOf(profiles, `${seed} ${beginning}`).map((fault) => ({ beginning, fault })));
    const cases = Array.from({ length: Math.max(...all.map((each) => each.length)) }, (_, i) => all.flatMap((each) => each[i] ?? [])).flat().slice(0, faultCount);
    const failures: string[] = [];
    let toldCount = 0;
    let next = 0;
    await Promise.all(lanes.map(async (lane) => {
      for (let each = cases[next++]; each; each = cases[next++]) {
        const beginning = lane.beginnings[each.beginning]!;
        try {
          if (await run(lane, bundle.path, beginning, each.fault)) toldCount += 1;
        } catch (thrown) {
          failures.push(`${beginning.name}: ${told(each.fault, thrown)}`);
        }
      }
    }));
    expect(failures).toEqual([]);
    // Some calls are optional or are tried again; many faults must reach the user.
    expect(toldCount).toBeGreaterThan(cases.length / 4);
  });
});
