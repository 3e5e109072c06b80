/**
 * Runs a piece of work once. At each of its disk operations it stops the device, cuts the power of several copies of it,
 * each time with another survival of what was not synced, and looks at what a new start makes of them.
 */
import { projectFormat, writeLayout } from '../../../electron/store/folder/layout.ts';
import { ObjectHash } from '../../../shared/domain/ids.ts';
import { createSimDevice, cutPowerDuring, projectDir, type SimDevice, type UserDataCopy } from './device.ts';
import { createDice, type Dice } from './dice.ts';
import type { DiskOperation, MemoryDisk, Survival } from './memory-disk.ts';
import { createTime, type SimTime } from './time.ts';
import type { Bench, Workload } from './workloads.ts';

export interface CrashPointOptions {
  readonly name: string;
  readonly workload: Workload;
  readonly survivalCount: number;
  /** The seed of one check, to run that alone. */
  readonly only?: string;
}

export interface CrashCheck {
  /** "workload / operation / survival". */
  readonly seed: string;
  /** What is wrong, in words. */
  readonly found: readonly string[];
}

/** What was acknowledged so far. */
interface Promised {
  readonly events: readonly string[];
  readonly objects: readonly string[];
}

interface Moment {
  readonly device: SimDevice;
  readonly disk: MemoryDisk;
  readonly copy: UserDataCopy;
  readonly promised: Promised;
  readonly time: SimTime;
  /** Events of others that may be there. */
  readonly foreign: ReadonlySet<string>;
}

const projectId = '0'.repeat(26);
/** Nothing survives or is lost by looking. */
const harmless: ReadonlySet<DiskOperation> = new Set(['read', 'stat', 'list', 'close']);

/** Checks in the order of the work; ends early, with what it found, when the work itself fails. */
export async function* crashPoints({ name, workload, survivalCount, only }: CrashPointOptions): AsyncGenerator<CrashCheck> {
  const dice = createDice(name);
  const time = createTime();
  const others = await writtenByAnother(dice, time);
  const device = await createSimDevice({ name: 'device', projectId, dice: dice.part('device'), time });
  const events: string[] = [];
  const objects: string[] = [];
  const checks: CrashCheck[] = [];
  let operationNumber = 0;
  let isSafe = false;
  let injected: { operation: string; code: string } | null = null;

  async function lookAt(): Promise<void> {
    operationNumber += 1;
    const copy = await device.backUp();
    for (let i = 0; i < survivalCount; i++) {
      const seed = `${name} / ${operationNumber} / ${i}`;
      if (only !== undefined && only !== seed) continue;
      const moment: Moment = { device, disk: device.disk.fork(), copy, promised: { events: [...events], objects: [...objects] }, time, foreign: others.events };
      checks.push({ seed, found: await findingsAfter(moment, seed, i) });
    }
    copy.free();
  }

  device.hook = async (operation, path) => {
    if (isSafe || harmless.has(operation)) return null;
    await lookAt();
    return injected?.operation === operation && path.startsWith(projectDir) ? injected.code : null;
  };
  const bench: Bench = {
    device, time, dice,
    commit(ops, options) {
      const { hash } = device.store().commit('runs.change', ops, options);
      events.push(hash);
      return hash;
    },
    async putObject(bytes) {
      const { hash } = await device.store().putObject({ bytes });
      objects.push(hash);
      return hash;
    },
    receive(fileCount) {
      for (const [path, bytes] of others.files.splice(0, fileCount)) device.disk.put(`${projectDir}/${path}`, bytes);
    },
    async safely(work) {
      isSafe = true;
      await work();
      isSafe = false;
    },
    fail: (error) => { injected = error; },
  };
  await layOut(device, dice);
  await device.open();
  const working = workload(bench).then(() => lookAt());
  try {
    for (let isWorking = true; isWorking || checks.length > 0; ) {
      const next = checks.shift();
      if (next) yield next;
      else isWorking = await Promise.race([working.then(() => false), new Promise<boolean>((resolve) => setImmediate(() => resolve(true)))]);
    }
  } finally {
    // Who has seen enough does not wait for the rest of the work.
    isSafe = true;
    await working;
    device.end();
  }
}

/** The files of another device, in the order they were written, and the events in them. */
async function writtenByAnother(dice: Dice, time: SimTime): Promise<{ files: (readonly [string, Uint8Array])[]; events: Set<string> }> {
  const other = await createSimDevice({ name: 'other', projectId, dice: dice.part('other'), time });
  await layOut(other, dice);
  const store = await other.open();
  const events = new Set<string>();
  for (let i = 0; i < 6; i++) {
    events.add(store.commit('runs.change', [{ o: 'set', e: 'shared', f: { epochs: i } }]).hash);
    await store.flush();
  }
  const files = [...other.disk.files(projectDir)].filter(([path]) => path.startsWith('log/')).sort();
  other.end();
  return { files, events };
}

async function layOut(device: SimDevice, dice: Dice): Promise<void> {
  const { disk, end } = device.disk.mount();
  const { deviceId, publicKey } = device.key;
  await writeLayout({ disk, random: dice.bytes }, projectDir, { format: projectFormat, projectId, genesis: { device: deviceId, key: publicKey }, minReader: projectFormat });
  end();
}

/** Cuts the power of a copy of the device and starts it again; sometimes the power goes again meanwhile. */
async function findingsAfter({ disk, copy, device, promised, time, foreign }: Moment, seed: string, number: number): Promise<string[]> {
  const dice = createDice(seed);
  const survival: Survival = number === 0 ? 'lost' : number === 1 ? 'kept' : dice;
  disk.crash(survival);
  const again = await createSimDevice({
    name: 'device', projectId, dice: dice.part('device'), time, clockOffset: { ...device.clockOffset }, from: { disk, copy },
  });
  try {
    if (dice.chance(0.5)) again.dropIndex();
    if (number >= 2 && dice.chance(0.2)) await crashAgain(again, dice);
    return await check(again, promised, foreign, dice);
  } catch (thrown) {
    return [`it cannot be opened: ${thrown instanceof Error ? thrown.stack : String(thrown)}`];
  } finally {
    again.end();
  }
}

async function crashAgain(device: SimDevice, dice: Dice): Promise<void> {
  await cutPowerDuring(device, dice.below(20), async () => (await device.open()).flush());
  device.crash(dice);
}

async function check(device: SimDevice, { events, objects }: Promised, foreign: ReadonlySet<string>, dice: Dice): Promise<string[]> {
  const found: string[] = [];
  const store = await device.open();
  const all = store.events({ limit: 10_000 });
  const there = new Set(all.map(({ hash }) => hash));
  for (const hash of events) if (!there.has(hash)) found.push(`the acknowledged event ${hash} is gone`);
  const expected = new Set(events);
  // The store says some things itself, as that a pack was made; what a user does is there only when it was acknowledged.
  for (const { hash, kind } of all) if (kind === 'runs.change' && !expected.has(hash) && !foreign.has(hash)) found.push(`the event ${hash} was never acknowledged`);
  for (const hash of objects) await store.objectPath(ObjectHash.parse(hash)).catch((thrown: unknown) => found.push(`the object ${hash}: ${String(thrown)}`));
  await store.flush();
  found.push(...store.problems().map(({ file, what }) => `${file}: ${what}`));
  const report = await store.verify();
  found.push(...report.findings.map(({ file, what }) => `verify: ${file}: ${what}`));
  for (const path of device.disk.files(projectDir).keys()) if (/-[0-9a-f]{16}\.seg$/.test(path)) found.push(`${path} forks its session`);
  if (dice.chance(0.15)) {
    // Closing may add what the store itself says, so the index as it then is counts.
    await device.close();
    const kept = (await device.open()).stateHash();
    await device.close();
    device.dropIndex();
    const rebuilt = (await device.open()).stateHash();
    if (rebuilt !== kept) found.push(`the state is ${rebuilt.slice(0, 8)} when it is rebuilt, and was ${kept.slice(0, 8)}`);
  }
  return found;
}
