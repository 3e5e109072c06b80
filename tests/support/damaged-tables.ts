/** Damage that tables take on their way: cut, flipped, repeated, and written as other programs write. */
import type { Dice } from './sim/dice.ts';

/** One to three changes to the bytes of a file, drawn by the dice. */
export function damaged(bytes: Uint8Array, dice: Dice, pieces: readonly string[] = []): Uint8Array {
  let now: Buffer = Buffer.from(bytes);
  for (let left = 1 + dice.below(3); left > 0; left -= 1) now = dice.pick(pieces.length === 0 ? changes : [...changes, insert(pieces)])(now, dice);
  return now;
}

type Change = (bytes: Buffer, dice: Dice) => Buffer;

const changes: readonly Change[] = [
  (bytes, dice) => {
    const changed = Buffer.from(bytes);
    if (changed.length > 0) changed[dice.below(changed.length)] = dice.below(256);
    return changed;
  },
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => bytes.subarray(dice.below(Math.min(bytes.length, 40) + 1)),
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + dice.below(8)))]);
  },
  (bytes, dice) => {
    const [from, length, to] = [dice.below(bytes.length + 1), dice.below(64), dice.below(bytes.length + 1)];
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, from + length), bytes.subarray(to)]);
  },
  (bytes, dice) => {
    const changed = Buffer.from(bytes);
    const at = dice.below(Math.max(1, changed.length - 4));
    if (changed.length >= 4) changed.writeUInt32LE(dice.pick([0, 1, 0x7fffffff, 0x80000000, 0xffffffff, changed.length]), at);
    return changed;
  },
];

/** Puts one of `pieces` somewhere. */
function insert(pieces: readonly string[]): Change {
  return (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(dice.pick(pieces), 'latin1'), bytes.subarray(at)]);
  };
}
