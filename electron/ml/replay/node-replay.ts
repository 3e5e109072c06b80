/** One node of a read model while it is replayed: its inputs as values, weights or plain numbers, its attributes with defaults. */
import { fail } from '../../../shared/errors.ts';
import { absent } from '../graph.ts';
import type { Attributes, ElementType, NumberType, Value } from '../graph.ts';
import type { Scope } from '../network.ts';
import type { ImportedNode } from '../onnx-model.ts';
import type { Ops } from '../ops/index.ts';
import type { Dim, Shape } from '../shapes.ts';
import { multiplySizes, shapeOfTerm, sizesOfTerm } from './term.ts';
import type { Term } from './term.ts';

/** What all nodes of one replay share. */
export interface ReplayContext {
  readonly scope: Scope;
  /** A value whose first size is the batch, for shapes that are needed as tensors. */
  readonly batched: Value;
  /** The batch size that is written into the model, or null when it was left open. */
  readonly fixedBatch: number | null;
  readonly isTrained: (layer: string) => boolean;
  /** Values that were made of constants, and weights that became parameters, by name. */
  readonly constants: Map<string, Value>;
  readonly weights: Map<string, Value>;
  /** How often a name was given to a parameter of a layer. */
  readonly names: Map<string, number>;
}

export type WeightRole = 'weight' | 'bias' | 'scale' | 'slope' | 'state';

export class NodeReplay {
  readonly node: ImportedNode;
  readonly op: Ops;
  readonly scope: Scope;
  readonly fixedBatch: number | null;
  readonly #context: ReplayContext;
  readonly #terms: readonly (Term | null)[];

  constructor(context: ReplayContext, node: ImportedNode, terms: readonly (Term | null)[]) {
    this.node = node;
    this.scope = context.scope;
    this.op = context.scope.op;
    this.fixedBatch = context.fixedBatch;
    this.#context = context;
    this.#terms = terms;
  }

  get inputCount(): number {
    return this.#terms.length;
  }

  get isTrained(): boolean {
    return this.#context.isTrained(this.node.layer);
  }

  has(i: number): boolean {
    return (this.#terms[i] ?? null) !== null;
  }

  shape(i: number): Shape {
    return shapeOfTerm(this.#term(i));
  }

  /** The tensor of input i; constants enter the graph as they are. */
  value(i: number): Value {
    const term = this.#term(i);
    const { graph } = this.op;
    if (term.kind === 'value') return term.value;
    if (term.kind === 'sizes') return this.op.reshape(this.#sizesValue(term.sizes), term.shape);
    const known = this.#context.constants.get(term.name);
    if (known !== undefined) return known;
    const { type, shape, data } = term.tensor;
    const value = graph.constant(type, shape, data, term.name);
    this.#context.constants.set(term.name, value);
    return value;
  }

  /** All inputs, as `value`; those left out as ONNX writes them. */
  values(): Value[] {
    return this.#terms.map((term, i) => (term === null ? absent : this.value(i)));
  }

  /** Input i as a tensor to be trained where it is a weight; the same one for nodes that share it. */
  weight(i: number, role: WeightRole): Value {
    const term = this.#term(i);
    const values = floatsOf(term);
    if (term.kind !== 'constant' || values === null || !term.isWeight) return this.value(i);
    const known = this.#context.weights.get(term.name);
    if (known !== undefined) return known;
    const value = this.scope.parameter(this.#freshName(role), term.tensor.shape, { kind: 'values', values }, {
      isDecayed: role === 'weight', isTrained: this.isTrained,
    });
    this.#context.weights.set(term.name, value);
    return value;
  }

  /** Input i as state that no gradient changes. */
  buffer(i: number, name: string): Value {
    const term = this.#term(i);
    const values = floatsOf(term);
    if (values === null) throw this.refuse(`computes its ${name}, which must be a constant`);
    return this.scope.buffer(this.#freshName(name), shapeOfTerm(term) as number[], { kind: 'values', values });
  }

  /** The float numbers of input i where it is a constant. */
  floats(i: number): Float32Array | null {
    return floatsOf(this.#term(i));
  }

  /** Whether input i is a weight of the file, as opposed to a constant of a formula. */
  isWeight(i: number): boolean {
    const term = this.#term(i);
    return term.kind === 'constant' && term.isWeight;
  }

  /** Known integers; `fallback` where the input is left out. @throws model/refused when they depend on the data. */
  sizes(i: number, what: string, fallback: readonly Dim[] = []): readonly Dim[] {
    if (!this.has(i)) return fallback;
    const sizes = sizesOfTerm(this.#term(i));
    if (sizes === null) throw this.refuse(`has ${what} that depend on the data`);
    return sizes;
  }

  /** As `sizes`, without symbolic ones. */
  numbers(i: number, what: string): readonly number[] | null {
    if (!this.has(i)) return null;
    const sizes = this.sizes(i, what);
    if (!sizes.every((size) => typeof size === 'number')) throw this.refuse(`has ${what} that depend on the batch`);
    return sizes;
  }

  /** As `numbers`, or null when they are not known. */
  numbersOrNull(i: number): readonly number[] | null {
    const sizes = sizesOfTerm(this.#term(i));
    return sizes !== null && sizes.every((size) => typeof size === 'number') ? sizes : null;
  }

  int(name: string, fallback: number): number {
    const attribute = this.node.attributes[name];
    return attribute !== undefined && 'int' in attribute ? attribute.int : fallback;
  }

  float(name: string, fallback: number): number {
    const attribute = this.node.attributes[name];
    return attribute !== undefined && 'float' in attribute ? attribute.float : fallback;
  }

  text(name: string, fallback: string): string {
    const attribute = this.node.attributes[name];
    return attribute !== undefined && 'text' in attribute ? attribute.text : fallback;
  }

  ints(name: string): readonly number[] | null {
    const attribute = this.node.attributes[name];
    return attribute !== undefined && 'ints' in attribute ? attribute.ints : null;
  }

  /** A number of x's type as a constant. */
  scalar(like: Value, number: number): Value {
    return this.op.graph.scalar(like.type as NumberType, number);
  }

  /** The node as it is, for what is computed but not trained through. */
  emit(shapes: readonly Shape[], type: ElementType, inputs: readonly Value[] = this.values()): Value[] {
    return this.op.graph.emit(this.node.opType, {
      inputs, outputs: shapes.map((shape) => ({ type, shape })), attributes: this.#attributes(),
    });
  }

  /** An int64 vector of sizes, symbolic ones read from the batch. */
  sizesVector(sizes: readonly Dim[]): Value {
    return this.#sizesValue(sizes);
  }

  refuse(problem: string): Error {
    const { name, opType, layer } = this.node;
    return fail('model/refused', { reason: `the operator ${opType}${name === '' ? '' : ` ("${name}")`} in layer "${layer}" ${problem}.` });
  }

  #term(i: number): Term {
    const term = this.#terms[i] ?? null;
    if (term === null) throw this.refuse(`lacks its input ${i + 1}`);
    return term;
  }

  #freshName(stem: string): string {
    const key = `${this.node.layer}.${stem}`;
    const count = (this.#context.names.get(key) ?? 0) + 1;
    this.#context.names.set(key, count);
    return count === 1 ? stem : `${stem}${count}`;
  }

  #sizesValue(sizes: readonly Dim[]): Value {
    const { op } = this;
    if (sizes.every((size) => typeof size === 'number')) return op.graph.integers(sizes);
    const batch = this.#context.batched;
    const parts = sizes.map((size) => {
      if (typeof size === 'number') return op.graph.integers([size]);
      const multiple = /^(\d+)\*/.exec(size);
      const factor = multiple === null ? 1 : Number(multiple[1]);
      if (multiplySizes(batch.shape[0] as Dim, factor) !== size) throw this.refuse(`needs the size "${size}", which is not known`);
      const first = op.slice(op.shapeOf(batch), 0, 0, 1);
      return factor === 1 ? first : op.mul(first, op.scalar('int64', factor));
    });
    return parts.length === 1 ? (parts[0] as Value) : op.concat(parts, 0);
  }

  #attributes(): Attributes {
    const entries = Object.entries(this.node.attributes).filter(([name]) => !name.startsWith('_'));
    return Object.fromEntries(entries.map(([name, attribute]) => {
      if ('tensor' in attribute || 'graph' in attribute || 'floats' in attribute) throw this.refuse(`has an attribute "${name}" that cannot be written again`);
      return [name, attribute];
    }));
  }
}

function floatsOf(term: Term): Float32Array | null {
  return term.kind === 'constant' && term.tensor.data instanceof Float32Array ? term.tensor.data : null;
}
