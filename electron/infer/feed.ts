/** Where training gets its rows from: pieces that are in memory together, one after the other. */
import { createRandom, shuffle } from '../../shared/math/random.ts';
import type { Split } from '../ml/split.ts';
import type { Matrix } from '../ml/training-set.ts';

export interface Piece {
  readonly rowCount: number;
  load(): Promise<LoadedPiece>;
}

export interface LoadedPiece {
  readonly data: Matrix;
  /** Rows of `data`, in the order in which they are used. */
  readonly rows: Int32Array;
}

export interface Feed {
  /** The train part in the order of an epoch (1 is the first): a function of seed and epoch alone, so that a run can go on from anywhere. */
  epoch(epoch: number): readonly Piece[];
  /** The rows of another part, ascending. */
  part(part: 'validation' | 'test'): readonly Piece[];
}

/** All rows in one piece. */
export function memoryFeed(data: Matrix, split: Split, seed: number): Feed {
  const piece = (rowCount: number, rows: () => Int32Array): Piece => ({ rowCount, load: () => Promise.resolve({ data, rows: rows() }) });
  return {
    epoch: (epoch) => [piece(split.train.length, () => shuffle(split.train.slice(), createRandom(seed, `shuffle/${epoch}`)))],
    part: (part) => [piece(split[part].length, () => split[part])],
  };
}
