/**
 * One simulated project: several devices work at random, crash, are copied and set back, while the network brings their
 * files about. In the end everything reaches everybody, and all must have the state of the reference model.
 */
import * as Y from 'yjs';
import type { Op } from '../../../electron/store/format/ops.ts';
import type { JsonValue } from '../../../electron/store/format/canonical.ts';
import { projectFormat, writeLayout } from '../../../electron/store/folder/layout.ts';
import type { ObjectHash } from '../../../shared/domain/ids.ts';
import { createSimDevice, cutPowerDuring, projectDir, type SimDevice, type UserDataCopy } from './device.ts';
import { createDice, type Dice } from './dice.ts';
import { createNetwork, type Network } from './network.ts';
import { eventsOfFiles, referenceModel, type ReferenceModel } from './reference-model.ts';
import { createTime, type SimTime } from './time.ts';

export interface SimulationOptions {
  readonly seed: string;
  readonly deviceCount: number;
  readonly stepCount: number;
}

/** What the simulation found wrong, in words; empty when all is well. */
export async function simulate(options: SimulationOptions): Promise<string[]> {
  const world = await createWorld(options);
  try {
    for (let i = 0; i < options.stepCount; i++) await step(world);
    await meet(world);
    return await findings(world);
  } finally {
    for (const device of world.devices) device.end();
    for (const copy of world.backups.values()) copy.free();
  }
}

interface World {
  readonly dice: Dice;
  readonly time: SimTime;
  readonly network: Network;
  readonly projectId: string;
  readonly devices: SimDevice[];
  readonly backups: Map<SimDevice, UserDataCopy>;
  /** Hashes of all events whose commit has returned, with who made them. */
  readonly acknowledged: Map<string, string>;
  /** Hashes of the objects that an acknowledged event names. */
  readonly objects: Set<ObjectHash>;
  /** Values that a write has seen and so replaced: none of them may be shown in the end. */
  readonly replaced: { id: string; field: string; hash: string; by: string }[];
  readonly wrong: string[];
}

const projectId = '0'.repeat(26);
const entityPool = ['e1', 'e2', 'e3', 'e4'];
const fieldPool = ['name', 'note', 'epochs'];
const tagPool: JsonValue[] = ['pilot', 'final', { key: 'source', value: 'lab' }];

async function createWorld({ seed, deviceCount }: SimulationOptions): Promise<World> {
  const dice = createDice(seed);
  const time = createTime();
  const network = createNetwork(dice.part('network'));
  const devices: SimDevice[] = [];
  for (let i = 0; i < deviceCount; i++) {
    const name = `device${i}`;
    const device = await createSimDevice({ name, projectId, dice: dice.part(name), time, isCaseFolding: dice.chance(0.2) });
    device.clockOffset.ms = dice.pick([0, 0, 1000, -60_000, 10 * 365 * 86_400_000, -10 * 365 * 86_400_000]);
    devices.push(device);
  }
  const [first] = devices;
  if (first) {
    const { disk, end } = first.disk.mount();
    await writeLayout({ disk, random: dice.bytes }, projectDir, { format: projectFormat, projectId, genesis: { device: first.key.deviceId, key: first.key.publicKey }, minReader: projectFormat });
    end();
    network.collect(first);
  }
  return { dice, time, network, projectId, devices, backups: new Map(), acknowledged: new Map(), objects: new Set(), replaced: [], wrong: [] };
}

async function step(world: World): Promise<void> {
  const { dice, time, network } = world;
  const device = dice.pick(world.devices);
  const roll = dice.below(100);
  if (roll < 52) {
    if (!device.isOpen()) await device.open();
    if (dice.chance(0.1)) await commitObject(world, device);
    else commit(world, device);
    if (dice.chance(0.25)) await device.store().flush();
  } else if (roll < 74) {
    for (const each of world.devices) network.collect(each);
    network.deliverSome(device);
    if (device.isOpen()) await device.store().refresh();
  } else if (roll < 79) {
    await time.advance(dice.pick([100, 5_000, 30_000, 600_000, 4_000_000]));
  } else if (roll < 84) {
    if (device.isOpen()) await device.close();
    if (dice.chance(0.3)) device.dropIndex();
  } else if (roll < 89) {
    await crash(world, device);
  } else if (roll < 91) {
    device.clockOffset.ms += dice.pick([-365, -1, 1, 365]) * dice.below(86_400_000);
  } else if (roll < 93) {
    network.removeOne(device);
    if (device.isOpen()) await device.store().refresh();
  } else if (roll < 95) {
    if (dice.chance(0.5)) network.remember(device);
    else network.rollBack(device);
  } else {
    await backUpOrRestore(world, device);
  }
}

/** The power goes, sometimes in the middle of a publication. */
async function crash(world: World, device: SimDevice): Promise<void> {
  const { dice } = world;
  if (device.isOpen() && dice.chance(0.6)) {
    await cutPowerDuring(device, dice.below(12), () => {
      commit(world, device);
      return device.store().flush();
    });
  }
  world.network.collect(device);
  device.crash(dice.pick(['kept', 'lost', dice.part(`crash ${dice.below(1e9)}`)] as const));
  if (dice.chance(0.3)) device.dropIndex();
}

/** The user data of a device are kept, put back later, or go on living on a second device. */
async function backUpOrRestore(world: World, device: SimDevice): Promise<void> {
  const { dice, network, time } = world;
  if (device.isOpen() && dice.chance(0.5)) await device.close();
  network.collect(device);
  const backup = world.backups.get(device);
  if (!backup) {
    world.backups.set(device, await device.backUp());
    return;
  }
  world.backups.delete(device);
  if (dice.chance(0.5) && world.devices.length < 8) {
    const name = `${device.name}-copy${world.devices.length}`;
    const twin = await createSimDevice({ name, projectId, dice: dice.part(name), time, clockOffset: { ...device.clockOffset }, from: { disk: device.disk.fork(), copy: backup } });
    network.copied(device, twin);
    world.devices.push(twin);
  } else {
    device.crash('kept');
    device.restore(backup);
    // What was neither in the folder nor in the backup is destroyed.
    const published = new Set(eventsOfFiles(network.files()).map(({ hash }) => hash));
    const kept = new Set(await device.open().then((store) => store.events({ limit: 10_000 }).map(({ hash }) => hash)));
    for (const [hash, name] of world.acknowledged) if (name === device.name && !published.has(hash) && !kept.has(hash)) world.acknowledged.delete(hash);
  }
  backup.free();
}

async function commitObject(world: World, device: SimDevice): Promise<void> {
  const { dice } = world;
  const { hash } = await device.store().putObject({ bytes: dice.bytes(1 + dice.below(30)) });
  const event = device.store().commit('runs.attach', [{ o: 'set', e: dice.pick(entityPool), f: { file: hash } }], { objects: [hash] });
  world.acknowledged.set(event.hash, device.name);
  world.objects.add(hash);
}

function commit(world: World, device: SimDevice): void {
  const { dice } = world;
  const store = device.store();
  const id = dice.pick(entityPool);
  const ops = randomOps(dice, id);
  if (dice.chance(0.15)) ops.push(...randomOps(dice, dice.pick(entityPool)));
  if (dice.chance(0.25)) ops.push(textEdit(world, device, id));
  const seen = ops.flatMap((op) =>
    op.o === 'set' || op.o === 'create' ? Object.keys(op.f).flatMap((field) => store.versions(op.e, field).map(({ hash }) => ({ id: op.e, field, hash }))) : []);
  const { hash } = store.commit('runs.change', ops);
  if (world.acknowledged.has(hash)) world.wrong.push(`two events have the hash ${hash}`);
  world.acknowledged.set(hash, device.name);
  world.replaced.push(...seen.map((each) => ({ ...each, by: hash })));
}

function randomOps(dice: Dice, id: string): Op[] {
  const field = dice.pick(fieldPool);
  const tag = dice.pick(tagPool);
  const roll = dice.below(100);
  if (roll < 15) return [{ o: 'create', e: id, t: dice.pick(['run', 'note']), f: { name: dice.below(5) } }];
  if (roll < 52) return [{ o: 'set', e: id, f: { [field]: dice.chance(0.1) ? { deep: [dice.below(3)] } : dice.below(5) } }];
  if (roll < 65) return [{ o: 'set', e: id, f: { deleted: dice.chance(0.6) } }];
  if (roll < 85) return [{ o: 'add', e: id, s: 'tags', x: tag }];
  if (roll < 93) return [{ o: 'remove', e: id, s: 'tags', x: tag }];
  return [{ o: 'remove', e: id, s: 'tags', x: tag }, { o: 'add', e: id, s: 'tags', x: tag }];
}

/** Types or deletes at a random place of what this device sees, as a new writer of the text. */
function textEdit({ dice }: World, device: SimDevice, id: string): Op {
  const doc = new Y.Doc({ guid: id });
  doc.clientID = 1 + dice.below(0x7fff_ffff);
  Y.applyUpdate(doc, device.store().text(id).state);
  const text = doc.getText('text');
  const before = Y.encodeStateVector(doc);
  for (let i = 0; i <= dice.below(3); i++) {
    if (text.length > 3 && dice.chance(0.3)) text.delete(dice.below(text.length - 2), 2);
    else text.insert(dice.below(text.length + 1), dice.pick(['ab', 'cde', '\n', 'ä', '😀']));
  }
  const u = Buffer.from(Y.encodeStateAsUpdate(doc, before)).toString('base64');
  doc.destroy();
  return { o: 'text', e: id, u };
}

/** Everything reaches everybody. */
async function meet({ devices, network, time }: World): Promise<void> {
  for (const device of devices) {
    if (!device.isOpen()) await device.open();
  }
  // What comes in may make a device say something itself, which the others must get too.
  for (let deliveredCount = -1; ; ) {
    await time.advance(60_000);
    for (const device of devices) {
      await device.store().flush();
      network.collect(device);
    }
    const fileCount = network.files().length;
    if (fileCount === deliveredCount) return;
    deliveredCount = fileCount;
    for (const device of devices) network.deliverAll(device);
    for (const device of devices) await lookAgain(device);
  }
}

/** Of very many bad files a device looks at some each time: until it says the same twice. */
async function lookAgain(device: SimDevice): Promise<void> {
  const said = () => JSON.stringify(device.store().problems());
  for (let before = ''; said() !== before; ) {
    before = said();
    await device.store().refresh();
  }
}

async function findings({ devices, network, acknowledged, objects, replaced, wrong }: World): Promise<string[]> {
  const found = [...wrong];
  const model = referenceModel(eventsOfFiles(network.files()));
  const inModel = new Set(model.events.map(({ hash }) => hash));
  for (const [hash, name] of acknowledged) if (!inModel.has(hash)) found.push(`event ${hash} of ${name} is in no file`);
  for (const { id, field, hash, by } of replaced) {
    if (inModel.has(by) && model.versions(id, field).some((version) => version.hash === hash)) found.push(`${id}.${field}: ${by} has seen ${hash} and has not replaced it`);
  }
  const hashes = new Set(devices.map((device) => device.store().stateHash()));
  if (hashes.size > 1) found.push(`the state hashes differ: ${devices.map((device) => `${device.name} ${device.store().stateHash().slice(0, 8)}`).join(', ')}`);
  for (const device of hashes.size > 1 ? devices : devices.slice(0, 1)) found.push(...differences(device, model));
  for (const device of devices) {
    const problems = device.store().problems();
    if (problems.length > 0) found.push(`${device.name} reports ${JSON.stringify(problems)}`);
    for (const hash of objects) await device.store().objectPath(hash).catch((thrown: unknown) => found.push(`${device.name}: object ${hash}: ${String(thrown)}`));
    const { eventCount } = device.store().stats();
    if (eventCount !== model.events.length) found.push(`${device.name} has ${eventCount} events, the model ${model.events.length}`);
  }
  return found;
}

/** Where a device shows something else than the model. */
function differences(device: SimDevice, model: ReferenceModel): string[] {
  const store = device.store();
  const found: string[] = [];
  const compare = (what: string, actual: unknown, expected: unknown) => {
    const [one, other] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (one !== other) found.push(`${device.name}: ${what} is ${one}, the model says ${other}`);
  };
  for (const id of model.entityIds()) {
    const expected = model.find(id);
    const actual = store.find(id);
    compare(id, actual && sorted(actual), expected && sorted(expected));
    if (expected) compare(`${id} as shown`, store.get(expected.type, id) === null, model.isDeleted(id));
    compare(`the text of ${id}`, store.text(id).text, model.text(id));
    for (const field of model.fieldsOf(id)) {
      compare(`${id}.${field}`, store.versions(id, field).map(({ hash, value }) => ({ hash, value })), model.versions(id, field));
    }
  }
  return found;
}

function sorted<T extends { fields: object; sets: object }>(entity: T): Record<string, unknown> {
  const inOrder = (value: object) => Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(inOrder({ ...entity, fields: inOrder(entity.fields), sets: inOrder(entity.sets) }));
}
