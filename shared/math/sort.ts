/**
 * Ascending sort of float64 values: radix passes over the upper half of the bits, then the rest by comparison.
 * The result equals `Float64Array.prototype.sort` (-0 before 0); NaN is not allowed. O(n), about 10 ns a value.
 */

const digitBits = 11;
const digitMask = (1 << digitBits) - 1;
const radixPasses = 3;
/** Below this the engine's own sort is faster than clearing the counters. */
const smallLength = 4096;
/** Runs of equal upper bits longer than this go to the engine's sort: insertion is quadratic. */
const longRun = 24;

/** The upper 32 bits of a float64 are at the odd index of a Uint32 view where the machine is little-endian. */
const upperWord = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * Sorts `values` in place and returns it.
 * @param scratch at least as long as `values`; its content is lost. Made when left out.
 */
export function sortFloat64(values: Float64Array, scratch?: Float64Array): Float64Array {
  const length = values.length;
  if (length < smallLength) return values.sort();
  const digits = countDigits(values);
  let from = values;
  let to = (scratch ?? new Float64Array(length)).subarray(0, length);
  for (let pass = 0; pass < radixPasses; pass++) {
    const counts = digits.subarray(pass << digitBits, (pass + 1) << digitBits);
    const isSignPass = pass === radixPasses - 1;
    if (!isSignPass && isOneDigit(counts, length)) continue;
    if (isSignPass) scatterBySign(from, to, counts);
    else scatter(from, to, counts, pass * digitBits);
    [from, to] = [to, from];
  }
  if (from !== values) values.set(from);
  sortTies(values);
  return values;
}

/** Histograms of the three digits of the upper word; the last has 10 bits, the sign the highest of them. */
function countDigits(values: Float64Array): Uint32Array {
  const counts = new Uint32Array(radixPasses << digitBits);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  for (let i = upperWord; i < words.length; i += 2) {
    const word = words[i]!;
    counts[word & digitMask]!++;
    counts[(1 << digitBits) + ((word >>> digitBits) & digitMask)]!++;
    counts[(2 << digitBits) + (word >>> (2 * digitBits))]!++;
  }
  return counts;
}

function isOneDigit(counts: Uint32Array, length: number): boolean {
  for (const count of counts) if (count > 0) return count === length;
  return true;
}

function scatter(from: Float64Array, to: Float64Array, counts: Uint32Array, shift: number): void {
  let start = 0;
  for (let digit = 0; digit < counts.length; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  const words = new Uint32Array(from.buffer, from.byteOffset, from.length * 2);
  for (let i = 0; i < from.length; i++) {
    const digit = (words[2 * i + upperWord]! >>> shift) & digitMask;
    to[counts[digit]!++] = from[i]!;
  }
}

/** The last pass. Negative values have larger bits the smaller they are, so their buckets and their order are reversed. */
function scatterBySign(from: Float64Array, to: Float64Array, counts: Uint32Array): void {
  const shift = 2 * digitBits;
  const firstNegative = 1 << (31 - shift);
  let start = 0;
  for (let digit = 2 * firstNegative - 1; digit >= firstNegative; digit--) {
    start += counts[digit]!;
    counts[digit] = start; // filled from its end
  }
  for (let digit = 0; digit < firstNegative; digit++) {
    const count = counts[digit]!;
    counts[digit] = start;
    start += count;
  }
  const words = new Uint32Array(from.buffer, from.byteOffset, from.length * 2);
  for (let i = 0; i < from.length; i++) {
    const digit = words[2 * i + upperWord]! >>> shift;
    to[digit < firstNegative ? counts[digit]!++ : --counts[digit]!] = from[i]!;
  }
}

/** Orders values that agree in their upper word: they are neighbours now. */
function sortTies(values: Float64Array): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  let start = 0;
  while (start < values.length) {
    const word = words[2 * start + upperWord]!;
    let end = start + 1;
    let isAscending = true;
    while (end < values.length && words[2 * end + upperWord]! === word) {
      if (values[end]! < values[end - 1]!) isAscending = false;
      end++;
    }
    if (!isAscending) {
      if (end - start > longRun) values.subarray(start, end).sort();
      else insertionSort(values, start, end);
    }
    start = end;
  }
}

function insertionSort(values: Float64Array, start: number, end: number): void {
  for (let i = start + 1; i < end; i++) {
    const value = values[i]!;
    let j = i - 1;
    while (j >= start && values[j]! > value) {
      values[j + 1] = values[j]!;
      j--;
    }
    values[j + 1] = value;
  }
}
