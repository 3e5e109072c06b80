import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { deviceKey } from '../../../../electron/store/format/keys.ts';
import { makePack, packLimitBytes, packPath, splitPack } from '../../../../electron/store/format/packs.ts';
import { encodeRecord, noParent, type RecordLine } from '../../../../electron/store/format/records.ts';
import { readSegment, sealSegment } from '../../../../electron/store/format/segments.ts';

const key = deviceKey('install', new Uint8Array(32).fill(7));

/** A sealed segment of a session of its own, with `texts` as contents. */
function segment(session: string, texts: readonly string[]): Uint8Array {
  const header = { project: 'p', device: key.deviceId, key: key.publicKey, nonce: '00', previous: null, app: '0', os: 'x', clock: 'system' };
  const records: RecordLine[] = [];
  for (const [n, body] of [header, ...texts].entries()) {
    records.push(encodeRecord({
      v: 1, s: session.padEnd(26, '0'), n, p: records.at(-1)?.hash ?? noParent, t: '000000000001-0000', a: 'Ana', k: n === 0 ? 'session' : 'x.y', c: [], b: body,
    }));
  }
  return sealSegment(records, key);
}

const segments = [segment('a', ['first']), segment('b', ['say "k":"seal" and {"v":1,"s":"', 'x'.repeat(5_000)]), segment('c', [])];

describe('a pack', () => {
  it('gives back each segment byte for byte, with its seal', () => {
    const { bytes } = makePack(segments);
    const reading = splitPack(bytes);
    expect(reading.status).toBe('whole');
    expect(reading.segments.map((each) => Buffer.from(each).toString())).toEqual(segments.map((each) => Buffer.from(each).toString()));
    expect(reading.segments.map((each) => readSegment(each).status)).toEqual(['sealed', 'sealed', 'sealed']);
  });

  it('is the same bytes for the same segments, whatever the system', () => {
    const { bytes, sha256 } = makePack(segments);
    expect(Buffer.from(bytes.subarray(0, 10)).toString('hex')).toBe('1f8b08000000000002ff');
    expect(makePack(segments)).toEqual({ bytes, sha256 });
    expect(packPath('abcd', Date.UTC(2026, 0, 2), Date.UTC(2026, 10, 23, 23), sha256)).toBe(`log/abcd/pack-20260102-20261123-${sha256.slice(0, 16)}.seg.gz`);
  });

  it('refuses to be made of more than it may hold', () => {
    expect(() => makePack([new Uint8Array(packLimitBytes + 1)])).toThrow(RangeError);
  });
});

describe('reading a pack', () => {
  it('waits for one that has not arrived completely, wherever it ends', () => {
    const { bytes } = makePack(segments);
    for (let length = 10; length < bytes.length; length += 7) expect(splitPack(bytes.subarray(0, length)).status).toBe('waiting');
  });

  it('never takes a changed byte for another content', () => {
    const { bytes } = makePack(segments);
    const content = gunzipSync(bytes);
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes);
      changed[i]! ^= 1 << (i % 8);
      const reading = splitPack(changed);
      if (reading.status === 'whole') expect(Buffer.concat(reading.segments)).toEqual(content);
    }
  });

  it('does not unpack a bomb', () => {
    const bomb = gzipSync(new Uint8Array(packLimitBytes + 1));
    expect(bomb.length).toBeLessThan(20_000);
    expect(splitPack(bomb)).toMatchObject({ status: 'damaged', problem: expect.stringContaining('unpacks to more than') as string });
  });

  it('gives what follows the last seal as a segment that is not complete', () => {
    const reading = splitPack(gzipSync(Buffer.concat([segments[0]!, segments[1]!.subarray(0, 300)])));
    expect(reading.segments.map((each) => readSegment(each).status)).toEqual(['sealed', 'waiting']);
  });

  it.each([['nothing', new Uint8Array()], ['text', Buffer.from('hello')], ['an empty gzip file', gzipSync(new Uint8Array())]])('finds no pack in %s', (_name, bytes) => {
    expect(splitPack(bytes).status).not.toBe('whole');
  });
});
