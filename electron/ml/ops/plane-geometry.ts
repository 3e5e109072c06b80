/**
 * Where windows lie on a plane, as index tables: what turns a convolution over values kept as [channels, places, batch]
 * into Gathers of rows and matrix products. Pure numbers, no graph.
 */

export interface PlaneSpec {
  readonly height: number;
  readonly width: number;
  /** What a window sees, relative to its place: [rows down, columns right]. */
  readonly offsets: readonly (readonly [number, number])[];
  /** Places between windows, down and right. */
  readonly stride?: readonly [number, number];
  /** Windows side by side of which the largest is kept, down and right; what is left over at the end is dropped. */
  readonly pool?: readonly [number, number];
}

export interface PlaneGeometry {
  /** Places of the input; also the index that stands for the zeros around it. */
  readonly places: number;
  readonly taps: number;
  /** Rows and columns of the result, after pooling. */
  readonly height: number;
  readonly width: number;
  readonly blocks: readonly PlaneBlock[];
  /**
   * For each place the (tap, window) that saw it, as tap * (windows + 1) + window: int32 [repeats, places]. Windows count
   * through all blocks and their phases; one more, of zeros, stands for what nothing saw.
   */
  readonly inverse: Int32Array;
  readonly repeats: number;
  readonly windows: number;
}

/** Neighbouring places of the result, computed together. */
export interface PlaneBlock {
  readonly places: number;
  /** For each of the windows that are pooled into one place, what its taps see: int32 [taps, places]. */
  readonly phases: readonly Int32Array[];
}

/**
 * Places per block: a matrix product runs a third slower when the rows of its right side are far apart (50 kB against
 * 12 kB, measured with ONNX Runtime 1.30 on an AMD EPYC with AVX2), as ONNX Runtime packs columns.
 */
const placesPerBlock = 64;
const mostBlocks = 32;

/** The taps of a square of odd size around the place, row by row, as the weights [.., kernel, kernel] are stored. */
export function squareOffsets(kernel: number): (readonly [number, number])[] {
  const reach = (kernel - 1) / 2;
  return Array.from({ length: kernel * kernel }, (_, i) => [Math.floor(i / kernel) - reach, (i % kernel) - reach] as const);
}

/** The tables of `spec`. Cost: taps times places. */
export function planeGeometry({ height, width, offsets, stride = [1, 1], pool = [1, 1] }: PlaneSpec): PlaneGeometry {
  const places = height * width;
  const [rows, columns] = [Math.floor(Math.ceil(height / stride[0]) / pool[0]), Math.floor(Math.ceil(width / stride[1]) / pool[1])];
  const windows = pool[0] * pool[1] * rows * columns;
  const seenBy: number[][] = Array.from({ length: places }, () => []);
  let window = 0;

  const phaseOf = (down: number, right: number, from: number, to: number): Int32Array => {
    const index = new Int32Array(offsets.length * (to - from)).fill(places);
    for (let at = from; at < to; at++, window++) {
      offsets.forEach((offset, tap) => {
        const y = (Math.floor(at / columns) * pool[0] + down) * stride[0] + offset[0];
        const x = ((at % columns) * pool[1] + right) * stride[1] + offset[1];
        if (y < 0 || x < 0 || y >= height || x >= width) return;
        index[tap * (to - from) + at - from] = y * width + x;
        seenBy[y * width + x]!.push(tap * (windows + 1) + window);
      });
    }
    return index;
  };
  const blocks = blockRanges(rows * columns).map(([from, to]) => ({
    places: to - from,
    phases: Array.from({ length: pool[0] * pool[1] }, (_, i) => phaseOf(Math.floor(i / pool[1]), i % pool[1], from, to)),
  }));

  const repeats = seenBy.reduce((most, { length }) => Math.max(most, length), 1);
  const inverse = new Int32Array(repeats * places).fill(windows);
  seenBy.forEach((list, place) => list.forEach((position, i) => (inverse[i * places + place] = position)));
  return { places, taps: offsets.length, height: rows, width: columns, blocks, inverse, repeats, windows };
}

/** 0..count-1 in ranges, from and to, of nearly equal length that make good blocks. */
export function blockRanges(count: number): [number, number][] {
  const parts = Math.min(mostBlocks, Math.ceil(count / placesPerBlock));
  return Array.from({ length: parts }, (_, i) => [Math.floor((i * count) / parts), Math.floor(((i + 1) * count) / parts)]);
}
