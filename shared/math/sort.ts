/**
 * Ascending sort of float64 values: radix passes over the upper half of the bits, then the rest where it matters.
 * The result equals `Float64Array.prototype.sort` (-0 before 0); NaN is not allowed. O(n), about 25 ns a value.
 */

const digitBits = 11;
const bucketCount = 1 << digitBits;
const digitMask = bucketCount - 1;
/** Of 32 bits; the last digit has 10 bits, the highest of them is the sign in an upper word. */
const passCount = 3;
/** Below this the engine's own sort is faster than clearing the counters. */
const smallLength = 4096;
/** The farthest that insertion moves a value; it is quadratic, so longer ways are left to a sort of the run. */
const farthestMove = 24;

/** Where a float64 has its halves in a Uint32 view: the upper one second on little-endian machines. */
const upperWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const lowerWord = 1 - upperWord;

/**
 * Sorts `values` in place and returns it.
 * @param scratch at least as long as `values`; its content is lost. Made when left out.
 */
export function sortFloat64(values: Float64Array, scratch?: Float64Array): Float64Array {
  if (values.length < smallLength) return values.sort();
  const space = (scratch ?? new Float64Array(values.length)).subarray(0, values.length);
  sortByWord(values, space, upperWord);
  sortTies(values, space);
  return values;
}

/** Sorts by one half of the bits. By the upper half: in the order of the values; by the lower: as unsigned integers. */
function sortByWord(values: Float64Array, space: Float64Array, word: number): void {
  const digits = countDigits(values, word);
  let from = values;
  let to = space;
  for (let pass = 0; pass < passCount; pass++) {
    const counts = digits.subarray(pass * bucketCount, (pass + 1) * bucketCount);
    const isSignPass = word === upperWord && pass === passCount - 1;
    if (!isSignPass && isOneDigit(counts, values.length)) continue;
    scatter(from, to, { word, shift: pass * digitBits, places: counts, steps: isSignPass ? placeBySign(counts) : placeInOrder(counts) });
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
}

/** How many values have each digit, one table of 2048 per pass. */
function countDigits(values: Float64Array, word: number): Uint32Array {
  const counts = new Uint32Array(passCount * bucketCount);
  const words = wordsOf(values);
  for (let i = word; i < words.length; i += 2) {
    const bits = words[i]!;
    counts[bits & digitMask]!++;
    counts[bucketCount + ((bits >>> digitBits) & digitMask)]!++;
    counts[2 * bucketCount + (bits >>> (2 * digitBits))]!++;
  }
  return counts;
}

function isOneDigit(counts: Uint32Array, length: number): boolean {
  for (const count of counts) if (count > 0) return count === length;
  return true;
}

interface Pass {
  readonly word: number;
  readonly shift: number;
  /** The next free place of each digit. */
  readonly places: Uint32Array;
  /** 1 for digits that are filled upwards, -1 downwards. A table, because nobody can predict a branch on the sign. */
  readonly steps: Int32Array;
}

function scatter(from: Float64Array, to: Float64Array, { word, shift, places, steps }: Pass): void {
  const words = wordsOf(from);
  for (let i = 0; i < from.length; i++) {
    const digit = (words[2 * i + word]! >>> shift) & digitMask;
    const place = places[digit]!;
    places[digit] = place + steps[digit]!;
    to[place] = from[i]!;
  }
}

/** Turns counts into first places in ascending order of the digits. */
function placeInOrder(counts: Uint32Array): Int32Array {
  let start = 0;
  for (let digit = 0; digit < bucketCount; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  return new Int32Array(bucketCount).fill(1);
}

/** The same for the digit with the sign. Negative values have larger bits the smaller they are: both orders turn round. */
function placeBySign(counts: Uint32Array): Int32Array {
  const steps = new Int32Array(bucketCount).fill(1);
  const firstNegative = bucketCount / 4;
  let start = 0;
  for (let digit = 2 * firstNegative - 1; digit >= firstNegative; digit--) {
    start += counts[digit]!;
    counts[digit] = start - 1; // -1 wraps where it is the empty first one, which is never used
    steps[digit] = -1;
  }
  for (let digit = 0; digit < firstNegative; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  return steps;
}

/** Orders values that agree in their upper word; they are neighbours now, so most have a short way. */
function sortTies(values: Float64Array, space: Float64Array): void {
  for (let i = 1; i < values.length; i++) {
    const value = values[i]!;
    if (values[i - 1]! <= value) continue;
    const first = Math.max(0, i - farthestMove);
    let j = i;
    while (j > first && values[j - 1]! > value) {
      values[j] = values[j - 1]!;
      j--;
    }
    values[j] = value;
    if (j === first && first > 0) i = sortRun(values, i, space) - 1;
  }
}

/** Sorts the run of equal upper words around `index` and returns its end. */
function sortRun(values: Float64Array, index: number, space: Float64Array): number {
  const words = wordsOf(values);
  const word = words[2 * index + upperWord]!;
  let start = index;
  while (start > 0 && words[2 * (start - 1) + upperWord] === word) start--;
  let end = index + 1;
  while (end < values.length && words[2 * end + upperWord] === word) end++;
  const run = values.subarray(start, end);
  if (run.length < smallLength) run.sort();
  else {
    sortByWord(run, space.subarray(0, run.length), lowerWord);
    if (word >>> 31 === 1) run.reverse();
  }
  return end;
}

function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}
