/** A network: layers in sequence, built from the model part of a training configuration. */
import type { ModelSpec } from '../../shared/domain/runs.ts';
import type { Graph, Value } from './graph.ts';
import { activationLayer, denseLayer } from './layers.ts';
import type { Layer, Parameter } from './layers.ts';
import { ops } from './ops/index.ts';

export interface Network {
  readonly layers: readonly Layer[];
  /** Of all layers, in order. */
  readonly parameters: readonly Parameter[];
  readonly inputWidth: number;
  readonly outputWidth: number;
}

/** The network of `spec` from `inputWidth` features to `outputWidth` logits or values. */
export function createNetwork(spec: ModelSpec, inputWidth: number, outputWidth: number): Network {
  const layers: Layer[] = [];
  let width = inputWidth;
  if (spec.kind === 'mlp') {
    spec.hidden.forEach((units, i) => {
      layers.push(denseLayer(`hidden${i + 1}`, width, units, spec.activation === 'relu' ? 'he' : 'glorot'));
      layers.push(activationLayer(`${spec.activation}${i + 1}`, spec.activation));
      width = units;
    });
  }
  // A convex problem has no symmetry to break, so the linear model starts at zero.
  layers.push(denseLayer('output', width, outputWidth, spec.kind === 'linear' ? 'zero' : 'glorot'));
  return { layers, parameters: layers.flatMap((layer) => layer.parameters), inputWidth, outputWidth };
}

/** Runs the layers on x [batch, inputWidth]: [batch, outputWidth]. */
export function forward(graph: Graph, network: Network, x: Value, parameters: readonly Value[]): Value {
  const op = ops(graph);
  let at = 0;
  return network.layers.reduce((input, layer) => {
    const own = parameters.slice(at, (at += layer.parameters.length));
    return graph.inLayer(layer.name, () => layer.forward(op, input, own));
  }, x);
}

/** How many numbers are trained. */
export function parameterCount(network: Network): number {
  return network.parameters.reduce((sum, { shape }) => sum + shape.reduce((size, dim) => size * dim, 1), 0);
}

/**
 * Floating-point operations of one training step: a forward and two backward products of 2 operations
 * per weight and row.
 */
export function flopsPerStep(network: Network, batchSize: number): number {
  return 6 * batchSize * parameterCount(network);
}
