/**
 * Computes a graph in float64, one plain loop per operator: the reference for gradients and for ONNX Runtime.
 * Slow on purpose; it shares no code with the compiler but the graph's types.
 */
import type { Graph, GraphNode, Value } from '../../electron/ml/graph.ts';
import { elementwiseKernels } from './evaluator/elementwise.ts';
import { layoutKernels } from './evaluator/layout.ts';
import { reduceKernels } from './evaluator/reduce.ts';
import type { Kernels, Tensor } from './evaluator/tensor.ts';
import { windowKernels } from './evaluator/window.ts';

export type { Tensor };

const kernels: Kernels = { ...elementwiseKernels, ...layoutKernels, ...reduceKernels, ...windowKernels };

/** The values of all tensors of `graph`, given its inputs; up to and including `until`, where it is given. */
export function evaluateGraph(graph: Graph, feeds: ReadonlyMap<Value, Tensor>, until?: Value): Map<Value, Tensor> {
  const known = new Map(feeds);
  for (const [value, data] of graph.constants) {
    known.set(value, { shape: value.shape as readonly number[], data: Array.from(data as ArrayLike<number | bigint>, Number) });
  }
  for (const node of graph.nodes) {
    if (until !== undefined && known.has(until)) break;
    const results = compute(node, known);
    node.outputs.forEach((output, i) => {
      const result = results[i];
      if (result !== undefined) known.set(output, result);
    });
  }
  return known;
}

function compute(node: GraphNode, known: ReadonlyMap<Value, Tensor>): readonly Tensor[] {
  const kernel = kernels[node.opType];
  if (kernel === undefined) throw new Error(`the reference evaluator has no ${node.opType}`);
  return kernel(node.inputs.map((input) => known.get(input) as Tensor), node.attributes);
}
