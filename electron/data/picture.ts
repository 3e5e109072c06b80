/** Pixels in memory: shrunk by area, turned upright, made grey. Pure; rows from the top, 8 bits a value. */

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 is grey, 3 is red, green, blue. */
  readonly channels: 1 | 3;
  /** [height, width, channels] */
  readonly values: Uint8Array;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part that one output pixel covers of a row or a column of input pixels. */
interface Span {
  readonly first: number;
  /** Length of the covered part of each input pixel from `first` on; they add up to the length of the span. */
  readonly weights: readonly number[];
}

/**
 * The picture at another size. Each output pixel is the mean of the input over the area it covers, parts of pixels
 * counted by their area (as OpenCV's INTER_AREA does); larger pictures repeat pixels. Values as stored, without gamma.
 * Cost: each input value once, and twice where two output rows share its row.
 */
export function areaAverage({ width, height, channels, values }: Picture, to: Size): Picture {
  if (to.width === width && to.height === height) return { width, height, channels, values };
  const columns = spans(width, to.width);
  const rows = spans(height, to.height);
  const out = new Uint8Array(to.width * to.height * channels);
  const sums = new Float64Array(to.width * channels);
  const area = (width / to.width) * (height / to.height);
  rows.forEach(({ first, weights }, y) => {
    sums.fill(0);
    weights.forEach((rowWeight, row) => addRow({ values, start: (first + row) * width * channels, channels, columns, rowWeight, sums }));
    for (let at = 0; at < sums.length; at += 1) out[y * sums.length + at] = Math.round((sums[at] as number) / area);
  });
  return { ...to, channels, values: out };
}

/** The largest size with the same sides' ratio that fits a square of `side`; never larger than the picture itself. */
export function fitInto({ width, height }: Size, side: number): Size {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Width and height exchanged where the orientation lays the picture on its side. */
export function uprightSize({ width, height }: Size, orientation: number): Size {
  return orientation >= 5 ? { width: height, height: width } : { width, height };
}

/** Turns and mirrors what EXIF says is stored in another way; orientation 1 is returned as it is. */
export function upright(picture: Picture, orientation: number): Picture {
  if (orientation === 1) return picture;
  const { channels, values } = picture;
  const to = uprightSize(picture, orientation);
  const out = new Uint8Array(values.length);
  for (let y = 0; y < to.height; y += 1) {
    for (let x = 0; x < to.width; x += 1) {
      const [fromX, fromY] = storedPlace(picture, orientation, x, y);
      const from = (fromY * picture.width + fromX) * channels;
      for (let channel = 0; channel < channels; channel += 1) out[(y * to.width + x) * channels + channel] = values[from + channel] as number;
    }
  }
  return { ...to, channels, values: out };
}

/** Brightness by ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue, rounded. */
export function toGrey({ width, height, channels, values }: Picture): Picture {
  if (channels === 1) return { width, height, channels, values };
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at += 1) {
    grey[at] = Math.round(0.299 * (values[at * 3] as number) + 0.587 * (values[at * 3 + 1] as number) + 0.114 * (values[at * 3 + 2] as number));
  }
  return { width, height, channels: 1, values: grey };
}

/** Grey becomes three equal channels. */
export function toColour({ width, height, channels, values }: Picture): Picture {
  if (channels === 3) return { width, height, channels, values };
  const colours = new Uint8Array(values.length * 3);
  values.forEach((value, at) => colours.fill(value, at * 3, at * 3 + 3));
  return { width, height, channels: 3, values: colours };
}

/** Where the pixel (x, y) of the upright picture lies in the stored one (EXIF 2.32, tag Orientation). */
function storedPlace({ width, height }: Size, orientation: number, x: number, y: number): readonly [number, number] {
  switch (orientation) {
    case 2: return [width - 1 - x, y];
    case 3: return [width - 1 - x, height - 1 - y];
    case 4: return [x, height - 1 - y];
    case 5: return [y, x];
    case 6: return [y, height - 1 - x];
    case 7: return [width - 1 - y, height - 1 - x];
    case 8: return [width - 1 - y, x];
    default: return [x, y];
  }
}

function spans(from: number, to: number): Span[] {
  const length = from / to;
  return Array.from({ length: to }, (_, index): Span => {
    const start = index * length;
    const end = Math.min(from, start + length);
    const first = Math.min(from - 1, Math.floor(start));
    const weights: number[] = [];
    for (let at = first; at < Math.max(first + 1, end); at += 1) weights.push(Math.min(at + 1, end) - Math.max(at, start));
    return { first, weights };
  });
}

interface RowToAdd {
  readonly values: Uint8Array;
  readonly start: number;
  readonly channels: number;
  readonly columns: readonly Span[];
  readonly rowWeight: number;
  readonly sums: Float64Array;
}

function addRow({ values, start, channels, columns, rowWeight, sums }: RowToAdd): void {
  for (let x = 0; x < columns.length; x += 1) {
    const { first, weights } = columns[x] as Span;
    for (let channel = 0; channel < channels; channel += 1) {
      let sum = 0;
      for (let at = 0; at < weights.length; at += 1) sum += (weights[at] as number) * (values[start + (first + at) * channels + channel] as number);
      sums[x * channels + channel] = (sums[x * channels + channel] as number) + sum * rowWeight;
    }
  }
}
