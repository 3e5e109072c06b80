/** Writes the log of a device that is not there: sessions of records, and the segments that a test makes of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deviceKey, type DeviceKey } from '../../electron/store/format/keys.ts';
import { segmentPath } from '../../electron/store/folder/layout.ts';
import type { StoredOp } from '../../electron/store/format/ops.ts';
import { encodeRecord, noParent, recordVersion, type RecordLine } from '../../electron/store/format/records.ts';
import { sealSegment } from '../../electron/store/format/segments.ts';

export interface LogWriter {
  readonly key: DeviceKey;
  readonly session: string;
  /** Appends a record and returns it. */
  add(kind: string, body: unknown, parts?: { readonly parents?: readonly string[]; readonly atMs?: number; readonly version?: number }): RecordLine;
  set(entity: string, fields: Record<string, string | number | boolean>, parts?: { readonly parents?: readonly string[]; readonly atMs?: number }): RecordLine;
  /** The sealed bytes of the records from `first` to `last`, both included. */
  segment(first: number, last: number): Uint8Array;
  /** Where the segment with this number belongs. */
  path(number: number): string;
}

/** A session of `person`; the same person and number give the same session and key. */
export function logWriter(projectId: string, person: string, sessionNumber = 0, options: { readonly previous?: string; readonly startMs?: number } = {}): LogWriter {
  const key = deviceKey(person, new Uint8Array(32).fill(person.charCodeAt(0)));
  const session = `${'0'.repeat(23)}${person.charCodeAt(0).toString(10).slice(-2)}${sessionNumber}`;
  const records: RecordLine[] = [];
  let nowMs = options.startMs ?? Date.UTC(2026, 0, 1);

  const add: LogWriter['add'] = (k, b, { parents = [], atMs, version = recordVersion } = {}) => {
    nowMs += 1000;
    const last = records.at(-1);
    const t = `${(atMs ?? nowMs).toString(16).padStart(12, '0')}-0000`;
    const record = encodeRecord({ v: version, s: session, n: records.length, p: last?.hash ?? noParent, t, a: person, k, c: [...parents], b });
    records.push(record);
    return record;
  };
  add('session', {
    project: projectId, device: key.deviceId, key: key.publicKey, nonce: '00', previous: options.previous ?? null, app: '0.0.0', os: 'test', clock: 'system',
  });
  return {
    key,
    session,
    add,
    set: (e, f, parts) => add('test.set', { ops: [{ o: 'set', e, f } satisfies StoredOp] }, parts),
    segment: (first, last) => sealSegment(records.slice(first, last + 1), key),
    path: (number) => segmentPath(key.deviceId, session, number),
  };
}

/** Puts bytes into a project folder. */
export function put(projectDir: string, path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(projectDir, path)), { recursive: true });
  writeFileSync(join(projectDir, path), bytes);
}
