/** Products, reductions and what is normalised over the last axis, from their definitions. */
import type { Attributes } from '../../../electron/ml/graph.ts';
import { broadcast, fill, floatOf, intOf, intsOf, offsetOf, permute, pick, single, sizeOf, sum, visit } from './tensor.ts';
import type { Kernel, Kernels, Tensor } from './tensor.ts';

export const reduceKernels: Kernels = {
  MatMul: single(([a, b]) => matrixProduct(a as Tensor, b as Tensor)),
  Gemm: single(([a, b, bias], attributes) => {
    const flip = (x: Tensor, name: string): Tensor => (intOf(attributes, name) === 1 ? permute(x, [1, 0]) : x);
    const product = matrixProduct(flip(a as Tensor, 'transA'), flip(b as Tensor, 'transB'));
    return bias === undefined ? product : fill(product.shape, (at) => pick(product, at) + pick(bias, at));
  }),
  ReduceSum: reduction(sum),
  ReduceMean: reduction((values) => sum(values) / values.length),
  ReduceMax: reduction((values) => Math.max(...values)),
  ReduceMin: reduction((values) => Math.min(...values)),
  Softmax: lastAxis((row) => exponentials(row).map((e, _, all) => e / sum(all))),
  LogSoftmax: lastAxis((row) => row.map((x) => x - Math.max(...row) - Math.log(sum(exponentials(row))))),
  LayerNormalization: (inputs, attributes) => {
    const [x, scale, bias] = inputs as [Tensor, Tensor, Tensor];
    const width = x.shape.at(-1) as number;
    const reduced = [...x.shape.slice(0, -1), 1];
    const rows = rowsOf(x);
    const means = rows.map((row) => sum(row) / width);
    const inverses = rows.map((row, i) =>
      1 / Math.sqrt(sum(row.map((value) => (value - (means[i] as number)) ** 2)) / width + floatOf(attributes, 'epsilon', 1e-5)));
    const y = rows.flatMap((row, i) => row.map((value, k) =>
      (value - (means[i] as number)) * (inverses[i] as number) * (scale.data[k] as number) + (bias.data[k] as number)));
    return [{ shape: x.shape, data: y }, { shape: reduced, data: means }, { shape: reduced, data: inverses }];
  },
};

function reduction(f: (values: number[]) => number): Kernel {
  return single(([x], attributes: Attributes) => {
    const { shape } = x as Tensor;
    const axes = intsOf(attributes, '_axes');
    const reduced = shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
    const groups = Array.from({ length: sizeOf(reduced) }, (): number[] => []);
    visit(shape, (from) => groups[offsetOf(reduced, from)]?.push(pick(x as Tensor, from)));
    const kept = { shape: reduced, data: groups.map((values) => f(values)) };
    return intOf(attributes, 'keepdims') === 1 ? kept : { shape: shape.filter((_, i) => !axes.includes(i)), data: kept.data };
  });
}

function lastAxis(f: (row: number[]) => number[]): Kernel {
  return single(([x]) => ({ shape: (x as Tensor).shape, data: rowsOf(x as Tensor).flatMap((row) => f(row)) }));
}

function rowsOf({ shape, data }: Tensor): number[][] {
  const width = shape.at(-1) as number;
  return Array.from({ length: data.length / width }, (_, i) => data.slice(i * width, (i + 1) * width));
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

function exponentials(row: readonly number[]): number[] {
  const largest = Math.max(...row);
  return row.map((x) => Math.exp(x - largest));
}
