import { create } from '@bufbuild/protobuf';
import { OperatorSetIdProtoSchema, TensorProtoSchema, TensorProto_DataLocation } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { exportModel } from '../../../electron/infer/export-model.ts';
import { inspectModel } from '../../../electron/infer/inspect-model.ts';
import { openSession, floatTensor, floatsOf } from '../../../electron/infer/session.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { initialState, scopeOver } from '../../../electron/ml/network.ts';
import type { Network } from '../../../electron/ml/network.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { prepareTraining } from '../../../electron/ml/training-set.ts';
import { ModelInspection } from '../../../shared/domain/model-inspection.ts';
import { importedNetwork, noise, onnxFixture } from '../../support/imported.ts';
import { onnxFile, onnxNode, onnxPort, onnxTensor } from '../../support/onnx-file.ts';
import { penguinConfig, penguins } from '../../support/train-config.ts';

describe('the inspection of an ONNX file', () => {
  it('lists layers with their operators and parameters, and the layer that a new one can replace', () => {
    const found = inspectModel(onnxFixture('cnn'));
    expect(ModelInspection.parse(found)).toEqual(found);
    expect(found).toMatchObject({
      opset: 17, producer: 'pytorch 2.13.0', isOwn: false, featureWidth: 144, outputWidth: 4, headLayer: 'head', problem: null, warnings: [],
      inputs: [{ name: 'x', type: 'float32', shape: ['n', 1, 12, 12] }],
    });
    expect(found.layers).toEqual([
      { name: 'stem', operators: ['Conv'], parameterCount: 36, canTrain: true, reason: null },
      { name: 'norm', operators: ['BatchNormalization', 'Relu'], parameterCount: 8, canTrain: true, reason: null },
      { name: 'pool', operators: ['MaxPool'], parameterCount: 0, canTrain: true, reason: null },
      { name: 'depth', operators: ['Conv'], parameterCount: 76, canTrain: true, reason: null },
      { name: 'depth_norm', operators: ['BatchNormalization', 'Add', 'Relu'], parameterCount: 8, canTrain: true, reason: null },
      { name: 'down', operators: ['Conv', 'Relu', 'AveragePool', 'GlobalAveragePool', 'Flatten'], parameterCount: 296, canTrain: true, reason: null },
      { name: 'head', operators: ['Gemm'], parameterCount: 36, canTrain: true, reason: null },
    ]);
    expect(found.parameterCount).toBe(460);
  });

  it('leaves out what only computes shapes', () => {
    const { layers, problem } = inspectModel(onnxFixture('encoder'));
    expect(problem).toBeNull();
    expect(layers.map(({ name }) => name)).toEqual(['embed', 'layer/self_attn', 'layer', 'layer/norm1', 'layer/linear1', 'layer/linear2', 'layer/norm2', 'head']);
    expect(layers.flatMap(({ operators }) => operators)).not.toContain('Shape');
  });

  it('finds how far a model must be frozen', () => {
    const { layers, warnings, problem } = inspectModel(onnxFixture('recurrent'));
    expect(problem).toBeNull();
    expect(layers).toMatchObject([
      { name: 'gru', canTrain: false, reason: expect.stringMatching(/GRU in layer "gru" has no gradient/) }, { name: 'head', canTrain: true, reason: null },
    ]);
    expect(warnings).toEqual([expect.stringMatching(/Freeze up to "gru" at least/)]);
  });

  it('says what is done with a softmax at the end, with one row at a time, and with other float types', () => {
    expect(inspectModel(onnxFixture('mlp')).warnings).toEqual([expect.stringMatching(/Softmax at its end/)]);
    expect(inspectModel(onnxFixture('fixed')).warnings).toEqual([expect.stringMatching(/1 row at a time/), expect.stringMatching(/Sigmoid/)]);
    const half = create(TensorProtoSchema, { name: 'w', dims: [4n, 1n], dataType: 10, int32Data: [1, 2, 3, 4] });
    const bytes = onnxFile({ nodes: [onnxNode('MatMul', ['x', 'w'], ['y'])], tensors: [half], inputs: [onnxPort('x', ['n', 4], 10)], outputs: [onnxPort('y', ['n', 1], 10)] });
    expect(inspectModel(bytes)).toMatchObject({ problem: null, warnings: [expect.stringMatching(/float16.*float32/)] });
  });

  it('tries a size for axes that are left open', () => {
    const nodes = [onnxNode('Conv', ['x', 'conv.weight'], ['c'], { kernel_shape: [3, 3] }), onnxNode('GlobalAveragePool', ['c'], ['g']), onnxNode('Flatten', ['g'], ['y'])];
    const bytes = onnxFile({ nodes, tensors: [onnxTensor('conv.weight', [2, 3, 3, 3], [...noise(54)])], inputs: [onnxPort('x', ['n', 3, 'height', 'width'])] });
    expect(inspectModel(bytes)).toMatchObject({ problem: null, featureWidth: null, outputWidth: 2, headLayer: null });
  });

  it('says why a model cannot be trained on at all', () => {
    const bytes = onnxFile({ nodes: [onnxNode('NonZero', ['x'], ['i'], {}, '/find/NonZero'), onnxNode('Cast', ['i'], ['y'], { to: 1 })] });
    const found = inspectModel(bytes);
    expect(found.problem).toMatch(/NonZero.*in layer "find" cannot be part/);
    expect(found.layers.every(({ canTrain }) => !canTrain)).toBe(true);
  });

  it('refuses files that cannot be read: other domains, weights outside, unknown operators', () => {
    const nodes = [onnxNode('Relu', ['x'], ['y'])];
    expect(() => inspectModel(onnxFile({ nodes }, (model) => {
      model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'com.acme', version: 1n }));
    }))).toThrow(/"com.acme"/);
    const outside = create(TensorProtoSchema, { name: 'w', dims: [1n], dataType: 1, dataLocation: TensorProto_DataLocation.EXTERNAL });
    expect(() => inspectModel(onnxFile({ nodes, tensors: [outside] }))).toThrow(/"w" lies outside/);
    expect(() => inspectModel(onnxFile({ nodes: [onnxNode('Frobnicate', ['x'], ['y'])] }))).toThrow(/"Frobnicate" is not allowed/);
  });
});

describe('a model that Assay wrote', () => {
  const set = prepareTraining(penguinConfig(), penguins());
  const { parameters, buffers } = initialState(set.network, 5);
  const weights = new Map([
    ...set.network.parameters.map(({ name }, i) => [name, parameters[i]!] as const), ...set.network.buffers.map(({ name }, i) => [name, buffers[i]!] as const),
  ]);
  const bytes = exportModel(set, weights, 'Species');

  it('is trained on from its features to its logits, without its preparation of columns', () => {
    const found = inspectModel(bytes);
    expect(found).toMatchObject({ isOwn: true, problem: null, featureWidth: set.encoding.width, outputWidth: 3, headLayer: 'output' });
    expect(found.layers.map(({ name, parameterCount }) => [name, parameterCount])).toEqual([
      ['hidden1', set.encoding.width * 32 + 32], ['relu1', 0], ['output', 32 * 3 + 3],
    ]);
  });

  it('gives the same logits bit for bit as the network it was written of', async () => {
    const network = importedNetwork(bytes, { kind: 'table', featureWidth: set.encoding.width, categories: [] }, 3);
    expect(network.parameters.map(({ shape }) => shape)).toEqual(set.network.parameters.map(({ shape }) => shape));
    expect(await logitsOf(network)).toEqual(await logitsOf(set.network, weights));
  });
});

/** The output of a network for five rows of noise, with its own first weights if no others are given. */
async function logitsOf(network: Network, given?: ReadonlyMap<string, Float32Array>): Promise<number[]> {
  const graph = new Graph('logits');
  const start = initialState(network, 5);
  const parameters = new Map(network.parameters.map(({ name, shape }, i) => [name, graph.constant('float32', shape, given?.get(name) ?? start.parameters[i]!, name)]));
  const features = graph.input('features', 'float32', ['batch', network.featureWidth]);
  graph.output('logits', network.forward(scopeOver(graph, { parameters, buffers: new Map() }, null), { features, codes: null }));
  const session = await openSession(writeOnnx(graph), { threadCount: 1 });
  try {
    const dims = [5, network.featureWidth];
    return [...floatsOf((await session.run({ features: floatTensor(noise(5 * network.featureWidth), dims) }))['logits'])];
  } finally {
    await session.release();
  }
}
