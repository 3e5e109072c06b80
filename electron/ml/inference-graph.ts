/**
 * The trained model as one file: raw columns in, predictions out, in any ONNX runtime.
 * Inputs are [batch, 1] and named exactly as the columns: float64 for numbers, dates and time stamps
 * (milliseconds since 1970 UTC; NaN is missing), string for booleans, categories and text ("" is missing).
 */
import { encodeInGraph } from './encoding-graph.ts';
import type { Encoding } from './encoding.ts';
import { Graph } from './graph.ts';
import { forward } from './network.ts';
import type { Network } from './network.ts';
import { ops } from './ops/index.ts';

/** What the network's output means. */
export type OutputSpec =
  | { readonly task: 'classification'; readonly classes: readonly string[] }
  /** value = output * deviation + mean. */
  | { readonly task: 'regression'; readonly mean: number; readonly deviation: number };

export interface InferenceModel {
  readonly graph: Graph;
  /** Names of the outputs: label and probabilities, or prediction; one that is taken by a column has "assay." before it. */
  readonly outputNames: readonly string[];
}

/**
 * Encoding, network and output in one graph. Outputs: `label` string [batch] and `probabilities` float32 [batch, classes],
 * or `prediction` float64 [batch, 1] in the target's unit.
 */
export function buildInferenceGraph(
  columns: readonly Encoding[], network: Network, weights: readonly Float32Array[], output: OutputSpec,
): InferenceModel {
  const graph = new Graph('model');
  const op = ops(graph);
  const features = encodeInGraph(op, columns);
  const outputNames = (output.task === 'classification' ? ['label', 'probabilities'] : ['prediction'])
    .map((name) => freeName(name, columns));

  const parameters = network.parameters.map(({ name, shape }, i) => graph.constant('float32', shape, weights[i] as Float32Array, name));
  const logits = forward(graph, network, features, parameters);
  if (output.task === 'classification') {
    const probabilities = op.softmax(logits);
    graph.output(outputNames[0] as string, op.nameNumbers(op.argMax(probabilities, 1), output.classes));
    graph.output(outputNames[1] as string, probabilities);
  } else {
    const scaled = op.mul(op.cast(logits, 'float64'), op.scalar('float64', output.deviation));
    graph.output(outputNames[0] as string, op.add(scaled, op.scalar('float64', output.mean)));
  }
  return { graph, outputNames };
}

function freeName(name: string, columns: readonly Encoding[]): string {
  let free = name;
  while (columns.some((column) => column.name === free)) free = `assay.${free}`;
  return free;
}
