/** What a device says of itself in a project: who it is, with the first thing it does there, and that it has a new key. */
import type { EntityReader } from '../index/entities.ts';
import { forkWords } from './fork.ts';
import type { Identity } from './identity.ts';
import type { KeyOrigin } from '../format/keys.ts';
import type { Op } from '../format/ops.ts';
import type { Outbox } from '../folder/outbox.ts';
import type { Sessions } from '../index/sessions.ts';

export interface Joining {
  /** The ops to add to an action: those that introduce this device, none once it is known. */
  ops(action: readonly Op[]): Op[];
  /** The event and the notice to tell, once, when this device goes on for another; null when there is nothing to tell. */
  news(): { readonly kind: KeyOrigin['kind']; readonly why: string; readonly what: string } | null;
}

export interface JoiningOptions {
  readonly identity: Identity;
  /** The name of this computer, for people. */
  readonly deviceName: string;
  readonly person: () => string;
  readonly outbox: Outbox;
  readonly sessions: Sessions;
  readonly reader: Pick<EntityReader, 'find'>;
}

export function createJoining({ identity, deviceName, person, outbox, sessions, reader }: JoiningOptions): Joining {
  const { key, formerKeys, origin } = identity;
  const id = `device-${key.deviceId}`;
  let isJoined = false;

  /** What this computer wrote itself under another key of its own: sessions that its outbox knows, up to where it wrote them. */
  function ownHeads(device: string): ReturnType<Sessions['heads']> {
    const written = new Map(outbox.sessions().map(({ session, lastNumber }) => [session, lastNumber]));
    return Object.fromEntries(Object.entries(sessions.heads(device)).filter(([session, [n]]) => n <= (written.get(session) ?? -1)));
  }

  /** The device that this one goes on for in this project: the last of its former keys that wrote here. */
  function predecessor(): { device: string; kind: KeyOrigin['kind'] } | null {
    if (origin === null) return null;
    const writers = new Set(sessions.writers().map(({ device }) => device));
    const former = formerKeys.find(({ deviceId }) => writers.has(deviceId));
    if (former) return { device: former.deviceId, kind: origin.kind };
    // A damaged key cannot be read any more; its sessions are known.
    const lost = outbox.sessions().find(({ device }) => device !== key.deviceId && writers.has(device));
    return origin.kind === 'key' && lost ? { device: lost.device, kind: 'key' } : null;
  }

  function isKnown(): boolean {
    isJoined ||= reader.find(id)?.type === 'device';
    return isJoined;
  }

  return {
    ops(action) {
      if (isKnown()) return [];
      const before = predecessor()?.device ?? null;
      const fields = { name: deviceName, key: key.publicKey, person: person(), replaces: before, ...(before !== null && { replacedHeads: ownHeads(before) }) };
      // What the action itself says of the device stands.
      const said = new Set(action.flatMap((op) => (op.o === 'set' && op.e === id ? Object.keys(op.f) : [])));
      return [{ o: 'create', e: id, t: 'device', f: Object.fromEntries(Object.entries(fields).filter(([field]) => !said.has(field))) }];
    },
    news() {
      const before = predecessor();
      return before === null || isKnown() ? null : { kind: before.kind, ...forkWords[before.kind] };
    },
  };
}
