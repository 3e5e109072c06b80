/** Whom this device trusts in a project, and whose signatures it knows. */
import type { Store } from '../store/store.ts';
import { judgeTrust, type Trust } from './trust.ts';
import { wordsAbout } from './trust-words.ts';

type Log = Pick<Store, 'events' | 'writers' | 'deviceId'>;

/** Cost: the events about each device that has written. */
export function trustIn(store: Log): Trust {
  return judgeTrust(store.writers().flatMap(({ device }) => wordsAbout(store, device)), store.deviceId);
}

/**
 * The public keys of this device and of those it trusts: whose signature counts as known. A revoked device is known for
 * what it signed before, unless it signed something after.
 */
export function knownKeys(store: Log & Pick<Store, 'signingKey'>): string[] {
  const trust = trustIn(store);
  const isKnown = (device: string): boolean => trust.of(device) === 'confirmed'
    || (trust.of(device) === 'revoked' && trust.vouchers(device).length > 0 && countAfterRevocation(store, trust, device) === 0);
  return [store.signingKey.publicKey, ...store.writers().filter(({ device }) => device !== store.deviceId && isKnown(device)).map(({ key }) => key)];
}

/** Events of a device that the one who revoked it had not seen. Cost: all events of the device. */
export function countAfterRevocation(store: Pick<Store, 'events'>, trust: Trust, device: string): number {
  const pageSize = 1000;
  let count = 0;
  for (let before: number | undefined; ;) {
    const page = store.events({ device, limit: pageSize, ...(before !== undefined && { before }) });
    count += page.filter((event) => trust.isAfterRevocation(event)).length;
    before = page.at(-1)?.seq;
    if (page.length < pageSize) return count;
  }
}
