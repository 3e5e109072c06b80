/** Builds small archive contents with a real signed log, from fixed seeds, so that tests can replay them. */
import { join } from 'node:path';
import { nodeDisk } from '../../electron/files/disk.ts';
import type { ElnContent, ElnFile } from '../../electron/archive/eln-content.ts';
import { writeEln } from '../../electron/archive/eln.ts';
import type { WrittenEln } from '../../electron/archive/eln.ts';
import { deviceKey } from '../../electron/store/format/keys.ts';
import type { DeviceKey } from '../../electron/store/format/keys.ts';
import { encodeRecord, noParent } from '../../electron/store/format/records.ts';
import type { RecordLine } from '../../electron/store/format/records.ts';
import { sealSegment } from '../../electron/store/format/segments.ts';

export const testKey: DeviceKey = deviceKey('test-install', new Uint8Array(32).fill(7));
export const otherKey: DeviceKey = deviceKey('other-install', new Uint8Array(32).fill(8));

/** Bytes that do not compress, the same for the same seed (xorshift32). */
export function noise(byteCount: number, seed: number): Uint8Array {
  const out = new Uint8Array(byteCount);
  let state = seed | 1;
  for (let i = 0; i < byteCount; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    out[i] = state & 0xff;
  }
  return out;
}

/** A session of the log in segments of `perSegment` events, as the store writes them. */
export function logSegments(eventCount: number, perSegment: number, key: DeviceKey = testKey, session = '0'.repeat(25) + '1'): ElnContent['segments'] {
  const lines: RecordLine[] = [];
  const header = { project: 'p', device: key.deviceId, key: key.publicKey, nonce: 'n', previous: null, app: '0.1.0', os: 'test', clock: 'system' };
  for (let n = 0; n <= eventCount; n++) {
    const stamp = `${(1_700_000_000_000 + n).toString(16).padStart(12, '0')}-0000`;
    const body = n === 0 ? header : { ops: [{ o: 'set', e: 'x', f: { name: `name ${n}` } }] };
    lines.push(encodeRecord({ v: 1, s: session, n, p: lines.at(-1)?.hash ?? noParent, t: stamp, a: 'Ana', k: n === 0 ? 'session' : 'runs.rename', c: [], b: body }));
  }
  const segments: { path: string; source: { bytes: Uint8Array } }[] = [];
  for (let at = 0; at < lines.length; at += perSegment) {
    segments.push({ path: `${key.deviceId}/${session}-${String(segments.length).padStart(6, '0')}.seg`, source: { bytes: sealSegment(lines.slice(at, at + perSegment), key) } });
  }
  return segments;
}

export function elnFile(path: string, bytes: Uint8Array | string, encodingFormat = 'text/plain'): ElnFile {
  return { path, source: { bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes }, name: `Name of ${path}`, description: `About ${path}`, encodingFormat };
}

/** A project with one page, one dataset, one run with provenance, and a log. */
export function sampleContent(changes: Partial<ElnContent> = {}): ElnContent {
  const dated = { author: 'Ana', createdAtMs: 1_700_000_000_000, changedAtMs: 1_700_000_100_000, mentions: [], properties: [], action: null } as const;
  return {
    project: { id: 'p'.repeat(26), name: 'Penguins', description: 'Which species is it?' },
    exportedAtMs: 1_700_000_200_000, exportedBy: 'Ana', appVersion: '0.1.0',
    entries: [
      { ...dated, folder: 'pages/p1', kind: 'experiment', name: 'First look', text: '# Hello\n\nSome text.', textFormat: 'text/markdown', keywords: ['birds, sea', 'first'], files: [elnFile('pages/p1/page.md', '# Hello\n\nSome text.\n', 'text/markdown')], mentions: ['runs/r1'] },
      { ...dated, folder: 'datasets/d1', kind: 'resource', name: 'penguins.csv', text: '', textFormat: 'text/markdown', keywords: [], files: [elnFile('datasets/d1/v1.parquet', noise(6000, 1), 'application/vnd.apache.parquet')] },
      {
        ...dated, folder: 'runs/r1', kind: 'experiment', name: 'R1', text: 'A run', textFormat: 'text/markdown', keywords: ['baseline'],
        files: [elnFile('runs/r1/model.onnx', noise(3000, 2), 'application/octet-stream'), elnFile('runs/r1/run.json', JSON.stringify({ seed: 1, lines: 'x'.repeat(3000) }), 'application/json')],
        properties: [{ id: 'config.seed', value: 1 }, { id: 'metric.accuracy', value: 0.97 }],
        action: { name: 'Training of R1', agent: 'Ana', instrument: { name: 'ONNX Runtime', version: '1.30.0' }, objects: ['datasets/d1/v1.parquet'], results: ['runs/r1/model.onnx'], startedAtMs: 1_700_000_010_000, endedAtMs: 1_700_000_020_000, status: 'completed' },
      },
    ],
    segments: logSegments(12, 5),
    previewHtml: { bytes: Buffer.from('<!doctype html><title>Penguins</title><p>Hello.</p>') },
    ...changes,
  };
}

/** Writes `content` as `<directory>/<name>.eln`. */
export function writeSample(directory: string, name = 'sample', content: ElnContent = sampleContent(), key: DeviceKey = testKey): Promise<WrittenEln> {
  return writeEln({ writer: { disk: nodeDisk, random: (n) => noise(n, 99) }, targetPath: join(directory, `${name}.eln`), rootName: name, content, signingKey: key });
}
