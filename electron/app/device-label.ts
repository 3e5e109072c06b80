/** How a device is called: by the person who last wrote on it, and by the name it gave itself. */
import type { Store } from '../store/store.ts';
import { eventsAbout, ownWord } from './trust-words.ts';

export interface DeviceLabel {
  readonly person: string;
  /** Null where it gave itself none. */
  readonly name: string | null;
}

export function deviceLabel(store: Pick<Store, 'events'>, device: string): DeviceLabel {
  return { person: store.events({ device, limit: 1 })[0]?.person ?? 'somebody unknown', name: deviceName(store, device) };
}

/** Only what the device signed itself counts: nobody else names it. */
export function deviceName(store: Pick<Store, 'events'>, device: string): string | null {
  return ownWord(eventsAbout(store, device), device, 'name') || null;
}
