/**
 * A network is a forward function that is traced onto a graph. The first trace finds its parameters;
 * later ones (training, evaluation, export) run the same function over the values given for them.
 */
import { createRandom, normal } from '../../shared/math/random.ts';
import type { Random } from '../../shared/math/random.ts';
import { Graph } from './graph.ts';
import type { Value } from './graph.ts';
import { ops } from './ops/index.ts';
import type { Ops } from './ops/index.ts';
import type { Shape } from './shapes.ts';

/** How a tensor starts: uniform on [-bound, bound], normal around 0, one value everywhere, or given row-major. */
export type Initial =
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'values'; readonly values: Float32Array };

export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Weights are subject to penalties and weight decay; biases and scales are not. */
  readonly isDecayed: boolean;
  /** False for the frozen weights of a model that is trained on. */
  readonly isTrained: boolean;
  readonly initial: Initial;
}

/** State that training changes but no gradient does, such as running statistics. */
export interface Buffer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
}

/** What a network sees of a batch; null where it has no such input. */
export interface Batch {
  /** float32 [batch, featureWidth]. */
  readonly features: Value | null;
  /** int32 [batch, codeWidth]: numbers of categories or words. */
  readonly codes: Value | null;
}

export interface Architecture {
  readonly featureWidth: number;
  /** 0 for networks without codes. */
  readonly codeWidth: number;
  readonly outputWidth: number;
  /** [batch, outputWidth]: logits or values. */
  forward(scope: Scope, batch: Batch): Value;
  /** Floating-point operations of a training step, where 6 per parameter and row is far off (shared weights). */
  flops?(batchSize: number): number;
}

export interface Network extends Architecture {
  readonly parameters: readonly Parameter[];
  readonly buffers: readonly Buffer[];
}

/** Finds the parameters of an architecture by tracing it once. @throws model/shape where its layers do not fit. */
export function defineNetwork(architecture: Architecture): Network {
  const parameters: Parameter[] = [];
  const buffers: Buffer[] = [];
  const graph = new Graph('definition');
  const scope = new Scope(graph, {
    isTraining: true,
    parameter: (parameter) => {
      parameters.push(parameter);
      return graph.input(`parameter/${parameter.name}`, 'float32', parameter.shape);
    },
    buffer: (buffer) => {
      buffers.push(buffer);
      return graph.input(`buffer/${buffer.name}`, 'float32', buffer.shape);
    },
    uniform: (_stream, shape) => graph.freshInput('noise', 'float32', shape),
  });
  const output = architecture.forward(scope, batchInputs(graph, architecture));
  if (output.shape.length !== 2 || output.shape[1] !== architecture.outputWidth) {
    throw graph.shapeError(`the network gives [${output.shape.join(', ')}], not [batch, ${architecture.outputWidth}]`);
  }
  return { ...architecture, forward: architecture.forward.bind(architecture), parameters, buffers };
}

/** Declares the inputs of a network on a graph: `features` and `codes`, where it has them. */
export function batchInputs(graph: Graph, { featureWidth, codeWidth }: Architecture): Batch {
  return {
    features: featureWidth > 0 ? graph.input('features', 'float32', ['batch', featureWidth]) : null,
    codes: codeWidth > 0 ? graph.input('codes', 'int32', ['batch', codeWidth]) : null,
  };
}

/** Where a trace takes its values from. */
export interface ScopeSource {
  readonly isTraining: boolean;
  parameter(parameter: Parameter): Value;
  buffer(buffer: Buffer): Value;
  /** Noise in [0, 1), its own for each stream. */
  uniform(stream: number, shape: Shape, like: Value | undefined): Value;
}

export interface ParameterOptions {
  readonly isDecayed?: boolean;
  readonly isTrained?: boolean;
}

/** One trace of a forward function on one graph. */
export class Scope {
  readonly op: Ops;
  readonly isTraining: boolean;
  /** The next running statistics by their buffer's name; read after the trace. */
  readonly updates = new Map<string, Value>();
  readonly #graph: Graph;
  readonly #source: ScopeSource;
  readonly #bufferNames = new Map<Value, string>();
  readonly #marks = new Map<string, Value>();
  #path: readonly string[] = [];
  #streams = 0;

  constructor(graph: Graph, source: ScopeSource) {
    this.#graph = graph;
    this.#source = source;
    this.op = ops(graph);
    this.isTraining = source.isTraining;
  }

  /** Names of parameters and nodes made by `build` begin with `name`. */
  layer<T>(name: string, build: () => T): T {
    const outer = this.#path;
    this.#path = [...outer, name];
    try {
      return this.#graph.inLayer(this.#path.join('/'), build);
    } finally {
      this.#path = outer;
    }
  }

  /** A tensor to be trained, named "layer.name". */
  parameter(name: string, shape: readonly number[], initial: Initial, options: ParameterOptions = {}): Value {
    const { isDecayed = true, isTrained = true } = options;
    return this.#source.parameter({ name: this.#named(name), shape, initial, isDecayed, isTrained });
  }

  /** State of the layer that no gradient changes. */
  buffer(name: string, shape: readonly number[], initial: Initial): Value {
    const full = this.#named(name);
    const value = this.#source.buffer({ name: full, shape, initial });
    this.#bufferNames.set(value, full);
    return value;
  }

  /** What a buffer is after this step; without effect outside training. */
  update(buffer: Value, next: Value): void {
    const name = this.#bufferNames.get(buffer);
    if (name === undefined) throw this.#graph.shapeError(`"${buffer.name}" is no buffer`);
    if (this.isTraining) this.updates.set(name, next);
  }

  /** Uniform noise in [0, 1) that depends on seed, step and the place in the network alone; for training only. */
  uniform(shape: Shape, like?: Value): Value {
    if (!this.isTraining) throw this.#graph.shapeError('noise outside training');
    return this.#source.uniform(this.#streams++, shape, like);
  }

  /** Makes a value known under a name, for losses that look inside. */
  mark(name: 'embedding', value: Value): void {
    this.#marks.set(name, value);
  }

  marked(name: 'embedding'): Value | null {
    return this.#marks.get(name) ?? null;
  }

  #named(name: string): string {
    return [this.#path.join('/'), name].filter(Boolean).join('.');
  }
}

/** A scope over values that are already there, by parameter and buffer name. */
export function scopeOver(
  graph: Graph, values: { readonly parameters: ReadonlyMap<string, Value>; readonly buffers: ReadonlyMap<string, Value> },
  training: { readonly uniform: ScopeSource['uniform'] } | null,
): Scope {
  const find = (values: ReadonlyMap<string, Value>, name: string): Value => {
    const value = values.get(name);
    if (value === undefined) throw graph.shapeError(`there is no value for "${name}"`);
    return value;
  };
  return new Scope(graph, {
    isTraining: training !== null,
    parameter: ({ name }) => find(values.parameters, name),
    buffer: ({ name }) => find(values.buffers, name),
    uniform: (stream, shape, like) => {
      if (training === null) throw graph.shapeError('noise outside training');
      return training.uniform(stream, shape, like);
    },
  });
}

/** The starting values of tensors, drawn in order; float32, row-major. */
export function initialValues(tensors: readonly { shape: readonly number[]; initial: Initial }[], random: Random): Float32Array[] {
  return tensors.map(({ shape, initial }) => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    switch (initial.kind) {
      case 'values': return initial.values.slice();
      case 'constant': return new Float32Array(size).fill(initial.value);
      case 'uniform': return Float32Array.from({ length: size }, () => (random.unit() * 2 - 1) * initial.bound);
      case 'normal': return Float32Array.from({ length: size }, () => normal(random) * initial.deviation);
    }
  });
}

/** The start of a network: its parameters and buffers by the run's seed. */
export function initialState(network: Network, seed: number): { parameters: Float32Array[]; buffers: Float32Array[] } {
  return {
    parameters: initialValues(network.parameters, createRandom(seed, 'weights')),
    buffers: initialValues(network.buffers, createRandom(seed, 'buffers')),
  };
}

/** How many numbers are trained. */
export function parameterCount(network: Network): number {
  return network.parameters.reduce((sum, { shape, isTrained }) => sum + (isTrained ? sizeOf(shape) : 0), 0);
}

/**
 * Floating-point operations of one training step: unless the network knows better, a forward and two
 * backward products of 2 operations per weight and row.
 */
export function flopsPerStep(network: Network, batchSize: number): number {
  return network.flops?.(batchSize) ?? 6 * batchSize * network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}
