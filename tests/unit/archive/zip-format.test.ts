import { describe, expect, test } from 'vitest';
import { decodeCentralHeader, decodeLocalHeader, encodeCentralHeader, encodeEnd, encodeLocalHeader } from '../../../electron/archive/zip-format.ts';

const entry = { name: 'r/a.txt', method: 8, crc32: 0xdeadbeef, compressedBytes: 10, sizeBytes: 20, offset: 30 } as const;
const large = { ...entry, compressedBytes: 5 * 2 ** 32, sizeBytes: 6 * 2 ** 32, offset: 7 * 2 ** 32 };

describe('ZIP records', () => {
  test('headers read back as they were written', () => {
    const { offset, name, ...facts } = entry;
    expect(decodeLocalHeader(encodeLocalHeader(entry))).toMatchObject({ ...facts, method: 8, nameBytes: Buffer.from(name) });
    expect(decodeCentralHeader(encodeCentralHeader(entry), 0)).toMatchObject({ crc32: facts.crc32, offset, sizeBytes: 20, compressedBytes: 10 });
  });

  test('numbers of more than 32 bits are carried by ZIP64 fields', () => {
    expect(decodeLocalHeader(encodeLocalHeader(large))).toMatchObject({ compressedBytes: large.compressedBytes, sizeBytes: large.sizeBytes, versionNeeded: 45 });
    expect(decodeCentralHeader(encodeCentralHeader(large), 0)).toMatchObject({ compressedBytes: large.compressedBytes, sizeBytes: large.sizeBytes, offset: large.offset });
    const farAway = { ...entry, offset: 2 ** 32 };
    expect(decodeCentralHeader(encodeCentralHeader(farAway), 0)).toMatchObject({ sizeBytes: 20, offset: 2 ** 32 });
  });

  test('a number that is just the ZIP64 mark is carried by a ZIP64 field too', () => {
    const marked = { ...entry, sizeBytes: 0xffffffff, offset: 0xffffffff };
    expect(decodeCentralHeader(encodeCentralHeader(marked), 0)).toMatchObject({ sizeBytes: 0xffffffff, offset: 0xffffffff });
    expect(decodeLocalHeader(encodeLocalHeader(marked))).toMatchObject({ sizeBytes: 0xffffffff, compressedBytes: 10 });
  });

  test('a header that is cut off anywhere is no header', () => {
    for (const whole of [encodeLocalHeader(large), encodeLocalHeader(entry)]) {
      for (let length = 0; length < whole.length; length++) expect(decodeLocalHeader(whole.subarray(0, length))).toBeNull();
    }
    const central = encodeCentralHeader(large);
    for (let length = 0; length < central.length; length++) expect(decodeCentralHeader(central.subarray(0, length), 0)).toBeNull();
  });

  test('the end record has its ZIP64 form only where it must', () => {
    const end = { entryCount: 3, centralOffset: 100, centralBytes: 50, commentBytes: 0 };
    expect(encodeEnd(end).length).toBe(22);
    expect(encodeEnd({ ...end, entryCount: 65_534 }).length).toBe(22);
    expect(encodeEnd({ ...end, entryCount: 65_535 }).length).toBe(22 + 56 + 20);
    expect(encodeEnd({ ...end, centralOffset: 2 ** 33 }).length).toBe(22 + 56 + 20);
  });
});
