/** Makes a graph of a read model again, value by value and under the same names, to compare what is written of it. */
import { absent, Graph } from '../../electron/ml/graph.ts';
import type { Attribute, ElementType, GraphNode, Value } from '../../electron/ml/graph.ts';
import type { ImportedAttribute, ImportedGraph } from '../../electron/ml/onnx-model.ts';
import type { Shape } from '../../electron/ml/shapes.ts';

/** Nothing is inferred: types and shapes of values inside are placeholders, which the writer does not write. */
export function rebuildGraph(read: ImportedGraph, parent: Graph | null = null, outside: ReadonlyMap<string, Value> = new Map()): Graph {
  const graph = new Graph(read.name, parent);
  const values = new Map(outside);
  const named = (name: string, type: ElementType = 'float32', shape: Shape = []): Value => {
    const value = graph.input(name, type, shape);
    graph.inputs.pop();
    return value;
  };
  for (const { name, type, shape } of read.inputs) values.set(name, graph.input(name, type, shape ?? []));
  for (const [name, { type, shape, data }] of read.tensors) {
    const value = named(name, type, shape);
    graph.constants.set(value, data);
    values.set(name, value);
  }
  for (const node of read.nodes) {
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([name, attribute]) => [name, rebuilt(attribute, graph, values)]));
    const outputs = node.outputs.map((name, i) => {
      const port = read.outputs.find((output) => output.name === name);
      // The writer gives a result the name of the output it is; its own is that of the node.
      const value = port === undefined ? named(name) : named(i === 0 ? node.name : `${node.name}/${i}`, port.type, port.shape ?? []);
      values.set(name, value);
      return value;
    });
    const inputs = node.inputs.map((name) => (name === '' ? absent : values.get(name) as Value));
    const made: GraphNode = { opType: node.opType, domain: node.domain, inputs, outputs, attributes, layer: node.layer, composite: null };
    graph.nodes.push(made);
  }
  for (const { name } of read.outputs) graph.output(name, values.get(name) as Value);
  return graph;
}

function rebuilt(attribute: ImportedAttribute, graph: Graph, values: ReadonlyMap<string, Value>): Attribute {
  if ('graph' in attribute) return { graph: rebuildGraph(attribute.graph, graph, values) };
  if ('tensor' in attribute || 'floats' in attribute) throw new Error('our writer writes no such attribute');
  return attribute;
}
