/**
 * Rows that do not fit in memory: encoded once into a scratch file, in shards of bounded size that hold the train part in a
 * shuffled division. An epoch takes the shards in an order of its own and shuffles within each; which rows are where depends on
 * the seed alone, so that a run can go on from anywhere, also after the file was written anew.
 */
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { ColumnData } from '../../shared/domain/column-data.ts';
import type { TrainConfig } from '../../shared/domain/train-config.ts';
import { createRandom, range, shuffle } from '../../shared/math/random.ts';
import { encodeCodes, encodeRows } from '../ml/encoding.ts';
import { canStream } from '../ml/streamed-set.ts';
import type { TableReader } from '../ml/streamed-set.ts';
import { targetsOf } from '../ml/training-set.ts';
import type { Matrix, TrainingSet } from '../ml/training-set.ts';
import type { Feed, LoadedPiece, Piece } from './feed.ts';

export interface StreamedTable extends TableReader {
  /** Where encoded rows may be kept; the file is removed at the end. */
  readonly scratchPath: string;
}

/** Encoded rows beyond this are streamed. A fixed size, not the memory there is: the order of rows depends on it, and so do the weights. */
export const streamedAboveBytes = 2 ** 29;
/** Of encoded rows: what a shard takes, and a block on its way into the file. */
const shardBytes = 2 ** 27;
const blockBytes = 2 ** 25;

export function isStreamedTable(given: readonly ColumnData[] | StreamedTable): given is StreamedTable {
  return !Array.isArray(given);
}

/** Whether a table is read in pieces, as far as its raw columns tell: each counts as a float32 per row. */
export function isStreamed(config: TrainConfig, rowCount: number, limitBytes = streamedAboveBytes): boolean {
  return canStream(config) && rowCount * config.features.length * 4 > limitBytes;
}

export interface ShardOptions {
  readonly set: TrainingSet;
  readonly table: StreamedTable;
  readonly seed: number;
  /** Whole steps fit in a shard. */
  readonly stepRows: number;
  /** Lets messages in, between blocks; throws to end the work. */
  rest(): Promise<void>;
  /** Smaller in tests. */
  readonly shardBytes?: number;
}

interface Shard {
  /** Rows of the table, ascending. */
  readonly rows: Int32Array;
  /** Rows of the file before it. */
  readonly start: number;
}

export class Shards implements Feed {
  readonly #options: ShardOptions;
  readonly #file: FileHandle;
  readonly #train: readonly Shard[];
  readonly #parts: Readonly<Record<'validation' | 'test', readonly Shard[]>>;
  readonly #targets: Pick<Matrix, 'y' | 'w'>;
  /** What is being read ahead of its use. */
  #ahead: { readonly shard: Shard; readonly data: Promise<Matrix> } | null = null;

  private constructor(options: ShardOptions, file: FileHandle, train: readonly Shard[], parts: Readonly<Record<'validation' | 'test', readonly Shard[]>>) {
    this.#options = options;
    this.#file = file;
    this.#train = train;
    this.#parts = parts;
    this.#targets = targetsOf(options.set);
  }

  /** Encodes the table into the file. Cost: a pass over the table and one over the file. @throws files/*, what `rest` throws */
  static async write(options: ShardOptions): Promise<Shards> {
    const { set: { split, encoding }, stepRows, seed, table } = options;
    const rowBytes = 4 * (encoding.width + encoding.codeWidth);
    const perShard = Math.max(1, Math.floor((options.shardBytes ?? shardBytes) / rowBytes / stepRows)) * stepRows;
    const train = trainShards(split.train, perShard, createRandom(seed, 'shards'));
    const validation = consecutive(split.validation, perShard, train.at(-1));
    const test = consecutive(split.test, perShard, validation.at(-1));
    const file = await open(table.scratchPath, 'w+');
    const shards = new Shards(options, file, train, { validation, test });
    try {
      await shards.#fill([...train, ...validation, ...test]);
      return shards;
    } catch (thrown) {
      await shards.close();
      throw thrown;
    }
  }

  epoch(epoch: number): readonly Piece[] {
    const random = createRandom(this.#options.seed, `shuffle/${epoch}`);
    const order = shuffle([...this.#train.keys()], random);
    return this.#pieces(order.map((i) => this.#train[i] as Shard), (shard, i) =>
      shuffle(range(shard.rows.length), createRandom(this.#options.seed, `shuffle/${epoch}/${order[i]}`)));
  }

  part(part: 'validation' | 'test'): readonly Piece[] {
    return this.#pieces(this.#parts[part], (shard) => range(shard.rows.length));
  }

  /** Removes the file. */
  async close(): Promise<void> {
    await this.#ahead?.data.catch(() => undefined);
    await this.#file.close();
    await rm(this.#options.table.scratchPath, { force: true });
  }

  #pieces(shards: readonly Shard[], rowsOf: (shard: Shard, index: number) => Int32Array): Piece[] {
    return shards.map((shard, i) => ({
      rowCount: shard.rows.length,
      load: async (): Promise<LoadedPiece> => {
        const data = await (this.#ahead?.shard === shard ? this.#ahead.data : this.#read(shard));
        const next = shards[i + 1];
        this.#ahead = next === undefined ? null : { shard: next, data: this.#read(next) };
        this.#ahead?.data.catch(() => undefined); // thrown where it is awaited
        return { data, rows: rowsOf(shard, i) };
      },
    }));
  }

  async #read({ rows, start }: Shard): Promise<Matrix> {
    const { width, codeWidth } = this.#options.set.encoding;
    const { y, w } = this.#targets;
    const rowCount = rows.length;
    const x = new Float32Array(rowCount * width);
    const codes = new Int32Array(rowCount * codeWidth);
    await readAt(this.#file, x, start * width * 4);
    await readAt(this.#file, codes, this.#codesStart() + start * codeWidth * 4);
    return {
      rowCount, x: width > 0 ? x : null, codes: codeWidth > 0 ? codes : null,
      y: y instanceof Int32Array ? rows.map((row) => y[row] as number) : Float32Array.from(rows, (row) => y[row] as number),
      w: w && Float32Array.from(rows, (row) => w[row] as number),
    };
  }

  /** Features of all rows come first, then the codes. */
  #codesStart(): number {
    const { split, encoding } = this.#options.set;
    return (split.train.length + split.validation.length + split.test.length) * encoding.width * 4;
  }

  async #fill(shards: readonly Shard[]): Promise<void> {
    const { set: { encoding }, table, rest } = this.#options;
    const { width, codeWidth } = encoding;
    const shardOf = new Int32Array(table.rowCount).fill(-1);
    shards.forEach(({ rows }, i) => rows.forEach((row) => { shardOf[row] = i; }));
    const filled = new Float64Array(shards.length);
    const rowsPerBlock = Math.max(1, Math.floor(blockBytes / (4 * (width + codeWidth))));
    let offset = 0;
    await table.readBlocks(encoding.columns.map(({ name }) => name), rowsPerBlock, async (columns) => {
      const data = new Map(columns.map((column) => [column.name, column]));
      const count = blockLength(columns);
      const { order, counts } = groupRows(shardOf.subarray(offset, offset + count), shards.length);
      const x = encodeRows(encoding, data, order);
      const codes = encodeCodes(encoding, data, order);
      let at = 0;
      for (const [i, shard] of shards.entries()) {
        const size = counts[i] as number;
        if (size === 0) continue;
        const place = shard.start + (filled[i] as number);
        await writeAt(this.#file, x.subarray(at * width, (at + size) * width), place * width * 4);
        if (codes) await writeAt(this.#file, codes.subarray(at * codeWidth, (at + size) * codeWidth), this.#codesStart() + place * codeWidth * 4);
        filled[i]! += size;
        at += size;
      }
      offset += count;
      await rest();
    });
  }
}

/** Divides rows (ascending) into shards at random: a shuffled order, cut into pieces whose rows are then in ascending order. */
function trainShards(rows: Int32Array, perShard: number, random: ReturnType<typeof createRandom>): Shard[] {
  const places = shuffle(range(rows.length), random);
  const shardOf = new Int32Array(rows.length);
  places.forEach((place, at) => {
    shardOf[place] = Math.floor(at / perShard);
  });
  const shards = Array.from({ length: Math.ceil(rows.length / perShard) }, (_, i) =>
    ({ rows: new Int32Array(Math.min(perShard, rows.length - i * perShard)), start: i * perShard }));
  const filled = new Int32Array(shards.length);
  rows.forEach((row, i) => {
    const shard = shardOf[i] as number;
    (shards[shard] as Shard).rows[filled[shard] as number] = row;
    filled[shard]! += 1;
  });
  return shards;
}

function consecutive(rows: Int32Array, perShard: number, before: Shard | undefined): Shard[] {
  const first = before === undefined ? 0 : before.start + before.rows.length;
  const shards: Shard[] = [];
  for (let at = 0; at < rows.length; at += perShard) shards.push({ rows: rows.subarray(at, at + perShard), start: first + at });
  return shards;
}

/** The places of a block's rows grouped by shard (-1: none), each group ascending; how many each shard has. */
function groupRows(shardOf: Int32Array, shardCount: number): { order: Int32Array; counts: Int32Array } {
  const counts = new Int32Array(shardCount);
  for (const shard of shardOf) if (shard >= 0) counts[shard]! += 1;
  const next = new Int32Array(shardCount);
  for (let i = 1; i < shardCount; i++) next[i] = (next[i - 1] as number) + (counts[i - 1] as number);
  const order = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  shardOf.forEach((shard, row) => {
    if (shard < 0) return;
    order[next[shard] as number] = row;
    next[shard]! += 1;
  });
  return { order, counts };
}

function blockLength([first]: readonly ColumnData[]): number {
  if (first === undefined) return 0;
  return first.kind === 'number' ? first.values.length : first.codes.length;
}

async function writeAt(file: FileHandle, values: Float32Array | Int32Array, position: number): Promise<void> {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

async function readAt(file: FileHandle, target: Float32Array | Int32Array, position: number): Promise<void> {
  const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done);
    if (bytesRead === 0) throw new Error('the file of encoded rows is cut off');
    done += bytesRead;
  }
}
