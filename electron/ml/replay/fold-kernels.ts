/** Operators on small constants, one plain loop each; null for what is not known before the model runs. */
import type { ElementType } from '../graph.ts';
import { elementTypeOf } from '../onnx-tensor.ts';
import type { ImportedAttribute, ImportedNode } from '../onnx-model.ts';
import { broadcastShapes, normalizeAxes } from '../shapes.ts';
import type { Dim } from '../shapes.ts';
import { divideSizes, multiplySizes, replayedType } from './term.ts';

/** Larger constants are left to ONNX Runtime, which folds them, too. */
export const elementLimit = 1 << 20;

export type Item = number | string;

/** A small tensor; bool as 0 and 1, texts are symbolic sizes. */
export interface Items {
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly items: readonly Item[];
}

/** An input that is left out. */
export const absent: Items = { type: 'int64', shape: [0], items: [] };

type Kernel = (inputs: readonly Items[], node: ImportedNode) => Items | null;

export const kernels: Readonly<Record<string, Kernel>> = {
  Add: pairwise((a, b) => (a === 0 ? b : b === 0 ? a : numeric(a, b, (x, y) => x + y))),
  Sub: pairwise((a, b) => (b === 0 ? a : a === b ? 0 : numeric(a, b, (x, y) => x - y))),
  Mul: pairwise((a, b) => (typeof a === 'number' && typeof b === 'number' ? a * b : multiplySizes(a, b))),
  Div: pairwise((a, b, type) => {
    if (typeof a === 'string' || typeof b === 'string') return divideSizes(a, b);
    return type.startsWith('float') ? a / b : Math.trunc(a / b);
  }),
  Mod: pairwise((a, b) => numeric(a, b, (x, y) => x - y * Math.floor(x / y))),
  Pow: pairwise((a, b) => numeric(a, b, Math.pow)),
  Max: pairwise((a, b) => numeric(a, b, Math.max)),
  Min: pairwise((a, b) => numeric(a, b, Math.min)),
  // A symbolic size is positive, so it differs from every number that is none.
  Equal: pairwise((a, b) => (typeof a === typeof b || a === -1 || b === -1 ? Number(a === b) : null), 'bool'),
  Less: pairwise((a, b) => numeric(a, b, (x, y) => Number(x < y)), 'bool'),
  Greater: pairwise((a, b) => numeric(a, b, (x, y) => Number(x > y)), 'bool'),
  LessOrEqual: pairwise((a, b) => numeric(a, b, (x, y) => Number(x <= y)), 'bool'),
  GreaterOrEqual: pairwise((a, b) => numeric(a, b, (x, y) => Number(x >= y)), 'bool'),
  And: pairwise((a, b) => numeric(a, b, (x, y) => x & y)),
  Or: pairwise((a, b) => numeric(a, b, (x, y) => x | y)),
  Not: each((x) => 1 - x),
  Neg: each((x) => -x),
  Abs: each(Math.abs),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((x) => 1 / x),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Cast: ([x], node) => {
    const type = replayedType(elementTypeOf(intOf(node, 'to') ?? 0, 'a cast'));
    const isWhole = type.startsWith('int') || type.startsWith('uint');
    const convert = (item: Item): Item => (typeof item === 'string' ? item : type === 'bool' ? Number(item !== 0) : isWhole ? Math.trunc(item) : item);
    return x === undefined || type === 'string' ? null : { ...x, type, items: x.items.map(convert) };
  },
  Concat: (inputs, node) => {
    const shape = [...(inputs[0]?.shape ?? [])];
    const [axis] = normalizeAxes([intOf(node, 'axis') ?? 0], shape.length) ?? [];
    if (axis === undefined) return null;
    shape[axis] = inputs.reduce((sum, input) => sum + (input.shape[axis] ?? 0), 0);
    return fill((inputs[0] as Items).type, shape, (at) => {
      let index = at[axis] as number;
      for (const input of inputs) {
        const width = input.shape[axis] as number;
        if (index < width) return pick(input, at.map((i, k) => (k === axis ? index : i)));
        index -= width;
      }
      return 0;
    });
  },
  Gather: (inputs, node) => {
    const [x, indices] = inputs as [Items, Items];
    const [axis] = normalizeAxes([intOf(node, 'axis') ?? 0], x.shape.length) ?? [];
    if (axis === undefined || !indices.items.every(isNumber)) return null;
    const rank = indices.shape.length;
    return fill(x.type, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], (at) => {
      const index = pick(indices, at.slice(axis, axis + rank)) as number;
      const wrapped = index < 0 ? index + (x.shape[axis] as number) : index;
      return pick(x, [...at.slice(0, axis), wrapped, ...at.slice(axis + rank)]);
    });
  },
  Slice: (inputs) => {
    const [x, starts, ends, axes, steps] = inputs as [Items, Items, Items, Items?, Items?];
    const numbers = [starts, ends, axes, steps].every((input) => input === undefined || input.items.every(isNumber));
    if (x.shape.length !== 1 || !numbers || (axes !== undefined && axes.items.length > 1)) return null;
    const step = Number(steps?.items[0] ?? 1);
    if (step !== 1) return null;
    const items = x.items.slice(Number(starts.items[0]), Number(ends.items[0]));
    return { type: x.type, shape: [items.length], items };
  },
  Reshape: ([x, target]) => {
    if (x === undefined || target === undefined || !target.items.every(isNumber)) return null;
    const asked = (target.items as number[]).map((dim, i) => (dim === 0 ? (x.shape[i] ?? 0) : dim));
    const rest = asked.reduce((size, dim) => (dim === -1 ? size : size * dim), 1);
    return { ...x, shape: asked.map((dim) => (dim === -1 ? x.items.length / rest : dim)) };
  },
  Flatten: ([x], node) => {
    if (x === undefined) return null;
    const axis = intOf(node, 'axis') ?? 1;
    const rows = x.shape.slice(0, axis).reduce((size, dim) => size * dim, 1);
    return { ...x, shape: [rows, x.items.length / rows] };
  },
  Unsqueeze: ([x, axes]) => {
    if (x === undefined || axes === undefined) return null;
    const rank = x.shape.length + axes.items.length;
    const resolved = normalizeAxes(axes.items.map(Number), rank);
    const rest = [...x.shape];
    return resolved === null ? null : { ...x, shape: Array.from({ length: rank }, (_, i) => (resolved.includes(i) ? 1 : (rest.shift() as number))) };
  },
  Squeeze: ([x, axes]) => {
    if (x === undefined) return null;
    const resolved = axes === undefined || axes === absent ? null : normalizeAxes(axes.items.map(Number), x.shape.length);
    return { ...x, shape: x.shape.filter((dim, i) => (resolved === null ? dim !== 1 : !resolved.includes(i))) };
  },
  Transpose: ([x], node) => {
    if (x === undefined) return null;
    const perm = intsOf(node, 'perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i);
    return fill(x.type, perm.map((axis) => x.shape[axis] as number), (at) => pick(x, x.shape.map((_, axis) => at[perm.indexOf(axis)] as number)));
  },
  Where: ([condition, a, b]) => {
    if (condition === undefined || a === undefined || b === undefined) return null;
    const shape = broadcastShapes(condition.shape, broadcastShapes(a.shape, b.shape) ?? []);
    return shape === null ? null : fill(a.type, shape as number[], (at) => (broadcastPick(condition, at) !== 0 ? broadcastPick(a, at) : broadcastPick(b, at)));
  },
  Expand: ([x, target]) => {
    if (x === undefined || target === undefined || !target.items.every(isNumber)) return null;
    const shape = broadcastShapes(x.shape, target.items as number[]) as number[] | null;
    return shape === null || sizeOf(shape) > elementLimit ? null : fill(x.type, shape, (at) => broadcastPick(x, at));
  },
  ConstantOfShape: ([shape], node) => {
    if (shape === undefined || !shape.items.every(isNumber)) return null;
    const value = node.attributes['value'];
    const tensor = value !== undefined && 'tensor' in value ? value.tensor : null;
    const sizes = shape.items as number[];
    if (sizes.some((size) => size < 0) || sizeOf(sizes) > elementLimit) return null;
    const item = tensor === null ? 0 : Number(tensor.data[0]);
    return { type: replayedType(tensor?.type ?? 'float32'), shape: sizes, items: new Array<number>(sizeOf(sizes)).fill(item) };
  },
  Range: ([start, limit, delta]) => {
    const [from, to, by] = [start?.items[0], limit?.items[0], delta?.items[0]];
    if (typeof from !== 'number' || typeof to !== 'number' || typeof by !== 'number' || by === 0) return null;
    const length = Math.max(0, Math.ceil((to - from) / by));
    return length > elementLimit ? null : { type: (start as Items).type, shape: [length], items: Array.from({ length }, (_, i) => from + i * by) };
  },
  ReduceProd: ([x], node) => {
    const product = x?.items.reduce<Dim | null>((size, item) => (size === null ? null : multiplySizes(size, item)), 1) ?? null;
    if (x === undefined || product === null || x.shape.length !== 1) return null;
    return { type: x.type, shape: intOf(node, 'keepdims') === 0 ? [] : [1], items: [product] };
  },
  Trilu: ([x, diagonal], node) => {
    if (x === undefined) return null;
    const k = Number(diagonal?.items[0] ?? 0);
    const isUpper = (intOf(node, 'upper') ?? 1) === 1;
    return fill(x.type, x.shape, (at) => {
      const distance = (at.at(-1) as number) - (at.at(-2) as number);
      return (isUpper ? distance >= k : distance <= k) ? pick(x, at) : 0;
    });
  },
};

function pairwise(f: (a: Item, b: Item, type: ElementType) => Item | null, type?: ElementType): Kernel {
  return (inputs) => {
    const [a, b] = inputs;
    if (a === undefined || b === undefined || inputs.length !== 2) return null;
    const shape = broadcastShapes(a.shape, b.shape) as number[] | null;
    return shape === null ? null : fill(type ?? a.type, shape, (at) => {
      const [left, right] = [broadcastPick(a, at), broadcastPick(b, at)];
      return left === undefined || right === undefined ? null : f(left, right, a.type);
    });
  };
}

function each(f: (x: number) => number): Kernel {
  return ([x]) => (x === undefined || !x.items.every(isNumber) ? null : { ...x, items: (x.items as number[]).map((item) => f(item)) });
}

function numeric(a: Item, b: Item, f: (a: number, b: number) => number): number | null {
  return typeof a === 'number' && typeof b === 'number' ? f(a, b) : null;
}

function isNumber(item: Item): item is number {
  return typeof item === 'number';
}

/** Null as soon as one element is not known, or not there. */
function fill(type: ElementType, shape: readonly number[], at: (place: readonly number[]) => Item | null | undefined): Items | null {
  const place = shape.map(() => 0);
  const items: Item[] = [];
  for (let n = sizeOf(shape); n > 0; n--) {
    const item = at(place);
    if (item === null || item === undefined) return null;
    items.push(item);
    for (let axis = shape.length - 1; axis >= 0 && ++place[axis]! === shape[axis]; axis--) place[axis] = 0;
  }
  return { type, shape, items };
}

function pick(x: Items, place: readonly number[]): Item | undefined {
  return x.items[place.reduce((offset, i, axis) => offset * (x.shape[axis] as number) + i, 0)];
}

function broadcastPick(x: Items, place: readonly number[]): Item | undefined {
  const extra = place.length - x.shape.length;
  return pick(x, x.shape.map((dim, axis) => (dim === 1 ? 0 : (place[axis + extra] as number))));
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

export function intOf(node: ImportedNode, name: string): number | undefined {
  const attribute: ImportedAttribute | undefined = node.attributes[name];
  return attribute !== undefined && 'int' in attribute ? attribute.int : undefined;
}

function intsOf(node: ImportedNode, name: string): readonly number[] | undefined {
  const attribute: ImportedAttribute | undefined = node.attributes[name];
  return attribute !== undefined && 'ints' in attribute ? attribute.ints : undefined;
}
