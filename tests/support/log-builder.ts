/** Builds project folders record by record, from fixed keys and times: also such as the store itself would never write. */
import { createHash } from 'node:crypto';
import type { Heads } from '../../electron/store/format/heads.ts';
import { deviceKey, fingerprintOf, type DeviceKey } from '../../electron/store/format/keys.ts';
import { objectPathOf, projectFormat, segmentPath } from '../../electron/store/folder/layout.ts';
import { preHashOf, signMinisign } from '../../electron/store/format/minisign.ts';
import { makePack, packPath } from '../../electron/store/format/packs.ts';
import { encodeRecord, noParent, type LogRecord, type RecordLine } from '../../electron/store/format/records.ts';
import { sealSegment } from '../../electron/store/format/segments.ts';
import { idFromBytes } from '../../shared/domain/ids.ts';

export interface BuiltFolder {
  readonly projectId: string;
  /** Relative path -> content. */
  readonly files: Map<string, Uint8Array>;
  /** The keys of the devices that there are. */
  readonly keys: readonly DeviceKey[];
  device(name: string): BuiltDevice;
  /** Stores content and returns its hash. */
  object(bytes: Uint8Array): string;
}

export interface BuiltDevice {
  readonly key: DeviceKey;
  /** Begins another session; events before the first begin one, too. */
  begin(): void;
  event(kind: string, body: unknown, parts?: Partial<LogRecord>): RecordLine;
  /** Seals what was not sealed yet and returns the path. */
  seal(): string;
  /** A "seen" record about all sealed sessions of others. */
  seen(): RecordLine;
  /** What is sealed of another device. */
  known(other: BuiltDevice): Heads;
  /** Remembers this point; what it returns goes back to it, as a restored computer does. */
  fork(): () => void;
  /** Puts sealed segments into a pack, and the loose files away where `isAlone`. */
  pack(paths: readonly string[], isAlone: boolean): string;
  /** Signs what is sealed now; returns the path of the checkpoint. */
  checkpoint(): string;
}

/** A folder with nothing but assay.json, made by the first device that is asked for. */
export function buildFolder(name: string): BuiltFolder {
  const projectId = idOf(`${name} project`);
  const files = new Map<string, Uint8Array>();
  const devices = new Map<string, BuiltDevice>();
  /** Session -> device and last sealed record. */
  const heads = new Map<string, { device: string; head: readonly [number, string] }>();
  let nowMs = Date.UTC(2026, 0, 1);

  const stamp = (): string => `${(nowMs += 1000).toString(16).padStart(12, '0')}-0000`;

  function newDevice(person: string): BuiltDevice {
    const key = deviceKey(person, createHash('sha256').update(`${name} ${person}`).digest());
    let sessionCount = 0;
    let session = '';
    let before: RecordLine | null = null;
    let lastHead: string | null = null;
    let lastCheckpoint: string | null = null;
    let waiting: RecordLine[] = [];
    let segmentCount = 0;

    function append(kind: string, body: unknown, parts: Partial<LogRecord> = {}): RecordLine {
      const line: RecordLine = encodeRecord({
        v: 1, s: session, n: before ? before.record.n + 1 : 0, p: before?.hash ?? noParent, t: stamp(), a: person, k: kind, c: [], b: body, ...parts,
      });
      before = line;
      waiting.push(line);
      return line;
    }

    function begin(): void {
      if (before) {
        lastHead = before.hash;
        device.seal();
      }
      before = null;
      segmentCount = 0;
      sessionCount += 1;
      session = idOf(`${name} ${person} ${sessionCount}`);
      append('session', {
        project: projectId, device: key.deviceId, key: key.publicKey, nonce: '00', previous: lastHead, app: '1.0.0', os: 'test', clock: 'system',
      });
    }

    const device: BuiltDevice = {
      key, begin,
      event(kind, body, parts) {
        if (!before) begin();
        return append(kind, body, parts);
      },
      seal() {
        const path = segmentPath(key.deviceId, session, segmentCount);
        const last = waiting.at(-1);
        if (!last) return path;
        files.set(path, sealSegment(waiting, key));
        heads.set(session, { device: key.deviceId, head: [last.record.n, last.hash] });
        waiting = [];
        segmentCount += 1;
        return path;
      },
      seen() {
        const others = [...heads].filter(([, { device: of }]) => of !== key.deviceId).map(([id, { head }]) => [id, head]);
        return device.event('seen', { heads: Object.fromEntries(others) as Heads });
      },
      known: (other) => Object.fromEntries([...heads].filter(([, { device: of }]) => of === other.key.deviceId).map(([id, { head }]) => [id, head])),
      fork() {
        const state = { before, waiting: [...waiting], segmentCount };
        return () => {
          ({ before, waiting } = state);
          segmentCount = state.segmentCount + 1;
        };
      },
      pack(paths, isAlone) {
        const pack = makePack(paths.map((path) => files.get(path) ?? new Uint8Array()));
        const path = packPath(key.deviceId, nowMs, nowMs, pack.sha256);
        files.set(path, pack.bytes);
        if (isAlone) for (const loose of paths) files.delete(loose);
        return path;
      },
      checkpoint() {
        const content = {
          format: 1, projectId, device: key.deviceId, key: key.publicKey, atMs: nowMs, previous: lastCheckpoint,
          heads: Object.fromEntries([...heads].map(([id, { head }]) => [id, head])), eventCount: 0, stateHash: '0'.repeat(64),
        };
        const bytes = Buffer.from(`${JSON.stringify(content)}\n`);
        lastCheckpoint = createHash('sha256').update(bytes).digest('hex');
        const path = `seal/20260101-${lastCheckpoint.slice(0, 16)}.json`;
        files.set(path, bytes);
        files.set(`${path}.minisig`, Buffer.from(signMinisign(key, preHashOf(bytes), `Assay project ${projectId}, signed by ${fingerprintOf(key.publicKey)}`)));
        return path;
      },
    };
    return device;
  }

  return {
    projectId, files,
    get keys() { return [...devices.values()].map(({ key }) => key); },
    device(person) {
      const known = devices.get(person) ?? newDevice(person);
      devices.set(person, known);
      if (devices.size === 1 && !files.has('assay.json')) {
        const project = { format: projectFormat, projectId, genesis: { device: known.key.deviceId, key: known.key.publicKey }, minReader: projectFormat };
        files.set('assay.json', Buffer.from(`${JSON.stringify(project, null, 2)}\n`));
      }
      return known;
    },
    object(bytes) {
      const hash = createHash('sha256').update(bytes).digest('hex');
      files.set(objectPathOf(hash), bytes);
      return hash;
    },
  };
}

/** A project of about fifty files: three devices, sessions of several segments, packs, objects, seen records, checkpoints. */
export function fiftyFiles(): BuiltFolder {
  const folder = buildFolder('fifty');
  const people = ['Ana', 'Ben', 'Cleo'].map((name) => folder.device(name));
  people[0]?.event('project.create', { ops: [{ o: 'create', e: folder.projectId, t: 'project', f: { name: 'Fifty' } }] });
  for (let round = 0; round < 4; round++) {
    for (const [i, device] of people.entries()) {
      if (round > 0) device.begin();
      const packed: string[] = [];
      for (let segment = 0; segment < 3; segment++) {
        const object = folder.object(Buffer.from(`content ${round} ${i} ${segment} `.repeat(20)));
        const id = idOf(`run ${round} ${i} ${segment}`);
        device.event('runs.start', { ops: [{ o: 'create', e: id, t: 'run', f: { name: `Größe ${segment}` } }], objs: [object] });
        device.event('runs.rename', { ops: [{ o: 'set', e: id, f: { name: `Run ${round}` } }, { o: 'add', e: id, s: 'tags', x: 'first' }], why: 'because' });
        if (segment === 2) device.seen();
        packed.push(device.seal());
      }
      if (round === 0) device.pack(packed, true);
    }
  }
  for (const device of people) {
    device.checkpoint();
    device.seen();
    device.seal();
  }
  // So that every last record is known to somebody.
  for (const device of people) device.checkpoint();
  return folder;
}

/** A sound project with all that is rare: a fork, a revoked device, odd clocks, records of the future, a foreign session. */
export function strangeFolder(): BuiltFolder {
  const folder = buildFolder('strange');
  const [ana, ben, cleo] = ['Ana', 'Ben', 'Cleo'].map((name) => folder.device(name)) as [BuiltDevice, BuiltDevice, BuiltDevice];
  ana.event('project.create', { ops: [{ o: 'create', e: folder.projectId, t: 'project', f: { name: 'Strange' } }] });
  ana.event('future.kind', { ops: [{ o: 'paint', e: 'x', colour: 'red' }], more: [1, 2] });
  ana.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'of the future' } }] }, { v: 2 });
  ana.event('project.require', { ops: [{ o: 'add', e: folder.projectId, s: 'requires', x: { feature: 'packs', version: '0.3.0' } }] });
  ana.pack([ana.seal()], false);
  cleo.event('runs.start', { ops: [{ o: 'create', e: 'r', t: 'run', f: { name: 'seen' } }] });
  cleo.seal();
  ben.event('people.revoke', { ops: [{ o: 'set', e: `device-${cleo.key.deviceId}`, f: { revoked: { by: ben.key.deviceId, reason: 'stolen', heads: ben.known(cleo) } } }] });
  ben.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'early' } }] }, { t: '000000000001-0000' });
  ben.seal();
  cleo.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'not seen' } }] });
  const before = cleo.fork();
  cleo.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'one branch' } }] });
  cleo.seal();
  before();
  cleo.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'another branch' } }] });
  cleo.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'and on' } }] });
  cleo.seal();
  const other = buildFolder('another project');
  other.device('Dora').event('project.create', {});
  const foreign = other.device('Dora').seal();
  folder.files.set(foreign, other.files.get(foreign) ?? new Uint8Array());
  ben.seen();
  ben.event('runs.rename', { ops: [{ o: 'set', e: 'r', f: { name: 'late' } }] }, { t: '3fffffffffff-0000' });
  ben.seal();
  ana.begin();
  ana.seen();
  ana.seal();
  ana.checkpoint();
  return folder;
}

function idOf(seed: string): string {
  return idFromBytes(createHash('sha256').update(seed).digest().subarray(0, 16));
}
