/**
 * Noise without state: each number is a hash of (seed, stream, step, place), so that a run can go on from any step and
 * threads change nothing. The hash is Wellons' lowbias32 (2018) with a second key between its rounds; without that, two
 * steps with keys close together would see the same numbers, shifted. Places are spread by an odd factor first: numbers in
 * sequence leave pairs at distances of a power of two dependent. The last fold of the hash is left out, as it does not
 * change the high bits that count; shifts and exclusive ors are what takes the time.
 */
import type { Value } from '../graph.ts';
import { formatShape, isStatic } from '../shapes.ts';
import type { Shape } from '../shapes.ts';
import type { Ops } from './index.ts';

export interface NoiseSpec {
  /** Of the run, in [0, 2^32). */
  readonly seed: number;
  /** Tells apart the places that draw noise. */
  readonly stream: number;
  /** int64 scalar. */
  readonly step: Value;
  /** At most one size may be symbolic; `like` then has it too. */
  readonly shape: Shape;
  readonly like?: Value;
}

/** 2^32 over the golden ratio: odd, and its multiples are spread evenly (Knuth, volume 3, 6.4). */
const golden = 0x9e3779b9;

/** Times an integer below 2^32 that was rounded to float32: never 1. */
const unit = 2 ** -32 * (1 - 2 ** -24);

/** Uniform float32 numbers in [0, 1) of the shape of `spec`. */
export function uniformNoise(op: Ops, spec: NoiseSpec): Value {
  const word = (number: number): Value => op.scalar('uint32', number >>> 0);
  const base = mixed((mixed(spec.seed) + Math.imul(spec.stream, golden)) >>> 0);
  const key = folded(op, scrambled(op, op.xor(op.cast(spec.step, 'uint32'), word(base)), null), 16);
  const bits = scrambled(op, places(op, spec, key), op.mul(key, word(golden)));
  return op.mul(op.cast(bits, 'float32'), op.scalar('float32', unit));
}

/** x with a share of its elements set to 0 and the others divided by (1 - share); `uniform` decides which. */
export function dropout(op: Ops, x: Value, uniform: Value, share: number): Value {
  const isKept = op.greaterOrEqual(uniform, op.scalar('float32', share));
  return op.mul(x, op.mul(op.cast(isKept, x.type), op.scalar(x.type, 1 / (1 - share))));
}

/**
 * `start` and a number of its own for each element: its place in the shape with the symbolic axis first, times the factor.
 * Those of the other axes are constants.
 */
function places(op: Ops, { shape, like }: NoiseSpec, start: Value): Value {
  const free = shape.findIndex((dim) => typeof dim === 'string');
  const known = shape.map((dim) => (typeof dim === 'string' ? 1 : dim));
  const size = known.reduce((product, dim) => product * dim, 1);
  const own = op.graph.constant('uint32', known, Uint32Array.from({ length: size }, (_, i) => Math.imul(i, golden)), 'places');
  if (free < 0) return op.add(own, start);
  const axis = like?.shape.indexOf(shape[free] as string) ?? -1;
  if (like === undefined || axis < 0 || !isStatic(shape.filter((_, i) => i !== free))) {
    throw op.graph.shapeError(`noise of shape ${formatShape(shape)} like ${formatShape(like?.shape ?? [])}`);
  }
  const length = op.gather(op.shapeOf(like), op.scalar('int64', axis));
  const rows = op.mul(op.cast(op.range(length, shape[free] as string), 'uint32'), op.scalar('uint32', Math.imul(size, golden) >>> 0));
  const numbers = op.add(rows, start);
  const others = shape.flatMap((_, i) => (i === free ? [] : [i]));
  return op.add(others.length === 0 ? numbers : op.unsqueeze(numbers, others), own);
}

/** The hash of uint32 values without its last fold; `key` enters between its rounds. */
function scrambled(op: Ops, x: Value, key: Value | null): Value {
  const first = op.mul(folded(op, x, 16), op.scalar('uint32', 0x7feb352d));
  return op.mul(folded(op, key === null ? first : op.add(first, key), 15), op.scalar('uint32', 0x846ca68b));
}

/** x with its high bits folded into the low ones. */
function folded(op: Ops, x: Value, bits: number): Value {
  return op.xor(x, op.shiftRight(x, bits));
}

/** The hash of one number in [0, 2^32). */
function mixed(x: number): number {
  const first = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  const second = Math.imul(first ^ (first >>> 15), 0x846ca68b);
  return (second ^ (second >>> 16)) >>> 0;
}
