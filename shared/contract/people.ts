/** People and their devices: names, trust, revocation, recovery. */
import { z } from 'zod';
import { Device, DeviceId, RecoverySheet } from '../domain/people.ts';
import { channel } from './channel.ts';

const name = z.string().trim().min(1).max(120);
const passphrase = z.string().max(1000);

export const People = z.object({
  /** The name that this user's further events carry. */
  person: z.string(),
  /** This device first, then by name. */
  devices: z.array(Device),
});
export type People = z.infer<typeof People>;

export const peopleChannels = {
  'people.get': channel({ input: z.object({}), output: People, writes: false }),
  /** Changes the user's own name, for this and all other projects on this computer. */
  'people.rename': channel({ input: z.object({ name }), output: z.object({}), writes: true }),
  /** Names this computer. */
  'people.nameDevice': channel({ input: z.object({ name }), output: z.object({}), writes: true }),
  /** The user compared the eight words with the one whose device it is. */
  'people.confirm': channel({ input: z.object({ device: DeviceId }), output: z.object({}), writes: true }),
  'people.unconfirm': channel({ input: z.object({ device: DeviceId }), output: z.object({}), writes: true }),
  /** What the device signs from now on, and what it signed unseen, is flagged. */
  'people.revoke': channel({ input: z.object({ device: DeviceId, reason: z.string().trim().min(1).max(500) }), output: z.object({}), writes: true }),
  /** The key of this computer under a passphrase, to be printed. */
  'people.sheet': channel({ input: z.object({ passphrase }), output: RecoverySheet, writes: false }),
  /** Goes on for the device of a sheet: its key says so, once, and is not used again. */
  'people.recover': channel({ input: z.object({ code: z.string().max(2000), passphrase }), output: z.object({ device: DeviceId, person: z.string() }), writes: true }),
};
