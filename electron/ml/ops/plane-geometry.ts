/**
 * Where windows lie on a plane, as index tables: what turns a convolution over values kept as [channels, places, batch]
 * into one Gather of rows and one matrix product. Pure numbers, no graph.
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
  /** Windows that are pooled into one place: a divisor of the windows. */
  readonly phases: number;
  /** Rows and columns of the result, after pooling. */
  readonly height: number;
  readonly width: number;
  /**
   * The place that each tap of each window sees: int32 [taps, phases * height * width + 1], one phase after the other. The
   * last window sees zeros only: gradients of what lies outside are taken from there.
   */
  readonly index: Int32Array;
  /** For each place the (tap, window) that saw it, as tap * windows + window: int32 [repeats, places]. */
  readonly inverse: Int32Array;
  readonly repeats: number;
}

/** The taps of a square of odd size around the place, row by row, as the weights [.., kernel, kernel] are stored. */
export function squareOffsets(kernel: number): (readonly [number, number])[] {
  const reach = (kernel - 1) / 2;
  return Array.from({ length: kernel * kernel }, (_, i) => [Math.floor(i / kernel) - reach, (i % kernel) - reach] as const);
}

/** The tables of `spec`. Cost: taps times places. */
export function planeGeometry({ height, width, offsets, stride = [1, 1], pool = [1, 1] }: PlaneSpec): PlaneGeometry {
  const places = height * width;
  const [rows, columns] = [Math.floor(Math.ceil(height / stride[0]) / pool[0]), Math.floor(Math.ceil(width / stride[1]) / pool[1])];
  const phases = pool[0] * pool[1];
  const windows = phases * rows * columns + 1;
  const index = new Int32Array(offsets.length * windows).fill(places);
  const seenBy: number[][] = Array.from({ length: places }, () => []);
  offsets.forEach(([down, right], tap) => {
    for (let window = 0; window < windows - 1; window++) {
      const [phase, at] = [Math.floor(window / (rows * columns)), window % (rows * columns)];
      const y = (Math.floor(at / columns) * pool[0] + Math.floor(phase / pool[1])) * stride[0] + down;
      const x = ((at % columns) * pool[1] + (phase % pool[1])) * stride[1] + right;
      if (y < 0 || x < 0 || y >= height || x >= width) continue;
      index[tap * windows + window] = y * width + x;
      seenBy[y * width + x]!.push(tap * windows + window);
    }
  });
  const repeats = Math.max(1, ...seenBy.map(({ length }) => length));
  const inverse = new Int32Array(repeats * places).fill(windows - 1);
  seenBy.forEach((list, place) => list.forEach((position, i) => (inverse[i * places + place] = position)));
  return { places, taps: offsets.length, phases, height: rows, width: columns, index, inverse, repeats };
}
