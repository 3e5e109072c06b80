/** People and their devices. A device is a key; a person is a name that its owner gave it. */
import { z } from 'zod';

/** 16 characters of base32: the start of SHA-256 of the public key. */
export const DeviceId = z.string().regex(/^[0-9a-hjkmnp-tv-z]{16}$/, 'not a device').brand<'DeviceId'>();
export type DeviceId = z.infer<typeof DeviceId>;

/**
 * - this: the device that is asked
 * - confirmed: somebody on this device compared the eight words, or a device so confirmed did
 * - unconfirmed: its signatures hold, and nobody has said whose it is
 * - revoked: somebody confirmed took it out; what it signed later is flagged
 */
export const DeviceTrust = z.enum(['this', 'confirmed', 'unconfirmed', 'revoked']);
export type DeviceTrust = z.infer<typeof DeviceTrust>;

export const Device = z.object({
  id: DeviceId,
  /** Name of the computer. */
  name: z.string(),
  person: z.string(),
  /** The fingerprint as eight words, for two people to read to each other. */
  words: z.array(z.string()).length(8),
  trust: DeviceTrust,
  /** This computer goes on for it: after a restored backup, a copied profile or a recovery. */
  isOwn: z.boolean(),
  /** This device has confirmed it itself, so it can take that back. */
  isConfirmedHere: z.boolean(),
  confirmedBy: z.array(z.object({ device: DeviceId, person: z.string(), atMs: z.number() })),
  revoked: z.object({ device: DeviceId, person: z.string(), atMs: z.number(), reason: z.string() }).nullable(),
  /** The device it goes on for: after a restored backup, a copied profile or a lost computer. */
  replaces: DeviceId.nullable(),
  eventCount: z.number().int(),
  /** Events that it signed and that the one who revoked it had not seen. */
  afterRevocationCount: z.number().int(),
  firstAtMs: z.number().nullable(),
  lastAtMs: z.number().nullable(),
});
export type Device = z.infer<typeof Device>;

/** Shortest passphrase of a recovery sheet, in characters. */
export const passphraseLength = 10;

/** A device key on paper, as it is printed. */
export const RecoverySheet = z.object({
  projectName: z.string(),
  projectId: z.string(),
  person: z.string(),
  deviceName: z.string(),
  device: DeviceId,
  words: z.array(z.string()).length(8),
  atMs: z.number(),
  /** The code: seven lines of five groups of four characters. */
  lines: z.array(z.string()),
  /** The code as a QR symbol: its width in modules with the margin, and the dark modules as an SVG path in that unit. */
  qr: z.object({ size: z.number().int(), path: z.string() }),
});
export type RecoverySheet = z.infer<typeof RecoverySheet>;
