/**
 * Writes a graph as an ONNX model: opset 18 of ai.onnx, 3 of ai.onnx.ml, IR version 8 (ONNX 1.13, end of 2022),
 * old enough for every current runtime; a graph that splits words needs opset 20 and IR version 9 (ONNX 1.15, end of 2023).
 * Nodes that no output needs are left out. The bytes depend on the graph alone.
 */
import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType, AttributeProtoSchema, GraphProtoSchema, ModelProtoSchema, NodeProtoSchema,
  OperatorSetIdProtoSchema, StringStringEntryProtoSchema, TensorProtoSchema, TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema, TypeProto_TensorSchema, TypeProtoSchema, ValueInfoProtoSchema,
} from 'onnx-buf';
import type { AttributeProto, GraphProto, NodeProto, TensorProto, ValueInfoProto } from 'onnx-buf';
import { elementTypeCodes } from './graph.ts';
import type { Attribute, ConstantData, Graph, GraphNode, GraphOutput, Value } from './graph.ts';

/** Versions of ONNX that a graph is written for: the oldest that have its operators. */
interface Versions {
  readonly opset: number;
  readonly ir: number;
}

const usual: Versions = { opset: 18, ir: 8 };
const later: Versions = { opset: 20, ir: 9 };
/** Operators that came after the usual opset. */
const laterOperators: ReadonlySet<string> = new Set(['StringSplit']);
const mlOpsetVersion = 3;

const utf8 = new TextEncoder();

/** The bytes of `graph` as a model, with `metadata` as its metadata_props in the given order. */
export function writeOnnx(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const proto = graphProto(graph, new Map());
  const usesMl = graph.nodes.some((node) => node.domain === 'ai.onnx.ml');
  const { opset, ir } = graph.nodes.some(({ opType }) => laterOperators.has(opType)) ? later : usual;
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(ir),
    producerName: 'assay',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) }),
      ...(usesMl ? [create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: BigInt(mlOpsetVersion) })] : []),
    ],
    graph: proto,
    metadataProps: Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value })),
  });
  return toBinary(ModelProtoSchema, model);
}

/** Names under which values are written, where these differ from their own. */
type Names = Map<Value, string>;

function graphProto(graph: Graph, names: Names): GraphProto {
  const nodes = usedNodes(graph);
  const used = new Set([...nodes.flatMap(allInputs), ...graph.outputs.map(({ value }) => value)]);
  const copies = nameOutputs(graph, nodes, names);
  return create(GraphProtoSchema, {
    name: graph.name,
    input: graph.inputs.map((value) => valueInfo(value.name, value)),
    output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
    initializer: [...graph.constants].flatMap(([value, data]) => (used.has(value) ? [tensorProto(value, data)] : [])),
    node: [
      ...nodes.map((node) => nodeProto(node, names)),
      ...copies.map(({ name, value }) =>
        create(NodeProtoSchema, { opType: 'Identity', domain: '', name: `output/${name}`, input: [names.get(value) ?? value.name], output: [name] })),
    ],
  });
}

/**
 * A node's result takes the name of the output it is; a copy in a loop's body would cost a pass over it at every step.
 * What cannot be renamed - an input, a constant, a value published twice - is returned to be copied.
 */
function nameOutputs(graph: Graph, nodes: readonly GraphNode[], names: Names): GraphOutput[] {
  const made = new Set(nodes.flatMap(({ outputs }) => outputs));
  return graph.outputs.filter(({ name, value }) => {
    if (!made.has(value) || names.has(value)) return true;
    names.set(value, name);
    return false;
  });
}

/** The nodes that outputs depend on, in order. */
function usedNodes(graph: Graph): GraphNode[] {
  const needed = new Set(graph.outputs.map(({ value }) => value));
  const kept: GraphNode[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => needed.has(output))) continue;
    for (const input of allInputs(node)) needed.add(input);
    kept.push(node);
  }
  return kept.reverse();
}

/** A node's inputs, with the values its sub-graphs take from outside. */
function allInputs(node: GraphNode): Value[] {
  const inner = Object.values(node.attributes).flatMap((attribute) =>
    ('graph' in attribute ? [...attribute.graph.nodes.flatMap(allInputs), ...attribute.graph.outputs.map(({ value }) => value)] : []));
  return [...node.inputs, ...inner];
}

function nodeProto(node: GraphNode, names: Names): NodeProto {
  const written = (value: Value): string => names.get(value) ?? value.name;
  return create(NodeProtoSchema, {
    opType: node.opType,
    domain: node.domain,
    name: (node.outputs[0] as Value).name,
    input: node.inputs.map(written),
    output: node.outputs.map(written),
    attribute: Object.entries(node.attributes).flatMap(([name, attribute]) =>
      (name.startsWith('_') ? [] : [attributeProto(name, attribute, names)])),
  });
}

function attributeProto(name: string, attribute: Attribute, names: Names): AttributeProto {
  if ('int' in attribute) {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.INT, i: BigInt(attribute.int) });
  }
  if ('float' in attribute) return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.FLOAT, f: attribute.float });
  if ('text' in attribute) {
    return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.STRING, s: utf8.encode(attribute.text) });
  }
  if ('ints' in attribute) {
    return create(AttributeProtoSchema, {
      name, type: AttributeProto_AttributeType.INTS, ints: attribute.ints.map((int) => BigInt(int)),
    });
  }
  if ('texts' in attribute) {
    return create(AttributeProtoSchema, {
      name, type: AttributeProto_AttributeType.STRINGS, strings: attribute.texts.map((text) => utf8.encode(text)),
    });
  }
  return create(AttributeProtoSchema, { name, type: AttributeProto_AttributeType.GRAPH, g: graphProto(attribute.graph, names) });
}

function tensorProto(value: Value, data: ConstantData): TensorProto {
  const head = { name: value.name, dims: value.shape.map((dim) => BigInt(dim)), dataType: elementTypeCodes[value.type] };
  if (!ArrayBuffer.isView(data)) {
    return create(TensorProtoSchema, { ...head, stringData: data.map((text) => utf8.encode(text)) });
  }
  // ONNX raw data is little-endian, and so is every platform that ONNX Runtime supports.
  return create(TensorProtoSchema, { ...head, rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength) });
}

function valueInfo(name: string, value: Value): ValueInfoProto {
  const dim = value.shape.map((dimension) => create(TensorShapeProto_DimensionSchema, {
    value: typeof dimension === 'string'
      ? { case: 'dimParam', value: dimension }
      : { case: 'dimValue', value: BigInt(dimension) },
  }));
  const tensor = create(TypeProto_TensorSchema, {
    elemType: elementTypeCodes[value.type], shape: create(TensorShapeProtoSchema, { dim }),
  });
  return create(ValueInfoProtoSchema, { name, type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }) });
}
