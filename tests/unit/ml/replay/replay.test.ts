import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../../electron/ml/onnx-read.ts';
import { gradientError, onnxFixture, runFile, runReplayed } from '../../../support/imported.ts';

/** Largest difference of two equally long arrays. */
function difference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);
}

// Of each file: how many rows it takes at once.
const files: Readonly<Record<string, number>> = {
  mlp: 5, cnn: 5, transformer: 5, 'transformer-13': 5, encoder: 5, old: 5, fixed: 1, recurrent: 5,
};

describe('a replayed model', () => {
  for (const [name, rows] of Object.entries(files)) {
    it(`gives what ONNX Runtime gives for the file itself: ${name}`, async () => {
      const bytes = onnxFixture(name);
      // float32 sums in another order: outputs are of size 1, and a few roundings of 6e-8 add up.
      expect(difference(await runFile(bytes, rows), await runReplayed(bytes, rows))).toBeLessThan(1e-6);
    });
  }

  it('takes any number of rows, even when the file was written for one', async () => {
    const bytes = onnxFixture('fixed');
    expect(readOnnx(bytes).inputs[0]?.shape?.[0]).toBe(1);
    const three = await runReplayed(bytes, 3);
    expect(three).toHaveLength(6);
    expect(difference(three.slice(0, 2), await runFile(bytes, 1))).toBeLessThan(1e-6);
  });

  for (const name of ['mlp', 'transformer', 'transformer-13', 'encoder', 'old', 'fixed']) {
    it(`has the gradients that central differences show: ${name}`, async () => {
      // In float32 with a step of 4e-3 the difference is good to about 1e-3.
      expect(await gradientError(onnxFixture(name), 4)).toBeLessThan(5e-3);
    });
  }

  it('has the gradients that central differences show: cnn, batch normalisation trained', async () => {
    // Maxima and rectifiers have kinks, at which a difference is off by a share of the rows.
    expect(await gradientError(onnxFixture('cnn'), 8)).toBeLessThan(3e-2);
  });

  it('has gradients behind a frozen recurrent layer, and names the operator when that layer is to be trained', async () => {
    const bytes = onnxFixture('recurrent');
    expect(await gradientError(bytes, 4, (layer) => layer === 'head')).toBeLessThan(5e-3);
    await expect(gradientError(bytes, 4)).rejects.toThrow(/GRU in layer "gru"/);
  });
});
