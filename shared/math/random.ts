/**
 * Reproducible randomness: xoshiro128** seeded through SplitMix32, in 32-bit integer arithmetic only,
 * so that a recorded seed gives the same numbers on every machine and JavaScript engine.
 * Source: Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", ACM TOMS 47 (2021).
 */

/** A stream of pseudo-random numbers; every call advances it. */
export interface Random {
  /** An integer in [0, 2^32). */
  uint32(): number;
  /** A number in [0, 1) with 53 random bits. */
  unit(): number;
  /** An integer in [0, bound), without modulo bias. @throws RangeError unless 1 <= bound <= 2^32. */
  below(bound: number): number;
}

/**
 * Independent streams of one seed are told apart by `stream`, so that drawing more numbers
 * for one purpose does not change those of another.
 */
export function createRandom(seed: number, stream = 'main'): Random {
  const next = splitMix32((seed ^ hashText(stream)) >>> 0);
  return xoshiro128([next(), next(), next(), next()]);
}

/** The generator from its full state of four 32-bit words, not all zero (then 1 takes the place of the last). */
export function xoshiro128(state: readonly [number, number, number, number]): Random {
  let [a, b, c, d] = state;
  if ((a | b | c | d) === 0) d = 1;

  function uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotateLeft(d, 11);
    return result;
  }

  function unit(): number {
    const high = uint32() >>> 5;
    const low = uint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  function below(bound: number): number {
    if (!(bound >= 1 && bound <= 4294967296)) throw new RangeError(`bound must be in [1, 2^32], got ${bound}`);
    const limit = 4294967296 - (4294967296 % bound);
    let draw = uint32();
    while (draw >= limit) draw = uint32();
    return draw % bound;
  }

  return { uint32, unit, below };
}

/** A standard normal number by the method of Box and Muller (1958). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}

/** A gamma-distributed number with this shape (positive) and scale 1: Marsaglia and Tsang, ACM TOMS 26 (2000). */
export function gamma(shape: number, random: Random): number {
  // Below 1 their method does not hold; a number of shape + 1 is carried over.
  if (shape < 1) return gamma(shape + 1, random) * (1 - random.unit()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const x = normal(random);
    const v = (1 + x / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.unit()) < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Shuffles in place, each order equally likely (Fisher and Yates); returns its argument. Cost O(n). */
export function shuffle<T extends Int32Array | Float64Array | unknown[]>(items: T, random: Random): T {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const kept = items[i];
    items[i] = items[j] as never;
    items[j] = kept as never;
  }
  return items;
}

/** The integers 0..count-1. */
export function range(count: number): Int32Array {
  const result = new Int32Array(count);
  for (let i = 0; i < count; i++) result[i] = i;
  return result;
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}

/** Steele, Lea and Flood's SplitMix in its 32-bit form (constants of MurmurHash3's finaliser). */
function splitMix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let z = state ^ (state >>> 16);
    z = Math.imul(z, 0x85ebca6b);
    z ^= z >>> 13;
    z = Math.imul(z, 0xc2b2ae35);
    return (z ^ (z >>> 16)) | 0;
  };
}

/** FNV-1a over UTF-16 code units. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
