import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import {
  AttributeProtoSchema, AttributeProto_AttributeType, FunctionProtoSchema, GraphProtoSchema, ModelProtoSchema, NodeProtoSchema,
  OperatorSetIdProtoSchema, TensorProtoSchema, TensorProto_DataLocation,
} from 'onnx-buf';
import type { GraphProto, ModelProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { checkModel } from '../../../electron/infer/check-model.ts';
import { readCard } from '../../../electron/infer/predict.ts';
import { Graph } from '../../../electron/ml/graph.ts';
import { writeOnnx } from '../../../electron/ml/onnx-write.ts';
import { ops } from '../../../electron/ml/ops/index.ts';
import { buildTrainingGraph } from '../../../electron/ml/training-graph.ts';
import { AppError } from '../../../shared/errors.ts';
import { programOf, tableNetwork } from '../../support/programs.ts';

/** A sound model of one node, changed by `change`. */
function modelWith(change: (model: ModelProto) => void): Uint8Array {
  const graph = new Graph('small');
  graph.output('y', ops(graph).relu(graph.input('x', 'float32', [1])));
  const model = fromBinary(ModelProtoSchema, writeOnnx(graph));
  change(model);
  return toBinary(ModelProtoSchema, model);
}

const expectCode = (bytes: Uint8Array, code: string, words: RegExp): void => {
  let thrown: unknown;
  try {
    checkModel(bytes);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AppError);
  expect((thrown as AppError).failure).toMatchObject({ code, what: expect.stringMatching(words) });
};

describe('the check of an ONNX file', () => {
  it('lets our own models pass and sees their loops', () => {
    expect(checkModel(modelWith(() => undefined))).toMatchObject({ inputs: ['x'], outputs: ['y'], nodeCount: 1, hasLoops: false });
    const training = buildTrainingGraph(programOf(tableNetwork({ kind: 'linear' }, 3, 1), { kind: 'squared' }));
    expect(checkModel(writeOnnx(training)).hasLoops).toBe(true);
  });

  it('refuses operators and domains that are not standard', () => {
    expectCode(modelWith((model) => { model.graph!.node[0]!.opType = 'Execute'; }), 'model/refused', /"Execute" is not allowed/);
    expectCode(modelWith((model) => { model.graph!.node[0]!.domain = 'com.microsoft'; }), 'model/refused', /com\.microsoft\.Relu/);
    expectCode(modelWith((model) => {
      model.opsetImport.push(create(OperatorSetIdProtoSchema, { domain: 'evil', version: 1n }));
    }), 'model/refused', /"evil"/);
  });

  it('refuses tensors outside the file, wherever they hide', () => {
    const outside = create(TensorProtoSchema, { name: 'w', dims: [1n], dataType: 1, dataLocation: TensorProto_DataLocation.EXTERNAL });
    expectCode(modelWith((model) => model.graph!.initializer.push(outside)), 'model/refused', /"w" lies outside/);
    expectCode(modelWith((model) => model.graph!.node[0]!.attribute.push(
      create(AttributeProtoSchema, { name: 'value', type: AttributeProto_AttributeType.TENSOR, t: outside }),
    )), 'model/refused', /"w" lies outside/);
  });

  it('refuses functions, deep graphs, and tensors that declare more than they may', () => {
    expectCode(modelWith((model) => model.functions.push(create(FunctionProtoSchema, { name: 'f' }))), 'model/refused', /functions/);
    expectCode(modelWith((model) => { model.graph = nested(model.graph!, 9); }), 'model/refused', /deeper than 8/);
    const huge = create(TensorProtoSchema, { name: 'w', dims: [2n ** 40n, 2n ** 40n], dataType: 1 });
    expectCode(modelWith((model) => model.graph!.initializer.push(huge)), 'model/refused', /1024 MB/);
    huge.dims = [-1n];
    expectCode(modelWith((model) => model.graph!.initializer.push(huge)), 'model/malformed', /negative/);
  });

  it('calls garbage, an empty file and a model without a graph malformed', () => {
    expectCode(new Uint8Array(0), 'model/malformed', /no graph/);
    expectCode(new TextEncoder().encode('this is not a model'), 'model/malformed', /./);
    expectCode(modelWith((model) => { delete model.graph; }), 'model/malformed', /no graph/);
    // 100,000 nested groups, which no parser may follow to the end.
    expectCode(new Uint8Array(200_000).fill(0x3b), 'model/malformed', /./);
  });

  it('answers every mutation of a model with a verdict, never with another error', () => {
    const sound = modelWith(() => undefined);
    fc.assert(fc.property(fc.nat(sound.length - 1), fc.nat(255), fc.nat(sound.length), (at, byte, length) => {
      const bytes = sound.slice(0, Math.max(length, at + 1));
      bytes[at] = byte;
      try {
        checkModel(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
        expect((error as AppError).failure.code).toMatch(/^model\/(refused|malformed)$/);
      }
    }), { numRuns: 3000 });
  });

  it('calls a model that does not describe itself malformed when it is used for prediction', () => {
    expect(() => readCard(modelWith(() => undefined))).toThrow(/only models that Assay wrote/);
  });
});

function nested(graph: GraphProto, depth: number): GraphProto {
  if (depth === 0) return graph;
  const branch = create(AttributeProtoSchema, { name: 'then_branch', type: AttributeProto_AttributeType.GRAPH, g: nested(graph, depth - 1) });
  return create(GraphProtoSchema, { name: 'g', node: [create(NodeProtoSchema, { opType: 'If', attribute: [branch] })] });
}
