/** Damages the files of a project in all the ways that syncs, drives and people do, and some that only an attacker would. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DeviceKey } from '../../electron/store/format/keys.ts';
import { encodeRecord, type LogRecord, type RecordLine } from '../../electron/store/format/records.ts';
import { readSegment, sealSegment } from '../../electron/store/format/segments.ts';
import type { Dice } from './sim/dice.ts';
import type { Files } from './verify-files.ts';

export interface Mutant {
  /** What was done, for the reader of a failure. */
  readonly name: string;
  /** Path -> new content, or null where it is removed. */
  readonly changes: Readonly<Record<string, Uint8Array | null>>;
}

/** One or two changes, drawn by the dice; `keys` are those that an attacker may have. */
export function mutantOf(files: Files, keys: readonly DeviceKey[], dice: Dice): Mutant {
  const changes: Record<string, Uint8Array | null> = {};
  const names: string[] = [];
  for (let i = dice.chance(0.3) ? 2 : 1; i > 0; i--) {
    const [name, mutate] = dice.pick(mutators);
    const present = [...files].flatMap(([path, bytes]): [string, Uint8Array][] => {
      const now = path in changes ? changes[path] ?? null : bytes;
      return now === null ? [] : [[path, now]];
    });
    const [path, bytes] = dice.pick(present);
    Object.assign(changes, mutate({ path, bytes, present, keys, dice }));
    names.push(`${name} ${path}`);
  }
  return { name: names.join(', '), changes };
}

interface Place {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly present: readonly [string, Uint8Array][];
  readonly keys: readonly DeviceKey[];
  readonly dice: Dice;
}

type Mutate = (place: Place) => Record<string, Uint8Array | null>;

const mutators: readonly (readonly [string, Mutate])[] = [
  ['flip', ({ path, bytes, dice }) => ({ [path]: flipped(bytes, dice) })],
  ['flip', ({ path, bytes, dice }) => ({ [path]: flipped(bytes, dice) })],
  ['cut', ({ path, bytes, dice }) => ({ [path]: bytes.subarray(0, dice.below(bytes.length + 1)) })],
  ['cut the end of', ({ path, bytes, dice }) => ({ [path]: bytes.subarray(0, Math.max(0, bytes.length - 1 - dice.below(8))) })],
  ['remove', ({ path }) => ({ [path]: null })],
  ['remove', ({ path }) => ({ [path]: null })],
  ['copy', ({ path, bytes, dice }) => ({ [conflictName(path, dice)]: bytes })],
  ['rename', ({ path, bytes, dice }) => ({ [path]: null, [conflictName(path, dice)]: bytes })],
  ['copy and flip', ({ path, bytes, dice }) => ({ [path]: flipped(bytes, dice), [conflictName(path, dice)]: bytes })],
  ['exchange', ({ path, bytes, present, dice }) => {
    const [other, otherBytes] = dice.pick(present);
    return { [path]: otherBytes, [other]: bytes };
  }],
  ['replace', ({ path, present, dice }) => ({ [path]: dice.pick(present)[1] })],
  ['convert the line ends of', ({ path, bytes }) => ({ [path]: Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll('\n', '\r\n'), 'latin1') })],
  ['append to', ({ path, bytes, dice }) => ({ [path]: Buffer.concat([bytes, dice.pick([Buffer.from('\n'), Buffer.alloc(4), Buffer.from('junk'), bytes])]) })],
  ['remove a line of', (place) => lines(place, (all, at) => all.filter((_, i) => i !== at))],
  ['exchange lines of', (place) => lines(place, (all, at) => all.map((line, i) => (i === at ? all[at + 1] ?? line : i === at + 1 ? all[at] ?? line : line)))],
  ['repeat a line of', (place) => lines(place, (all, at) => all.flatMap((line, i) => (i === at ? [line, line] : [line])))],
  ['write JSON in another way into', ({ path, bytes, dice }) => {
    const [from, to] = dice.pick(rewritings);
    return { [path]: Buffer.from(Buffer.from(bytes).toString('utf8').replace(from, to)) };
  }],
  ['seal again', (place) => resealed(place, (record) => record)],
  ['write differently', (place) => resealed(place, (record) => (record.k === 'session' ? record : { ...record, b: { ...(record.b as object), why: 'another' } }))],
  ['lie in', (place) => resealed(place, (record) => ({ ...record, t: '0fffffffffff-0000' }))],
  ['continue', (place) => resealed(place, (record) => record, 1)],
  ['pack', ({ path, bytes, dice }) => ({ [path]: null, [path.replace(/\.seg$/, '.seg.gz')]: packed(bytes, dice) })],
  ['add beside', ({ path, bytes, dice }) => ({ [`${path.slice(0, path.lastIndexOf('/') + 1)}${dice.pick(['notes.txt', '.DS_Store', '~assay-1.tmp', 'x.json', 'y.seg'])}`]: dice.pick([bytes, Buffer.from('hello\n')]) })],
];

const rewritings: readonly (readonly [RegExp, string])[] = [
  [/"n":(\d+)/, '"n":$1.0'], [/"n":(\d+)/, '"n":1e999'], [/"n":(\d+)/, '"n":NaN'], [/"n":(\d+)/, '"n":-0'], [/"v":1/, '"v":2'], [/"v":1/, '"v":true'],
  [/"a":"/, '"a":"\\ud800'], [/"a":"/, '"a":"\\u0000'], [/"b":/, '"b": '], [/"b":/, '"B":'], [/"b":/, '"x":1,"b":'], [/"b":\{/, `"b":{"deep":${'['.repeat(900)}${']'.repeat(900)},`],
  [/"c":\[\]/, '"c":["x"]'], [/"c":\[\],/, ''], [/"k":"seal"/, '"k":"seal" '], [/"k":"runs/, '"k":"seal","k":"runs'], [/"first":(\d+)/, '"first":$1.0'],
  [/"format": ?1/, '"format":1.0'], [/"previous":null/, '"previous":1'], [/"heads":\{/, '"heads":{"__proto__":[1,"x"],'], [/ED/, 'Ed'], [/untrusted/, 'Untrusted'],
  [/"a":"[^"]*"/, `"a":"${'x'.repeat(201)}"`], [/"a":"[^"]*"/, `"a":"${'\u{1F600}'.repeat(101)}"`], [/^\{/, '\ufeff{'], [/"atMs":/, '"atMs":1,"atMs":'],
];

function flipped(bytes: Uint8Array, dice: Dice): Uint8Array {
  const copy = new Uint8Array(bytes);
  const at = dice.below(Math.max(1, copy.length));
  if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << dice.below(8));
  return copy;
}

/** As Dropbox, Syncthing, OneDrive and people name a copy. */
function conflictName(path: string, dice: Dice): string {
  const [, stem = path, ending = ''] = /^(.*?)(\.[a-z.]+)?$/.exec(path) ?? [];
  return dice.pick([`${stem} (Ana's conflicted copy 2026-01-02)${ending}`, `${stem}.sync-conflict-20260102-101112-ABCDEFG${ending}`, `${stem}-LAPTOP${ending}`, `${path}.bak`, path.replace(/^(\w+)\//, '$1/x-')]);
}

function lines({ path, bytes, dice }: Place, change: (all: string[], at: number) => string[]): Record<string, Uint8Array> {
  const all = Buffer.from(bytes).toString('latin1').split('\n');
  return { [path]: Buffer.from(change(all, dice.below(all.length)).join('\n'), 'latin1') };
}

/** A segment with changed records, numbered and chained anew and signed by one of the keys; `extra` records more. */
function resealed({ path, bytes, keys, dice }: Place, change: (record: LogRecord) => LogRecord, extra = 0): Record<string, Uint8Array> {
  const { segment } = readSegment(bytes);
  const last = segment?.records.at(-1);
  if (!segment || !last) return { [path]: bytes };
  const from = dice.below(segment.records.length);
  const made: RecordLine[] = [];
  const all = [...segment.records.map(({ record }) => record), ...Array.from({ length: extra }, () => ({ ...last.record, k: 'runs.rename', b: { ops: [] } }))];
  for (const [i, record] of all.entries()) {
    const parent = made.at(-1)?.hash ?? record.p;
    made.push(encodeRecord({ ...(i >= from ? change(record) : record), n: segment.firstNumber + i, p: parent }));
  }
  const own = keys.find(({ publicKey }) => publicKey === segment.publicKey);
  const key = own && dice.chance(0.8) ? own : dice.pick(keys);
  const target = dice.chance(0.5) ? path : path.replace('.seg', '-other.seg');
  return { [target]: sealSegment(made, key) };
}

function packed(bytes: Uint8Array, dice: Dice): Uint8Array {
  const pack = gzipSync(bytes);
  const made = dice.pick([pack, Buffer.concat([pack, gzipSync(bytes)]), Buffer.concat([pack, Buffer.alloc(3)]), Buffer.concat([pack, Buffer.from('junk')]), pack.subarray(0, -3), gzipSync(Buffer.alloc(1000)), gzipSync(Buffer.concat([bytes, bytes.subarray(0, 50)]))]);
  return dice.chance(0.2) && looksPacked(bytes) ? gunzipSync(bytes) : made;
}

function looksPacked(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
