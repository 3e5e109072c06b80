/**
 * Computes a graph in float64, one plain loop per operator: the reference for gradients and for ONNX Runtime.
 * Slow on purpose; it shares no code with the compiler but the graph's types.
 */
import type { Attributes, Graph, GraphNode, Value } from '../../electron/ml/graph.ts';

export interface Tensor {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Kernel = (inputs: readonly Tensor[], attributes: Attributes) => Tensor;

/** The values of all tensors of `graph`, given its inputs. */
export function evaluateGraph(graph: Graph, feeds: ReadonlyMap<Value, Tensor>): Map<Value, Tensor> {
  const known = new Map(feeds);
  for (const [value, data] of graph.constants) {
    known.set(value, { shape: value.shape as readonly number[], data: Array.from(data as ArrayLike<number | bigint>, Number) });
  }
  for (const node of graph.nodes) known.set(node.outputs[0] as Value, compute(node, known));
  return known;
}

function compute(node: GraphNode, known: ReadonlyMap<Value, Tensor>): Tensor {
  const kernel = kernels[node.opType];
  if (kernel === undefined) throw new Error(`the reference evaluator has no ${node.opType}`);
  return kernel(node.inputs.map((input) => known.get(input) as Tensor), node.attributes);
}

const kernels: Readonly<Record<string, Kernel>> = {
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: pairwise((a, b) => a / b),
  Greater: pairwise((a, b) => Number(a > b)),
  Equal: pairwise((a, b) => Number(a === b)),
  Neg: each((x) => -x),
  Exp: each(Math.exp),
  Log: each(Math.log),
  Sqrt: each(Math.sqrt),
  Relu: each((x) => Math.max(x, 0)),
  Tanh: each(Math.tanh),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Cast: each((x) => x),
  Softmax: lastAxis((row) => exponentials(row).map((e, _, all) => e / sum(all))),
  LogSoftmax: lastAxis((row) => row.map((x) => x - Math.max(...row) - Math.log(sum(exponentials(row))))),
  Where: (inputs) => {
    const [condition, a, b] = inputs as [Tensor, Tensor, Tensor];
    const shape = broadcast(broadcast(condition.shape, a.shape), b.shape);
    return fill(shape, (at) => (pick(condition, at) !== 0 ? pick(a, at) : pick(b, at)));
  },
  MatMul: ([a, b]) => matrixProduct(a as Tensor, b as Tensor),
  Gemm: ([a, b, bias], attributes) => {
    const flip = (x: Tensor, name: string): Tensor => ((attributes[name] as { int: number }).int === 1 ? permute(x, [1, 0]) : x);
    const product = matrixProduct(flip(a as Tensor, 'transA'), flip(b as Tensor, 'transB'));
    return bias === undefined ? product : fill(product.shape, (at) => pick(product, at) + pick(bias, at));
  },
  ReduceSum: (inputs, attributes) => reduce(inputs, attributes, sum),
  ReduceMean: (inputs, attributes) => reduce(inputs, attributes, (values) => sum(values) / values.length),
  Reshape: ([x, target]) => {
    const asked = (target as Tensor).data;
    const rest = asked.reduce((size, dim) => (dim === -1 ? size : size * dim), 1);
    return { shape: asked.map((dim) => (dim === -1 ? (x as Tensor).data.length / rest : dim)), data: (x as Tensor).data };
  },
  Transpose: ([x], attributes) => permute(x as Tensor, (attributes['perm'] as { ints: readonly number[] }).ints),
  Unsqueeze: ([x, axes]) => {
    const rest = [...(x as Tensor).shape];
    const rank = rest.length + (axes as Tensor).data.length;
    const shape = Array.from({ length: rank }, (_, i) => ((axes as Tensor).data.includes(i) ? 1 : (rest.shift() as number)));
    return { shape, data: (x as Tensor).data };
  },
  Expand: ([x, shape]) => fill(broadcast((x as Tensor).shape, (shape as Tensor).data), (at) => pick(x as Tensor, at)),
  Concat: (inputs, attributes) => {
    const axis = (attributes['axis'] as { int: number }).int;
    const shape = [...(inputs[0] as Tensor).shape];
    shape[axis] = sum(inputs.map((input) => input.shape[axis] as number));
    return fill(shape, (at) => {
      let index = at[axis] as number;
      const source = inputs.find((input) => index < (input.shape[axis] as number) || ((index -= input.shape[axis] as number), false));
      return pick(source as Tensor, at.map((i, k) => (k === axis ? index : i)));
    });
  },
  Slice: (inputs) => {
    const [x, from, to, axis] = inputs as [Tensor, Tensor, Tensor, Tensor];
    const along = axis.data[0] as number;
    const shape = x.shape.map((dim, i) => (i === along ? (to.data[0] as number) - (from.data[0] as number) : dim));
    return fill(shape, (at) => pick(x, at.map((i, k) => (k === along ? i + (from.data[0] as number) : i))));
  },
  Gather: ([x, indices]) => {
    const chosen = indices as Tensor;
    const shape = [...chosen.shape, ...(x as Tensor).shape.slice(1)];
    return fill(shape, (at) => pick(x as Tensor, [pick(chosen, at.slice(0, chosen.shape.length)), ...at.slice(chosen.shape.length)]));
  },
  ScatterElements: (inputs) => {
    const [base, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    const data = [...base.data];
    const width = base.shape[1] as number;
    updates.data.forEach((update, i) => (data[(indices.data[i] as number) * width + (i % width)]! += update));
    return { shape: base.shape, data };
  },
  Shape: ([x]) => ({ shape: [(x as Tensor).shape.length], data: (x as Tensor).shape }),
  Size: ([x]) => ({ shape: [], data: [(x as Tensor).data.length] }),
};

function pairwise(f: (a: number, b: number) => number): Kernel {
  return ([a, b]) => fill(broadcast((a as Tensor).shape, (b as Tensor).shape), (at) => f(pick(a as Tensor, at), pick(b as Tensor, at)));
}

function each(f: (x: number) => number): Kernel {
  return ([x]) => ({ shape: (x as Tensor).shape, data: (x as Tensor).data.map((value) => f(value)) });
}

function lastAxis(f: (row: number[]) => number[]): Kernel {
  return ([x]) => {
    const { shape, data } = x as Tensor;
    const width = shape.at(-1) as number;
    const rows = Array.from({ length: data.length / width }, (_, i) => f(data.slice(i * width, (i + 1) * width)));
    return { shape, data: rows.flat() };
  };
}

function reduce([x]: readonly Tensor[], attributes: Attributes, f: (values: number[]) => number): Tensor {
  const { shape } = x as Tensor;
  const axes = (attributes['_axes'] as { ints: readonly number[] }).ints;
  const kept = fill(shape.map((dim, i) => (axes.includes(i) ? 1 : dim)), (at) => {
    const values: number[] = [];
    visit(shape, (from) => {
      if (from.every((index, i) => axes.includes(i) || index === at[i])) values.push(pick(x as Tensor, from));
    });
    return f(values);
  });
  const isKept = (attributes['keepdims'] as { int: number }).int === 1;
  return isKept ? kept : { shape: shape.filter((_, i) => !axes.includes(i)), data: kept.data };
}

function matrixProduct(a: Tensor, b: Tensor): Tensor {
  const inner = a.shape.at(-1) as number;
  const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return fill([...batch, a.shape.at(-2) as number, b.shape.at(-1) as number], (at) => {
    const [row, column] = at.slice(-2) as [number, number];
    let total = 0;
    for (let k = 0; k < inner; k++) {
      total += pick(a, [...at.slice(0, -2), row, k]) * pick(b, [...at.slice(0, -2), k, column]);
    }
    return total;
  });
}

function permute(x: Tensor, permutation: readonly number[]): Tensor {
  return fill(permutation.map((axis) => x.shape[axis] as number), (at) => {
    const from = new Array<number>(at.length);
    permutation.forEach((axis, i) => (from[axis] = at[i] as number));
    return pick(x, from);
  });
}

/** The element at an index of a broadcast result: axes are aligned at the end, and size 1 repeats. */
function pick(x: Tensor, at: readonly number[]): number {
  let offset = 0;
  x.shape.forEach((dim, i) => {
    const index = at[at.length - x.shape.length + i] as number;
    offset = offset * dim + (dim === 1 ? 0 : index);
  });
  return x.data[offset] as number;
}

function fill(shape: readonly number[], f: (at: readonly number[]) => number): Tensor {
  const data: number[] = [];
  visit(shape, (at) => data.push(f(at)));
  return { shape, data };
}

function visit(shape: readonly number[], f: (at: readonly number[]) => void): void {
  const size = shape.reduce((product, dim) => product * dim, 1);
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

function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [left, right] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return left === 1 ? right : left;
  });
}

function exponentials(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  return row.map((x) => Math.exp(x - largest));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
