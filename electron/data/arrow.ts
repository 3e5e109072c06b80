/** Arrow files and streams, which Feather 2 files are too, batch by batch. Structs are flattened as in JSON; binary values are left out. */
import { readFile } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { CompressionType, compressionRegistry, DataType, DateUnit, RecordBatchReader, TimeUnit } from 'apache-arrow';
import type { Field, RecordBatch, Vector } from 'apache-arrow';
import { DuckDBDateValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import { decompress } from 'fzstd';
import { AppError, fail } from '../../shared/errors.ts';
import { codeOf, ioFailure } from '../files/failures.ts';
import { unpackLz4 } from './lz4.ts';
import type { Source } from './source.ts';
import type { Loaded, StagedRow, StagedType } from './staged.ts';

compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => decompress(data) });
compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: unpackLz4 });

const sizeLimitBytes = 1024 ** 3;

/** Damaged lengths can keep the library busy without end; whole files need a small part of this. */
const stepLimitMs = 2_000;
const slowestBytesPerMs = 50_000;

interface Leaf {
  readonly name: string;
  /** Places of the nested fields, from the batch down. */
  readonly path: readonly number[];
  readonly type: StagedType;
  readonly read: (vector: Vector, row: number) => DuckDBValue;
}

/** Runs `work` with the table of the file. @throws data/malformed, files/* */
export async function withArrow<T>(source: Source, work: (loaded: Loaded) => Promise<T>): Promise<T> {
  try {
    const bytes = await bytesOf(source);
    const reader = within(stepLimitMs, () => RecordBatchReader.from(bytes).open());
    const leaves: Leaf[] = [];
    const leftOut: string[] = [];
    reader.schema.fields.forEach((field, index) => collect(field, field.name, [index], leaves, leftOut));
    return await work({
      tables: [], table: null, leftOut,
      columns: leaves.map(({ name, type }) => ({ name, type })),
      rows: rowsOf(reader, leaves, source),
      warnings: () => [],
    });
  } catch (thrown) {
    throw failureOf(source, thrown);
  }
}

/** What `work` returns, or an error once it takes longer than `limitMs`: the library does not return to the event loop by itself. */
function within<T>(limitMs: number, work: () => T): T {
  return runInNewContext('work()', { work }, { timeout: Math.ceil(limitMs) }) as T;
}

/** The whole file: batches lie in it as they are used. One that was cut off lacks its end, which the library would look for without end. */
async function bytesOf(source: Source): Promise<Buffer> {
  if (source.sizeBytes > sizeLimitBytes) throw fail('data/too-large', { file: source.fileName, found: `${source.sizeBytes} bytes`, limit: `${sizeLimitBytes} bytes for an Arrow file` });
  const bytes = await readFile(source.path);
  if (bytes.toString('latin1', 0, 6) !== 'ARROW1') return bytes;
  const footerBytes = bytes.length < 20 ? 0 : bytes.readInt32LE(bytes.length - 10);
  if (bytes.toString('latin1', bytes.length - 6) !== 'ARROW1' || footerBytes <= 0 || footerBytes > bytes.length - 18) throw new RangeError('it is cut off');
  return bytes;
}

async function* rowsOf(reader: Iterator<RecordBatch>, leaves: readonly Leaf[], source: Source): AsyncGenerator<StagedRow[]> {
  let line = 0;
  try {
    for (;;) {
      const { value: batch, done } = within(stepLimitMs + source.sizeBytes / slowestBytesPerMs, () => reader.next());
      if (done === true) return;
      const vectors = leaves.map(({ path }) => vectorsAt(batch, path));
      for (let start = 0; start < batch.numRows; start += 2048) {
        const rows: StagedRow[] = [];
        for (let row = start; row < Math.min(batch.numRows, start + 2048); row += 1) {
          line += 1;
          rows.push({ line, values: leaves.map(({ read }, index) => valueAt(vectors[index] ?? [], row, read)) });
        }
        yield rows;
        // The batches are in memory; a message to cancel comes in between.
        await nextTurn();
      }
    }
  } catch (thrown) {
    throw failureOf(source, thrown);
  }
}

/** The column and the structs around it, outermost first. */
function vectorsAt(batch: RecordBatch, path: readonly number[]): Vector[] {
  const vectors: Vector[] = [];
  for (const [depth, index] of path.entries()) {
    const vector: Vector | null | undefined = depth === 0 ? batch.getChildAt(index) : vectors[depth - 1]?.getChildAt(index);
    if (!vector) throw new RangeError('a column is missing');
    vectors.push(vector);
  }
  return vectors;
}

function valueAt(vectors: readonly Vector[], row: number, read: Leaf['read']): DuckDBValue {
  for (const vector of vectors) if (!vector.isValid(row)) return null;
  const last = vectors[vectors.length - 1];
  return last === undefined ? null : read(last, row);
}

function collect(field: Field, name: string, path: readonly number[], leaves: Leaf[], leftOut: string[]): void {
  const { type } = field;
  if (DataType.isStruct(type)) {
    type.children.forEach((child, index) => collect(child, `${name}.${child.name}`, [...path, index], leaves, leftOut));
    return;
  }
  const leaf = leafOf(type);
  if (leaf === null) leftOut.push(name);
  else leaves.push({ name, path, ...leaf });
}

function leafOf(type: DataType): Pick<Leaf, 'type' | 'read'> | null {
  const get = (vector: Vector, row: number): unknown => vector.get(row);
  if (DataType.isNull(type)) return { type: 'text', read: () => null };
  if (DataType.isBool(type)) return { type: 'boolean', read: (vector, row) => get(vector, row) === true };
  if (DataType.isInt(type)) return { type: type.bitWidth === 64 && !type.isSigned ? 'huge' : 'integer', read: (vector, row) => BigInt(get(vector, row) as number | bigint) };
  if (DataType.isFloat(type)) return { type: 'number', read: (vector, row) => Number(get(vector, row)) };
  if (DataType.isDecimal(type)) {
    const scale = 10 ** type.scale;
    // Decimals become floating point, as those of Parquet do.
    return { type: 'number', read: (vector, row) => Number(signed(get(vector, row) as Uint32Array)) / scale };
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return { type: 'string', read: (vector, row) => String(get(vector, row)) };
  if (DataType.isDictionary(type)) {
    const inner = leafOf(type.dictionary);
    return inner === null ? null : { type: inner.type === 'string' ? 'category' : inner.type, read: inner.read };
  }
  if (DataType.isDate(type)) {
    const perDay = type.unit === DateUnit.DAY ? 1 : 86_400_000;
    return { type: perDay === 1 ? 'date' : 'timestamp', read: (vector, row) => dateOf(vector, row, perDay) };
  }
  if (DataType.isTimestamp(type)) return { type: 'timestamp', read: (vector, row) => new DuckDBTimestampValue(microseconds(raw(vector, row), type.unit)) };
  if (DataType.isTime(type)) return { type: 'text', read: (vector, row) => clock(microseconds(raw(vector, row), type.unit)) };
  if (DataType.isList(type) || DataType.isFixedSizeList(type) || DataType.isMap(type)) return { type: 'string', read: (vector, row) => jsonOf(get(vector, row)) };
  return null;
}

/** Words from the lowest on, in two's complement. */
function signed(words: Uint32Array): bigint {
  let value = 0n;
  for (let index = words.length - 1; index >= 0; index -= 1) value = (value << 32n) | BigInt(words[index] ?? 0);
  return BigInt.asIntN(words.length * 32, value);
}

function dateOf(vector: Vector, row: number, perDay: number): DuckDBValue {
  const value = raw(vector, row);
  return perDay === 1 ? new DuckDBDateValue(Number(value)) : new DuckDBTimestampValue(value * 1000n);
}

/** The stored number of a date or a time: what the library makes of it would lose digits. */
function raw(vector: Vector, row: number): bigint {
  const data = vector.data[0];
  if (data === undefined) throw new RangeError('a column has no values');
  if (DataType.isDictionary(vector.type)) {
    const { dictionary } = data;
    if (!dictionary) throw new RangeError('a dictionary is missing');
    return raw(dictionary as Vector, Number((data.values as ArrayLike<number | bigint>)[row]));
  }
  return BigInt((data.values as ArrayLike<number | bigint>)[row] ?? 0);
}

/** The resolution is one microsecond, as everywhere here. */
function microseconds(value: bigint, unit: TimeUnit): bigint {
  switch (unit) {
    case TimeUnit.SECOND: return value * 1_000_000n;
    case TimeUnit.MILLISECOND: return value * 1000n;
    case TimeUnit.MICROSECOND: return value;
    default: return value / 1000n - (value < 0n && value % 1000n !== 0n ? 1n : 0n);
  }
}

function clock(us: bigint): string {
  const part = (value: bigint, width: number) => value.toString().padStart(width, '0');
  const seconds = us / 1_000_000n;
  const fraction = us % 1_000_000n;
  return `${part(seconds / 3600n, 2)}:${part((seconds / 60n) % 60n, 2)}:${part(seconds % 60n, 2)}${fraction === 0n ? '' : `.${part(fraction, 6)}`}`;
}

function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? (Number.isSafeInteger(Number(inner)) ? Number(inner) : String(inner)) : inner));
}

/** The library throws errors of many kinds at a damaged file. */
function failureOf(source: Source, thrown: unknown): unknown {
  if (thrown instanceof AppError) return thrown;
  if (codeOf(thrown) === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return fail('data/malformed', { file: source.fileName, reason: 'its parts name lengths that it does not have' }, thrown);
  const known = ioFailure(thrown, source.path);
  if (known instanceof AppError) return known;
  return fail('data/malformed', { file: source.fileName, reason: thrown instanceof Error ? thrown.message.slice(0, 200) : 'it is damaged' }, thrown);
}
