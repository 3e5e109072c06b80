/** What the rows of a training set look like to a model. */
export type InputShape =
  /** A row of numbers; `categories` are the sizes of the columns that are embedded (codes int32 [batch, categories.length]). */
  | { readonly kind: 'table'; readonly featureWidth: number; readonly categories: readonly number[] }
  /** Features [batch, channels * height * width], channel by channel, row by row. */
  | { readonly kind: 'image'; readonly channels: number; readonly height: number; readonly width: number }
  /** Features [batch, steps * channels], step by step. */
  | { readonly kind: 'series'; readonly steps: number; readonly channels: number }
  /** Codes [batch, steps]; 0 is padding, 1 a word that is not in the vocabulary, which counts both. */
  | { readonly kind: 'words'; readonly steps: number; readonly vocabulary: number };

export type InputOf<K extends InputShape['kind']> = Extract<InputShape, { kind: K }>;

/** Numbers per row. */
export function featureWidthOf(input: InputShape): number {
  switch (input.kind) {
    case 'table': return input.featureWidth;
    case 'image': return input.channels * input.height * input.width;
    case 'series': return input.steps * input.channels;
    case 'words': return 0;
  }
}

/** Category or word numbers per row. */
export function codeWidthOf(input: InputShape): number {
  switch (input.kind) {
    case 'table': return input.categories.length;
    case 'words': return input.steps;
    default: return 0;
  }
}
