/** Arrow files and streams, as pandas, polars and others write them. */
import { Bool, DateDay, DateMillisecond, Dictionary, Field, Float64, Int32, Int64, List, makeData, Struct, Table, tableToIPC, TimestampNanosecond, Uint64, Utf8, vectorFromArray, Binary, CompressionType, compressionRegistry, Decimal, TimeMillisecond, Vector } from 'apache-arrow';
import { zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { unpackLz4 } from '../../../electron/data/lz4.ts';
import { readRows } from '../../../electron/data/rows.ts';
import { sniffFile } from '../../../electron/data/sniff.ts';
import { dataFolder, failureFrom } from '../../support/data-files.ts';

const folder = dataFolder();

async function stored(bytes: Uint8Array, name = 'table.arrow') {
  const table = await folder.store(await folder.file(name, bytes));
  return { ...table, rows: (await readRows(folder.duck, { path: table.path, offset: 0, limit: 100 })).rows };
}

const table = new Table({
  i: vectorFromArray([1, null], new Int32()),
  big: vectorFromArray([9007199254740993n, -1n], new Int64()),
  u: vectorFromArray([18446744073709551615n, 0n], new Uint64()),
  x: vectorFromArray([0.1, null], new Float64()),
  t: vectorFromArray(['é😀', ''], new Utf8()),
  b: vectorFromArray([true, false], new Bool()),
  d: vectorFromArray([new Date('2024-02-29'), null], new DateDay()),
  k: vectorFromArray(['one', 'two'], new Dictionary(new Utf8(), new Int32())),
});

const shown = [[1, '9007199254740993', 18446744073709552000, 0.1, 'é😀', true, '2024-02-29', 'one'], [null, -1, 0, null, '', false, null, 'two']];

test.each(['file', 'stream'] as const)('a %s arrives with the types it states', async (kind) => {
  const { columns, rows, sniff } = await stored(tableToIPC(table, kind));
  expect(sniff.format).toBe('arrow');
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['i integer', 'big integer', 'u number', 'x number', 't category', 'b boolean', 'd date', 'k category']);
  expect(rows).toEqual(shown);
});

test('buffers packed with zstd are read', async () => {
  compressionRegistry.set(CompressionType.ZSTD, { ...compressionRegistry.get(CompressionType.ZSTD), encode: (data) => zstdCompressSync(data) });
  const bytes = tableToIPC(table, 'file', CompressionType.ZSTD);
  expect((await stored(bytes)).rows).toEqual(shown);
});

test('LZ4 frames unpack to what was packed', () => {
  // By hand from the description of the format: a literal run of 3, a match of 18 from 3 back, the last 4 literals.
  const block = [0x3e, 0x61, 0x62, 0x63, 0x03, 0x00, 0x40, 0x2d, 0x65, 0x6e, 0x64];
  const made = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x00, block.length, 0, 0, 0, ...block, 0, 0, 0, 0]);
  expect(Buffer.from(unpackLz4(made)).toString()).toBe(`${'abc'.repeat(7)}-end`);
  const stores = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x00, 2, 0, 0, 0x80, 0x68, 0x69, 0, 0, 0, 0]);
  expect(Buffer.from(unpackLz4(stores)).toString()).toBe('hi');
  expect(() => unpackLz4(made.subarray(0, 16))).toThrow(RangeError);
  expect(() => unpackLz4(Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x00, 3, 0, 0, 0, 0x00, 0x09, 0x00, 0, 0, 0, 0]))).toThrow('point before');
});

test('structs are flattened, lists become JSON, times and decimals keep their value, and binary values are left out', async () => {
  const nested = new Table({
    p: vectorFromArray([{ x: 1, y: 'a' }, null], new Struct([new Field('x', new Int32()), new Field('y', new Utf8())])),
    l: vectorFromArray([[1n, 2n], null], new List(new Field('item', new Int64()))),
    ns: vectorFromArray([1_700_000_000_123, null], new TimestampNanosecond()),
    ms: vectorFromArray([new Date('2024-02-29T12:00:00Z'), null], new DateMillisecond()),
    h: vectorFromArray([45_296_007, null], new TimeMillisecond()),
    bin: vectorFromArray([new Uint8Array([1]), null], new Binary()),
    dec: new Vector([makeData({ type: new Decimal(2, 10, 128), length: 2, nullCount: 0, data: new Uint32Array([12345, 0, 0, 0, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff]) })]),
  });
  const { columns, rows, sniff } = await stored(tableToIPC(nested, 'file'), 'nested.feather');
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual(['p.x integer', 'p.y category', 'l category', 'ns timestamp', 'ms timestamp', 'h category', 'dec number']);
  expect(rows[0]).toEqual([1, 'a', '[1,2]', '2023-11-14T22:13:20.123', '2024-02-29T12:00:00', '12:34:56.007000', 123.45]);
  expect(rows[1]).toEqual([null, null, null, null, null, null, -0.01]);
  expect(sniff.warnings).toContain('Column "bin" holds binary values and is left out.');
});

test('a file that is cut off or damaged is refused', async () => {
  const bytes = tableToIPC(table, 'file');
  for (const damaged of [bytes.subarray(0, bytes.length / 2), bytes.map((byte, index) => (index > 200 && index < 400 ? 255 : byte))]) {
    expect((await failureFrom(sniffFile(folder.duck, await folder.file('damaged.arrow', damaged)))).code).toBe('data/malformed');
  }
  expect((await failureFrom(sniffFile(folder.duck, await folder.file('old.feather', Buffer.from('FEA1 and more'))))).what).toContain('version 1');
});
