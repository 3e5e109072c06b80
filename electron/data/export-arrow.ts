/**
 * Rows as an Arrow file (IPC file format, which Feather 2 is), batch by batch: a large table is never in memory.
 * Categories and texts are both utf8: a dictionary would have to be known before the first row is written.
 */
import { AsyncByteQueue, Binary, Bool, DateDay, Field, Float64, Int64, makeData, RecordBatch, RecordBatchFileWriter, Schema, Struct, TimestampMicrosecond, Utf8, type Data, type DataType } from 'apache-arrow';
import { DuckDBBlobValue, type DuckDBValue } from '@duckdb/node-api';
import type { ColumnType } from '../../shared/domain/columns.ts';
import type { Session } from './duck.ts';
import { storedType } from './fields.ts';
import type { ParquetTable } from './parquet.ts';

const batchRows = 65_536;
/** A batch ends early where its texts and images grow beyond so many characters or bytes. */
const batchCharacters = 32 * 1024 * 1024;

export interface ArrowProgress { (done: number): void }

/** The bytes of the file, about a batch at a time. */
export async function* arrowBytes(session: Session, { columns, from }: ParquetTable, onRows: ArrowProgress): AsyncGenerator<Uint8Array> {
  const schema = new Schema(columns.map(({ name, type }) => new Field(name, arrowType(type), true)));
  const queue = new Drain();
  const writer = new RecordBatchFileWriter({ autoDestroy: false });
  writer.reset(queue);
  let rowCount = 0;
  for await (const values of batchesOf(session, columns, from)) {
    const length = values[0]?.length ?? 0;
    const children = columns.map(({ type }, index) => dataOf(type, values[index] ?? []));
    writer.write(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })));
    rowCount += length;
    yield* queue.take();
    onRows(rowCount);
  }
  writer.finish();
  yield* queue.take();
}

/** Keeps what the writer gives until it is taken. */
class Drain extends AsyncByteQueue {
  #held: Uint8Array[] = [];

  override write(value: Uint8Array): void {
    if (value.byteLength > 0) this.#held.push(value);
  }

  take(): Uint8Array[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }
}

/** Values column by column; at least one batch, be it empty, for it carries the schema. */
async function* batchesOf(session: Session, columns: ParquetTable['columns'], from: string): AsyncGenerator<DuckDBValue[][]> {
  const select = columns.map(({ stored, type }) => plainSql(stored, type));
  const result = await session.connection.stream(`SELECT ${select.join(', ')} FROM ${from}`);
  let batch: DuckDBValue[][] = columns.map(() => []);
  let characters = 0;
  let isFirst = true;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (const [index, held] of batch.entries()) {
      for (const value of chunk.getColumnValues(index)) {
        held.push(value);
        characters += typeof value === 'string' ? value.length : value instanceof DuckDBBlobValue ? value.bytes.length : 0;
      }
    }
    if ((batch[0]?.length ?? 0) < batchRows && characters < batchCharacters) continue;
    yield batch;
    [batch, characters, isFirst] = [columns.map(() => []), 0, false];
  }
  if (isFirst || (batch[0]?.length ?? 0) > 0) yield batch;
}

/** Dates as days and times as microseconds since 1970, which is what Arrow stores. */
function plainSql(x: string, type: ColumnType): string {
  switch (storedType[type]) {
    case 'DATE': return `epoch_us(${x}) // 86400000000`;
    case 'TIMESTAMP': return `epoch_us(${x})`;
    default: return x;
  }
}

function arrowType(type: ColumnType): DataType {
  switch (storedType[type]) {
    case 'BOOLEAN': return new Bool();
    case 'BIGINT': return new Int64();
    case 'DOUBLE': return new Float64();
    case 'DATE': return new DateDay();
    case 'TIMESTAMP': return new TimestampMicrosecond();
    case 'BLOB': return new Binary();
    default: return new Utf8();
  }
}

function dataOf(type: ColumnType, values: readonly DuckDBValue[]): Data {
  const length = values.length;
  const { nullBitmap, nullCount } = validityOf(values);
  const common = { length, nullCount, nullBitmap };
  const whole = (): BigInt64Array => BigInt64Array.from(values, (value) => (typeof value === 'bigint' ? value : 0n));
  switch (storedType[type]) {
    case 'BOOLEAN': return makeData({ ...common, type: new Bool(), data: bitsOf(values, (value) => value === true) });
    case 'BIGINT': return makeData({ ...common, type: new Int64(), data: whole() });
    case 'DOUBLE': return makeData({ ...common, type: new Float64(), data: Float64Array.from(values, (value) => (typeof value === 'number' ? value : 0)) });
    case 'DATE': return makeData({ ...common, type: new DateDay(), data: Int32Array.from(values, (value) => Number(value ?? 0)) });
    case 'TIMESTAMP': return makeData({ ...common, type: new TimestampMicrosecond(), data: whole() });
    case 'BLOB': return makeData({ ...common, type: new Binary(), ...joined(values.map((value) => (value instanceof DuckDBBlobValue ? value.bytes : new Uint8Array()))) });
    default: return makeData({ ...common, type: new Utf8(), ...joined(values.map((value) => Buffer.from(typeof value === 'string' ? value : '', 'utf8'))) });
  }
}

/** Values of any length, one behind the other, and where each begins. */
function joined(pieces: readonly Uint8Array[]): { valueOffsets: Int32Array; data: Uint8Array } {
  const valueOffsets = new Int32Array(pieces.length + 1);
  pieces.forEach((piece, index) => { valueOffsets[index + 1] = (valueOffsets[index] ?? 0) + piece.length; });
  return { valueOffsets, data: Buffer.concat(pieces) };
}

function validityOf(values: readonly DuckDBValue[]): { nullBitmap: Uint8Array; nullCount: number } {
  return { nullBitmap: bitsOf(values, (value) => value !== null), nullCount: values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0) };
}

/** One bit a value, the lowest first. */
function bitsOf(values: readonly DuckDBValue[], isSet: (value: DuckDBValue) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, index) => {
    if (isSet(value)) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bits;
}
