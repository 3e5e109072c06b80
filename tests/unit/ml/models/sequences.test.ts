/** Laws of models of sequences: padding, time, and windows. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { Trainer } from '../../../../electron/infer/trainer.ts';
import { createNetwork } from '../../../../electron/ml/models/index.ts';
import type { InputShape } from '../../../../electron/ml/models/input-shape.ts';
import { flopsPerStep, parameterCount } from '../../../../electron/ml/network.ts';
import type { Network } from '../../../../electron/ml/network.ts';
import type { Matrix } from '../../../../electron/ml/training-set.ts';
import type { View } from '../../../../electron/ml/view.ts';
import { ModelSpec } from '../../../../shared/domain/train-config.ts';
import { range } from '../../../../shared/math/random.ts';
import { hashedUnit } from '../../../support/hashed-numbers.ts';
import { crossEntropy, programOf, trainerOptions } from '../../../support/programs.ts';

const words = { from: 'words', steps: 12 } as const;
const kinds: Readonly<Record<string, z.input<typeof ModelSpec>>> = {
  gru: { kind: 'recurrent', sequence: words, units: 8, layers: 2 },
  lstm: { kind: 'recurrent', sequence: words, units: 8, cell: 'lstm' },
  cnn1d: { kind: 'cnn1d', sequence: words, filters: [8, 8] },
  transformer: { kind: 'transformer', sequence: words, width: 8, heads: 2, layers: 2, feedForward: 16 },
};

function network(kind: string, input: InputShape, outputWidth = 3): Network {
  return createNetwork(ModelSpec.parse(kinds[kind]), input, outputWidth);
}

/** What a fresh network gives for each of `rows`. */
async function outputsOf(net: Network, data: Partial<Matrix> & Pick<Matrix, 'rowCount'>, rows = range(data.rowCount), view: View = { kind: 'rows' }) {
  const isWindow = view.kind === 'window';
  const program = programOf(net, isWindow ? { kind: 'squared' } : crossEntropy(net.outputWidth), { view });
  const trainer = await Trainer.open(trainerOptions(program, 0.01));
  const y = isWindow ? Float32Array.from(range(data.rowCount)) : new Int32Array(data.rowCount);
  try {
    return await trainer.evaluate({ x: null, codes: null, y, w: null, ...data }, rows, trainer.weights, async () => undefined);
  } finally {
    await trainer.close();
  }
}

describe.each(Object.keys(kinds))('a %s model of words', (kind) => {
  it('does not depend on the vector that stands for padding', async () => {
    const net = network(kind, { kind: 'words', steps: 6, vocabulary: 20 });
    const trainer = await Trainer.open(trainerOptions(programOf(net, crossEntropy(3)), 0.01));
    try {
      const data = { rowCount: 2, x: null, codes: Int32Array.of(3, 8, 2, 0, 0, 0, 5, 0, 0, 0, 0, 0), y: new Int32Array(2), w: null };
      const moved = (trainer.weights.get('words.table') as Float32Array).map((value, i) => (i < 8 ? value + 10 : value));
      const [before, after] = await Promise.all([trainer.weights, new Map([...trainer.weights, ['words.table', moved]])].map((weights) =>
        trainer.evaluate(data, range(2), weights, async () => undefined)));
      before!.output.forEach((value, i) => expect(after!.output[i]).toBeCloseTo(value, 6));
    } finally {
      await trainer.close();
    }
  });

  it('does not see what a padded row of another text holds', async () => {
    const net = network(kind, { kind: 'words', steps: 6, vocabulary: 20 });
    const row = [3, 8, 2, 0, 0, 0];
    const alone = (await outputsOf(net, { rowCount: 1, codes: Int32Array.from(row) })).output;
    const beside = (await outputsOf(net, { rowCount: 2, codes: Int32Array.from([...row, 5, 6, 7, 8, 9, 10]) })).output;
    alone.forEach((value, i) => expect(beside[i]).toBeCloseTo(value, 6));
  });

  it('gives finite numbers for a text without words', async () => {
    const { output } = await outputsOf(network(kind, { kind: 'words', steps: 4, vocabulary: 9 }), { rowCount: 2, codes: Int32Array.of(0, 0, 0, 0, 2, 3, 0, 0) });
    expect(output.every((value) => Number.isFinite(value))).toBe(true);
  });

  it('counts operations in proportion to the batch, and more than two per parameter outside tables', () => {
    const net = network(kind, { kind: 'words', steps: 6, vocabulary: 20 });
    expect(flopsPerStep(net, 20)).toBe(2 * flopsPerStep(net, 10));
    expect(flopsPerStep(net, 1)).toBeGreaterThan(2 * (parameterCount(net) - 20 * 8));
  });
});

// A transformer has positions for each step; for more steps it is another network.
describe.each(Object.keys(kinds).filter((kind) => kind !== 'transformer'))('a %s model of words', (kind) => {
  it('gives the same for a text however much padding is behind it', async () => {
    const text = [4, 9, 2, 7, 5];
    const [short, long] = await Promise.all([5, 12].map(async (steps) => (await outputsOf(
      network(kind, { kind: 'words', steps, vocabulary: 20 }), { rowCount: 1, codes: Int32Array.from({ length: steps }, (_, i) => text[i] ?? 0) },
    )).output));
    short!.forEach((value, i) => expect(long![i]).toBeCloseTo(value, 6));
  });
});

describe('windows of rows', () => {
  const [rowCount, steps, channels, horizon] = [12, 4, 2, 2];
  const view: View = { kind: 'window', width: channels, steps, horizon };
  const x = Float32Array.from({ length: rowCount * channels }, (_, i) => hashedUnit(i, 1));
  const input: InputShape = { kind: 'series', steps, channels };

  /** The windows written out: rows r-3..r, the first row in place of those before it. */
  function writtenOut(rows: Int32Array): Float32Array {
    return Float32Array.from([...rows].flatMap((row) => [...range(steps)].flatMap((step) => {
      const from = Math.max(0, row - steps + 1 + step);
      return [...x.subarray(from * channels, (from + 1) * channels)];
    })));
  }

  it.each(Object.keys(kinds))('are what a %s model sees, clamped at the first row', async (kind) => {
    const net = network(kind, input, horizon);
    const rows = Int32Array.of(0, 1, 2, 3, 7, 9);
    const seen = await outputsOf(net, { rowCount, x }, rows, view);
    // The same network over the windows as rows of their own.
    const program = programOf(net, { kind: 'squared' }, { view: { kind: 'window', width: steps * channels, steps: 1, horizon } });
    const trainer = await Trainer.open(trainerOptions(program, 0.01));
    try {
      const data = { rowCount: rows.length + horizon, x: padRows(writtenOut(rows)), codes: null, y: new Float32Array(rows.length + horizon), w: null };
      const { output } = await trainer.evaluate(data, range(rows.length), trainer.weights, async () => undefined);
      expect([...seen.output]).toEqual([...output]);
    } finally {
      await trainer.close();
    }
  });

  /** Room for the rows that a window predicts. */
  function padRows(values: Float32Array): Float32Array {
    const padded = new Float32Array(values.length + horizon * steps * channels);
    padded.set(values);
    return padded;
  }

  it('are scored against the next rows, one after the other', async () => {
    const net = network('gru', input, horizon);
    const rows = Int32Array.of(3, 5);
    const { output, rowLosses } = await outputsOf(net, { rowCount, x }, rows, view);
    rows.forEach((row, i) => {
      const errors = [1, 2].map((ahead) => ((output[i * horizon + ahead - 1] as number) - (row + ahead)) ** 2);
      expect(rowLosses[i]).toBeCloseTo((errors[0]! + errors[1]!) / 2, 3);
    });
  });
});
