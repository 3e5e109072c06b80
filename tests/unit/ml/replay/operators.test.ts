import { create } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, AttributeProtoSchema, GraphProtoSchema } from 'onnx-buf';
import type { GraphProto, NodeProto, TensorProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { noise, runFile, runReplayed } from '../../../support/imported.ts';
import { onnxFile, onnxInts, onnxNode, onnxPort, onnxTensor } from '../../../support/onnx-file.ts';

interface Case {
  readonly shape: readonly (number | string)[];
  readonly nodes: readonly NodeProto[];
  readonly tensors?: readonly TensorProto[];
  readonly opset?: number;
  readonly outputShape: readonly (number | string)[];
}

const image = ['n', 2, 5, 6];
const open4 = ['n', 'a', 'b', 'c'];
const weights = (name: string, dims: readonly number[], seed = 1): TensorProto => onnxTensor(name, dims, [...noise(dims.reduce((a, b) => a * b, 1), seed)]);
const onRows = (opType: string, attributes: Parameters<typeof onnxNode>[3] = {}, opset = 18): Case =>
  ({ shape: ['n', 4], nodes: [onnxNode(opType, ['x'], ['y'], attributes)], outputShape: ['n', 4], opset });
const onImage = (node: NodeProto, tensors: readonly TensorProto[] = [], opset = 18, shape: readonly (number | string)[] = image): Case =>
  ({ shape, nodes: [node], tensors, outputShape: open4, opset });
const resize = (attributes: Parameters<typeof onnxNode>[3], scales: readonly number[]): Case =>
  onImage(onnxNode('Resize', ['x', '', 's'], ['y'], attributes), [onnxTensor('s', [4], scales)]);
const pool = (opType: string, attributes: Parameters<typeof onnxNode>[3]): Case => onImage(onnxNode(opType, ['x'], ['y'], { kernel_shape: [2, 3], ...attributes }));

const branch = (opType: string): GraphProto => create(GraphProtoSchema, { name: opType, node: [onnxNode(opType, ['x'], [`of ${opType}`])], output: [onnxPort(`of ${opType}`, ['n', 4])] });
const choice = onnxNode('If', ['is'], ['y']);
for (const [name, opType] of [['then_branch', 'Tanh'], ['else_branch', 'Neg']] as const) {
  choice.attribute.push(create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g: branch(opType) }));
}

const cases: Readonly<Record<string, Case>> = {
  'Softsign': onRows('Softsign'), 'Mish': onRows('Mish'), 'Selu': onRows('Selu'), 'Elu': onRows('Elu', { alpha: { float: 0.7 } }),
  'HardSwish': onRows('HardSwish'), 'HardSigmoid': onRows('HardSigmoid', { alpha: { float: 0.3 } }), 'Softplus': onRows('Softplus'), 'Reciprocal': onRows('Reciprocal'),
  'Gelu of opset 20': onRows('Gelu', {}, 20), 'Gelu by tanh': onRows('Gelu', { approximate: 'tanh' }, 20),
  'Sin, which has no gradient': onRows('Sin'), 'LogSoftmax along the first of two axes': onRows('LogSoftmax', { axis: 0 }),
  'PRelu': { ...onRows('PRelu'), nodes: [onnxNode('PRelu', ['x', 'slope'], ['y'])], tensors: [weights('slope', [4])] },
  'Sum and Mean of three': { ...onRows('Sum'), nodes: [onnxNode('Sum', ['x', 'x', 'w'], ['s']), onnxNode('Mean', ['s', 'x', 'w'], ['y'])], tensors: [weights('w', [4])] },
  'Clip with one bound': { ...onRows('Clip'), nodes: [onnxNode('Clip', ['x', '', 'high'], ['y'])], tensors: [onnxTensor('high', [], [0.2])] },
  'Gemm with factors': { ...onRows('Gemm'), nodes: [onnxNode('Gemm', ['x', 'w', 'b'], ['y'], { alpha: { float: 0.5 }, beta: { float: 2 }, transB: 1 })], tensors: [weights('w', [4, 4]), weights('b', [4], 2)] },
  'MatMul by a vector': { ...onRows('MatMul'), nodes: [onnxNode('MatMul', ['x', 'w'], ['y'])], tensors: [weights('w', [4])], outputShape: ['n'] },
  'If on a constant': { ...onRows('If'), nodes: [onnxNode('Shape', ['x'], ['s']), onnxNode('Gather', ['s', 'one'], ['width']), onnxNode('Equal', ['width', 'four'], ['is']), choice], tensors: [onnxInts('one', [1], []), onnxInts('four', [4], [])] },
  'a shape computed from the batch': {
    ...onRows('Reshape'), outputShape: ['m', 2],
    nodes: [onnxNode('Shape', ['x'], ['s']), onnxNode('Gather', ['s', 'zero'], ['n']), onnxNode('Mul', ['n', 'two'], ['m']), onnxNode('Concat', ['m', 'rest'], ['t'], { axis: 0 }), onnxNode('Reshape', ['x', 't'], ['y'])],
    tensors: [onnxInts('zero', [0]), onnxInts('two', [2]), onnxInts('rest', [-1])],
  },
  'ConstantOfShape over the batch': {
    ...onRows('ConstantOfShape'),
    nodes: [onnxNode('Shape', ['x'], ['s']), onnxNode('ConstantOfShape', ['s'], ['c'], { value: { tensor: onnxTensor('', [1], [1.5]) } }), onnxNode('Add', ['x', 'c'], ['y'])],
  },

  'Softmax along the second of four axes': onImage(onnxNode('Softmax', ['x'], ['y'], { axis: 1 })),
  'Softmax of opset 12, over all axes behind': onImage(onnxNode('Softmax', ['x'], ['y'], { axis: 2 }), [], 12),
  'InstanceNormalization': onImage(onnxNode('InstanceNormalization', ['x', 's', 'b'], ['y']), [weights('s', [2]), weights('b', [2], 2)]),
  'GroupNormalization of opset 18, scaled by group': onImage(onnxNode('GroupNormalization', ['x', 's', 'b'], ['y'], { num_groups: 2 }), [weights('s', [2]), weights('b', [2], 2)], 18, ['n', 4, 3, 3]),
  'GroupNormalization of opset 21, scaled by channel': onImage(onnxNode('GroupNormalization', ['x', 's', 'b'], ['y'], { num_groups: 2 }), [weights('s', [4]), weights('b', [4], 2)], 21, ['n', 4, 3, 3]),
  'LayerNormalization over two axes': onImage(onnxNode('LayerNormalization', ['x', 's', 'b'], ['y'], { axis: 2 }), [weights('s', [5, 6]), weights('b', [5, 6], 2)]),
  'LRN, which has no gradient': onImage(onnxNode('LRN', ['x'], ['y'], { size: 3 })),
  'ReduceL2 and ReduceLogSumExp': { ...onImage(onnxNode('ReduceL2', ['x', 'a'], ['l'])), nodes: [onnxNode('ReduceL2', ['x', 'a'], ['l']), onnxNode('ReduceLogSumExp', ['l', 'c'], ['y'])], tensors: [onnxInts('a', [3]), onnxInts('c', [1])] },
  'GlobalMaxPool': onImage(onnxNode('GlobalMaxPool', ['x'], ['y'])),
  'MaxPool, rounding up': pool('MaxPool', { strides: [2, 2], ceil_mode: 1 }),
  'MaxPool, padded to the same size': pool('MaxPool', { strides: [2, 2], auto_pad: 'SAME_UPPER' }),
  'AveragePool, padded before': pool('AveragePool', { strides: [1, 2], auto_pad: 'SAME_LOWER' }),
  'AveragePool, counting its padding': pool('AveragePool', { strides: [2, 2], pads: [1, 1, 0, 1], count_include_pad: 1 }),
  'Conv, grouped and dilated': onImage(onnxNode('Conv', ['x', 'w', 'b'], ['y'], { group: 2, dilations: [1, 2], pads: [0, 1, 1, 2], kernel_shape: [2, 2] }), [weights('w', [4, 1, 2, 2]), weights('b', [4], 2)]),
  'Conv, padded to the same size': onImage(onnxNode('Conv', ['x', 'w'], ['y'], { strides: [2, 1], auto_pad: 'SAME_UPPER', kernel_shape: [3, 2] }), [weights('w', [4, 2, 3, 2])]),
  'ConvTranspose with output padding': onImage(onnxNode('ConvTranspose', ['x', 'w'], ['y'], { strides: [2, 3], output_padding: [1, 0], pads: [0, 1, 1, 0], kernel_shape: [2, 3] }), [weights('w', [2, 3, 2, 3])]),
  'Slice with steps, forwards and back': onImage(onnxNode('Slice', ['x', 'from', 'to', 'axes', 'steps'], ['y']), [onnxInts('from', [0, -1]), onnxInts('to', [9, -2147483648]), onnxInts('axes', [2, 3]), onnxInts('steps', [2, -2])]),
  'Pad by mirror': onImage(onnxNode('Pad', ['x', 'p'], ['y'], { mode: 'reflect' }), [onnxInts('p', [0, 0, 2, 1, 0, 0, 1, 3])]),
  'Pad by edge': onImage(onnxNode('Pad', ['x', 'p'], ['y'], { mode: 'edge' }), [onnxInts('p', [0, 0, 2, 1, 0, 0, 1, 3])]),
  'Pad that cuts': onImage(onnxNode('Pad', ['x', 'p', 'v'], ['y']), [onnxInts('p', [0, 0, -1, 1, 0, 0, 1, -2]), onnxTensor('v', [], [0.5])]),
  'Gather by negative indices': onImage(onnxNode('Gather', ['x', 'i'], ['y'], { axis: 3 }), [onnxInts('i', [-1, 0, 2])]),
  'Tile': onImage(onnxNode('Tile', ['x', 'r'], ['y']), [onnxInts('r', [1, 2, 1, 3])]),
  'Split into even parts': { ...onImage(onnxNode('Split', ['x'], ['a', 'b'], { axis: 3, num_outputs: 2 })), nodes: [onnxNode('Split', ['x'], ['a', 'b'], { axis: 3, num_outputs: 2 }), onnxNode('Mul', ['a', 'b'], ['y'])] },
  'DepthToSpace': onImage(onnxNode('DepthToSpace', ['x'], ['y'], { blocksize: 2 }), [], 18, ['n', 8, 2, 3]),
  'DepthToSpace by columns': onImage(onnxNode('DepthToSpace', ['x'], ['y'], { blocksize: 2, mode: 'CRD' }), [], 18, ['n', 8, 2, 3]),
  'SpaceToDepth': onImage(onnxNode('SpaceToDepth', ['x'], ['y'], { blocksize: 2 }), [], 18, ['n', 2, 4, 6]),
  'TopK': { ...onImage(onnxNode('TopK', ['x', 'k'], ['y', 'i'])), nodes: [onnxNode('TopK', ['x', 'k'], ['y', 'i'])], tensors: [onnxInts('k', [2])] },
  'Resize to the nearest, from half pixels': resize({ mode: 'nearest' }, [1, 1, 1.6, 0.5]),
  'Resize to the nearest, rounding down': resize({ mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }, [1, 1, 2, 3]),
  'Resize by lines, from half pixels': resize({ mode: 'linear' }, [1, 1, 1.6, 0.5]),
  'Resize by lines, corners aligned': resize({ mode: 'linear', coordinate_transformation_mode: 'align_corners' }, [1, 1, 2, 1.5]),
  'Resize by lines, as PyTorch does': resize({ mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' }, [1, 1, 2, 2]),
};

describe('replaying', () => {
  for (const [name, { shape, nodes, tensors, opset, outputShape }] of Object.entries(cases)) {
    it(`gives what ONNX Runtime gives: ${name}`, async () => {
      const bytes = onnxFile({ nodes, tensors: tensors ?? [], opset: opset ?? 18, inputs: [onnxPort('x', shape)], outputs: [onnxPort('y', outputShape)] });
      const [file, replayed] = [await runFile(bytes, 3), await runReplayed(bytes, 3)];
      expect(replayed.length).toBe(file.length);
      const size = Math.max(1, ...file.map((value) => Math.abs(value)));
      // float32, in another order of sums.
      file.forEach((value, i) => expect(Math.abs(value - (replayed[i] as number))).toBeLessThan(3e-6 * size));
    });
  }
});
