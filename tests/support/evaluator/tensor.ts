/** Tensors of plain numbers and how they are walked; slow on purpose. */
import type { Attributes } from '../../../electron/ml/graph.ts';

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: readonly number[];
}

/** One operator: all its outputs. */
export type Kernel = (inputs: readonly Tensor[], attributes: Attributes) => readonly Tensor[];
export type Kernels = Readonly<Record<string, Kernel>>;

/** The kernel of an operator with one output. */
export function single(f: (inputs: readonly Tensor[], attributes: Attributes) => Tensor): Kernel {
  return (inputs, attributes) => [f(inputs, attributes)];
}

export function intOf(attributes: Attributes, name: string, otherwise = 0): number {
  return (attributes[name] as { int: number } | undefined)?.int ?? otherwise;
}

export function intsOf(attributes: Attributes, name: string): readonly number[] {
  return (attributes[name] as { ints: readonly number[] }).ints;
}

export function floatOf(attributes: Attributes, name: string, otherwise: number): number {
  return (attributes[name] as { float: number } | undefined)?.float ?? otherwise;
}

/** The element at an index of a broadcast result: axes are aligned at the end, and size 1 repeats. */
export function pick(x: Tensor, at: readonly number[]): number {
  return x.data[offsetOf(x.shape, at)] as number;
}

/** Where the element at an index stands in the data. */
export function offsetOf(shape: readonly number[], at: readonly number[]): number {
  let offset = 0;
  shape.forEach((dim, i) => {
    const index = at[at.length - shape.length + i] as number;
    offset = offset * dim + (dim === 1 ? 0 : index);
  });
  return offset;
}

export function fill(shape: readonly number[], f: (at: readonly number[]) => number): Tensor {
  const data: number[] = [];
  visit(shape, (at) => data.push(f(at)));
  return { shape, data };
}

export function visit(shape: readonly number[], f: (at: readonly number[]) => void): void {
  const size = sizeOf(shape);
  for (let i = 0; i < size; i++) {
    const at: number[] = [];
    let rest = i;
    for (const dim of [...shape].reverse()) {
      at.unshift(rest % dim);
      rest = Math.floor(rest / dim);
    }
    f(at);
  }
}

export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [left, right] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return left === 1 ? right : left;
  });
}

export function permute(x: Tensor, permutation: readonly number[]): Tensor {
  return fill(permutation.map((axis) => x.shape[axis] as number), (at) => {
    const from = new Array<number>(at.length);
    permutation.forEach((axis, i) => (from[axis] = at[i] as number));
    return pick(x, from);
  });
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
