import { describe, expect, it } from 'vitest';
import { deviceKey } from '../../../../electron/store/format/keys.ts';
import { encodeRecord, noParent, type LogRecord, type RecordLine } from '../../../../electron/store/format/records.ts';
import { readSegment, sealSegment } from '../../../../electron/store/format/segments.ts';

const key = deviceKey('install', new Uint8Array(32).fill(7));
const otherKey = deviceKey('install', new Uint8Array(32).fill(8));
const session = '0'.repeat(25) + '1';

function record(parts: Partial<LogRecord>): RecordLine {
  return encodeRecord({ v: 1, s: session, n: 0, p: noParent, t: '0000000f4240-0000', a: 'Ana', k: 'session', c: [], b: null, ...parts });
}

const header = record({
  b: { project: session, device: key.deviceId, key: key.publicKey, nonce: '00', previous: null, app: '1', os: 'x', clock: 'system' },
});
const event = record({ n: 1, p: header.hash, k: 'runs.rename', b: { ops: [{ o: 'set', e: 'r1', f: { name: 'Größe' } }] } });
const bytes = sealSegment([header, event], key);

function damaged(lines: RecordLine[], signer = key): string {
  const reading = readSegment(sealSegment(lines, signer));
  return reading.status === 'damaged' ? reading.problem : `not damaged but ${reading.status}`;
}

describe('reading a segment', () => {
  it('gives back the records, who signed them and the chain head', () => {
    const { segment } = readSegment(bytes);
    expect(segment?.records.map((line) => line.record.k)).toEqual(['session', 'runs.rename']);
    expect(segment).toMatchObject({ session, deviceId: key.deviceId, publicKey: key.publicKey, head: event.hash, firstNumber: 0 });
  });

  it('seals the same records into the same bytes', () => {
    expect(sealSegment([header, event], key)).toEqual(bytes);
  });

  it('can check a later segment of a session on its own', () => {
    const reading = readSegment(sealSegment([event], key));
    expect(reading.segment).toMatchObject({ firstNumber: 1, parent: header.hash, header: null });
  });

  it('waits for the rest of a file that is cut at any byte', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect([length, readSegment(bytes.subarray(0, length)).status]).toEqual([length, 'waiting']);
    }
  });

  it('never accepts a segment with any one bit flipped', () => {
    for (let i = 0; i < bytes.length * 8; i++) {
      const flipped = new Uint8Array(bytes);
      flipped[i >> 3] = (flipped[i >> 3] ?? 0) ^ (1 << (i & 7));
      expect([i, readSegment(flipped).segment]).toEqual([i, null]);
    }
  });

  it('refuses bytes after the seal', () => {
    expect(readSegment(Buffer.concat([bytes, Buffer.from('\n')])).status).toBe('damaged');
  });

  it('refuses line ends that a program converted', () => {
    const converted = Buffer.from(Buffer.from(bytes).toString('utf8').replaceAll('\n', '\r\n'));
    expect(readSegment(converted).segment).toBeNull();
  });

  it('refuses records that are left out, repeated or of another session', () => {
    const late = record({ n: 3, p: event.hash, k: 'x' });
    expect(damaged([header, event, late])).toContain('has number 3 after 1');
    expect(damaged([header, event, record({ n: 2, p: header.hash, k: 'x' })])).toContain('does not follow');
    expect(damaged([header, record({ ...event.record, s: `${session.slice(0, 25)}2` })])).toContain('another session');
    expect(damaged([header, record({ n: 1, p: header.hash, k: 'session' })])).toContain('not the start of a session');
  });

  it('refuses a session that another key signed', () => {
    expect(damaged([header, event], otherKey)).toContain('another key');
  });

  it('refuses what is not a record', () => {
    for (const text of ['{}\n', 'nonsense\n', '[1,2]\n', '\n', `${JSON.stringify({ ...event.record, t: 'yesterday' })}\n`]) {
      expect([text, readSegment(Buffer.from(text)).status]).toEqual([text, 'damaged']);
    }
    expect(readSegment(new Uint8Array((1 << 20) + 1)).status).toBe('damaged');
    expect(readSegment(Buffer.from([0xff, 0xfe, 0x0a])).status).toBe('damaged');
  });
});

it('refuses a record that is larger than 512 KiB and says how large it is', () => {
  expect(() => record({ b: 'x'.repeat(524_288) })).toThrow(/larger than the 524288 bytes/);
});
