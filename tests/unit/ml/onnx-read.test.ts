import { create } from '@bufbuild/protobuf';
import { AttributeProtoSchema, OperatorSetIdProtoSchema, TensorProtoSchema, TypeProto_SequenceSchema, TypeProtoSchema } from 'onnx-buf';
import type { TensorProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { readOnnx } from '../../../electron/ml/onnx-read.ts';
import { AppError } from '../../../shared/errors.ts';
import { onnxFixture } from '../../support/imported.ts';
import { onnxFile, onnxInts, onnxNode, onnxPort, onnxTensor } from '../../support/onnx-file.ts';

function expectCode(bytes: Uint8Array, code: string, words: RegExp): void {
  let thrown: unknown;
  try {
    readOnnx(bytes);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AppError);
  expect((thrown as AppError).failure).toMatchObject({ code, what: expect.stringMatching(words) });
}

/** The file with one initialiser, which one node adds to x. */
function withTensor(tensor: TensorProto): Uint8Array {
  return onnxFile({ nodes: [onnxNode('Identity', ['x'], ['y'])], tensors: [tensor] });
}

const tensorOf = (fields: Partial<TensorProto>): unknown[] => Array.from(
  readOnnx(withTensor(create(TensorProtoSchema, { name: 'w', dims: [2n], ...fields } as never))).tensors.get('w')!.data as ArrayLike<unknown>,
);

describe('reading the tensors of an ONNX file', () => {
  it('takes typed fields and raw bytes alike', () => {
    expect(tensorOf({ dataType: 1, floatData: [1.5, -2] })).toEqual([1.5, -2]);
    expect(tensorOf({ dataType: 11, doubleData: [1.5, -2] })).toEqual([1.5, -2]);
    expect(tensorOf({ dataType: 7, int64Data: [5n, -6n] })).toEqual([5n, -6n]);
    expect(tensorOf({ dataType: 6, int32Data: [5, -6] })).toEqual([5, -6]);
    expect(tensorOf({ dataType: 12, uint64Data: [5n, 4_000_000_000n] })).toEqual([5, 4_000_000_000]);
    expect(tensorOf({ dataType: 9, int32Data: [1, 0] })).toEqual([1, 0]);
    expect(tensorOf({ dataType: 2, int32Data: [1, 255] })).toEqual([1, 255]);
    expect(tensorOf({ dataType: 8, stringData: [Uint8Array.of(0x61), Uint8Array.of(0xc3, 0xa9)] })).toEqual(['a', 'é']);
    expect(tensorOf({ dataType: 1, rawData: new Uint8Array(Float32Array.of(1.5, -2).buffer) })).toEqual([1.5, -2]);
    expect(tensorOf({ dataType: 7, rawData: new Uint8Array(BigInt64Array.of(5n, -6n).buffer) })).toEqual([5n, -6n]);
  });

  it('keeps the bits of float16', () => {
    // 1.5 is 0x3e00 and the smallest subnormal 0x0001, by IEEE 754.
    expect(tensorOf({ dataType: 10, int32Data: [0x3e00, 1] })).toEqual([0x3e00, 1]);
  });

  it('says which tensor has the wrong number of values, and which a type that only some hardware has', () => {
    expectCode(withTensor(create(TensorProtoSchema, { name: 'fc.weight', dims: [3n], dataType: 1, floatData: [1] })), 'model/malformed', /"fc.weight" of shape \[3\] has 1 values, not 3/);
    expectCode(withTensor(create(TensorProtoSchema, { name: 'w', dims: [1n], dataType: 1, rawData: new Uint8Array(3) })), 'model/malformed', /3 bytes of float32/);
    expectCode(withTensor(create(TensorProtoSchema, { name: 'w', dims: [1n], dataType: 16, int32Data: [1] })), 'model/refused', /"w" has the element type bfloat16/);
  });
});

describe('reading the graph of an ONNX file', () => {
  it('names the node that takes what nothing before it makes', () => {
    expectCode(onnxFile({ nodes: [onnxNode('Relu', ['missing'], ['y'], {}, '/act/Relu')] }), 'model/malformed', /"\/act\/Relu" \(Relu\) takes "missing"/);
    const cycle = [onnxNode('Relu', ['b'], ['a']), onnxNode('Relu', ['a'], ['b']), onnxNode('Add', ['x', 'b'], ['y'])];
    expectCode(onnxFile({ nodes: cycle }), 'model/malformed', /node 1 \(Relu\) takes "b".*cycle/);
  });

  it('names an output that no node makes and a value that two nodes make', () => {
    expectCode(onnxFile({ nodes: [onnxNode('Relu', ['x'], ['z'])] }), 'model/malformed', /output "y" is made by no node/);
    expectCode(onnxFile({ nodes: [onnxNode('Relu', ['x'], ['y']), onnxNode('Abs', ['x'], ['y'])] }), 'model/malformed', /node 2 \(Abs\) makes "y"/);
  });

  it('refuses inputs that are no tensors and attributes it cannot read', () => {
    expectCode(onnxFile({ nodes: [onnxNode('Identity', ['x'], ['y'])] }, (model) => {
      model.graph!.input[0]!.type = create(TypeProtoSchema, { value: { case: 'sequenceType', value: create(TypeProto_SequenceSchema) } });
    }), 'model/refused', /input "x" is not a tensor/);
    expectCode(onnxFile({ nodes: [onnxNode('Identity', ['x'], ['y'])] }, (model) => {
      model.graph!.node[0]!.attribute.push(create(AttributeProtoSchema, { name: 'odd', type: 13 }));
    }), 'model/malformed', /attribute "odd"/);
  });

  it('takes weights that old files list among the inputs for what they are', () => {
    const model = readOnnx(onnxFile({
      nodes: [onnxNode('MatMul', ['x', 'w'], ['y'])], tensors: [onnxTensor('w', [4, 1], [1, 2, 3, 4])],
      inputs: [onnxPort('x', ['n', 4]), onnxPort('w', [4, 1])],
    }));
    expect(model.inputs.map(({ name }) => name)).toEqual(['x']);
  });

  it('refuses versions of the operators that it does not know', () => {
    expectCode(onnxFile({ nodes: [onnxNode('Relu', ['x'], ['y'])], opset: 8 }), 'model/refused', /version 8.*9 to 21/);
    expectCode(onnxFile({ nodes: [onnxNode('Relu', ['x'], ['y'])], opset: 23 }), 'model/refused', /version 23/);
    expectCode(onnxFile({ nodes: [onnxNode('Relu', ['x'], ['y'])] }, (model) => { model.opsetImport = [create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: 3n })]; }), 'model/refused', /version 1/);
  });

  it('calls garbage malformed', () => {
    expectCode(new TextEncoder().encode('this is not a model'), 'model/malformed', /./);
    expectCode(new Uint8Array(0), 'model/malformed', /no graph/);
  });
});

describe('operators of older versions', () => {
  const inputsOf = (opset: number, nodes: Parameters<typeof onnxFile>[0]['nodes']): unknown[] => {
    const model = readOnnx(onnxFile({ nodes, opset }));
    return model.nodes[0]!.inputs.map((name) => {
      const tensor = model.tensors.get(name);
      return tensor === undefined ? name : Array.from(tensor.data as ArrayLike<number | bigint>, Number);
    });
  };

  it('have their attributes as inputs', () => {
    expect(inputsOf(11, [onnxNode('Squeeze', ['x'], ['y'], { axes: [1] })])).toEqual(['x', [1]]);
    expect(inputsOf(12, [onnxNode('ReduceSum', ['x'], ['y'], { axes: [1] })])).toEqual(['x', [1]]);
    expect(inputsOf(17, [onnxNode('ReduceMean', ['x'], ['y'], { axes: [1] })])).toEqual(['x', [1]]);
    expect(inputsOf(10, [onnxNode('Clip', ['x'], ['y'], { max: { float: 6 } })])).toEqual(['x', '', [6]]);
    expect(inputsOf(9, [onnxNode('Slice', ['x'], ['y'], { starts: [0], ends: [2], axes: [1] })])).toEqual(['x', [0], [2], [1]]);
    expect(inputsOf(10, [onnxNode('Pad', ['x'], ['y'], { pads: [0, 1, 0, 1], value: { float: 2 } })])).toEqual(['x', [0, 1, 0, 1], [2]]);
    expect(inputsOf(12, [onnxNode('Split', ['x'], ['y', 'z'], { axis: 1, split: [1, 3] })])).toEqual(['x', [1, 3]]);
  });

  it('are refused where they do what opset 18 cannot say', () => {
    expectCode(onnxFile({ nodes: [onnxNode('Pad', ['x', 'p'], ['y'], { mode: 'wrap' }, 'around')], tensors: [onnxInts('p', [0, 1, 0, 1])], opset: 19 }), 'model/refused', /"around" \(Pad\) pads by wrapping/);
    expectCode(onnxFile({ nodes: [onnxNode('AveragePool', ['x'], ['y'], { kernel_shape: [2], dilations: [2] })], opset: 19 }), 'model/refused', /AveragePool has dilations/);
    expectCode(onnxFile({ nodes: [onnxNode('BatchNormalization', ['x', 'x', 'x', 'x', 'x'], ['y', 'm', 'v'], { training_mode: 1 })], opset: 15 }), 'model/refused', /training mode/);
  });
});

describe('the layers of a read model', () => {
  it('are named after the modules of the exporter, in the order of the nodes', () => {
    expect(readOnnx(onnxFixture('mlp')).layers).toEqual([
      { name: 'hidden.0', operators: ['Gemm'], parameterCount: 112 },
      { name: 'hidden.1', operators: ['Relu'], parameterCount: 0 },
      { name: 'hidden.2', operators: ['Gemm'], parameterCount: 136 },
      { name: 'hidden.3', operators: ['LeakyRelu'], parameterCount: 0 },
      { name: 'head', operators: ['Gemm', 'Softmax'], parameterCount: 27 },
    ]);
    expect(readOnnx(onnxFixture('cnn')).layers.map(({ name }) => name)).toEqual(['stem', 'norm', 'pool', 'depth', 'depth_norm', 'down', 'head']);
  });

  it('are named after their weights where nodes have no names, else numbered', () => {
    const tensors = [onnxTensor('fc1.weight', [4, 2], Array<number>(8).fill(1)), onnxTensor('42', [2, 2], [1, 2, 3, 4])];
    const nodes = [onnxNode('MatMul', ['x', 'fc1.weight'], ['a']), onnxNode('Relu', ['a'], ['b']), onnxNode('MatMul', ['b', '42'], ['y'])];
    expect(readOnnx(onnxFile({ nodes, tensors })).nodes.map(({ layer }) => layer)).toEqual(['fc1', 'fc1', 'matmul1']);
  });
});
