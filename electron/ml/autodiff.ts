/**
 * Reverse-mode differentiation, operator by operator: walks the nodes backwards and adds to the same graph
 * the nodes that compute the gradients. Source: Griewank and Walther, "Evaluating Derivatives", chapter 3.
 */
import { fail } from '../../shared/errors.ts';
import type { Composite, Graph, GraphNode, Value } from './graph.ts';
import {
  logSoftmaxGradient, reluGradient, sigmoidGradient, softmaxGradient, tanhGradient, whereGradient,
} from './ops/activation.ts';
import { convGradient, convTransposeGradient } from './ops/convolution.ts';
import {
  addGradient, divGradient, expGradient, logGradient, mulGradient, negGradient, sqrtGradient, subGradient,
} from './ops/elementwise.ts';
import { clipGradient, extremumGradient, reduceExtremumGradient } from './ops/extrema.ts';
import { absGradient, erfGradient, flatGradient, identityGradient, powGradient } from './ops/functions.ts';
import { gatherGradient } from './ops/gather.ts';
import { ops } from './ops/index.ts';
import type { Ops } from './ops/index.ts';
import {
  castGradient, concatGradient, expandGradient, padGradient, reshapeGradient, sliceGradient, splitGradient, squeezeGradient,
  transposeGradient, unsqueezeGradient,
} from './ops/layout.ts';
import { gemmGradient, matMulGradient } from './ops/linear.ts';
import { averagePoolGradient, globalAveragePoolGradient, maxPoolGradient } from './ops/pooling.ts';
import {
  eluGradient, hardSigmoidGradient, hardSwishGradient, leakyReluGradient, softplusGradient,
} from './ops/rectifiers.ts';
import { reduceMeanGradient, reduceSumGradient } from './ops/reduce.ts';

/**
 * For each input of `node` a function that builds its gradient; null where nothing flows. Functions, so that only the
 * gradients that are needed enter the graph. `dy` is the gradient of `y`, the first output that has one; rules of
 * operators with several outputs read `flows`, one gradient per output, null where none arrived.
 */
export type GradientRule = (
  op: Ops, node: GraphNode, dy: Value, y: Value, flows: readonly (Value | null)[],
) => readonly ((() => Value) | null)[];

/** Every operator that can be trained through. */
export const gradientRules: ReadonlyMap<string, GradientRule> = new Map(Object.entries({
  Add: addGradient, Sub: subGradient, Mul: mulGradient, Div: divGradient, Neg: negGradient,
  Exp: expGradient, Log: logGradient, Sqrt: sqrtGradient,
  Pow: powGradient, Abs: absGradient, Erf: erfGradient, Identity: identityGradient, Sign: flatGradient, Floor: flatGradient,
  Max: extremumGradient, Min: extremumGradient, Clip: clipGradient,
  LeakyRelu: leakyReluGradient, Elu: eluGradient, Softplus: softplusGradient,
  HardSigmoid: hardSigmoidGradient, HardSwish: hardSwishGradient,
  Relu: reluGradient, Tanh: tanhGradient, Sigmoid: sigmoidGradient,
  Softmax: softmaxGradient, LogSoftmax: logSoftmaxGradient, Where: whereGradient,
  MatMul: matMulGradient, Gemm: gemmGradient,
  ReduceSum: reduceSumGradient, ReduceMean: reduceMeanGradient,
  ReduceMax: reduceExtremumGradient, ReduceMin: reduceExtremumGradient,
  Reshape: reshapeGradient, Transpose: transposeGradient, Unsqueeze: unsqueezeGradient,
  Squeeze: squeezeGradient, Slice: sliceGradient, Split: splitGradient, Pad: padGradient, Cast: castGradient,
  Expand: expandGradient, Concat: concatGradient, Gather: gatherGradient,
  Conv: convGradient, ConvTranspose: convTransposeGradient,
  MaxPool: maxPoolGradient, AveragePool: averagePoolGradient, GlobalAveragePool: globalAveragePoolGradient,
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
  const collected = new Map<Value, Value>([[loss, op.scalar(loss.type, 1)]]);
  const done = new Set<Composite>();

  for (const node of nodes.reverse()) {
    const { composite } = node;
    if (composite !== null && done.has(composite)) continue;
    const { inputs, outputs } = composite ?? node;
    const y = outputs.find((output) => collected.has(output));
    // A composite is passed when its last node is met; with no gradient yet, none will come.
    if (composite !== null) done.add(composite);
    if (y === undefined || !outputs.some((output) => reached.has(output))) continue;
    graph.inLayer(`${node.layer}/gradient`, () => {
      const flows = outputs.map((output) => collected.get(output) ?? null);
      const rules = composite === null
        ? ruleOf(node)(op, node, collected.get(y) as Value, y, flows)
        : composite.gradient(graph, flows);
      inputs.forEach((input, i) => {
        const rule = rules[i];
        if (!rule || !reached.has(input)) return;
        const before = collected.get(input);
        collected.set(input, before === undefined ? rule() : op.add(before, rule()));
      });
    });
  }
  return parameters.map((parameter) => {
    const gradient = collected.get(parameter);
    if (gradient === undefined) throw graph.shapeError(`the loss does not depend on "${parameter.name}"`);
    return gradient;
  });
}

/** @throws model/no-gradient */
function ruleOf(node: GraphNode): GradientRule {
  const rule = gradientRules.get(node.opType);
  if (rule === undefined) throw fail('model/no-gradient', { operator: node.opType, layer: node.layer });
  return rule;
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
