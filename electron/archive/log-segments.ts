/** Chooses the segments of the log that go into an archive, named by what they are, whatever a file sync named them. */
import { deviceIdOf, fingerprintOf } from '../store/format/keys.ts';
import { looksLikePack, splitPack } from '../store/format/packs.ts';
import { readSegment } from '../store/format/segments.ts';
import type { ByteSource } from './sources.ts';
import { allBytes } from './sources.ts';

export interface SkippedSegment {
  readonly path: string;
  /** Why it was left out, as the end of the sentence "it was left out because ...". */
  readonly problem: string;
}

export interface ChosenLog {
  /** Paths below "audit/log/". */
  readonly segments: readonly { readonly path: string; readonly source: ByteSource }[];
  /** Not valid, or not here completely yet; the project does not use them either. */
  readonly skipped: readonly SkippedSegment[];
  /** The text of audit/devices.json: the keys that signed the segments. */
  readonly devicesJson: string;
}

/** Copies of one segment are taken once, also those in packs. @throws files/* */
export async function chooseSegments(given: readonly { readonly path: string; readonly source: ByteSource }[]): Promise<ChosenLog> {
  const chosen = new Map<string, { head: string; source: ByteSource }>();
  const skipped: SkippedSegment[] = [];
  const keys = new Set<string>();
  const take = (path: string, bytes: Uint8Array, source: ByteSource): void => {
    const { segment, problem } = readSegment(bytes);
    if (segment === null) {
      skipped.push({ path, problem });
      return;
    }
    keys.add(segment.publicKey);
    const name = `${segment.deviceId}/${segment.session}-${String(segment.firstNumber).padStart(6, '0')}`;
    const isOther = chosen.has(`${name}.seg`) && chosen.get(`${name}.seg`)?.head !== segment.head;
    chosen.set(isOther ? `${name}-${segment.head.slice(0, 16)}.seg` : `${name}.seg`, { head: segment.head, source });
  };
  for (const { path, source } of given) {
    const bytes = await allBytes(source);
    if (!looksLikePack(bytes)) {
      take(path, bytes, source);
      continue;
    }
    const pack = splitPack(bytes);
    if (pack.status !== 'whole') skipped.push({ path, problem: pack.problem });
    for (const segment of pack.segments) take(path, segment, { bytes: segment });
  }
  const segments = [...chosen].map(([path, { source }]) => ({ path, source })).sort((a, b) => (a.path < b.path ? -1 : 1));
  const devices = [...keys].sort().map((key) => ({ device: deviceIdOf(key), fingerprint: fingerprintOf(key), ed25519: key }));
  return { segments, skipped, devicesJson: `${JSON.stringify({ format: 1, devices }, null, 1)}\n` };
}
