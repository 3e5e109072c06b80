/**
 * The key of this installation: Ed25519, made at first use, kept in user data and never in a project folder.
 * A device is named by the start of SHA-256 of its public key, so a name cannot be claimed with another key.
 */
import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { z } from 'zod';
import { fail } from '../../../shared/errors.ts';
import { idFromBytes } from '../../../shared/domain/ids.ts';
import { codeOf, ioFailure } from '../../files/failures.ts';
import { parseLine } from './records.ts';

/** Why a device has a new key: its files were copied to another computer, put back from a backup, or its key was damaged. */
export const KeyOrigin = z.object({ kind: z.enum(['cloned', 'restored', 'key']), replaces: z.string().nullable(), atMs: z.number() });
export type KeyOrigin = z.infer<typeof KeyOrigin>;

export const KeyFile = z.object({
  format: z.literal(1),
  installId: z.string(),
  /** 32 bytes in base64. */
  privateKey: z.string(),
  /** Fingerprint of the computer it belongs to. */
  machine: z.string().optional(),
  /** Absent for the first key. */
  origin: KeyOrigin.optional(),
});
export type KeyFile = z.infer<typeof KeyFile>;

export interface DeviceKey {
  readonly installId: string;
  readonly deviceId: string;
  /** Ed25519 public key, 32 bytes in base64. */
  readonly publicKey: string;
  sign(message: Uint8Array): Uint8Array;
}

/**
 * The private key of a device of this installation, 32 bytes, for a recovery sheet. A project that is open may still sign
 * with the key before the present one. @throws files/*, project/damaged
 */
export async function readDeviceSeed(userDataDir: string, deviceId: string): Promise<Uint8Array> {
  for (const path of [keyFilePath(userDataDir), keyFilePath(userDataDir, deviceId)]) {
    const file = await readKeyFile(path);
    const seed = file && new Uint8Array(Buffer.from(file.privateKey, 'base64'));
    if (seed && deviceKey('', seed).deviceId === deviceId) return seed;
  }
  throw fail('files/not-found', { path: keyFilePath(userDataDir, deviceId) });
}

/** Where the key of this installation lies; earlier ones lie beside it as `device-<id>.json`. */
export function keyFilePath(userDataDir: string, deviceId?: string): string {
  return join(userDataDir, 'install', deviceId === undefined ? 'device.json' : `device-${deviceId}.json`);
}

/** The device key of a 32-byte Ed25519 seed. */
export function deviceKey(installId: string, seed: Uint8Array): DeviceKey {
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length).toString('base64');
  return { installId, publicKey, deviceId: deviceIdOf(publicKey), sign: (message) => sign(null, message, privateKey) };
}

/** The name of a device: 16 characters of base32, 80 bits. */
export function deviceIdOf(publicKey: string): string {
  return base32(publicKeyHash(publicKey).subarray(0, 10));
}

/**
 * The fingerprint that people read to each other: eight words of BIP-39's English list, 11 bits each, the first 88 bits
 * of SHA-256 of the public key. No two words of that list begin with the same four letters.
 */
export function wordsOf(publicKey: string): string[] {
  let bits = BigInt(`0x${Buffer.from(publicKeyHash(publicKey).subarray(0, 11)).toString('hex')}`);
  return Array.from({ length: 8 }, () => {
    const index = Number(bits & 0x7ffn);
    bits >>= 11n;
    return wordlist[index] ?? '';
  }).reverse();
}

/** The eight words as one text. */
export function fingerprintOf(publicKey: string): string {
  return wordsOf(publicKey).join(' ');
}

/** Whether a text that a person gave is the fingerprint of the key: its words, or the 32 characters that older versions showed. */
export function isFingerprintOf(text: string, publicKey: string): boolean {
  const letters = text.toLowerCase().replace(/[^0-9a-z]/g, '');
  return letters === wordsOf(publicKey).join('') || letters === base32(publicKeyHash(publicKey).subarray(0, 20));
}

/** Whether `signature` over `message` was made with the key. False, too, for a malformed key. */
export function isSignedBy(publicKey: string, message: Uint8Array, signature: Uint8Array): boolean {
  const key = signature.length === 64 ? parsedKey(publicKey) : null;
  if (key === null) return false;
  if (message.length > shortBytes) return verify(null, message, key, signature);
  const check = `${publicKey} ${Buffer.from(signature).toString('base64')} ${Buffer.from(message).toString('base64')}`;
  if (goodChecks.has(check)) return true;
  if (!verify(null, message, key, signature)) return false;
  if (goodChecks.size >= goodCheckLimit) goodChecks.clear();
  goodChecks.add(check);
  return true;
}

/**
 * Checks of short messages that were good, by all that went into them: a segment is read by who writes it, by the index,
 * again under each name that a file sync gives it, and by who verifies the folder.
 */
const goodChecks = new Set<string>();
const goodCheckLimit = 4096;
const shortBytes = 100;

/** Parsed keys: a folder has few of them and very many signatures, and parsing costs as much as half a check. */
const parsedKeys = new Map<string, KeyObject | null>();
const parsedKeyLimit = 1000;

function parsedKey(publicKey: string): KeyObject | null {
  const known = parsedKeys.get(publicKey);
  if (known !== undefined) return known;
  const raw = Buffer.from(publicKey, 'base64');
  let key: KeyObject | null = null;
  try {
    if (raw.length === 32) key = createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' });
  } catch {
    // Not a key: nothing is signed by it.
  }
  if (parsedKeys.size >= parsedKeyLimit) parsedKeys.clear();
  parsedKeys.set(publicKey, key);
  return key;
}

/** The fixed DER heads of an Ed25519 key (RFC 8410), before the 32 raw bytes. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

function publicKeyHash(publicKey: string): Uint8Array {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest();
}

/** Five bits a character; the length must be a multiple of 5 bytes. */
function base32(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 5) {
    // idFromBytes writes 16 bytes as 26 characters; the last 8 of them are its last 40 bits.
    const block = new Uint8Array(16);
    block.set(bytes.subarray(i, i + 5), 11);
    text += idFromBytes<string>(block).slice(-8);
  }
  return text;
}

/** Null when there is none. @throws files/*, project/damaged */
export async function readKeyFile(path: string): Promise<KeyFile | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw ioFailure(thrown, path);
  }
  const parsed = KeyFile.safeParse(parseLine(bytes));
  if (!parsed.success || Buffer.from(parsed.data.privateKey, 'base64').length !== 32) {
    throw fail('project/damaged', { file: path, reason: 'it is not a device key' });
  }
  return parsed.data;
}
