/**
 * The trained model as one file: raw columns in, predictions out, in any ONNX runtime.
 * Inputs are [batch, 1] and named exactly as the columns: float64 for numbers, dates and time stamps
 * (milliseconds since 1970 UTC; NaN is missing), string for booleans, categories and text ("" is missing).
 * A model of windows takes consecutive rows in the order of time; each row's prediction looks back from it.
 */
import { encodeInGraph } from './encoding-graph.ts';
import type { Encoding } from './encoding.ts';
import { Graph } from './graph.ts';
import type { Value } from './graph.ts';
import type { LossSpec } from './losses.ts';
import { scopeOver } from './network.ts';
import type { Batch, Network } from './network.ts';
import { ops } from './ops/index.ts';
import type { Ops } from './ops/index.ts';
import { finishOutput, middleLevel } from './output.ts';
import type { NumberOutput, OutputSpec } from './output.ts';
import { windowRows } from './view.ts';
import type { View } from './view.ts';

export interface InferenceModel {
  readonly graph: Graph;
  /** Names of the outputs; one that is taken by a column has "assay." before it. */
  readonly outputNames: readonly string[];
  /** What the network takes and gives, by name in the graph; null where it takes no features. */
  readonly ends: { readonly featuresValue: string; readonly featureWidth: number; readonly logitsValue: string } | null;
}

export interface TrainedNetwork {
  readonly columns: readonly Encoding[];
  readonly network: Network;
  readonly view: View;
  readonly loss: LossSpec;
  readonly output: OutputSpec;
  /** All parameters and buffers by name. */
  readonly weights: ReadonlyMap<string, Float32Array>;
}

/**
 * Encoding, network and output in one graph. Outputs: `label` string [batch] and `probabilities` float32 [batch, classes];
 * or `prediction` float64 [batch, horizon] in the target's unit and, with levels, `quantiles` float64 [batch, horizon * levels].
 */
export function buildInferenceGraph({ columns, network, view, loss, output, weights }: TrainedNetwork): InferenceModel {
  const graph = new Graph('model');
  const op = ops(graph);
  const encoded = encodeInGraph(op, columns);
  const free = (name: string): string => freeName(name, columns);

  const constants = (tensors: readonly { name: string; shape: readonly number[] }[]): Map<string, Value> => new Map(tensors.map(({ name, shape }) =>
    [name, graph.constant('float32', shape, weights.get(name) as Float32Array, name)]));
  const scope = scopeOver(graph, { parameters: constants(network.parameters), buffers: constants(network.buffers) }, null);
  const batch = asSeen(op, view, encoded);
  const logits = network.forward(scope, batch);
  const finished = finishOutput(op, loss, logits);
  const ends = batch.features === null || batch.codes !== null ? null
    : { featuresValue: batch.features.name, featureWidth: network.featureWidth, logitsValue: logits.name };
  if (output.task === 'regression') {
    return { graph, outputNames: publishNumbers(op, output, finished, free), ends };
  }
  const [label, probabilities] = [free('label'), free('probabilities')];
  graph.output(label, op.nameNumbers(op.argMax(finished, 1), output.classes));
  graph.output(probabilities, finished);
  return { graph, outputNames: [label, probabilities], ends };
}

/** Windows end at each row of the batch. */
function asSeen(op: Ops, view: View, batch: Batch): Batch {
  if (view.kind === 'rows') return batch;
  const x = batch.features as Value;
  const rows = op.cast(op.range(op.gather(op.shapeOf(x), op.scalar('int64', 0)), 'batch'), 'int32');
  const windows = op.gather(x, windowRows(op, rows, view.steps));
  return { features: op.reshape(windows, ['batch', view.steps * view.width]), codes: null };
}

function publishNumbers(op: Ops, { mean, deviation, horizon, levels }: NumberOutput, finished: Value, free: (name: string) => string): string[] {
  const { graph } = op;
  const scaled = op.add(op.mul(op.cast(finished, 'float64'), op.scalar('float64', deviation)), op.scalar('float64', mean));
  const prediction = free('prediction');
  if (levels === null) {
    graph.output(prediction, scaled);
    return [prediction];
  }
  const middle = Array.from({ length: horizon }, (_, i) => BigInt(i * levels.length + middleLevel(levels)));
  const quantiles = free('quantiles');
  graph.output(prediction, op.gather(scaled, graph.constant('int64', [horizon], BigInt64Array.from(middle), 'middle'), 1));
  graph.output(quantiles, scaled);
  return [prediction, quantiles];
}

function freeName(name: string, columns: readonly Encoding[]): string {
  let free = name;
  while (columns.some((column) => column.name === free)) free = `assay.${free}`;
  return free;
}
