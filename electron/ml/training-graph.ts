/**
 * The training program: one ONNX model that runs a chunk of optimizer steps inside a Loop.
 * Weights and moments are carried by the loop; the caller feeds the outputs back as the next chunk's inputs.
 */
import { adamStep } from './adam.ts';
import { gradients } from './autodiff.ts';
import { Graph } from './graph.ts';
import type { Value } from './graph.ts';
import { meanLoss, rowLosses, targetType } from './losses.ts';
import type { LossSpec } from './losses.ts';
import { forward } from './network.ts';
import type { Network } from './network.ts';
import { ops } from './ops/index.ts';

/** The state's tensors for a parameter, in this order. */
export const stateKinds = ['parameter', 'first', 'second'] as const;

/** Name of a state tensor as an input; the output has "next/" before it. */
export function stateName(kind: (typeof stateKinds)[number], parameter: string): string {
  return `${kind}/${parameter}`;
}

/**
 * Inputs: `x` float32 [rows, inputWidth], `y` [rows] (int32 classes or float32 values), `batches` int32 [steps, batch] (row
 * numbers), `rates` and `epsilons` float32 [steps], `steps` int64 scalar, and the state.
 * Outputs: `losses` float32 [steps], and `next/...` for each state tensor. `steps` and `batch` are free at run time.
 */
export function buildTrainingGraph(network: Network, loss: LossSpec, l2: number): Graph {
  const graph = new Graph('training');
  const op = ops(graph);
  const x = graph.input('x', 'float32', ['rows', network.inputWidth]);
  const y = graph.input('y', targetType(loss), ['rows']);
  const batches = graph.input('batches', 'int32', ['steps', 'batch']);
  const rates = graph.input('rates', 'float32', ['steps']);
  const epsilons = graph.input('epsilons', 'float32', ['steps']);
  const steps = graph.input('steps', 'int64', []);
  const count = network.parameters.length;
  const state = stateKinds.flatMap((kind) =>
    network.parameters.map(({ name, shape }) => graph.input(stateName(kind, name), 'float32', shape)));

  const result = op.loop(steps, state, (body, iteration, current) => {
    const inner = ops(body);
    const parameters = current.slice(0, count);
    const rows = inner.gather(batches, iteration);
    const output = forward(body, network, inner.gather(x, rows), parameters);
    const value = body.inLayer('loss', () => meanLoss(inner, rowLosses(inner, loss, output, inner.gather(y, rows))));
    const flows = gradients(body, value, parameters);
    const updated = network.parameters.map((parameter, i) => body.inLayer(`adam/${parameter.name}`, () => {
      const weight = parameters[i] as Value;
      let gradient = flows[i] as Value;
      if (l2 > 0 && parameter.isDecayed) gradient = inner.add(gradient, inner.mul(weight, inner.scalar('float32', l2)));
      const moments = { parameter: weight, first: current[count + i] as Value, second: current[2 * count + i] as Value };
      return adamStep(inner, moments, gradient, inner.gather(rates, iteration), inner.gather(epsilons, iteration));
    }));
    return { state: stateKinds.flatMap((kind) => updated.map((step) => step[kind])), scans: [value] };
  });

  result.state.forEach((value, i) => graph.output(`next/${(state[i] as Value).name}`, value));
  graph.output('losses', result.scans[0] as Value);
  return graph;
}

/**
 * The forward pass with the loss of each row. Inputs: `x`, `y` as above and the parameters under `stateName('parameter', ..)`.
 * Outputs: `output` float32 [rows, outputWidth] (probabilities, or standardised values) and `rowLosses` float32 [rows].
 */
export function buildEvaluationGraph(network: Network, loss: LossSpec): Graph {
  const graph = new Graph('evaluation');
  const op = ops(graph);
  const x = graph.input('x', 'float32', ['rows', network.inputWidth]);
  const y = graph.input('y', targetType(loss), ['rows']);
  const parameters = network.parameters.map(({ name, shape }) => graph.input(stateName('parameter', name), 'float32', shape));
  const output = forward(graph, network, x, parameters);
  graph.output('output', loss.kind === 'cross-entropy' ? op.softmax(output) : output);
  graph.output('rowLosses', rowLosses(op, loss, output, y).losses);
  return graph;
}
