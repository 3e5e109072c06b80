/**
 * A file sync between the folders of devices, as bad as the real ones together: any order, incomplete files, conflict
 * copies, renamed files, converted line ends, files that vanish and come back. It remembers every file that a device
 * itself has written, so that in the end everything can reach everybody.
 */
import { createHash } from 'node:crypto';
import { temporaryPrefix } from '../../../electron/files/atomic.ts';
import { projectDir, type SimDevice } from './device.ts';
import type { Dice } from './dice.ts';

export interface Network {
  /** Takes note of what a device has written since the last time. Call it before anything can take it away again. */
  collect(device: SimDevice): void;
  /** Another device has a copy of this one's folder. */
  copied(from: SimDevice, to: SimDevice): void;
  /** Brings some of the files that it knows to a device, each in one of the ways of a real sync. */
  deliverSome(to: SimDevice): void;
  /** Removes a file from a device's folder, as a sync that lost its own database does. */
  removeOne(from: SimDevice): void;
  /** Puts a folder back to what it was when `remember` was called for the device. */
  rollBack(device: SimDevice): void;
  remember(device: SimDevice): void;
  /** Brings every file whole to the device; what is incomplete or converted under its name is replaced. */
  deliverAll(to: SimDevice): void;
  /** Every file that any device has written, each content once. */
  files(): (readonly [path: string, bytes: Uint8Array])[];
}

/** One time for all files: only their content, their size and their identity differ. */
const timeOfAll = Date.UTC(2026, 0, 1);

type Style = 'whole' | 'partial' | 'empty' | 'crlf' | 'flipped' | 'conflict' | 'twice' | 'renamed' | 'upperCase';

const styles: readonly Style[] = ['whole', 'whole', 'whole', 'whole', 'partial', 'empty', 'crlf', 'flipped', 'conflict', 'twice', 'renamed', 'upperCase'];

export function createNetwork(dice: Dice): Network {
  /** By path and content. */
  const known = new Map<string, readonly [path: string, bytes: Uint8Array]>();
  /** What the sync itself put into each folder: the very same bytes are no work of the device. */
  const brought = new Map<SimDevice, Map<string, Uint8Array>>();
  const remembered = new Map<SimDevice, Map<string, Uint8Array>>();

  const broughtTo = (device: SimDevice) => {
    const map = brought.get(device) ?? new Map<string, Uint8Array>();
    brought.set(device, map);
    return map;
  };

  /** Sets the time that the file had where it came from, as syncs do: of a bad copy and of the good one it is the same. */
  function put(device: SimDevice, path: string, bytes: Uint8Array): void {
    device.disk.put(`${projectDir}/${path}`, bytes, timeOfAll);
    broughtTo(device).set(path, bytes);
  }

  function collect(device: SimDevice): void {
    const own = broughtTo(device);
    for (const [path, bytes] of device.disk.files(projectDir)) {
      if (own.get(path) === bytes || path.split('/').some((name) => name.startsWith(temporaryPrefix))) continue;
      own.set(path, bytes);
      known.set(`${path} ${createHash('sha256').update(bytes).digest('hex')}`, [path, bytes]);
    }
  }

  function deliver(device: SimDevice, path: string, bytes: Uint8Array, style: Style): void {
    switch (style) {
      case 'whole': return putBesides(device, path, bytes);
      case 'partial': return putUnlessWhole(device, path, bytes, bytes.slice(0, dice.below(bytes.length)));
      case 'empty': return putUnlessWhole(device, path, bytes, new Uint8Array());
      case 'crlf': return putUnlessWhole(device, path, bytes, withCrlf(bytes));
      case 'flipped': return putUnlessWhole(device, path, bytes, bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte)));
      case 'conflict': return put(device, conflictName(path, dice), bytes);
      case 'twice':
        put(device, conflictName(path, dice), bytes);
        return putBesides(device, path, bytes);
      case 'renamed': return put(device, path.replace(/(\.[a-z.]+)?$/, (end) => `-${dice.below(1000)}${end}`), bytes);
      case 'upperCase': return putBesides(device, path.replace(/[^/]+$/, (name) => name.toUpperCase()), bytes);
    }
  }

  function putUnlessWhole(device: SimDevice, path: string, whole: Uint8Array, bytes: Uint8Array): void {
    const there = broughtTo(device).get(path);
    const isOwn = there === undefined && device.disk.files(projectDir).has(path);
    if (!isOwn && there !== whole) put(device, path, bytes);
  }

  /** Another whole content under the same name stays: the new one gets the name of a conflict copy. */
  function putBesides(device: SimDevice, path: string, bytes: Uint8Array): void {
    const there = device.disk.files(projectDir).get(path);
    if (there && Buffer.from(there).equals(bytes)) return;
    put(device, there && isWhole(path, there) ? conflictName(path, dice) : path, bytes);
  }

  function isWhole(path: string, bytes: Uint8Array): boolean {
    return known.has(`${path} ${createHash('sha256').update(bytes).digest('hex')}`);
  }

  return {
    collect,
    copied(from, to) {
      collect(from);
      brought.set(to, new Map(broughtTo(from)));
    },
    deliverSome(to) {
      const files = dice.shuffle([...known.values()]);
      const wanted = files.slice(0, 1 + dice.below(Math.max(1, files.length)));
      for (const [path, bytes] of wanted) {
        const style = path.startsWith('log/') || (path.startsWith('obj/') && dice.chance(0.2)) ? dice.pick(styles) : 'whole';
        // What is there already is seldom touched again.
        if (broughtTo(to).get(path) === bytes && dice.chance(0.9)) continue;
        deliver(to, path, bytes, style);
      }
    },
    removeOne(from) {
      const paths = [...from.disk.files(projectDir).keys()].filter((path) => path.startsWith('log/') || path.startsWith('obj/'));
      if (paths.length === 0) return;
      collect(from);
      const path = dice.pick(paths);
      from.disk.remove(`${projectDir}/${path}`);
      broughtTo(from).delete(path);
    },
    remember: (device) => void remembered.set(device, device.disk.files(projectDir)),
    rollBack(device) {
      const past = remembered.get(device);
      if (!past) return;
      collect(device);
      for (const path of device.disk.files(projectDir).keys()) {
        if (!past.has(path) && path.startsWith('log/')) {
          device.disk.remove(`${projectDir}/${path}`);
          broughtTo(device).delete(path);
        }
      }
      for (const [path, bytes] of past) if (!path.includes(temporaryPrefix)) put(device, path, bytes);
    },
    deliverAll(to) {
      for (const [path, bytes] of known.values()) putBesides(to, path, bytes);
    },
    files: () => [...known.values()],
  };
}

function withCrlf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1'));
}

/** As Dropbox, Syncthing, OneDrive and Google Drive name them. */
function conflictName(path: string, dice: Dice): string {
  const n = 1 + dice.below(9);
  return path.replace(/(\.[a-z.]+)?$/, (end) => dice.pick([
    ` (Ana's conflicted copy 2026-01-0${n})${end}`, `.sync-conflict-20260101-00000${n}-ABCDEFG${end}`, `-LAPTOP${n}${end}`, ` (${n})${end}`,
  ]));
}
