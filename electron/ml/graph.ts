/**
 * The graph under construction: typed values, each made by exactly one producer (an input, a constant
 * or a node), in an order in which they can be computed. Misuse throws and names value, shape and layer.
 */
import { fail } from '../../shared/errors.ts';
import { formatShape, staticSize } from './shapes.ts';
import type { Shape } from './shapes.ts';

export type ElementType = 'float32' | 'float64' | 'int32' | 'int64' | 'bool' | 'string';

/** TensorProto.DataType of ONNX. */
export const elementTypeCodes: Readonly<Record<ElementType, number>> = {
  float32: 1, int32: 6, int64: 7, string: 8, bool: 9, float64: 11,
};

/** A tensor somewhere in the graph; compare by identity. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** The layer that made it, for error messages. */
  readonly layer: string;
}

export type ConstantData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[];

export type Attribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly texts: readonly string[] }
  | { readonly graph: Graph };
export type Attributes = Readonly<Record<string, Attribute>>;

export interface GraphNode {
  readonly opType: string;
  /** '' for ai.onnx, else for example 'ai.onnx.ml'. */
  readonly domain: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  readonly layer: string;
}

export interface NodeSpec {
  readonly domain?: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly { readonly type: ElementType; readonly shape: Shape }[];
  readonly attributes?: Attributes;
}

export interface GraphOutput {
  readonly name: string;
  readonly value: Value;
}

/** A graph being built. Sub-graphs (loop bodies) see the values of the graphs around them. */
export class Graph {
  readonly name: string;
  readonly inputs: Value[] = [];
  readonly constants = new Map<Value, ConstantData>();
  readonly nodes: GraphNode[] = [];
  readonly outputs: GraphOutput[] = [];
  readonly #parent: Graph | null;
  readonly #own = new Set<Value>();
  readonly #names: Set<string>;
  readonly #counts: Map<string, number>;
  readonly #scalars = new Map<string, Value>();
  #layer: string;

  constructor(name: string, parent: Graph | null = null) {
    this.name = name;
    this.#parent = parent;
    this.#names = parent === null ? new Set() : parent.#names;
    this.#counts = parent === null ? new Map() : parent.#counts;
    this.#layer = parent === null ? name : parent.#layer;
  }

  /** Declares an input under exactly this name. */
  input(name: string, type: ElementType, shape: Shape): Value {
    this.#claim(name);
    const value = this.#adopt({ name, type, shape, layer: this.#layer });
    this.inputs.push(value);
    return value;
  }

  /** A tensor fixed in the graph, row-major; `data` is kept, not copied. */
  constant(type: ElementType, shape: readonly number[], data: ConstantData, name = 'constant'): Value {
    if (data.length !== staticSize(shape)) {
      throw this.shapeError(`the constant "${name}" of shape ${formatShape(shape)} has ${data.length} values`);
    }
    const value = this.#adopt({ name: this.#fresh(name), type, shape, layer: this.#layer });
    this.constants.set(value, data);
    return value;
  }

  /** A constant of rank 0; equal ones are shared. */
  scalar(type: 'float32' | 'float64' | 'int32' | 'int64', number: number): Value {
    const key = `${type} ${Object.is(number, -0) ? '-0' : number}`;
    let value = this.#scalars.get(key);
    if (value === undefined) {
      value = this.constant(type, [], toData(type, [number]), 'scalar');
      this.#scalars.set(key, value);
    }
    return value;
  }

  /** A vector of int64, as ONNX takes axes and shapes. */
  integers(numbers: readonly number[]): Value {
    return this.constant('int64', [numbers.length], toData('int64', numbers), 'integers');
  }

  /** Adds a node and returns its outputs. The caller has worked out their types and shapes. */
  emit(opType: string, spec: NodeSpec): Value[] {
    for (const value of spec.inputs) this.#check(opType, value);
    const outputs = spec.outputs.map(({ type, shape }) =>
      this.#adopt({ name: this.#fresh(`${this.#layer}/${opType}`), type, shape, layer: this.#layer }));
    this.nodes.push({
      opType, domain: spec.domain ?? '', inputs: spec.inputs, outputs, attributes: spec.attributes ?? {}, layer: this.#layer,
    });
    return outputs;
  }

  /** As `emit`, for nodes with one output. */
  emitOne(opType: string, inputs: readonly Value[], type: ElementType, shape: Shape, attributes: Attributes = {}): Value {
    return this.emit(opType, { inputs, outputs: [{ type, shape }], attributes })[0] as Value;
  }

  /** Publishes a value as an output under exactly this name. */
  output(name: string, value: Value): void {
    this.#check('output', value);
    this.#claim(name);
    this.outputs.push({ name, value });
  }

  /** Values made by `build` belong to the layer `name`. */
  inLayer<T>(name: string, build: () => T): T {
    const outer = this.#layer;
    this.#layer = name;
    try {
      return build();
    } finally {
      this.#layer = outer;
    }
  }

  /** The error for sizes that do not fit in the current layer. */
  shapeError(problem: string): Error {
    return fail('model/shape', { layer: this.#layer, problem });
  }

  #check(user: string, value: Value): void {
    if (!this.#sees(value)) throw this.shapeError(`${user} uses "${value.name}" ${formatShape(value.shape)}, which another graph made`);
  }

  #sees(value: Value): boolean {
    return this.#own.has(value) || (this.#parent !== null && this.#parent.#sees(value));
  }

  #adopt(value: Value): Value {
    this.#own.add(value);
    return value;
  }

  #claim(name: string): void {
    if (name === '' || this.#names.has(name)) throw this.shapeError(`the name "${name}" is empty or used twice`);
    this.#names.add(name);
  }

  #fresh(stem: string): string {
    for (;;) {
      const count = (this.#counts.get(stem) ?? 0) + 1;
      this.#counts.set(stem, count);
      const name = `${stem}_${count}`;
      if (this.#names.has(name)) continue;
      this.#names.add(name);
      return name;
    }
  }
}

function toData(type: 'float32' | 'float64' | 'int32' | 'int64', numbers: readonly number[]): ConstantData {
  switch (type) {
    case 'float32': return Float32Array.from(numbers);
    case 'float64': return Float64Array.from(numbers);
    case 'int32': return Int32Array.from(numbers);
    case 'int64': return BigInt64Array.from(numbers, (number) => BigInt(number));
  }
}
