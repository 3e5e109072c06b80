/**
 * Records that were committed under a key that is lost and that no folder has yet: they are taken over, word for word but
 * for their place in the chain, into a session of the key there is now. Else nobody could ever sign them.
 */
import { idFromBytes } from '../../../shared/domain/ids.ts';
import type { DeviceKey } from '../format/keys.ts';
import type { Outbox } from '../folder/outbox.ts';
import { encodeRecord, isBookkeeping, noParent, type RecordLine, type SessionHeader } from '../format/records.ts';

export interface ResignOptions {
  readonly outbox: Outbox;
  readonly key: DeviceKey;
  /** Keys that can sign too; what they left is theirs. */
  readonly formerKeys: readonly DeviceKey[];
  readonly random: (byteCount: number) => Uint8Array;
  readonly projectId: string;
  readonly appVersion: string;
}

/** Takes over all that waits under keys that are lost; returns how many events. They have new hashes then. @throws files/* */
export function resignLost({ outbox, key, formerKeys, random, projectId, appVersion }: ResignOptions): number {
  const known = new Set([key, ...formerKeys].map(({ deviceId }) => deviceId));
  const waiting = outbox.unpublished().filter(({ device }) => !known.has(device));
  const events = waiting.filter(({ record }) => !isBookkeeping(record.record.k));
  const [first] = events;
  if (!first) return 0;
  const header: SessionHeader = {
    project: projectId, device: key.deviceId, key: key.publicKey, nonce: Buffer.from(random(16)).toString('hex'), previous: outbox.lastHead(key.deviceId),
    app: appVersion, os: `${process.platform} ${process.arch} node ${process.versions.node}`, clock: 'system',
  };
  const { t, a, v } = first.record.record;
  const session = idFromBytes<string>(random(16));
  const records: RecordLine[] = [encodeRecord({ v, s: session, n: 0, p: noParent, t, a, k: 'session', c: [], b: header })];
  const renamed = new Map<string, string>();
  for (const { record: { record, hash } } of events) {
    // What they say of each other (causal parents, adds that a remove has seen) they say by their hashes.
    const { c, b } = JSON.parse(JSON.stringify({ c: record.c, b: record.b }).replace(/[0-9a-f]{64}/g, (old) => renamed.get(old) ?? old)) as Pick<typeof record, 'c' | 'b'>;
    const again = encodeRecord({ ...record, s: session, n: records.length, p: records.at(-1)?.hash ?? noParent, c, b });
    renamed.set(hash, again.hash);
    records.push(again);
  }
  outbox.replace(new Set(waiting.map(({ device }) => device)), key.deviceId, records);
  return events.length;
}
