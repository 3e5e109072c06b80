/** How trust in a device is put into words. */
import type { Device } from '../../shared/domain/people.ts';
import type { Tone } from '../ui/status-label.tsx';

export interface TrustWords { readonly tone: Tone; readonly word: string; readonly detail: string; }

export function trustWords(device: Device): TrustWords {
  switch (device.trust) {
    case 'this':
      return device.revoked
        ? { tone: 'danger', word: 'This computer, revoked', detail: `${device.revoked.person} revoked this computer. What you do here is marked in their history.` }
        : { tone: 'ok', word: 'This computer', detail: 'Everything you do here is signed with its key, which never leaves it.' };
    case 'confirmed':
      if (device.isOwn) return { tone: 'ok', word: 'Yours, before', detail: 'This computer goes on for it. If its key may be in other hands, revoke it.' };
      return device.isConfirmedHere
        ? { tone: 'ok', word: 'Confirmed by you', detail: 'You compared the eight words with the person whose computer it is.' }
        : { tone: 'ok', word: `Confirmed by ${namesOf(device)}`, detail: `${namesOf(device)} vouched for it, and you have confirmed ${namesOf(device)}.` };
    case 'revoked':
      return { tone: 'danger', word: 'Revoked', detail: device.revoked ? `${device.revoked.person} revoked it: ${device.revoked.reason}` : 'It was revoked.' };
    case 'unconfirmed':
      return { tone: 'warn', word: 'Not confirmed', detail: 'Its signatures hold, but nobody has said yet whose computer it is. Read the eight words to each other.' };
  }
}

/** A computer's name, or the start of its id where it has not said one. */
export function deviceName({ name, id }: Pick<Device, 'name' | 'id'>): string {
  return name === '' ? `Computer ${id.slice(0, 4)}` : name;
}

/** "Ana and Ben". */
function namesOf({ confirmedBy }: Device): string {
  const names = [...new Set(confirmedBy.map(({ person }) => person))];
  return names.length <= 1 ? names[0] ?? 'somebody' : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
