/**
 * Gives every node of a read model the name of its layer. Exporters leave it in the node's name ("/encoder/fc1/Gemm" is of
 * "encoder/fc1") or in the name of its weight ("fc1.weight"); what has neither belongs to the layer before it.
 */
import type { ImportedGraph, ImportedLayer, ImportedNode, ImportedTensor } from './onnx-model.ts';

/** The nodes with their layers, and the layers in the order of their first node. The same file gives the same names. */
export function nameLayers(graph: ImportedGraph): { nodes: ImportedNode[]; layers: ImportedLayer[] } {
  const constant = constantValues(graph);
  const numbers = new Map<string, number>();
  const makers = new Map<string, number>();
  const layers: (string | null)[] = [];
  graph.nodes.forEach((node, i) => {
    for (const output of node.outputs) makers.set(output, i);
    if (node.outputs.every((output) => constant.has(output))) return void layers.push(null);
    // A sum of two branches belongs to the later one.
    const before = node.inputs.reduce((latest, input) => Math.max(latest, constant.has(input) ? -1 : (makers.get(input) ?? -1)), -1);
    layers.push(fromNodeName(node.name) ?? fromWeight(node, graph.tensors, numbers) ?? layers[before] ?? null);
  });
  // What has no layer yet prepares something for the next one.
  let next = layers.findLast((layer) => layer !== null) ?? 'model';
  for (let i = layers.length - 1; i >= 0; i--) layers[i] = next = layers[i] ?? next;
  const nodes = graph.nodes.map((node, i) => ({ ...node, layer: layers[i] as string }));
  return { nodes, layers: layersOf({ ...graph, nodes }) };
}

/** The layers of a graph; nodes that compute constants count for their weights alone. */
function layersOf(graph: ImportedGraph): ImportedLayer[] {
  const constant = constantValues(graph);
  const layers = new Map<string, { operators: Set<string>; parameterCount: number }>();
  const counted = new Set<string>();
  for (const node of graph.nodes) {
    const layer = layers.get(node.layer) ?? { operators: new Set(), parameterCount: 0 };
    layers.set(node.layer, layer);
    if (!node.outputs.every((output) => constant.has(output))) layer.operators.add(node.opType);
    for (const input of node.inputs) {
      const tensor = graph.tensors.get(input);
      if (tensor === undefined || !isWeight(tensor) || counted.has(input)) continue;
      counted.add(input);
      layer.parameterCount += tensor.data.length;
    }
  }
  return [...layers].map(([name, { operators, parameterCount }]) => ({ name, operators: [...operators], parameterCount }));
}

/** Initialisers, and what nodes make of nothing else. */
function constantValues(graph: ImportedGraph): Set<string> {
  const constant = new Set(graph.tensors.keys());
  for (const { inputs, outputs } of graph.nodes) {
    if (inputs.every((input) => input === '' || constant.has(input))) for (const output of outputs) constant.add(output);
  }
  return constant;
}

/** Whether a tensor may be a weight; rank 0 is a constant of a formula. */
export function isWeight({ type, shape }: ImportedTensor): boolean {
  return shape.length > 0 && (type === 'float32' || type === 'float64' || type === 'float16');
}

/** All but the operator: "/layer1/layer1.0/conv/Conv" is "layer1.0/conv". */
function fromNodeName(name: string): string | null {
  const parts = name.split('/').filter((part) => part !== '' && !part.endsWith('PartitionedCall')).slice(0, -1);
  const path = parts.filter((part, i) => parts[i + 1]?.startsWith(`${part}.`) !== true);
  return path.length === 0 ? null : path.join('/');
}

/** The module of a weight "fc1.weight", else the operator and a number: the weights of a layer have lost their names. */
function fromWeight(node: ImportedNode, tensors: ReadonlyMap<string, ImportedTensor>, numbers: Map<string, number>): string | null {
  const weights = node.inputs.filter((input) => {
    const tensor = tensors.get(input);
    return tensor !== undefined && isWeight(tensor);
  });
  for (const name of weights) {
    const stem = /^(?!onnx::)(.*[^./:])[./][^./]+$/.exec(name)?.[1];
    if (stem !== undefined) return stem;
  }
  if (weights.length === 0 || !startsLayer.has(node.opType)) return null;
  const kind = node.opType.toLowerCase();
  numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
  return `${kind}${numbers.get(kind)}`;
}

/** Operators that are a layer by themselves when nothing has a name; an addition is the bias of what it follows. */
const startsLayer = new Set([
  'Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'BatchNormalization', 'LayerNormalization', 'GroupNormalization', 'InstanceNormalization',
  'Gather', 'GRU', 'LSTM', 'RNN', 'PRelu',
]);
