/** Reference numbers that PyTorch computed (tests/fixtures/training), and how far from them float32 may be. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** The content of a fixture of tests/fixtures/training; the caller says what is in it. */
export function readTrainingFixture<T>(name: 'losses' | 'limits' | 'optimizers' | 'schedules' | 'normalization'): T {
  return JSON.parse(readFileSync(join(import.meta.dirname, `../fixtures/training/${name}.json`), 'utf8')) as T;
}

/** Our float32 is at most four times as far from PyTorch's float64 as its own float32 is, or 1e-6 where that is nearly exact. */
export function expectNear(ours: ArrayLike<number>, reference: readonly number[], float32Error: number): void {
  expect(ours.length).toBe(reference.length);
  reference.forEach((value, i) => {
    expect(Math.abs((ours[i] as number) - value), `number ${i}`).toBeLessThanOrEqual(Math.max(4 * float32Error, 1e-6));
  });
}
