import { describe, expect, it } from 'vitest';
import { trainTable } from '../../../electron/infer/train.ts';
import { Trainer } from '../../../electron/infer/trainer.ts';
import type { Matrix } from '../../../electron/ml/training-set.ts';
import { buildTrainingGraph } from '../../../electron/ml/training-graph.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { meanLoss, rowLosses } from '../../../electron/ml/losses.ts';
import { scaledGradients } from '../../../electron/ml/loss-scaling.ts';
import { initialState, scopeOver } from '../../../electron/ml/network.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import type { Program } from '../../../electron/ml/training-graph.ts';
import { createRandom } from '../../../shared/math/random.ts';
import { evaluateGraph } from '../../support/graph-evaluator.ts';
import { crossEntropy, programOf, tableNetwork, trainerOptions } from '../../support/programs.ts';
import { penguinConfig, penguins } from '../../support/train-config.ts';

const random = createRandom(2);
const data: Matrix = {
  rowCount: 64, codes: null, w: null, x: Float32Array.from({ length: 64 * 8 }, () => random.unit() * 2 - 1), y: Int32Array.from({ length: 64 }, (_, i) => i % 3),
};
const network = tableNetwork({ kind: 'mlp', hidden: [16, 16] }, 8, 3);
const programs = (changes: Partial<Program> = {}): Program[] =>
  [false, true].map((hasHalfProducts) => programOf(network, crossEntropy(3), { hasHalfProducts, ...changes }));

async function losses(program: Program, steps: number, change?: (state: Map<string, Float32Array>) => void): Promise<{ losses: Float32Array; state: ReadonlyMap<string, Float32Array> }> {
  const trainer = await Trainer.open(trainerOptions(program, 0.01));
  try {
    if (change) {
      const state = new Map([...trainer.state].map(([name, values]) => [name, values.slice()]));
      change(state);
      trainer.restore(state, 0);
    }
    const rows = Int32Array.from({ length: steps * 64 }, (_, i) => i % 64);
    return { losses: await trainer.runSteps(data, rows, 64), state: trainer.state };
  } finally {
    await trainer.close();
  }
}

function opTypes(graph: Graph): { product: string; type: string }[] {
  return graph.nodes.flatMap((node) => [
    ...(['MatMul', 'Gemm'].includes(node.opType) ? [{ product: node.opType, type: node.outputs[0]!.type }] : []),
    ...Object.values(node.attributes).flatMap((attribute) => ('graph' in attribute ? opTypes(attribute.graph) : [])),
  ]);
}

describe('products in float16', () => {
  it('are all of them, forward and backward, while the weights stay float32', () => {
    const [whole, half] = programs().map((program) => opTypes(buildTrainingGraph(program)));
    expect(half!.length).toBe(whole!.length);
    expect(new Set(half!.map(({ type }) => type))).toEqual(new Set(['float16']));
    expect(new Set(whole!.map(({ type }) => type))).toEqual(new Set(['float32']));
  });

  it('give nearly the losses of float32 where each factor and product is rounded to float16', () => {
    const descend = (isHalf: boolean): number[] => {
      const graph = new Graph('step');
      if (isHalf) graph.useHalfProducts();
      const op = ops(graph);
      const [x, y] = [graph.input('x', 'float32', ['batch', 8]), graph.input('y', 'int32', ['batch'])];
      const parameters = network.parameters.map(({ name, shape }) => graph.input(name, 'float32', shape));
      const scope = scopeOver(graph, { parameters: new Map(network.parameters.map(({ name }, i) => [name, parameters[i]!])), buffers: new Map() }, null);
      const loss = meanLoss(op, rowLosses(op, crossEntropy(3), network.forward(scope, { features: x, codes: null }), y, null), null);
      const flows = scaledGradients(op, loss, op.scalar('float32', 2 ** 10), parameters);
      const weights = initialState(network, 1).parameters.map((values) => Array.from(values));
      return Array.from({ length: 40 }, () => {
        const known = evaluateGraph(graph, new Map([
          [x, { shape: [64, 8], data: Array.from(data.x!) }], [y, { shape: [64], data: Array.from(data.y) }],
          ...parameters.map((parameter, i) => [parameter, { shape: parameter.shape as number[], data: weights[i]! }] as const),
        ]));
        weights.forEach((values, i) => values.forEach((_, k) => { values[k]! -= 0.3 * known.get(flows[i]!)!.data[k]!; }));
        return known.get(loss)!.data[0]!;
      });
    };
    const [whole, half] = [descend(false), descend(true)];
    expect(half).not.toEqual(whole);
    // Float16 has 11 bits: factors and products are off by 5e-4 each, and 40 steps add some of it up.
    whole.forEach((loss, i) => expect(Math.abs(half[i]! - loss)).toBeLessThan(5e-3 * loss));
    expect(half.at(-1)).toBeLessThan(0.97 * half[0]!);
  });

  it('train in ONNX Runtime, whatever else the program does', async () => {
    // The CPU has no such products and computes them in float32, so that only the scaling shows here.
    for (const changes of [{}, { accumulate: 4, clipNorm: 0.5, l2: 0.01, averageDecay: 0.9 }]) {
      const [whole, half] = await Promise.all(programs(changes).map((program) => losses(program, 60)));
      whole!.losses.forEach((loss, i) => expect(Math.abs(half!.losses[i]! - loss)).toBeLessThan(0.01 * loss));
      expect(half!.losses.at(-1)).toBeLessThan(half!.losses[0]!);
      expect(half!.state.get('scaler/good')).toEqual(Float32Array.of(60));
    }
  });

  it('whose gradients overflow leave the step out and halve the scale until they fit', async () => {
    const [, program] = programs();
    const { state, losses: seen } = await losses(program!, 60, (start) => {
      for (const [name, values] of start) if (name.endsWith('.weight')) values.forEach((value, i) => { values[i] = 8 * value; });
      start.get('scaler/scale')!.fill(2 ** 127);
    });
    const scale = state.get('scaler/scale')![0]!;
    expect(scale).toBeLessThan(2 ** 127);
    expect(Math.log2(scale) % 1).toBe(0);
    expect(seen[1]).toBe(seen[0]); // the first step did nothing
    expect(seen.at(-1)).toBeLessThan(seen[0]!);
    for (const values of state.values()) for (const value of values) expect(Number.isFinite(value)).toBe(true);
  });

  it('grow the scale after two thousand good steps', async () => {
    const [, program] = programs();
    const { state } = await losses(program!, 3, (start) => start.get('scaler/good')!.fill(1998));
    expect(state.get('scaler/scale')).toEqual(Float32Array.of(2 ** 17));
    expect(state.get('scaler/good')).toEqual(Float32Array.of(1));
  });

  it('are refused on the CPU, which gains nothing from them', async () => {
    await expect(trainTable({ config: penguinConfig({ precision: 'mixed' }), columns: penguins(), onProgress: () => undefined, shouldStop: () => false }))
      .rejects.toThrow('the CPU gains nothing from products in float16; choose float32.');
  });
});
