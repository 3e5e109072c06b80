import { expect, it } from 'vitest';
import { choleskySteps, solveCholesky } from '../../../electron/ml/cholesky.ts';
import { minimizeConvex } from '../../../electron/ml/linear-solver.ts';
import type { ConvexProblem } from '../../../electron/ml/linear-solver.ts';
import { createRandom } from '../../../shared/math/random.ts';

it('factorises and solves symmetric positive definite systems', () => {
  const random = createRandom(5);
  for (const size of [1, 2, 7, 31]) {
    const a = Float64Array.from({ length: size * size }, () => random.unit() - 0.5);
    const matrix = gram(a, size);
    const x = Float64Array.from({ length: size }, () => random.unit());
    const b = Float64Array.from({ length: size }, (_, i) => x.reduce((sum, value, k) => sum + matrix[i * size + k]! * value, 0));
    for (const _ of choleskySteps(matrix, size)) continue;
    solveCholesky(matrix, size, b);
    b.forEach((value, i) => expect(value).toBeCloseTo(x[i]!, 8));
  }
});

it('solves on when a row depends on those before it', () => {
  const matrix = Float64Array.of(1, 1, 1, 1);
  for (const _ of choleskySteps(matrix, 2)) continue;
  expect(matrix.every(Number.isFinite)).toBe(true);
  expect(matrix[3]).toBeGreaterThan(0);
});

it('rests while it factorises a large matrix', () => {
  const size = 500;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) matrix[i * size + i] = 4;
  let rests = 0;
  for (const _ of choleskySteps(matrix, size)) rests += 1;
  expect(rests).toBe(2);
  expect(matrix[0]).toBe(2);
});

it('meets the minimum of a quadratic in one step when the metric is its Hessian', async () => {
  const minimum = await minimizeConvex(quadratic([1, 100, 10_000], [1, 100, 10_000]));
  expect(minimum).toMatchObject({ iterations: 1, end: 'optimum' });
  minimum.at.forEach((value, i) => expect(value).toBeCloseTo(i + 1, 9));
});

it('meets the minimum of an ill-conditioned quadratic from a poor metric', async () => {
  const minimum = await minimizeConvex(quadratic([1, 100, 10_000, 3, 0.1], [1, 1, 1, 1, 1]));
  expect(minimum.end).toBe('optimum');
  minimum.at.forEach((value, i) => expect(value).toBeCloseTo(i + 1, 5));
});

it('walks far where the metric expects a short way', async () => {
  const minimum = await minimizeConvex(quadratic([1e-6, 2e-6], [1, 1]));
  minimum.at.forEach((value, i) => expect(value).toBeCloseTo(i + 1, 2));
});

it('ends at the limit of iterations, and when told to', async () => {
  const problem = quadratic([1, 100, 10_000, 3], [1, 1, 1, 1]);
  expect(await minimizeConvex({ ...problem, maxIterations: 2 })).toMatchObject({ iterations: 2, end: 'limit' });
  expect(await minimizeConvex({ ...problem, onIteration: (iteration) => Promise.resolve(iteration === 3) })).toMatchObject({ iterations: 3, end: 'stopped' });
});

/** The sum of h_i (x_i - i - 1)^2 / 2 with a diagonal metric. */
function quadratic(curvatures: readonly number[], metric: readonly number[]): ConvexProblem {
  return {
    start: new Float64Array(curvatures.length), tolerance: 1e-16, maxIterations: 100,
    evaluate: (at) => Promise.resolve({
      loss: curvatures.reduce((sum, h, i) => sum + (h * (at[i]! - i - 1) ** 2) / 2, 0),
      gradient: at.map((value, i) => curvatures[i]! * (value - i - 1)),
    }),
    precondition: (gradient) => gradient.forEach((value, i) => {
      gradient[i] = value / metric[i]!;
    }),
    onIteration: () => Promise.resolve(false),
  };
}

/** a a^T plus a tenth of the unit matrix. */
function gram(a: Float64Array, size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    let sum = i === j ? 0.1 : 0;
    for (let k = 0; k < size; k++) sum += a[i * size + k]! * a[j * size + k]!;
    return sum;
  });
}
