import { describe, expect, it } from 'vitest';
import { Trainer } from '../../../../electron/infer/trainer.ts';
import type { InputShape } from '../../../../electron/ml/models/input-shape.ts';
import { initialState } from '../../../../electron/ml/network.ts';
import type { Network } from '../../../../electron/ml/network.ts';
import type { Matrix } from '../../../../electron/ml/training-set.ts';
import { importedNetwork, noise, onnxFixture } from '../../../support/imported.ts';
import { onnxFile, onnxInts, onnxNode, onnxPort, onnxTensor } from '../../../support/onnx-file.ts';
import { crossEntropy, programOf, trainerOptions } from '../../../support/programs.ts';

const picture: InputShape = { kind: 'image', channels: 1, height: 12, width: 12 };
const table = (featureWidth: number): InputShape => ({ kind: 'table', featureWidth, categories: [] });

function matrixOf(network: Network, rowCount: number, classCount: number): Matrix {
  return { rowCount, x: noise(rowCount * network.featureWidth), codes: null, y: Int32Array.from({ length: rowCount }, (_, i) => i % classCount), w: null };
}

/** The weights before and after `steps` steps of Adam on noise. */
async function train(network: Network, classCount: number, steps: number): Promise<{ before: Map<string, Float32Array>; after: ReadonlyMap<string, Float32Array>; losses: Float32Array }> {
  const trainer = await Trainer.open(trainerOptions(programOf(network, crossEntropy(classCount)), 0.01));
  try {
    const matrix = matrixOf(network, 16, classCount);
    const start = initialState(network, 1);
    const before = new Map([
      ...network.parameters.map(({ name }, i) => [name, start.parameters[i]!] as const), ...network.buffers.map(({ name }, i) => [name, start.buffers[i]!] as const),
    ]);
    const losses = await trainer.runSteps(matrix, Int32Array.from({ length: steps * 16 }, (_, i) => i % 16), 16);
    return { before, after: trainer.weights, losses };
  } finally {
    await trainer.close();
  }
}

const layerOf = (name: string): string => name.slice(0, name.lastIndexOf('.'));

describe('a network of a file', () => {
  it('starts with the weights of the file and trains on', async () => {
    const network = importedNetwork(onnxFixture('mlp'), table(6), 3);
    expect(network.parameters.map(({ name }) => name)).toEqual([
      'hidden.0.weight', 'hidden.0.bias', 'hidden.2.weight', 'hidden.2.bias', 'head.weight', 'head.bias',
    ]);
    const { losses } = await train(network, 3, 60);
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
  });

  it('decays weights, not biases and scales', () => {
    const network = importedNetwork(onnxFixture('cnn'), picture, 4);
    expect(network.parameters.filter(({ isDecayed }) => isDecayed).map(({ name }) => name)).toEqual(['stem.weight', 'depth.weight', 'down.weight', 'head.weight']);
  });

  it('keeps frozen weights and statistics bit by bit while the rest trains', async () => {
    const network = importedNetwork(onnxFixture('cnn'), picture, 4, { freezeUpTo: 'norm' });
    const { before, after } = await train(network, 4, 5);
    const changed = [...before].filter(([name, values]) => !values.every((value, i) => Object.is(value, after.get(name)![i]))).map(([name]) => layerOf(name));
    expect([...new Set(changed)]).toEqual(['depth', 'depth_norm', 'down', 'head']);
    expect(network.buffers.map(({ name }) => name)).toEqual(['norm.mean', 'norm.variance', 'depth_norm.mean', 'depth_norm.variance']);
    expect(after.get('depth_norm.mean')).not.toEqual(before.get('depth_norm.mean'));
    expect(after.get('norm.mean')).toEqual(before.get('norm.mean'));
  });

  it('trains a new last layer alone when all others are frozen', async () => {
    const network = importedNetwork(onnxFixture('cnn'), picture, 7, { freezeUpTo: 'head', replaceHead: true });
    const trained = network.parameters.filter(({ isTrained }) => isTrained);
    expect(trained.map(({ name, shape }) => [name, shape])).toEqual([['new-head.weight', [8, 7]], ['new-head.bias', [7]]]);
    const { losses, before, after } = await train(network, 7, 20);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
    expect(after.get('down.weight')).toEqual(before.get('down.weight'));
  });

  it('replaces a last layer whose rows of data are columns', async () => {
    const nodes = [
      onnxNode('MatMul', ['x', 'first.weight'], ['a']), onnxNode('Transpose', ['a'], ['columns'], { perm: [1, 0] }),
      onnxNode('Gemm', ['last.weight', 'columns'], ['b']), onnxNode('Unsqueeze', ['last.bias', 'axes'], ['bias']), onnxNode('Add', ['b', 'bias'], ['c']),
      onnxNode('Transpose', ['c'], ['y'], { perm: [1, 0] }),
    ];
    const tensors = [onnxTensor('first.weight', [4, 3], [...noise(12)]), onnxTensor('last.weight', [2, 3], [...noise(6)]), onnxTensor('last.bias', [2], [0, 0]), onnxInts('axes', [1])];
    const network = importedNetwork(onnxFile({ nodes, tensors }), table(4), 5, { replaceHead: true });
    expect(network.parameters.map(({ name, shape }) => [name, shape])).toEqual([['first.weight', [4, 3]], ['new-head.weight', [3, 5]], ['new-head.bias', [5]]]);
    const { losses } = await train(network, 5, 60);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });

  it('trains in the middle of a transformer', async () => {
    const network = importedNetwork(onnxFixture('transformer'), { kind: 'series', steps: 8, channels: 5 }, 5, { freezeUpTo: 'block/attention', replaceHead: true });
    const { losses } = await train(network, 5, 30);
    expect(losses.at(-1)!).toBeLessThan(losses[0]!);
  });

  it('takes pictures with their colours last, series with their channels first, and flat rows of the right size', () => {
    const last = onnxFile({ nodes: [onnxNode('ReduceMean', ['x'], ['m'], { keepdims: 0, axes: [1, 2] }), onnxNode('MatMul', ['m', 'w'], ['y'])], tensors: [onnxTensor('w', [3, 2], [1, 2, 3, 4, 5, 6])], inputs: [onnxPort('x', ['n', 4, 5, 3])], opset: 17 });
    expect(importedNetwork(last, { kind: 'image', channels: 3, height: 4, width: 5 }, 2).featureWidth).toBe(60);
    expect(importedNetwork(onnxFixture('fixed'), { kind: 'series', steps: 8, channels: 2 }, 2).featureWidth).toBe(16);
    expect(importedNetwork(onnxFixture('cnn'), table(144), 4).featureWidth).toBe(144);
  });

  it('scales the values of a regression as the loss takes them', async () => {
    const bytes = onnxFile({ nodes: [onnxNode('MatMul', ['x', 'w'], ['y'])], tensors: [onnxTensor('w', [4, 1], [1, 1, 1, 1])] });
    const output = { task: 'regression' as const, mean: 10, deviation: 2, isLog: false, horizon: 1, levels: null };
    const network = importedNetwork(bytes, table(4), 1, {}, output);
    const trainer = await Trainer.open(trainerOptions(programOf(network, { kind: 'squared' }), 0.01));
    const matrix: Matrix = { rowCount: 1, x: Float32Array.of(3, 4, 5, 2), codes: null, y: Float32Array.of(0), w: null };
    const { output: values } = await trainer.evaluate(matrix, Int32Array.of(0), trainer.weights, async () => undefined);
    await trainer.close();
    // 3 + 4 + 5 + 2 = 14, two deviations above the mean.
    expect([...values]).toEqual([2]);
  });
});

describe('a network of a file is refused', () => {
  it('with both shapes, when the data has another size', () => {
    expect(() => importedNetwork(onnxFixture('cnn'), { kind: 'image', channels: 3, height: 12, width: 12 }, 4)).toThrow(/\[n, 1, 12, 12\].*3 x 12 x 12 = 432 numbers/);
    expect(() => importedNetwork(onnxFixture('mlp'), table(7), 3)).toThrow(/\[n, 6\].*7 numbers/);
  });

  it('when its outputs do not fit the target and its last layer stays', () => {
    expect(() => importedNetwork(onnxFixture('mlp'), table(6), 5)).toThrow(/gives 3 numbers per row.*needs 5 numbers/);
  });

  it('when the layer to freeze is not there, naming those that are', () => {
    let fix = '';
    try {
      importedNetwork(onnxFixture('mlp'), table(6), 3, { freezeUpTo: 'hiden.0' });
    } catch (error) {
      fix = (error as { failure: { fix: string } }).failure.fix;
    }
    expect(fix).toMatch(/hidden\.0, hidden\.1, hidden\.2, hidden\.3, head/);
  });

  it('when nothing is left to train', () => {
    expect(() => importedNetwork(onnxFixture('mlp'), table(6), 3, { freezeUpTo: 'head' })).toThrow(/Nothing is left to train.*"head"/);
  });

  it('when it does not end in a dense layer that could be replaced', () => {
    const bytes = onnxFile({ nodes: [onnxNode('Relu', ['x'], ['y'], {}, '/act/Relu')], outputs: [onnxPort('y', ['n', 4])] });
    expect(() => importedNetwork(bytes, table(4), 4, { replaceHead: true })).toThrow(/cannot be replaced.*Relu of layer "act"/);
  });

  it('when it has two inputs, or takes integers', () => {
    const two = onnxFile({ nodes: [onnxNode('Add', ['x', 'z'], ['y'])], inputs: [onnxPort('x', ['n', 4]), onnxPort('z', ['n', 4])] });
    expect(() => importedNetwork(two, table(4), 4)).toThrow(/2 inputs \(x, z\)/);
    const whole = onnxFile({ nodes: [onnxNode('Cast', ['x'], ['y'], { to: 1 })], inputs: [onnxPort('x', ['n', 4], 7)] });
    expect(() => importedNetwork(whole, table(4), 4)).toThrow(/input "x" is int64/);
  });

  it('when an operator cannot be replayed, with its name and layer', () => {
    const bytes = onnxFile({ nodes: [onnxNode('NonZero', ['x'], ['i'], {}, '/find/NonZero'), onnxNode('Cast', ['i'], ['y'], { to: 1 })] });
    expect(() => importedNetwork(bytes, table(4), 4)).toThrow(/NonZero \("\/find\/NonZero"\) in layer "find"/);
  });

  it('when an operator in the part to be trained has no gradient, with its name and layer', async () => {
    const nodes = [onnxNode('MatMul', ['x', 'first.weight'], ['a']), onnxNode('Sin', ['a'], ['b'], {}, '/wave/Sin'), onnxNode('MatMul', ['b', 'last.weight'], ['y'])];
    const tensors = [onnxTensor('first.weight', [4, 3], [...noise(12)]), onnxTensor('last.weight', [3, 2], [...noise(6)])];
    const bytes = onnxFile({ nodes, tensors });
    await expect(train(importedNetwork(bytes, table(4), 2), 2, 1)).rejects.toThrow(/Sin in layer "wave"/);
    const { losses } = await train(importedNetwork(bytes, table(4), 2, { freezeUpTo: 'first' }), 2, 1);
    expect(losses).toHaveLength(1);
  });
});
