/**
 * The graph under construction: typed values, each made by exactly one producer (an input, a constant
 * or a node), in an order in which they can be computed. Misuse throws and names value, shape and layer.
 */
import { fail } from '../../shared/errors.ts';
import { formatShape, staticSize } from './shapes.ts';
import type { Shape } from './shapes.ts';

export type ElementType = 'float32' | 'float64' | 'float16' | 'int32' | 'int64' | 'uint8' | 'uint32' | 'bool' | 'string';

/** Types of which constants are written as numbers. */
export type NumberType = Exclude<ElementType, 'bool' | 'string' | 'float16'>;

/** TensorProto.DataType of ONNX. */
export const elementTypeCodes: Readonly<Record<ElementType, number>> = {
  float32: 1, uint8: 2, int32: 6, int64: 7, string: 8, bool: 9, float16: 10, float64: 11, uint32: 12,
};

/** A tensor somewhere in the graph; compare by identity. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  /** The layer that made it, for error messages. */
  readonly layer: string;
}

/** What is quicker in float16 on devices made for it. */
const productOps: ReadonlySet<string> = new Set(['MatMul', 'Gemm', 'Conv', 'ConvTranspose']);

/** In place of an optional input that is left out, as ONNX writes it. */
export const absent: Value = { name: '', type: 'float32', shape: [], layer: '' };

/** Row-major; bool and uint8 are Uint8Array, float16 is Uint16Array of its bits. */
export type ConstantData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | Uint16Array | Uint32Array | readonly string[];

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
  /** The composite it is a part of, or null: differentiated as a whole, by the rule of the outermost one. */
  readonly composite: Composite | null;
}

/**
 * Several nodes with one gradient of their own, where that is faster or more exact than what the chain rule makes of the parts.
 * Nothing but `outputs` may be used outside for anything that is differentiated.
 */
export interface Composite {
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly gradient: CompositeGradient;
}

/**
 * For each input of a composite a function that builds its gradient from those of the outputs (null: nothing flows there);
 * null where nothing flows back. Nodes are added to `graph`, which may be inside the one that holds the composite.
 */
export type CompositeGradient = (graph: Graph, flows: readonly (Value | null)[]) => readonly ((() => Value) | null)[];

export interface CompositeSpec {
  readonly name: string;
  /** All values from outside through which a gradient shall flow back. */
  readonly inputs: readonly Value[];
  readonly build: () => { readonly outputs: readonly Value[]; readonly gradient: CompositeGradient };
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
  #composite: Composite | null = null;
  #hasHalfProducts = false;

  constructor(name: string, parent: Graph | null = null) {
    this.name = name;
    this.#parent = parent;
    this.#names = parent === null ? new Set() : parent.#names;
    this.#counts = parent === null ? new Map() : parent.#counts;
    this.#layer = parent === null ? name : parent.#layer;
  }

  /** The layer that nodes made now belong to. */
  get layer(): string {
    return this.#layer;
  }

  /** Declares an input under exactly this name. */
  input(name: string, type: ElementType, shape: Shape): Value {
    this.#claim(name);
    const value = this.#adopt({ name, type, shape, layer: this.#layer });
    this.inputs.push(value);
    return value;
  }

  /** As `input`, under a name of its own that begins with `stem`. */
  freshInput(stem: string, type: ElementType, shape: Shape): Value {
    const value = this.#adopt({ name: this.#fresh(stem), type, shape, layer: this.#layer });
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
  scalar(type: NumberType, number: number): Value {
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

  /** From now on products of float32 are computed in float16, here and in graphs inside; all other values stay float32. */
  useHalfProducts(): void {
    this.#hasHalfProducts = true;
  }

  /** Adds a node and returns its outputs. The caller has worked out their types and shapes. */
  emit(opType: string, spec: NodeSpec): Value[] {
    if (!this.#isHalf(opType, spec)) return this.#emit(opType, spec);
    const cast = (value: Value, type: 'float16' | 'float32'): Value => (value === absent ? value : this.#emit('Cast', {
      inputs: [value], outputs: [{ type, shape: value.shape }], attributes: { to: { int: elementTypeCodes[type] } },
    })[0] as Value);
    const products = this.#emit(opType, {
      ...spec, inputs: spec.inputs.map((value) => cast(value, 'float16')), outputs: spec.outputs.map(({ shape }) => ({ type: 'float16', shape })),
    });
    return products.map((product) => cast(product, 'float32'));
  }

  #isHalf(opType: string, { inputs }: NodeSpec): boolean {
    return productOps.has(opType) && this.#usesHalf() && inputs.every(({ type }) => type === 'float32');
  }

  #usesHalf(): boolean {
    return this.#hasHalfProducts || (this.#parent !== null && this.#parent.#usesHalf());
  }

  #emit(opType: string, spec: NodeSpec): Value[] {
    for (const value of spec.inputs) this.#check(opType, value);
    const outputs = spec.outputs.map(({ type, shape }) =>
      this.#adopt({ name: this.#fresh(`${this.#layer}/${opType}`), type, shape, layer: this.#layer }));
    this.nodes.push({
      opType, domain: spec.domain ?? '', inputs: spec.inputs, outputs, attributes: spec.attributes ?? {}, layer: this.#layer,
      composite: this.#composite,
    });
    return outputs;
  }

  /** As `emit`, for nodes with one output. */
  emitOne(opType: string, inputs: readonly Value[], type: ElementType, shape: Shape, attributes: Attributes = {}): Value {
    return this.emit(opType, { inputs, outputs: [{ type, shape }], attributes })[0] as Value;
  }

  /** Nodes made by `build` are differentiated together, by the rule that it returns. */
  composite({ name, inputs, build }: CompositeSpec): readonly Value[] {
    if (this.#composite !== null) return build().outputs; // the outer one's rule covers it
    const composite: { -readonly [K in keyof Composite]: Composite[K] } = { name, inputs, outputs: [], gradient: () => [] };
    this.#composite = composite;
    try {
      Object.assign(composite, build());
    } finally {
      this.#composite = null;
    }
    return composite.outputs;
  }

  /** Publishes a value as an output under exactly this name. */
  output(name: string, value: Value): void {
    this.#check('output', value);
    this.#claim(name);
    this.outputs.push({ name, value });
  }

  /** As `output`, under a name of its own that begins with `stem`. */
  freshOutput(stem: string, value: Value): void {
    this.#check('output', value);
    this.outputs.push({ name: this.#fresh(stem), value });
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

  /** The numbers of a constant of this graph or one around it; null for other values. */
  constantData(value: Value): ConstantData | null {
    return this.constants.get(value) ?? this.#parent?.constantData(value) ?? null;
  }

  /** The error for sizes that do not fit in the current layer. */
  shapeError(problem: string): Error {
    return fail('model/shape', { layer: this.#layer, problem });
  }

  #check(user: string, value: Value): void {
    if (!this.#sees(value)) throw this.shapeError(`${user} uses "${value.name}" ${formatShape(value.shape)}, which another graph made`);
  }

  #sees(value: Value): boolean {
    return value === absent || this.#own.has(value) || (this.#parent !== null && this.#parent.#sees(value));
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

function toData(type: NumberType, numbers: readonly number[]): ConstantData {
  switch (type) {
    case 'uint8': return Uint8Array.from(numbers);
    case 'uint32': return Uint32Array.from(numbers);
    case 'float32': return Float32Array.from(numbers);
    case 'float64': return Float64Array.from(numbers);
    case 'int32': return Int32Array.from(numbers);
    case 'int64': return BigInt64Array.from(numbers, (number) => BigInt(number));
  }
}
