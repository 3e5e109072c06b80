/** Convolution and pooling from their definitions: every window, every tap. */
import type { Attributes } from '../../../electron/ml/graph.ts';
import { fill, intOf, intsOf, offsetOf, pick, single, sizeOf, sum, visit } from './tensor.ts';
import type { Kernels, Tensor } from './tensor.ts';

export const windowKernels: Kernels = {
  Conv: single((inputs, attributes) => {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
    const kernel = weight.shape.slice(2);
    const group = intOf(attributes, 'group', 1);
    const [outputs, perGroup] = weight.shape as [number, number];
    return fill([x.shape[0] as number, outputs, ...counts(x, kernel, attributes)], (at) => {
      const [row, output, ...window] = at as [number, number, ...number[]];
      const firstChannel = Math.floor(output / (outputs / group)) * perGroup;
      let total = bias === undefined ? 0 : pick(bias, [output]);
      visit([perGroup, ...kernel], ([channel, ...tap]) => {
        const place = placeOf(window, tap, attributes);
        if (isInside(place, x)) total += pick(x, [row, firstChannel + (channel as number), ...place]) * pick(weight, [output, channel as number, ...tap]);
      });
      return total;
    });
  }),
  ConvTranspose: single((inputs, attributes) => {
    const [x, weight, bias] = inputs as [Tensor, Tensor, Tensor | undefined];
    const [, perGroup, ...kernel] = weight.shape as [number, number, ...number[]];
    const group = intOf(attributes, 'group', 1);
    const rank = kernel.length;
    const [strides, dilations, pads] = windowOf(attributes, rank);
    const added = attributes['output_padding'] === undefined ? kernel.map(() => 0) : intsOf(attributes, 'output_padding');
    const space = x.shape.slice(2).map((size, i) => (size - 1) * (strides[i] as number) + (dilations[i] as number) * ((kernel[i] as number) - 1) + 1
      - (pads[i] as number) - (pads[rank + i] as number) + (added[i] as number));
    const shape = [x.shape[0] as number, perGroup * group, ...space];
    const data = fill(shape, ([, output]) => (bias === undefined ? 0 : pick(bias, [output as number]))).data as number[];
    visit(x.shape, ([row, channel, ...window]) => {
      const part = Math.floor((channel as number) / ((x.shape[1] as number) / group));
      visit([perGroup, ...kernel], ([output, ...tap]) => {
        const place = placeOf(window, tap, attributes);
        if (place.some((index, i) => index < 0 || index >= (space[i] as number))) return;
        data[offsetOf(shape, [row as number, part * perGroup + (output as number), ...place])]!
          += pick(x, [row as number, channel as number, ...window]) * pick(weight, [channel as number, output as number, ...tap]);
      });
    });
    return { shape, data };
  }),
  MaxPool: (inputs, attributes) => {
    const [x] = inputs as [Tensor];
    const kernel = intsOf(attributes, 'kernel_shape');
    const shape = [...x.shape.slice(0, 2), ...counts(x, kernel, attributes)];
    const places = fill(shape, ([row, channel, ...window]) => {
      const seen = inWindow(x, kernel, window, attributes).map((place) => offsetOf(x.shape, [row as number, channel as number, ...place]));
      return seen.reduce((best, place) => ((x.data[place] as number) > (x.data[best] as number) ? place : best));
    });
    return [{ shape, data: places.data.map((place) => x.data[place] as number) }, places];
  },
  AveragePool: single((inputs, attributes) => {
    const [x] = inputs as [Tensor];
    const kernel = intsOf(attributes, 'kernel_shape');
    return fill([...x.shape.slice(0, 2), ...counts(x, kernel, attributes)], ([row, channel, ...window]) => {
      const seen = inWindow(x, kernel, window, attributes).map((place) => pick(x, [row as number, channel as number, ...place]));
      return sum(seen) / (intOf(attributes, 'count_include_pad') === 1 ? sizeOf(kernel) : seen.length);
    });
  }),
  GlobalAveragePool: single((inputs) => {
    const [x] = inputs as [Tensor];
    const space = x.shape.slice(2);
    return fill([...x.shape.slice(0, 2), ...space.map(() => 1)], ([row, channel]) => {
      let total = 0;
      visit(space, (place) => (total += pick(x, [row as number, channel as number, ...place])));
      return total / sizeOf(space);
    });
  }),
};

function windowOf(attributes: Attributes, rank: number): [readonly number[], readonly number[], readonly number[]] {
  const or = (name: string, value: number, count: number): readonly number[] =>
    (attributes[name] === undefined ? Array<number>(count).fill(value) : intsOf(attributes, name));
  return [or('strides', 1, rank), or('dilations', 1, rank), or('pads', 0, 2 * rank)];
}

function counts(x: Tensor, kernel: readonly number[], attributes: Attributes): number[] {
  const [strides, dilations, pads] = windowOf(attributes, kernel.length);
  return kernel.map((size, i) => Math.floor(((x.shape[i + 2] as number) + (pads[i] as number) + (pads[kernel.length + i] as number)
    - (dilations[i] as number) * (size - 1) - 1) / (strides[i] as number)) + 1);
}

function placeOf(window: readonly number[], tap: readonly number[], attributes: Attributes): number[] {
  const [strides, dilations, pads] = windowOf(attributes, window.length);
  return window.map((at, i) => at * (strides[i] as number) + (tap[i] as number) * (dilations[i] as number) - (pads[i] as number));
}

function inWindow(x: Tensor, kernel: readonly number[], window: readonly number[], attributes: Attributes): number[][] {
  const places: number[][] = [];
  visit(kernel, (tap) => {
    const place = placeOf(window, tap, attributes);
    if (isInside(place, x)) places.push(place);
  });
  return places;
}

function isInside(place: readonly number[], x: Tensor): boolean {
  return place.every((index, i) => index >= 0 && index < (x.shape[i + 2] as number));
}
