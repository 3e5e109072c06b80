/** Looks into one step of training: which layer's output, or gradient, is the first that is not finite. */
import type { Value } from './graph.ts';
import { Graph } from './graph.ts';
import { ops } from './ops/index.ts';
import { dataInputs, differentiated, trainedParameters } from './training-graph.ts';
import type { Program } from './training-graph.ts';

export interface Probe {
  readonly layer: string;
  readonly place: 'output' | 'gradient';
}

const gradientSuffix = '/gradient';

/**
 * One step of a program without its update. Inputs: the data, `rows` int32 [batch], `step` int64 scalar, `mix` float32 scalar
 * where rows are mixed, all parameters and buffers. Output `probes` float32 [n], one number per entry of `probes`:
 * NaN where that value has an element that is not finite, else 0. Outputs come first, in order, then gradients.
 */
export function buildDiagnosticGraph(program: Program): { graph: Graph; probes: readonly Probe[] } {
  const { network } = program;
  const graph = new Graph('diagnostic');
  if (program.hasHalfProducts) graph.useHalfProducts();
  const op = ops(graph);
  const data = dataInputs(graph, program);
  const rows = graph.input('rows', 'int32', ['batch']);
  const step = graph.input('step', 'int64', []);
  const mix = program.isMixed ? graph.input('mix', 'float32', []) : null;
  const trained = new Set(trainedParameters(network));
  const declared = network.parameters.map((parameter) => ({ parameter, value: graph.input(`parameter/${parameter.name}`, 'float32', parameter.shape) }));
  const named = (isTrained: boolean): Map<string, Value> =>
    new Map(declared.flatMap(({ parameter, value }) => (trained.has(parameter) === isTrained ? [[parameter.name, value] as const] : [])));
  const buffers = new Map(network.buffers.map(({ name, shape }) => [name, graph.input(`buffer/${name}`, 'float32', shape)]));
  differentiated(op, { program, data, frozen: named(false), step, mix, lossScale: null }, rows, { parameters: named(true), buffers });

  const made = graph.nodes.flatMap(({ outputs }) => outputs).filter(({ type }) => type === 'float32');
  const forward = made.filter(({ layer }) => !layer.endsWith(gradientSuffix));
  const backward = made.filter(({ layer }) => layer.endsWith(gradientSuffix));
  const values = [...forward, ...backward];
  // Zero times what is not finite is NaN, and a sum with NaN in it is NaN.
  const sums = values.map((value) => op.reshape(op.reduceSum(op.mul(value, op.scalar('float32', 0)), null, false), [1]));
  graph.output('probes', op.concat(sums, 0));
  return { graph, probes: values.map(({ layer }) => probeOf(layer, graph.name)) };
}

function probeOf(layer: string, graphName: string): Probe {
  const isGradient = layer.endsWith(gradientSuffix);
  const name = isGradient ? layer.slice(0, -gradientSuffix.length) : layer;
  return { layer: name === graphName ? 'input' : name, place: isGradient ? 'gradient' : 'output' };
}
