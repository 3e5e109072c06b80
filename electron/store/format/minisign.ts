/**
 * Signatures in minisign's file format: Ed25519 (RFC 8032) over the BLAKE2b-512 of the content, and a
 * second one over the first and the trusted comment. `minisign -Vm FILE -p KEY.pub` verifies them.
 */
import { createHash, getHashes } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { isSignedBy } from './keys.ts';
import type { DeviceKey } from './keys.ts';

/** What signing needs of a device key: Ed25519, the public key as 32 bytes in base64. */
export type SigningKey = Pick<DeviceKey, 'publicKey' | 'sign'>;

export interface Minisignature {
  readonly keyId: Buffer;
  readonly signature: Buffer;
  readonly trustedComment: string;
  readonly globalSignature: Buffer;
}

/** The line that stands first in each signature file of ours; nothing signs it, so it has one legal text. */
const untrustedComment = 'untrusted comment: signature by Assay';
const trustedPrefix = 'trusted comment: ';

/** A running BLAKE2b-512. */
export interface PreHash {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

/** BLAKE2b-512 of what is fed to it: OpenSSL's (700 MB/s) where the runtime has it, else in JavaScript (about 35 MB/s). */
export function preHash(): PreHash {
  // Electron's BoringSSL lacks it.
  return getHashes().includes('blake2b512') ? createHash('blake2b512') : blake2b.create({ dkLen: 64 });
}

export function preHashOf(bytes: Uint8Array): Uint8Array {
  const hash = preHash();
  hash.update(bytes);
  return hash.digest();
}

/** The text of a signature file over content with this pre-hash. The trusted comment is one line. */
export function signMinisign(key: SigningKey, digest: Uint8Array, trustedComment: string): string {
  if (/[\r\n]/.test(trustedComment)) throw new RangeError('a trusted comment is one line');
  const signature = Buffer.from(key.sign(digest));
  const globalSignature = Buffer.from(key.sign(Buffer.concat([signature, Buffer.from(trustedComment, 'utf8')])));
  return encode({ keyId: keyIdOf(key.publicKey), signature, trustedComment, globalSignature });
}

/** Reads a signature file; null where it is not one (only the pre-hashed form "ED" is read). */
export function parseMinisign(text: string): Minisignature | null {
  const lines = text.split('\n');
  const [first, packed, trusted, global] = lines;
  if (lines.length !== 5 || lines[4] !== '' || !first?.startsWith('untrusted comment: ') || !trusted?.startsWith(trustedPrefix)) return null;
  const bytes = strictBase64(packed ?? '');
  const globalSignature = strictBase64(global ?? '');
  if (bytes?.length !== 74 || globalSignature?.length !== 64 || bytes.toString('latin1', 0, 2) !== 'ED') return null;
  return { keyId: bytes.subarray(2, 10), signature: bytes.subarray(10), trustedComment: trusted.slice(trustedPrefix.length), globalSignature };
}

/** Whether the signature file is by this key over content with this pre-hash, its trusted comment included. */
export function verifyMinisign(parsed: Minisignature, publicKey: string, digest: Uint8Array): boolean {
  return isSignedBy(publicKey, digest, parsed.signature)
    && isSignedBy(publicKey, Buffer.concat([parsed.signature, Buffer.from(parsed.trustedComment, 'utf8')]), parsed.globalSignature);
}

/** Whether `text` is, byte for byte, how this module writes that signature, key id and unsigned line included. */
export function isOwnForm(text: string, parsed: Minisignature, publicKey: string): boolean {
  return text === encode(parsed) && parsed.keyId.equals(keyIdOf(publicKey));
}

/** The text of a public key file, as `minisign -p` takes it. */
export function encodePublicKey(publicKey: string): string {
  const hexId = Buffer.from(keyIdOf(publicKey)).reverse().toString('hex').toUpperCase();
  return `untrusted comment: minisign public key ${hexId}\n${publicKeyLine(publicKey)}\n`;
}

/** The one line of a public key file that counts ("RW..."), which people pass on. */
export function publicKeyLine(publicKey: string): string {
  return Buffer.concat([Buffer.from('Ed'), keyIdOf(publicKey), Buffer.from(publicKey, 'base64')]).toString('base64');
}

/** The key (base64) in a public key file, in its second line, in 64 hex digits or in base64; null where there is none. */
export function parsePublicKey(text: string): string | null {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  if (/^[0-9a-f]{64}$/i.test(line)) return Buffer.from(line, 'hex').toString('base64');
  const bytes = strictBase64(line);
  if (bytes?.length === 32) return line;
  return bytes?.length === 42 && bytes.toString('latin1', 0, 2) === 'Ed' ? bytes.subarray(10).toString('base64') : null;
}

/** Minisign's keys carry a random id; ours is derived, so that a key always has the same one. */
function keyIdOf(publicKey: string): Buffer {
  return createHash('sha256').update('assay-minisign-key-id').update(publicKey, 'base64').digest().subarray(0, 8);
}

function encode(parts: Minisignature): string {
  const packed = Buffer.concat([Buffer.from('ED'), parts.keyId, parts.signature]).toString('base64');
  return `${untrustedComment}\n${packed}\n${trustedPrefix}${parts.trustedComment}\n${parts.globalSignature.toString('base64')}\n`;
}

/** Base64 whose unused bits are zero, so that two texts never mean the same bytes. */
function strictBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}
