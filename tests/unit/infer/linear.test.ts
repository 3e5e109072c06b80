import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { solveLinear } from '../../../electron/infer/linear.ts';
import type { LinearOptions } from '../../../electron/infer/linear.ts';
import { Trainer } from '../../../electron/infer/trainer.ts';
import type { LossSpec } from '../../../electron/ml/losses.ts';
import { createNetwork } from '../../../electron/ml/models/index.ts';
import { linear } from '../../../electron/ml/models/linear.ts';
import { defineNetwork } from '../../../electron/ml/network.ts';
import { createOptimizer } from '../../../electron/ml/optimizers/index.ts';
import { ModelSpec } from '../../../shared/domain/train-config.ts';
import { createRandom, range } from '../../../shared/math/random.ts';

interface Case {
  readonly name: string;
  readonly data: string;
  readonly l2: number;
  readonly y: number[];
  readonly sampleWeights: number[] | null;
  readonly classWeights: number[] | null;
  readonly weight: number[];
  readonly bias: number[];
  readonly loss: number;
  readonly predictions: number[];
}

/** Optima by scikit-learn; see tests/fixtures/README.md. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/linear/linear.json', import.meta.url), 'utf8')) as {
  data: Record<string, { featureWidth: number; x: number[] }>; cases: Case[];
};

describe('the exact solver', () => {
  for (const example of fixture.cases) {
    it(`finds scikit-learn's optimum of ${example.name}`, async () => {
      const fit = await solveLinear(optionsOf(example));
      const weight = fit.weights.get('output.weight')!;
      const bias = fit.weights.get('output.bias')!;
      expect(fit.end).toBe('optimum');
      expect(Math.abs(fit.loss - example.loss)).toBeLessThan(1e-6 * Math.max(1, example.loss));
      // 1e-4 of the largest: what the goal asks for.
      expect(worst(predict(example, weight, bias), example.predictions)).toBeLessThan(1e-4);
      if (example.l2 > 0) {
        expect(worst(weight, example.weight)).toBeLessThan(1e-4);
        expect(worst(bias, example.bias)).toBeLessThan(1e-4);
      }
    });
  }

  it('means by l2 what training by gradients means by it', async () => {
    const example = named('made: four classes, rows and classes weighed');
    const options = { ...optionsOf(example), rows: range(700) };
    const exact = await solveLinear(options);
    const trainer = await Trainer.open({
      program: {
        ...options.program, optimizer: createOptimizer({ kind: 'adam' }), seed: 1, hasWeights: true,
        clipNorm: null, clipValue: null, accumulate: 1, averageDecay: null, isMixed: false,
      },
      session: { threadCount: 1 }, seed: 1, rateAt: (step) => 0.1 * 0.9985 ** step,
    });
    await trainer.runSteps(options.data, Int32Array.from({ length: 700 * 6000 }, (_, i) => i % 700), 700);
    const trained = trainer.weights;
    await trainer.close();
    // Adam ends within about 1e-4 of the optimum after these steps.
    expect(worst(exact.weights.get('output.weight')!, [...trained.get('output.weight')!])).toBeLessThan(1e-3);
    expect(worst(exact.weights.get('output.bias')!, [...centered(trained.get('output.bias')!)])).toBeLessThan(1e-3);
  });

  it('fits one output for two classes with the penalty on it as it is', async () => {
    const example = named('made: two classes, rows weighed');
    const two = await solveLinear(optionsOf(example));
    const options = optionsOf(example);
    const one = await solveLinear({
      ...options,
      program: { ...options.program, network: networkOf(12, 1), loss: { kind: 'binary-cross-entropy', classWeights: null }, l2: example.l2 / 2 },
    });
    const [both, single] = [two.weights.get('output.weight')!, one.weights.get('output.weight')!];
    expect(single.length).toBe(12);
    for (let i = 0; i < 12; i++) expect(single[i]).toBeCloseTo(both[2 * i + 1]! - both[2 * i]!, 5);
  });

  it('fits the given rows alone', async () => {
    const options = optionsOf(named('made: number'));
    const half = range(500);
    const masked = await solveLinear({ ...options, rows: half });
    const cut = await solveLinear({
      ...options, rows: half, data: { ...options.data, rowCount: 500, x: options.data.x!.slice(0, 500 * 12), y: options.data.y.slice(0, 500) },
    });
    expect(worst(masked.weights.get('output.weight')!, [...cut.weights.get('output.weight')!])).toBeLessThan(1e-5);
    expect(masked.loss).toBeCloseTo(cut.loss, 6);
  });

  it('solves many rows from the metric of some, with a feature that these do not have', async () => {
    const random = createRandom(3);
    const [rowCount, width] = [30_000, 40];
    const x = Float32Array.from({ length: rowCount * width }, (_, i) => (i % width === 0 ? Number(i === 0) : random.unit() - 0.5 + (i % width) / 40));
    const y = Float32Array.from({ length: rowCount }, (_, row) =>
      3 * x[row * width]! + x.subarray(row * width + 1, row * width + 10).reduce((sum, value) => sum + value, 1) + random.unit() / 10);
    const options = optionsOf(named('made: number'));
    const fit = await solveLinear({
      ...options, program: { ...options.program, network: networkOf(width, 1) },
      data: { rowCount, x, y, codes: null, w: null }, rows: range(rowCount),
    });
    expect(fit.end).toBe('optimum');
    // Unit weights but for noise of 1/35 over 30,000 rows, and the row that has a feature to itself is met within its noise.
    expect(worst(fit.weights.get('output.weight')!.subarray(1, 10), Array.from({ length: 9 }, () => 1))).toBeLessThan(0.01);
    expect(fit.weights.get('output.weight')![0]).toBeGreaterThan(2.9);
  });

  it('comes to an end where a plane separates the classes and nothing holds the weights', async () => {
    const options = optionsOf(named('penguins: species'));
    const fit = await solveLinear({ ...options, program: { ...options.program, l2: 0 } });
    expect(fit.loss).toBeLessThan(1e-5);
    expect(fit.weights.get('output.weight')!.every(Number.isFinite)).toBe(true);
  });

  it('stops with what it has when asked to', async () => {
    const options = optionsOf(named('made: two classes'));
    const losses: number[] = [];
    const fit = await solveLinear({
      ...options, onIteration: (_, loss) => losses.push(loss), pause: () => Promise.resolve(losses.length === 2),
    });
    expect(fit).toMatchObject({ end: 'stopped', iterations: 2, loss: losses[1] });
    expect(losses[1]).toBeLessThan(losses[0]!);
  });

  it('refuses what has no exact solution and names the setting', async () => {
    const options = optionsOf(named('made: number'));
    const refused = (changes: Partial<LinearOptions['program']>) => solveLinear({ ...options, program: { ...options.program, ...changes } });
    await expect(refused({ l1: 0.1 })).rejects.toMatchObject({ failure: { code: 'train/bad-config', details: { field: 'l1' } } });
    await expect(refused({ loss: { kind: 'huber', delta: 1 } })).rejects.toMatchObject({ failure: { details: { field: 'loss.kind' } } });
    await expect(refused({ loss: { kind: 'cross-entropy', classCount: 3, classWeights: null, labelSmoothing: 0.1, triplet: null } }))
      .rejects.toMatchObject({ failure: { details: { field: 'loss.labelSmoothing' } } });
    const network = createNetwork(ModelSpec.parse({ kind: 'mlp', hidden: [4] }), { kind: 'table', featureWidth: 12, categories: [] }, 1);
    await expect(refused({ network })).rejects.toMatchObject({ failure: { details: { field: 'model.solver' } } });
  });
});

function named(name: string): Case {
  return fixture.cases.find((example) => example.name === name)!;
}

/** Cross-entropy does not change when all biases move together. */
function centered(bias: Float32Array): Float32Array {
  const mean = bias.reduce((sum, value) => sum + value, 0) / bias.length;
  return bias.map((value) => value - mean);
}

function optionsOf(example: Case): LinearOptions {
  const { featureWidth, x } = fixture.data[example.data]!;
  const outputWidth = example.bias.length;
  const isClass = outputWidth > 1;
  const loss: LossSpec = isClass
    ? { kind: 'cross-entropy', classCount: outputWidth, classWeights: example.classWeights && Float32Array.from(example.classWeights), labelSmoothing: 0, triplet: null }
    : { kind: 'squared' };
  return {
    program: { network: networkOf(featureWidth, outputWidth), loss, view: { kind: 'rows' }, l1: 0, l2: example.l2 },
    data: {
      rowCount: example.y.length, x: Float32Array.from(x), codes: null, y: isClass ? Int32Array.from(example.y) : Float32Array.from(example.y),
      w: example.sampleWeights && Float32Array.from(example.sampleWeights),
    },
    rows: range(example.y.length), session: { threadCount: 1 }, onIteration: () => undefined, pause: () => Promise.resolve(false),
  };
}

function networkOf(featureWidth: number, outputWidth: number) {
  return defineNetwork(linear({ kind: 'table', featureWidth, categories: [] }, outputWidth));
}

function predict(example: Case, weight: Float32Array, bias: Float32Array): number[] {
  const { featureWidth, x } = fixture.data[example.data]!;
  return example.predictions.map((_, i) => {
    const [row, k] = [Math.floor(i / bias.length), i % bias.length];
    let sum = bias[k]!;
    for (let j = 0; j < featureWidth; j++) sum += x[row * featureWidth + j]! * weight[j * bias.length + k]!;
    return sum;
  });
}

/** The largest difference, relative to the largest number. */
function worst(found: ArrayLike<number>, expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((value, i) => Math.abs(value - found[i]!))) / scale;
}
