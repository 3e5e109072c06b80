/**
 * Looks through the bytes of an ONNX file before ONNX Runtime may see them. It is a filter, not a proof:
 * whoever opens a session also runs it in a worker process with limits on memory and time.
 */
import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, TensorProto_DataLocation } from 'onnx-buf';
import type { AttributeProto, GraphProto, ModelProto, TensorProto } from 'onnx-buf';
import { fail } from '../../shared/errors.ts';
import { isAllowedDomain, isAllowedOperator } from './allowed-ops.ts';

export const modelLimits = {
  fileBytes: 2 ** 31,
  tensorBytes: 2 ** 30,
  subgraphDepth: 8,
  functionCount: 0,
  nodeCount: 200_000,
} as const;

/** What is worth knowing of a model that passed. */
export interface CheckedModel {
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodeCount: number;
  /** Loops may run for ever: the caller sets a time limit. */
  readonly hasLoops: boolean;
}

/** Checks a model from outside. @throws model/malformed, model/refused with the reason. */
export function checkModel(bytes: Uint8Array): CheckedModel {
  if (bytes.length > modelLimits.fileBytes) throw refuse(`it has ${bytes.length} bytes; the limit is ${modelLimits.fileBytes}`);
  const model = parse(bytes);
  if (model.graph === undefined || model.graph.node.length === 0) throw fail('model/malformed', { reason: 'it has no graph' });
  if (model.functions.length > modelLimits.functionCount) throw refuse('it defines functions of its own');
  if (model.trainingInfo.length > 0) throw refuse('it has training information, which no exporter for use writes');
  for (const { domain } of model.opsetImport) {
    if (!isAllowedDomain(domain)) throw refuse(`it uses operators of "${domain}", which are not standard`);
  }
  const census = { nodeCount: 0, tensorBytes: 0, hasLoops: false };
  countGraph(model.graph, 0, census);
  return {
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
    inputs: model.graph.input.map(({ name }) => name),
    outputs: model.graph.output.map(({ name }) => name),
    nodeCount: census.nodeCount,
    hasLoops: census.hasLoops,
  };
}

interface Census { nodeCount: number; tensorBytes: number; hasLoops: boolean }

function parse(bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (cause) {
    // The parser's recursion ends in a RangeError for absurdly nested messages; that file is malformed, too.
    throw fail('model/malformed', { reason: cause instanceof Error ? cause.message : String(cause) }, cause);
  }
}

function countGraph(graph: GraphProto, depth: number, census: Census): void {
  if (depth > modelLimits.subgraphDepth) throw refuse(`its graphs are nested deeper than ${modelLimits.subgraphDepth}`);
  if (graph.sparseInitializer.length > 0) throw refuse('it has sparse tensors');
  for (const tensor of graph.initializer) countTensor(tensor, census);
  census.nodeCount += graph.node.length;
  if (census.nodeCount > modelLimits.nodeCount) throw refuse(`it has more than ${modelLimits.nodeCount} nodes`);
  for (const node of graph.node) {
    if (!isAllowedOperator(node.domain, node.opType)) {
      throw refuse(`the operator "${node.domain === '' ? '' : `${node.domain}.`}${node.opType}" is not allowed`);
    }
    if (node.opType === 'Loop' || node.opType === 'Scan') census.hasLoops = true;
    for (const attribute of node.attribute) countAttribute(attribute, depth, census);
  }
}

function countAttribute(attribute: AttributeProto, depth: number, census: Census): void {
  if (attribute.refAttrName !== '') throw refuse('it refers to attributes of functions');
  if (attribute.sparseTensor !== undefined || attribute.sparseTensors.length > 0) throw refuse('it has sparse tensors');
  for (const tensor of [...(attribute.t === undefined ? [] : [attribute.t]), ...attribute.tensors]) countTensor(tensor, census);
  for (const graph of [...(attribute.g === undefined ? [] : [attribute.g]), ...attribute.graphs]) countGraph(graph, depth + 1, census);
}

/** Counts what a tensor declares, not only what it carries: the declared size is what gets allocated. */
function countTensor(tensor: TensorProto, census: Census): void {
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    throw refuse(`the tensor "${tensor.name}" lies outside the file`);
  }
  let elements = 1n;
  for (const dim of tensor.dims) {
    if (dim < 0n) throw fail('model/malformed', { reason: `the tensor "${tensor.name}" has a negative size` });
    elements *= dim;
  }
  census.tensorBytes += Number(elements) * bytesPerElement(tensor.dataType);
  if (census.tensorBytes > modelLimits.tensorBytes) {
    throw refuse(`its tensors need more than ${modelLimits.tensorBytes / 2 ** 20} MB`);
  }
}

/** Upper estimates by TensorProto.DataType: complex128 16, 64-bit types and strings 8, the rest 4 at most. */
function bytesPerElement(dataType: number): number {
  if (dataType === 15) return 16;
  return [7, 8, 11, 13, 14].includes(dataType) ? 8 : 4;
}

function refuse(reason: string): Error {
  return fail('model/refused', { reason });
}
