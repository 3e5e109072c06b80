/** Noise: the same numbers as in plain JavaScript, whatever runs them, and no pattern that statistics find. */
import { describe, expect, it } from 'vitest';
import { Tensor, floatTensor, openSession } from '../../../../electron/infer/session.ts';
import { Graph } from '../../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../../electron/ml/onnx-write.ts';
import { ops } from '../../../../electron/ml/ops/index.ts';

const seed = 7;

/** Noise of [batch, width] for rows `first`.. of a batch of `rows`. */
async function drawn({ rows, width, step, stream = 0, threadCount = 1 }: {
  rows: number; width: number; step: bigint; stream?: number; threadCount?: number;
}): Promise<Float32Array> {
  const graph = new Graph('noise');
  const op = ops(graph);
  const like = graph.input('like', 'float32', ['batch']);
  const at = graph.input('step', 'int64', []);
  graph.output('noise', op.uniformNoise({ seed, stream, step: at, shape: ['batch', width], like }));
  const session = await openSession(writeOnnx(graph), { threadCount });
  const result = await session.run({ like: floatTensor(new Float32Array(rows), [rows]), step: new Tensor('int64', BigInt64Array.of(step), []) });
  await session.release();
  return result['noise']?.data as Float32Array;
}

/** The definition, in plain JavaScript. */
function reference(stream: number, step: number, place: number): number {
  const scramble = (x: number, key = 0): number => {
    const first = Math.imul(x ^ (x >>> 16), 0x7feb352d) + key | 0;
    return Math.imul(first ^ (first >>> 15), 0x846ca68b) >>> 0;
  };
  const hash = (x: number): number => {
    const bits = scramble(x);
    return (bits ^ (bits >>> 16)) >>> 0;
  };
  const base = hash(hash(seed) + Math.imul(stream, 0x9e3779b9));
  const key = hash(step ^ base);
  return Math.fround(Math.fround(scramble(Math.imul(place, 0x9e3779b9) + key, Math.imul(key, 0x9e3779b9))) * Math.fround(2 ** -32 * (1 - 2 ** -24)));
}

/** Chi-square of pairs of numbers in 32 x 32 bins, as standard deviations from what independence gives. */
function dependence(a: Float32Array, b: Float32Array): number {
  const counts = new Float64Array(1024);
  a.forEach((value, i) => counts[Math.floor(value * 32) * 32 + Math.floor((b[i] as number) * 32)]!++);
  const expected = a.length / counts.length;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return (chiSquare - 1023) / Math.sqrt(2 * 1023);
}

function correlation(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - 0.5) * ((b[i] as number) - 0.5);
  return (12 * sum) / a.length;
}

describe('uniform noise', () => {
  it('is bit for bit that of its definition', async () => {
    for (const [stream, step] of [[0, 0], [3, 1], [1, 5_000_000_007]] as const) {
      const noise = await drawn({ rows: 64, width: 48, step: BigInt(step), stream });
      expect(noise).toEqual(Float32Array.from({ length: 64 * 48 }, (_, i) => reference(stream, step % 2 ** 32, i)));
    }
  });

  it('stays below 1 where an integer rounds up to 2^32', () => {
    expect(Math.fround(Math.fround(2 ** 32 - 1) * Math.fround(2 ** -32 * (1 - 2 ** -24)))).toBe(1 - 2 ** -24);
  });

  it('is the same with two threads', async () => {
    const one = await drawn({ rows: 256, width: 256, step: 9n });
    expect(await drawn({ rows: 256, width: 256, step: 9n, threadCount: 2 })).toEqual(one);
  });

  it('does not depend on where the batch stands in the shape', async () => {
    const graph = new Graph('noise');
    const op = ops(graph);
    const like = graph.input('like', 'float32', [4, 'batch']);
    graph.output('noise', op.uniformNoise({ seed, stream: 0, step: op.scalar('int64', 2), shape: [3, 'batch'], like }));
    const session = await openSession(writeOnnx(graph), { threadCount: 1 });
    const result = await session.run({ like: floatTensor(new Float32Array(20), [4, 5]) });
    await session.release();
    const rows = await drawn({ rows: 5, width: 3, step: 2n });
    expect(Array.from(result['noise']?.data as Float32Array)).toEqual(
      Array.from({ length: 15 }, (_, i) => rows[(i % 5) * 3 + Math.floor(i / 5)]),
    );
  });

  it('fills 256 equal bins evenly, at every step', async () => {
    for (const step of [0n, 1n, 2n, 1000n]) {
      const noise = await drawn({ rows: 256, width: 256, step });
      const counts = new Array<number>(256).fill(0);
      for (const value of noise) counts[Math.floor(value * 256)]!++;
      const expected = noise.length / 256;
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
      // 255 degrees of freedom: outside 166..370 once in ten million times at each end.
      expect(chiSquare).toBeGreaterThan(166);
      expect(chiSquare).toBeLessThan(370);
    }
  });

  it('makes independent pairs, at distances of a power of two as well', async () => {
    for (const step of [0n, 1n, 2n, 3n]) {
      const noise = await drawn({ rows: 1024, width: 256, step });
      for (const distance of [1, 3, 16, 32, 64, 256, 512, 4096]) {
        expect(Math.abs(dependence(noise.subarray(distance), noise.subarray(0, -distance)))).toBeLessThan(6);
      }
      expect(Math.abs(dependence(noise, await drawn({ rows: 1024, width: 256, step: step + 1n })))).toBeLessThan(6);
    }
  });

  it('is uncorrelated with its neighbours, the step before and another stream', async () => {
    const noise = await drawn({ rows: 256, width: 256, step: 4n });
    // The correlation of 65,536 independent pairs has a standard deviation of 1/256; six of them.
    const limit = 6 / 256;
    for (const shift of [1, 2, 64, 256]) {
      expect(Math.abs(correlation(noise.subarray(shift), noise.subarray(0, -shift)))).toBeLessThan(limit);
    }
    expect(Math.abs(correlation(noise, await drawn({ rows: 256, width: 256, step: 3n })))).toBeLessThan(limit);
    expect(Math.abs(correlation(noise, await drawn({ rows: 256, width: 256, step: 4n, stream: 1 })))).toBeLessThan(limit);
  });
});

describe('dropout', () => {
  it('drops its share of the elements and keeps the mean', async () => {
    const graph = new Graph('dropout');
    const op = ops(graph);
    const x = graph.input('x', 'float32', ['batch', 100]);
    const uniform = op.uniformNoise({ seed, stream: 0, step: op.scalar('int64', 1), shape: x.shape, like: x });
    graph.output('y', op.dropout(x, uniform, 0.25));
    const session = await openSession(writeOnnx(graph), { threadCount: 1 });
    const result = await session.run({ x: floatTensor(new Float32Array(100_000).fill(3), [1000, 100]) });
    await session.release();
    const kept = (result['y']!.data as Float32Array).filter((value) => value !== 0);
    expect([...new Set(kept)]).toEqual([4]);
    // Six standard deviations of a share of 0.75 in 100,000 draws.
    expect(Math.abs(kept.length / 100_000 - 0.75)).toBeLessThan(0.0083);
  });
});
