/** What is known of a value while a read model is replayed: a tensor of the graph, a constant, or sizes of a shape. */
import type { ElementType, Value } from '../graph.ts';
import type { ImportedTensor } from '../onnx-model.ts';
import { toFloat32 } from '../onnx-tensor.ts';
import type { Dim, Shape } from '../shapes.ts';

export type Term =
  | { readonly kind: 'value'; readonly value: Value }
  /** `name` is that of the initialiser it came from; `isWeight`: it may be trained where an operator takes a weight. */
  | { readonly kind: 'constant'; readonly tensor: ImportedTensor; readonly name: string; readonly isWeight: boolean }
  /** int64 with a symbolic size among them, such as ["batch", 8, 12]. */
  | { readonly kind: 'sizes'; readonly shape: readonly number[]; readonly sizes: readonly Dim[] };

export function valueTerm(value: Value): Term {
  return { kind: 'value', value };
}

/** Training computes in float32 whatever the file does. */
export function replayedType(type: ElementType): ElementType {
  return type === 'float16' || type === 'float64' ? 'float32' : type;
}

export function constantTerm(tensor: ImportedTensor, name: string, isWeight: boolean): Term {
  const floats = toFloat32(tensor);
  return { kind: 'constant', tensor: floats === null ? tensor : { type: 'float32', shape: tensor.shape, data: floats }, name, isWeight };
}

export function shapeOfTerm(term: Term): Shape {
  switch (term.kind) {
    case 'value': return term.value.shape;
    case 'constant': return term.tensor.shape;
    case 'sizes': return term.shape;
  }
}

/**
 * Integers, where they are known; symbolic ones as names.
 * A multiple of a symbolic size is a symbolic size of its own, "8*batch".
 */
export function sizesOfTerm(term: Term): readonly Dim[] | null {
  if (term.kind === 'sizes') return term.sizes;
  if (term.kind !== 'constant') return null;
  const { type, data } = term.tensor;
  return type === 'int64' || type === 'int32' ? Array.from(data as ArrayLike<number | bigint>, Number) : null;
}

/** a * b, or null for the product of two symbolic sizes. */
export function multiplySizes(a: Dim, b: Dim): Dim | null {
  const [left, right] = [parts(a), parts(b)];
  if (left.symbol !== '' && right.symbol !== '') return a === 0 || b === 0 ? 0 : null;
  return join(left.factor * right.factor, left.symbol + right.symbol);
}

/** a / b where it comes out even, else null. */
export function divideSizes(a: Dim, b: Dim): Dim | null {
  const [left, right] = [parts(a), parts(b)];
  const factor = left.factor / right.factor;
  if (!Number.isInteger(factor)) return null;
  if (right.symbol === '') return join(factor, left.symbol);
  return left.symbol === right.symbol ? factor : null;
}

/** The number of elements; null when two sizes are symbolic. */
export function totalSize(shape: Shape): Dim | null {
  return shape.reduce<Dim | null>((size, dim) => (size === null ? null : multiplySizes(size, dim)), 1);
}

function parts(dim: Dim): { factor: number; symbol: string } {
  if (typeof dim === 'number') return { factor: dim, symbol: '' };
  const multiple = /^(\d+)\*(.+)$/.exec(dim);
  return multiple === null ? { factor: 1, symbol: dim } : { factor: Number(multiple[1]), symbol: multiple[2] as string };
}

function join(factor: number, symbol: string): Dim {
  if (symbol === '' || factor === 0) return factor;
  return factor === 1 ? symbol : `${factor}*${symbol}`;
}
