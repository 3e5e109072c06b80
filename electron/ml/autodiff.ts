/**
 * Reverse-mode differentiation, operator by operator: walks the nodes backwards and adds to the same graph
 * the nodes that compute the gradients. Source: Griewank and Walther, "Evaluating Derivatives", chapter 3.
 */
import { fail } from '../../shared/errors.ts';
import type { Graph, GraphNode, Value } from './graph.ts';
import {
  logSoftmaxGradient, reluGradient, sigmoidGradient, softmaxGradient, tanhGradient, whereGradient,
} from './ops/activation.ts';
import {
  addGradient, divGradient, expGradient, logGradient, mulGradient, negGradient, sqrtGradient, subGradient,
} from './ops/elementwise.ts';
import { ops } from './ops/index.ts';
import type { Ops } from './ops/index.ts';
import {
  concatGradient, expandGradient, gatherGradient, reshapeGradient, transposeGradient, unsqueezeGradient,
} from './ops/layout.ts';
import { gemmGradient, matMulGradient } from './ops/linear.ts';
import { reduceMeanGradient, reduceSumGradient } from './ops/reduce.ts';

/**
 * For each input of `node` a function that builds its gradient from `dy`, that of the output `y`;
 * null where nothing flows. Functions, so that only the gradients that are needed enter the graph.
 */
export type GradientRule = (op: Ops, node: GraphNode, dy: Value, y: Value) => readonly ((() => Value) | null)[];

/** Every operator that can be trained through. */
export const gradientRules: ReadonlyMap<string, GradientRule> = new Map(Object.entries({
  Add: addGradient, Sub: subGradient, Mul: mulGradient, Div: divGradient, Neg: negGradient,
  Exp: expGradient, Log: logGradient, Sqrt: sqrtGradient,
  Relu: reluGradient, Tanh: tanhGradient, Sigmoid: sigmoidGradient,
  Softmax: softmaxGradient, LogSoftmax: logSoftmaxGradient, Where: whereGradient,
  MatMul: matMulGradient, Gemm: gemmGradient,
  ReduceSum: reduceSumGradient, ReduceMean: reduceMeanGradient,
  Reshape: reshapeGradient, Transpose: transposeGradient, Unsqueeze: unsqueezeGradient,
  Expand: expandGradient, Concat: concatGradient, Gather: gatherGradient,
}));

/**
 * Adds the gradients of the scalar `loss` with respect to `parameters` to their graph, in the same order.
 * @throws model/shape when the loss is not a scalar or does not depend on a parameter; model/no-gradient.
 */
export function gradients(graph: Graph, loss: Value, parameters: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) throw graph.shapeError(`the loss "${loss.name}" is not a scalar`);
  const op = ops(graph);
  const nodes = [...graph.nodes];
  const reached = reachedFrom(nodes, parameters);
  const collected = new Map<Value, Value>([[loss, graph.scalar('float32', 1)]]);

  for (const node of nodes.reverse()) {
    const y = node.outputs.find((output) => collected.has(output));
    if (y === undefined || !reached.has(y)) continue;
    const rule = gradientRules.get(node.opType);
    if (rule === undefined || node.outputs.length !== 1) {
      throw fail('model/no-gradient', { operator: node.opType, layer: node.layer });
    }
    graph.inLayer(`${node.layer}/gradient`, () => {
      const flows = rule(op, node, collected.get(y) as Value, y);
      node.inputs.forEach((input, i) => {
        const flow = flows[i];
        if (!flow || !reached.has(input)) return;
        const before = collected.get(input);
        collected.set(input, before === undefined ? flow() : op.add(before, flow()));
      });
    });
  }
  return parameters.map((parameter) => {
    const gradient = collected.get(parameter);
    if (gradient === undefined) throw graph.shapeError(`the loss does not depend on "${parameter.name}"`);
    return gradient;
  });
}

/** Every value that depends on one of `sources`. */
function reachedFrom(nodes: readonly GraphNode[], sources: readonly Value[]): Set<Value> {
  const reached = new Set(sources);
  for (const node of nodes) {
    if (!node.inputs.some((input) => reached.has(input))) continue;
    for (const output of node.outputs) reached.add(output);
  }
  return reached;
}
