import { describe, expect, it } from 'vitest';
import { Trainer } from '../../../electron/infer/trainer.ts';
import type { Weights } from '../../../electron/infer/trainer.ts';
import { gradients } from '../../../electron/ml/autodiff.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { meanLoss, rowLosses } from '../../../electron/ml/losses.ts';
import type { LossSpec } from '../../../electron/ml/losses.ts';
import { initialState, scopeOver } from '../../../electron/ml/network.ts';
import type { Network } from '../../../electron/ml/network.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { createRandom, range, shuffle } from '../../../shared/math/random.ts';
import { evaluateGraph } from '../../support/graph-evaluator.ts';
import { crossEntropy, programOf, tableNetwork, trainerOptions } from '../../support/programs.ts';

const [rowCount, width, batchSize, l2, learningRate] = [24, 5, 8, 0.01, 0.05];

/** Losses of Adam written out as in the paper, on gradients in float64. */
function referenceLosses(network: Network, loss: LossSpec, data: Matrix, batches: Int32Array, initial: readonly Float32Array[]): number[] {
  const graph = new Graph('reference');
  const x = graph.input('x', 'float32', ['batch', width]);
  const isClass = data.y instanceof Int32Array;
  const y = graph.input('y', isClass ? 'int32' : 'float32', isClass ? ['batch'] : ['batch', 1]);
  const parameters = network.parameters.map(({ name, shape }) => graph.input(name, 'float32', shape));
  const op = ops(graph);
  const scope = scopeOver(graph, { parameters: new Map(network.parameters.map(({ name }, i) => [name, parameters[i]!])), buffers: new Map() }, null);
  const value = meanLoss(op, rowLosses(op, loss, network.forward(scope, { features: x, codes: null }), y, null), null);
  const flows = gradients(graph, value, parameters);

  const weights = initial.map((values) => Array.from(values));
  const first = weights.map((values) => values.map(() => 0));
  const second = weights.map((values) => values.map(() => 0));
  const losses: number[] = [];
  for (let step = 1; step <= batches.length / batchSize; step++) {
    const rows = Array.from(batches.subarray((step - 1) * batchSize, step * batchSize));
    const known = evaluateGraph(graph, new Map([
      [x, { shape: [batchSize, width], data: rows.flatMap((row) => Array.from(data.x!.subarray(row * width, (row + 1) * width))) }],
      [y, { shape: isClass ? [batchSize] : [batchSize, 1], data: rows.map((row) => data.y[row]!) }],
      ...parameters.map((parameter, i) => [parameter, { shape: parameter.shape as number[], data: weights[i]! }] as const),
    ]));
    losses.push(known.get(value)!.data[0]!);
    weights.forEach((values, i) => values.forEach((weight, k) => {
      const gradient = known.get(flows[i]!)!.data[k]! + (network.parameters[i]!.isDecayed ? l2 * weight : 0);
      first[i]![k] = 0.9 * first[i]![k]! + 0.1 * gradient;
      second[i]![k] = 0.999 * second[i]![k]! + 0.001 * gradient * gradient;
      values[k] = weight - (learningRate * first[i]![k]!) / (1 - 0.9 ** step) / (Math.sqrt(second[i]![k]! / (1 - 0.999 ** step)) + 1e-8);
    }));
  }
  return losses;
}

const problems: Record<string, { network: Network; loss: LossSpec }> = {
  'a relu network with weighted cross-entropy': {
    network: tableNetwork({ kind: 'mlp', hidden: [7, 4] }, width, 3),
    loss: crossEntropy(3, Float32Array.of(0.5, 1, 2)),
  },
  'a tanh network with squared error': {
    network: tableNetwork({ kind: 'mlp', hidden: [6], activation: 'tanh' }, width, 1), loss: { kind: 'squared' },
  },
  'logistic regression': {
    network: tableNetwork({ kind: 'linear' }, width, 3), loss: crossEntropy(3),
  },
};

describe('the training program', () => {
  for (const [name, { network, loss }] of Object.entries(problems)) {
    const random = createRandom(4);
    const data: Matrix = {
      rowCount, codes: null, w: null,
      x: Float32Array.from({ length: rowCount * width }, () => random.unit() * 2 - 1),
      y: loss.kind === 'cross-entropy'
        ? Int32Array.from({ length: rowCount }, () => random.below(3)) : Float32Array.from({ length: rowCount }, () => random.unit()),
    };
    const initial = initialState(network, 1).parameters;
    const batches = Int32Array.from(Array.from({ length: 10 }, () => [...shuffle(range(rowCount), random)]).flat());

    it(`follows the losses of ${name} in float64 over 30 steps, however the steps are cut`, async () => {
      const expected = referenceLosses(network, loss, data, batches, initial);
      const weights: Weights[] = [];
      for (const chunk of [30, 7]) {
        const trainer = await Trainer.open(trainerOptions(programOf(network, loss, { l2 }), learningRate));
        const losses: number[] = [];
        for (let step = 0; step < 30; step += chunk) {
          losses.push(...await trainer.runSteps(data, batches.subarray(step * batchSize, Math.min(30, step + chunk) * batchSize), batchSize));
        }
        weights.push(trainer.weights);
        await trainer.close();
        // Float32 rounds each operation by 6e-8; Adam's division spreads it over 30 steps to about 1e-5.
        losses.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(5e-5 * Math.max(1, expected[i]!)));
      }
      expect(weights[1]).toEqual(weights[0]);
    });
  }
});
