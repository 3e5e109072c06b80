/**
 * A checkpoint in the folder: `seal/<day>-<hash16>.json`, what one device knew of all sessions at one time, and beside it
 * its signature in minisign's format, so that an auditor needs no program of ours. Read here; foreign bytes never throw.
 */
import { z } from 'zod';
import { sha256Hex } from '../../files/hashing.ts';
import { headsOf, type Heads } from './heads.ts';
import { deviceIdOf } from './keys.ts';
import { isOwnForm, parseMinisign, preHashOf, verifyMinisign } from './minisign.ts';
import { parseLine } from './records.ts';

export const checkpointLimitBytes = 64 << 20;

/** In this order in the file, which is one line of JSON and a newline. */
export const CheckpointFile = z.object({
  format: z.literal(1),
  projectId: z.string(),
  device: z.string(),
  /** Ed25519 public key, 32 bytes in base64. */
  key: z.string(),
  atMs: z.number(),
  /** SHA-256 of this device's last checkpoint file; null for its first. */
  previous: z.string().regex(/^[0-9a-f]{64}$/).nullable(),
  heads: z.record(z.string(), z.unknown()),
  eventCount: z.number(),
  stateHash: z.string(),
});

export interface Checkpoint {
  readonly projectId: string;
  readonly device: string;
  readonly key: string;
  readonly atMs: number;
  readonly previous: string | null;
  readonly heads: Heads;
  readonly eventCount: number;
  readonly stateHash: string;
  /** SHA-256 of the file: what the next one names as `previous`. */
  readonly sha256: string;
}

export type CheckpointReading =
  | { readonly checkpoint: Checkpoint; readonly problem: null }
  | { readonly checkpoint: null; readonly kind: 'altered' | 'signature'; readonly problem: string };

/** The checkpoint of a file and its signature file, or what is wrong with them as a sentence part. */
export function readCheckpoint(bytes: Uint8Array, minisig: Uint8Array): CheckpointReading {
  const parsed = CheckpointFile.safeParse(parseLine(bytes));
  if (!parsed.success) return { checkpoint: null, kind: 'altered', problem: 'it is not a checkpoint' };
  const text = Buffer.from(minisig).toString('utf8');
  const signature = parseMinisign(text);
  if (signature === null) return { checkpoint: null, kind: 'signature', problem: 'its signature file is not one' };
  const { device, key } = parsed.data;
  if (deviceIdOf(key) !== device || !verifyMinisign(signature, key, preHashOf(bytes))) return { checkpoint: null, kind: 'signature', problem: 'its signature is not valid' };
  // Nothing signs the first line and the key id; of a file that is ours they have one legal form.
  if (!isOwnForm(text, signature, key)) return { checkpoint: null, kind: 'altered', problem: 'the unsigned part of its signature file was changed' };
  return { checkpoint: { ...parsed.data, heads: headsOf(parsed.data), sha256: sha256Hex(bytes) }, problem: null };
}
