/** Operators that move or select elements, from their definitions. */
import { broadcast, fill, intOf, intsOf, offsetOf, permute, pick, single, sum, visit } from './tensor.ts';
import type { Kernels, Tensor } from './tensor.ts';

export const layoutKernels: Kernels = {
  Reshape: single((inputs) => {
    const [x, target] = inputs as [Tensor, Tensor];
    const asked = target.data;
    const rest = asked.reduce((size, dim) => (dim === -1 ? size : size * dim), 1);
    return { shape: asked.map((dim) => (dim === -1 ? x.data.length / rest : dim)), data: x.data };
  }),
  Transpose: single(([x], attributes) => permute(x as Tensor, intsOf(attributes, 'perm'))),
  Unsqueeze: single((inputs) => {
    const [x, axes] = inputs as [Tensor, Tensor];
    const rest = [...x.shape];
    const shape = Array.from({ length: rest.length + axes.data.length }, (_, i) => (axes.data.includes(i) ? 1 : (rest.shift() as number)));
    return { shape, data: x.data };
  }),
  Squeeze: single((inputs) => {
    const [x, axes] = inputs as [Tensor, Tensor];
    return { shape: x.shape.filter((_, i) => !axes.data.includes(i)), data: x.data };
  }),
  Expand: single((inputs) => {
    const [x, shape] = inputs as [Tensor, Tensor];
    return fill(broadcast(x.shape, shape.data), (at) => pick(x, at));
  }),
  Concat: single((inputs, attributes) => {
    const axis = intOf(attributes, 'axis');
    const shape = [...(inputs[0] as Tensor).shape];
    shape[axis] = sum(inputs.map((input) => input.shape[axis] as number));
    return fill(shape, (at) => {
      let index = at[axis] as number;
      const source = inputs.find((input) => index < (input.shape[axis] as number) || ((index -= input.shape[axis] as number), false));
      return pick(source as Tensor, withIndex(at, axis, index));
    });
  }),
  Slice: single((inputs) => {
    const [x, from, to, axis, step] = inputs as [Tensor, Tensor, Tensor, Tensor, Tensor | undefined];
    const along = axis.data[0] as number;
    const dim = x.shape[along] as number;
    if (step?.data[0] === -1) return fill(x.shape, (at) => pick(x, withIndex(at, along, dim - 1 - (at[along] as number))));
    const [start, end] = [from.data[0] as number, to.data[0] as number];
    return fill(withIndex(x.shape, along, end - start), (at) => pick(x, withIndex(at, along, (at[along] as number) + start)));
  }),
  Split: (inputs, attributes) => {
    const [x, sizes] = inputs as [Tensor, Tensor];
    const axis = intOf(attributes, 'axis');
    let start = 0;
    return sizes.data.map((size) => {
      const from = start;
      start += size;
      return fill(withIndex(x.shape, axis, size), (at) => pick(x, withIndex(at, axis, (at[axis] as number) + from)));
    });
  },
  Pad: single((inputs) => {
    const [x, pads, value] = inputs as [Tensor, Tensor, Tensor];
    const rank = x.shape.length;
    const shape = x.shape.map((dim, i) => dim + (pads.data[i] as number) + (pads.data[rank + i] as number));
    return fill(shape, (at) => {
      const from = at.map((index, i) => index - (pads.data[i] as number));
      const isInside = from.every((index, i) => index >= 0 && index < (x.shape[i] as number));
      return isInside ? pick(x, from) : value.data[0] as number;
    });
  }),
  Gather: single((inputs, attributes) => {
    const [x, indices] = inputs as [Tensor, Tensor];
    const axis = intOf(attributes, 'axis');
    const rank = indices.shape.length;
    const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
    return fill(shape, (at) => {
      const index = pick(indices, at.slice(axis, axis + rank));
      const from = index < 0 ? index + (x.shape[axis] as number) : index;
      return pick(x, [...at.slice(0, axis), from, ...at.slice(axis + rank)]);
    });
  }),
  ScatterElements: single((inputs, attributes) => {
    const [base, indices, updates] = inputs as [Tensor, Tensor, Tensor];
    const axis = intOf(attributes, 'axis');
    const data = [...base.data];
    visit(updates.shape, (at) => {
      data[offsetOf(base.shape, withIndex(at, axis, pick(indices, at)))]! += pick(updates, at);
    });
    return { shape: base.shape, data };
  }),
  Range: single((inputs) => {
    const [from, to, by] = inputs.map(({ data }) => data[0] as number) as [number, number, number];
    const length = Math.max(0, Math.ceil((to - from) / by));
    return { shape: [length], data: Array.from({ length }, (_, i) => from + i * by) };
  }),
  Shape: single(([x]) => ({ shape: [(x as Tensor).shape.length], data: (x as Tensor).shape })),
  Size: single(([x]) => ({ shape: [], data: [(x as Tensor).data.length] })),
};

function withIndex(at: readonly number[], axis: number, index: number): number[] {
  return at.map((value, i) => (i === axis ? index : value));
}
