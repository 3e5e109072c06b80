/** Small ONNX files, built field by field as other programs would write them. */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType, AttributeProtoSchema, GraphProtoSchema, ModelProtoSchema, NodeProtoSchema, OperatorSetIdProtoSchema,
  TensorProtoSchema, TensorShapeProto_DimensionSchema, TensorShapeProtoSchema, TypeProto_TensorSchema, TypeProtoSchema, ValueInfoProtoSchema,
} from 'onnx-buf';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from 'onnx-buf';

export interface OnnxParts {
  readonly nodes: readonly NodeProto[];
  readonly inputs?: readonly ValueInfoProto[];
  readonly outputs?: readonly ValueInfoProto[];
  readonly tensors?: readonly TensorProto[];
  readonly opset?: number;
}

/** A model from x [n, 4] to y, if nothing else is said. */
export function onnxFile({ nodes, tensors = [], opset = 18, ...ports }: OnnxParts, change: (model: ModelProto) => void = () => undefined): Uint8Array {
  const graph: GraphProto = create(GraphProtoSchema, {
    name: 'test', node: [...nodes], initializer: [...tensors],
    input: [...(ports.inputs ?? [onnxPort('x', ['n', 4])])], output: [...(ports.outputs ?? [onnxPort('y', ['n', 'm'])])],
  });
  const model = create(ModelProtoSchema, {
    irVersion: 8n, graph, opsetImport: [create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) })],
  });
  change(model);
  return toBinary(ModelProtoSchema, model);
}

type AttributeValue = number | string | readonly number[] | { float: number } | { tensor: TensorProto };

export function onnxNode(opType: string, input: readonly string[], output: readonly string[], attributes: Record<string, AttributeValue> = {}, name = ''): NodeProto {
  return create(NodeProtoSchema, {
    opType, input: [...input], output: [...output], name, attribute: Object.entries(attributes).map(([key, value]) => onnxAttribute(key, value)),
  });
}

function onnxAttribute(name: string, value: AttributeValue): AttributeProto {
  const types = AttributeProto_AttributeType;
  if (typeof value === 'number') return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(value) });
  if (typeof value === 'string') return create(AttributeProtoSchema, { name, type: types.STRING, s: new TextEncoder().encode(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: types.FLOAT, f: value.float });
  if ('tensor' in value) return create(AttributeProtoSchema, { name, type: types.TENSOR, t: value.tensor });
  return create(AttributeProtoSchema, { name, type: types.INTS, ints: value.map(BigInt) });
}

/** A float32 tensor by its typed field. */
export function onnxTensor(name: string, dims: readonly number[], values: readonly number[]): TensorProto {
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: 1, floatData: [...values] });
}

export function onnxInts(name: string, values: readonly number[], dims: readonly number[] = [values.length]): TensorProto {
  return create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: 7, int64Data: values.map(BigInt) });
}

/** `elementType` is a TensorProto.DataType: 1 is float32. */
export function onnxPort(name: string, shape: readonly (number | string)[], elementType = 1): ValueInfoProto {
  const dim = shape.map((size) => create(TensorShapeProto_DimensionSchema, {
    value: typeof size === 'string' ? { case: 'dimParam', value: size } : { case: 'dimValue', value: BigInt(size) },
  }));
  const tensor = create(TypeProto_TensorSchema, { elemType: elementType, shape: create(TensorShapeProtoSchema, { dim }) });
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }) });
}
