/**
 * The seal of a whole .eln file, in its ZIP comment: an Ed25519 signature over the SHA-256 of every byte
 * before the comment. Headers, times and padding are so covered too, from the one file alone, while
 * any ZIP program still reads it. The text has one legal form for given key and bytes.
 */
import type { SigningKey } from '../store/format/minisign.ts';
import { isSignedBy } from '../store/format/keys.ts';
import type { ZipComment } from './zip-write.ts';

export interface ContainerSeal {
  readonly sha256: Buffer;
  /** 32 bytes in base64. */
  readonly publicKey: string;
  readonly signature: Buffer;
}

const domain = Buffer.from('assay-container-v1\n');
const pattern = /^assay-container-v1\nsha256 ([0-9a-f]{64})\ned25519 ([0-9a-f]{64})\nsignature ([0-9a-f]{128})\n$/;

/** The comment for the ZIP writer. */
export function containerSeal(key: SigningKey): ZipComment {
  const text = (sha256: Uint8Array, signature: Uint8Array): Buffer => Buffer.from(
    `assay-container-v1\nsha256 ${hex(sha256)}\ned25519 ${hex(Buffer.from(key.publicKey, 'base64'))}\nsignature ${hex(signature)}\n`, 'latin1');
  return {
    sizeBytes: text(Buffer.alloc(32), Buffer.alloc(64)).length,
    make: (sha256) => text(sha256, key.sign(Buffer.concat([domain, sha256]))),
  };
}

/** The seal in a ZIP comment, or null where there is none of this form. */
export function parseContainerSeal(comment: Buffer): ContainerSeal | null {
  const match = pattern.exec(comment.toString('latin1'));
  if (match === null) return null;
  const [, sha256 = '', publicKey = '', signature = ''] = match;
  return { sha256: Buffer.from(sha256, 'hex'), publicKey: Buffer.from(publicKey, 'hex').toString('base64'), signature: Buffer.from(signature, 'hex') };
}

/** Whether the seal's own signature holds; the caller compares `sha256` with the file. */
export function isSealSigned(seal: ContainerSeal): boolean {
  return isSignedBy(seal.publicKey, Buffer.concat([domain, seal.sha256]), seal.signature);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
