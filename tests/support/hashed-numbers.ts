/** Numbers that are hashes of their place, the same here and in the fixtures' Python generators. */

/** Number `place` of a stream, in [0, 1): lowbias32 (Wellons 2018), as `unit` of tests/fixtures/curves/make_sequences.py. */
export function hashedUnit(place: number, stream: number): number {
  let x = (place + stream * 1000003) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
}

/** Weights in (-0.4, 0.4) of the parameter that is number `index`, from 1. */
export function hashedWeights(count: number, index: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => (hashedUnit(i, 100 + index) - 0.5) * 0.8);
}
