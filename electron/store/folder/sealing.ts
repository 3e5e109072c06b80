/**
 * Makes sealed segments of our own records. Those that the index knows are not parsed again: each line names the hash of
 * the one before it, and the index has the hash of the last, so every byte is what was committed.
 */
import { fail } from '../../../shared/errors.ts';
import { sha256Hex } from '../../files/hashing.ts';
import { stampMs } from '../format/hlc.ts';
import type { Ingest } from '../index/ingest.ts';
import type { DeviceKey } from '../format/keys.ts';
import { decodeOwn, type PendingSegment } from './outbox.ts';
import { decodeRecord, isBookkeeping, recordVersion, SessionHeader, type RecordLine } from '../format/records.ts';
import { noteOf, readSegment, sealLines, sealSegment, type Segment, type SegmentNote } from '../format/segments.ts';

export interface Sealed {
  readonly bytes: Uint8Array;
  readonly note: SegmentNote;
  /** Its records; null where the index has them all. */
  readonly records: readonly RecordLine[] | null;
}

/** The sealed bytes of records, read back before anybody relies on them. @throws store/not-signed */
export function seal(records: readonly RecordLine[], key: DeviceKey): { bytes: Uint8Array; segment: Segment } {
  const bytes = signed(() => sealSegment(records, key), records[0]);
  const reading = readSegment(bytes);
  if (reading.status !== 'sealed') throw new Error(`a sealed segment does not verify: ${reading.problem}`);
  return { bytes, segment: reading.segment };
}

/** The segment that the outbox has these lines for. @throws store/not-signed */
export function sealPending(lines: readonly Uint8Array[], pending: PendingSegment, key: DeviceKey, ingest: Ingest): Sealed {
  const chain = readChain(lines, pending);
  const isKnown = chain !== null && (chain.lastEvent === null || ingest.has(key.deviceId, pending.session, chain.lastEvent.n, chain.lastEvent.hash));
  if (isKnown) {
    const { parent, head, bookkeeping } = chain;
    const place = { session: pending.session, firstNumber: pending.firstN, head };
    const bytes = signed(() => sealLines(lines, place, key), lines[0]);
    const header = bookkeeping[0]?.record.n === 0 ? SessionHeader.parse(bookkeeping[0].record.b) : null;
    const note: SegmentNote = { ...place, parent, header, bookkeeping, lastNumber: pending.lastN, deviceId: key.deviceId, publicKey: key.publicKey };
    return { bytes, note, records: null };
  }
  const { bytes, segment } = seal(lines.map(decodeOwn), key);
  return { bytes, note: noteOf(segment), records: segment.records };
}

interface Chain {
  readonly parent: string;
  readonly head: string;
  /** Those behind it, all bookkeeping, were parsed. */
  readonly lastEvent: { readonly n: number; readonly hash: string } | null;
  readonly bookkeeping: readonly RecordLine[];
}

/** Reads lines in the form of `encodeRecord` without parsing their bodies; null when one has another form, or the chain does not hold. */
function readChain(lines: readonly Uint8Array[], { session, firstN, lastN }: PendingSegment): Chain | null {
  if (lines.length === 0 || lines.length !== lastN - firstN + 1) return null;
  const bookkeeping: RecordLine[] = [];
  let [parent, head] = ['', ''];
  let lastEvent: Chain['lastEvent'] = null;
  for (const [i, bytes] of lines.entries()) {
    const n = firstN + i;
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const start = `{"v":${recordVersion},"s":"${session}","n":${n},"p":"`;
    if (i === 0) parent = head = line.toString('latin1', start.length, start.length + 64);
    const begin = `${start}${head}","t":"`;
    if (line.toString('latin1', 0, begin.length) !== begin) return null;
    head = sha256Hex(line);
    // As a key these bytes may also stand in a body; as text they cannot, for there the quotes are escaped.
    const mayBeBookkeeping = n === 0 || line.includes('"k":"se');
    const record = mayBeBookkeeping ? decodeRecord(line) : null;
    if (typeof record === 'string') return null;
    if (record && isBookkeeping(record.record.k)) bookkeeping.push(record);
    else lastEvent = { n, hash: head };
  }
  return { parent, head, lastEvent, bookkeeping };
}

function signed(work: () => Uint8Array, first: RecordLine | Uint8Array | undefined): Uint8Array {
  try {
    return work();
  } catch (thrown) {
    const record = first instanceof Uint8Array ? decodeRecord(first) : first;
    throw fail('store/not-signed', { since: clockTime(stampMs(typeof record === 'object' ? record.record.t : '')) }, thrown);
  }
}

/** Local time as "14:02". */
function clockTime(ms: number): string {
  const time = new Date(ms);
  return `${String(time.getHours()).padStart(2, '0')}:${String(time.getMinutes()).padStart(2, '0')}`;
}
