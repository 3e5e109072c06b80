/** A device that is not alone with its key, or has lost it, goes on with another: how that is found out, and the words for it. */
import { isSetBack, type Identity } from './identity.ts';
import type { DeviceKey, KeyOrigin } from '../format/keys.ts';
import type { OwnSession } from '../folder/outbox.ts';
import type { Sessions } from '../index/sessions.ts';

/** What a store is given about the identity of its device. */
export interface IdentityParts {
  readonly key: DeviceKey;
  /** Keys this device had before, the latest first; what they left unpublished is still published. */
  readonly formerKeys?: readonly DeviceKey[];
  /** Why the key is not the first of this device. */
  readonly origin?: KeyOrigin | null;
  /** How to tell that this device is not alone with its key any more, and to get another; without it the key stays. */
  readonly renewal?: {
    /** All sessions that this device ever wrote of this project. */
    readonly ownSessions: readonly OwnSession[];
    renew(): Promise<Identity>;
  };
  /** Why the project can only be read, as a sentence part; null when it can be written. */
  readonly readOnlyReason: string | null;
}

/** The identity to go on with: another key when this one is in use elsewhere too. */
export async function currentIdentity(parts: IdentityParts, sessions: Sessions): Promise<Identity> {
  const { key, formerKeys = [], origin = null, renewal, readOnlyReason } = parts;
  const inLog = {
    sessions: sessions.writers().find(({ device }) => device === key.deviceId)?.sessions ?? [],
    heads: sessions.heads(key.deviceId),
    announced: sessions.announcedOf(key.deviceId),
  };
  if (!renewal || readOnlyReason !== null || !isSetBack(renewal.ownSessions, inLog)) return { key, formerKeys, origin };
  return renewal.renew();
}

/** What all who read the project, and the user, are told about a new key. */
export const forkWords: Readonly<Record<KeyOrigin['kind'], { readonly why: string; readonly what: string }>> = {
  restored: {
    why: 'the data of this computer were put back from a backup, or are in use elsewhere too',
    what: 'The data of this computer were put back from a backup, or a copy of them is in use elsewhere. Nothing is lost: what was done before and since is all here. From now on this computer signs with a new key, so that the two can be told apart; colleagues who had confirmed it need to confirm it again.',
  },
  cloned: {
    why: 'the data of this computer came from another computer',
    what: 'The data of Assay on this computer came from another computer. From now on this one signs with a key of its own, so that the two can be told apart; colleagues need to confirm it.',
  },
  key: {
    why: 'the key of this device was damaged',
    what: 'The file with the key of this device was damaged. It is kept, and this computer signs with a new key now; colleagues who had confirmed it need to confirm it again.',
  },
};
