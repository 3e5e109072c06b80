/** Layers: what parameters they have and how they start, and their forward pass on a graph. */
import type { Random } from '../../shared/math/random.ts';
import type { Value } from './graph.ts';
import type { Ops } from './ops/index.ts';

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Weights are subject to the L2 penalty, biases are not. */
  readonly isDecayed: boolean;
  /** Uniform on [-bound, bound]; 0 starts at zero. */
  readonly initialBound: number;
}

export interface Layer {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  /** `parameters` are in the order of the layer's. */
  forward(op: Ops, x: Value, parameters: readonly Value[]): Value;
}

export type Initialization = 'he' | 'glorot' | 'zero';

/**
 * x W + b with x [batch, inputWidth], W [inputWidth, outputWidth], b [outputWidth].
 * Bounds: He et al. 2015, sqrt(6 / in), for what feeds a Relu; Glorot and Bengio 2010, sqrt(6 / (in + out)), else.
 */
export function denseLayer(name: string, inputWidth: number, outputWidth: number, initialization: Initialization): Layer {
  const bounds = { he: Math.sqrt(6 / inputWidth), glorot: Math.sqrt(6 / (inputWidth + outputWidth)), zero: 0 };
  return {
    name,
    parameters: [
      { name: `${name}.weight`, shape: [inputWidth, outputWidth], isDecayed: true, initialBound: bounds[initialization] },
      { name: `${name}.bias`, shape: [outputWidth], isDecayed: false, initialBound: 0 },
    ],
    forward(op, x, [weight, bias]) {
      return op.gemm(x, weight as Value, { bias: bias as Value });
    },
  };
}

/** An activation without parameters. */
export function activationLayer(name: string, activation: 'relu' | 'tanh'): Layer {
  return { name, parameters: [], forward: (op, x) => op[activation](x) };
}

/** The starting values of parameters, drawn in order; float32, row-major. */
export function initialValues(parameters: readonly Parameter[], random: Random): Float32Array[] {
  return parameters.map(({ shape, initialBound }) => {
    const values = new Float32Array(shape.reduce((size, dim) => size * dim, 1));
    if (initialBound > 0) {
      for (let i = 0; i < values.length; i++) values[i] = (random.unit() * 2 - 1) * initialBound;
    }
    return values;
  });
}
