/**
 * Reads an ONNX model into our own description, operators in the form of opset 18. The bytes must have passed
 * `checkModel`; what is still wrong (a value without producer, a cycle, a size) is named with its node.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, ModelProtoSchema } from 'onnx-buf';
import type { AttributeProto, GraphProto, ModelProto, NodeProto, ValueInfoProto } from 'onnx-buf';
import { fail } from '../../shared/errors.ts';
import type { ImportedAttribute, ImportedGraph, ImportedModel, ImportedNode, ImportedPort } from './onnx-model.ts';
import { nameLayers } from './onnx-layers.ts';
import { isReadableOpset, modernize, opsetRange } from './onnx-opset.ts';
import { elementTypeOf, readTensor } from './onnx-tensor.ts';

/** @throws model/malformed, model/refused; both name node and field. */
export function readOnnx(bytes: Uint8Array): ImportedModel {
  const model = parse(bytes);
  if (model.graph === undefined || model.graph.node.length === 0) throw malformed('it has no graph');
  const opset = opsetOf(model);
  const graph = modernize(readGraph(model.graph, new Set()), opset);
  const { nodes, layers } = nameLayers(graph);
  return {
    ...graph, nodes, layers, opset, producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
  };
}

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    throw fail('model/malformed', { reason: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

function opsetOf(model: ModelProto): number {
  const stated = model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  const version = Number(stated?.version ?? 1n);
  if (!isReadableOpset(version)) {
    throw fail('model/refused', { reason: `it uses version ${version} of the ONNX operators; ${opsetRange} can be read` });
  }
  return version;
}

/** `outside` are the values of the graphs around. */
function readGraph(graph: GraphProto, outside: ReadonlySet<string>): ImportedGraph {
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, readTensor(tensor)]));
  // Before IR version 4, weights were listed among the inputs as well.
  const inputs = graph.input.filter(({ name }) => !tensors.has(name)).map((info) => readPort(info, 'input'));
  const known = new Set([...outside, ...tensors.keys(), ...inputs.map(({ name }) => name)]);
  const nodes = graph.node.map((node, i) => {
    const label = nodeLabel(node, i);
    for (const name of node.input) {
      if (name !== '' && !known.has(name)) throw malformed(`${label} takes "${name}", which nothing before it makes (it is missing, or there is a cycle)`);
    }
    const read = readNode(node, label, known);
    for (const name of read.outputs) {
      if (name !== '' && known.has(name)) throw malformed(`${label} makes "${name}", which exists already`);
      known.add(name);
    }
    return read;
  });
  const outputs = graph.output.map((info) => {
    if (!known.has(info.name)) throw malformed(`the output "${info.name}" is made by no node`);
    return readPort(info, 'output');
  });
  return { name: graph.name, inputs, outputs, nodes, tensors };
}

function readNode(node: NodeProto, label: string, known: ReadonlySet<string>): ImportedNode {
  if (node.opType === '') throw malformed(`${label} has no operator`);
  if (node.output.every((name) => name === '')) throw malformed(`${label} has no output`);
  return {
    name: node.name, opType: node.opType, domain: node.domain === 'ai.onnx' ? '' : node.domain,
    inputs: node.input, outputs: node.output, layer: '',
    attributes: Object.fromEntries(node.attribute.map((attribute) => [attribute.name, readAttribute(attribute, label, known)])),
  };
}

function readAttribute(attribute: AttributeProto, label: string, known: ReadonlySet<string>): ImportedAttribute {
  const { type, name } = attribute;
  const types = AttributeProto_AttributeType;
  switch (type) {
    case types.INT: return { int: Number(attribute.i) };
    case types.FLOAT: return { float: attribute.f };
    case types.STRING: return { text: new TextDecoder().decode(attribute.s) };
    case types.INTS: return { ints: attribute.ints.map(Number) };
    case types.FLOATS: return { floats: attribute.floats };
    case types.STRINGS: return { texts: attribute.strings.map((bytes) => new TextDecoder().decode(bytes)) };
    case types.TENSOR:
      if (attribute.t === undefined) break;
      return { tensor: readTensor(attribute.t, `${label}, ${name}`) };
    case types.GRAPH:
      if (attribute.g === undefined) break;
      return { graph: readGraph(attribute.g, known) };
    default:
  }
  throw malformed(`${label} has an attribute "${name}" of type ${types[type] ?? type} that cannot be read`);
}

function readPort(info: ValueInfoProto, kind: string): ImportedPort {
  const { name, type } = info;
  if (type?.value.case !== 'tensorType') throw fail('model/refused', { reason: `its ${kind} "${name}" is not a tensor` });
  const { elemType, shape } = type.value.value;
  return {
    name, type: elementTypeOf(elemType, `the ${kind} "${name}"`),
    shape: shape === undefined ? null : shape.dim.map(({ value }, axis) => {
      if (value.case === 'dimValue' && value.value >= 0n) return Number(value.value);
      return value.case === 'dimParam' && value.value !== '' ? value.value : `${name}.${axis}`;
    }),
  };
}

/** How errors call a node. */
function nodeLabel(node: NodeProto, index: number): string {
  return `the node ${node.name === '' ? index + 1 : `"${node.name}"`} (${node.opType})`;
}

function malformed(reason: string): Error {
  return fail('model/malformed', { reason });
}
